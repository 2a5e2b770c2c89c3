"""Runs an iteration in NumPy: everything that computes its matrices goes through here."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.iteration import Iteration, initial_name
from mlp2xlsx.mathematics.readings import Extent, Reading, readings
from mlp2xlsx.mathematics.steps import SAMPLE, Result, Step, X, Y
from mlp2xlsx.render.values import Compiled, Compiler, FloatMatrix, Values, compile_values, evaluate


class Interpreter:
    """Computes named matrices one after the other.

    Parameters
    ----------
    results
        What is computed, in order; given matrices among them are left as they are.
    compiler
        Makes a function of the matrices of an expression.
    """

    def __init__(self, results: Iterable[Result], compiler: Compiler | None = None) -> None:
        visit = (compiler or Compiler()).visit
        self._program = [(result.name, visit(result.expr)) for result in results if not result.given]

    def run(self, values: dict[str, FloatMatrix]) -> dict[str, FloatMatrix]:
        """Add every matrix to those that are known by name, and return them all."""
        for name, function in self._program:  # thousands of times in training
            values[name] = function(values)
        return values


def lasting_values(lesson: Lesson) -> dict[str, FloatMatrix]:
    """What every iteration is given: data and the numbers of training, 1×1 each."""
    return {X: lesson.X, Y: lesson.y, **lesson.scalar_matrices, **lesson.columns}


def start_values(lesson: Lesson) -> dict[str, FloatMatrix]:
    """What the first iteration starts from, by name: what is given, and what is carried on from there."""
    inputs = {initial_name(name): values for name, values in lesson.initial_parameters().items()}
    carried = {each.name: evaluate(each.start, inputs) for each in lesson.one_iteration.carried}
    order = {SAMPLE: lesson.sample_order()[0][:, None]} if lesson.one_iteration.batched else {}
    return lasting_values(lesson) | carried | order | next(lesson.masks()) | dict(lesson.kept)


def first_iteration(
    iteration: Iteration, given: Mapping[str, FloatMatrix], answers: Mapping[str, FloatMatrix]
) -> dict[str, FloatMatrix]:
    """Compute the first iteration, taking a person's numbers where there are any.

    Parameters
    ----------
    iteration
        What is computed.
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
    for _, result, computed in computed_in_turn(iteration, values):
        values[result.name] = answers.get(result.name, computed)
    return values


def computed_in_turn(
    iteration: Iteration, values: Mapping[str, FloatMatrix]
) -> Iterator[tuple[Step, Result, FloatMatrix]]:
    """Yield each computed matrix of an iteration with its step and what it comes to.

    It is computed from the matrices that are known by then: what is gone on with, be it the matrix that was
    yielded or a person's, is to be put among them before the next one is asked for.
    """
    for step in iteration.steps:
        for result in step.computed:
            yield step, result, evaluate_with_gaps(result.expr, values)


def evaluate_with_gaps(expr: Expr, values: Values) -> FloatMatrix:
    """Compute an expression of matrices with gaps: NaN for every cell that reads a NaN."""
    compute, read = _understood(expr)
    with np.errstate(all="ignore"):
        found = np.array(compute(values), dtype=np.float64)
    # Of a comparison, NumPy makes a number even where there was none.
    for name, _, rows, cols in read:
        found[np.broadcast_to(_gaps(np.isnan(values[name]), rows, cols), found.shape)] = np.nan
    return found


@lru_cache(maxsize=1024)
def _understood(expr: Expr) -> tuple[Compiled, frozenset[Reading]]:
    """How an expression is computed, and from what: the same for a whole class."""
    return compile_values(expr), readings(expr)


def _gaps(missing: NDArray[np.bool_], rows: Extent, cols: Extent) -> NDArray[np.bool_]:
    """Tell which cells of a result read a missing one, as an array that stretches to the result's shape."""
    if rows is Extent.ALL:
        missing = np.logical_or.reduce(missing, axis=0, keepdims=True)
    if cols is Extent.ALL:
        missing = np.logical_or.reduce(missing, axis=1, keepdims=True)
    # A row number is told by the cell's row or, through a transpose, by its column.
    return missing.T if rows is Extent.COL or cols is Extent.ROW else missing
