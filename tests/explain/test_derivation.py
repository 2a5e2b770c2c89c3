"""The chain rule in words: every network has its lines, and the lines are right."""

import re

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad, jacobian

from mlp2xlsx import resources
from mlp2xlsx.explain.chain_rule import chain_rule
from mlp2xlsx.explain.derivation import LOSS, chain, derive
from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics.backpropagation import iteration_of
from tests.mathematics.test_gradients import (
    COMBINATIONS,
    DROPPING,
    N_SAMPLES,
    OUTPUTS,
    TEMPERED,
    each_batch,
    each_group,
    named,
    network_of,
    numbers_for,
)

FUNCTION_NAMES = ("ln", "exp", "max", "gelu")
TEXTS = resources.texts("en")["math_sheet"]


def factors(combination, batch=None):
    return factors_of(network_of(*combination), batch)


def factors_of(network, batch=None):
    return [factor for part in derive(iteration_of(network, N_SAMPLES, batch)) for factor in part.factors]


@each_batch
@each_group
def test_every_line_has_a_text_a_sheet_and_known_names(combinations, batch):
    for combination in combinations:
        check_lines(network_of(*combination), batch)


@each_batch
@pytest.mark.parametrize("network", DROPPING.values(), ids=DROPPING)
def test_every_line_with_dropout_too(network, batch):
    check_lines(network, batch)
    assert next(one.formula for one in factors_of(network, batch) if one.key == "dropout").endswith(
        f" = {network.dropping[-1].mask} / {network.dropping[-1].keep:g}"
    )


@pytest.mark.parametrize("network", TEMPERED.values(), ids=TEMPERED)
def test_every_line_with_a_temperature_too(network):
    check_lines(network)
    assert any(one.formula.endswith(" / temperature") for one in factors_of(network))


def check_lines(network, batch=None):
    known = {result.name for step in iteration_of(network, N_SAMPLES, batch).steps for result in step.results}
    for factor in factors_of(network, batch):
        assert factor.source in known | {LOSS}, network
        text = TEXTS["factors"][factor.key].format(**factor.names)
        assert len(text) < 180
        words = set(re.findall(r"[A-Za-z]\w*", re.sub("[ⱼₖᵀ²′]|\\[j = k\\]", "", factor.formula)))
        assert words <= known - {"X" if batch else "X_batch"} | {
            "loss",
            "lr",
            *network.scalars,
            *FUNCTION_NAMES,
        }, factor.formula


def test_every_text_is_used():
    networks = [network_of(*combination) for combination in COMBINATIONS]
    networks += [*DROPPING.values(), *TEMPERED.values()]
    used = {factor.key for network in networks for factor in factors_of(network)}
    used |= {factor.key for part in derive(load("adam").one_iteration) for factor in part.factors}
    assert used == TEXTS["factors"].keys()


def test_each_parameter_gets_its_gradient():
    combination = ((3, 2), "tanh", "sigmoid", "half_squared_error", "trained")
    network = network_of(*combination)
    lines = " ".join(factor.formula for factor in factors(combination))
    for name in network.trained():
        assert f"∂loss/∂{name} = " in lines
    frozen = " ".join(factor.formula for factor in factors((*combination[:-1], "frozen")))
    assert "∂loss/∂wh_1 = −(Xᵀ · d_hiddenlayer_1)" in frozen
    assert "bh_1" not in frozen


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        (
            "tanh",
            "d_hiddenlayer = −∂loss/∂hidden_layer_input "
            "= (−∂loss/∂hiddenlayer_activations) ∘ ∂hiddenlayer_activations/∂hidden_layer_input",
        ),
        (
            "linear",
            "d_hiddenlayer = −∂loss/∂hidden_layer_input = −∂loss/∂hiddenlayer_activations"
            "      (∂hiddenlayer_activations/∂hidden_layer_input = 1)",
        ),
    ],
    ids=["tanh", "linear"],
)
def test_a_hidden_delta_says_how_it_comes_through_the_activation(activation, expected):
    network = network_of((3,), activation, "sigmoid", "half_squared_error", "trained")
    run = iteration_of(network, N_SAMPLES).steps
    [step] = [step for step in run if step.kind == "hidden_delta"]
    assert chain_rule(network, step) == expected


def test_with_an_optimiser_the_gradient_is_on_the_step_that_comes_to_it():
    one = load("adam").one_iteration
    said = {step.kind: chain_rule(one.network, step) for step in one.steps}
    gradient = "∂loss/∂wout = ∂loss/∂output_layer_input · ∂output_layer_input/∂wout"
    assert said["downhill"] == f"downhill_wout = −∂loss/∂wout,   {gradient}"
    assert said["update_weights"] is said["update_biases"] is None
    sources = {factor.key: factor.source for part in derive(one) for factor in part.factors}
    assert sources["weights"] == "downhill_wh"
    assert sources["bias"] == "downhill_bh"


def test_the_chain_runs_from_the_first_weights_to_the_loss():
    network = network_of((3, 2), "tanh", "sigmoid", "half_squared_error", "trained")
    assert chain(network).split(" → ") == [
        "wh_1",
        "hidden_layer_input_1",
        "hiddenlayer_activations_1",
        "hidden_layer_input_2",
        "hiddenlayer_activations_2",
        "output_layer_input",
        "output",
        "loss",
    ]


LOSSES = {
    "half_squared_error": lambda y, a: anp.sum((y - a) ** 2) / 2,
    "cross_entropy_sigmoid": lambda y, a: -anp.sum(y * anp.log(a) + (1 - y) * anp.log(1 - a)),
    "cross_entropy_softmax": lambda y, a: -anp.sum(y * anp.log(a)),
}


def calculated(formula, values):
    """Value of a line that is written for people, from its first equals sign to the second."""
    code = formula.split(" = ")[1].replace("−", "-").replace("∘", "*").replace("²", "**2")
    return eval(code, {"ln": np.log}, values)


def output_layer(combination):
    network = network_of(*combination)
    values = numbers_for(network, seed=4)
    z = values["X"] @ values["wout"]
    values |= {"output_layer_input": z, "output": OUTPUTS[network.output](z)}
    return network, values


@pytest.mark.parametrize("combination", [c for c in COMBINATIONS if c[0] == () and c[4] == "none"], ids=named)
def test_the_slopes_at_the_output_are_those_of_automatic_differentiation(combination):
    network, values = output_layer(combination)
    [by_output] = [factor for factor in factors(combination) if factor.key.startswith("by_output")]
    key = by_output.key.removeprefix("by_output_")
    expected = grad(lambda a: LOSSES[key](values["y"], a))(values["output"])
    np.testing.assert_allclose(calculated(by_output.formula, values), expected, rtol=1e-12)
    if network.output != "softmax":
        [slope] = [factor for factor in factors(combination) if factor.key.startswith("slope_")]
        expected = grad(lambda z: anp.sum(OUTPUTS[network.output](z)))(values["output_layer_input"])
        np.testing.assert_allclose(calculated(slope.formula, values) + 0 * expected, expected, rtol=1e-12)


def test_the_slope_of_softmax_is_its_jacobian():
    combination = ((), "sigmoid", "softmax", "cross_entropy", "none")
    _, values = output_layer(combination)
    [line] = [factor.formula for factor in factors(combination) if factor.key == "slope_softmax"]
    assert line == "∂outputⱼ/∂output_layer_inputₖ = outputⱼ × ([j = k] − outputₖ)"
    for z in values["output_layer_input"]:
        a = OUTPUTS["softmax"](z[None])[0]
        expected = jacobian(lambda z: OUTPUTS["softmax"](z[None])[0])(z)
        np.testing.assert_allclose(a[:, None] * (np.eye(3) - a[None, :]), expected, rtol=1e-12)


def test_a_wrong_line_is_seen():
    _, values = output_layer(((), "sigmoid", "sigmoid", "cross_entropy", "none"))
    wrong = "∂loss/∂output = (y − output) / (output ∘ (1 − output))"
    expected = grad(lambda a: LOSSES["cross_entropy_sigmoid"](values["y"], a))(values["output"])
    assert not np.allclose(calculated(wrong, values), expected)
