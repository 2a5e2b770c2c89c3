"""Many numbers in two, so that a change among thousands is noticed without thousands of formulas."""

from dataclasses import dataclass, field

import numpy as np

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.address import Box, a1
from mlp2xlsx.workbook.check_table import Found, first_of, put_order
from mlp2xlsx.workbook.comparison import ABSOLUTE, RELATIVE
from mlp2xlsx.workbook.sheet import Sheet
from mlp2xlsx.workbook.term import Term

# Of numbers that nothing computes: a program that saves the file keeps 15 digits, and sums have rounding.
_EXACT = 1e-12
_NAME, _PLACE, _MEAN, _WEIGHTED, _DIFFERS, _ORDER = 0, 1, 2, 5, 8, 9
LAST_COL = _ORDER


@dataclass(frozen=True)
class Numbers:
    """A matrix, or the same matrix again and again further down a sheet.

    Attributes
    ----------
    name, sheet, box
        What it is, and where it stands first.
    height
        How many rows further down it stands each time.
    live, recorded
        Its numbers now and when the workbook was built; shape (count, n_rows, n_cols).
    exact
        Whether nothing computes them, so that rounding cannot move them.
    """

    name: str
    sheet: str
    box: Box
    live: FloatMatrix
    recorded: FloatMatrix
    height: int = 0
    exact: bool = False

    @property
    def whole(self) -> Box:
        """From the first of its cells to the last."""
        down = (len(self.live) - 1) * self.height
        return Box(self.box.row, self.box.col, self.box.n_rows + down, self.box.n_cols)

    @property
    def place(self) -> str:
        """Its address, as a person reads it."""
        return f"{self.sheet}!{self.whole.ref}"

    def weights(self) -> FloatMatrix:
        """Row × column of each cell: two numbers that change places are noticed, a sum alone stays."""
        k, i, j = np.indices(self.live.shape, dtype=np.float64)
        return np.asarray((self.box.row + k * self.height + i) * (self.box.col + j))

    def room(self, weights: FloatMatrix) -> float:
        """How far rounding may take the mean."""
        size = float((np.abs(self.recorded) * weights).sum() / weights.sum())
        return _EXACT * size if self.exact else ABSOLUTE + RELATIVE * size


@dataclass
class Checksums:
    """Lines of means, plain and weighted by the cell's place, each now and as it was at the build.

    Means, because they are of the size of the numbers themselves, however many there are.

    Attributes
    ----------
    row, col
        The first line, and its first column.
    found
        What the lines come to, from top to bottom.
    """

    row: int
    col: int
    found: list[Found] = field(default_factory=list)

    def add(self, sheet: Sheet, numbers: Numbers) -> Term:
        """Write the next line; whether it differs is returned."""
        row, ref, weights = self.row + len(self.found), numbers.whole.on(numbers.sheet), numbers.weights()
        for offset, text in ((_NAME, numbers.name), (_PLACE, numbers.place)):
            sheet.put(row, self.col + offset, text, "quiet")
        count = numbers.live.size
        mean = f'IF(COUNT({ref})={count},SUM({ref})/{count},"")'
        weighted = f"SUMPRODUCT(ROW({ref})*COLUMN({ref})*{ref})/{weights.sum():.0f}"
        near = []
        differs = False
        for offset, text, weight in ((_MEAN, mean, np.ones_like(weights)), (_WEIGHTED, weighted, weights)):
            room = numbers.room(weight)
            now, then = (
                float((values * weight).sum() / weight.sum()) for values in (numbers.live, numbers.recorded)
            )
            col = self.col + offset
            sheet.formula(row, col, Formula(text, 0), now, "quiet_number", numbers.name, room)
            sheet.put(row, col + 1, then, "quiet_number")
            sheet.put(row, col + 2, room, "quiet_number")
            near.append(f"ABS({a1(row, col)}-{a1(row, col + 1)})<={a1(row, col + 2)}")
            differs = differs or abs(now - then) > room
        found = Found(numbers.name, float(differs), numbers.place)
        flag = Formula(f"IFERROR(IF(AND({','.join(near)}),0,1),1)", 0)
        sheet.formula(row, self.col + _DIFFERS, flag, found.count, "quiet_number", numbers.name)
        place = a1(row, self.col + _DIFFERS)
        put_order(sheet, row, self.col + _ORDER, place, len(self.found) + 1, found)
        self.found.append(found)
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
