"""Cell addresses. Rows and columns count from 1 everywhere in `workbook`, as in the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from openpyxl.utils import get_column_letter

from mlp2xlsx.render.excel import Reference, Span

_LETTERS = re.compile(r"[A-Za-z]{2,}")  # with digits it could be an address, and R or C by itself is one
_NOT_PLAIN = {"RC", "TRUE", "FALSE"}


def quoted(sheet: str) -> str:
    """Title of a sheet as a formula writes it: quoted where it could be anything else.

    Programs differ in which letters they take for those of a title; between quotes all of them agree.
    """
    plain = _LETTERS.fullmatch(sheet) and sheet.upper() not in _NOT_PLAIN
    return sheet if plain else "'" + sheet.replace("'", "''") + "'"


def a1(row: int, col: int, *, fixed: bool = False) -> str:
    """Address of one cell, `B5` or `$B$5`."""
    mark = "$" if fixed else ""
    return f"{mark}{get_column_letter(col)}{mark}{row}"


@dataclass(frozen=True)
class Box:
    """Where a matrix stands on a sheet: its first cell and its size."""

    row: int
    col: int
    n_rows: int
    n_cols: int

    @property
    def last_row(self) -> int:
        """Row of the last cell."""
        return self.row + self.n_rows - 1

    @property
    def last_col(self) -> int:
        """Column of the last cell."""
        return self.col + self.n_cols - 1

    @property
    def ref(self) -> str:
        """The range, `B5:D8`, or a single cell, `B5`."""
        return self.text(fixed=False)

    def text(self, *, fixed: bool) -> str:
        """Write the range with or without `$`."""
        first, last = a1(self.row, self.col, fixed=fixed), a1(self.last_row, self.last_col, fixed=fixed)
        return first if first == last else f"{first}:{last}"

    def on(self, sheet: str) -> str:
        """Absolute reference from anywhere in the workbook, `Setup!$B$5:$D$8`."""
        return f"{quoted(sheet)}!{self.text(fixed=True)}"

    def moved(self, rows: int = 0, cols: int = 0) -> "Box":
        """Return the same box elsewhere."""
        return Box(self.row + rows, self.col + cols, self.n_rows, self.n_cols)

    def part(self, rows: Span, cols: Span) -> "Box":
        """Some rows and columns of the matrix."""
        return Box(
            self.row + rows.start, self.col + cols.start, rows.stop - rows.start, cols.stop - cols.start
        )

    def reference(self) -> Reference:
        """How a formula on the same sheet refers to parts of the matrix, with `$` on what stays."""

        def part(rows: Span, cols: Span) -> str:
            first = self._corner(rows.start, cols.start, rows, cols)
            last = self._corner(rows.stop - 1, cols.stop - 1, rows, cols)
            return first if rows.single and cols.single else f"{first}:{last}"

        return part

    def fixed_reference(self, sheet: str = "") -> Reference:
        """How formulas that are repeated refer to parts of a matrix that stays, here or on another sheet."""

        def part(rows: Span, cols: Span) -> str:
            box = self.part(rows, cols)
            return box.on(sheet) if sheet else box.text(fixed=True)

        return part

    def cells(self) -> Iterator[tuple[int, int]]:
        """Row and column of each cell, row by row."""
        return product(range(self.row, self.last_row + 1), range(self.col, self.last_col + 1))

    def _corner(self, row: int, col: int, rows: Span, cols: Span) -> str:
        letter, number = get_column_letter(self.col + col), self.row + row
        return f"{'$' if cols.fixed else ''}{letter}{'$' if rows.fixed else ''}{number}"


def defined_name(name: str, n_rows: int, n_cols: int) -> Reference:
    """How a formula refers to a matrix by its name in the workbook; only to the whole of it."""

    def whole_only(rows: Span, cols: Span) -> str:
        if (rows.start, rows.stop, cols.start, cols.stop) != (0, n_rows, 0, n_cols):
            raise ValueError(f"a formula by name can only use the whole of {name}")
        return name

    return whole_only
