"""The activations that ship: functions that a hidden layer can have, with their slopes."""

import numpy as np

from mlp2xlsx.mathematics.expr import Apply, Expr, Number
from mlp2xlsx.mathematics.functions.function import (
    ATOM,
    GELU_CUBE,
    GELU_INNER,
    GELU_SCALE,
    LARGEST_EXPONENT,
    PRODUCT,
    SUM,
    Function,
    Words,
)

_LIMIT = LARGEST_EXPONENT
_LEAK = 0.01

ACTIVATIONS: dict[str, Function] = {
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
    "leaky_relu": Function(
        values=lambda z: np.maximum(z, _LEAK * z),
        derivative=lambda z: _leaky_slope(z),
        math=Words(f"max({{0}}, {_LEAK} × {{0}})", PRODUCT),
        python=Words(f"np.maximum({{0}}, {_LEAK} * {{0}})", PRODUCT),
        r=Words(f"pmax({{0}}, {_LEAK} * {{0}})", PRODUCT),
        caption=Words(f"IF({{0}} < 0, {_LEAK} * {{0}}, {{0}})", PRODUCT),
        excel=Words(f"MAX({{0}},{_LEAK}*{{0}})", PRODUCT),
        worked=Words(f"max({{0}}, {_LEAK} × {{0}})", PRODUCT),
        slope=lambda a: _leaky_slope(a),  # positive where its input is
        kink=True,
    ),
    "elu": Function(  # with α = 1
        values=lambda z: np.maximum(0.0, z) + np.exp(np.clip(z, -_LIMIT, 0.0)) - 1,
        derivative=lambda z: Apply("exp", Apply("negate", Apply("relu", Apply("negate", z)))),
        math=Words("max(0, {0}) + exp(min(0, {0})) − 1", SUM, SUM),
        python=Words("np.maximum(0, {0}) + np.exp(np.minimum(0, {0})) - 1", SUM, SUM),
        r=Words("pmax({0}, 0) + exp(pmin({0}, 0)) - 1", SUM, SUM),
        caption=Words("IF({0} < 0, EXP({0}) - 1, {0})", SUM),
        excel=Words(f"MAX(0,{{0}})+EXP(MAX(-{_LIMIT},MIN(0,{{0}})))-1", 0, SUM),
        worked=Words("max(0, {0}) + e^(min(0, {0})) − 1", 0, SUM),
        slope=lambda a: Number(1) - Apply("relu", Apply("negate", a)),
        exponential=True,
    ),
    "softplus": Function(
        values=lambda z: np.maximum(0.0, z) + np.log(1 + np.exp(-np.minimum(np.abs(z), _LIMIT))),
        derivative=lambda z: Apply("sigmoid", z),
        math=Words("ln(1 + exp({}))"),
        python=Words("np.maximum(0, {0}) + np.log(1 + np.exp(-np.abs({0})))", SUM, SUM),
        r=Words("pmax({0}, 0) + log(1 + exp(-abs({0})))", SUM, SUM),
        caption=Words("LN(1 + EXP({}))"),
        excel=Words(f"MAX(0,{{0}})+LN(1+EXP(-MIN({_LIMIT},ABS({{0}}))))", 0, SUM),
        worked=Words("ln(1 + e^({}))"),
        slope=lambda a: Number(1) - Apply("exp", Apply("negate", a)),
        exponential=True,
    ),
    "gelu": Function(  # by tanh, as in the paper of Hendrycks and Gimpel
        values=lambda z: z * (1 + np.tanh(GELU_SCALE * (z + GELU_CUBE * z * z * z))) / 2,
        derivative=lambda z: Apply("gelu_slope", z),
        math=Words("gelu({})"),
        python=Words("gelu({})"),
        r=Words("gelu({})"),
        caption=Words("{0} * (1 + TANH(SQRT(2 / PI()) * ({0} + 0.044715 * {0}^3))) / 2", ATOM, PRODUCT),
        excel=Words(f"{{0}}*(1+TANH({GELU_INNER}))/2", ATOM, PRODUCT),
        worked=Words("{0} × (1 + tanh(√(2/π) × ({0} + 0.044715 × {0}³))) / 2", ATOM, PRODUCT),
        slope=lambda z: Apply("gelu_slope", z),
        slope_reads_input=True,
        turns=(-0.7524614220710162,),
    ),
    "softsign": Function(
        values=lambda z: z / (1 + np.abs(z)),
        derivative=lambda z: Number(1) / Apply("square", Number(1) + Apply("absolute", z)),
        math=Words("{0} / (1 + |{0}|)", ATOM, PRODUCT),
        python=Words("{0} / (1 + np.abs({0}))", ATOM, PRODUCT),
        r=Words("{0} / (1 + abs({0}))", ATOM, PRODUCT),
        caption=Words("{0} / (1 + ABS({0}))", ATOM, PRODUCT),
        excel=Words("{0}/(1+ABS({0}))", ATOM, PRODUCT),
        worked=Words("{0} / (1 + |{0}|)", ATOM, PRODUCT),
        slope=lambda a: Apply("square", Number(1) - Apply("absolute", a)),
    ),
}


def _leaky_slope(z: Expr) -> Expr:
    return Number(_LEAK) + Number(1 - _LEAK) * Apply("positive", z)
