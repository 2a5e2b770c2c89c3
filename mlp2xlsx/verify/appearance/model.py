"""One model of what a workbook shows: its cells, and everything else as a flat list of features.

A book that is rebuilt and a file are read into it by the same reader, and then compared as dictionaries.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.xlsx.address import quoted
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.reading.contents import Contents, SheetContents
from mlp2xlsx.xlsx.reading.seen.book import SeenBook
from mlp2xlsx.xlsx.reading.seen.sheet import SeenSheet

Cell = tuple[int, int]


@dataclass(frozen=True)
class Side:
    """One of the two workbooks that are compared.

    Attributes
    ----------
    contents
        What stands in its cells.
    titles
        The title of each sheet, by the title that the sheet is built with.
    """

    contents: Contents
    titles: dict[str, str]

    @property
    def seen(self) -> SeenBook:
        """What it shows besides."""
        if self.contents.seen is None:
            raise ValueError("the file was read without what it shows")
        return self.contents.seen

    def sheet(self, title: str) -> "Shows":
        """A sheet, by the title that it is built with."""
        here = self.titles[title]
        return Shows(self, self.contents.sheets[here], self.seen.sheets[here])

    def as_built(self, text: str) -> str:
        """Write a reference to sheets as if they had the titles that they are built with."""
        for built, here in self.titles.items():
            if built != here:
                text = text.replace(f"{quoted(here)}!", f"{built}!").replace(f"{here}!", f"{built}!")
        return text


@dataclass(frozen=True)
class Shows:
    """A sheet of one of the two: its cells, and what is seen of them."""

    side: Side
    cells: SheetContents
    seen: SeenSheet

    def holds(self, cell: Cell) -> bool:
        """Whether anything stands in a cell."""
        return cell in self.cells.formulas or cell in self.cells.constants

    def filled(self) -> Iterator[Cell]:
        """Yield the cells in which anything stands; rows that are as built are left out."""
        yield from self.cells.formulas
        yield from self.cells.constants


@dataclass
class Repeats:
    """Rows that repeat, of which the rebuilt file has only the first repetition.

    Attributes
    ----------
    bands
        All of them.
    at
        For each cell of a repetition the block it belongs to and its place in there, by (offset, column).
    """

    bands: Bands
    at: dict[Cell, tuple[int, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, block in enumerate(self.bands.blocks):
            for row, col in block.box.cells():
                self.at[row - self.bands.row, col] = number, row - block.box.row, col - block.box.col

    def first(self, cell: Cell) -> Cell | None:
        """The cell of the first repetition that one of any repetition looks like."""
        k, offset = divmod(cell[0] - self.bands.row, self.bands.height)
        if 0 <= k < self.bands.count and (offset, cell[1]) in self.at:
            return self.bands.row + offset, cell[1]
        return None

    def value(self, cell: Cell) -> float:
        """What stands in a cell, or what its formula comes to."""
        k, offset = divmod(cell[0] - self.bands.row, self.bands.height)
        number, i, j = self.at[offset, cell[1]]
        return float(self.bands.blocks[number].values[k, i, j])

    def formulas(self) -> tuple[list[Cell], FloatMatrix]:
        """The formula cells of a repetition in the order of the file, and their values by repetition."""
        blocks = self.bands.blocks
        places = sorted(
            place for place, (number, _, _) in self.at.items() if blocks[number].formulas is not None
        )
        columns = [blocks[number].values[:, i, j] for number, i, j in (self.at[place] for place in places)]
        values = np.stack(columns, axis=1) if columns else np.empty((self.bands.count, 0))
        return places, values
