"""The sheet `Try it`: one types inputs and sees the forward pass, a line for each neuron, and the answer."""

from collections.abc import Iterator, Mapping

import numpy as np

from mlp2xlsx.errors import DivergenceError
from mlp2xlsx.interpreter import Interpreter
from mlp2xlsx.lesson.tables.scaling import input_formula, inputs_from
from mlp2xlsx.mathematics.expr import Matrix
from mlp2xlsx.mathematics.steps import Result, X
from mlp2xlsx.render.excel import Excel, Formula, Reference
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.render.worked import Worked
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import column_names, n_name_lines, name_width, short_name
from mlp2xlsx.workbook.layout.given import TRIED, words_at
from mlp2xlsx.workbook.sheets.data import scaled_by
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.input_block import put_column_names, put_inputs
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.workbook.sheets.layer_names import layer_name
from mlp2xlsx.workbook.sheets.step.worked_line import Asked, Shown, ShownMatrix, said, worked_formula
from mlp2xlsx.workbook.sheets.try_it.answer import NEARLY, answer, largest
from mlp2xlsx.workbook.sheets.try_it.places import FIRST_COL, LABEL_COL, LARGEST, TryPlaces
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part, live_text
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.text_width import beginning, display_width
from mlp2xlsx.xlsx.writing.sheet import Sheet

_THEN = " → "
_WIDEST_NAME = 16.0  # of a class, in digits; the answer has the whole of it


def try_names(context: Context) -> Iterator[tuple[str, Place]]:
    """Yield the defined name of the inputs that are typed."""
    yield TRIED, (context.titles["try_it"], TryPlaces(context.recorded.lesson).tried)


def write_try_it(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: what is typed, the answer, how it comes about, and the matrices with their formulas."""
    words, places = context.texts["try_it"], TryPlaces(context.recorded.lesson)
    values = _values(sheet, context, places)
    picture_heading(sheet, context, "try_it")
    sheet.put(places.heading_row, LABEL_COL, words["inputs"], "heading")
    _typed(sheet, context, places, values[X])
    sheet.put(places.answer_row, LABEL_COL, words["answer"], "heading")
    said = answer(context, places, values[places.results[-1].name])
    sheet.formula(
        places.answer_row + 1, LABEL_COL, Formula(said.formula, 0), said.text, "step_title", "answer"
    )
    sheet.ws.row_dimensions[places.answer_row + 1].height = 21
    sheet.put(places.lines_row, LABEL_COL, words["lines"], "heading")
    names = list(_lines(sheet, context, places, values))
    sheet.put(places.numbers_row, LABEL_COL, words["numbers"], "heading")
    _matrices(sheet, context, places, values)
    sheet.widths(_widths(context, places, [*names, words["largest"]]))
    sheet.ws.freeze_panes = a1(FIRST_FREE_ROW, 1)
    for selection in sheet.ws.sheet_view.selection:  # one types at once
        if selection.pane == "bottomLeft":
            selection.activeCell = selection.sqref = a1(places.tried.row, places.tried.col)
    sheet.print_on_one_page()


def _widths(context: Context, places: TryPlaces, texts: list[str]) -> dict[int, float]:
    """Widths of the columns: the first is as wide as its texts, the others as their numbers and names."""
    last = max(box.last_col for box in places.boxes.values())
    widths = dict.fromkeys(range(FIRST_COL, last + 1), context.training.widths[FIRST_COL])
    for matrix in ("X_raw", X):
        for col, name in enumerate(column_names(context.lesson, matrix), start=FIRST_COL):
            widths[col] = max(widths[col], name_width(name))
    for col in range(FIRST_COL, places.tried.last_col + 1):
        known = words_at(context.lesson, TRIED, col - FIRST_COL)
        widths[col] = max(widths[col], *(display_width(word) + 1 for word in known), 0.0)
    for col, name in enumerate(column_names(context.lesson, "y"), start=FIRST_COL):
        widths[col] = max(widths[col], min(display_width(name) + 1, _WIDEST_NAME))
    return widths | {LABEL_COL: max(map(display_width, [*texts, *places.boxes]))}


def _values(sheet: Sheet, context: Context, places: TryPlaces) -> dict[str, FloatMatrix]:
    """Compute every matrix of the sheet, and what of the network it is computed from, with NumPy.

    Raises
    ------
    DivergenceError
        For inputs with which a number leaves the range of a spreadsheet.
    """
    lesson = context.lesson
    values = {name: context.chosen(name) for name in context.used}
    values[TRIED] = values[X] = context.tried
    with np.errstate(all="ignore"):
        if lesson.X_raw is not None:
            values[X] = inputs_from(context.tried, lesson.X_raw, lesson.scale, lesson.vocabulary)
        values = Interpreter(places.results).run(values)
    for name in (X, *(result.name for result in places.results)):
        if not np.isfinite(values[name]).all():
            raise DivergenceError(
                f"sheet {sheet.name}, {places.tried.ref} ({TRIED}): with these inputs {name} holds "
                f"{values[name][~np.isfinite(values[name])][0]:g}; type smaller numbers"
            )
    return values


def _typed(sheet: Sheet, context: Context, places: TryPlaces, values: FloatMatrix) -> None:
    """Write the inputs to be changed with their names, and what the network takes of them."""
    lesson, box, seen = context.lesson, places.boxes[TRIED], places.boxes[X]
    put_column_names(sheet, lesson, "X_raw", box, box.row - n_name_lines(lesson))
    sheet.put(box.row, LABEL_COL, TRIED, "label")
    put_inputs(sheet, context, TRIED, box, context.tried)
    if context.data is None:
        return
    if lesson.vocabulary:
        put_column_names(sheet, lesson, X, seen, seen.row - n_name_lines(lesson))
    sheet.put(seen.row, LABEL_COL, X, "label")
    said = "words" if lesson.vocabulary else "scaled"
    sheet.put(seen.row, seen.last_col + 1, context.texts["try_it"][said], "quiet_beside")
    for j, made_of in enumerate(lesson.input_columns):
        statistics = scaled_by(context.data, made_of.raw, fixed=True, title=context.titles["data"])
        cell = a1(box.row, box.col + made_of.raw)
        formula = input_formula(made_of, cell, lesson.scale, lesson.vocabulary, statistics)
        role = "value" if made_of.word is None else "whole"
        sheet.formula(seen.row, seen.col + j, formula, float(values[0, j]), role, X)


def _matrices(sheet: Sheet, context: Context, places: TryPlaces, values: Mapping[str, FloatMatrix]) -> None:
    """Write the forward pass: a row for each matrix, a formula for each cell."""

    def reference(name: str) -> Reference:
        if name in places.boxes:
            return places.boxes[name].fixed_reference()
        title, box = context.used[name]
        return box.fixed_reference(title)

    excel = Excel(reference)
    for result in places.results:
        box = places.boxes[result.name]
        sheet.put(box.row, LABEL_COL, result.name, "label")
        for j in range(box.n_cols):
            value = float(values[result.name][0, j])
            sheet.formula(box.row, box.col + j, excel.cell(result.expr, 0, j), value, "value", result.name)
    box = places.output
    for col, name in enumerate(column_names(context.lesson, "y"), start=box.col):
        sheet.put(box.row - 1, col, short_name(name), "quiet_centred")
    if places.has_largest:
        _largest(sheet, context, box, places.boxes[LARGEST], values[places.results[-1].name])


def _largest(sheet: Sheet, context: Context, box: Box, flags: Box, output: FloatMatrix) -> None:
    """Write below the outputs which of them is the largest."""
    sheet.put(flags.row, LABEL_COL, context.texts["try_it"]["largest"], "label")
    top = f"MAX({box.text(fixed=True)})"
    for j, flag in enumerate(largest(output)):
        formula = Formula(f"IF({a1(box.row, box.col + j)}>={top}-{NEARLY:.0E}*ABS({top}),1,0)", 0)
        sheet.formula(flags.row, flags.col + j, formula, float(flag), "whole", LARGEST)


def _lines(
    sheet: Sheet, context: Context, places: TryPlaces, values: Mapping[str, FloatMatrix]
) -> Iterator[str]:
    """Write the arithmetic of each neuron in a line, and yield what stands before it."""
    made = {result.name: result for result in places.results}
    known = {name: (box.text(fixed=True), (1, box.n_cols)) for name, box in places.boxes.items()}
    known |= {name: (name, (box.n_rows, box.n_cols)) for name, (_, box) in context.used.items()}
    looks = {
        name: ShownMatrix(ref, shape, Shown(context.decimals.get(_role(context, name))))
        for name, (ref, shape) in known.items()
    }
    shown = {name: look.shown for name, look in looks.items()}
    for row, (number, layer, j) in enumerate(places.neurons, start=places.lines_row + 1):
        name = _neuron_name(context, number, j)
        sheet.put(row, LABEL_COL, name, "name")
        yield name
        # Apart, for what stands first on a side of an equation needs no parentheses.
        sides = [
            side
            for result in _of_layer(made, layer.input, layer.activations)
            for side in (Worked().cell(result.expr), Worked().number(result.matrix))
        ]
        parts = {
            f"side{k}": Part(
                worked_formula(side, looks, Asked("1", str(j + 1))), said(side, values, shown, (0, j))
            )
            for k, side in enumerate(sides)
        }
        line = live_text(_THEN.join(f"{{side{k}}} = {{side{k + 1}}}" for k in range(0, len(sides), 2)), parts)
        sheet.formula(row, FIRST_COL, Formula(line.formula, 0), line.text, "name", layer.activations)


def _neuron_name(context: Context, layer: int, j: int) -> str:
    """What a neuron is called: an output by its name, if it has one."""
    words, names = context.texts["try_it"], column_names(context.lesson, "y")
    if layer <= len(context.lesson.network.hidden) or not names:
        return str(words["neuron"]).format(layer=layer_name(context, layer), number=j + 1)
    return str(words["neuron_named"]).format(layer=layer_name(context, layer), name=beginning(names[j], 16))


def _of_layer(made: Mapping[str, Result], first: str, last: str) -> list[Result]:
    """The matrices of a layer that are computed, and not handed on as a linear one hands on its input."""
    names = list(made)
    between = names[names.index(first) : names.index(last) + 1]
    return [made[name] for name in between if not isinstance(made[name].expr, Matrix)]


def _role(context: Context, name: str) -> str:
    """How numbers are shown: what is typed as it was typed."""
    typed = (TRIED, *context.lesson.network.scalars, *([] if context.data else [X]))
    return "given" if name in typed else "value"


SHEET = SheetKind(key="try_it", write=write_try_it, says="try_it", names=try_names)
