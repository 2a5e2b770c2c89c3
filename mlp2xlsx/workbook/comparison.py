"""Live numbers against recorded ones: the formulas that compare two matrices, and what they come to."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.address import Box, a1, quoted

ABSOLUTE, RELATIVE = 1e-12, 1e-9
NOWHERE = "–"
_PROPORTION = 1e-12
_TINY = 1e-300  # keeps 0/0 from being an error
# Row and column in one number: more than a sheet has columns, and more than any such number.
_ROW, _LARGE = 100_000, 1e12

_Numbers = TypeVar("_Numbers", float, FloatMatrix)


def tolerance(expected: _Numbers) -> _Numbers:
    """How far an engine's number may be from NumPy's: programs differ in the last bits."""
    return ABSOLUTE + RELATIVE * abs(expected)


@dataclass(frozen=True)
class Pair:
    """A computed matrix and its record: where both stand, and their numbers.

    Attributes
    ----------
    sheet, box
        Where the live one stands.
    record
        A reference to the recorded one.
    live, recorded
        Their values, of the same shape (n_rows, n_cols).
    """

    sheet: str
    box: Box
    record: str
    live: FloatMatrix
    recorded: FloatMatrix

    def largest(self, error: str) -> tuple[Formula, float]:
        """Largest difference between corresponding cells; a word where one is no number."""
        text = f'IFERROR(MAX(ABS({self._place}-{self.record})),"{error}")'
        return Formula(text, 0), float(np.abs(self.live - self.recorded).max())

    def rounding(self) -> float:
        """How far off the largest difference may be: as far as the live numbers may be."""
        return float(tolerance(self.live).max())

    def differing(self) -> tuple[Formula, float]:
        """How many cells differ, or hold no number."""
        text = f"SUM(IFERROR(IF({self.same_text()},0,1),1))"
        return Formula(text, 0), float(self.differs().sum())

    def first(self, count: str) -> tuple[Formula, str]:
        """Address of the first cell that differs, row by row; a dash where `count` holds 0."""
        place = f"ROW({self._place})*{_ROW}+COLUMN({self._place})"
        least = self.least(place)
        address = f'"{quoted(self.sheet)}!"&ADDRESS(INT({least}/{_ROW}),MOD({least},{_ROW}),4)'
        found = np.argwhere(self.differs())
        value = NOWHERE
        if len(found):
            i, j = found[0].tolist()
            value = f"{quoted(self.sheet)}!{a1(self.box.row + i, self.box.col + j)}"
        return Formula(f'IF({count}=0,"{NOWHERE}",{address})', 0), value

    def least(self, numbers: str) -> str:
        """Write the least of some numbers, one for each cell, over the cells that differ."""
        return f"MIN(IFERROR(IF({self.same_text()},{_LARGE:.0E},{numbers}),{numbers}))"

    def same_text(self) -> str:
        """Write what holds for cells that do not differ."""
        near = f"ABS({self._place}-{self.record})"
        return f"{near}<={ABSOLUTE:.0E}+{RELATIVE:.0E}*ABS({self.record})"

    def differs(self) -> NDArray[np.bool_]:
        """Tell for each cell whether it differs."""
        return np.asarray(np.abs(self.live - self.recorded) > tolerance(self.recorded))

    @property
    def _place(self) -> str:
        return self.box.on(self.sheet)


class InputPair(Pair):
    """An input and its record: equal in proportion to their size, whatever unit they are in.

    A plain `=` would not do: engines differ in which of nearly equal numbers they take for the same.
    """

    def same_text(self) -> str:
        """Write what holds for cells that do not differ."""
        total = f"ABS({self._place})+ABS({self.record})+{_TINY:.0E}"
        return f"ABS({self._place}-{self.record})/({total})<={_PROPORTION:.0E}"

    def differs(self) -> NDArray[np.bool_]:
        """Tell for each cell whether it differs."""
        with np.errstate(over="ignore"):
            total = np.abs(self.live) + np.abs(self.recorded) + _TINY
            return np.asarray(np.abs(self.live - self.recorded) / total > _PROPORTION)
