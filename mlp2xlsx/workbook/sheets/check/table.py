"""Rows of the sheet `Check`, one for each matrix: how many of its cells differ, and which is the first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.sheets.check.comparison import EQUAL, NOWHERE, UNEQUAL, Pair, first_place
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.term import Term
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import highlight

_NAME_COL = 1
_WIDTH = 8.43  # of a column that has none of its own


@dataclass(frozen=True)
class Found:
    """What one row comes to: the name of the matrix, how many cells differ, and the first of them."""

    name: str
    count: float
    cell: str


@dataclass
class Codes:
    """Blocks of code cells side by side, below the names of their matrices.

    Attributes
    ----------
    row, col
        Where the name of the next block goes.
    last_row
        The last row that a block takes.
    """

    row: int
    col: int
    last_row: int = 0

    def add(self, sheet: Sheet, name: str, pair: Pair) -> Box:
        """Write a code for each cell of a pair; the box holds the name above them too."""
        box = Box(self.row, self.col, 1 + pair.box.n_rows, pair.box.n_cols)
        sheet.put(box.row, box.col, name, "quiet")
        for i, line in enumerate(pair.codes().tolist()):
            for j, value in enumerate(line):
                sheet.formula(box.row + 1 + i, box.col + j, pair.code(i, j), value, "code_number", name)
        n_cols = max(box.n_cols, ceil(display_width(name) / _WIDTH))  # room for the name
        self.col, self.last_row = self.col + n_cols + 1, max(self.last_row, box.last_row)
        return box


@dataclass
class CheckTable:
    """A run of rows, with their counts in one column and the addresses in the next.

    Attributes
    ----------
    row, col
        The first row, and the column of the counts; names stand in the first column of the sheet.
    order_col
        The column that holds, for each row with differences, which row it is.
    codes
        Where the cells are compared.
    found
        What the rows come to, from top to bottom.
    """

    row: int
    col: int
    order_col: int
    codes: Codes
    found: list[Found] = field(default_factory=list)

    def add(self, sheet: Sheet, name: str, pair: Pair | None) -> None:
        """Write the next row; without a pair there is nothing to compare in it."""
        row = self.row + len(self.found)
        if pair is None:
            self.found.append(Found(name, 0, NOWHERE))
            return
        # With the name above: of a single cell IronCalc's COUNTIF knows nothing.
        codes = self.codes.add(sheet, name, pair).text(fixed=True)
        found = Found(name, float(pair.differs().sum()), pair.first())
        put_count(sheet, row, self.col, codes, found, pair.sheet)
        put_order(sheet, row, self.order_col, a1(row, self.col), len(self.found) + 1, found)
        self.found.append(found)

    def color(self, sheet: Sheet, colors: Mapping[str, str]) -> None:
        """Let the counts take each color where its condition, with `{count}`, holds."""
        color_counts(sheet, Box(self.row, self.col, len(self.found), 1), colors)

    def total(self) -> Term:
        """How many cells differ in all rows."""
        if not self.found:
            return Term("0", 0)
        return Term(f"SUM({self._column(self.col)})", sum(found.count for found in self.found))

    def first(self) -> dict[str, Term]:
        """Name and cell, as `name` and `cell`, of the first row with cells that differ; else empty texts."""
        found = next((found for found in self.found if found.count), Found("", 0, ""))
        if not self.found:
            return {"name": Term('""', ""), "cell": Term('""', "")}
        return {
            "name": Term(first_of(self._column(_NAME_COL), self._column(self.order_col)), found.name),
            "cell": Term(first_of(self._column(self.col + 1), self._column(self.order_col)), found.cell),
        }

    def _column(self, col: int) -> str:
        return Box(self.row, col, len(self.found), 1).text(fixed=True)


def color_counts(sheet: Sheet, counts: Box, colors: Mapping[str, str]) -> None:
    """Color those cells of a column that hold a count, by one rule for each color."""
    first = a1(counts.row, counts.col)
    for color, condition in colors.items():
        holds = f"AND(ISNUMBER({first}),{condition.format(count=first)})"
        sheet.ws.conditional_formatting.add(counts.ref, highlight(color, holds))


def put_count(sheet: Sheet, row: int, col: int, codes: str, found: Found, title: str) -> None:
    """Write how many of some codes tell of a difference, and beside it where the first is on a sheet."""
    count = a1(row, col)
    sheet.formula(row, col, Formula(f"COUNTIF({codes},{UNEQUAL})", 0), found.count, "whole", found.name)
    address = Formula(f'IF({count}=0,"{NOWHERE}",{first_place(title, codes)})', 0)
    sheet.formula(row, col + 1, address, found.cell, "given", found.name)


def put_order(sheet: Sheet, row: int, col: int, count: str, number: int, found: Found) -> None:
    """Write the number of a line where something differs, and a large number where nothing does."""
    formula = Formula(f"IF({count}=0,{EQUAL:.0E},{number})", 0)
    sheet.formula(row, col, formula, number if found.count else EQUAL, "code_number", found.name)


def first_of(texts: str, orders: str) -> str:
    """Write which of some texts stands in the first line where something differs."""
    return texts if ":" not in texts else f"INDEX({texts},MIN({orders}))"
