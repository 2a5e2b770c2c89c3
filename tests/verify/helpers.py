"""Workbooks to be checked, and what is said of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mlp2xlsx import Report, build, load, override
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.training import train
from mlp2xlsx.verify import verifying
from mlp2xlsx.verify.inputs import read_inputs
from mlp2xlsx.verify.perturb import Scenario, single_edits
from mlp2xlsx.verify.structure import Problem, check_structure
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.reading.contents import read_contents

STEPS = [f"Step {number:02}" for number in range(1, 13)]
PICTURES = ["Loss", "Weights", "Network"]


def article(path: Path, iterations: int = 6, **options: object) -> Path:
    """Build the article's workbook, or a variant of it."""
    return built(override(load("article"), iterations=iterations, **options), path)  # type: ignore[arg-type]


def built(lesson: Lesson, path: Path) -> Path:
    build(lesson, path)
    return path


def lint(path: Path) -> list[Problem]:
    """Find the structural faults of a workbook that was built from its own lesson."""
    contents = read_contents(path)
    inputs = read_inputs(contents)
    trace, recorded = verifying.train(inputs.current), verifying.train(inputs.recorded)
    book = verifying.make(trace, recorded=recorded, iteration=inputs.iteration)
    return check_structure(contents, book)


def fault_lines(report: Report) -> list[str]:
    """The lines of a report that name a fault, in their order."""
    lines = list(report.lines(everything=True))
    return [line for line in lines if "!" in line.split(" (")[0].split(":")[0]]


@contextmanager
def trained_once() -> Iterator[None]:
    """Train on the same inputs, and lay out what is expected of them, once and not for every file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "train", remembered(train, lambda lesson, **_: lesson.to_toml()))
        patch.setattr(
            verifying, "make", remembered(make, lambda trace, iteration, **_: (id(trace), iteration))
        )
        yield


def remembered(function: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def call(*args: Any, **kind: Any) -> Any:
        found = key(*args, **kind)
        if found not in known:
            known[found] = function(*args, **kind)
        return known[found]

    return call


def only_edits(patch: pytest.MonkeyPatch, *names: str) -> None:
    """Look at what a person sees after some kinds of edits, and not after each."""

    def edits(*given: Any) -> Iterator[Scenario]:
        return (one for one in single_edits(*given) if one.changed[0] in names)

    patch.setattr(verifying, "single_edits", edits)
