"""Stacks of linear layers and activations in PyTorch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.interop.arrays import (
    array_of,
    check_width,
    columns_of,
    matrix_of,
    names_of_columns,
    one_hot,
)
from mlp2xlsx.interop.tables import Model
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import either

_HIDDEN = {"Sigmoid": "sigmoid", "Tanh": "tanh", "ReLU": "relu"}
_OUTPUTS = {"Sigmoid": "sigmoid", "Softmax": "softmax"}
_NOTHING = "no activation"
_LAYERS = ("Linear", *_HIDDEN, "Softmax", "Identity")


class _Layer(NamedTuple):
    """A linear layer, the name of the activation after it (empty without one), and where it stands."""

    linear: Any
    activation: str
    place: str


def from_torch(module: Any, X: Any, y: Any) -> dict[str, Any]:
    """Tables of a lesson that starts from a module as it is.

    Parameters
    ----------
    module
        A `Sequential` of `Linear` layers and activations, or one `Linear` layer.
    X
        Inputs, shape (n_samples, n_inputs).
    y
        Targets, shape (n_samples, n_outputs); flat for one output; for a softmax also the number of each
        sample's class, from 0.

    Raises
    ------
    LessonError
        For a module that a workbook cannot follow, and for data that do not fit it.
    """
    layers = _layers(_flat(module))
    _check_dtypes(layers)
    weights = [np.array(layer.linear.weight.tolist(), np.float64).T for layer in layers]
    output = _OUTPUTS.get(layers[-1].activation, "linear")
    network = Network(
        n_inputs=weights[0].shape[0],
        hidden=tuple(found.shape[1] for found in weights[:-1]),
        n_outputs=weights[-1].shape[1],
        output=output,
        loss="cross_entropy" if output == "softmax" else "half_squared_error",
        activation=_hidden_activation(layers),
        bias=_bias(layers),
    )
    parameters = {}
    for names, layer, weight in zip(network.layers, layers, weights, strict=True):
        parameters[names.weights] = weight
        if network.has_bias:
            parameters[names.bias] = np.array([layer.linear.bias.tolist()], np.float64)
    inputs = matrix_of(X, "X", "input")
    check_width(inputs, "X", network.n_inputs, "input")
    targets = _targets(y, network)
    return Model(
        f"{type(module).__name__} (PyTorch)",
        network,
        parameters,
        inputs,
        targets,
        names_of_columns(X),
        [],
        [],
    ).tables()


def _flat(module: Any) -> Iterator[Any]:
    """Yield the layers of a module, those of inner stacks among them."""
    name = type(module).__name__
    if name == "Sequential":
        for inner in module:
            yield from _flat(inner)
    elif name in _LAYERS:
        yield module
    else:
        raise LessonError(
            f"from_torch: {name} has no step in a workbook; "
            f"expected a Sequential of {', '.join(_LAYERS[:-1])} and {_LAYERS[-1]}"
        )


def _layers(modules: Iterable[Any]) -> list[_Layer]:
    """Pair each linear layer with its activation."""
    layers: list[_Layer] = []
    for number, module in enumerate(modules, start=1):
        name = type(module).__name__
        place = f"layer {number} of the module ({name})"
        if name == "Linear":
            layers.append(_Layer(module, "", place))
        elif name != "Identity":
            if not layers or layers[-1].activation:
                raise LessonError(f"{place} does not follow a Linear layer; expected one after each")
            if name == "Softmax" and module.dim not in (1, -1, None):
                raise LessonError(f"{place} has dim = {module.dim}; expected 1, a softmax for each sample")
            layers[-1] = layers[-1]._replace(activation=name)
    if not layers:
        raise LessonError("from_torch: the module has no layers; expected at least one Linear layer")
    for layer in layers:
        known = (*_OUTPUTS, "") if layer is layers[-1] else tuple(_HIDDEN)
        if layer.activation not in known:
            found = layer.activation or _NOTHING
            expected = either(name or _NOTHING for name in known)
            raise LessonError(f"{layer.place} is followed by {found}; expected {expected}")
    return layers


def _hidden_activation(layers: Sequence[_Layer]) -> str:
    """Find the activation of the hidden layers, which is the same for all of them."""
    found = list(dict.fromkeys(layer.activation for layer in layers[:-1]))
    if len(found) > 1:
        raise LessonError(f"the hidden layers use {' and '.join(found)}; expected one activation for all")
    return _HIDDEN[found[0]] if found else "sigmoid"


def _bias(layers: Sequence[_Layer]) -> str:
    """Tell whether there are biases."""
    found = [layer.linear.bias is not None for layer in layers]
    if any(found) and not all(found):
        place = layers[found.index(False)].place
        raise LessonError(f"{place} has no bias, others have one; expected one for every layer, or for none")
    return "trained" if any(found) else "none"


def _check_dtypes(layers: Sequence[_Layer]) -> None:
    """Refuse parameters that are not all of one kind: the module itself could not compute with them."""
    tensors = [tensor for layer in layers for tensor in (layer.linear.weight, layer.linear.bias)]
    found = dict.fromkeys(str(tensor.dtype) for tensor in tensors if tensor is not None)
    if len(found) > 1:
        raise LessonError(f"the module's parameters are {' and '.join(found)}; expected one type for all")


def _targets(y: Any, network: Network) -> FloatMatrix:
    labels = array_of(y, "y")
    if network.output == "softmax" and labels.ndim == 1:
        for number, label in enumerate(labels.tolist(), start=1):
            if label not in range(network.n_outputs):
                raise LessonError(
                    f"y[{number}] is {label}; expected the number of a class, 0 to {network.n_outputs - 1}"
                )
        return one_hot(map(int, labels.tolist()), network.n_outputs)
    targets = columns_of(y, "y", "output")
    check_width(targets, "y", network.n_outputs, "output")
    return targets
