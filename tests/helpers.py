"""Expressions of every kind, with values for their matrices; lessons, and what is said against them."""

from collections.abc import Callable, Iterator
from itertools import product
from zlib import crc32

import numpy as np
import pytest

from mlp2xlsx.errors import LessonError
from mlp2xlsx.expr import (
    Add,
    AddRow,
    Divide,
    DivideColumn,
    Elementwise,
    Exp,
    Expr,
    Log,
    MatMul,
    Matrix,
    Mul,
    Negate,
    Number,
    Positive,
    Relu,
    Scalar,
    Scale,
    Shape,
    Sigmoid,
    Square,
    Sub,
    SubColumn,
    SumNeurons,
    SumSamples,
    Tanh,
    Total,
    Transpose,
    WithColumn,
    leaves,
)
from mlp2xlsx.lesson import Lesson, parse
from mlp2xlsx.render.values import FloatMatrix

LR = Scalar("lr")
TWO_SIDED = (MatMul, Add, Sub, Mul, AddRow, SubColumn, DivideColumn)
BINARY = (*TWO_SIDED, Scale, Divide)
CELLWISE = (Sigmoid, Tanh, Relu, Positive, Exp, Negate, Square)
UNARY = (*CELLWISE, Transpose, SumSamples, SumNeurons, Total)
KINDS: tuple[type[Expr], ...] = (*BINARY, *UNARY)

# A random divisor may be 0, sums of exponentials may cancel, and a step is the same for most numbers.
NOT_RANDOM = (DivideColumn, Exp, Relu, Positive, Negate)

# A row, a column and a single cell among them: there broadcasting goes wrong unnoticed.
SHAPES: tuple[Shape, ...] = ((2, 3), (1, 3), (3, 1), (1, 1))

Make = Callable[[Shape], Expr]


class Leaves:
    """Makes matrices for one expression, no name twice: `a - a` would not depend on `a`."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, shape: Shape) -> Matrix:
        self.count += 1
        return Matrix(f"m{self.count}_{shape[0]}x{shape[1]}", shape)


def fits(kind: type[Expr], shape: Shape) -> bool:
    """Whether a node of this kind can have this shape."""
    return {SumSamples: shape[0] == 1, SumNeurons: shape[1] == 1, Total: shape == (1, 1)}.get(kind, True)


def node(kind: type[Expr], shape: Shape, make: Make, inner: int = 2) -> Expr:
    """Make a node of a shape, its operands by `make`; `inner` is the size that its shape leaves open."""
    rows, cols = shape
    if kind is MatMul:
        return MatMul(make((rows, inner)), make((inner, cols)))
    if kind is AddRow:
        return AddRow(make(shape), make((1, cols)))
    if kind is Scale:
        return Scale(make(shape), LR)
    if kind is Divide:
        return Divide(make(shape), Number(3))
    if issubclass(kind, WithColumn):
        return kind(make(shape), make((rows, 1)))
    if issubclass(kind, Elementwise):
        return kind(make(shape), make(shape))
    operands = {
        Transpose: (cols, rows),
        SumSamples: (inner, cols),
        SumNeurons: (rows, inner),
        Total: (inner, 2 * inner - 1),
    }
    return kind(make(operands.get(kind, shape)))


class Nested:
    """Makes operands: the one at `position` is a node of `kind`, the others are matrices."""

    def __init__(self, kind: type[Expr], position: int) -> None:
        self.kind, self.position = kind, position
        self.leaf, self.asked, self.placed = Leaves(), 0, False

    def __call__(self, shape: Shape) -> Expr:
        self.asked += 1
        if self.asked - 1 == self.position and fits(self.kind, shape):
            self.placed = True
            return node(self.kind, shape, self.leaf)
        return self.leaf(shape)


def nested(outer: type[Expr], position: int, kind: type[Expr]) -> Iterator[Expr]:
    """Nest one kind of node in another, in all shapes in which that is possible."""
    for shape, inner in product(SHAPES, (2, 1)):
        if fits(outer, shape):
            make = Nested(kind, position)
            expr = node(outer, shape, make, inner)
            if make.placed:
                yield expr


def with_numbers() -> Iterator[Expr]:
    """Scalars and numbers on either side, where only a cell by cell operation may have them."""
    for kind, scalar in product((Add, Sub, Mul), (Number(1), LR)):
        for operand in (Matrix("m1_2x3", (2, 3)), Sub(Matrix("m1_2x3", (2, 3)), Matrix("m2_2x3", (2, 3)))):
            yield kind(scalar, operand)
            yield kind(operand, scalar)
            yield Sub(Matrix("m3_2x3", (2, 3)), kind(operand, scalar))
            yield Total(kind(scalar, operand))


def with_negative_numbers() -> Iterator[Expr]:
    """A sign that is part of a number, beside operators that bind tighter than a minus, or look like it."""
    minus_2, cell = Number(-2), Matrix("m1_1x1", (1, 1))
    yield from (
        minus_2 * cell,
        minus_2 - cell,
        cell - minus_2,
        Sigmoid(minus_2 * cell),
        Divide(cell, minus_2),
    )
    yield from (Square(minus_2) * cell, cell - Square(minus_2), Sigmoid(Square(minus_2) - cell))


def with_powers(shape: Shape) -> Iterator[Expr]:
    """The square of something that stands in parentheses, beside signs that may bind tighter or less."""
    power = Square(Matrix("m1_{}x{}".format(*shape), shape) - Matrix("m2_{}x{}".format(*shape), shape))
    yield from (Negate(power), Number(1) - power, Sigmoid(power), Square(power), power * power)


def random_expr(random: np.random.Generator, shape: Shape, depth: int, leaf: Leaves) -> Expr:
    """Make a tree of random nodes."""
    if depth == 0:
        return leaf(shape)
    kinds = [kind for kind in KINDS if fits(kind, shape) and kind not in NOT_RANDOM]
    kind = kinds[random.integers(len(kinds))]
    inner = int(random.integers(1, 4))
    return node(kind, shape, lambda size: random_expr(random, size, depth - 1, leaf), inner)


def random_exprs(count: int, depth: int = 3) -> dict[str, Expr]:
    """Make random trees with random shapes, rows and columns among them; the same on every run."""
    made = {}
    for seed in range(count):
        random = np.random.default_rng(seed)
        rows, cols = (int(size) for size in random.integers(1, 5, size=2))
        shape = [(rows, cols), (1, cols), (rows, 1)][seed % 3]
        made[f"seed{seed}-{shape[0]}x{shape[1]}"] = random_expr(random, shape, depth, Leaves())
    return made


def grid() -> dict[str, list[Expr]]:
    """Every kind of node as every operand of every other, and random trees."""
    entries = {}
    for outer, kind in product(KINDS, KINDS):
        sides = ("left", "right") if outer in TWO_SIDED else ("of",)
        for position, side in enumerate(sides):
            if (outer, side) == (DivideColumn, "right") and kind in (Relu, Positive):
                continue  # division by 0
            if (outer, kind) == (Square, Negate):
                continue  # IronCalc loses the parentheses of (-A)^2 when it reads a file
            entries[f"{outer.__name__}-{side}-{kind.__name__}"] = list(
                dict.fromkeys(nested(outer, position, kind))
            )
    entries["logarithms"] = [Log(kind(Matrix("m1_2x3", (2, 3)))) for kind in (Sigmoid, Relu, Positive, Exp)]
    entries["powers"] = [outer for shape in SHAPES for outer in with_powers(shape)]
    entries["numbers"] = list(with_numbers())
    entries["negative-numbers"] = list(with_negative_numbers())
    return entries | {name: [expr] for name, expr in random_exprs(40).items()}


def value_of(leaf: Matrix | Scalar) -> FloatMatrix:
    """Value of a leaf: of either sign and never small, short enough to be written exactly."""
    if isinstance(leaf, Scalar):
        return np.array(0.3)
    random = np.random.default_rng(crc32(leaf.name.encode()))
    return np.round(random.uniform(0.2, 1.2, leaf.size) * random.choice([-1, 1], leaf.size), 6)


def values_of(expr: Expr) -> dict[str, FloatMatrix]:
    """Values for all names in an expression."""
    return {leaf.name: value_of(leaf) for leaf in leaves(expr)}


def lesson_of(text: str) -> Lesson:
    """Read a lesson from the text of its file."""
    return parse(text, "test.toml", "test")


def message(function: Callable[..., object], *arguments: object, **options: object) -> str:
    """What a call is refused with: one line."""
    with pytest.raises(LessonError) as caught:
        function(*arguments, **options)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text
