"""A loss with a penalty, and an optimiser with state: its gradient cannot be read from the update.

Neither is part of a lesson. What is shown is that the derivative of the loss judges such steps as well, and the
slope of every penalty that a lesson may have.
"""

from functools import reduce
from operator import add

import numpy as np
import pytest

from mlp2xlsx.mathematics.differentiation import derivatives
from mlp2xlsx.mathematics.expr import Apply, Matrix, Number, Scalar, Total
from mlp2xlsx.mathematics.penalties import PENALTIES
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.values import evaluate
from tests.mathematics.test_gradients import LR, N_SAMPLES, loss_of, network_of, numbers_for, results_of

L2, MOMENTUM = Scalar("l2"), Scalar("momentum")


def penalty_of(network):
    """Half of l2 times the sum of the squares of all weights; biases go free."""
    shapes = network.parameters()
    squares = (Total(Apply("square", Matrix(w, shapes[w]))) for w in weights_of(network))
    return L2 / Number(2) * reduce(add, squares)


def weights_of(network):
    return [layer.weights for layer in network.layers]


def with_velocities(network, l2):
    """The iteration of an optimiser with state: no update adds a gradient times lr to a parameter."""
    for result in results_of(network, N_SAMPLES):
        name = result.name.removeprefix("next_")
        if name == result.name:
            yield result
            continue
        parameter, moved = result.expr.operands
        velocity = Matrix(f"velocity_{name}", parameter.shape)
        decay = parameter * l2 * Scalar("lr") if name in weights_of(network) else Number(0)
        yield (made := Result(f"next_{velocity.name}", velocity * MOMENTUM + moved - decay))
        yield Result(result.name, parameter + made.matrix)


@pytest.mark.parametrize(
    ("decay", "right"), [(L2, True), (Number(0), False)], ids=["with-its-gradient", "gradient-forgotten"]
)
@pytest.mark.parametrize("bias", ["trained", "frozen", "none"])
def test_the_velocities_of_a_loss_with_a_penalty(bias, decay, right):
    network = network_of((3, 2), "tanh", "softmax", "cross_entropy", bias)
    values = numbers_for(network, seed=3)
    random = np.random.default_rng(4)
    velocities = {name: random.normal(size=values[name].shape) for name in network.trained()}
    known = values | {f"velocity_{name}": velocity for name, velocity in velocities.items()}
    known |= {"lr": np.array(LR), "l2": np.array(0.4), "momentum": np.array(0.9)}
    results = tuple(with_velocities(network, decay))
    for result in results:
        known[result.name] = evaluate(result.expr, known)
    found = derivatives(loss_of(network, N_SAMPLES) + penalty_of(network), results)
    for name, velocity in velocities.items():
        accelerated = (known[f"next_velocity_{name}"] - 0.9 * velocity) / LR
        agrees = np.allclose(-accelerated, evaluate(found[name], known), rtol=1e-12, atol=1e-12)
        assert agrees is (right or name not in weights_of(network)), name
    assert evaluate(found["l2"], known) == pytest.approx(
        sum(np.square(values[name]).sum() for name in weights_of(network)) / 2, rel=1e-12
    )


WEIGHTS = np.array([[-2.5, -0.3, 0.4], [1.7, 0.9, -1.2]])
WRONG = {
    "l1": Matrix("w", WEIGHTS.shape) * Scalar("l1_penalty"),
    "l2": Apply("absolute", Matrix("w", WEIGHTS.shape)),
}


def slope_and_derivative(name, slope=None):
    """What a penalty says is its slope, and the derivative of what it adds to the loss, at weights of both signs."""
    row, weights = PENALTIES[name], Matrix("w", WEIGHTS.shape)
    known = {"w": WEIGHTS} | {number: np.array(0.3 + k) for k, number in enumerate(row.scalars)}
    said = row.slope(weights) if slope is None else slope
    return evaluate(said, known), evaluate(derivatives(row.loss(weights))["w"], known)


@pytest.mark.parametrize("name", PENALTIES)
def test_the_slope_of_a_penalty_is_the_derivative_of_its_loss(name):
    slope, derivative = slope_and_derivative(name)
    assert slope == pytest.approx(derivative, rel=1e-12)


@pytest.mark.parametrize("name", WRONG)
def test_another_slope_would_be_seen(name):
    slope, derivative = slope_and_derivative(name, WRONG[name])
    assert slope != pytest.approx(derivative, rel=1e-3)
