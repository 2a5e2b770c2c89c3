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
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
)


class Run(Enum):
    """Which rows, or which columns, of a matrix one cell of a result is computed from."""

    ROW = "the one of the cell's row"
    COL = "the one of the cell's column"
    ALL = "every one"


class Reading(NamedTuple):
    """A part of a named matrix that every cell of a result is computed from: some rows × some columns."""

    name: str
    shape: Shape
    rows: Run
    cols: Run


def readings(expr: Expr) -> frozenset[Reading]:
    """Which parts of the named matrices a cell of the result is computed from, told by its row and column.

    Scalars count as matrices of one cell; numbers in the formula are no cells.
    """
    return frozenset(_readings(expr, Run.ROW, Run.COL))


def _readings(expr: Expr, row: Run, col: Run) -> Iterator[Reading]:
    """Yield what is read for a cell that stands in the row and column told."""
    if isinstance(expr, Matrix):
        yield Reading(expr.name, expr.shape, row, col)
    elif isinstance(expr, Scalar):
        yield Reading(expr.name, expr.shape, Run.ALL, Run.ALL)
    else:
        told = {Run.ROW: row, Run.COL: col, Run.ALL: Run.ALL}
        for operand, (rows, cols) in zip(expr.operands, _rules(expr), strict=True):
            yield from _readings(operand, told[rows], told[cols])


def _rules(expr: Expr) -> tuple[tuple[Run, Run], ...]:
    """Which rows and columns of each operand a cell is computed from; mostly those of the cell."""
    if isinstance(expr, Elementwise):
        return (Run.ROW, Run.COL), _PAIRED[expr.pairing]
    return _READS.get(type(expr), ((Run.ROW, Run.COL),) * len(expr.operands))


_PAIRED = {
    Pairing.SAME: (Run.ROW, Run.COL),
    Pairing.SCALAR: (Run.ROW, Run.COL),
    Pairing.ROW: (Run.ALL, Run.COL),
    Pairing.COLUMN: (Run.ROW, Run.ALL),
}
_READS: dict[type[Expr], tuple[tuple[Run, Run], ...]] = {
    MatMul: ((Run.ROW, Run.ALL), (Run.ALL, Run.COL)),
    Transpose: ((Run.COL, Run.ROW),),
    # Which row is taken is not known before the numbers are: any of the column may be read.
    TakeRows: ((Run.ALL, Run.COL), (Run.ROW, Run.ALL)),
    SumSamples: ((Run.ALL, Run.COL),),
    SumNeurons: ((Run.ROW, Run.ALL),),
    Total: ((Run.ALL, Run.ALL),),
}
