"""Values put into the tables of a lesson file, each where the file has it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlp2xlsx.options.table import OPTIONS


def put_settings(tables: dict[str, Any], settings: Mapping[str, object]) -> None:
    """Put what the caller says into the tables of another library's model.

    Raises
    ------
    TypeError
        For a key that leaves nothing open there.
    """
    known = [name for name, option in OPTIONS.items() if not option.model_says]
    for key in settings:
        if key not in known:
            raise TypeError(f"unexpected {key!r}; expected one of {', '.join(known)}")
    put(tables, settings)


def put_changes(tables: dict[str, Any], changes: Mapping[str, object]) -> None:
    """Put values into the tables of a lesson.

    Raises
    ------
    TypeError
        For a key that a lesson does not have.
    """
    for key in changes:
        if key not in {*OPTIONS, "X_raw"} - {"csv"}:
            raise TypeError(f"a lesson has no {key!r} to replace")
    put(tables, changes)


def put(tables: dict[str, Any], values: Mapping[str, object]) -> None:
    """Put values into tables, each where a lesson file has it; epochs take the place of iterations."""
    options = {name: OPTIONS["X" if name == "X_raw" else name] for name in values}
    for option in options.values():
        if option.instead_of is not None:
            tables[option.section].pop(option.instead_of, None)
    for name, option in options.items():
        section = tables.setdefault(option.section, {}) if option.section else tables
        section[option.name] = _plain(values[name])


def _plain(value: object) -> object:
    """Turn arrays and sequences into the lists that a file would hold."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in value]
    return value
