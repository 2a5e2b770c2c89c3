"""Spans: whatever the numbers are within theirs, the value is within its own."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from mlp2xlsx.mathematics import expr as nodes
from mlp2xlsx.mathematics.expr import (
    Apply,
    Constant,
    Divide,
    Expr,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    Scalar,
    Single,
    Sub,
    SumNeurons,
    TakeRows,
    Transpose,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.render.spans import Interval, Spans
from mlp2xlsx.render.values import compile_values, evaluate
from tests.helpers import (
    LR,
    SHAPES,
    Leaves,
    exp,
    grid,
    kinds,
    log,
    negate,
    positive,
    relu,
    square,
    tanh,
    values_of,
)

X, Z, POSITIVE = (Matrix(name, (3, 2)) for name in ("X", "Z", "positive"))
# Kinds that the grid of expressions leaves out, and those whose spans turn at 0.
OTHERS = {
    "Constant": Constant(2, (2, 3)),
    "MatrixUnit": MatrixUnit("row", (2, 3), 1, 2),
    "MatrixUnit-times": Mul(MatrixUnit("row", (3, 2), 1, 1), X),
    "Single": Mul(X, Single("power")),
    "TakeRows": TakeRows(X, Matrix("sample", (4, 1))),
    "Log": log(square(X) + Number(1)),
    "softmax": Divide(exp(X), SumNeurons(exp(X))),
    "slope-of-tanh": Number(1) - square(tanh(X)),
    "operand-twice": X - X,
    "signs-of-products": Mul(Mul(X, Z), LR) - negate(relu(Transpose(Matrix("T", (2, 3))))),
    "negative-divisor": Divide(X, Number(-3)),
}
EXPRS: dict[str, list[Expr]] = {name: [expr] for name, expr in OTHERS.items()}
for _kind, _shape in product(kinds().values(), SHAPES):
    if _kind.fits(_shape):
        EXPRS.setdefault(_kind.name, []).append(_kind.make(_shape, _kind.leaf(Leaves()), 2))
for _name, _exprs in grid().items():
    if not _name.startswith("log-of"):  # a span may reach below 0
        EXPRS.setdefault(f"{_name.split('-')[0]}-of", []).extend(_exprs[:2])
# Interval arithmetic adds up in another order than NumPy's product of matrices.
ROUNDING = 1e-12
ROWS_TAKEN = np.array([[3.0], [1.0], [1.0], [2.0]])


def certain(expr):
    """The span of each leaf of an expression that is known exactly."""
    values = values_of(expr)
    if "sample" in values:
        values["sample"] = ROWS_TAKEN
    return {name: Interval(value, value) for name, value in values.items()}


def around(expr, random):
    """Make random spans of the leaves: wide ones, narrow ones, and some of no width at all."""
    found = {}
    for name, (value, _) in certain(expr).items():
        size = np.shape(value)
        reach = random.choice([0.0, 0.01, 0.5, 2.0]) * (random.random(size) < 0.8)
        if name == "sample":  # which rows are taken is given
            reach = np.zeros(size)
        low = value - reach * random.random(size)
        if name.startswith("p"):
            low = np.maximum(low, 0.01)
        found[name] = Interval(low, value + reach * random.random(size))
    return found


def within(value, span):
    low, high = span
    room = ROUNDING * np.maximum(1.0, np.maximum(np.abs(low), np.abs(high)))
    return bool(np.all((value >= low - room) & (value <= high + room)))


def drawn(spans, random):
    """Numbers anywhere within their spans, the ends among them."""
    found = {}
    for name, (low, high) in spans.items():
        place = np.clip(random.uniform(-0.3, 1.3, np.shape(low)), 0, 1)
        found[name] = np.clip(low + place * (high - low), low, high)
    return found


each_kind = pytest.mark.parametrize("exprs", EXPRS.values(), ids=EXPRS)


def lie_within(exprs, n_spans, n_drawn):
    """Draw numbers within some spans of each expression, and look where its values are."""
    random = np.random.default_rng(6)
    # A divisor may be 0, and the span then is all numbers; a root may be of none.
    with np.errstate(divide="ignore", invalid="ignore"):
        for expr in exprs:
            computed = compile_values(expr)
            for _ in range(n_spans):
                spans = around(expr, random)
                found = Spans(spans).visit(expr)
                assert np.all(found.low <= found.high), expr
                for _ in range(n_drawn):
                    value = computed(drawn(spans, random))
                    assert within(value, found) or np.isnan(value).any(), expr


@each_kind
def test_values_lie_within_the_span(exprs):
    lie_within(exprs, n_spans=2, n_drawn=2)


@pytest.mark.slow
def test_more_values_lie_within_more_spans():
    for exprs in EXPRS.values():
        lie_within(exprs, n_spans=3, n_drawn=5)


@each_kind
def test_of_exact_numbers_the_span_is_the_value(exprs):
    for expr in exprs:
        spans = certain(expr)
        low, high = Spans(spans).visit(expr)
        value = evaluate(expr, {name: span.low for name, span in spans.items()})
        np.testing.assert_array_equal(low, high)
        np.testing.assert_allclose(low, value, rtol=ROUNDING, atol=ROUNDING)
        assert np.shape(low) == np.shape(value)


class _TooNarrow(Spans):
    """A rule that takes the ends in the wrong order, as one forgets for a difference."""

    def on_Sub(self, node):
        left, right = self.visit(node.left), self.visit(node.right)
        return Interval(left.low - right.low, left.high - right.high)

    def on_Apply(self, node):
        low, high = self.visit(node.operand)
        return Interval(np.minimum(low**2, high**2), np.maximum(low**2, high**2))


@pytest.mark.parametrize("expr", [Sub(X, Z), square(X)], ids=["ends-of-a-difference", "square-around-0"])
def test_a_wrong_rule_is_seen(expr):
    random = np.random.default_rng(6)
    spans = {name: Interval(np.full((3, 2), -1.0), np.full((3, 2), 2.0)) for name in ("X", "Z")}
    values = [evaluate(expr, drawn(spans, random)) for _ in range(30)]
    assert all(within(value, Spans(spans).visit(expr)) for value in values)
    assert not all(within(value, _TooNarrow(spans).visit(expr)) for value in values)


def all_nodes():
    """Every kind of node that an expression can have."""
    own = {kind for kind in vars(nodes).values() if isinstance(kind, type) and issubclass(kind, Expr)}
    bases = {base for kind in own for base in kind.__mro__[1:]}
    return sorted(own - bases, key=lambda kind: kind.__name__)


def holds(expr, wanted):
    """Whether a node like this is anywhere in an expression."""
    return wanted(expr) or any(holds(operand, wanted) for operand in expr.operands)


@pytest.mark.parametrize("kind", all_nodes(), ids=lambda kind: kind.__name__)
def test_every_kind_of_node_has_a_rule(kind):
    assert hasattr(Spans, f"on_{kind.__name__}")


@pytest.mark.parametrize("kind", all_nodes(), ids=lambda kind: kind.__name__)
def test_every_kind_of_node_is_tried(kind):
    assert any(holds(expr, lambda one: type(one) is kind) for exprs in EXPRS.values() for expr in exprs)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_rule_and_is_tried(name):
    assert Spans(certain(POSITIVE)).visit(Apply(name, POSITIVE)).low.shape == POSITIVE.shape
    tried = [expr for exprs in EXPRS.values() for expr in exprs]
    assert any(holds(expr, lambda one: isinstance(one, Apply) and one.function == name) for expr in tried)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_span_of_a_function_holds_all_of_its_values_and_no_more(name):
    z = np.linspace(0 if name in ("log", "sqrt") else -3, 3, 6001)[None, :]
    values, row = FUNCTIONS[name].values(z), Matrix("z", (1, 1))
    for low, high in ((0, 6000), (0, 2000), (1000, 5000), (1500, 2500), (2500, 3500), (4000, 4900)):
        span = Spans({"z": Interval(z[:, [low]], z[:, [high]])}).visit(Apply(name, row))
        inside = values[0, low : high + 1]
        np.testing.assert_allclose(
            [span.low.item(), span.high.item()], [inside.min(), inside.max()], atol=1e-6
        )


def test_a_place_where_a_function_turns_that_is_left_out_is_seen(monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "gelu", replace(FUNCTIONS["gelu"], turns=()))
    with pytest.raises(AssertionError):
        test_the_span_of_a_function_holds_all_of_its_values_and_no_more("gelu")


def test_a_step_from_0_to_1_can_be_anything_between():
    low, high = Spans({"X": Interval(np.array([[-1.0, -2.0]]), np.array([[1.0, -1.0]]))}).visit(
        positive(Matrix("X", (1, 2)))
    )
    assert (low.tolist(), high.tolist()) == ([[0, 0]], [[1, 0]])


@pytest.mark.parametrize("column", [(-1.0, 1.0), (0.0, 1.0), (-1.0, 0.0)], ids=str)
def test_of_a_divisor_that_may_be_0_nothing_is_known(column):
    expr = Divide(Matrix("X", (1, 2)), Matrix("c", (1, 1)))
    ends = (np.array([[end]]) for end in column)
    spans = {"X": Interval(*[np.array([[1.0, -1.0]])] * 2), "c": Interval(*ends)}
    with np.errstate(all="ignore"):
        found = Spans(spans).visit(expr)
    for divisor in (-0.001, 0.001):
        if column[0] <= divisor <= column[1]:
            value = evaluate(expr, {"X": spans["X"].low, "c": np.array([[divisor]])})
            assert np.all((found.low <= value) & (value <= found.high))


def test_a_scalar_is_a_cell():
    span = Spans({"lr": Interval(np.array([[0.1]]), np.array([[0.2]]))}).visit(Scalar("lr"))
    assert (span.low.item(), span.high.item()) == (0.1, 0.2)
