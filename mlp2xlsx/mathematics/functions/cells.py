"""The other functions of cells: what slopes, losses and optimisers are written with."""

import numpy as np

from mlp2xlsx.mathematics.expr import Apply, Expr, Number
from mlp2xlsx.mathematics.functions.function import (
    ATOM,
    EXCEL_MINUS,
    GELU_CUBE,
    GELU_INNER,
    GELU_SCALE,
    LARGEST_EXPONENT,
    MATRIX_PRODUCT,
    MINUS,
    POWER,
    PRODUCT,
    SIGMA,
    SMALLEST_ARGUMENT,
    SUM,
    FloatMatrix,
    Function,
    Words,
)

_LIMIT, _TINY = LARGEST_EXPONENT, SMALLEST_ARGUMENT

_GELU_STEEPEST = 1.4185040087908285
_GELU_TANH = f"TANH({GELU_INNER})"
_GELU_STEEP = f"{GELU_SCALE / 2!r}*{{0}}*(1+{3 * GELU_CUBE}*{{0}}*{{0}})"


def _gelu_slope(z: FloatMatrix) -> FloatMatrix:
    t = np.tanh(GELU_SCALE * (z + GELU_CUBE * z * z * z))
    return np.asarray((1 + t) / 2 + GELU_SCALE / 2 * z * (1 + 3 * GELU_CUBE * z * z) * (1 - t * t))


def _gelu_bend(z: Expr) -> Expr:
    """(1 − t²) (u′ + z u″ / 2 − z u′² t)."""
    square = Apply("square", z)
    t = Apply("tanh", Number(GELU_SCALE) * (z + Number(GELU_CUBE) * z * square))
    first = Number(GELU_SCALE) * (Number(1) + Number(3 * GELU_CUBE) * square)
    second = Number(6 * GELU_SCALE * GELU_CUBE) * z
    return (Number(1) - Apply("square", t)) * (
        first + z * second / Number(2) - z * Apply("square", first) * t
    )


CELL_FUNCTIONS: dict[str, Function] = {
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
        turns=(0.0,),
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
        turns=(0.0,),
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
    ),
    "gelu_slope": Function(
        values=_gelu_slope,
        derivative=_gelu_bend,
        math=Words("gelu′({})"),
        python=Words("gelu_slope({})"),
        r=Words("gelu_slope({})"),
        caption=Words("GELU′({})"),
        excel=Words(f"(1+{_GELU_TANH})/2+{_GELU_STEEP}*(1-{_GELU_TANH}*{_GELU_TANH})", ATOM, SUM),
        worked=Words("gelu′({})"),
        turns=(-_GELU_STEEPEST, _GELU_STEEPEST),
    ),
}
