"""Live numbers against others: the formula that compares one cell, and what it comes to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.live_text import constant_part

ABSOLUTE, RELATIVE = 1e-12, 1e-9
NOWHERE = "–"
ROUNDING = 20
"""How much farther another program may be off than NumPy is when it rounds otherwise."""

_PROPORTION = 1e-12
_ANYTHING = 1e300  # where rounding alone leaves the range of numbers
_TINY = 1e-300  # keeps 0/0 from being an error
# Row and column in one number: more than a sheet has columns, and more than any such number.
_ROW, EQUAL = 100_000, 1e12
_EQUAL_TEXT = f"{EQUAL:.0E}"
# As COUNTIF wants it: a number with an exponent is a text to some programs.
UNEQUAL = f'"<{EQUAL:.0f}"'

_Numbers = TypeVar("_Numbers", float, FloatMatrix)


def tolerance(expected: _Numbers, absolute: float = ABSOLUTE) -> _Numbers:
    """How far an engine's number may be from NumPy's: programs differ in the last bits."""
    return absolute + RELATIVE * abs(expected)


def rounding_room(
    values: FloatMatrix, rounded: Iterable[FloatMatrix], axis: tuple[int, ...] = ()
) -> FloatMatrix:
    """How far rounding may take numbers; without bounds where it leaves the range of numbers.

    Parameters
    ----------
    values, rounded
        NumPy's numbers, and what they are when it rounds otherwise; see `Trace.rounded`.
    axis
        Along which the farthest counts for all.
    """
    room: FloatMatrix = np.zeros_like(values).max(axis=axis, keepdims=True)
    with np.errstate(all="ignore"):  # what leaves the range of numbers sets no bounds
        for other in rounded:
            apart = np.nan_to_num(np.abs(other - values), nan=np.inf, posinf=np.inf)
            room = np.maximum(room, ROUNDING * apart.max(axis=axis, keepdims=True))
    return room


def limit(recorded: FloatMatrix, rounded: Iterable[FloatMatrix]) -> float:
    """How far from 0 a program's number may be where NumPy's is 0: a power of ten.

    Parameters
    ----------
    recorded, rounded
        NumPy's numbers, and what they are when it rounds otherwise; see `Trace.rounded`.
    """
    room = rounding_room(recorded, rounded)
    farthest = float(room.max(where=~(room <= tolerance(recorded)), initial=ABSOLUTE))
    return float(f"1E{np.ceil(np.log10(farthest)):.0f}") if farthest < _ANYTHING else _ANYTHING


def first_row(codes: str) -> str:
    """Write the row of the cell with the least of some codes."""
    return f"INT(MIN({codes})/{_ROW})"


def first_place(sheet: str, codes: str) -> str:
    """Write the address of the cell with the least of some codes."""
    return f'"{quoted(sheet)}!"&ADDRESS({first_row(codes)},MOD(MIN({codes}),{_ROW}),4)'


def row_code(row: str, col: int) -> str:
    """Write the code of a cell whose row is a formula."""
    return f"{row}*{_ROW}+{col}"


@dataclass(frozen=True)
class Pair:
    """A matrix and what it is compared with: where both stand, and their numbers.

    Attributes
    ----------
    sheet, box
        Where the live one stands.
    other
        Writes the reference to a cell of the other one, by its row and column in the matrix, from 0.
    live, recorded
        Their values, of the same shape (n_rows, n_cols).
    limits
        How far 0 may be from 0, for each cell, each column or all of them.
    """

    sheet: str
    box: Box
    other: Callable[[int, int], str]
    live: FloatMatrix
    recorded: FloatMatrix
    limits: float | FloatMatrix = field(default=ABSOLUTE, kw_only=True)

    def code(self, i: int, j: int) -> Formula:
        """Write what stands for the comparison of one cell: `EQUAL`, or its row and column in one number."""
        number = f"{quoted(self.sheet)}!{a1(self.box.row + i, self.box.col + j)}"
        limit = float(np.broadcast_to(self.limits, self.live.shape)[i, j])
        return self.compared(number, self.other(i, j), self.place(i, j), limit)

    def place(self, i: int, j: int) -> str:
        """Write row and column of a cell in one number."""
        return f"{(self.box.row + i) * _ROW + self.box.col + j}"

    def compared(self, number: str, other: str, code: str, limit: float) -> Formula:
        """Write what is `EQUAL` where two cells do not differ, and a code where they do.

        Whatever the first one holds but a number (nothing, a text, a truth value, an error) is a difference.
        """
        near, without = (
            f"IF({self._same(number, other, limit)},{_EQUAL_TEXT},{code})",
            self._without(other, code),
        )
        return Formula(f"IFERROR(IF(ISNUMBER({number}),{near},{without}),{code})", 0)

    def codes(self) -> FloatMatrix:
        """What these formulas come to."""
        rows, cols = np.indices(self.live.shape)
        return np.where(self.differs(), (self.box.row + rows) * _ROW + self.box.col + cols, EQUAL)

    def first(self) -> str:
        """Address of the first cell that differs, row by row; a dash where there is none."""
        found = np.argwhere(self.differs())
        if not len(found):
            return NOWHERE
        i, j = found[0].tolist()
        return f"{quoted(self.sheet)}!{a1(self.box.row + i, self.box.col + j)}"

    def differs(self) -> NDArray[np.bool_]:
        """Tell for each cell whether it differs."""
        return np.asarray(np.abs(self.live - self.recorded) > self.limits + RELATIVE * np.abs(self.recorded))

    def _same(self, number: str, other: str, limit: float) -> str:
        """Write what holds for cells that do not differ."""
        return f"ABS({number}-{other})<={limit:.0E}+{RELATIVE:.0E}*ABS({other})"

    def _without(self, _other: str, code: str) -> str:
        """Write what stands for a cell that holds no number."""
        return code


class StepPair(Pair):
    """A matrix on its step sheet and on `Training`, both live."""

    def differs(self) -> NDArray[np.bool_]:
        """Tell for each cell whether it differs."""
        return np.asarray(np.abs(self.live - self.recorded) > tolerance(self.live))

    def _same(self, number: str, other: str, limit: float) -> str:
        # The other one is looked up; twice would make the formula long.
        return f"ABS({number}-{other})<={limit:.0E}+{RELATIVE:.0E}*ABS({number})"

    def _without(self, other: str, code: str) -> str:
        # From an input that is no number follows none on either side.
        return f"IF(ISNUMBER({other}),{code},{_EQUAL_TEXT})"


@dataclass(frozen=True)
class InputPair(Pair):
    """An input and its record: equal in proportion to their size, whatever unit they are in.

    A plain `=` would not do: engines differ in which of nearly equal numbers they take for the same.

    Attributes
    ----------
    words
        The words of each column, of which the record holds the numbers, from 0; none for numbers.
    """

    words: Sequence[Sequence[str]] = ()

    def code(self, i: int, j: int) -> Formula:
        """Write what stands for the comparison of one cell: a word is compared with the one recorded."""
        known, plain = self.words[j] if self.words else (), super().code(i, j)
        if not known:
            return plain
        number, place = f"{quoted(self.sheet)}!{a1(self.box.row + i, self.box.col + j)}", self.place(i, j)
        recorded = f"CHOOSE({self.other(i, j)}+1,{','.join(constant_part(word).formula for word in known)})"
        return Formula(f"IFERROR(IF({number}={recorded},{_EQUAL_TEXT},{place}),{place})", 0)

    def differs(self) -> NDArray[np.bool_]:
        """Tell for each cell whether it differs."""
        with np.errstate(over="ignore"):
            total = np.abs(self.live) + np.abs(self.recorded) + _TINY
            return np.asarray(np.abs(self.live - self.recorded) / total > _PROPORTION)

    def _same(self, number: str, other: str, _limit: float) -> str:
        total = f"ABS({number})+ABS({other})+{_TINY:.0E}"
        near = f"ABS({number}-{other})/({total})<={_PROPORTION:.0E}"
        # To LibreOffice a truth value is a number; in a cell without a number format it can be told.
        return f"AND(NOT(ISLOGICAL({number})),{near})"
