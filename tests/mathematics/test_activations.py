"""Activations against their published definitions, and one for each hidden layer of a lesson."""

from math import erf, exp, log, sqrt

import numpy as np
import pytest

from mlp2xlsx import build, verify
from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics.functions import FUNCTIONS
from tests.cases import few
from tests.helpers import message
from tests.verify.helpers import only_edits

NEW = ["leaky_relu", "elu", "softplus", "gelu", "softsign"]
# As torch.nn documents LeakyReLU(0.01), ELU(1), Softplus, GELU(approximate="tanh") and Softsign.
DEFINED = {
    "leaky_relu": lambda z: z if z >= 0 else 0.01 * z,
    "elu": lambda z: z if z > 0 else exp(z) - 1,
    "softplus": lambda z: log(1 + exp(z)),
    "softsign": lambda z: z / (1 + abs(z)),
}
MANY = load("xor").replace(
    hidden=[2, 3, 2, 2, 2], activation=NEW, initial={"method": "xavier"}, iterations=3, output="sigmoid"
)


@pytest.mark.parametrize("name", DEFINED)
def test_an_activation_is_what_is_published(name):
    z = np.linspace(-6, 6, 49)
    np.testing.assert_allclose(FUNCTIONS[name].values(z), [DEFINED[name](one) for one in z], rtol=1e-13)


def test_gelu_is_near_to_the_share_of_a_normal_distribution():
    """Hendrycks and Gimpel say of the form by tanh that it is an approximation of x Φ(x)."""
    z = np.linspace(-6, 6, 49)
    exact = [one * (1 + erf(one / sqrt(2))) / 2 for one in z]
    np.testing.assert_allclose(FUNCTIONS["gelu"].values(z), exact, atol=5e-4)


ENGINES = {"ironcalc": "ironcalc", "libreoffice": "libreoffice", "gnumeric": "gnumeric"}


@pytest.mark.parametrize("engine", few("ironcalc", of=ENGINES))
def test_each_hidden_layer_has_its_own(engine, tmp_path, monkeypatch):
    only_edits(monkeypatch, "X", "iteration")
    build(MANY, tmp_path / "many.xlsx")
    found = verify(tmp_path / "many.xlsx", engine=engine)
    assert found.ok
    assert [layer.activation for layer in MANY.network.hidden_layers] == NEW


def test_the_same_for_all_is_one_word():
    assert load("xor").replace(hidden=[2, 2], activation=["tanh", "tanh"]).network.activation == "tanh"


@pytest.mark.parametrize("given", [["tanh"], ["tanh", "relu", "relu"], []])
def test_more_or_fewer_than_hidden_layers_are_refused(given):
    said = message(load("xor").replace, hidden=[2, 2], activation=given)
    assert said.endswith("expected a word for all hidden layers, or a list of 2, one for each")
