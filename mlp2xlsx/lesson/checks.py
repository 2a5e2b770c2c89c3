"""Checks of single values of a lesson: each gives the value in its final form, or says what is wrong."""

import math
import sys
from collections.abc import Sequence
from typing import NamedTuple, TypeGuard

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, is_control, shortened, shown, shown_with_kind

# Up to here a float64, which is all that a spreadsheet has, holds every whole number.
LARGEST_WHOLE = 2**53


class Given(NamedTuple):
    """A value and where it was given, in the user's words: `my.toml: training.lr`, or `--lr`."""

    where: str
    value: object

    def wrong(self, expected: str) -> LessonError:
        """Error for a value of the right kind that cannot be used."""
        return LessonError(f"{self.where}: found {shown(self.value)}, expected {expected}")

    def wrong_kind(self, expected: str) -> LessonError:
        """Error for a value of another kind than expected."""
        return LessonError(f"{self.where}: found {shown_with_kind(self.value)}, expected {expected}")


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number; to Python, `true` is one as well."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def above_zero(given: Given) -> float:
    """Check a finite number above 0.

    Raises
    ------
    LessonError
        For anything else.
    """
    value = given.value
    if not is_number(value):
        raise given.wrong_kind("a number above 0")
    if value <= 0:
        raise given.wrong("a number above 0")
    if not value <= sys.float_info.max:  # infinity, NaN, whole numbers of hundreds of digits
        raise given.wrong("a finite number above 0")
    return float(value)


def whole(given: Given, low: int, high: int) -> int:
    """Check a whole number from `low` to `high`.

    Raises
    ------
    LessonError
        For anything else; 3.0 is not a whole number.
    """
    expected = f"a whole number from {low} to {high}"
    if not is_number(given.value):
        raise given.wrong_kind(expected)
    if not isinstance(given.value, int) or not low <= given.value <= high:
        raise given.wrong(expected)
    return given.value


def wholes(given: Given, low: int, high: int) -> tuple[int, ...]:
    """Check a list of whole numbers from `low` to `high`; it may be empty.

    Raises
    ------
    LessonError
        For anything else.
    """
    if not isinstance(given.value, list):
        raise given.wrong_kind(f"a list of whole numbers, such as [{low + 2}]")
    return tuple(whole(Given(given.where, value), low, high) for value in given.value)


def text(given: Given, longest: int, line_breaks: bool = False) -> str:
    """Check a text that a worksheet can hold.

    Raises
    ------
    LessonError
        When it is too long, or has control characters or, unless allowed, line breaks.
    """
    value = given.value
    if not isinstance(value, str):
        raise given.wrong_kind("a string")
    if len(value) > longest:
        raise LessonError(f"{given.where} has {len(value)} characters; expected at most {longest}")
    for character in value:
        if character == "\n":
            if not line_breaks:
                raise LessonError(f"{given.where} contains a line break; expected one line")
        elif is_control(character):
            raise LessonError(
                f"{given.where} contains the control character U+{ord(character):04X}; expected plain text"
            )
    return value


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
    rows = given.value
    if not isinstance(rows, list):
        raise given.wrong_kind("a matrix, such as [[0, 1], [1, 0]]")
    if not rows:
        raise LessonError(f"{given.where} is empty; expected one list per {row}")
    if all(is_number(entry) for entry in rows):
        raise LessonError(
            f"{given.where} is a flat list; expected one list per {row}, such as {_as_rows(rows, width)}"
        )
    for number, entries in enumerate(rows, start=1):
        if not isinstance(entries, list):
            raise Given(f"{given.where} row {number}", entries).wrong_kind("a list of numbers")
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
    if isinstance(entry, float):
        return math.isfinite(entry)
    return is_number(entry) and abs(entry) <= LARGEST_WHOLE


def _entry_error(given: Given) -> LessonError:
    if isinstance(given.value, float):
        return LessonError(f"{given.where} is {given.value}; expected a finite number")
    if is_number(given.value):
        return LessonError(
            f"{given.where} is {shown(given.value)}; expected at most {LARGEST_WHOLE} (2**53), "
            "beyond which whole numbers are rounded"
        )
    return given.wrong_kind("a number")
