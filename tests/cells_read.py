"""The cells that one cell of a result reads, one by one, as `readings` tells them for all of them."""

from collections.abc import Iterable
from typing import NamedTuple

from mlp2xlsx.mathematics.expr import Expr, describe
from mlp2xlsx.mathematics.readings import Extent, readings


class CellOf(NamedTuple):
    """One cell of a named matrix, rows and columns counted from 0."""

    name: str
    row: int
    col: int


def reads(expr: Expr, row: int, col: int) -> frozenset[CellOf]:
    """Which cells of the named matrices one cell of the result is computed from.

    Parameters
    ----------
    expr
        An expression of shape (m, n).
    row, col
        A cell of its value, counted from 0.

    Returns
    -------
    frozenset of CellOf
        Scalars count as the cell (0, 0) of their name; numbers in the formula are no cells.

    Raises
    ------
    IndexError
        When the value has no such cell.
    """
    n_rows, n_cols = expr.shape
    if not (0 <= row < n_rows and 0 <= col < n_cols):
        raise IndexError(f"{describe(expr)} has no cell ({row}, {col})")
    return frozenset(
        CellOf(name, i, j)
        for name, shape, rows, cols in readings(expr)
        for i in _run(rows, row, col, shape[0])
        for j in _run(cols, row, col, shape[1])
    )


def _run(run: Extent, row: int, col: int, size: int) -> Iterable[int]:
    return {Extent.ROW: (row,), Extent.COL: (col,), Extent.ALL: range(size)}[run]
