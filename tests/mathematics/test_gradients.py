"""Every combination of activation, output and loss: the update is the negative gradient of the loss.

The gradient comes from automatic differentiation of a loss that is written out here, and from central
differences of the loss as the steps have it.
"""

from itertools import product

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from mlp2xlsx.mathematics.expr import Matrix, Number
from mlp2xlsx.mathematics.gradients import forward, gradients
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.steps import accuracy_measure, loss, steps
from mlp2xlsx.render.values import evaluate

LR, N_SAMPLES = 0.3, 5
ROWS = [3, 1]  # those that a batch takes, counted from 0
HIDDEN = Matrix("hiddenlayer_activations", (N_SAMPLES, 3))
ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(0, z),
}
OUTPUTS = {
    "sigmoid": ACTIVATIONS["sigmoid"],
    "linear": lambda z: z,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
COMBINATIONS = [
    (hidden, activation, output, loss, bias)
    for hidden, activation, output, loss, bias in product(
        [(), (3,), (3, 2), (2, 1, 3)],
        ACTIVATIONS,
        OUTPUTS,
        ["half_squared_error", "cross_entropy"],
        ["trained", "frozen", "none"],
    )
    if (output, loss) != ("linear", "cross_entropy")
    and not (hidden == () and activation != "sigmoid")
    and not (len(hidden) > 2 and bias != "trained")
]


def written_out(network, values):
    """The loss from its textbook definition, so that nothing of the steps checks itself."""
    a = values["X"]
    for layer in network.layers:
        z = a @ values[layer.weights]
        if network.has_bias:
            z = z + values[layer.bias]
        a = (OUTPUTS if layer is network.output_layer else ACTIVATIONS)[layer.activation](z)
    y = values["y"]
    if network.loss == "half_squared_error":
        return anp.sum((y - a) ** 2) / 2
    if network.output == "softmax":
        return -anp.sum(y * anp.log(a))
    return -anp.sum(y * anp.log(a) + (1 - y) * anp.log(1 - a))


def numbers_for(network, seed):
    """Data, targets and parameters, none of them special; classes where the loss wants probabilities."""
    random = np.random.default_rng(seed)
    values = {name: random.normal(size=shape) for name, shape in network.parameters().items()}
    y = np.eye(network.n_outputs)[random.integers(0, network.n_outputs, N_SAMPLES)]
    sample = np.array(ROWS)[:, None] + 1
    return {"X": random.normal(size=(N_SAMPLES, network.n_inputs)), "y": y, "sample": sample, **values}


def run(network, values, batch=None, sabotage=None):
    """All matrices of one iteration by the steps."""
    known = {**values, "lr": np.array(LR)}
    for step in steps(network, len(values["X"]), batch):
        for result in step.results:
            if not result.given:
                expr = (sabotage or {}).get(result.name, result.expr)
                known[result.name] = evaluate(expr, known)
    return known


def descent(network, values, batch=None, sabotage=None):
    """How far an update with a learning rate of 1 would move each parameter."""
    known = run(network, values, batch, sabotage)
    return {name: (known[f"next_{name}"] - values[name]) / LR for name in network.trained()}


def largest_difference(network, values, batch=None, sabotage=None):
    """How far the updates are from those of automatic differentiation, over all parameters."""
    seen = values if batch is None else values | {name: values[name][ROWS] for name in ("X", "y")}
    found = descent(network, values, batch, sabotage)
    return max(np.abs(found[name] + gradient(network, seen, name)).max() for name in found)


def gradient(network, values, name):
    return grad(lambda parameter: written_out(network, values | {name: parameter}))(values[name])


def network_of(hidden, activation, output, loss, bias, n_outputs=3):
    return Network(2, hidden, n_outputs, activation, output, loss, bias)


def named(combination):
    return "-".join(map(str, combination)).replace(" ", "")


each_combination = pytest.mark.parametrize("combination", COMBINATIONS, ids=named)
each_batch = pytest.mark.parametrize("batch", [None, len(ROWS)], ids=["full", "batch"])


@each_batch
@each_combination
def test_one_update_against_automatic_differentiation(combination, batch):
    # Both are exact but for rounding, some 1e-15 of numbers around 1.
    network = network_of(*combination)
    assert largest_difference(network, numbers_for(network, seed=1), batch) < 1e-12


@pytest.mark.parametrize(
    "combination", [c for c in COMBINATIONS if c[2] != "softmax" and c[4] == "trained"], ids=named
)
def test_one_update_with_one_output(combination):
    network = network_of(*combination, n_outputs=1)
    values = numbers_for(network, seed=1)
    values["y"] = np.array([[1.0], [0], [1], [0.25], [0]])
    assert largest_difference(network, values) < 1e-12


@pytest.mark.parametrize(
    ("network", "name", "wrong"),
    [
        (
            network_of((3,), "tanh", "softmax", "half_squared_error", "trained"),
            "d_output",
            Matrix("E", (5, 3)),
        ),
        (network_of((3,), "relu", "linear", "half_squared_error", "none"), "slope_hidden_layer", HIDDEN),
        (
            network_of((3,), "tanh", "sigmoid", "cross_entropy", "frozen"),
            "slope_hidden_layer",
            Number(1) - HIDDEN,
        ),
    ],
    ids=["softmax-without-its-slope", "relu-with-a-wrong-slope", "tanh-without-the-square"],
)
def test_wrong_mathematics_is_seen(network, name, wrong):
    assert largest_difference(network, numbers_for(network, 1), sabotage={name: wrong}) > 1e-3


@each_batch
@each_combination
def test_updates_go_down_the_loss_of_the_steps(combination, batch):
    """Central differences are off by some h² of the third derivative and by 1e-16 / h, both about 1e-10."""
    network, h = network_of(*combination), 1e-5
    values = numbers_for(network, seed=2)
    assert smallest_relu_input(network, values) > 100 * h  # at its kink relu has no slope

    def at(name, place, shift):
        moved = values[name].copy()
        moved[place] += shift
        return loss_of_the_steps(network, values | {name: moved}, batch)

    for name, moves in descent(network, values, batch).items():
        for place in np.ndindex(moves.shape):
            slope = (at(name, place, h) - at(name, place, -h)) / (2 * h)
            assert moves[place] == pytest.approx(-slope, abs=1e-7), (name, place)


def loss_of_the_steps(network, values, batch=None):
    known = run(network, values, batch)
    return evaluate(loss(network, len(known["E"]), "y" if batch is None else "y_batch"), known)[0, 0]


def smallest_relu_input(network, values):
    known = run(network, values)
    inputs = [known[layer.input] for layer in network.layers if layer.activation == "relu"]
    return min((np.abs(matrix).min() for matrix in inputs), default=np.inf)


def forward_loss(passed, given):
    """The loss that a forward pass comes to, one matrix after the other."""
    known = dict(given)
    for result in passed:
        known[result.name] = evaluate(result.expr, known)
    return known[passed[-1].name][0, 0]


@each_batch
@each_combination
def test_a_nudged_forward_pass_measures_the_gradient_of_the_steps(combination, batch):
    """It starts from data and parameters alone; the tolerance is that of central differences."""
    network, h = network_of(*combination), 1e-5
    known = run(network, numbers_for(network, seed=2), batch)
    targets = "y" if batch is None else "y_batch"
    steps_run = steps(network, N_SAMPLES, batch)
    passed = forward(network, steps_run, targets)
    computed = {result.name for result in passed}
    read = {name for result in passed for name in names(result.expr)}
    assert read - computed == {targets, targets.replace("y", "X")} | network.parameters().keys()
    assert computed - read == {passed[-1].name}
    assert names(passed[-1].expr) == (passed[-2].name,)
    given = {name: known[name] for name in read - computed}
    assert forward_loss(passed, given) == loss_of_the_steps(network, known, batch)
    found = gradients(steps_run)
    assert found.keys() == set(network.trained())
    for name, expr in found.items():
        gradient = evaluate(expr, known)
        for place in np.ndindex(gradient.shape):
            losses = []
            for shift in (h, -h):
                moved = given[name].copy()
                moved[place] += shift
                losses.append(forward_loss(passed, given | {name: moved}))
            slope = (losses[0] - losses[1]) / (2 * h)
            assert slope == pytest.approx(gradient[place], abs=1e-7), (name, place)


@each_combination
def test_the_loss_is_that_of_the_textbook(combination):
    network = network_of(*combination)
    values = numbers_for(network, seed=3)
    assert loss(network, N_SAMPLES).shape == (1, 1)
    assert loss_of_the_steps(network, values) == pytest.approx(written_out(network, values), rel=1e-12)


@pytest.mark.parametrize("z", [10, 30, 36, 37, 100, 600])
@pytest.mark.parametrize("y", [0, 1])
def test_the_loss_of_a_certain_mistake_keeps_its_digits(z, y):
    """-ln(1 - σ(z)) is z but for e^-z; 1 - σ(z) itself has few digits from z = 30 on, and none from 37."""
    network = Network(1, (), 1, loss="cross_entropy", bias="none")
    X, wout, targets = (np.array([[float(value)]]) for value in (1, z if y == 0 else -z, y))
    found = loss_of_the_steps(network, {"X": X, "wout": wout, "y": targets})
    assert found == pytest.approx(np.logaddexp(0, z), rel=1e-14)


def accuracy_of(output, y):
    network = Network(2, (), y.shape[1], output="softmax")
    return evaluate(accuracy_measure(network, len(y)).expr, {"output": output, "y": y})


@pytest.mark.parametrize(("n_samples", "n_classes"), [(20, 3), (1, 2), (7, 2), (50, 10)])
@pytest.mark.parametrize("seed", range(5))
def test_accuracy_is_the_share_of_largest_outputs_that_are_right(n_samples, n_classes, seed):
    random = np.random.default_rng(seed)
    output = random.random((n_samples, n_classes))
    y = np.eye(n_classes)[random.integers(0, n_classes, n_samples)]
    found = accuracy_of(output, y)
    assert found.tolist() == [[np.mean(output.argmax(axis=1) == y.argmax(axis=1))]]


def test_accuracy_counts_an_output_that_is_as_large_as_the_largest():
    output = np.array([[0.5, 0.5], [0.5, 0.5], [0.4, 0.6], [0.6, 0.4]])
    assert accuracy_of(output, np.eye(2)[[0, 1, 0, 0]]).tolist() == [[0.75]]
