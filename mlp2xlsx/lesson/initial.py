"""Initial values of the parameters: those that a lesson gives, and how the others are drawn."""

from collections.abc import Mapping

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.checks import matrix, read_only, row_vector
from mlp2xlsx.lesson.format import check_keys
from mlp2xlsx.mathematics.network import Layer, Network, Shape
from mlp2xlsx.options.checks import Given
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, size


def draw(network: Network, seed: int) -> dict[str, FloatMatrix]:
    """Draw every parameter as the article's script draws them after `np.random.seed(seed)`.

    Read-only arrays, in the order of `network.parameters()`.
    """
    random = np.random.RandomState(seed)
    return {name: read_only(random.uniform(size=shape)) for name, shape in network.parameters().items()}


def given_values(given: Mapping[str, object], network: Network, source: str) -> dict[str, FloatMatrix]:
    """Check the initial values that a lesson gives, in the order of `network.parameters()`; read-only.

    Parameters
    ----------
    given
        The table `[initial]` of a lesson file.
    network
        What they are for.
    source
        The file, as the user typed it.

    Raises
    ------
    LessonError
        For a name that no parameter has, a wrong shape, and what is not a finite number.
    """
    check_keys(given, tuple(network.parameters()), source, "initial")
    return {
        name: check(Given(f"{source}: initial.{name}", given[name]), layer, network)
        for layer in network.layers
        for name, check in ((layer.weights, _weights), (layer.bias, _bias))
        if name in given
    }


def _weights(given: Given, layer: Layer, network: Network) -> FloatMatrix:
    incoming = "input" if layer == network.layers[0] else "neuron"
    value = matrix(given, incoming, layer.n_neurons)
    meaning = f"{counted(layer.n_inputs, incoming)} × {counted(layer.n_neurons, _unit(layer, network))}"
    return _of_shape(given.where, value, (layer.n_inputs, layer.n_neurons), meaning)


def _bias(given: Given, layer: Layer, network: Network) -> FloatMatrix:
    meaning = f"one per {_unit(layer, network)}"
    return _of_shape(given.where, row_vector(given), (1, layer.n_neurons), meaning)


def _unit(layer: Layer, network: Network) -> str:
    """Say what the neurons of a layer are called."""
    return "output" if layer == network.output_layer else "neuron"


def _of_shape(where: str, value: FloatMatrix, shape: Shape, meaning: str) -> FloatMatrix:
    """Refuse a matrix of another shape than the parameter has."""
    if value.shape != shape:
        raise LessonError(f"{where} is {size(value.shape)}, expected {size(shape)} ({meaning})")
    return value
