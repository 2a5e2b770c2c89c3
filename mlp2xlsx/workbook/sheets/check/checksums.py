"""Many numbers in two, so that a change among thousands is noticed without thousands of formulas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.sheets.check.comparison import limit, tolerance
from mlp2xlsx.workbook.sheets.check.lines import N_COLS as LINE_COLS
from mlp2xlsx.workbook.sheets.check.lines import Lines
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.term import Term
from mlp2xlsx.xlsx.writing.sheet import Sheet

# Of numbers that nothing computes: a program that saves the file keeps 15 digits, and sums have rounding.
_EXACT = 1e-12
_MEAN, _WEIGHTED = LINE_COLS, LINE_COLS + 3
N_COLS = LINE_COLS + 6


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
    apart
        How far they are from NumPy's when it rounds otherwise, on average of each such run.
    """

    name: str
    sheet: str
    box: Box
    live: FloatMatrix
    recorded: FloatMatrix
    height: int = 0
    exact: bool = False
    apart: Sequence[float] = ()

    @property
    def whole(self) -> Box:
        """From the first of its cells to the last."""
        down = (len(self.live) - 1) * self.height
        return Box(self.box.row, self.box.col, self.box.n_rows + down, self.box.n_cols)

    @property
    def place(self) -> str:
        """Its address, as a person reads it."""
        return f"{quoted(self.sheet)}!{self.whole.ref}"

    def weights(self) -> FloatMatrix:
        """Row × column of each cell: two numbers that change places are noticed, a sum alone stays."""
        k, i, j = np.indices(self.live.shape, dtype=np.float64)
        return np.asarray((self.box.row + k * self.height + i) * (self.box.col + j))

    def room(self, weights: FloatMatrix) -> float:
        """How far rounding may take the mean."""
        size = _mean(np.abs(self.recorded), weights)
        absolute = limit(np.array([size]), (np.array([size + apart]) for apart in self.apart))
        return _EXACT * size if self.exact else tolerance(size, absolute)


def _mean(values: FloatMatrix, weights: FloatMatrix) -> float:
    """Mean of numbers whose sum may be too large."""
    return float((values * (weights / weights.sum())).sum())


class Checksums(Lines):
    """Lines about numbers too many to be compared one by one.

    Beside each stands the mean, and of numbers that nothing computes a mean weighted by the cell's place,
    too, in which an exchange of two is seen: each now and as it was at the build, and how far apart the two
    may be. Means, because they are of the size of the numbers themselves.
    """

    def add(self, sheet: Sheet, numbers: Numbers) -> Term:
        """Write the next line; whether it differs is returned."""
        row, ref, weights = self.next_row, numbers.whole.on(numbers.sheet), numbers.weights()
        count = numbers.live.size
        mean = f'IF(COUNT({ref})={count},SUM({ref})/{count},"")'
        means = [(_MEAN, mean, np.ones_like(weights))]
        if numbers.exact:
            weighted = f"SUMPRODUCT(ROW({ref})*COLUMN({ref})*{ref})/{weights.sum():.0f}"
            means.append((_WEIGHTED, weighted, weights))
        near: list[str] = []
        differs = False
        for offset, text, weight in means:
            room = numbers.room(weight)
            now, then = (_mean(values, weight) for values in (numbers.live, numbers.recorded))
            col = self.col + offset
            sheet.formula(row, col, Formula(text, 0), now, "quiet_number", numbers.name, room)
            sheet.put(row, col + 1, then, "quiet_number")
            sheet.put(row, col + 2, room, "quiet_number")
            near.append(f"ABS({a1(row, col)}-{a1(row, col + 1)})<={a1(row, col + 2)}")
            differs = differs or abs(now - then) > room
        same = f"AND({','.join(near)})"
        return self.add_line(sheet, numbers.name, numbers.place, same, count, differs=differs)
