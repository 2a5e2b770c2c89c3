"""A workbook of which many copies are made that differ in some cells only: written once, filled in for each.

All but those cells is kept as the text of the file, and what has none of them as its packed bytes. A copy is,
byte for byte, the file that a workbook with these cells would be written to.
"""

import io
import zipfile
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook

from mlp2xlsx.xlsx.writing.archive import Archive, Packed, packed_parts
from mlp2xlsx.xlsx.writing.cells import (
    CellWriter,
    cell_start,
    formula_cell,
    formula_element,
    place_of,
    result_of,
)
from mlp2xlsx.xlsx.writing.shared_strings import SharedStrings
from mlp2xlsx.xlsx.writing.sheet import Sheet, Value
from mlp2xlsx.xlsx.writing.writer import write, write_sheet_part
from mlp2xlsx.xlsx.xstring import unambiguous

_MARK = "\0"  # stands in no XML
OpenCells = Mapping[tuple[str, int, int], Hashable]
"""The cells that differ from copy to copy, by sheet title, row and column: the key of what is in them."""


class WholeCell(NamedTuple):
    """All that is in a cell: its style's number, its value, and its formula without `=`, if it has one."""

    style: int
    value: Value | None
    formula: str = ""


Held = Mapping[Hashable, Value | WholeCell | None]
"""What is in the open cells of one copy, by their keys: a value alone leaves style and formula alone."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A cell that is written anew for each copy: its texts have other numbers there, if nothing else.

    Attributes
    ----------
    start, formula
        The beginning of its element, and the element of its formula, empty where it has none.
    value, key
        What is in it, and the key of what takes its place; no key where it stays.
    """

    start: str
    formula: str
    value: Value | None
    key: Hashable | None


class _Marking(CellWriter):
    """Writes a mark in the place of each cell that stays open."""

    def __init__(self, open_cells: OpenCells) -> None:
        super().__init__()
        self.open_cells = open_cells
        self.keys: dict[Hashable, Hashable] = {}  # most numbers stand in many cells: one key for all
        self.found: list[_Open] = []

    def xml(self, sheet: Sheet, cell: Cell) -> str:
        key = self.open_cells.get((sheet.name, cell.row, cell.column))
        key = self.keys.setdefault(key, key)
        is_formula = cell.data_type == "f"
        if key is None and (is_formula or not isinstance(cell._value, str)):
            return super().xml(sheet, cell)
        start = self.start(cell)
        formula = formula_element(str(cell._value)[1:]) if is_formula else ""
        value = None if is_formula else cell._value
        self.found.append(_Open(start, formula, value, key))
        return f"{_MARK}{len(self.found) - 1}{_MARK}"


class Stencil:
    """What all copies of a workbook have in common.

    Parameters
    ----------
    workbook, sheets
        The workbook, without charts; see `writer.write`.
    open_cells
        Which of its cells differ.
    """

    def __init__(self, workbook: Workbook, sheets: Mapping[str, Sheet], open_cells: OpenCells) -> None:
        marking, stream = _Marking(open_cells), io.BytesIO()
        write(workbook, sheets, stream, cells=marking)
        with zipfile.ZipFile(stream) as archive:
            self._titles = {sheet.ws.path[1:]: title for title, sheet in sheets.items()}
            self._pieces = {name: archive.read(name).decode().split(_MARK) for name in self._titles}
            self._parts = packed_parts(stream.getvalue(), archive.infolist())
        self._open = {
            name: [marking.found[int(number)] for number in pieces[1::2]]
            for name, pieces in self._pieces.items()
        }

    @property
    def n_open(self) -> int:
        """How many cells are open: most of the memory goes with them."""
        return sum(map(len, self._open.values()))

    def fill(self, held: Held, anew: Mapping[str, Sheet]) -> bytes:
        """Make a copy.

        Parameters
        ----------
        held
            What is in its open cells.
        anew
            Sheets that take the place of others, by title.

        Returns
        -------
        bytes
            The file.
        """
        stream, cells = io.BytesIO(), _Filling(held)
        with Archive(stream) as archive:
            for part in self._parts:
                own = self._own(part, anew, cells)
                if own is None:
                    archive.write_packed(part)
                else:
                    archive.writestr(part.name, own)
        return stream.getvalue()

    def _own(self, part: Packed, anew: Mapping[str, Sheet], cells: "_Filling") -> str | bytes | None:
        """What a copy has in a part; None where all have the same."""
        if part.name == SharedStrings.path[1:]:  # comes after the sheets
            return cells.strings.xml()
        if part.name not in self._titles:
            return None
        title = self._titles[part.name]
        if title in anew:
            stream = io.BytesIO()
            write_sheet_part(anew[title], stream, cells)
            return stream.getvalue()
        pieces = self._pieces[part.name].copy()
        pieces[1::2] = cells.filled(self._open[part.name])
        return "".join(pieces)


class _Filling(CellWriter):
    """Writes the open cells of one copy."""

    def __init__(self, held: Held) -> None:
        super().__init__()
        self._held = held
        self._results: dict[Hashable, tuple[str, str]] = {}  # most numbers stand in many cells

    def filled(self, open_cells: Iterable[_Open]) -> Iterator[str]:
        """Yield the elements of some open cells."""
        held, results = self._held, self._results
        for one in open_cells:
            value = one.value if one.key is None else held[one.key]
            if isinstance(value, WholeCell):
                yield self._entry(place_of(one.start), value)
            elif one.formula and value is not None:
                if one.key not in results:
                    results[one.key] = result_of(value)
                yield formula_cell(one.start, one.formula, *results[one.key])
            else:
                yield self.plain(one.start, value)

    def _entry(self, place: str, entry: WholeCell) -> str:
        start = cell_start(place, entry.style)
        if not entry.formula:
            return self.plain(start, entry.value)
        value = "" if entry.value is None else entry.value
        return formula_cell(start, formula_element(unambiguous(entry.formula)), *result_of(value))
