"""Rows of the sheet `Check`, one for each matrix: how many of its cells differ, and which is the first."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlp2xlsx.workbook.address import Box, a1
from mlp2xlsx.workbook.comparison import Pair
from mlp2xlsx.workbook.sheet import Sheet
from mlp2xlsx.workbook.styles import highlight
from mlp2xlsx.workbook.term import Term

_NAME_COL = 1


@dataclass(frozen=True)
class Found:
    """What one row comes to: the name of the matrix, how many cells differ, and the first of them."""

    name: str
    count: float
    cell: str


@dataclass
class CheckTable:
    """A run of two or more rows, with their counts in one column and the addresses in the next.

    Attributes
    ----------
    row, col
        The first row, and the column of the counts; names stand in the first column of the sheet.
    found
        What the rows come to, from top to bottom.
    """

    row: int
    col: int
    found: list[Found] = field(default_factory=list)

    def add(self, sheet: Sheet, name: str, pair: Pair, colors: Mapping[str, str]) -> None:
        """Write the next row; the count takes each color where its condition, with `{count}`, holds."""
        row = self.row + len(self.found)
        count, (formula, total) = a1(row, self.col), pair.differing()
        address, cell = pair.first(count)
        sheet.formula(row, self.col, formula, total, "whole", name)
        sheet.formula(row, self.col + 1, address, cell, "given", name)
        for color, condition in colors.items():
            sheet.ws.conditional_formatting.add(count, highlight(color, condition.format(count=count)))
        self.found.append(Found(name, total, cell))

    def total(self) -> Term:
        """Give how many cells differ in all rows."""
        return Term(f"SUM({self._column(self.col)})", sum(found.count for found in self.found))

    def first(self) -> dict[str, Term]:
        """Give `name` and `cell` of the first row with cells that differ; empty texts if there is none."""
        # Not MATCH(TRUE,…): LibreOffice saves TRUE as TRUE().
        position = f"MATCH(1,IF({self._column(self.col)}>0,1,0),0)"
        found = next((found for found in self.found if found.count), Found("", 0, ""))
        return {
            "name": Term(f"INDEX({self._column(_NAME_COL)},{position})", found.name),
            "cell": Term(f"INDEX({self._column(self.col + 1)},{position})", found.cell),
        }

    def _column(self, col: int) -> str:
        return Box(self.row, col, len(self.found), 1).text(fixed=True)
