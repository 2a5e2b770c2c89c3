"""Building a workbook: check, train, lay out, write."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Protocol

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.output import replacing
from mlp2xlsx.training import train
from mlp2xlsx.words import counted
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.limits import check_comfort, check_limits
from mlp2xlsx.workbook.sheets.registry import n_bands


@dataclass(frozen=True)
class Built:
    """What was built: the figures of the line that `build` ends with.

    Attributes
    ----------
    path
        The finished file.
    sheets, iterations, cells
        How many of each it holds.
    loss
        The loss of the last iteration; NaN where nothing is trained.
    seconds
        How long it took.
    book
        What the file was written from.
    """

    path: Path
    sheets: int
    iterations: int
    cells: int
    loss: float
    seconds: float
    book: Book | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        trained = counted(self.iterations, "iteration") if self.iterations else "not trained"
        loss = f", final loss {self.loss:.6g}" if self.iterations else ""
        return (
            f"{self.path}: {self.sheets} sheets, {trained}, {self.cells:,} cells{loss}, {self.seconds:.1f} s"
        )


class ProgressBar(Protocol):
    """Makes a progress bar: a context whose value is told how many more are done."""

    def __call__(self, total: int, what: str = ...) -> AbstractContextManager[Callable[[int], object] | None]:
        """Make one for so many iterations, students or files, and for what is done with them."""


def build(
    lesson: Lesson,
    path: str | Path,
    *,
    force: bool = False,
    protected: bool = True,
    progress: ProgressBar | None = None,
) -> Built:
    """Train a lesson and write the workbook that repeats the training in formulas.

    Parameters
    ----------
    lesson
        What to train.
    path
        The workbook to write; it appears only when it is complete.
    force
        Whether an existing file may be replaced, and a workbook made that opens slowly.
    protected
        Whether only inputs can be typed into, until a reader unprotects a sheet; there is no password.
    progress
        Makes a progress bar; none is shown without it.

    Raises
    ------
    LimitError
        When a spreadsheet cannot hold that many rows, columns or samples, or not comfortably.
    DivergenceError
        When training leaves the range of numbers.
    OutputError
        When the file cannot be written; the old one is left as it was.
    """
    start = time.perf_counter()
    path = Path(path)
    check_limits(lesson)
    if not force:
        check_comfort(lesson)
    with replacing(path, force=force) as stream:
        n = lesson.iterations
        with progress(max(n, 1) + n_bands(lesson)) if progress is not None else nullcontext() as done:
            trace = train(lesson, done)
            book = make(trace, protected=protected)
            book.save(stream, done)
    seconds, loss = time.perf_counter() - start, float(trace.loss[-1]) if n else nan
    return Built(path, len(book.sheets), n, book.n_cells(), loss, seconds, book)
