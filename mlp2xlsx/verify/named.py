"""The matrices of a workbook by their defined names: what they should come to, and what they come to.

Where they stand is what the names say, so that it does not matter how a workbook is laid out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.engines.base import Recalculated
from mlp2xlsx.interpreter import evaluate_with_gaps
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import Trace
from mlp2xlsx.verify.compare import Matched, Mismatch
from mlp2xlsx.verify.inputs import as_inputs
from mlp2xlsx.verify.structure import Problem
from mlp2xlsx.workbook.sheets.check.comparison import rounding_room, tolerance
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.reading.contents import Contents


@dataclass(frozen=True)
class Computed:
    """A matrix that a workbook computes.

    Attributes
    ----------
    name
        Its defined name.
    expected
        What NumPy makes of it.
    expr
        What it is of other matrices of the iteration; None where it comes from other iterations, too.
    """

    name: str
    expected: FloatMatrix
    expr: Expr | None = None


def computed(lesson: Lesson, iteration: int, trace: Trace) -> Iterator[Computed]:
    """Yield every matrix that is no input: those of the chosen iteration, and the loss of all.

    Parameters
    ----------
    lesson, iteration
        The inputs, the chosen iteration among them.
    trace
        NumPy's run on them.
    """
    inputs, position = as_inputs(lesson, iteration), trace.shown.index(iteration)
    for result in lesson.one_iteration.results:
        if result.name not in inputs:
            expr = None if result.given else result.expr
            yield Computed(result.name, trace[result.name][position], expr)
    yield Computed("loss_history", trace.loss[:, None])


def check_names(contents: Contents, matrices: list[Computed]) -> Iterator[Problem]:
    """Find matrices without a name, or with one that stands for something of another shape."""
    for one in matrices:
        place = contents.names.get(one.name)
        expected = "{}×{}".format(*one.expected.shape)
        if place is None or place[0] not in contents.sheets:
            text = f"the name is missing, expected one for {expected} cells"
        elif (place[1].n_rows, place[1].n_cols) != one.expected.shape:
            text = f"stands for {place[1].n_rows}×{place[1].n_cols} cells, expected {expected}"
        else:
            continue
        yield Problem("names", "", one.name, text, blocks=True)


def compare_named(
    matrices: list[Computed],
    given: Mapping[str, FloatMatrix],
    found: Recalculated,
    contents: Contents,
    most: int | None,
    rounded: Sequence[list[Computed]] = (),
) -> list[Matched]:
    """Compare every cell of the named matrices.

    Parameters
    ----------
    matrices
        What they should hold.
    given
        The inputs, by name.
    found
        What an engine computed.
    contents
        Where they stand, and their formulas.
    most
        How many mismatches to describe for each matrix; None for all of them.
    rounded
        The same, as programs may compute it that round otherwise; see `compare`.
    """
    values = dict(given)
    for one in matrices:
        title, box = contents.place(one.name)
        values[one.name] = found.block(title, box.row, box.col, box.n_rows, box.n_cols)
    results = []
    for one, *others in zip(matrices, *rounded, strict=True):
        title, box = contents.place(one.name)
        result = Matched(title, one.name)
        room = rounding_room(one.expected, [other.expected for other in others], axis=(0, 1))
        bad = result.count(
            values[one.name], one.expected, room, lambda i, j, box=box: a1(box.row + i, box.col + j)
        )
        if result.differing:
            causes = bad & ~_follows(one, values)
            cells = [(int(i), int(j)) for i, j in np.argwhere(bad)]
            result.mismatches = sorted(
                (_mismatch(one, title, box, cell, bool(causes[cell]), found, contents) for cell in cells),
                key=lambda mismatch: mismatch.rank,
            )[:most]
        results.append(result)
    return results


def _follows(one: Computed, values: Mapping[str, FloatMatrix]) -> NDArray[np.bool_]:
    """Tell which cells are right for the numbers they read, be these right or wrong."""
    if one.expr is None or any(name not in values for name in names(one.expr)):
        return np.ones(one.expected.shape, bool)
    here = evaluate_with_gaps(one.expr, values)
    return np.asarray((np.abs(values[one.name] - here) <= tolerance(here)) | np.isnan(here))


def _mismatch(
    one: Computed,
    title: str,
    box: Box,
    cell: tuple[int, int],
    is_cause: bool,
    found: Recalculated,
    contents: Contents,
) -> Mismatch:
    row, col = box.row + cell[0], box.col + cell[1]
    formula = contents.sheets[title].formulas.get((row, col))
    shown = "" if formula is None else f"={formula.text}"
    expected = float(one.expected[cell])
    changed = is_cause or formula is None  # a number in the place of a formula follows from nothing
    return Mismatch(title, row, col, one.name, expected, found.value(title, row, col), shown, changed)
