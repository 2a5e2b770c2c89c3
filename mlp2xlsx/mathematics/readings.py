"""Which cells of the named matrices a cell of a result is computed from, told by its row and column."""

from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from mlp2xlsx.mathematics.expr import (
    Elementwise,
    Expr,
    MatMul,
    Matrix,
    Pairing,
    Scalar,
    Shape,
    Single,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
)


class Extent(Enum):
    """Which rows, or which columns, of a matrix one cell of a result is computed from."""

    ROW = "the one of the cell's row"
    COL = "the one of the cell's column"
    ALL = "every one"


class Reading(NamedTuple):
    """A part of a named matrix that every cell of a result is computed from: some rows × some columns."""

    name: str
    shape: Shape
    rows: Extent
    cols: Extent


def readings(expr: Expr) -> frozenset[Reading]:
    """Which parts of the named matrices a cell of the result is computed from, told by its row and column.

    Scalars count as matrices of one cell; numbers in the formula are no cells.
    """
    return frozenset(_readings(expr, Extent.ROW, Extent.COL))


def _readings(expr: Expr, row: Extent, col: Extent) -> Iterator[Reading]:
    """Yield what is read for a cell that stands in the row and column told."""
    if isinstance(expr, Scalar | Single):
        yield Reading(expr.name, expr.shape, Extent.ALL, Extent.ALL)
    elif isinstance(expr, Matrix):
        yield Reading(expr.name, expr.shape, row, col)
    else:
        told = {Extent.ROW: row, Extent.COL: col, Extent.ALL: Extent.ALL}
        for operand, (rows, cols) in zip(expr.operands, _rules(expr), strict=True):
            yield from _readings(operand, told[rows], told[cols])


def _rules(expr: Expr) -> tuple[tuple[Extent, Extent], ...]:
    """Which rows and columns of each operand a cell is computed from; mostly those of the cell."""
    if isinstance(expr, Elementwise):
        return (Extent.ROW, Extent.COL), _PAIRED[expr.pairing]
    return _READS.get(type(expr), ((Extent.ROW, Extent.COL),) * len(expr.operands))


_PAIRED = {
    Pairing.SAME: (Extent.ROW, Extent.COL),
    Pairing.SCALAR: (Extent.ROW, Extent.COL),
    Pairing.ROW: (Extent.ALL, Extent.COL),
    Pairing.COLUMN: (Extent.ROW, Extent.ALL),
}
_READS: dict[type[Expr], tuple[tuple[Extent, Extent], ...]] = {
    MatMul: ((Extent.ROW, Extent.ALL), (Extent.ALL, Extent.COL)),
    Transpose: ((Extent.COL, Extent.ROW),),
    # Which row is taken is not known before the numbers are: any of the column may be read.
    TakeRows: ((Extent.ALL, Extent.COL), (Extent.ROW, Extent.ALL)),
    SumSamples: ((Extent.ALL, Extent.COL),),
    SumNeurons: ((Extent.ROW, Extent.ALL),),
    Total: ((Extent.ALL, Extent.ALL),),
}
