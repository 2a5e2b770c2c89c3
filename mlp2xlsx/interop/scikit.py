"""Multi-layer perceptrons of scikit-learn."""

from typing import Any

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
from mlp2xlsx.words import counted, either, shown

_CLASSIFIER, _REGRESSOR = "MLPClassifier", "MLPRegressor"
_ACTIVATIONS = {"logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}
_OUTPUTS = {"identity": "linear", "logistic": "sigmoid", "softmax": "softmax"}
_MOST_CLASSES_SHOWN = 8


def from_sklearn(model: Any, X: Any, y: Any) -> dict[str, Any]:
    """Tables of a lesson that starts from a fitted model.

    Parameters
    ----------
    model
        An `MLPClassifier` or an `MLPRegressor`.
    X, y
        Data as its `fit` takes them.

    Raises
    ------
    LessonError
        For another kind of model, one that is not fitted or that a workbook cannot follow, and for data
        that do not fit it.
    """
    kind = _kind(model)
    if not hasattr(model, "coefs_"):
        raise LessonError(f"the {kind} is not fitted; call its fit(X, y) first")
    weights = [np.asarray(found, np.float64) for found in model.coefs_]
    network = Network(
        n_inputs=weights[0].shape[0],
        hidden=tuple(found.shape[1] for found in weights[:-1]),
        n_outputs=weights[-1].shape[1],
        output=_known(model.out_activation_, _OUTPUTS, f"the outputs of the {kind}"),
        loss="cross_entropy" if kind == _CLASSIFIER else "half_squared_error",
        activation=_known(model.activation, _ACTIVATIONS, f"the hidden layers of the {kind}")
        if len(weights) > 1
        else "sigmoid",
    )
    parameters: dict[str, FloatMatrix] = {}
    for layer, weight, bias in zip(network.layers, weights, model.intercepts_, strict=True):
        parameters |= {layer.weights: weight, layer.bias: np.asarray(bias, np.float64)[None, :]}
    inputs = matrix_of(X, "X", "input")
    check_width(inputs, "X", network.n_inputs, "input")
    features = names_of_columns(X)
    _check_names(model, features)
    targets, classes = _targets(model, y, network)
    return Model(
        f"{kind} (scikit-learn)", network, parameters, inputs, targets, features, names_of_columns(y), classes
    ).tables()


def _kind(model: Any) -> str:
    """Tell what a model is from the names of its classes; a subclass will do."""
    for found in type(model).__mro__:
        if found.__name__ in (_CLASSIFIER, _REGRESSOR):
            return found.__name__
    what = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
    part = "; pass its last step, and X as that step sees it" if hasattr(model, "steps") else ""
    raise LessonError(f"from_sklearn: found {what}, expected an {_CLASSIFIER} or {_REGRESSOR}{part}")


def _known(name: str, known: dict[str, str], where: str) -> str:
    if name not in known:
        raise LessonError(
            f"{where} use {shown(name)}, which has no step in a workbook; "
            f"expected {either(map(shown, known))}"
        )
    return known[name]


def _check_names(model: Any, features: list[str]) -> None:
    """Refuse the columns of a data frame in another order than the model has learnt them."""
    learnt = getattr(model, "feature_names_in_", None)
    if features and learnt is not None and features != list(learnt):
        raise LessonError(
            f"X has the columns {', '.join(map(shown, features))}; "
            f"the model was fitted with {', '.join(map(shown, learnt))}"
        )


def _targets(model: Any, y: Any, network: Network) -> tuple[FloatMatrix, list[str]]:
    """Targets, and the names of the classes if there are any.

    Two classes are one output, the second of them its 1; more are an output each. Without classes the
    targets are numbers, or several answers of yes and no.
    """
    several = network.output == "sigmoid" and network.n_outputs > 1
    if network.loss != "cross_entropy" or several:
        targets = columns_of(y, "y", "output")
        check_width(targets, "y", network.n_outputs, "output")
        return targets, []
    classes = model.classes_.tolist()
    names = [str(found) for found in classes]
    labels = array_of(y, "y")
    if labels.ndim != 1 and labels.shape[1:] != (1,):
        raise LessonError(f"y has {counted(labels.ndim, 'dimension')}; expected 1: the class of each sample")
    indices = [_index(label, classes, number) for number, label in enumerate(labels.ravel().tolist(), 1)]
    if network.n_outputs == 1:
        return np.array(indices, np.float64)[:, None], names
    return one_hot(indices, len(classes)), names


def _index(label: Any, classes: list[Any], number: int) -> int:
    """Find a class."""
    if label not in classes:
        known = [shown(found) for found in classes[:_MOST_CLASSES_SHOWN]]
        more = ["…"] if len(classes) > _MOST_CLASSES_SHOWN else []
        raise LessonError(
            f"y[{number}] is {shown(label)}, which the model does not know; "
            f"expected one of {', '.join([*known, *more])}"
        )
    return classes.index(label)
