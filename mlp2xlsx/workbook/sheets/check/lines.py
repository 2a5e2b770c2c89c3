"""Lines of the sheet `Check`, each of which says of a whole range of cells whether it differs."""

from dataclasses import dataclass, field

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.sheets.check.table import Found, first_of, put_order
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.term import Term
from mlp2xlsx.xlsx.writing.sheet import Sheet

_NAME, _PLACE, _DIFFERS, _ORDER = range(4)
N_COLS = 4


@dataclass
class Lines:
    """A run of lines: what it is about, where that stands, and 1 where it differs.

    Attributes
    ----------
    row, col
        The first line, and its first column.
    found
        What the lines come to, from top to bottom.
    n_cells
        How many cells they are about.
    """

    row: int
    col: int
    found: list[Found] = field(default_factory=list)
    n_cells: int = 0

    @property
    def next_row(self) -> int:
        """The row below the last line."""
        return self.row + len(self.found)

    def add_line(
        self, sheet: Sheet, name: str, place: str, same: str, n_cells: int, *, differs: bool
    ) -> Term:
        """Write the next line, with what holds where nothing differs; whether it differs is returned."""
        row, found = self.next_row, Found(name, float(differs), place)
        for offset, text in ((_NAME, name), (_PLACE, place)):
            sheet.put(row, self.col + offset, text, "quiet")
        flag = Formula(f"IFERROR(IF({same},0,1),1)", 0)
        sheet.formula(row, self.col + _DIFFERS, flag, found.count, "code_number", name)
        count = a1(row, self.col + _DIFFERS)
        put_order(sheet, row, self.col + _ORDER, count, len(self.found) + 1, found)
        self.found.append(found)
        self.n_cells += n_cells
        return Term(a1(row, self.col + _DIFFERS, fixed=True), found.count)

    def total(self) -> Term:
        """How many lines differ."""
        return Term(f"SUM({self._column(_DIFFERS)})", sum(found.count for found in self.found))

    def first(self) -> dict[str, Term]:
        """Name and place, as `name` and `cell`, of the first line that differs; else empty texts."""
        found = next((found for found in self.found if found.count), Found("", 0, ""))
        orders = self._column(_ORDER)
        return {
            "name": Term(first_of(self._column(_NAME), orders), found.name),
            "cell": Term(first_of(self._column(_PLACE), orders), found.cell),
        }

    def _column(self, offset: int) -> str:
        return Box(self.row, self.col + offset, len(self.found), 1).text(fixed=True)


class Copies(Lines):
    """Lines about matrices that one sheet repeats from another."""

    def add(self, sheet: Sheet, name: str, copy: tuple[str, Box], source: tuple[str, Box]) -> None:
        """Write the next line. An empty cell is repeated as 0."""
        (title, box), (from_title, from_box) = copy, source
        here, there = box.on(title), from_box.on(from_title)
        apart = f"SUMPRODUCT(({here}-{there})*({here}-{there}))"
        size = box.n_rows * box.n_cols
        full = f"COUNT({there})={size}"
        same = f"AND(COUNT({here})>=COUNT({there}),IF({full},{apart},0)=0)"
        self.add_line(sheet, name, f"{quoted(title)}!{box.ref}", same, size, differs=False)
