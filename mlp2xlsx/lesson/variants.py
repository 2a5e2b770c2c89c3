"""Variants of a lesson: the same one with other values of one option, to be compared with each other."""

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.model import Lesson
from mlp2xlsx.lesson.override import override
from mlp2xlsx.options.checks import Given
from mlp2xlsx.options.table import OPTIONS, flags
from mlp2xlsx.words import did_you_mean, one_line

MOST = 6
_NOT_COMPARED = ("iterations", "epochs", "show", "decimals", "language", "compare", "dry-run")
_ABOUT_DATA = "data"


class Variant(NamedTuple):
    """A lesson that differs in one value.

    Attributes
    ----------
    says
        Option and value, as in `lr = 0.1`.
    lesson
        The lesson with that value.
    """

    says: str
    lesson: Lesson


def variants(lesson: Lesson) -> list[Variant]:
    """The variants that a lesson is to be compared with; none where it says nothing.

    Raises
    ------
    LessonError
        When what it says is no option and its values, and when a value cannot be used.
    """
    return list(_variants(lesson)) if lesson.compare else []


def _variants(lesson: Lesson) -> Iterator[Variant]:
    given = Given(f"{lesson.name}: compare", lesson.compare)
    flag, sign, listed = lesson.compare.partition("=")
    known = [
        key for key, option in flags().items() if key not in _NOT_COMPARED and option.section != _ABOUT_DATA
    ]
    if not sign:
        raise given.wrong('an option and its values, as in "lr=0.01,0.1,1"')
    if flag not in known:
        raise LessonError(
            f"{given.where}: {one_line(flag)} cannot be compared; expected one of {', '.join(known)}"
            f"{did_you_mean(flag, known)}"
        )
    texts = list(dict.fromkeys(text.strip() for text in listed.split(",")))
    if not 2 <= len(texts) <= MOST:
        raise given.wrong(f"2 to {MOST} different values")
    option = next(option for option in OPTIONS.values() if option.flag == flag)
    for text in texts:
        try:
            value = option.argument["type"](text)
        except argparse.ArgumentTypeError as error:
            raise LessonError(f"{given.where} {flag} = {text}: {error}") from None
        value = [value] if option.argument.get("nargs") else value
        try:
            yield Variant(f"{flag} = {text}", override(lesson, compare="", **{flag: value}))
        except LessonError as error:
            said = str(error).removeprefix(f"--{flag}: ")
            raise LessonError(f"{given.where} {flag} = {text}: {said}") from None
