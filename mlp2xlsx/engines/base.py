"""What every engine offers: a workbook in, its recalculated values out."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, NoReturn, TypeVar

import numpy as np
import numpy.typing as npt

from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.reading.contents import Contents

Address = tuple[str, int, int]
"""A cell: the title of its sheet, its row and its column, both counted from 1."""

Edits = Mapping[Address, float | str]
"""The input cells that a scenario changes, and the numbers and words it puts there."""

Block = npt.NDArray[np.float64]


class Recalculated(ABC):
    """A workbook as an engine has calculated it."""

    @abstractmethod
    def value(self, sheet: str, row: int, col: int) -> CellValue:
        """Value of one cell; rows and columns count from 1.

        Raises
        ------
        EngineError
            When the workbook has no such sheet.
        """

    @abstractmethod
    def numbers(self, sheet: str, rows: Sequence[int], cols: Sequence[int]) -> Block:
        """Numbers where some rows and columns cross, of shape (rows, columns).

        Whatever is not a number (text, truth value, error, nothing) is NaN. Few large reads are much
        faster than many small ones.

        Raises
        ------
        EngineError
            When the workbook has no such sheet.
        """

    def block(self, sheet: str, row: int, col: int, n_rows: int, n_cols: int) -> Block:
        """Numbers of a rectangle of cells, of shape (n_rows, n_cols), its first cell at (row, col)."""
        return self.numbers(sheet, range(row, row + n_rows), range(col, col + n_cols))


T = TypeVar("T")


class OfSheets(dict[str, T]):
    """Something of each sheet of a recalculated workbook, by title."""

    def __missing__(self, title: str) -> NoReturn:
        raise EngineError(f'the recalculated workbook has no sheet "{title}"')


class Engine(ABC):
    """A program that calculates workbooks and has no part in how they were made.

    Parameters
    ----------
    time_limit
        Seconds that one run of an outside program may take; by default it grows with the workbook.
        An engine that runs inside this process cannot be stopped and takes no notice.
    """

    name: ClassVar[str]

    by_hand: ClassVar[bool] = False
    """Whether it is a program in whose window people edit workbooks, which `edited` looks into."""

    def __init__(self, time_limit: float | None = None) -> None:
        self.time_limit = time_limit

    @classmethod
    @abstractmethod
    def missing(cls) -> str | None:
        """One line on what is missing and how to get it; None when the engine can be used."""

    @classmethod
    def need(cls) -> None:
        """Make sure that the engine can be used.

        Raises
        ------
        EngineError
            When it cannot, with what is missing and how to get it.
        """
        missing = cls.missing()
        if missing is not None:
            raise EngineError(missing)

    @classmethod
    def missing_by_hand(cls) -> str | None:
        """One line on what `edited` needs besides the program, and how to get it; None when it is there."""
        return None

    @abstractmethod
    def scenarios(self, contents: Contents, inputs: Sequence[Edits]) -> Iterator[Recalculated]:
        """Recalculate a workbook once for each scenario.

        Every scenario starts from the workbook's own inputs, not from the scenario before it; an empty
        one is the workbook as it is. No value that a formula left in the file is ever handed back.

        Parameters
        ----------
        contents
            The workbook as it was read. An outside program is given the file all the same, which it
            reads in its own way.
        inputs
            For each scenario, the cells to change. For a number they must hold a number, or be empty but
            present in the file (a cell with a format), and it must be finite; for a word a text.

        Yields
        ------
        Recalculated
            One for each scenario, in order, valid until the next one is asked for.

        Raises
        ------
        EngineError
            When the engine is absent, cannot read the workbook, fails or takes too long, or when an
            input cell holds something else.
        """

    def edited(self, contents: Contents, edits: Sequence[Edits]) -> Iterator[Recalculated]:
        """Open a workbook as it is for each edit, make that edit, and force nothing.

        What a formula left in the file is what a person sees until the program calculates it anew.

        Parameters
        ----------
        contents
            The workbook as it was read.
        edits
            For each, the cells to change, and the finite numbers and the words they get.

        Yields
        ------
        Recalculated
            One for each edit, in order.

        Raises
        ------
        EngineError
            When the program is not `by_hand`, something it needs is missing, or it fails or takes too long.
        """
        raise EngineError(f"{self.name} has no window that could be looked into")
