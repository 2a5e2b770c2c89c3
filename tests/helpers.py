"""Expressions of every kind, with values for their matrices; lessons, and what is said against them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import product
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from mlp2xlsx import Report, build, verify
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import Lesson, parse
from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Divide,
    Expr,
    MatMul,
    Matrix,
    Mul,
    Number,
    Scalar,
    Shape,
    Sub,
    SumNeurons,
    SumSamples,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS, Function
from mlp2xlsx.mathematics.leaves import leaves
from mlp2xlsx.render.values import FloatMatrix, evaluate

LR = Scalar("lr")
OPERATIONS = (Add, Sub, Mul, Divide)
sigmoid, tanh, relu, positive, exp, log, square, negate, sqrt, absolute, sign, leaky_relu, softsign = (
    partial(Apply, name)
    for name in (
        *("sigmoid", "tanh", "relu", "positive", "exp", "log", "square", "negate"),
        *("sqrt", "absolute", "sign", "leaky_relu", "softsign"),
    )
)

# A row, a column and a single cell among them: there broadcasting goes wrong unnoticed.
SHAPES: tuple[Shape, ...] = ((2, 3), (1, 3), (3, 1), (1, 1))

Make = Callable[[Shape], Expr]


class Leaves:
    """Makes matrices for one expression, no name twice: `a - a` would not depend on `a`."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, shape: Shape) -> Matrix:
        return self.named("m", shape)

    def positive(self, shape: Shape) -> Matrix:
        """Make a matrix of numbers above 0."""
        return self.named("p", shape)

    def named(self, letter: str, shape: Shape) -> Matrix:
        self.count += 1
        return Matrix(f"{letter}{self.count}_{shape[0]}x{shape[1]}", shape)


@dataclass(frozen=True)
class Kind:
    """A kind of node: a class, an operation with what it is paired with, or a function of cells.

    Attributes
    ----------
    make
        Makes a node of a shape, its operands by a function; the number is the size that its shape leaves open.
    sides
        Names of the operands that may be a node of any kind.
    fits
        Whether there is a node of a shape.
    random
        Whether random trees may hold it: a random divisor may be 0, sums of exponentials may cancel,
        and a step is the same for most numbers.
    positive
        Whether its operand must be above 0.
    """

    name: str
    make: Callable[[Shape, Make, int], Expr]
    sides: tuple[str, ...] = ("of",)
    fits: Callable[[Shape], bool] = lambda shape: True
    random: bool = True
    positive: bool = False

    def leaf(self, leaves: Leaves) -> Make:
        """What makes the matrices that the node may have as operands."""
        return leaves.positive if self.positive else leaves


_BOTH = ("left", "right")


def kinds() -> dict[str, Kind]:
    """Every kind of node, among them each function that there is now."""
    found = [
        Kind("MatMul", lambda shape, make, n: MatMul(make((shape[0], n)), make((n, shape[1]))), _BOTH),
        Kind("Transpose", lambda shape, make, n: Transpose(make(shape[::-1]))),
        Kind(
            "SumSamples",
            lambda shape, make, n: SumSamples(make((n, shape[1]))),
            fits=lambda shape: shape[0] == 1,
        ),
        Kind(
            "SumNeurons",
            lambda shape, make, n: SumNeurons(make((shape[0], n))),
            fits=lambda shape: shape[1] == 1,
        ),
        Kind("Total", lambda shape, make, n: Total(make((n, 2 * n - 1))), fits=lambda shape: shape == (1, 1)),
        *(kind for operation in OPERATIONS for kind in _pairings(operation)),
        *map(_function, FUNCTIONS),
    ]
    return {kind.name: kind for kind in found}


def _pairings(operation: type[Add | Sub | Mul | Divide]) -> Iterator[Kind]:
    """An operation with all that its left operand may be paired with."""
    name, random = operation.__name__, operation is not Divide
    yield Kind(name, lambda shape, make, n: operation(make(shape), make(shape)), _BOTH, random=random)
    yield Kind(
        f"{name}Row",
        lambda shape, make, n: operation(make(shape), make((1, shape[1]))),
        _BOTH,
        random=random,
    )
    yield Kind(
        f"{name}Column",
        lambda shape, make, n: operation(make(shape), make((shape[0], 1))),
        _BOTH,
        random=random,
    )
    # There is one scalar only: what is added here may be subtracted there.
    yield Kind(f"{name}Scalar", lambda shape, make, n: operation(make(shape), LR), random=operation is Mul)


def _function(name: str) -> Kind:
    return Kind(
        name,
        lambda shape, make, n: Apply(name, make(shape)),
        random=name in ("sigmoid", "tanh", "square"),
        positive=name in ("log", "sqrt"),
    )


class Nested:
    """Makes operands: the one at `position` is a node of `kind`, the others are matrices."""

    def __init__(self, outer: Kind, position: int, kind: Kind) -> None:
        self.kind, self.position = kind, position
        self.leaves, self.asked, self.placed = Leaves(), 0, False
        self.leaf = outer.leaf(self.leaves)

    def __call__(self, shape: Shape) -> Expr:
        self.asked += 1
        if self.asked - 1 == self.position and self.kind.fits(shape):
            self.placed = True
            return self.kind.make(shape, self.kind.leaf(self.leaves) if self.kind.positive else self.leaf, 2)
        return self.leaf(shape)


def nested(outer: Kind, position: int, kind: Kind) -> Iterator[Expr]:
    """Nest one kind of node in another, in all shapes in which that is possible."""
    for shape, inner in product(SHAPES, (2, 1)):
        if outer.fits(shape):
            make = Nested(outer, position, kind)
            expr = outer.make(shape, make, inner)
            if make.placed:
                yield expr


def with_numbers() -> Iterator[Expr]:
    """Scalars and numbers on either side, where only a cell by cell operation may have them."""
    for kind, scalar in product(OPERATIONS, (Number(3), LR)):
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
        sigmoid(minus_2 * cell),
        Divide(cell, minus_2),
    )
    power = square(minus_2)
    yield from (power * cell, cell - power, sigmoid(power - cell))


def with_powers(shape: Shape) -> Iterator[Expr]:
    """The square of something that stands in parentheses, beside signs that may bind tighter or less."""
    difference = Matrix("m1_{}x{}".format(*shape), shape) - Matrix("m2_{}x{}".format(*shape), shape)
    power = square(difference)
    yield from (Number(1) - power, power * power)
    yield from (Apply(function, power) for function in ("negate", "sigmoid", "square"))


def random_expr(random: np.random.Generator, shape: Shape, depth: int, leaf: Leaves) -> Expr:
    """Make a tree of random nodes."""
    if depth == 0:
        return leaf(shape)
    fitting = [kind for kind in kinds().values() if kind.random and kind.fits(shape)]
    kind = fitting[random.integers(len(fitting))]
    inner = int(random.integers(1, 4))
    return kind.make(shape, lambda size: random_expr(random, size, depth - 1, leaf), inner)


@cache
def random_exprs(count: int, depth: int = 3) -> dict[str, Expr]:
    """Make random trees with random shapes, rows and columns among them; the same on every run."""
    made = {}
    for seed in range(count):
        random = np.random.default_rng(seed)
        rows, cols = (int(size) for size in random.integers(1, 5, size=2))
        shape = [(rows, cols), (1, cols), (rows, 1)][seed % 3]
        made[f"seed{seed}-{shape[0]}x{shape[1]}"] = random_expr(random, shape, depth, Leaves())
    return made


def nests() -> dict[str, list[Expr]]:
    """Every kind of node as every operand of every other; those without a value, such as 1/0, are left out."""
    return _nests(tuple(FUNCTIONS.items()))


@cache
def _nests(_: tuple[tuple[str, Function], ...]) -> dict[str, list[Expr]]:
    """Nest the kinds of nodes that there are with these functions."""
    entries = {}
    for outer, kind in product(kinds().values(), repeat=2):
        for position, side in enumerate(outer.sides):
            made = dict.fromkeys(nested(outer, position, kind))
            entries[f"{outer.name}-{side}-{kind.name}"] = [expr for expr in made if has_value(expr)]
    return entries


@cache
def grid() -> dict[str, list[Expr]]:
    """Every kind of node as every operand of every other, and random trees."""
    entries = {name: exprs for name, exprs in nests().items() if exprs}
    entries["powers"] = [outer for shape in SHAPES for outer in with_powers(shape)]
    entries["numbers"] = list(with_numbers())
    entries["negative-numbers"] = list(with_negative_numbers())
    return entries | {name: [expr] for name, expr in random_exprs(40).items()}


def has_value(expr: Expr) -> bool:
    """Whether NumPy finds a number for every cell."""
    with np.errstate(all="ignore"):
        return bool(np.isfinite(evaluate(expr, values_of(expr))).all())


def unbounded() -> dict[str, Function]:
    """The functions whose exponents are kept within bounds, without them in spreadsheets."""
    texts = {"exp": "EXP({})", "sigmoid": "1/(1+EXP(-{}))"}
    rows = {name: FUNCTIONS[name] for name in texts}
    return {name: replace(row, excel=row.excel._replace(text=texts[name])) for name, row in rows.items()}


@cache
def value_of(leaf: Matrix | Scalar) -> FloatMatrix:
    """Value of a leaf: of either sign unless asked for, never small, short enough to be written exactly."""
    if isinstance(leaf, Scalar):
        return np.array(0.3)
    random = np.random.default_rng(crc32(leaf.name.encode()))
    sizes, signs = random.uniform(0.2, 1.2, leaf.size), random.choice([-1, 1], leaf.size)
    return np.round(sizes if leaf.name.startswith("p") else sizes * signs, 6)


def values_of(expr: Expr) -> dict[str, FloatMatrix]:
    """Values for all names in an expression."""
    return {leaf.name: value_of(leaf) for leaf in leaves(expr)}


def lesson_of(text: str) -> Lesson:
    """Read a lesson from the text of its file."""
    return parse(text, "test.toml", "test")


def verified(lesson: Lesson, path: Path, engine: str = "ironcalc", **how: bool) -> Report:
    """Build a workbook and check it against what it was written from, as `build --verify` does."""
    how = {"quick": True, "arithmetic_only": True, **how}
    return verify(path, engine, built=build(lesson, path).book, **how)


def message(function: Callable[..., object], *arguments: object, **options: object) -> str:
    """What a call is refused with: one line."""
    with pytest.raises(LessonError) as caught:
        function(*arguments, **options)
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    return text


def present():
    """Names of the engines that can be used on this machine, the default first."""
    return [name for name, kind in ENGINES.items() if kind.missing() is None]


def form_of(book):
    """What makes a layout, as a text: the defined names, and of each sheet the formulas and rows that repeat."""
    sheets = [
        (
            title,
            [(place, sheet.formula_text(*place)) for place in sheet.live],
            [
                (one.row, one.count, [(block.box, block.formulas) for block in one.blocks])
                for one in sheet.bands
            ],
        )
        for title, sheet in book.sheets.items()
    ]
    return repr((book.names, sheets))
