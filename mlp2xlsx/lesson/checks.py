"""Checks of the matrices of a lesson: each returns the matrix in its final form, or says what is wrong."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.options.checks import Given, is_number
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, shortened, shown

# Up to here a float64, which is all that a spreadsheet has, holds every whole number.
LARGEST_WHOLE = 2**53


def matrix(given: Given, row: str, expected_width: int = 1) -> FloatMatrix:
    """Check a matrix given as a list of rows; read-only.

    Parameters
    ----------
    given
        The value, and where it was given.
    row
        What a row belongs to, such as `sample`.
    expected_width
        How many numbers a row should have; only for the advice on a flat list.

    Raises
    ------
    LessonError
        When it is empty, not rectangular, or has entries that are not finite numbers.
    """
    rows = _rows(given, row, expected_width)
    width = len(rows[0])
    for number, entries in enumerate(rows, start=1):
        if not entries:
            raise LessonError(f"{given.where} row {number} is empty; expected at least one number")
        if len(entries) != width:
            raise LessonError(
                f"{given.where} row {number} has {counted(len(entries), 'number')}, row 1 has {width}; "
                "all rows need the same length"
            )
        _check_entries(f"{given.where}[{number}]", entries)
    return read_only(np.array(rows, dtype=np.float64))


def row_vector(given: Given) -> FloatMatrix:
    """Check a matrix of one row, given flat or as a matrix; read-only.

    Raises
    ------
    LessonError
        When it is empty, not rectangular, or has entries that are not finite numbers.
    """
    value = given.value
    if not isinstance(value, list) or not value or any(isinstance(entry, list) for entry in value):
        return matrix(given, "row")
    _check_entries(given.where, value)
    return read_only(np.array([value], dtype=np.float64))


def read_only(array: FloatMatrix) -> FloatMatrix:
    """Close an array for writing, and return it."""
    array.setflags(write=False)
    return array


def _rows(given: Given, row: str, width: int) -> list[list[object]]:
    """Return the value as a list of lists that are not looked into yet."""
    rows: list[Any] = given.held("a matrix, such as [[0, 1], [1, 0]]", isinstance(given.value, list))
    if not rows or all(map(is_number, rows)):
        what, example = ("a flat list", f", such as {_as_rows(rows, width)}") if rows else ("empty", "")
        raise LessonError(f"{given.where} is {what}; expected one list per {row}{example}")
    for number, entries in enumerate(rows, start=1):
        Given(f"{given.where} row {number}", entries).held("a list of numbers", isinstance(entries, list))
    return rows


def _as_rows(entries: Sequence[object], width: int) -> str:
    """Write the beginning of a flat list as rows."""
    rows = [entries[start : start + width] for start in range(0, len(entries), width)]
    written = [f"[{', '.join(map(shown, row))}]" for row in rows[:4]]
    return shortened(f"[{', '.join(written)}{', …' if len(rows) > len(written) else ''}]")


def _check_entries(where: str, entries: Sequence[object]) -> None:
    """Refuse a row with an entry that a cell cannot hold exactly."""
    for number, entry in enumerate(entries, start=1):
        if not _fits_a_cell(entry):
            raise _entry_error(Given(f"{where}[{number}]", entry))


def _fits_a_cell(entry: object) -> bool:
    return (
        math.isfinite(entry) if isinstance(entry, float) else is_number(entry) and abs(entry) <= LARGEST_WHOLE
    )


def _entry_error(given: Given) -> LessonError:
    if isinstance(given.value, float):
        return LessonError(f"{given.where} is {given.value}; expected a finite number")
    if is_number(given.value):
        return LessonError(
            f"{given.where} is {shown(given.value)}; expected at most {LARGEST_WHOLE} (2**53), "
            "beyond which whole numbers are rounded"
        )
    return given.wrong_kind("a number")
