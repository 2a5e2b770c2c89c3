"""One iteration of which a person fills in some matrices: what the others come to, as far as is known."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.interpreter import Interpreter
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.iteration import Iteration
from mlp2xlsx.mathematics.readings import Extent, readings
from mlp2xlsx.render.values import Compiled, FloatMatrix, Values, compile_values


def first_iteration(
    iteration: Iteration, given: Mapping[str, FloatMatrix], answers: Mapping[str, FloatMatrix]
) -> dict[str, FloatMatrix]:
    """Compute the first iteration, taking a person's numbers where there are any.

    Parameters
    ----------
    iteration
        What is computed.
    given
        What it starts from; see `interpreter.start_values`.
    answers
        The matrices that a person fills in, by name; NaN where a cell has no number.

    Returns
    -------
    dict of str to FloatMatrix
        Every matrix by name. A cell is NaN when any of the cells that it is computed from is.
    """
    with np.errstate(all="ignore"):
        return Interpreter(iteration.results, _compile_with_gaps).run(dict(given), answers)


def evaluate_with_gaps(expr: Expr, values: Values) -> FloatMatrix:
    """Compute an expression of matrices with gaps: NaN for every cell that reads a NaN."""
    return _compile_with_gaps(expr)(values)


def _compile_with_gaps(expr: Expr) -> Compiled:
    function, read = compile_values(expr), readings(expr)

    def with_gaps(values: Values) -> FloatMatrix:
        result = np.array(function(values), dtype=np.float64)
        # Of a comparison, NumPy makes a number even where there was none.
        for name, _, rows, cols in read:
            result[np.broadcast_to(_gaps(np.isnan(values[name]), rows, cols), result.shape)] = np.nan
        return result

    return with_gaps


def _gaps(missing: NDArray[np.bool_], rows: Extent, cols: Extent) -> NDArray[np.bool_]:
    """Tell which cells of a result read a missing one, as an array that stretches to the result's shape."""
    if rows is Extent.ALL:
        missing = np.logical_or.reduce(missing, axis=0, keepdims=True)
    if cols is Extent.ALL:
        missing = np.logical_or.reduce(missing, axis=1, keepdims=True)
    # A row number is told by the cell's row or, through a transpose, by its column.
    return missing.T if rows is Extent.COL or cols is Extent.ROW else missing
