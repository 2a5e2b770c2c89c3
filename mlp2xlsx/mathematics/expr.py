"""Matrix expressions: each quantity of the training is written once, as a tree of these nodes.

A node holds its operands and knows its shape; it keeps the author's form (`a - b` stays a subtraction)
and knows no language. What it means in NumPy, in a spreadsheet, on paper, in Python and in R stands in
`mlp2xlsx.render`, one module per language.
"""

from dataclasses import dataclass, fields
from enum import Enum
from functools import cached_property

from mlp2xlsx.errors import ShapeError

Shape = tuple[int, int]


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

    @cached_property
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

    def __truediv__(self, other: "Expr") -> "Divide":
        return Divide(self, other)

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
class Single(Matrix):
    """A named matrix of one cell that stands for one number: like a scalar, it goes with every cell."""

    size: Shape = (1, 1)


@dataclass(frozen=True)
class Number(Expr):
    """A number that is part of the formula, such as the 1 in `1 - output`."""

    value: float

    @cached_property
    def shape(self) -> Shape:
        return (1, 1)


@dataclass(frozen=True)
class Constant(Expr):
    """A matrix that holds the same number in every cell."""

    value: int
    size: Shape

    @cached_property
    def shape(self) -> Shape:
        return self.size


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


class Pairing(Enum):
    """Which cell of the right operand goes with a cell of the left one."""

    SAME = "the one in the same place"
    SCALAR = "the only one, of a scalar on either side"
    ROW = "the one of its column: a row goes with every row"
    COLUMN = "the one of its row: a column goes with every column"


@dataclass(frozen=True)
class Elementwise(Expr):
    """An operation on corresponding cells; the right operand may be a row or a column, either a scalar."""

    left: Expr
    right: Expr

    @cached_property
    def pairing(self) -> Pairing:
        """Which cells go together.

        Raises
        ------
        ShapeError
            When no rule fits the shapes.
        """
        (rows, cols), right = self.left.shape, self.right.shape
        if is_scalar(self.left) or is_scalar(self.right):
            return Pairing.SCALAR
        # Where several fit, the last one holds.
        fitting = {(rows, 1): Pairing.COLUMN, (1, cols): Pairing.ROW, (rows, cols): Pairing.SAME}
        if right not in fitting:
            raise ShapeError(
                f"cannot {_VERBS[type(self)]} {describe(self.left)} and {describe(self.right)}: expected on "
                f"the right the same shape, a row of {cols}, a column of {rows} or a number"
            )
        return fitting[right]

    @cached_property
    def shape(self) -> Shape:
        _ = self.pairing
        return self.right.shape if is_scalar(self.left) else self.left.shape


class Add(Elementwise):
    """Sum of corresponding cells."""


class Sub(Elementwise):
    """Difference of corresponding cells."""


class Mul(Elementwise):
    """Product of corresponding cells (Hadamard product), or of every cell with a scalar."""


class Divide(Elementwise):
    """Quotient of corresponding cells."""


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
class Apply(Expr):
    """A function of each cell of one matrix, by its name in `mlp2xlsx.mathematics.functions`."""

    function: str
    operand: Expr

    @cached_property
    def shape(self) -> Shape:
        return self.operand.shape


@dataclass(frozen=True)
class OfOne(Expr):
    """An operation on one matrix."""

    operand: Expr


class Transpose(OfOne):
    """Rows and columns exchanged."""

    @cached_property
    def shape(self) -> Shape:
        rows, cols = self.operand.shape
        return cols, rows


class SumSamples(OfOne):
    """The sum over the samples: the rows of a matrix added up into one row."""

    @cached_property
    def shape(self) -> Shape:
        return 1, self.operand.shape[1]


class SumNeurons(OfOne):
    """The sum over the neurons: the columns of a matrix added up into one column."""

    @cached_property
    def shape(self) -> Shape:
        return self.operand.shape[0], 1


class Total(OfOne):
    """The sum of all cells."""

    @cached_property
    def shape(self) -> Shape:
        return 1, 1


_VERBS: dict[type[Expr], str] = {
    Add: "add",
    Sub: "subtract",
    Mul: "multiply elementwise",
    Divide: "divide",
}


def is_scalar(expr: Expr) -> bool:
    """Whether a node stands for one number by its kind, not by the accident of its size."""
    if isinstance(expr, Elementwise | Apply):
        return all(map(is_scalar, expr.operands))
    return isinstance(expr, Number | Scalar | Single)


def describe(expr: Expr) -> str:
    """Name and shape of an operand for a message, as in `wout (3×1)`."""
    rows, cols = expr.shape
    name = type(expr).__name__
    if isinstance(expr, Matrix | Scalar):
        name = expr.name
    elif isinstance(expr, Apply):
        name = expr.function
    return f"{name} ({rows}×{cols})"
