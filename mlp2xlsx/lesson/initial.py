"""The table `[initial]` of a lesson file: initial values of parameters, and how the others are drawn."""

from collections.abc import Mapping
from typing import NamedTuple

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.checks import matrix, row_vector
from mlp2xlsx.lesson.drawing import METHODS, Drawing, Drawings
from mlp2xlsx.lesson.format import check_keys
from mlp2xlsx.mathematics.network import Layer, Network, Shape
from mlp2xlsx.options.checks import Given, between, word
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, size

_METHOD = "method"
_NUMBERS = tuple(dict.fromkeys(name for method in METHODS.values() for name in method.numbers))
_LARGEST = 1e6
_RANGES = dict.fromkeys(("std", "gain"), (0.0, _LARGEST))


class Initial(NamedTuple):
    """What a lesson says of the initial values.

    Attributes
    ----------
    initial
        Those that it gives, in the order of `network.parameters()`; read-only.
    drawings
        How the others are drawn.
    """

    initial: Mapping[str, FloatMatrix]
    drawings: Drawings


def initial_of(given: Given, network: Network) -> Initial:
    """Check what a lesson says of the initial values.

    Parameters
    ----------
    given
        The table `[initial]` of a lesson file: values of parameters, and a method for the others with its
        numbers; for a parameter there may be a method in place of its values. Or nothing but the name of a
        method.
    network
        What they are for.

    Raises
    ------
    LessonError
        For a name that no parameter has, a wrong shape, what is not a finite number, a method that there is
        not, and a number that it does not use.
    """
    if isinstance(given.value, str):
        return Initial({}, Drawings(Drawing(word(given, tuple(METHODS)))))
    table = given.held("a table, [initial], or the name of a method", isinstance(given.value, Mapping))
    about_all = {key: value for key, value in table.items() if key in (_METHOD, *_NUMBERS)}
    names = tuple(network.parameters())
    source, _, section = given.where.rpartition(": ")
    check_keys([key for key in table if key not in about_all], (*names, _METHOD), source, section)
    general = _drawing(Given(given.where, about_all)) if about_all else Drawing()
    values, own = {}, {}
    for layer in network.layers:
        for name, check in ((layer.weights, _weights), (layer.bias, _bias)):
            if name not in table:
                continue
            one = Given(f"{given.where}.{name}", table[name])
            if isinstance(one.value, list):
                values[name] = check(one, layer, network)
            else:
                own[name] = _drawing(one)
                if name == layer.bias and own[name].is_for_weights:
                    raise one.wrong("another method: this one looks at the shape of weights")
    return Initial(values, Drawings(general, own))


def _drawing(given: Given) -> Drawing:
    """Check a method, which is its name or a table of its name and its numbers."""
    table = {_METHOD: given.value} if isinstance(given.value, str) else given.value
    given.held("a matrix, such as [[0, 1], [1, 0]], or the name of a method", isinstance(table, Mapping))
    method = word(Given(f"{given.where}.{_METHOD}", table.get(_METHOD, Drawing.method)), tuple(METHODS))
    used = METHODS[method].numbers
    for name in table:
        if name not in (_METHOD, *used):
            expected = ", ".join(used) or "no number"
            raise LessonError(f'{given.where}.{name}: method "{method}" does not use it; expected {expected}')
    numbers = {
        name: between(Given(f"{given.where}.{name}", table[name]), *_RANGES.get(name, (-_LARGEST, _LARGEST)))
        for name in used
        if name in table
    }
    drawing = Drawing(method, numbers)
    low, high = (drawing.numbers.get(name, 0.0) for name in ("low", "high"))
    if low > high or (low == high and "low" in used):
        raise LessonError(f"{given.where}: low is {low:g} and high is {high:g}; expected low below high")
    return drawing


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
