"""The samples on the sheet `Evaluate`, a row each: what the network makes of them, and if it is right."""

from collections.abc import Mapping

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.evaluation import own_and_said, sample_pass, sample_sets
from mlp2xlsx.mathematics.steps import X, Y
from mlp2xlsx.render.excel import Excel, Formula, Reference, Span
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.given import data_of
from mlp2xlsx.workbook.sheets.evaluate.places import (
    NUMBER_COL,
    RIGHT_COL,
    SAID_COL,
    TRUE_COL,
    EvaluatePlaces,
)
from mlp2xlsx.xlsx.address import Box, quoted
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated, formulas_of, growing
from mlp2xlsx.xlsx.writing.sheet import Sheet

FIRST = Span(0, 1)

Evaluated = Mapping[str, Mapping[str, FloatMatrix]]
"""Every matrix of each set of samples, by name."""


def evaluated(context: Context, iteration: int) -> Evaluated:
    """Compute what all samples come to with the weights and biases of an iteration."""
    network = context.lesson.network
    used = {name: context.trace.at(name, iteration) for name in context.used}
    return {
        name: sample_pass(network, len(targets)).run(inputs, targets, used)
        for name, (inputs, targets) in sample_sets(context.lesson).items()
    }


def evaluated_now(context: Context) -> Evaluated:
    """Compute it with those of the chosen iteration."""
    return evaluated(context, context.iteration)


def sample_rows(
    sheet: Sheet, context: Context, places: EvaluatePlaces, of: str, values: Mapping[str, FloatMatrix]
) -> Bands:
    """Make the rows of a set of samples for the chosen iteration.

    Parameters
    ----------
    sheet, context, places
        The sheet, the workbook's numbers, and where things stand.
    of
        Which set.
    values
        What its samples come to.
    """
    rows, styles, network = Progressions(), sheet.styles, context.lesson.network
    box = places.rows[of]

    def reference(name: str) -> Reference:
        if name in context.used:
            title, place = context.used[name]
            return place.fixed_reference(title)
        return growing(places.matrix(name, of), 1, rows)

    def block(
        name: str, place: Box, found: FloatMatrix, role: str, formulas: list[list[Formula]]
    ) -> Repeated:
        one = Box(place.row, place.col, 1, place.n_cols)
        return Repeated(name, one, found.reshape(place.n_rows, 1, place.n_cols), styles.index(role), formulas)

    numbers = np.arange(1.0, box.n_rows + 1).reshape(-1, 1, 1)
    blocks = [Repeated("sample", Box(box.row, NUMBER_COL, 1, 1), numbers, styles.index("count"))]
    for name in (X, Y):
        place, (title, data) = places.matrix(name, of), context.inputs[data_of(name, of)]
        given = growing(data, 1, rows, f"{quoted(title)}!")
        copied = [[Formula(given(FIRST, Span(j, j + 1)), 0) for j in range(place.n_cols)]]
        blocks.append(block(name, place, values[name], context.role(name), copied))
    excel = Excel(reference)
    for result in sample_pass(network, 1).results:
        place = places.matrix(result.name, of)
        formulas = formulas_of(excel, result.expr)
        blocks.append(block(result.name, place, values[result.name], "plain_value", formulas))
    if places.by_class:
        output, mark = network.output_layer.activations, rows.mark(box.row, 1)
        own, said = own_and_said(network, values)
        true, answered = (f"{get_column_letter(col)}{mark}" for col in (TRUE_COL, SAID_COL))
        same = f"IF({true}={answered},1,0)"
        for name, col, found, role, text in (
            ("class", TRUE_COL, own, "count", class_of(reference(Y), network.n_outputs)),
            ("said", SAID_COL, said, "count", class_of(reference(output), network.n_outputs)),
            ("right", RIGHT_COL, own == said, "yes_no_plain", same),
        ):
            place = Box(box.row, col, box.n_rows, 1)
            blocks.append(block(name, place, found.astype(np.float64), role, [[Formula(text, 0)]]))
    return Bands(box.row, 1, box.n_rows, tuple(blocks), rows)


def class_of(reference: Reference, n_outputs: int) -> str:
    """Write which class the numbers of one sample tell; see `class_numbers`."""
    cells = reference(FIRST, Span(0, n_outputs))
    return f"IF({cells}>0.5,1,0)" if n_outputs == 1 else f"MATCH(MAX({cells}),{cells},0)"
