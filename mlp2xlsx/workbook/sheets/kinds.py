"""What a kind of sheet is: a row that stands, as `SHEET`, in the module that fills it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.writing.sheet import Sheet

Write = Callable[[Sheet, Context], None]
"""What fills an empty sheet, from the workbook's numbers, texts and places."""


@dataclass(frozen=True, kw_only=True)
class SheetKind:
    """A kind of sheet.

    Attributes
    ----------
    key
        What the sheet is known by; its title is the text `[sheets]` of that key. Of several sheets of a kind,
        what their keys begin with.
    write
        Fills the empty sheet.
    says
        Key of the sentence behind the link to it, in `[setup]` of the texts; none where `Setup` has no
        link to it.
    is_there
        Whether the workbook of a lesson has it.
    keys
        The keys, where there are several sheets of the kind.
    names
        The defined names of places on it.
    n_bands
        How many rows and bands of it repeat: the units in which progress is counted.
    n_formulas
        About how many formula cells it has, where they grow with the lesson: too many open slowly.
    last_cols
        The last column of each sheet of the kind that grows to the right with the lesson, by the sheet's key.
    is_computed_with
        Whether formulas read the plain numbers on it; on other sheets these only number things.
    repeats
        Whether it is nothing but rows that repeat, so that it is read when it is known how it is built.
    """

    key: str
    write: Write
    says: str | None = None
    is_there: Callable[[Lesson], bool] = lambda _: True
    keys: Callable[[Context], Sequence[str]] | None = None
    names: Callable[[Context], Iterable[tuple[str, Place]]] = lambda _: ()
    n_bands: Callable[[Lesson], int] = lambda _: 0
    n_formulas: Callable[[Lesson], int] = lambda _: 0
    last_cols: Callable[[Lesson], Mapping[str, int]] = lambda _: {}
    is_computed_with: bool = False
    repeats: bool = False


def trains(lesson: Lesson) -> bool:
    """Whether a workbook has a sheet that tells of training."""
    return lesson.trains


def n_iterations(lesson: Lesson) -> int:
    """How many rows repeat on a sheet that has one for each iteration."""
    return lesson.iterations


def n_cells(lesson: Lesson) -> int:
    """How many cells the matrices of an iteration have."""
    return sum(rows * cols for rows, cols in lesson.one_iteration.shapes.values())
