"""Values put into the tables of a lesson file, each where the file has it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlp2xlsx.lesson.format import PLACES, Changes, Settings


def put_settings(tables: dict[str, Any], settings: Mapping[str, object]) -> None:
    """Put what the caller says into the tables of another library's model.

    Raises
    ------
    TypeError
        For a key that leaves nothing open there.
    """
    for key in settings:
        if key not in Settings.__annotations__:
            raise TypeError(f"unexpected {key!r}; expected one of {', '.join(Settings.__annotations__)}")
    _put(tables, settings)


def put_changes(tables: dict[str, Any], changes: Mapping[str, object]) -> None:
    """Put values into the tables of a lesson.

    Raises
    ------
    TypeError
        For a key that a lesson does not have.
    """
    for key in changes:
        if key not in Changes.__annotations__:
            raise TypeError(f"a lesson has no {key!r} to replace")
    _put(tables, changes)


def _put(tables: dict[str, Any], values: Mapping[str, object]) -> None:
    """Put values into tables, each where a lesson file has it; epochs take the place of iterations."""
    if "epochs" in values:
        tables["training"].pop("iterations", None)
    for key, value in values.items():
        key = "X" if key == "X_raw" else key
        section = PLACES[key].rpartition(".")[0]
        (tables.setdefault(section, {}) if section else tables)[key] = _plain(value)


def _plain(value: object) -> object:
    """Turn arrays and sequences into the lists that a file would hold."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in value]
    return value
