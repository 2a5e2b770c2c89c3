"""Every combination of activation, output and loss: the update is the negative gradient of the loss.

The gradient comes from automatic differentiation of a loss that is written out here, from differentiation
of the loss as the steps have it, and from central differences of the forward pass.

The steps are the gradient of the loss to the letter: `E` is y - output, and the loss half the sum of its
squares; the slope of relu is 0 at its kink in both. They part only where a double has no more digits, which
is why the numbers here are around 1: the tests named `..._part_where_...` show how.
"""

from functools import cache
from itertools import product

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.differentiation import derivatives
from mlp2xlsx.mathematics.expr import Matrix, Number, Scalar, SumSamples
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.measures import accuracy_measure
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.values import compile_values, evaluate

LR, TEMPERATURE, N_SAMPLES = 0.3, 2.5, 5
ROWS = [3, 1]  # those that a batch takes, counted from 0
HIDDEN, OUTPUT, Y, E = (
    Matrix(name, (N_SAMPLES, 3)) for name in ("hiddenlayer_activations", "output", "y", "E")
)
ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.maximum(0, z),
    "linear": lambda z: z,
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "elu": lambda z: anp.where(z > 0, z, anp.exp(z) - 1),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "gelu": lambda z: 0.5 * z * (1 + anp.tanh((2 / anp.pi) ** 0.5 * (z + 0.044715 * z**3))),
    "softsign": lambda z: z / (1 + anp.abs(z)),
}
OUTPUTS = {
    "sigmoid": ACTIVATIONS["sigmoid"],
    "linear": ACTIVATIONS["linear"],
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=1, keepdims=True),
}
EVERYWHERE = ("sigmoid", "tanh", "relu", "linear")  # the others are functions of a cell like these
MIXED = [("gelu", "tanh"), ("relu", "linear")]
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
    and (activation in EVERYWHERE or (hidden == (3, 2) and bias == "trained"))
]
COMBINATIONS += [((3, 2), pair, "softmax", "cross_entropy", "trained") for pair in MIXED]


def written_out(network, values):
    """The loss from its textbook definition, so that nothing of the steps checks itself."""
    a = values["X"]
    for layer in network.layers:
        z = a @ values[layer.weights]
        if network.has_bias:
            z = z + values[layer.bias]
        if layer is network.output_layer and network.tempered:
            z = z / TEMPERATURE
        a = (OUTPUTS if layer is network.output_layer else ACTIVATIONS)[layer.activation](z)
        if layer.drops:
            a = a * values[layer.mask] / layer.keep
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
    masks = {
        layer.mask: random.integers(0, 2, (N_SAMPLES, layer.n_neurons)).astype(float)
        for layer in network.dropping
    }
    X = random.normal(size=(N_SAMPLES, network.n_inputs))
    return {"X": X, "y": y, "sample": sample, **values, **masks}


iteration = cache(iteration_of)


def results_of(network, n_samples, batch=None, sabotage=None):
    """Everything of one iteration in order, some of it computed otherwise."""
    results = iteration(network, n_samples, batch).results
    return [Result(result.name, (sabotage or {}).get(result.name, result.expr)) for result in results]


def run(network, values, batch=None, sabotage=None):
    """All matrices of one iteration by the steps."""
    known = {**values, "lr": np.array(LR), "temperature": np.array(TEMPERATURE)}
    for result in results_of(network, len(values["X"]), batch, sabotage):
        if not result.given:
            known[result.name] = evaluate(result.expr, known)
    return known


def descent(network, values, batch=None, sabotage=None):
    """How far an update with a learning rate of 1 would move each parameter."""
    known = run(network, values, batch, sabotage)
    return {name: (known[f"next_{name}"] - values[name]) / LR for name in network.trained()}


def largest_difference(network, values, batch=None, sabotage=None):
    """How far the updates are from those of automatic differentiation, over all parameters."""
    seen = values if batch is None else values | {name: values[name][ROWS] for name in ("X", "y")}
    found = descent(network, values, batch, sabotage)
    expected = gradients(network, seen, found)
    return max(np.abs(found[name] + expected[name]).max() for name in found)


def loss_of(network, n_samples, batch=None):
    return iteration(network, n_samples, batch).measures["loss"].expr


def largest_share(network, values, batch=None, sabotage=None):
    """How far the updates are from the derivatives of the loss, as a share of the largest of a matrix."""
    n_samples = len(values["X"])
    found = derivatives(loss_of(network, n_samples, batch), results_of(network, n_samples, batch, sabotage))
    known = run(network, values, batch, sabotage)
    shares = []
    for name, moves in descent(network, values, batch, sabotage).items():
        derivative = evaluate(found[name], known)
        shares.append(np.abs(moves + derivative).max() / (np.abs(derivative).max() or 1))
    return max(shares)


def gradients(network, values, names):
    """The gradient of the loss by automatic differentiation, for each parameter."""
    loss = grad(lambda given: written_out(network, values | {name: given[name] for name in names}))
    return loss({name: values[name] for name in names})


def network_of(hidden, activation, output, loss, bias, n_outputs=3):
    return Network(2, hidden, n_outputs, activation, output, loss, bias)


def named(combination):
    return "-".join(map(str, combination)).replace(" ", "")


# More than a thousand tests of some milliseconds would cost as much again as what they do.
GROUPS = {
    named(shared): [c for c in COMBINATIONS if c[:2] == shared]
    for shared in dict.fromkeys(c[:2] for c in COMBINATIONS)
}
each_group = pytest.mark.parametrize("combinations", GROUPS.values(), ids=GROUPS)
each_batch = pytest.mark.parametrize("batch", [None, len(ROWS)], ids=["full", "batch"])


@each_batch
@each_group
def test_one_update_against_automatic_differentiation(combinations, batch):
    # Both are exact but for rounding, some 1e-15 of numbers around 1.
    for combination in combinations:
        network = network_of(*combination)
        off = largest_difference(network, numbers_for(network, seed=1), batch)
        assert off < 1e-12, named(combination)


@each_group
def test_one_update_with_one_output(combinations):
    for combination in combinations:
        if combination[2] != "softmax" and combination[4] == "trained":
            network = network_of(*combination, n_outputs=1)
            values = numbers_for(network, seed=1)
            values["y"] = np.array([[1.0], [0], [1], [0.25], [0]])
            assert largest_difference(network, values) < 1e-12, named(combination)


DROPPING = {
    "one": Network(2, (4,), 3, "tanh", "softmax", "cross_entropy", dropout=(0.5,)),
    "one-of-two": Network(2, (4, 3), 3, "sigmoid", dropout=(0.0, 0.25)),
    "linear": Network(2, (4, 3), 3, "linear", "linear", bias="none", dropout=(0.9, 0.5)),
    "relu": Network(2, (4,), 3, "relu", "sigmoid", "cross_entropy", "frozen", dropout=(0.3,)),
}


@pytest.mark.parametrize("network", DROPPING.values(), ids=DROPPING)
def test_one_update_with_dropout_whose_masks_stand_fixed(network):
    values = numbers_for(network, seed=3)
    assert {0.0, 1.0} == set(values[network.dropping[0].mask].ravel())
    assert largest_difference(network, values) < 1e-12
    assert largest_share(network, values) < 1e-12
    name = network.trained()[0]
    measured = measured_move(network, values, name, (0, 0))
    assert descent(network, values)[name][0, 0] == pytest.approx(measured, rel=1e-6, abs=1e-9)


TEMPERED = {
    loss: Network(2, (4,), 3, "tanh", "softmax", loss, tempered=True)
    for loss in ("half_squared_error", "cross_entropy")
}


@pytest.mark.parametrize("network", TEMPERED.values(), ids=TEMPERED)
def test_one_update_with_a_temperature(network):
    values = numbers_for(network, seed=3)
    assert largest_difference(network, values) < 1e-12
    assert largest_share(network, values) < 1e-12
    assert measured_move(network, values, "wh", (0, 0)) == pytest.approx(
        descent(network, values)["wh"][0, 0], rel=1e-6, abs=1e-9
    )


WRONG = {
    "temperature-forgotten-going-back": (TEMPERED["cross_entropy"], {"d_output": E}),
    "delta-without-its-mask": (
        DROPPING["one"],
        {
            "d_hiddenlayer": Matrix("Error_at_hidden_layer", (N_SAMPLES, 4))
            * Matrix("slope_hidden_layer", (N_SAMPLES, 4))
        },
    ),
    "softmax-without-its-slope": (
        network_of((3,), "tanh", "softmax", "half_squared_error", "trained"),
        {"d_output": E},
    ),
    "sigmoid-without-its-slope": (
        network_of((3,), "tanh", "sigmoid", "half_squared_error", "trained"),
        {"d_output": E},
    ),
    "relu-with-a-wrong-slope": (
        network_of((3,), "relu", "linear", "half_squared_error", "none"),
        {"slope_hidden_layer": HIDDEN},
    ),
    "tanh-without-the-square": (
        network_of((3,), "tanh", "sigmoid", "cross_entropy", "frozen"),
        {"slope_hidden_layer": Number(1) - HIDDEN},
    ),
    "error-the-other-way-round": (
        network_of((3,), "tanh", "sigmoid", "half_squared_error", "trained"),
        {"E": OUTPUT - Y},
    ),
    "update-uphill": (
        network_of((), "sigmoid", "linear", "half_squared_error", "trained"),
        {"next_bout": Matrix("bout", (1, 3)) - SumSamples(E) * Scalar("lr")},
    ),
}


@pytest.mark.parametrize("off", [largest_difference, largest_share])
@pytest.mark.parametrize(("network", "sabotage"), WRONG.values(), ids=WRONG)
def test_wrong_mathematics_is_seen(off, network, sabotage):
    values = numbers_for(network, seed=1)
    assert off(network, values) < 1e-12
    assert off(network, values, sabotage=sabotage) > 1e-3


@each_batch
@each_group
def test_one_update_against_the_derivative_of_the_loss(combinations, batch):
    for combination in combinations:
        network = network_of(*combination)
        off = largest_share(network, numbers_for(network, seed=2), batch)
        assert off < 1e-12, named(combination)


def loss_of_the_steps(network, values, batch=None):
    return evaluate(loss_of(network, len(values["X"]), batch), run(network, values, batch))[0, 0]


def measured_move(network, values, name, place, h=1e-5):
    """How far a central difference of the loss would move a parameter."""
    ends = []
    for shift in (h, -h):
        moved = values[name].copy()
        moved[place] += shift
        ends.append(loss_of_the_steps(network, values | {name: moved}))
    return (ends[1] - ends[0]) / (2 * h)


def test_they_part_where_an_output_is_rounded_to_1():
    """The steps take the slope from the output, 1 · (1 − 1); from the input 40 it is e^-40."""
    network = Network(1, (), 1, bias="none")
    values = {"X": np.ones((1, 1)), "y": np.zeros((1, 1)), "wout": np.full((1, 1), 40.0)}
    derivative = derivatives(loss_of(network, 1), results_of(network, 1))["wout"]
    assert evaluate(derivative, run(network, values)) == pytest.approx(np.exp(-40), rel=1e-12)
    assert descent(network, values)["wout"] == 0


def test_they_part_where_the_loss_of_an_output_is_bounded():
    """The logarithm is never of 0, so that a loss stops growing near 1e-300; the rule y - output goes on.

    So does the derivative, which is that of the logarithm itself, until an output is 0 and there is none.
    """
    network = Network(1, (), 2, output="softmax", loss="cross_entropy", bias="none")
    values = {"X": np.ones((1, 1)), "y": np.array([[1.0, 0.0]]), "wout": np.array([[-700.0, 0.0]])}
    assert run(network, values)["output"][0, 0] == pytest.approx(1e-304, rel=0.1)
    assert descent(network, values)["wout"] == pytest.approx(np.array([[1, -1]]))
    assert largest_share(network, values) < 1e-12
    assert measured_move(network, values, "wout", (0, 0)) < 1e-3
    values["wout"][0, 1] = 700
    assert descent(network, values)["wout"] == pytest.approx(np.array([[1, -1]]))
    with pytest.raises(RuntimeWarning, match="divide by zero"):
        largest_share(network, values)


def smallest_relu_input(network, known):
    inputs = [known[layer.input] for layer in network.layers if layer.activation == "relu"]
    return min((np.abs(matrix).min() for matrix in inputs), default=np.inf)


def forward_loss(passed):
    """What computes the loss that a forward pass comes to, one matrix after the other."""
    steps = [(result.name, compile_values(result.expr)) for result in passed]

    def loss(given):
        known = dict(given)
        for name, computed in steps:
            known[name] = computed(known)
        return known[passed[-1].name][0, 0]

    return loss


@each_batch
@each_group
def test_a_nudged_forward_pass_measures_the_gradient_of_the_steps(combinations, batch):
    """It starts from data and parameters alone; the tolerance is that of central differences."""
    for combination in combinations:
        measure_slopes(network_of(*combination), batch)


def measure_slopes(network, batch, h=1e-5):
    known = run(network, numbers_for(network, seed=2), batch)
    assert smallest_relu_input(network, known) > 100 * h  # at its kink relu has no slope
    targets = "y" if batch is None else "y_batch"
    one = iteration(network, N_SAMPLES, batch)
    passed = one.to_loss
    computed = {result.name for result in passed}
    read = {name for result in passed for name in names(result.expr)}
    assert read - computed == {targets, targets.replace("y", "X")} | network.parameters().keys()
    assert computed - read == {passed[-1].name}
    assert names(passed[-1].expr) == (passed[-2].name,)
    given = {name: known[name] for name in read - computed}
    loss = forward_loss(passed)
    assert loss(given) == loss_of_the_steps(network, known, batch)
    found = one.gradients
    assert found.keys() == set(network.trained())
    for name, expr in found.items():
        gradient = evaluate(expr, known)
        for place in np.ndindex(gradient.shape):
            losses = []
            for shift in (h, -h):
                moved = given[name].copy()
                moved[place] += shift
                losses.append(loss(given | {name: moved}))
            slope = (losses[0] - losses[1]) / (2 * h)
            assert slope == pytest.approx(gradient[place], abs=1e-7), (network, name, place)


@each_group
def test_the_loss_is_that_of_the_textbook(combinations):
    for combination in combinations:
        network = network_of(*combination)
        values = numbers_for(network, seed=3)
        assert loss_of(network, N_SAMPLES).shape == (1, 1)
        expected = pytest.approx(written_out(network, values), rel=1e-12)
        assert loss_of_the_steps(network, values) == expected, named(combination)


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
    return evaluate(accuracy_measure(network, len(y), "y").expr, {"output": output, "y": y})


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
