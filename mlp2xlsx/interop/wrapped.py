"""What scikit-learn wraps a model in: searches for the best one, and pipelines with a scaler before it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.interop.tables import UNSCALED
from mlp2xlsx.render.values import FloatMatrix

_ROUNDING = 1e-7
_INSTEAD = "pass pipeline[-1] as the model and pipeline[:-1].transform(X) as X"

# Other models that are made of one, by what holds it: what to pass.
_HOLDERS = {
    "regressor_": "pass its regressor_ as the model, and as y what its transformer_ makes of yours",
    "estimators_": "it holds several models: pass one of its estimators_, and as y what that one learns",
    "estimator_": "pass its estimator_",
}


class _Scaler(NamedTuple):
    """A scaler: the lesson's word, the options it must have, and its numbers beside those of the data."""

    scale: str
    options: Mapping[str, object]
    numbers: Mapping[str, tuple[str, Callable[[FloatMatrix], float]]]


_SCALERS = {
    "StandardScaler": _Scaler(
        "zscore",
        {"with_mean": True, "with_std": True},
        {"mean": ("mean_", np.mean), "standard deviation": ("scale_", np.std)},
    ),
    "MinMaxScaler": _Scaler(
        "minmax",
        {"feature_range": (0, 1)},
        {"smallest number": ("data_min_", np.min), "largest number": ("data_max_", np.max)},
    ),
}


def unwrapped(model: Any) -> tuple[Any, list[Any]]:
    """Return the model within, and what transforms its inputs before, in that order.

    Raises
    ------
    LessonError
        For a search that has kept no model.
    """
    before: list[Any] = []
    while not isinstance(model, type):
        name = type(model).__name__
        if name.endswith("SearchCV"):
            model = _best(model, name)
        elif "Pipeline" in (found.__name__ for found in type(model).__mro__):
            *first, model = (step for _, step in model.steps)
            before += [step for step in first if step is not None and not isinstance(step, str)]
        else:
            break
    return model, before


def advice(model: Any) -> str:
    """What to pass in the place of a model that is none of ours; empty where nothing is known."""
    return next((f"; {text}" for attribute, text in _HOLDERS.items() if hasattr(model, attribute)), "")


def scaler_of(before: Sequence[Any]) -> Any:
    """Return the scaler that stands before a model, None where nothing does.

    Raises
    ------
    LessonError
        For what a workbook does not do to its inputs, with what to pass instead.
    """
    names = [type(one).__name__ for one in before]
    for name in names:
        if name not in _SCALERS:
            raise _refused(f"the pipeline has {name} before the model, which has no place in a workbook")
    if len(before) > 1:
        raise _refused(f"the pipeline has {' and '.join(names)} before the model, a workbook scales once")
    for scaler, name in zip(before, names, strict=True):
        for option, needed in _SCALERS[name].options.items():
            found = getattr(scaler, option)
            if found != needed:
                what = f"{option}={found}, a workbook scales as with {needed}"
                raise _refused(f"the {name} of the pipeline has {what}")
    return before[0] if before else None


def scale_of(scaler: Any, X: FloatMatrix) -> str:
    """Tell the lesson's word for a scaler.

    Parameters
    ----------
    scaler
        What `scaler_of` found.
    X
        The inputs, shape (n_samples, n_inputs); a lesson scales them by their own numbers.

    Raises
    ------
    LessonError
        When the scaler does it by other numbers, with what to pass instead.
    """
    if scaler is None:
        return UNSCALED
    name = type(scaler).__name__
    for what, (attribute, of) in _SCALERS[name].numbers.items():
        if not hasattr(scaler, attribute):
            raise LessonError(
                f"the {name} of the pipeline is not fitted; call the pipeline's fit(X, y) first"
            )
        for number, (learnt, column) in enumerate(zip(getattr(scaler, attribute), X.T, strict=True), 1):
            if column.min() == column.max():
                raise _refused(f"column {number} of X is the same in every sample, which cannot be scaled")
            own = of(column)
            if abs(learnt - own) > _ROUNDING * np.abs(column).max():
                raise _refused(
                    f"the {name} of the pipeline was fitted to other samples than X, with a {what} of "
                    f"{learnt:.6g} instead of {own:.6g} in column {number}"
                )
    return _SCALERS[name].scale


def _best(search: Any, name: str) -> Any:
    """Return the model that a search has found."""
    if hasattr(search, "best_estimator_"):
        return search.best_estimator_
    if hasattr(search, "best_params_"):
        raise LessonError(
            f"the {name} has kept no model (refit={getattr(search, 'refit', False)}); "
            "pass a model that is fitted with its best_params_"
        )
    raise LessonError(f"the {name} is not fitted; call its fit(X, y) first")


def _refused(what: str) -> LessonError:
    return LessonError(f"from_sklearn: {what}; {_INSTEAD}")
