"""Workbooks to be checked, and what is said of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mlp2xlsx import Report, build, load, override
from mlp2xlsx.engines.base import Edits, Recalculated
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.training import Trace, train
from mlp2xlsx.verify import verifying
from mlp2xlsx.verify.appearance import comparing
from mlp2xlsx.verify.inputs import read_inputs
from mlp2xlsx.verify.perturb import Scenario, single_edits
from mlp2xlsx.verify.structure import Problem, check_structure
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents

STEPS = [f"Step {number:02}" for number in range(1, 13)]
PICTURES = ["Loss", "Evaluate", "Weights", "Network", "Try it"]


def article(path: Path, iterations: int = 6, **options: object) -> Path:
    """Build the article's workbook, or a variant of it."""
    return built(override(load("article"), iterations=iterations, **options), path)  # type: ignore[arg-type]


def small(path: Path, iterations: int = 2, **options: object) -> Path:
    """Build the article's workbook without its hidden layer: every kind of sheet, and a third of the formulas."""
    return article(path, iterations, hidden=[], **options)


_BUILT: dict[tuple[str, str], bytes] = {}


def built(lesson: Lesson, path: Path) -> Path:
    """Build a workbook; the same one once."""
    key = lesson.name, lesson.to_toml()
    if key not in _BUILT:
        build(lesson, path)
        _BUILT[key] = path.read_bytes()
    path.write_bytes(_BUILT[key])
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


class Remembered:
    """A function whose last results are kept for whoever calls it with the same again."""

    most = 20  # workbooks of some 10 MB each

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.known: dict[Any, Any] = {}

    def __call__(self, *args: Any, **kind: Any) -> Any:
        key = tuple(map(known_by, (*args, *sorted(kind), *(kind[name] for name in sorted(kind)))))
        found = self.known.pop(key, None)
        if found is None:
            found = (args, kind, self.function(*args, **kind))  # kept, so that no other has their identity
            if len(self.known) >= self.most:
                del self.known[next(iter(self.known))]
        self.known[key] = found
        return found[-1]

    def forget(self, result: object) -> None:
        """Keep something no longer that is about to become another."""
        self.known = {key: found for key, found in self.known.items() if found[-1] is not result}


def known_by(value: object) -> object:
    if isinstance(value, Lesson):
        return value.to_toml()
    return id(value) if isinstance(value, Trace | Book) else repr(value)


_TRAINED, _MADE, _REBUILT = Remembered(train), Remembered(make), Remembered(comparing.rebuilt)
_follow = Book.follow


def _followed(book: Book, titles: Mapping[str, str]) -> None:
    _MADE.forget(book)
    _follow(book, titles)


@contextmanager
def trained_once() -> Iterator[None]:
    """Train on the same inputs, and make what is expected of them, once and not for every file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "train", _TRAINED)
        patch.setattr(verifying, "make", _MADE)
        patch.setattr(comparing, "rebuilt", _REBUILT)
        patch.setattr(Book, "follow", _followed)
        yield
    for remembered in (_TRAINED, _MADE, _REBUILT):
        remembered.known.clear()  # which would be in the way of whoever looks for garbage


def at_once(patch: pytest.MonkeyPatch) -> None:
    """Change the inputs all at once, and not each kind by itself before, as in a workbook of many formulas."""
    patch.setattr(verifying, "_MANY_CELLS", 0)


def calculated_in_process(patch: pytest.MonkeyPatch) -> None:
    """Let IronCalc calculate in the place of LibreOffice, where only what a person sees in that is asked for."""

    def scenarios(_: LibreOffice, contents: Contents, edits: Sequence[Edits]) -> Iterator[Recalculated]:
        return IronCalc().scenarios(contents, edits)

    patch.setattr(LibreOffice, "scenarios", scenarios)


def only_edits(patch: pytest.MonkeyPatch, *names: str) -> None:
    """Look at what a person sees after some kinds of edits, and not after each."""

    def edits(*given: Any) -> Iterator[Scenario]:
        return (one for one in single_edits(*given) if one.changed[0] in names)

    patch.setattr(verifying, "single_edits", edits)
