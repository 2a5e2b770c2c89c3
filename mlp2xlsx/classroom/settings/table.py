"""What may stand in `class.toml`: a row for each key, in the order of the file.

What a key is for is said in the texts, under `settings`; the file is written in the language of the handouts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from mlp2xlsx.choices import COPIED
from mlp2xlsx.classroom.settings.settings import FLAGGED, LATE, LATE_IS, SHOW
from mlp2xlsx.options.checks import Given, is_number, text, whole, word

_MOST_POINTS, _MOST_WEIGHT, _MOST_DECIMALS, _LONGEST = 10_000.0, 1_000.0, 12, 300
_MOST_PERCENT = 100.0

Steps = Sequence[int]
"""The numbers of the steps to be filled in."""


@dataclass(frozen=True)
class Setting:
    """One key.

    Attributes
    ----------
    key
        Its name, which is that of the field of `Settings`.
    check
        Returns the value in its final form, or raises a `LessonError`.
    example
        What a file that was just written says, in TOML.
    is_said
        Whether it says so; else the line is a remark, and the default holds.
    """

    key: str
    check: Callable[[Given, Steps], Any]
    example: str
    is_said: bool = True


def _amount(largest: float) -> Callable[[Given, Steps], float]:
    def check(given: Given, _: Steps) -> float:
        value = given.value
        usable = is_number(value) and 0 <= value <= largest
        return float(given.held(f"a number from 0 to {largest:g}", is_number(value), usable))

    return check


def check_points(given: Given) -> float:
    """Check what the whole is worth."""
    usable = is_number(given.value) and 0 < given.value <= _MOST_POINTS
    return float(given.held(f"a number above 0, up to {_MOST_POINTS:g}", is_number(given.value), usable))


def _by_step(check: Callable[[Given, Steps], Any]) -> Callable[[Given, Steps], Mapping[int, Any]]:
    """Check a table with a value for some of the steps."""

    def check_all(given: Given, steps: Steps) -> Mapping[int, Any]:
        table = given.held("a table such as { 3 = 2 }", isinstance(given.value, Mapping))
        return {
            _step(Given(given.where, int(key) if key.isdecimal() else key), steps): check(
                Given(f"{given.where}.{key}", value), steps
            )
            for key, value in table.items()
        }

    return check_all


def _step(given: Given, steps: Steps) -> int:
    expected = f"the number of a step that is filled in ({', '.join(map(str, steps))})"
    return int(given.held(expected, True, is_number(given.value) and given.value in steps))


def _steps(given: Given, steps: Steps) -> tuple[int, ...]:
    values = given.held("a list of steps, such as [12]", isinstance(given.value, list))
    return tuple(sorted({_step(Given(given.where, value), steps) for value in values}))


def _true_or_false(given: Given, _: Steps) -> bool:
    return bool(given.held("true or false", isinstance(given.value, bool)))


def _one_of(words: Sequence[str]) -> Callable[[Given, Steps], str]:
    return lambda given, _: word(given, words)


def _moment(given: Given, _: Steps) -> datetime:
    """Check a local time; a day ends with its last minute."""
    value = given.value
    given.held("a time such as 2030-05-31T23:59:00, or a day", isinstance(value, date))
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(23, 59, 59))
    # What has a zone of its own is the same moment here.
    return value if value.tzinfo is None else value.astimezone().replace(tzinfo=None)


SETTINGS = (
    Setting("points", lambda given, _: check_points(given), "100", is_said=False),
    Setting("column", lambda given, _: text(given, _LONGEST), '"Backprop handout (98765)"', is_said=False),
    Setting("weights", _by_step(_amount(_MOST_WEIGHT)), "{}"),
    Setting("bonus", _steps, "[]"),
    Setting("decimals", _by_step(lambda given, _: whole(given, 0, _MOST_DECIMALS)), "{}"),
    Setting("formulas", _true_or_false, "false", is_said=False),
    Setting("copied", _one_of(COPIED), f'"{FLAGGED}"'),
    Setting("deadline", _moment, "2030-05-31T23:59:00", is_said=False),
    Setting("late", _one_of(LATE), f'"{FLAGGED}"'),
    Setting("late_is", _one_of(LATE_IS), '"platform"'),
    Setting("late_per_day", _amount(_MOST_PERCENT), "0"),
    Setting("closes", _moment, "2030-06-07T23:59:00", is_said=False),
    Setting("show", _one_of(SHOW), '"answer"'),
    Setting("pseudonyms", _true_or_false, "false"),
)
