"""Data as other libraries hold it: lists, arrays, data frames, tensors."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from mlp2xlsx.errors import LessonError, refuse
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted

_NUMBERS = "biufO"  # kinds of NumPy types: booleans, whole numbers, floats, and objects that may be either

_KINDS = {"U": "texts", "S": "texts", "M": "dates", "O": "things of several kinds", "c": "complex numbers"}


def array_of(value: Any, name: str) -> Any:
    """Return what holds an array as an array of NumPy.

    Raises
    ------
    LessonError
        When its rows have different lengths, and for a tensor without numbers.
    """
    if hasattr(value, "detach"):  # a tensor, wherever it is and whether or not it has a gradient
        if value.is_meta:
            raise LessonError(f"{name} is on the meta device, where it has no numbers; pass the data")
        value = value.to_dense().tolist()
    elif hasattr(value, "toarray"):  # a sparse matrix
        value = value.toarray()
    try:
        return np.asarray(value)
    except ValueError:
        raise LessonError(f"{name} is no matrix; expected rows of the same length") from None


def matrix_of(value: Any, name: str, column: str) -> FloatMatrix:
    """Return data as a matrix of numbers.

    Parameters
    ----------
    value
        What was passed.
    name
        `X` or `y`, for messages.
    column
        What a column is, for messages.

    Raises
    ------
    LessonError
        For anything but two dimensions of numbers.
    """
    array = array_of(value, name)
    if array.ndim != 2:
        raise LessonError(
            f"{name} has {counted(array.ndim, 'dimension')}; "
            f"expected 2: a row per sample, a column per {column}"
        )
    return as_float64(array, name)


def as_float64(array: Any, name: str) -> FloatMatrix:
    """Return an array as float64.

    Raises
    ------
    LessonError
        When it holds something else than numbers.
    """
    try:
        if array.dtype.kind not in _NUMBERS:
            raise TypeError
        return np.asarray(array, np.float64)
    except (TypeError, ValueError):
        what = _KINDS.get(array.dtype.kind, array.dtype)
        raise LessonError(f"{name} holds {what}; expected real numbers") from None


def columns_of(value: Any, name: str, column: str) -> FloatMatrix:
    """Return targets as a matrix; a flat list is one column.

    Raises
    ------
    LessonError
        As `matrix_of`.
    """
    array = array_of(value, name)
    return matrix_of(array[:, None] if array.ndim == 1 else array, name, column)


def check_tensors(tensors: Iterable[tuple[Any, str]]) -> None:
    """Refuse parameters that are no real numbers, or not all of one kind.

    Parameters
    ----------
    tensors
        The parameters of a module, each with the place of its layer for messages.

    Raises
    ------
    LessonError
        For the first one, with what is wrong with it.
    """
    kinds = dict[str, str]()
    for tensor, place in tensors:
        _check_tensor(tensor, place)
        kinds[str(tensor.dtype)] = place
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


def check_width(matrix: FloatMatrix, name: str, expected: int, what: str) -> None:
    """Refuse data with another number of columns than the model has inputs or outputs.

    Raises
    ------
    LessonError
        Saying both.
    """
    if matrix.shape[1] != expected:
        found = counted(matrix.shape[1], "column")
        raise LessonError(f"{name} has {found}, the model has {counted(expected, what)}")


def names_of_columns(value: Any) -> list[str]:
    """Names of the columns of a data frame, or of a series; none when there are none, or not for all."""
    found = getattr(value, "columns", None)
    if found is None:
        found = [getattr(value, "name", None)]
    names = list(found)
    return names if all(isinstance(name, str) for name in names) else []


def one_hot(indices: Iterable[int], n_classes: int) -> FloatMatrix:
    """A row per sample, with a 1 in the column of its class, counted from 0."""
    return np.asarray(np.eye(n_classes)[list(indices)])
