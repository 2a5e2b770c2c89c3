"""A handout as a file that a student fills in: its XML is changed cell by cell, as an office program would.

Reading and writing it with openpyxl takes ten times as long; some students of the tests do it all the same.
"""

from collections.abc import Sequence

from tests.xlsx.editing import Package


class Paper(Package):
    """A handout; cells are found by the name of their matrix, row and column from 0."""

    def saying(self, sheet: str, text: str) -> str:
        """Where a formula stands on a sheet."""
        [address] = [address for address, formula, _ in self.formulas(sheet) if formula == text]
        return address

    def written(self, text: str) -> str:
        """Fill in addresses where a formula says them as `{E[0]}`: of a matrix's first column."""
        places = {name: _First(self, name) for name in self.names}
        return text.format(**places)

    def value(self, name: str, i: int = 0, j: int = 0) -> float:
        return float(self.at(name, i, j).cached or "nan")

    def says(self, name: str) -> str:
        """What a cell with a text says."""
        return self.at(name).string

    def number(self, name: str, i: int, j: int, value: float) -> None:
        self.at(name, i, j).value(float(value))

    def text(self, name: str, i: int, j: int, text: str) -> None:
        self.at(name, i, j).value(text)

    def formula(
        self, name: str, i: int, j: int, text: str, cached: float | None = None, ref: str = ""
    ) -> None:
        cell = self.at(name, i, j).add_formula(text, cached)
        if ref:
            cell.array(ref)

    def block(self, name: str, text: str, cached: Sequence[Sequence[float]]) -> None:
        """Fill a matrix by one formula, as Ctrl+Shift+Enter and the spilled formulas of Excel 365 do."""
        _, first = self.where(name)
        _, last = self.where(name, len(cached) - 1, len(cached[0]) - 1)
        for i, row in enumerate(cached):
            for j, value in enumerate(row):
                if (i, j) == (0, 0):
                    self.formula(name, i, j, text, value, f"{first}:{last}")
                else:
                    self.number(name, i, j, value)

    def like(self, other: "Paper", name: str, i: int, j: int) -> None:
        """Type the formula that stands in the same cell of another workbook."""
        cell = other.at(name, i, j)
        assert cell.text
        self.formula(name, i, j, cell.text, ref=cell.ref)


class _First:
    """The first column of a matrix; its addresses are written out as formulas need them."""

    def __init__(self, paper: Paper, name: str) -> None:
        self._paper, self._name = paper, name

    def __getitem__(self, i: int) -> str:
        sheet, address = self._paper.where(self._name, i)
        return f"'{sheet}'!{address}"
