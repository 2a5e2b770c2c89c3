"""A workbook that trains a neural network in live formulas, one worksheet per step."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from mlp2xlsx.interrupt import end_on_interrupt

if TYPE_CHECKING:
    from mlp2xlsx.building import Built, build
    from mlp2xlsx.classroom.grading import Grades, grade
    from mlp2xlsx.classroom.handouts import HandedOut, handout
    from mlp2xlsx.lesson import Lesson, load, parse
    from mlp2xlsx.lesson.override import override
    from mlp2xlsx.training import Trace, train
    from mlp2xlsx.verify import Report, verify

end_on_interrupt()

__version__ = "0.1.0"

__all__ = [
    "Built",
    "Grades",
    "HandedOut",
    "Lesson",
    "Report",
    "Trace",
    "build",
    "grade",
    "handout",
    "load",
    "override",
    "parse",
    "train",
    "verify",
]

_MODULES = {
    **dict.fromkeys(("Built", "build"), "building"),
    **dict.fromkeys(("Grades", "grade"), "classroom.grading"),
    **dict.fromkeys(("HandedOut", "handout"), "classroom.handouts"),
    **dict.fromkeys(("Lesson", "load", "override", "parse"), "lesson"),
    **dict.fromkeys(("Trace", "train"), "training"),
    **dict.fromkeys(("Report", "verify"), "verify"),
}


def __getattr__(name: str) -> object:
    """Load a public name when it is asked for: who only wants help need not wait for NumPy."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """The package itself: a module of it that is imported does not hide the function of its name."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _MODULES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
