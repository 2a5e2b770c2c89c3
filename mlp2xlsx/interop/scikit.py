"""Multi-layer perceptrons of scikit-learn."""

from collections.abc import Callable
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
from mlp2xlsx.interop.descents import plain_descent, summed_descent
from mlp2xlsx.interop.tables import Model
from mlp2xlsx.interop.wrapped import advice, scale_of, scaler_of, unwrapped
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, either, listed, shown

_CLASSIFIER, _REGRESSOR = "MLPClassifier", "MLPRegressor"
_ACTIVATIONS = {"logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "identity": "linear"}
_OUTPUTS = {"identity": "linear", "logistic": "sigmoid", "softmax": "softmax"}
_MOST_CLASSES_SHOWN = 8


def from_sklearn(model: Any, X: Any, y: Any, optimizer: str | None = None) -> Model:
    """Take over a fitted model.

    Parameters
    ----------
    model
        An `MLPClassifier` or an `MLPRegressor`, or a search or a pipeline with a scaler around one.
    X, y
        Data as its `fit` takes them.
    optimizer
        A lesson's word for another one than the model's own, and none of its numbers.

    Raises
    ------
    LessonError
        For another kind of model, one that is not fitted or that a workbook cannot follow, and for data
        that do not fit it.
    """
    outer = model
    model, before = unwrapped(model)
    kind, scaler = _kind(model), scaler_of(before)
    if not hasattr(model, "coefs_"):
        raise LessonError(f"the {kind} is not fitted; call its fit(X, y) first")
    if getattr(model, "loss", "") == "poisson":
        raise LessonError(
            f'the {kind} was fitted with loss="poisson", whose outputs have no step in a workbook; '
            'expected loss="squared_error"'
        )
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
    parameters = {
        name: values
        for layer, weight, bias in zip(network.layers, weights, model.intercepts_, strict=True)
        for name, values in ((layer.weights, weight), (layer.bias, np.asarray(bias, np.float64)[None, :]))
    }
    inputs = matrix_of(X, "X", "input")
    check_width(inputs, "X", network.n_inputs, "input")
    features = names_of_columns(X)
    _check_names(outer, features)
    targets, classes = _targets(model, y, network)
    return Model(
        f"{kind} (scikit-learn)",
        network,
        parameters,
        inputs,
        targets,
        features,
        names_of_columns(y),
        classes,
        scale_of(scaler, inputs),
        plain_descent if optimizer is not None else _training(model, kind),
    )


def _training(model: Any, kind: str) -> Callable[[int], dict[str, Any]]:
    """How a model was trained; plainly where a lesson has nothing like its solver.

    It divides the gradient by the number of samples, that of its penalty, for weights alone, as well.
    """
    word, numbers = model.solver, {"lr": model.learning_rate_init}
    if word == "adam":
        numbers |= {"beta1": model.beta_1, "beta2": model.beta_2, "epsilon": model.epsilon}
    elif word == "sgd":
        if model.learning_rate != "constant":
            raise LessonError(
                f'the {kind} was fitted with learning_rate="{model.learning_rate}", which no schedule of a '
                'lesson follows; pass optimizer="gd" for plain gradient descent'
            )
        word = "nesterov" if model.nesterovs_momentum else "momentum"
        numbers |= {"momentum": model.momentum}
        if model.momentum == 0:
            word, numbers = "gd", {"lr": model.learning_rate_init}
    else:  # lbfgs, which looks for the length of its steps
        return plain_descent
    return lambda n_samples: summed_descent(word, numbers, n_samples, model.alpha)


def _kind(model: Any) -> str:
    """Tell what a model is from the names of its classes; a subclass will do."""
    for found in type(model).__mro__:
        if found.__name__ in (_CLASSIFIER, _REGRESSOR):
            return found.__name__
    what = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
    raise LessonError(f"from_sklearn: found {what}, expected an {_CLASSIFIER} or {_REGRESSOR}{advice(model)}")


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
    if network.loss != "cross_entropy":
        targets = columns_of(y, "y", "output")
        check_width(targets, "y", network.n_outputs, "output")
        return targets, []
    if network.output == "sigmoid" and network.n_outputs > 1:
        return _answers(y, network.n_outputs), []
    classes = model.classes_.tolist()
    names = [str(found) for found in classes]
    if len(classes) < 2:
        raise LessonError(
            f"the {_CLASSIFIER} knows one class only, {shown(classes[0])}; expected a model that is "
            "fitted to two or more"
        )
    labels = array_of(y, "y")
    if labels.ndim != 1 and labels.shape[1:] != (1,):
        raise LessonError(f"y has {counted(labels.ndim, 'dimension')}; expected 1: the class of each sample")
    indices = [_index(label, classes, number) for number, label in enumerate(labels.ravel().tolist(), 1)]
    if network.n_outputs == 1:
        return np.array(indices, np.float64)[:, None], names
    return one_hot(indices, len(classes)), names


def _answers(y: Any, n_labels: int) -> FloatMatrix:
    """Several answers of yes or no for each sample."""
    try:
        labels = array_of(y, "y")
    except LessonError:  # lists of labels, of different lengths
        labels = np.array(0)
    if labels.shape[1:] != (n_labels,) or any(label not in (0, 1) for label in labels.ravel().tolist()):
        raise LessonError(
            f"y is no table of answers to the {n_labels} labels that the {_CLASSIFIER} was fitted to; "
            "expected a row per sample with 0 or 1 for each label, as MultiLabelBinarizer makes them"
        )
    return np.asarray(labels, np.float64)


def _index(label: Any, classes: list[Any], number: int) -> int:
    """Find a class."""
    if label not in classes:
        raise LessonError(
            f"y[{number}] is {shown(label)}, which the model does not know; "
            f"expected one of {listed([*map(shown, classes)], _MOST_CLASSES_SHOWN)}"
        )
    return classes.index(label)
