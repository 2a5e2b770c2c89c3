"""The functions of single cells: each one once, with its values, its slope and its words in every language.

A row of `FUNCTIONS` is all there is to a function: how NumPy computes it, how each language says it, and
what its slope is. The mathematics refers to a row by its name (`Apply("sigmoid", z)`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx import resources
from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Number
from mlp2xlsx.mathematics.leaves import nodes

FloatMatrix = NDArray[np.float64]

# How tightly operations bind; each language uses those it has. R's matrix product binds tighter than its
# other products; Excel binds a minus in front tighter than ^, so that -2^2 is 4.
SUM, PRODUCT, MATRIX_PRODUCT, MINUS, SIGMA, POWER, EXCEL_MINUS, ATOM = 10, 20, 25, 30, 35, 40, 50, 100

# e^709 is the last that fits a double: LibreOffice and Excel answer #NUM! to more, NumPy infinity.
LARGEST_EXPONENT = 700
# Changes no number that is not itself as small. A comparison would do as well, but not in IronCalc, for
# which 0 < 1E-16 is false.
SMALLEST_ARGUMENT = 1e-300


class Words(NamedTuple):
    """How a language says a function.

    Attributes
    ----------
    text
        What stands around the operand, whose places are `{}`.
    inner
        How tightly an operand must bind to stand there without parentheses.
    outer
        How tightly the whole binds.
    """

    text: str
    inner: int = 0
    outer: int = ATOM


@dataclass(frozen=True)
class Function:
    """One function of a cell.

    Attributes
    ----------
    values
        What NumPy computes, cell by cell.
    derivative
        The derivative from the operand z: an expression of its shape, or a number. It is that of the function
        itself, without what keeps its numbers within the range of spreadsheets.
    math, python, r
        The words in mathematics and in programs.
    caption
        The words of a formula for a whole matrix, as a textbook has it.
    excel
        The formula of one cell, within the range of numbers that spreadsheets reach.
    over_range
        The same over several cells, of operators alone: programs differ in what functions make of a range.
        None where there is no such form.
    worked
        The words of the worked line; None where no step uses it.
    slope
        The derivative from the function's own value a; None where it is no activation.
    rising
        Whether a larger operand never makes the value smaller.
    kink
        Whether there is a place where it has no slope.
    exponential
        Whether the operand is an exponent of e, and so has to stay within the range of numbers.
    """

    values: Callable[[FloatMatrix], FloatMatrix]
    derivative: Callable[[Expr], Expr]
    math: Words
    python: Words
    r: Words
    caption: Words
    excel: Words
    over_range: Words | None = None
    worked: Words | None = None
    slope: Callable[[Expr], Expr] | None = None
    rising: bool = True
    kink: bool = False
    exponential: bool = False


_LIMIT, _TINY = LARGEST_EXPONENT, SMALLEST_ARGUMENT

FUNCTIONS: dict[str, Function] = {
    "sigmoid": Function(  # the logistic function
        values=lambda z: 1 / (1 + np.exp(-np.maximum(z, -_LIMIT))),
        derivative=lambda z: Apply("sigmoid", z) * Apply("sigmoid", Apply("negate", z)),
        math=Words("σ({})"),
        python=Words("sigmoid({})"),
        r=Words("sigmoid({})"),
        caption=Words("1 / (1 + EXP(-{}))", ATOM, PRODUCT),
        excel=Words(f"1/(1+EXP(-MAX(-{_LIMIT},{{}})))", 0, PRODUCT),
        worked=Words("1 / (1 + e^(−{}))", ATOM, PRODUCT),
        slope=lambda a: a * (Number(1) - a),
        exponential=True,
    ),
    "tanh": Function(
        values=np.tanh,
        derivative=lambda z: Number(1) - Apply("square", Apply("tanh", z)),
        math=Words("tanh({})"),
        python=Words("np.tanh({})"),
        r=Words("tanh({})"),
        caption=Words("TANH({})"),
        excel=Words("TANH({})"),
        worked=Words("tanh({})"),
        slope=lambda a: Number(1) - Apply("square", a),
    ),
    "relu": Function(
        values=lambda z: np.maximum(0.0, z),
        derivative=lambda z: Apply("positive", z),
        math=Words("max(0, {})"),
        python=Words("np.maximum(0, {})"),
        r=Words("pmax({}, 0)"),
        # Of a matrix, MAX is the largest of all.
        caption=Words("IF({0} < 0, 0, {0})"),
        excel=Words("MAX(0,{})"),
        worked=Words("max(0, {})"),
        slope=lambda a: Apply("positive", a),  # positive where its input is
        kink=True,
    ),
    "positive": Function(  # 1 where a cell is positive, else 0: the slope of relu
        values=lambda z: np.where(z > 0, 1.0, 0.0),
        derivative=lambda z: Number(0),
        math=Words("[{} > 0]"),
        python=Words("({} > 0) * 1", SUM, PRODUCT),
        r=Words("({} > 0) * 1", SUM, PRODUCT),
        caption=Words("IF({} > 0, 1, 0)"),
        excel=Words("IF({}>0,1,0)", SUM),
        over_range=Words("({}>0)*1", SUM, PRODUCT),
        worked=Words("[{} > 0]"),
    ),
    "exp": Function(  # taken at ±700 for cells beyond
        values=lambda z: np.exp(np.clip(z, -_LIMIT, _LIMIT)),
        derivative=lambda z: Apply("exp", z),
        math=Words("exp({})"),
        python=Words(f"np.exp(np.clip({{}}, -{_LIMIT}, {_LIMIT}))"),
        r=Words(f"exp(pmin(pmax({{}}, -{_LIMIT}), {_LIMIT}))"),
        caption=Words("EXP({})"),
        excel=Words(f"EXP(MAX(-{_LIMIT},MIN({_LIMIT},{{}})))"),
        worked=Words("e^({})"),
        exponential=True,
    ),
    "log": Function(  # never of 0
        values=lambda z: np.log(z + _TINY),
        derivative=lambda z: Number(1) / z,
        math=Words("ln({})"),
        python=Words(f"np.log({{}} + {_TINY})", SUM),
        r=Words(f"log({{}} + {_TINY})", SUM),
        caption=Words("LN({})"),
        excel=Words(f"LN({{}}+{_TINY:G})", SUM),
        worked=Words("ln({})"),
    ),
    "square": Function(
        values=np.square,
        derivative=lambda z: Number(2) * z,
        math=Words("{}²", ATOM, POWER),
        python=Words("{} ** 2", ATOM, POWER),
        r=Words("{}^2", ATOM, POWER),
        caption=Words("{}^2", ATOM, POWER),
        excel=Words("{}^2", ATOM, POWER),
        over_range=Words("{}^2", ATOM, POWER),
        worked=Words("{}²", ATOM, POWER),
        rising=False,
    ),
    "sqrt": Function(
        values=np.sqrt,
        derivative=lambda z: Number(1) / (Number(2) * Apply("sqrt", z)),
        math=Words("√{}", ATOM, POWER),
        python=Words("np.sqrt({})"),
        r=Words("sqrt({})"),
        caption=Words("SQRT({})"),
        excel=Words("SQRT({})"),
        worked=Words("√{}", ATOM, POWER),
    ),
    "absolute": Function(
        values=np.abs,
        derivative=lambda z: Apply("sign", z),
        math=Words("|{}|"),
        python=Words("np.abs({})"),
        r=Words("abs({})"),
        caption=Words("ABS({})"),
        excel=Words("ABS({})"),
        over_range=Words("{0}*(({0}>0)-({0}<0))", PRODUCT, PRODUCT),
        worked=Words("|{}|"),
        rising=False,
        kink=True,
    ),
    "sign": Function(  # the slope of the absolute value; 0 at 0
        values=np.sign,
        derivative=lambda z: Number(0),
        math=Words("sign({})"),
        python=Words("np.sign({})"),
        r=Words("sign({})"),
        caption=Words("SIGN({})"),
        excel=Words("SIGN({})"),
        worked=Words("sign({})"),
    ),
    "floor": Function(
        values=np.floor,
        derivative=lambda z: Number(0),
        math=Words("⌊{}⌋"),
        python=Words("np.floor({})"),
        r=Words("floor({})"),
        caption=Words("INT({})"),
        excel=Words("INT({})"),
        worked=Words("⌊{}⌋"),
    ),
    "pi_times": Function(  # half a turn for each 1
        values=lambda z: np.pi * z,
        derivative=lambda z: Apply("pi_times", Number(1)),
        math=Words("π × {}", PRODUCT + 1, PRODUCT),
        python=Words("np.pi * {}", PRODUCT + 1, PRODUCT),
        r=Words("pi * {}", MATRIX_PRODUCT, PRODUCT),
        caption=Words("PI() * {}", PRODUCT + 1, PRODUCT),
        excel=Words("PI()*{}", PRODUCT + 1, PRODUCT),
        over_range=Words("PI()*{}", PRODUCT + 1, PRODUCT),
        worked=Words("π×{}", PRODUCT + 1, PRODUCT),
    ),
    "cos": Function(
        values=np.cos,
        derivative=lambda z: Apply("cos", z + Apply("pi_times", Number(1)) / Number(2)),
        math=Words("cos({})"),
        python=Words("np.cos({})"),
        r=Words("cos({})"),
        caption=Words("COS({})"),
        excel=Words("COS({})"),
        worked=Words("cos({})"),
        rising=False,
    ),
    "negate": Function(
        values=np.negative,
        derivative=lambda z: Number(-1),
        math=Words("−{}", SIGMA, MINUS),
        python=Words("-{}", ATOM, MINUS),
        r=Words("-{}", ATOM, MINUS),
        caption=Words("-{}", ATOM, EXCEL_MINUS),
        excel=Words("-{}", ATOM, EXCEL_MINUS),
        over_range=Words("-{}", ATOM, EXCEL_MINUS),
        worked=Words("−{}", ATOM, MINUS),
        rising=False,
    ),
}


def activations() -> tuple[str, ...]:
    """Names of the functions that a hidden layer can have as its activation."""
    return tuple(name for name, function in FUNCTIONS.items() if function.slope is not None)


def register_activation(name: str, function: Function) -> None:
    """Add an activation.

    Raises
    ------
    ValueError
        When its name is taken, or its slope, its words in the worked line or a text is missing; the message
        names the part.
    """
    what = f"activation {name}"
    parts = ("values", "derivative", "math", "python", "r", "caption", "excel", "worked", "slope")
    faults = {f"{what}: {part} is missing": not getattr(function, part) for part in parts}
    refuse(ValueError, {f"there is a function {name} already": name in FUNCTIONS, **faults})
    slope = function.slope(Matrix("a", (1, 1))) if function.slope is not None else Number(1)
    said = {used for used, row in FUNCTIONS.items() if row.worked is not None}
    faults = {
        f"{what}: worked of {used}, which its slope reads, is missing": used not in said
        for used in (node.function for node in nodes(slope) if isinstance(node, Apply))
    }
    refuse(ValueError, faults)
    steps = (("steps", kind, name, "what") for kind in ("hidden_activation", "slopes"))
    resources.need_texts(what, *steps, ("math_sheet", "factors", f"slope_{name}"))
    FUNCTIONS[name] = function
