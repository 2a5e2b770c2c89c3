"""Checks of single values of a lesson: each returns the value in its final form, or says what is wrong."""

import sys
from collections.abc import Callable, Sequence
from math import inf
from typing import Any, NamedTuple, TypeGuard

from mlp2xlsx.errors import LessonError, refuse
from mlp2xlsx.words import either, is_control, shown, shown_with_kind


class Given(NamedTuple):
    """A value and where it was given, in the user's words: `my.toml: training.lr`, or `--lr`."""

    where: str
    value: Any

    def wrong(self, expected: str) -> LessonError:
        """Error for a value of the right kind that cannot be used."""
        return LessonError(f"{self.where}: found {shown(self.value)}, expected {expected}")

    def wrong_kind(self, expected: str) -> LessonError:
        """Error for a value of another kind than expected."""
        return LessonError(f"{self.where}: found {shown_with_kind(self.value)}, expected {expected}")

    def held(self, expected: str, of_kind: bool, usable: bool = True) -> Any:
        """Return the value, if it is what is expected.

        Raises
        ------
        LessonError
            When it is of another kind, and when it cannot be used.
        """
        if not of_kind:
            raise self.wrong_kind(expected)
        if not usable:
            raise self.wrong(expected)
        return self.value


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a value is a number; to Python, `true` is one as well."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def between(given: Given, above: float = -inf, below: float = inf) -> float:
    """Check a finite number between two others, both excluded.

    Raises
    ------
    LessonError
        For anything else.
    """
    value = given.value
    ends = {f"above {above:g}": above > -inf, f"below {below:g}": below < inf}
    expected = " and ".join(end for end, is_there in ends.items() if is_there)
    usable = is_number(value) and not value <= above and not value >= below
    given.held(f"a number {expected}".rstrip(), is_number(value), usable or value == inf)
    # Infinity, NaN, whole numbers of hundreds of digits.
    return float(given.held(f"a finite number {expected}".rstrip(), True, abs(value) <= sys.float_info.max))


def whole(given: Given, low: int, high: int) -> int:
    """Check a whole number from `low` to `high`.

    Raises
    ------
    LessonError
        For anything else; 3.0 is not a whole number.
    """
    value = given.value
    usable = isinstance(value, int) and low <= value <= high
    return int(given.held(f"a whole number from {low} to {high}", is_number(value), usable))


def wholes(given: Given, low: int, high: int) -> tuple[int, ...]:
    """Check a list of whole numbers from `low` to `high`; it may be empty.

    Raises
    ------
    LessonError
        For anything else.
    """
    values = given.held(f"a list of whole numbers, such as [{low + 2}]", isinstance(given.value, list))
    return tuple(whole(Given(given.where, value), low, high) for value in values)


def word(given: Given, words: Sequence[str]) -> str:
    """Check one of the words that an option allows.

    Raises
    ------
    LessonError
        For anything else.
    """
    expected = either(f'"{word}"' for word in words)
    return str(given.held(expected, isinstance(given.value, str), given.value in words))


def words(given: Given, known: Sequence[str]) -> tuple[str, ...]:
    """Check a list of words that an option allows, none of them twice.

    Raises
    ------
    LessonError
        For anything else.
    """
    if not isinstance(given.value, list):
        raise given.wrong_kind(f'a list of words, such as ["{next(iter(known), "")}"]')
    return tuple(dict.fromkeys(word(Given(given.where, value), known) for value in given.value))


def rate_table(given: Given) -> tuple[tuple[float, float], ...]:
    """Check a table of learning rates: from which iteration on, ascending, and which rate, in each row.

    Raises
    ------
    LessonError
        For anything else, naming the row.
    """
    rows = given.held("rows such as [[1, 0.5], [100, 0.1]]", isinstance(given.value, list))
    found: list[tuple[float, float]] = []
    for number, row in enumerate(rows, start=1):
        one = Given(f"{given.where} row {number}", row)
        one.held("two numbers, such as [1, 0.5]", isinstance(row, list) and len(row) == 2)
        start = Given(f"{one.where}: iteration", row[0])
        least = found[-1][0] + 1 if found else 1
        expected = f"a whole number from {least:g} on" if found else "1, the first iteration"
        most = sys.maxsize if found else 1
        usable = is_number(row[0]) and least <= row[0] <= most and row[0] == int(row[0])
        start.held(expected, is_number(row[0]), usable)
        found.append((float(row[0]), between(Given(f"{one.where}: lr", row[1]), 0)))
    return tuple(found)


def batch(given: Given, n_samples: int) -> int | None:
    """Check the samples per update; None for all of them, however that is said.

    Raises
    ------
    LessonError
        For less than one sample, and more than there are.
    """
    found = given.value
    of_kind = isinstance(found, str | int | float) and not isinstance(found, bool)
    usable = found == "full" or (isinstance(found, int) and 1 <= found <= n_samples)
    given.held(f'"full" or a number of samples from 1 to {n_samples}', of_kind, usable)
    return None if found in ("full", n_samples) else found


def dropout(given: Given, hidden: Callable[[], Sequence[int]]) -> tuple[float, ...]:
    """Check with which probability neurons are left out: one number for all hidden layers, or one for each.

    Parameters
    ----------
    given
        The value, and where it was given.
    hidden
        Neurons per hidden layer, asked for where any may be left out.

    Returns
    -------
    tuple of float
        A number for each hidden layer; empty where none is left out.

    Raises
    ------
    LessonError
        For a number that is no probability below 1, and for other layers than there are.
    """
    one = not isinstance(given.value, list)
    values = given.value if isinstance(given.value, list) else [given.value]
    for value in values:
        is_share = is_number(value) and 0 <= value < 1
        Given(given.where, value).held("a probability from 0 to below 1", is_number(value), is_share)
    if not any(values):
        return ()
    count = len(hidden())
    faults = {
        "there is no hidden layer to leave neurons out of; expected 0": not count,
        f"has {len(values)} numbers for {count} hidden layers; expected one for each, or one for all": (
            not one and len(values) != count
        ),
    }
    refuse(lambda fault: LessonError(f"{given.where}: {fault}"), faults)
    return tuple(float(value) for value in (values * count if one else values))


def updates(epochs: int, n_samples: int, batch: int | None) -> int:
    """Return how many updates so many passes over the data are; a batch of None is all samples."""
    return -(-epochs * n_samples // (batch or n_samples))


def shown_iterations(given: Given, iterations: int) -> tuple[int, ...]:
    """Check the iterations to show, in whatever order; the first is always among them.

    Raises
    ------
    LessonError
        For an iteration that there is not.
    """
    found = wholes(given, 1, iterations)
    return tuple(sorted({1, *found})) if found else ()


def text(given: Given, longest: int, line_breaks: bool = False) -> str:
    """Check a text that a worksheet can hold.

    Raises
    ------
    LessonError
        When it is too long, or has control characters or, unless allowed, line breaks.
    """
    value: str = given.held("a string", isinstance(given.value, str))
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


def title(given: Given, longest: int) -> str:
    """Check a text of one line that says something.

    Raises
    ------
    LessonError
        For what a worksheet cannot hold, and for nothing.
    """
    value = text(given, longest)
    if not value.strip():
        raise LessonError(f"{given.where} is empty; expected a few words")
    return value
