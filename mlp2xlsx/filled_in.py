"""One iteration of which a person fills in some matrices: what the others come to, as far as is known."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.readings import Extent, readings
from mlp2xlsx.mathematics.steps import SAMPLE, Step
from mlp2xlsx.render.values import FloatMatrix, compile_values


def start_values(lesson: Lesson) -> dict[str, FloatMatrix]:
    """Everything that the first iteration starts from, by name: data, parameters, learning rate."""
    given = {"X": lesson.X, "y": lesson.y, "lr": np.array([[lesson.lr]]), **lesson.initial_parameters()}
    if lesson.batch is not None:
        given[SAMPLE] = lesson.sample_order()[0][:, None]
    return given


def first_iteration(
    run: tuple[Step, ...], given: Mapping[str, FloatMatrix], answers: Mapping[str, FloatMatrix]
) -> dict[str, FloatMatrix]:
    """Compute the first iteration, taking a person's numbers where there are any.

    Parameters
    ----------
    run
        The steps of the iteration.
    given
        What it starts from; see `start_values`.
    answers
        The matrices that a person fills in, by name; NaN where a cell has no number.

    Returns
    -------
    dict of str to FloatMatrix
        Every matrix by name. A cell is NaN when any of the cells that it is computed from is.
    """
    values = dict(given)
    with np.errstate(all="ignore"):
        for step in run:
            for result in step.results:
                if result.name in answers:
                    values[result.name] = answers[result.name]
                elif not result.given:
                    values[result.name] = evaluate_with_gaps(result.expr, values)
    return values


def evaluate_with_gaps(expr: Expr, values: Mapping[str, FloatMatrix]) -> FloatMatrix:
    """Compute an expression of matrices with gaps: NaN for every cell that reads a NaN."""
    result = np.array(compile_values(expr)(values), dtype=np.float64)
    # Of a comparison, NumPy makes a number even where there was none.
    for name, _, rows, cols in readings(expr):
        result[np.broadcast_to(_gaps(np.isnan(values[name]), rows, cols), result.shape)] = np.nan
    return result


def _gaps(missing: NDArray[np.bool_], rows: Extent, cols: Extent) -> NDArray[np.bool_]:
    """Tell which cells of a result read a missing one, as an array that stretches to the result's shape."""
    if rows is Extent.ALL:
        missing = np.logical_or.reduce(missing, axis=0, keepdims=True)
    if cols is Extent.ALL:
        missing = np.logical_or.reduce(missing, axis=1, keepdims=True)
    # A row number is told by the cell's row or, through a transpose, by its column.
    return missing.T if rows is Extent.COL or cols is Extent.ROW else missing


def depending(run: tuple[Step, ...], blank: Iterable[str]) -> frozenset[str]:
    """Names of some matrices and of all that are computed from them, directly or not."""
    found = set(blank)
    for step in run:
        for result in step.results:
            if not result.given and found.intersection(names(result.expr)):
                found.add(result.name)
    return frozenset(found)
