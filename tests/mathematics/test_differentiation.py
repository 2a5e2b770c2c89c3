"""The derivative of every kind of node, against central differences; and what has none."""

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pytest

from mlp2xlsx.errors import ShapeError
from mlp2xlsx.mathematics import differentiation
from mlp2xlsx.mathematics.differentiation import derivatives
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, MatrixUnit, Mul, Number, Scalar, TakeRows, Total
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.values import evaluate
from tests.cases import few_values
from tests.helpers import grid, relu, sigmoid, square, tanh, values_of
from tests.render.test_spans import EXPRS

# Central differences are off by some H² of the third derivative, and by 1e-16 / H.
H, NEAR = 1e-5, 1e-6
X, W, ROW = Matrix("X", (4, 2)), Matrix("W", (2, 3)), Matrix("row", (1, 3))
SAMPLE = Matrix("sample", (3, 1))


def probed(expr):
    """A number that depends on every cell of an expression, on each in a way of its own."""
    return Total(Mul(Matrix("p_probe", expr.shape), expr))


def measured(loss, values, name):
    """The derivative of a number by central differences."""
    found = np.empty(np.shape(values[name]))
    for place in np.ndindex(found.shape):
        up, down = (np.array(values[name], float) for _ in range(2))
        up[place] += H
        down[place] -= H
        ends = [evaluate(loss, values | {name: moved}).item() for moved in (up, down)]
        found[place] = (ends[0] - ends[1]) / (2 * H)
    return found


def wrong(loss, values=None):
    """Names by which the derivative of a number is not what is measured."""
    values = values_of(loss) if values is None else values
    found = derivatives(loss)
    assert found.keys() == set(names(loss)) - {SAMPLE.name}
    slopes = {name: measured(loss, values, name) for name in found}
    return [
        name
        for name, slope in slopes.items()
        if np.abs(evaluate(found[name], values) - slope).max() > NEAR * (1 + np.abs(slope).max())
        or found[name].shape != (slope.shape or (1, 1))
    ]


# The floor of numbers from 0 to 1 is 0, where neither has a slope.
WITHOUT_SLOPE = {"log-of-floor", "sqrt-of-floor"}


@pytest.mark.slow
def test_every_kind_of_node_in_every_other():
    tried = {name: exprs for name, exprs in grid().items() if name not in WITHOUT_SLOPE}
    assert len(tried) == len(grid()) - len(WITHOUT_SLOPE)
    bad = {name: [expr for expr in exprs if wrong(probed(expr))] for name, exprs in tried.items()}
    assert {name: exprs for name, exprs in bad.items() if exprs} == {}


@pytest.mark.parametrize("most", few_values("eight of a kind", of={"eight of a kind": (8,), "all": (None,)}))
def test_no_kind_of_node_is_without_a_rule(most):
    # Every kind is among them, as is tested there.
    for expr in chain(*(exprs[:most] for exprs in EXPRS.values())):
        loss = probed(expr)
        assert derivatives(loss).keys() == set(names(loss)) - {SAMPLE.name}


def test_a_wrong_row_of_the_table_is_seen(monkeypatch):
    loss = probed(sigmoid(X @ W))
    assert wrong(loss) == []
    row = replace(FUNCTIONS["sigmoid"], derivative=lambda z: z * (Number(1) - z))
    monkeypatch.setitem(FUNCTIONS, "sigmoid", row)
    assert wrong(loss) == ["X", "W"]


def test_a_row_that_is_not_added_up_is_seen(monkeypatch):
    loss = probed(X @ W - ROW)
    assert wrong(loss) == []
    monkeypatch.setattr(differentiation, "_added_up", lambda node, by_cell, operand: by_cell)
    assert wrong(loss) == ["row"]


@pytest.mark.parametrize("rows", [[1, 2, 3], [4, 2, 4], [3, 3, 3]], ids=str)
def test_rows_that_are_taken_once_or_more_often(rows):
    loss = probed(tanh(TakeRows(X, SAMPLE)) @ W)
    values = values_of(loss) | {SAMPLE.name: np.array(rows, float)[:, None]}
    assert wrong(loss, values) == []
    by_rows = evaluate(derivatives(loss)["X"], values)
    assert np.flatnonzero(by_rows.any(axis=1)).tolist() == sorted({row - 1 for row in rows})


def test_a_matrix_unit_is_data():
    assert wrong(probed(Mul(X, MatrixUnit("unit", (4, 2), 2, 1)) @ W)) == []


CELLS = np.array([[-30, -3, -0.5, 0.5, 3, 30]])
Z = Matrix("z", CELLS.shape)
FAR = {"exp": CELLS / 10, "floor": CELLS + 0.2, "log": np.abs(CELLS), "sqrt": np.abs(CELLS)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_the_derivative_that_is_measured(name):
    values = {"z": FAR.get(name, CELLS), "p_probe": np.ones(CELLS.shape)}
    assert wrong(probed(Apply(name, Z)), values) == []


@pytest.mark.parametrize("name", [name for name, row in FUNCTIONS.items() if row.slope is not None])
def test_a_slope_from_the_value_or_the_operand_is_the_derivative_from_the_operand(name):
    row = FUNCTIONS[name]
    z = np.append(CELLS, [[0.0]], axis=1)  # relu rises to the right of 0 only: both say 0 there
    read = z if row.slope_reads_input else row.values(z)
    found = evaluate(row.slope(Matrix("a", z.shape)), {"a": read})
    expected = evaluate(row.derivative(Matrix("z", z.shape)), {"z": z})
    # 1 - a has no more digits than are left of 1, nor has ln(1 + e^z) than are left of e^z.
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_names_stand_for_what_they_are_computed_from():
    """`a` is read by two others, `b` not at all; `X` stands for itself, as data do."""
    a, c = Matrix("a", (4, 3)), Matrix("c", (4, 3))
    results = [
        Result("X", X),
        Result("a", tanh(X @ W)),
        Result("b", sigmoid(a)),
        Result("c", relu(a + ROW)),
        Result("after", square(c)),
    ]
    loss, whole = probed(c * a), probed(relu(tanh(X @ W) + ROW) * tanh(X @ W))
    values = values_of(whole)
    known = {**values, "a": evaluate(tanh(X @ W), values)}
    known["c"] = evaluate(relu(a + ROW), known)
    found, expected = derivatives(loss, results), derivatives(whole)
    assert found.keys() == {*expected, "a", "c"}
    for name, derivative in expected.items():
        np.testing.assert_allclose(evaluate(found[name], known), evaluate(derivative, values), rtol=1e-12)


def test_a_penalty_and_how_much_it_counts():
    penalty = Scalar("l2") / Number(2) * (Total(square(W)) + Total(square(ROW)))
    assert wrong(probed(X @ W + ROW) + penalty) == []
    assert wrong(Total(square(X @ W)) / Number(2) + Total(square(W)) * Scalar("l2")) == []


def test_a_matrix_is_no_number():
    with pytest.raises(ShapeError) as caught:
        derivatives(X)
    assert str(caught.value) == "cannot differentiate X (4×2): expected one number (1×1)"


def test_a_node_without_a_rule_is_refused():
    @dataclass(frozen=True)
    class Norm(Expr):
        operand: Expr
        shape = (1, 1)

    with pytest.raises(TypeError, match=r"^no rule for the derivative of Norm$"):
        derivatives(Norm(X))
