"""Matrix expressions: each quantity of the training is written once, as a tree of these nodes.

A node holds its operands and knows its shape; it keeps the author's form (`a - b` stays a subtraction)
and knows no language. What it means in NumPy, in a spreadsheet, on paper, in Python and in R stands in
`mlp2xlsx.render`, one module per language.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from mlp2xlsx.errors import ShapeError

Shape = tuple[int, int]


class CellOf(NamedTuple):
    """One cell of a named matrix, rows and columns counted from 0."""

    name: str
    row: int
    col: int


@dataclass(frozen=True)
class Expr:
    """An expression whose value is a matrix; a scalar is a 1×1 matrix."""

    @cached_property
    def shape(self) -> Shape:
        """(rows, columns) of the value.

        Raises
        ------
        ShapeError
            When the operands do not fit each other.
        """
        raise NotImplementedError

    @property
    def operands(self) -> tuple["Expr", ...]:
        """The expressions this one is computed from directly."""
        return tuple(v for f in fields(self) if isinstance(v := getattr(self, f.name), Expr))

    def __post_init__(self) -> None:
        _ = self.shape  # a tree that does not fit is refused where it is made

    def __matmul__(self, other: "Expr") -> "MatMul":
        return MatMul(self, other)

    def __add__(self, other: "Expr") -> "Add":
        return Add(self, other)

    def __sub__(self, other: "Expr") -> "Sub":
        return Sub(self, other)

    def __mul__(self, other: "Expr") -> "Mul":
        return Mul(self, other)

    @property
    def T(self) -> "Transpose":
        """The transposed matrix."""
        return Transpose(self)


@dataclass(frozen=True)
class Matrix(Expr):
    """A matrix known by its name; samples are rows."""

    name: str
    size: Shape

    @cached_property
    def shape(self) -> Shape:
        return self.size


@dataclass(frozen=True)
class Scalar(Expr):
    """A single number known by its name, such as the learning rate."""

    name: str

    @cached_property
    def shape(self) -> Shape:
        return (1, 1)


@dataclass(frozen=True)
class Number(Expr):
    """A number that is part of the formula, such as the 1 in `1 - output`."""

    value: int

    @cached_property
    def shape(self) -> Shape:
        return (1, 1)


@dataclass(frozen=True)
class MatrixUnit(Expr):
    """1 in the place of one cell of a named matrix, 0 in the places of all others."""

    name: str
    size: Shape
    row: int
    col: int

    @cached_property
    def shape(self) -> Shape:
        (rows, cols), row, col = self.size, self.row, self.col
        if not (0 <= row < rows and 0 <= col < cols):
            raise ShapeError(f"{self.name} ({rows}×{cols}) has no cell ({row}, {col})")
        return self.size


@dataclass(frozen=True)
class MatMul(Expr):
    """Matrix product, (m×k) · (k×n) = (m×n)."""

    left: Expr
    right: Expr

    @cached_property
    def shape(self) -> Shape:
        (rows, inner), (inner_right, cols) = self.left.shape, self.right.shape
        if inner != inner_right:
            raise ShapeError(
                f"cannot multiply {describe(self.left)} by {describe(self.right)}: "
                f"inner sizes {inner} and {inner_right} differ"
            )
        return rows, cols


@dataclass(frozen=True)
class Elementwise(Expr):
    """An operation on corresponding cells of two matrices of one shape; a scalar goes with every cell."""

    left: Expr
    right: Expr

    @cached_property
    def shape(self) -> Shape:
        if is_scalar(self.left):
            return self.right.shape
        if not is_scalar(self.right) and self.left.shape != self.right.shape:
            raise ShapeError(
                f"cannot {_VERBS[type(self)]} {describe(self.left)} and {describe(self.right)}: "
                "the shapes differ"
            )
        return self.left.shape


class Add(Elementwise):
    """Sum of corresponding cells."""


class Sub(Elementwise):
    """Difference of corresponding cells."""


class Mul(Elementwise):
    """Product of corresponding cells (Hadamard product)."""


# e^709 is the last that fits a double: LibreOffice and Excel answer #NUM! to more, NumPy infinity.
LARGEST_EXPONENT = 700
# Changes no number that is not itself as small. A comparison would do as well, but not in IronCalc, for
# which 0 < 1E-16 is false.
SMALLEST_ARGUMENT = 1e-300


@dataclass(frozen=True)
class AddRow(Expr):
    """A row added to every row of a matrix: a bias broadcast over the samples."""

    matrix: Expr
    row: Expr

    @cached_property
    def shape(self) -> Shape:
        if self.row.shape != (1, self.matrix.shape[1]):
            raise ShapeError(
                f"cannot add {describe(self.row)} to every row of {describe(self.matrix)}: "
                f"expected a row of {self.matrix.shape[1]}"
            )
        return self.matrix.shape


@dataclass(frozen=True)
class WithColumn(Expr):
    """An operation of every column of a matrix with one and the same column."""

    matrix: Expr
    column: Expr

    @cached_property
    def shape(self) -> Shape:
        if self.column.shape != (self.matrix.shape[0], 1):
            raise ShapeError(
                f"cannot {_VERBS[type(self)]} {describe(self.column)} and every column of "
                f"{describe(self.matrix)}: expected a column of {self.matrix.shape[0]}"
            )
        return self.matrix.shape


class SubColumn(WithColumn):
    """A column subtracted from every column of a matrix."""


class DivideColumn(WithColumn):
    """Every column of a matrix divided by one column, cell by cell."""


@dataclass(frozen=True)
class TakeRows(Expr):
    """The rows of a matrix that a column of row numbers, counted from 1, asks for."""

    matrix: Matrix
    rows: Expr

    @cached_property
    def shape(self) -> Shape:
        if self.rows.shape[1] != 1:
            raise ShapeError(
                f"cannot take the rows {describe(self.rows)} of {describe(self.matrix)}: expected one column"
            )
        return self.rows.shape[0], self.matrix.shape[1]


@dataclass(frozen=True)
class Scale(Expr):
    """A matrix times a scalar."""

    matrix: Expr
    factor: Expr

    @cached_property
    def shape(self) -> Shape:
        if not is_scalar(self.factor):
            raise ShapeError(f"cannot scale {describe(self.matrix)} by {describe(self.factor)}: not a scalar")
        return self.matrix.shape


@dataclass(frozen=True)
class Divide(Expr):
    """A matrix divided by a number."""

    matrix: Expr
    divisor: Number

    @cached_property
    def shape(self) -> Shape:
        return self.matrix.shape


@dataclass(frozen=True)
class _OfOne(Expr):
    """An operation on each cell of one matrix."""

    operand: Expr

    @cached_property
    def shape(self) -> Shape:
        return self.operand.shape


class Sigmoid(_OfOne):
    """The logistic function 1 / (1 + e^(-z)) of every cell."""


class Tanh(_OfOne):
    """The hyperbolic tangent of every cell."""


class Relu(_OfOne):
    """Every cell where it is positive, else 0."""


class Positive(_OfOne):
    """1 where a cell is positive, else 0: the slope of `Relu`."""


class Exp(_OfOne):
    """The exponential function of every cell, taken at ±`LARGEST_EXPONENT` for cells beyond."""


class Log(_OfOne):
    """The natural logarithm of every cell; `SMALLEST_ARGUMENT` is added, so that none is taken of 0."""


class Negate(_OfOne):
    """Every cell with its sign changed."""


class Square(_OfOne):
    """The square of every cell."""


class Transpose(_OfOne):
    """Rows and columns exchanged."""

    @cached_property
    def shape(self) -> Shape:
        rows, cols = self.operand.shape
        return cols, rows


class SumSamples(_OfOne):
    """The sum over the samples: the rows of a matrix added up into one row."""

    @cached_property
    def shape(self) -> Shape:
        return 1, self.operand.shape[1]


class SumNeurons(_OfOne):
    """The sum over the neurons: the columns of a matrix added up into one column."""

    @cached_property
    def shape(self) -> Shape:
        return self.operand.shape[0], 1


class Total(_OfOne):
    """The sum of all cells."""

    @cached_property
    def shape(self) -> Shape:
        return 1, 1


_VERBS: dict[type[Expr], str] = {
    Add: "add",
    Sub: "subtract",
    Mul: "multiply elementwise",
    SubColumn: "subtract",
    DivideColumn: "divide",
}


def is_scalar(expr: Expr) -> bool:
    """Whether a node stands for one number by its kind, not by the accident of its size."""
    return isinstance(expr, Number | Scalar)


def describe(expr: Expr) -> str:
    """Name and shape of an operand for a message, as in `wout (3×1)`."""
    rows, cols = expr.shape
    name = expr.name if isinstance(expr, Matrix | Scalar) else type(expr).__name__
    return f"{name} ({rows}×{cols})"


def leaves(expr: Expr) -> Iterator[Matrix | Scalar]:
    """Each named matrix and scalar in an expression, from left to right, with repeats."""
    if isinstance(expr, Matrix | Scalar):
        yield expr
    for operand in expr.operands:
        yield from leaves(operand)


def names(expr: Expr) -> tuple[str, ...]:
    """The names an expression is computed from, in the order of their first appearance."""
    return tuple(dict.fromkeys(leaf.name for leaf in leaves(expr)))


def substitute(expr: Expr, replacements: Mapping[str, Expr]) -> Expr:
    """Put expressions in the places of named matrices; what is put in is left as it is."""
    if isinstance(expr, Matrix):
        return replacements.get(expr.name, expr)
    operands = {f.name: v for f in fields(expr) if isinstance(v := getattr(expr, f.name), Expr)}
    if not operands:
        return expr
    return replace(expr, **{name: substitute(operand, replacements) for name, operand in operands.items()})


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


def _run(run: Run, row: int, col: int, size: int) -> Iterable[int]:
    return {Run.ROW: (row,), Run.COL: (col,), Run.ALL: range(size)}[run]


def _readings(expr: Expr, row: Run, col: Run) -> Iterator[Reading]:
    """Yield what is read for a cell that stands in the row and column told."""
    if isinstance(expr, Matrix):
        yield Reading(expr.name, expr.shape, row, col)
    elif isinstance(expr, Scalar):
        yield Reading(expr.name, expr.shape, Run.ALL, Run.ALL)
    else:
        rules = _READS.get(type(expr), ((Run.ROW, Run.COL),) * len(expr.operands))  # mostly cell by cell
        told = {Run.ROW: row, Run.COL: col, Run.ALL: Run.ALL}
        for operand, (rows, cols) in zip(expr.operands, rules, strict=True):
            yield from _readings(operand, told[rows], told[cols])


_WITH_COLUMN = ((Run.ROW, Run.COL), (Run.ROW, Run.ALL))
_READS: dict[type[Expr], tuple[tuple[Run, Run], ...]] = {
    MatMul: ((Run.ROW, Run.ALL), (Run.ALL, Run.COL)),
    AddRow: ((Run.ROW, Run.COL), (Run.ALL, Run.COL)),
    Transpose: ((Run.COL, Run.ROW),),
    SubColumn: _WITH_COLUMN,
    DivideColumn: _WITH_COLUMN,
    # Which row is taken is not known before the numbers are: any of the column may be read.
    TakeRows: ((Run.ALL, Run.COL), (Run.ROW, Run.ALL)),
    SumSamples: ((Run.ALL, Run.COL),),
    SumNeurons: ((Run.ROW, Run.ALL),),
    Total: ((Run.ALL, Run.ALL),),
}
