"""The recalculated numbers against NumPy's, cell for cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.engines.base import Recalculated
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.workbook.sheets.check.comparison import rounding_room, tolerance
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.bands import Bands, Repeated
from mlp2xlsx.xlsx.formulas import same_formula
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.reading.contents import SheetContents
from mlp2xlsx.xlsx.writing.sheet import Sheet, Value


@dataclass(frozen=True)
class Mismatch:
    """A formula cell that does not hold what NumPy computes.

    Attributes
    ----------
    sheet, row, col, name
        Where, and which matrix it belongs to.
    expected, found
        NumPy's value, and the engine's; None where the engine found nothing.
    formula
        The formula that stands there now, with its `=`; empty where there is none.
    changed
        Whether that is another formula than the one the workbook was built with: the cause, where
        cells that merely follow from it are wrong as well.
    """

    sheet: str
    row: int
    col: int
    name: str
    expected: Value
    found: CellValue
    formula: str
    changed: bool

    @property
    def cell(self) -> str:
        """The address, as in `G12`."""
        return a1(self.row, self.col)

    @property
    def rank(self) -> tuple[bool, float]:
        """Causes before consequences, then by the difference in units of the tolerance."""
        if isinstance(self.expected, str) or not isinstance(self.found, int | float):
            return not self.changed, -np.inf
        return not self.changed, -float(abs(self.found - self.expected) / tolerance(self.expected))


@dataclass
class Matched:
    """What was compared of one matrix on one sheet.

    Attributes
    ----------
    cells, differing
        How many formula cells, and how many of them are beyond the tolerance.
    largest, largest_cell
        The largest difference between numbers, and where it is.
    mismatches
        The worst of the differing cells, worst first.
    """

    sheet: str
    name: str
    cells: int = 0
    differing: int = 0
    largest: float = 0.0
    largest_cell: str = ""
    mismatches: list[Mismatch] = field(default_factory=list)

    def note(self, difference: float, cell: str) -> None:
        """Remember a difference if it is the largest so far."""
        if self.largest < difference < np.inf:
            self.largest, self.largest_cell = difference, cell

    def count(
        self, values: FloatMatrix, expected: FloatMatrix, room: FloatMatrix, cell: Callable[..., str]
    ) -> NDArray[np.bool_]:
        """Count cells, and tell which of them are too far off.

        Parameters
        ----------
        values, expected
            What was found, and what NumPy computes.
        room
            How much farther than the tolerance each may be off.
        cell
            Makes the address of a cell of its place in the arrays.
        """
        difference = np.abs(values - expected)
        bad = ~(difference <= tolerance(expected) + room)
        finite = np.where(np.isfinite(difference), difference, 0.0)
        farthest = np.unravel_index(np.argmax(finite), finite.shape)
        self.note(float(finite[farthest]), cell(*map(int, farthest)))
        self.cells += expected.size
        self.differing += int(bad.sum())
        return bad


def compare(
    book: Book,
    found: Recalculated,
    contents: Mapping[str, SheetContents],
    most: int | None,
    rounded: Sequence[Book] = (),
) -> list[Matched]:
    """Compare every formula cell of a workbook.

    Parameters
    ----------
    book
        What the cells should hold.
    found
        What an engine computed.
    contents
        The formulas that stand in the file.
    most
        How many mismatches to describe for each matrix; None for all of them.
    rounded
        The same workbook, as programs may compute it that round otherwise. Where that alone moves
        a number of a matrix, an engine that rounds in another order may be as far off in any of them, and
        several times that; see `rounding_room`.

    Returns
    -------
    list of Matched
        One for each matrix on each sheet, in the order of the sheets.
    """
    results: list[Matched] = []
    for title, sheet in book.sheets.items():
        matched: dict[str, Matched] = {}
        stands = contents[title]
        others = [book.sheets[title] for book in rounded]
        _single_cells(sheet, others, found, stands, matched)
        for i, bands in enumerate(sheet.bands):
            for j, block in enumerate(bands.blocks):
                if block.formulas is not None:
                    values = [other.bands[i].blocks[j].values for other in others]
                    room = rounding_room(block.values, values, axis=(1, 2))
                    repetition = _Repetition(title, bands, block, stands)
                    _repeated(repetition, room, found, matched, most)
        for result in matched.values():
            result.mismatches.sort(key=lambda mismatch: mismatch.rank)
            if most is not None:
                del result.mismatches[most:]
        results += matched.values()
    return results


def _single_cells(
    sheet: Sheet,
    others: Sequence[Sheet],
    found: Recalculated,
    stands: SheetContents,
    matched: dict[str, Matched],
) -> None:
    """Compare the cells that have a formula of their own."""
    rooms = _rooms(sheet, others)
    for (row, col), live in sheet.live.items():
        if live.name not in matched:
            matched[live.name] = Matched(sheet.name, live.name)
        result = matched[live.name]
        result.cells += 1
        value = found.value(sheet.name, row, col)
        expected, possible = live.value, [live.value, *(other.live[row, col].value for other in others)]
        if isinstance(expected, str) or any(isinstance(one, str) for one in possible):
            # Where rounding alone changes what is said, either may be said.
            good = any(same_text(str(one), value) for one in possible)
        elif isinstance(value, bool) or not isinstance(value, int | float):
            good = False
        else:
            difference = abs(value - expected)
            good = bool(difference <= tolerance(expected) + live.room + rooms.get(live.name, 0.0))
            if difference > result.largest:
                result.note(difference, a1(row, col))
        if not good:
            result.differing += 1
            now = stands.formulas.get((row, col))
            changed = now is None or not same_formula(now.text, sheet.formula_text(row, col))
            shown = "" if now is None else f"={now.text}"
            result.mismatches.append(
                Mismatch(sheet.name, row, col, live.name, expected, value, shown, changed)
            )


def _rooms(sheet: Sheet, others: Sequence[Sheet]) -> dict[str, float]:
    """How far rounding may take the numbers of a matrix, by its name; 0 where there is no other run."""
    if not others:
        return {}
    numbers: dict[str, list[list[Value]]] = {}
    for place, live in sheet.live.items():
        possible = [live.value, *(other.live[place].value for other in others)]
        if not any(isinstance(one, str) for one in possible):
            numbers.setdefault(live.name, []).append(possible)
    tables = {name: np.array(rows, float).T for name, rows in numbers.items()}
    return {name: rounding_room(values, rest, axis=(0,)).item() for name, (values, *rest) in tables.items()}


_NUMBER = re.compile(r"\([-−]?\d[\d.]*(?:[eE][+-]?\d+)?\)|[-−]?\d[\d.]*(?:[eE][+-]?\d+)?")


def same_text(expected: str, found: CellValue) -> bool:
    """Tell whether a text says the same: its words exactly, its numbers to one in the last place shown.

    Half of the last place may be rounded either way by programs that differ in the last bits.
    """
    if not isinstance(found, str) or _NUMBER.sub("#", expected) != _NUMBER.sub("#", found):
        return False
    pairs = zip(_NUMBER.findall(expected), _NUMBER.findall(found), strict=True)
    return all(one == other or _near(one.strip("()"), other.strip("()")) for one, other in pairs)


def _near(expected: str, found: str) -> bool:
    expected, found = (text.replace("−", "-") for text in (expected, found))
    try:
        step = 10.0 ** -len(expected.partition(".")[2]) if "e" not in expected.lower() else 0.0
        return abs(float(expected) - float(found)) <= 1.001 * step + tolerance(float(expected))
    except ValueError:
        return False


@dataclass(frozen=True)
class _Repetition:
    """A repeated matrix, with the formulas that stand in the file."""

    sheet: str
    bands: Bands
    block: Repeated
    stands: SheetContents

    def rows(self) -> list[int]:
        """The rows of all repetitions."""
        box, bands = self.block.box, self.bands
        first = box.row + bands.height * np.arange(bands.count)
        return list(np.add.outer(first, np.arange(box.n_rows)).ravel().tolist())

    def place(self, k: int, i: int, j: int) -> tuple[int, int]:
        """Row and column of a cell of repetition `k`."""
        return self.block.box.row + k * self.bands.height + i, self.block.box.col + j

    def formula(self, k: int, i: int, j: int) -> tuple[str, bool]:
        """The formula of a cell of repetition `k`, and whether it is another than the one built."""
        place = self.place(k, i, j)
        if self.stands.is_as_built(place[0]):
            return f"={self.bands.formula_text(self.block, k, i, j)}", False
        now = self.stands.formulas.get(place)
        if now is None:
            return "", True
        return f"={now.text}", not same_formula(now.text, self.bands.formula_text(self.block, k, i, j))


def _repeated(
    repetition: _Repetition,
    room: FloatMatrix,
    found: Recalculated,
    matched: dict[str, Matched],
    most: int | None,
) -> None:
    """Compare all repetitions of a matrix at once."""
    block, sheet = repetition.block, repetition.sheet
    cols = range(block.box.col, block.box.last_col + 1)
    values = found.numbers(sheet, repetition.rows(), cols).reshape(block.values.shape)
    result = matched.setdefault(block.name, Matched(sheet, block.name))
    bad = result.count(values, block.values, room, lambda *place: a1(*repetition.place(*place)))
    places = np.argwhere(bad).tolist()
    changed = np.array([repetition.formula(*place)[1] for place in places], bool)
    badness = np.abs(values - block.values)[bad] / tolerance(block.values[bad])
    # Those of changed formulas, then the farthest off.
    ranks = np.where(np.isnan(badness) | changed, np.inf, badness)
    for index in np.argsort(-ranks, kind="stable")[:most]:
        k, i, j = places[index]
        row, col = repetition.place(k, i, j)
        formula, is_changed = repetition.formula(k, i, j)
        expected, value = float(block.values[k, i, j]), found.value(sheet, row, col)
        result.mismatches.append(Mismatch(sheet, row, col, block.name, expected, value, formula, is_changed))
