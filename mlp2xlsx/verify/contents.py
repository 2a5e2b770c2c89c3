"""What stands in a workbook's file: formulas, plain values, defined names. Nothing is calculated.

Array formulas are read, too: workbooks of the first layout are made of them, and persons write some.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from lxml import etree
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError
from openpyxl.utils.cell import column_index_from_string

from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.verify.cells import CellValue, cell_value, shared_strings
from mlp2xlsx.verify.package import (
    MAIN,
    attribute,
    elements,
    open_archive,
    parse,
    position,
    workbook_part,
    worksheets,
)
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.address import Box
from mlp2xlsx.workbook.limits import MOST_COLS, MOST_ROWS

_ROW, _FORMULA, _FORMAT, _RULE = (
    f"{{{MAIN}}}{tag}" for tag in ("row", "f", "conditionalFormatting", "formula")
)


def _of_row(path: str) -> Callable[[etree._Element], Any]:
    """Make a function that gives parts of a row in one call: most cells are never looked at one by one."""
    return etree.XPath(path, namespaces={"m": MAIN}, smart_strings=False)


_CELLS, _FORMULA_CELLS = _of_row("m:c[*]"), _of_row("m:c[m:f]")
_ADDRESSES, _COUNT = _of_row("m:c[*]/@r"), _of_row("count(m:c[*])")
_NAME, _SETTINGS = f"{{{MAIN}}}definedNames/{{{MAIN}}}definedName", f"{{{MAIN}}}calcPr"
_PLACE = re.compile(
    r"^(?:'((?:[^']|'')+)'|([^'!]+))!(\$?[A-Z]{1,3}\$?[0-9]{1,7}(?::\$?[A-Z]{1,3}\$?[0-9]{1,7})?)$"
)

# The article needs 89,000 iterations for as many; its file would be larger than `package` reads.
MOST_CELLS = 2_000_000
_MOST_FILLED = 20_000_000  # by array formulas
_MOST_NAMES = 10_000
_BYTES_PER_CELL = 256  # unpacked; workbooks of this package have less than a fifth
_ROWS_PER_CELL = 4  # and conditional formats; rows can be empty
_SHARED_PER_CELL = 20  # characters of formulas that cells share; one of each cell's own is not much longer
_LONGEST_ROW = 200_000  # characters of addresses


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """A formula as the file has it: its text without `=`, and the range it fills as an array, if any."""

    text: str
    ref: str | None = None

    @property
    def area(self) -> Box | None:
        """The place that an array formula fills."""
        return None if self.ref is None else area(self.ref)


@dataclass
class SheetContents:
    """The cells of one sheet, by (row, column).

    Attributes
    ----------
    formulas, constants
        What stands in each cell; the values that formulas left there are nowhere.
    formats
        The formulas of conditional formats.
    cells
        How many cells of the file are not empty, those that array formulas fill among them.
    """

    formulas: dict[tuple[int, int], FormulaCell] = field(default_factory=dict)
    constants: dict[tuple[int, int], CellValue] = field(default_factory=dict)
    formats: list[str] = field(default_factory=list)
    cells: int = 0


@dataclass(frozen=True)
class Contents:
    """A workbook's file, read once.

    Attributes
    ----------
    path
        The file.
    sheets
        Formulas and plain values by sheet title, in the order of the tabs.
    names
        The defined names: sheet and place; None for one that is not a place.
    local_names
        Names that are defined for one sheet only.
    settings
        How the workbook is to be calculated, as the file says it.
    parts
        Every part of the archive.
    """

    path: Path
    sheets: Mapping[str, SheetContents]
    names: Mapping[str, tuple[str, Box] | None]
    local_names: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()

    def place(self, name: str) -> tuple[str, Box]:
        """Sheet and place of a defined name.

        Raises
        ------
        WorkbookError
            When the workbook has no such name, or it is no place on one of its sheets.
        """
        found = self.names.get(name)
        if found is None or found[0] not in self.sheets:
            raise WorkbookError(f"{self.path} has no range named {name}: not a workbook that mlp2xlsx built")
        return found


def read_contents(path: Path, most_cells: int = MOST_CELLS) -> Contents:
    """Read a workbook's file.

    Parameters
    ----------
    path
        The file.
    most_cells
        How many formulas and plain values may be in it, in memory and time that grow with them.

    Raises
    ------
    WorkbookError
        When it is not an .xlsx file, is damaged, or is larger than any workbook this package makes.
    """
    with open_archive(path) as archive:
        shared = shared_strings(archive, most_cells)
        sheets = {}
        room = _Room(most_cells)
        parts = worksheets(archive)
        size = sum(archive.getinfo(part).file_size for part in parts.values())
        if size > _BYTES_PER_CELL * most_cells:
            raise ValueError(f"its sheets would have {size / 2**20:,.0f} MB unpacked")
        for title, part in parts.items():
            reader = _SheetReader(part, shared, room)
            for element in elements(archive, part, _ROW, _FORMAT):
                reader.read(element)
            sheets[title] = reader.contents
        book = parse(archive, workbook_part(archive))
        names, local = _names(book)
        settings = {str(key): str(value) for one in book.iterfind(_SETTINGS) for key, value in one.items()}
        return Contents(path, sheets, names, local, settings, tuple(archive.namelist()))


def area(ref: str) -> Box:
    """Area of a reference such as `B5:D8`."""
    first, _, last = ref.replace("$", "").partition(":")
    (top, left), (bottom, right) = position(first), position(last or first)
    if not (1 <= top <= bottom <= MOST_ROWS and left <= right <= MOST_COLS):
        raise ValueError(f"{shortened(ref)} is not a range of cells of a spreadsheet")
    return Box(top, left, bottom - top + 1, right - left + 1)


def _names(book: etree._Element) -> tuple[dict[str, tuple[str, Box] | None], tuple[str, ...]]:
    """Give the names of the whole workbook with their places, and the names of single sheets."""
    entries = book.findall(_NAME)
    if len(entries) > _MOST_NAMES:
        raise ValueError(f"it has {len(entries):,} names, expected at most {_MOST_NAMES:,}")
    found: dict[str, tuple[str, Box] | None] = {}
    folded: set[str] = set()  # programs compare names without case
    local = []
    for entry in entries:
        name = attribute(entry, "name")
        if "localSheetId" in entry.attrib:
            local.append(name)
        elif name.upper() in folded:
            raise ValueError(f"it has the name {shortened(name)} twice")
        else:
            folded.add(name.upper())
            found[name] = _named(entry.text or "")
    return found, tuple(local)


def _named(text: str) -> tuple[str, Box] | None:
    """Sheet and place that a name stands for, if it is one."""
    match = _PLACE.match(text)
    if match is None:
        return None
    sheet = match[2] if match[1] is None else match[1].replace("''", "'")
    return sheet, area(match[3])


def _in_order(addresses: list[str]) -> tuple[int, tuple[int, ...]]:
    """Row and columns of cells of one row that stand in order, as programs write them; (0, ()) for others."""
    if not addresses:
        return 0, ()
    number = addresses[0].lstrip(ascii_uppercase)
    text = ",".join(addresses)
    regular = number.isascii() and number.isdigit() and len(number) <= len(str(MOST_ROWS))
    if not regular or len(text) > _LONGEST_ROW:
        return 0, ()
    cols = _ascending(f"{text},".replace(f"{number},", ","))
    row = int(number)
    return (row, cols) if cols and row <= MOST_ROWS else (0, ())


@lru_cache(maxsize=64)
def _ascending(letters: str) -> tuple[int, ...]:
    """Columns by their letters, each followed by a comma; empty where they do not ascend."""
    try:
        cols = tuple(map(column_index_from_string, letters.split(",")[:-1]))
    except ValueError:
        return ()
    return cols if all(one < other for one, other in pairwise(cols)) and cols[-1] <= MOST_COLS else ()


class _Room:
    """How much more may be read, on all sheets together."""

    def __init__(self, most_cells: int) -> None:
        self.most_cells = self.cells = most_cells
        self.rows = _ROWS_PER_CELL * most_cells
        self.characters = _SHARED_PER_CELL * most_cells


class _SheetReader:
    """Reads one sheet row by row, in memory that grows with its formulas and plain values only."""

    def __init__(self, part: str, shared: list[str], room: _Room) -> None:
        self.contents = SheetContents()
        self._part = part
        self._texts = shared
        self._room = room
        self._last = (0, 0)
        self._filled: dict[int, int] = {}  # per column, down to which row an array formula fills it
        self._n_filled = 0
        self._originals: dict[str, tuple[str, str]] = {}  # of formulas that several cells share
        self._translators: dict[str, Translator] = {}

    def read(self, element: etree._Element) -> None:
        """Read a row, or a conditional format."""
        if self._room.rows == 0:
            raise ValueError(f"it has more than {_ROWS_PER_CELL * self._room.most_cells:,} rows")
        self._room.rows -= 1
        if element.tag == _FORMAT:
            self.contents.formats += [rule.text or "" for rule in element.iter(_RULE)]
            return
        addresses = _ADDRESSES(element)
        row, cols = _in_order(addresses)
        if self._last[0] < row and len(addresses) == _COUNT(element):
            self._last = row, cols[-1]
            self.contents.cells += len(cols)
            self._row(element, row, cols)
        else:
            for cell in _CELLS(element):
                self._cell(cell)

    def _row(self, element: etree._Element, row: int, cols: tuple[int, ...]) -> None:
        """Note the cells of a row but for those that array formulas fill, which are most by far."""
        here = set()
        for cell in _FORMULA_CELLS(element):
            address = str(cell.attrib["r"])
            place = position(address)
            here.add(place[1])
            self._note(cell, address, place)
        filled = self._filled
        others = [i for i, col in enumerate(cols) if filled.get(col, 0) < row and col not in here]
        if others:
            cells = _CELLS(element)
            for i in others:
                self._note(cells[i], str(cells[i].attrib["r"]), (row, cols[i]))

    def _cell(self, cell: etree._Element) -> None:
        """Note a cell of a row that is not in order, or say what is wrong with it."""
        address = attribute(cell, "r")
        place = row, col = position(address)
        # Programs differ in which of two cells with the same address they believe.
        if place <= self._last:
            raise ValueError(f"{self._part} has the cell {address} twice, or out of order")
        self._last = place
        if not (1 <= row <= MOST_ROWS and col <= MOST_COLS):
            raise ValueError(f"{address} is beyond the last cell of a spreadsheet")
        self.contents.cells += 1
        self._note(cell, address, place)

    def _note(self, cell: etree._Element, address: str, place: tuple[int, int]) -> None:
        """Note a formula, or a value that no formula makes."""
        first = cell[0]
        if self._room.cells == 0:
            raise ValueError(f"it has more than {self._room.most_cells:,} cells")
        self._room.cells -= 1
        if first.tag == _FORMULA:
            self.contents.formulas[place] = self._formula(first, address, place)
        elif cell.find(_FORMULA) is not None:
            raise ValueError(f"{self._part} has a value before the formula in {address}")
        elif self._filled.get(place[1], 0) < place[0]:
            value = cell_value(cell, self._texts)
            if value is not None:
                self.contents.constants[place] = value

    def _formula(self, formula: etree._Element, address: str, place: tuple[int, int]) -> FormulaCell:
        kind, text = formula.get("t", "normal"), formula.text or ""
        if kind == "array":
            ref = attribute(formula, "ref")
            self._fill(area(ref), address, place)
            return FormulaCell(text, ref)
        if kind == "shared":
            return FormulaCell(self._shared(text, attribute(formula, "si"), address))
        return FormulaCell(text if kind == "normal" else "")

    def _fill(self, box: Box, address: str, place: tuple[int, int]) -> None:
        if (box.row, box.col) != place:
            raise ValueError(f"the array formula in {address} says it fills {box.ref}")
        self._n_filled += box.n_rows * box.n_cols
        if self._n_filled > _MOST_FILLED:
            raise ValueError(f"array formulas of {self._part} fill more than {_MOST_FILLED:,} cells")
        self._filled.update(dict.fromkeys(range(box.col, box.last_col + 1), box.last_row))

    def _shared(self, text: str, key: str, address: str) -> str:
        """Give the formula of one of several cells that share it; the first one holds the text."""
        if text:
            self._originals[key] = text, address
            self._translators.pop(key, None)
            return text
        if key not in self._originals:
            raise ValueError(f"{address} shares a formula that stands nowhere")
        try:
            if key not in self._translators:
                text, origin = self._originals[key]
                self._translators[key] = Translator(f"={text}", origin)
            found = str(self._translators[key].translate_formula(address))[1:]
        except (TokenizerError, TranslatorError) as error:
            raise ValueError(f"the formula of {address} cannot be read: {error}") from error
        self._room.characters -= len(found)
        if self._room.characters < 0:
            raise ValueError("formulas that cells share are too long for so many cells")
        return found
