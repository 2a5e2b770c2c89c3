"""Cases of which some are shown on every run, and all of them where there is time for it.

What is marked `slow` is left out by default; CONTRIBUTING.md says what runs it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from mlp2xlsx import load
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.resources import lesson_names

slow = pytest.mark.slow


def few(*fast: str, of: Iterable[Any]) -> list[Any]:
    """Cases by their names, or parameters by their ids; all but the fast ones are slow."""
    return _marked(fast, [case if hasattr(case, "marks") else pytest.param(case, id=case) for case in of])


def few_values(*fast: str, of: Mapping[str, Any]) -> list[Any]:
    """Cases by their values, with the keys as ids; a tuple is several arguments."""
    values = {key: value if isinstance(value, tuple) else (value,) for key, value in of.items()}
    return _marked(fast, [pytest.param(*value, id=key) for key, value in values.items()])


def _marked(fast: Iterable[str], cases: list[Any]) -> list[Any]:
    names = [case.id or "-".join(map(str, case.values)) for case in cases]
    unknown = set(fast) - set(names)
    if unknown:
        raise LookupError(f"no case is called {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return [
        pytest.param(*case.values, marks=[*case.marks, *([] if name in fast else [slow])], id=name)
        for name, case in zip(names, cases, strict=True)
    ]


# Engines that may be absent.
LIBREOFFICE = pytest.param("libreoffice", marks=pytest.mark.needs("soffice"))
GNUMERIC = pytest.param("gnumeric", marks=pytest.mark.needs("ssconvert"))

FEW_OF_IRIS = "few-of-iris"
# Small networks whose data are like those of others, and whose steps other tests look at.
LIKE_OTHERS = ("adam", "initial-values", "momentum", "overfitting", "spiral", "titanic")
# The whole of iris takes longer than all others together.
LIGHT = [*(name for name in lesson_names() if name not in ("iris", *LIKE_OTHERS)), FEW_OF_IRIS]
SHIPPED = few(*LIGHT, of=[*LIGHT, *LIKE_OTHERS, "iris"])
# Those whose optimiser keeps nothing: every matrix that is given can be asked for.
PLAIN = few(*LIGHT, of=[*LIGHT, "initial-values"])


def with_few_samples(lesson: Lesson, most: int = 6) -> Lesson:
    """A lesson with some of its samples, where all are alike for what is asked."""
    every = -(-len(lesson.y) // most)
    if every == 1:
        return lesson
    return lesson.replace(X_raw=lesson.spelled(lesson.X_given[::every]), y=lesson.y[::every])


def shipped(name: str) -> Lesson:
    """A lesson that ships, or iris without most of its samples, which are all alike."""
    if name != FEW_OF_IRIS:
        return load(name)
    return with_few_samples(load("iris"), 13)
