"""A copy of a workbook without the values that its formulas left in it, and with other inputs.

Programs that open a workbook may show those cached values and not calculate at all. The copy holds
none: a formula has a decoy in its place, or nothing.
"""

import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from mlp2xlsx.engines.base import Edits
from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.package import MAIN, open_archive, read_part, worksheets
from mlp2xlsx.xlsx.references import corners, position

_ROOT, _CELL, _FORMULA, _VALUE, _INLINE = (f"{MAIN} {tag}" for tag in ("worksheet", "c", "f", "v", "is"))

# Gnumeric takes twice as long over formulas that have no value. No one can take this one for a result.
DECOY = -9.87654321e99

_TEXTS = ("s", "str", "inlineStr")
_PREFIX = re.compile(rb"<([^\s:/>]+:)?")

SheetInputs = Mapping[tuple[int, int], float | str]


def uncached(source: Path, target: Path) -> None:
    """Copy a workbook without the value of any cell that a formula fills.

    Parameters
    ----------
    source
        The workbook, which is only read.
    target
        Where the copy goes. It is not compressed: it is read once and thrown away.

    Raises
    ------
    EngineError
        When the workbook cannot be read, or keeps values of other workbooks.
    """
    with open_archive(source) as archive:
        if any("externallink" in name.lower() for name in archive.namelist()):
            raise EngineError(f"{source} links to other workbooks and keeps their values")
        _copy(archive, target, {title: {} for title in worksheets(archive)})


def write_changed(source: Path, target: Path, inputs: Edits) -> None:
    """Copy an uncached workbook with other numbers and words in some of its input cells.

    Parameters
    ----------
    source
        What `uncached` made.
    target
        Where the copy goes.
    inputs
        The new numbers and words.

    Raises
    ------
    EngineError
        When an input cell is not there, or holds a formula, or a text where a number is to stand or the other
        way round.
    """
    sheets: dict[str, dict[tuple[int, int], float | str]] = {}
    for (sheet, row, col), value in inputs.items():
        sheets.setdefault(sheet, {})[row, col] = value
    with open_archive(source) as archive:
        _copy(archive, target, sheets)


def exact_text(number: float) -> str:
    """Shortest text that reads back as the same number."""
    if not math.isfinite(number):
        raise EngineError(f"an input cell cannot be set to {number}")
    return repr(float(number))


def _copy(archive: zipfile.ZipFile, target: Path, sheets: Mapping[str, SheetInputs]) -> None:
    """Copy an archive part by part, rewriting the sheets of the given titles."""
    parts = worksheets(archive)
    for title in sheets.keys() - parts.keys():
        raise EngineError(f'the workbook has no sheet "{title}"')
    rewrite = {parts[title]: title for title in sheets}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for part in archive.namelist():
            data = read_part(archive, part)
            if part in rewrite:
                title = rewrite[part]
                copy.writestr(part, _Sheet(title, data, sheets[title]).rewrite())
            else:
                copy.writestr(part, data)


class _Sheet:
    """Rewrites the XML of one worksheet by cutting pieces out of it; the rest stays byte for byte.

    Expat tells where in the bytes a tag begins; a value ends where the tag after it begins.
    """

    def __init__(self, title: str, data: bytes, inputs: SheetInputs) -> None:
        self._title = title
        self._data = data
        self._inputs = dict(inputs)
        self._out = bytearray()
        self._copied = 0  # how much of the data has been copied or left out
        self._filled: dict[int, int] = {}  # per column, down to which row an array formula fills it
        self._cell: dict[str, str] = {}
        self._cell_start = 0
        self._is_formula = False
        self._values: list[tuple[int, int]] = []  # where the values of the present cell stand
        self._value_start = 0
        self._value_closed = False

    def rewrite(self) -> bytearray:
        """Return the new XML."""
        # The pieces put in are ASCII.
        if self._data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in self._data[:4]:
            raise ValueError(f'the sheet "{self._title}" is not in UTF-8')
        parser = self._parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._root
        parser.EndElementHandler = self._end
        parser.Parse(self._data, True)
        for (row, col), value in self._inputs.items():
            what = "a word" if isinstance(value, str) else "a number"
            raise EngineError(f"{self._title} has no cell in row {row}, column {col} to put {what} in")
        self._out += self._data[self._copied :]
        return self._out

    def _doctype(self, *_: object) -> None:
        raise ValueError(f'the sheet "{self._title}" declares a document type')

    def _root(self, name: str, _: object) -> None:
        # In another dialect of the format no cell would be recognised, and every value would stay.
        if name != _ROOT:
            raise ValueError(f'the sheet "{self._title}" is not a worksheet')
        self._parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._value_closed:
            self._end_of_value()
        if name == _CELL:
            self._cell = attributes
            self._cell_start = self._parser.CurrentByteIndex
            self._is_formula = False
            self._values = []
        elif name in (_VALUE, _INLINE):
            self._value_start = self._parser.CurrentByteIndex
        elif name == _FORMULA:
            self._is_formula = True
            if attributes.get("t") in ("array", "dataTable"):
                self._fill(attributes["ref"])

    def _end(self, name: str) -> None:
        if self._value_closed:
            self._end_of_value()
        if name in (_VALUE, _INLINE):
            self._value_closed = True
        elif name == _CELL:
            self._finish()

    def _end_of_value(self) -> None:
        self._values.append((self._value_start, self._parser.CurrentByteIndex))
        self._value_closed = False

    def _fill(self, area: str) -> None:
        """Note which cells an array formula fills: the others look like plain numbers in the file."""
        if area.partition(":")[0] != self._cell["r"]:
            raise ValueError(f"the array formula in {self._title}!{self._cell['r']} says it fills {area}")
        (_, left), (bottom, right) = corners(area)
        self._filled.update(dict.fromkeys(range(left, right + 1), bottom))

    def _finish(self) -> None:
        row, col = position(self._cell["r"])
        filled = self._is_formula or self._filled.get(col, 0) >= row
        value = self._inputs.pop((row, col), None) if self._inputs else None
        kind = self._cell.get("t", "n")
        is_number = kind == "n"
        if value is not None:
            is_word = isinstance(value, str)
            if filled or (kind not in _TEXTS or not self._values if is_word else not is_number):
                what = "no word" if is_word else "no number"
                raise EngineError(f"{self._title}!{self._cell['r']} holds {what} that could be changed")
            self._put_word(value) if isinstance(value, str) else self._put(value)
        elif self._is_formula and is_number:
            self._put(DECOY)
        elif filled:
            self._leave_out_values()

    def _leave_out_values(self) -> None:
        for start, stop in self._values:
            self._out += self._data[self._copied : start]
            self._copied = stop

    def _put_word(self, word: str) -> None:
        """Write a word, in a new cell in place of the one whose end has just been met."""
        match = _PREFIX.match(self._data, self._cell_start)
        p = ((match and match[1]) or b"").decode()
        kept = "".join(f" {key}={quoteattr(self._cell[key])}" for key in ("r", "s") if key in self._cell)
        cell = f'<{p}c{kept} t="inlineStr"><{p}is><{p}t xml:space="preserve">{escape(word)}</{p}t></{p}is>'
        self._out += self._data[self._copied : self._cell_start]
        # ASCII, as all that is put in.
        self._out += cell.encode("ascii", "xmlcharrefreplace")
        self._copied = self._parser.CurrentByteIndex

    def _put(self, number: float) -> None:
        """Write a number into the cell whose end has just been met."""
        match = _PREFIX.match(self._data, self._cell_start)
        prefix = (match and match[1]) or b""
        value = b"<%bv>%b</%bv>" % (prefix, exact_text(number).encode(), prefix)
        if self._values:
            self._leave_out_values()
            self._out += value
            return
        end = self._parser.CurrentByteIndex
        if self._data.endswith(b"/>", self._cell_start, end):  # the whole cell is one tag
            self._out += self._data[self._copied : end - 2] + b">%b</%bc>" % (value, prefix)
        else:
            self._out += self._data[self._copied : end] + value
        self._copied = end
