"""Cells that are not seen as they were built: texts, numbers, formats, looks, and what formulas have left."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from mlp2xlsx.numerals import number_text
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.verify.appearance.change import Change, cells_listed
from mlp2xlsx.verify.appearance.model import Cell, Repeats, Shows
from mlp2xlsx.verify.compare import same_text
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.number_formats import shown_by
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.reading.seen.looks import FORMAT, Looks

TYPED = "typed into"
# What a cell shows in which nothing stands.
_OF_EMPTY = ("fill", "line left", "line right", "line top", "line bottom", "line diagonal")
# Far below what is shown of any number, and far above what rounding comes to.
_RELATIVE, _ABSOLUTE = 1e-6, 1e-9
_MOST_OF_A_BLOCK = 50
_NO_CELL = -1  # in the place of the number of a style
# What programs choose by themselves where a number is typed.
_AS_TYPED = re.compile(r"General|(#,##)?0(\.0+)?(%|E\+0+)?", re.IGNORECASE)


class CellCheck:
    """The cells of one sheet, compared.

    Parameters
    ----------
    title
        What the sheet is called as it is built.
    expected, found
        The sheet as it is built, of rows that repeat the first repetition only, and as it is in the file.
    repeats
        The rows that repeat.
    lost
        Aspects, and properties of looks, that the program that saved the file does not keep.
    judged
        Sheets and addresses that the arithmetic names already.
    results
        Whether what formulas have left is to be compared, too.
    """

    def __init__(
        self,
        title: str,
        expected: Shows,
        found: Shows,
        repeats: list[Repeats],
        lost: Collection[str],
        judged: Collection[tuple[str, str]],
        *,
        results: bool,
    ) -> None:
        self._title = title
        self._expected, self._found = expected, found
        self._repeats = repeats
        self._lost, self._judged, self._results = lost, judged, results
        self._looks: dict[tuple[str, str, str], list[Cell]] = {}
        self._known: dict[tuple[int, int, bool, str], list[tuple[str, str, str]]] = {}
        self._alike: dict[tuple[int, int], bool] = {}

    def changes(self) -> Iterator[Change]:
        """Yield every difference."""
        yield from self._contents()
        if self._results:
            yield from self._left()
        for (aspect, expected, found), cells in self._looks.items():
            yield Change(aspect, self._title, cells_listed(cells), expected, found)

    def ours(self, cell: Cell) -> bool:
        """Whether a cell is one that the sheet is built with."""
        if cell in self._expected.seen.styles:
            return True
        return any(rows.first(cell) is not None for rows in self._repeats)

    def _contents(self) -> Iterator[Change]:
        built, found, styles = self._expected.cells, self._found.cells, self._found.seen.styles
        for cell, style in self._expected.seen.styles.items():
            if found.as_built and found.is_as_built(cell[0]):
                continue
            value = built.constants.get(cell)
            if (  # most cells are as they were built, and that is soon seen
                value == found.constants.get(cell)
                and (cell in built.formulas) == (cell in found.formulas)
                and self._look_alike(style, styles.get(cell, _NO_CELL))
            ):
                continue
            change = self._cell(cell, cell, value, style)
            if change is not None:
                yield change
        for rows in self._repeats:
            first_only = rows.bands.row + rows.bands.height
            for k in self._found.cells.others(rows.bands):
                for offset, col in rows.at:
                    first, cell = (
                        (rows.bands.row + offset, col),
                        (rows.bands.row + k * rows.bands.height + offset, col),
                    )
                    if cell[0] >= first_only:
                        value = None if first in self._expected.cells.formulas else rows.value(cell)
                        change = self._cell(cell, first, value, self._expected.seen.styles[first])
                        if change is not None:
                            yield change
            self._as_built(rows)

    def _as_built(self, rows: Repeats) -> None:
        """Compare how rows look that are built letter by letter, by the numbers of their styles."""
        if any(one.bands.row == rows.bands.row for one in self._found.cells.as_built):
            for block in rows.bands.blocks:
                expected, found = (
                    one.side.seen.styles.cell(block.style) for one in (self._expected, self._found)
                )
                for difference in self._differing(expected, found, "", holds=True, given=False):
                    self._looks.setdefault(difference, []).extend(block.box.cells())

    def _cell(self, cell: Cell, first: Cell, expected: CellValue, style: int) -> Change | None:
        """Compare one cell with how it is built, or with the one of the first repetition."""
        built, there = self._expected, self._found.cells
        is_formula = first in built.cells.formulas
        look = built.side.seen.styles.cell(style)
        given = TYPED in look
        change = None if is_formula or given else self._value(cell, expected)
        is_held = cell in there.formulas or cell in there.constants
        holds = is_formula or expected is not None or is_held
        now = self._found.seen.styles.get(cell, _NO_CELL)
        if now == _NO_CELL and holds and not is_held:
            return change  # the cell is gone, which has been said
        text = expected if isinstance(expected, str) else ""
        other = self._found.side.seen.styles.cell(max(now, 0))
        # The text matters where it would be shown in another format only.
        key = style, now, holds, "" if look.get(FORMAT) == other.get(FORMAT) else text
        if key not in self._known:
            self._known[key] = list(self._differing(look, other, text, holds=holds, given=given))
        for difference in self._known[key]:
            self._looks.setdefault(difference, []).append(cell)
        return change

    def _look_alike(self, style: int, now: int) -> bool:
        """Whether two styles, of how it is built and of the file, look the same in every cell."""
        key = style, now
        if key not in self._alike:
            built, there = self._expected.side.seen.styles, self._found.side.seen.styles
            self._alike[key] = now != _NO_CELL and built.cell(style) == there.cell(now)
        return self._alike[key]

    def _value(self, cell: Cell, expected: CellValue) -> Change | None:
        formula = self._found.cells.formulas.get(cell)
        found = self._found.cells.constants.get(cell)
        if formula is not None:
            shown = f"={formula.text}"
        elif expected == found or _is_blank(expected, found) or _close(expected, found):
            return None
        else:
            shown = value_said(found)
        if (self._title, a1(*cell)) in self._judged:
            return None
        is_number = isinstance(expected, float) or (expected is None and isinstance(found, float))
        return Change("number" if is_number else "text", self._title, a1(*cell), value_said(expected), shown)

    def _differing(
        self, expected: Looks, found: Looks, text: str, *, holds: bool, given: bool
    ) -> Iterator[tuple[str, str, str]]:
        """Yield aspect, expected and found for every property that is seen to differ."""
        if holds and "number format" not in self._lost:
            codes = expected.get(FORMAT, "General"), found.get(FORMAT, "General")
            one, other = (shown_by(code, text or None) for code in codes)
            if one != other and not (given and _AS_TYPED.fullmatch(codes[1])):
                yield "number format", *codes
        if "look" in self._lost:
            return
        keys = expected.keys() | found.keys() if holds else _OF_EMPTY
        for key in sorted(keys):
            was, now = expected.get(key, "none"), found.get(key, "none")
            if key not in (FORMAT, TYPED) and key not in self._lost and was != now:
                yield "look", f"{key} {was}", f"{key} {now}"

    def _left(self) -> Iterator[Change]:
        """Compare what formulas have left, where they have left anything at all."""
        expected, found = self._expected.seen.results, self._found.seen.results
        left = [rows for one in self._found.cells.as_built for rows in one.results]
        if all(value is None for value in (*found.values(), *left)):
            return
        for cell, value in expected.items():
            if cell in found and not _same(value, found[cell]):
                yield Change("result", self._title, a1(*cell), value_said(value), value_said(found[cell]))
        for rows in self._repeats:
            yield from self._left_in(rows, found)

    def _left_in(self, rows: Repeats, found: Mapping[Cell, CellValue]) -> Iterator[Change]:
        places, values = rows.formulas()
        bands = rows.bands
        for k in self._found.cells.others(bands):
            for (offset, col), value in zip(places, values[k].tolist(), strict=True) if k else ():
                cell = bands.row + k * bands.height + offset, col
                if cell in found and not _same(value, found[cell]):
                    yield Change("result", self._title, a1(*cell), value_said(value), value_said(found[cell]))
        for one in self._found.cells.as_built:
            if one.bands.row == bands.row and places:
                repetitions = sorted(one.repetitions)
                there = _numbers(one.results).reshape(len(repetitions), len(places))
                bad = ~(
                    np.abs(there - values[repetitions]) <= _ABSOLUTE + _RELATIVE * np.abs(values[repetitions])
                )
                for i, j in np.argwhere(bad)[:_MOST_OF_A_BLOCK].tolist():
                    cell = bands.row + repetitions[i] * bands.height + places[j][0], places[j][1]
                    shown = one.results[i * len(places) + j] or b""
                    was = value_said(float(values[repetitions[i], j]))
                    yield Change("result", self._title, a1(*cell), was, shown.decode(errors="replace"))


def _numbers(results: Sequence[bytes | None]) -> FloatMatrix:
    """Numbers as the file spells them; NaN for what is none."""
    try:
        return np.array(results, dtype="S").astype(float)
    except (TypeError, ValueError):
        return np.array([_number(text) for text in results])


def _number(text: bytes | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return np.nan


def value_said(value: CellValue) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return number_text(value)
    return "" if value is None else f'"{value}"' if isinstance(value, str) else str(value)


def _is_blank(*values: CellValue) -> bool:
    """Whether nothing is seen of any of them."""
    return all(value is None or value == "" for value in values)


def _close(expected: CellValue, found: CellValue) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return False
    if not isinstance(expected, float) or not isinstance(found, float):
        return False
    return abs(expected - found) <= 1e-12 * max(1.0, abs(expected))


def _same(expected: CellValue, found: CellValue) -> bool:
    """Whether a formula has left what it should, as far as it can be seen."""
    if isinstance(expected, str):
        return same_text(expected, found)
    if isinstance(found, bool) or not isinstance(found, float) or not isinstance(expected, float):
        return expected == found
    return abs(found - expected) <= _ABSOLUTE + _RELATIVE * abs(expected)
