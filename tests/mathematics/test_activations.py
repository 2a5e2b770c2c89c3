"""Activations against their published definitions, and one for each hidden layer of a lesson."""

from math import erf, exp, log, pi, sqrt, tanh

import numpy as np
import pytest

from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics.expr import Apply, Matrix
from mlp2xlsx.mathematics.functions import FUNCTIONS, slope_of
from mlp2xlsx.render.values import evaluate
from tests.cases import few
from tests.helpers import message, verified
from tests.verify.helpers import only_edits

NEW = ["leaky_relu", "elu", "softplus", "gelu", "softsign"]
# As torch.nn documents LeakyReLU(0.01), ELU(1), Softplus, GELU(approximate="tanh") and Softsign.
DEFINED = {
    "leaky_relu": lambda z: z if z >= 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else exp(z) - 1,
    "softplus": lambda z: log(1 + exp(z)),
    "gelu": lambda z: 0.5 * z * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z**3))),
    "softsign": lambda z: z / (1 + abs(z)),
}
# What TensorFlow's documents print of tf.nn.gelu(x, approximate=True), tf.keras.activations.softplus and softsign,
# in single precision, which leaves gelu of smaller numbers few digits.
PRINTED = {
    "gelu": {-1: -0.15880796, 0: 0, 1: 0.841192, 3: 2.9963627},
    "softplus": {-20: 2.0611537e-09, -1: 3.1326166e-01, 0: 6.9314718e-01, 1: 1.3132616, 20: 20},
    "softsign": {-1: -0.5, 0: 0, 1: 0.5},
}
# What PyTorch's backward has as the slope at 0, where some have a kink.
AT_ZERO = {"relu": 0, "leaky_relu": 0.01, "elu": 1, "softplus": 0.5, "gelu": 0.5, "softsign": 1}
MANY = load("xor").replace(
    hidden=[1, 2, 1, 2, 1], activation=NEW, initial={"method": "xavier"}, iterations=2, output="sigmoid"
)


@pytest.mark.parametrize("name", DEFINED)
def test_an_activation_is_what_is_published(name):
    z = np.linspace(-6, 6, 49)
    np.testing.assert_allclose(FUNCTIONS[name].values(z), [DEFINED[name](one) for one in z], 1e-13, 1e-15)


@pytest.mark.parametrize("name", PRINTED)
def test_an_activation_is_what_is_printed(name):
    z, expected = (np.array([*values], float) for values in (PRINTED[name], PRINTED[name].values()))
    np.testing.assert_allclose(FUNCTIONS[name].values(z), expected, rtol=4e-7)


@pytest.mark.parametrize("name", AT_ZERO)
def test_at_0_a_slope_is_that_of_pytorch(name):
    z = Matrix("z", (1, 1))
    slope = slope_of(name, z, Apply(name, z))
    assert evaluate(slope, {"z": np.zeros((1, 1))}) == AT_ZERO[name]


def test_gelu_is_near_to_the_share_of_a_normal_distribution():
    """Hendrycks and Gimpel say of the form by tanh that it is an approximation of x Φ(x)."""
    z = np.linspace(-6, 6, 49)
    exact = [one * (1 + erf(one / sqrt(2))) / 2 for one in z]
    np.testing.assert_allclose(FUNCTIONS["gelu"].values(z), exact, atol=5e-4)


ENGINES = {"ironcalc": "ironcalc", "libreoffice": "libreoffice", "gnumeric": "gnumeric"}


@pytest.mark.parametrize("engine", few("ironcalc", of=ENGINES))
def test_each_hidden_layer_has_its_own(engine, tmp_path, monkeypatch):
    only_edits(monkeypatch, "X")
    inner = engine == "ironcalc"
    assert verified(MANY, tmp_path / "many.xlsx", engine, quick=inner, arithmetic_only=inner).ok
    assert [layer.activation for layer in MANY.network.hidden_layers] == NEW


def test_the_same_for_all_is_one_word():
    assert load("xor").replace(hidden=[2, 2], activation=["tanh", "tanh"]).network.activation == "tanh"


@pytest.mark.parametrize("given", [["tanh"], ["tanh", "relu", "relu"], []])
def test_more_or_fewer_than_hidden_layers_are_refused(given):
    said = message(load("xor").replace, hidden=[2, 2], activation=given)
    assert said.endswith("expected a word for all hidden layers, or a list of 2, one for each")
