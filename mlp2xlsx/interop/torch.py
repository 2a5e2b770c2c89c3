"""Stacks of linear layers and activations in PyTorch."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from mlp2xlsx.errors import LessonError, refuse
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
from mlp2xlsx.words import counted, either, shown

_HIDDEN = {"Sigmoid": "sigmoid", "Tanh": "tanh", "ReLU": "relu", "": "linear"}
# The logarithm of a softmax is what NLLLoss wants; CrossEntropyLoss takes both on itself.
_OUTPUTS = {"Sigmoid": "sigmoid", "Softmax": "softmax", "LogSoftmax": "softmax", "": "linear"}
_ACTIVATIONS = ("Sigmoid", "Tanh", "ReLU", "Softmax", "LogSoftmax")
_DROPOUTS = ("Dropout", "AlphaDropout", "FeatureAlphaDropout")
_KINDS = ("Sequential", "Linear", *_ACTIVATIONS, "Identity", "Flatten", *_DROPOUTS)
_WRAPPERS = {"DataParallel": "module", "DistributedDataParallel": "module", "OptimizedModule": "_orig_mod"}
_NOTHING = "no activation"


class _Layer(NamedTuple):
    """A linear layer, the kind of activation after it (empty without one), and where it stands."""

    linear: Any
    activation: str
    place: str


def from_torch(module: Any, X: Any, y: Any, loss: object = None) -> dict[str, Any]:
    """Tables of a lesson that starts from a module as it is.

    Parameters
    ----------
    module
        A `Sequential` of `Linear` layers and activations, or one `Linear` layer.
    X
        Inputs, shape (n_samples, n_inputs); more dimensions for a module that flattens them first.
    y
        Targets, shape (n_samples, n_outputs); flat for one output. For a softmax, or with nothing after the
        last layer, also the number of each sample's class, from 0.
    loss
        What the caller asks for. With cross-entropy, outputs with nothing after them are what
        CrossEntropyLoss and BCEWithLogitsLoss take.

    Raises
    ------
    LessonError
        For a module that a workbook cannot follow, and for data that do not fit it.
    """
    kinds = list(_flat(module))
    layers = _layers(kinds)
    _check_tensors(layers)
    weights = [np.array(layer.linear.weight.tolist(), np.float64).T for layer in layers]
    labels, n_outputs = array_of(y, "y"), weights[-1].shape[1]
    output = _output(layers[-1].activation, n_outputs, labels, loss)
    network = Network(
        n_inputs=weights[0].shape[0],
        hidden=tuple(found.shape[1] for found in weights[:-1]),
        n_outputs=n_outputs,
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
    inputs = matrix_of(_as_rows(kinds, X), "X", "input")
    check_width(inputs, "X", network.n_inputs, "input")
    return Model(
        f"{type(module).__name__} (PyTorch)",
        network,
        parameters,
        inputs,
        _targets(labels, network, bare=not layers[-1].activation),
        names_of_columns(X),
        [],
        [],
    ).tables()


def _flat(module: Any) -> Iterator[tuple[str, Any]]:
    """Yield the layers of a module with their kinds, those of inner stacks among them."""
    name = type(module).__name__
    if isinstance(module, type):
        raise LessonError(f"from_torch: found the class {module.__name__}, expected a module made of it")
    if name in _WRAPPERS:
        yield from _flat(getattr(module, _WRAPPERS[name]))
        return
    kind = _kind(module)
    if kind == "Sequential":
        for inner in module:
            yield from _flat(inner)
    elif kind:
        yield kind, module
    elif hasattr(module, "forward") and (not _is_of_torch(type(module)) or list(module.children())):
        raise LessonError(
            f"from_torch: {name} computes in a way of its own, which cannot be read; "
            "expected a Sequential of its layers and activations, in the order in which it uses them"
        )
    else:
        raise LessonError(
            f"from_torch: {name} has no step in a workbook; expected a Sequential of Linear, "
            f"{', '.join(_ACTIVATIONS)} and what changes nothing (Identity, Flatten, Dropout after eval())"
        )


def _kind(module: Any) -> str:
    """Tell what a layer is from the names of its classes; with a forward of its own, it is none of these."""
    for found in type(module).__mro__:
        if _is_of_torch(found) and found.__name__ in _KINDS:
            return found.__name__
        if "forward" in vars(found):
            break
    return ""


def _is_of_torch(found: type) -> bool:
    return found.__module__.partition(".")[0] == "torch"


def _layers(kinds: Iterable[tuple[str, Any]]) -> list[_Layer]:
    """Pair each linear layer with its activation."""
    layers: list[_Layer] = []
    for number, (kind, module) in enumerate(kinds, start=1):
        place = f"layer {number} of the module ({type(module).__name__})"
        if kind == "Linear":
            layers.append(_Layer(module, "", place))
        elif kind in _ACTIVATIONS:
            if not layers or layers[-1].activation:
                raise LessonError(f"{place} does not follow a Linear layer; expected one after each")
            if kind.endswith("Softmax") and module.dim not in (1, -1, None):
                raise LessonError(f"{place} has dim = {module.dim}; expected 1, a softmax for each sample")
            layers[-1] = layers[-1]._replace(activation=kind)
        elif kind == "Flatten" and (module.start_dim, module.end_dim) != (1, -1):
            raise LessonError(
                f"{place} flattens dimensions {module.start_dim} to {module.end_dim}; "
                "expected 1 to -1, a row for each sample"
            )
        elif kind in _DROPOUTS and module.training and module.p > 0:
            raise LessonError(
                f"{place} is in training mode, in which it acts by chance; call eval() first, and to train "
                f"with it say dropout={module.p:g}, or a list with a number for each hidden layer"
            )
    if not layers:
        raise LessonError("from_torch: the module has no layers; expected at least one Linear layer")
    for layer in layers:
        known = _OUTPUTS if layer is layers[-1] else _HIDDEN
        if layer.activation not in known:
            expected = either(name or _NOTHING for name in known)
            raise LessonError(f"{layer.place} is followed by {layer.activation}; expected {expected}")
    return layers


def _as_rows(kinds: Sequence[tuple[str, Any]], X: Any) -> Any:
    """Inputs as the first linear layer sees them: flattened, where the module does that before it."""
    names = [kind for kind, _ in kinds]
    if "Flatten" not in names[: names.index("Linear")]:
        return X
    array = array_of(X, "X")
    return array.reshape(len(array), -1) if array.ndim > 2 else array


def _output(activation: str, n_outputs: int, labels: Any, loss: object) -> str:
    """Tell the activation of the outputs, which in PyTorch may be a part of the loss."""
    if activation:
        return _OUTPUTS[activation]
    if n_outputs > 1 and _is_column(labels):  # numbers of classes
        return "softmax"
    if loss != "cross_entropy":
        return "linear"
    shares = n_outputs > 1 and np.allclose(columns_of(labels, "y", "output").sum(axis=1), 1)
    return "softmax" if shares else "sigmoid"


def _is_column(labels: Any) -> bool:
    """Whether there is one target for each sample."""
    return bool(labels.ndim == 1 or labels.shape[1:] == (1,))


def _hidden_activation(layers: Sequence[_Layer]) -> str:
    """Find the activation of the hidden layers, which is the same for all of them."""
    found = list(dict.fromkeys(layer.activation for layer in layers[:-1]))
    if len(found) > 1:
        used = " and ".join(name or _NOTHING for name in found)
        raise LessonError(f"the hidden layers use {used}; expected the same for all")
    return _HIDDEN[found[0]] if found else "sigmoid"


def _bias(layers: Sequence[_Layer]) -> str:
    """Tell whether there are biases."""
    found = [layer.linear.bias is not None for layer in layers]
    if any(found) and not all(found):
        place = layers[found.index(False)].place
        raise LessonError(f"{place} has no bias, others have one; expected one for every layer, or for none")
    return "trained" if any(found) else "none"


def _check_tensors(layers: Sequence[_Layer]) -> None:
    """Refuse parameters that are no real numbers, or not all of one kind."""
    tensors = [
        (tensor, layer.place)
        for layer in layers
        for tensor in (layer.linear.weight, layer.linear.bias)
        if tensor is not None
    ]
    for tensor, place in tensors:
        _check_tensor(tensor, place)
    kinds = dict.fromkeys(str(tensor.dtype) for tensor, _ in tensors)
    if len(kinds) > 1:
        raise LessonError(f"the module's parameters are {' and '.join(kinds)}; expected one type for all")


def _check_tensor(tensor: Any, place: str) -> None:
    faults = {
        "has no weights before it is used; call the module with X once": (
            type(tensor).__name__.startswith("Uninitialized")
        ),
        "has packed (quantized) weights; pass the module from before they were": not hasattr(tensor, "dtype"),
        "is on the meta device, where it has no weights; load them first": getattr(tensor, "is_meta", False),
        "has complex weights; expected real ones": "complex" in str(getattr(tensor, "dtype", "")),
    }
    refuse(lambda fault: LessonError(f"{place} {fault}"), faults)


def _targets(labels: Any, network: Network, *, bare: bool) -> FloatMatrix:
    """Targets, of a softmax also from the numbers of classes; `bare` outputs might have meant numbers."""
    n_outputs = network.n_outputs
    if network.output == "softmax" and n_outputs > 1 and _is_column(labels):
        numbers = labels.ravel().tolist()
        for number, label in enumerate(numbers, start=1):
            if label not in range(n_outputs):
                columns = f"{counted(n_outputs, 'column')} of targets, or " if bare else ""
                raise LessonError(
                    f"y[{number}] is {shown(label)}; expected {columns}the number of a class, "
                    f"0 to {n_outputs - 1}"
                )
        return one_hot(map(int, numbers), n_outputs)
    targets = columns_of(labels, "y", "output")
    check_width(targets, "y", n_outputs, "output")
    return targets
