"""Reading the cells of one sheet, row by row, no more of them than there may be."""

from typing import IO

from lxml import etree

from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.limits import MOST_COLS, MOST_ROWS
from mlp2xlsx.xlsx.reading.cells import cell_value
from mlp2xlsx.xlsx.reading.package import MAIN, attribute, elements_of
from mlp2xlsx.xlsx.reading.seen.sheet import SEEN_TAGS, SeenSheet
from mlp2xlsx.xlsx.reading.shared import SharedFormula
from mlp2xlsx.xlsx.reading.sheets import FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import area, position

_ROW, _CELL, _FORMULA, _FORMAT, _RULE = (
    f"{{{MAIN}}}{tag}" for tag in ("row", "c", "f", "conditionalFormatting", "formula")
)

_MOST_FILLED = 20_000_000  # by array formulas
_BYTES_PER_CELL = 256  # unpacked; workbooks of this package have less than a fifth
_IDLE = 32 * 1024 * 1024  # bytes of formatted rows and cells in which there is nothing: a million and a half
# Characters of formulas that cells share: as many as if each of the cells had one of its own.
_SHARED, _SHARED_PER_CELL = 1_000_000, 100


class Room:
    """How much more may be read, on all sheets together."""

    def __init__(self, most_cells: int) -> None:
        self.most_cells = self.cells = most_cells
        self.met = 0  # cells that are not empty, those that array formulas fill among them
        self.empty = MOST_ROWS  # rows without cells
        self.idle = _IDLE
        self.characters = 0  # of formulas that cells share

    def check_size(self, n_bytes: int) -> None:
        """Refuse sheets that are larger, unpacked, than so many cells can be."""
        if n_bytes > _BYTES_PER_CELL * self.most_cells:
            raise ValueError(f"its sheets would have {n_bytes / 2**20:,.0f} MB unpacked")

    def note(self, n_bytes: int) -> None:
        """Note that a sheet has so many bytes more; cells have to be among them."""
        self.idle -= n_bytes
        if self.spare < 0:
            raise ValueError(f"its sheets have more than {_IDLE // 2**20} MB with next to nothing in them")

    def take_cells(self, count: int = 1) -> None:
        """Take the room of cells with formulas or values of their own."""
        if self.cells < count:
            raise ValueError(f"it has more than {self.most_cells:,} cells")
        self.cells -= count

    @property
    def spare(self) -> int:
        """How many bytes a sheet may have for certain, whatever is in it."""
        return self.idle + _BYTES_PER_CELL * self.met

    def take(self, n_bytes: int, n_cells: int, n_idle: int) -> bool:
        """Take the room of a sheet, if there is so much: of cells, and of formats and rows without cells."""
        if n_cells > self.cells or n_idle > self.empty or n_bytes > self.spare:
            return False
        self.idle -= n_bytes
        self.met += n_cells
        self.cells -= n_cells
        self.empty -= n_idle
        return True

    def take_row(self) -> None:
        """Take the room of a row without cells, or of a conditional format."""
        self.empty -= 1
        if self.empty < 0:
            raise ValueError(f"it has more than {MOST_ROWS:,} empty rows")


def read_stream(
    stream: IO[bytes], part: str, shared: list[str], room: Room, seen: SeenSheet | None = None
) -> SheetContents:
    """Read a sheet.

    Parameters
    ----------
    stream
        Its XML.
    part
        What it is called in the archive, for messages.
    shared
        The texts that cells refer to by number.
    room
        How much there may be in it.
    seen
        Takes what the sheet shows besides; without it, that is passed over.

    Raises
    ------
    ValueError
        When it is damaged, or too large.
    """
    reader = _SheetReader(part, shared, room, seen)
    tags = (_FORMAT,) if seen is None else SEEN_TAGS
    for element in elements_of(stream, part, _ROW, *tags, note=room.note):
        reader.read(element)
    return reader.contents


def is_within(place: tuple[int, int]) -> bool:
    """Whether a spreadsheet has a cell in a row and column."""
    row, col = place
    return 1 <= row <= MOST_ROWS and col <= MOST_COLS


def formulas_of_formats(element: etree._Element) -> list[str]:
    """Return the formulas of the rules of a conditional format."""
    return [rule.text or "" for rule in element.iter(_RULE)]


class _SheetReader:
    """Reads one sheet row by row, in memory that grows with its formulas and plain values only."""

    def __init__(self, part: str, shared: list[str], room: Room, seen: SeenSheet | None) -> None:
        self._seen = seen
        self.contents = SheetContents()
        self._part = part
        self._texts = shared
        self._room = room
        self._last = (0, 0)
        self._filled: dict[int, int] = {}  # per column, down to which row an array formula fills it
        self._n_filled = 0
        self._shareds: dict[str, SharedFormula] = {}

    def read(self, element: etree._Element) -> None:
        """Read a row, a conditional format, or what else is seen."""
        if element.tag == _FORMAT:
            self._room.take_row()
            self.contents.formats += formulas_of_formats(element)
        if element.tag != _ROW:
            if self._seen is not None:
                self._seen.read(element)
            return
        n_cells = 0
        for cell in element.iterchildren(_CELL):
            if len(cell):
                n_cells += 1
                self._cell(cell)
            elif self._seen is not None and "r" in cell.attrib:
                self._seen.cell(position(attribute(cell, "r")), cell, self._texts)
        if self._seen is not None:
            self._seen.row(element)
        if n_cells:
            self.contents.cells += n_cells
            self._room.met += n_cells
        else:
            self._room.take_row()

    def _cell(self, cell: etree._Element) -> None:
        """Note what is in a cell, or say what is wrong with it."""
        address = attribute(cell, "r")
        place = row, col = position(address)
        # Programs differ in which of two cells with the same address they believe.
        if place <= self._last:
            raise ValueError(f"{self._part} has the cell {address} twice, or out of order")
        self._last = place
        if not is_within(place):
            raise ValueError(f"{address} is beyond the last cell of a spreadsheet")
        if self._seen is not None:
            self._seen.cell(place, cell, self._texts)
        first = cell[0]
        if first.tag == _FORMULA:
            self._room.take_cells()
            self.contents.formulas[place] = self._formula(first, address, place)
        elif len(cell) > 1 and cell.find(_FORMULA) is not None:
            raise ValueError(f"{self._part} has a value before the formula in {address}")
        elif self._filled.get(col, 0) < row:  # no array formula makes it
            self._room.take_cells()
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
            return FormulaCell(self._shared(text, attribute(formula, "si"), place))
        return FormulaCell(text if kind == "normal" else "")

    def _fill(self, box: Box, address: str, place: tuple[int, int]) -> None:
        if (box.row, box.col) != place:
            raise ValueError(f"the array formula in {address} says it fills {box.ref}")
        self._n_filled += box.n_rows * box.n_cols
        if self._n_filled > _MOST_FILLED:
            raise ValueError(f"array formulas of {self._part} fill more than {_MOST_FILLED:,} cells")
        self._filled.update(dict.fromkeys(range(box.col, box.last_col + 1), box.last_row))

    def _shared(self, text: str, key: str, place: tuple[int, int]) -> str:
        """Formula of one of several cells that share it; the first one holds the text."""
        if text:
            self._shareds[key] = SharedFormula(text, *place)
            return text
        if key not in self._shareds:
            raise ValueError(f"{a1(*place)} shares a formula that stands nowhere")
        found = self._shareds[key].at(*place)
        self._room.characters += len(found)
        if self._room.characters > _SHARED + _SHARED_PER_CELL * self._room.met:
            raise ValueError("formulas that cells share are too long for so many cells")
        return found
