"""A handout as a file that a student fills in: its XML is changed cell by cell, as an office program would.

Reading and writing it with openpyxl takes ten times as long; some students of the tests do it all the same.
"""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from lxml import etree
from openpyxl.utils.cell import column_index_from_string, get_column_letter

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SHEET = re.compile(r'<sheet [^>]*name="([^"]+)"')
_NAME = re.compile(r"<definedName name=\"(\w+)\">(?:'([^']+)'|(\w+))!\$([A-Z]+)\$(\d+)")

Place = tuple[str, str, int]  # sheet, column, row


class Paper:
    """The parts of a workbook; cells are found by the name of their matrix, row and column from 0."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        book = self.parts["xl/workbook.xml"].decode()
        titles = _SHEET.findall(book)
        self.sheets = {title: f"xl/worksheets/sheet{n}.xml" for n, title in enumerate(titles, start=1)}
        self.names: dict[str, Place] = {
            name: (quoted or plain, column, int(row))
            for name, quoted, plain, column, row in _NAME.findall(book)
        }
        self._trees: dict[str, tuple[etree._Element, dict[str, etree._Element]]] = {}

    @classmethod
    def read(cls, path: Path) -> "Paper":
        return cls(path.read_bytes())

    def content(self) -> bytes:
        for part, (root, _) in self._trees.items():
            self.parts[part] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return stream.getvalue()

    def cell(self, sheet: str, address: str) -> etree._Element:
        part = self.sheets[sheet]
        if part not in self._trees:
            root = etree.fromstring(self.parts[part])
            self._trees[part] = root, {str(cell.get("r")): cell for cell in root.iter(f"{MAIN}c")}
        return self._trees[part][1][address]

    def saying(self, sheet: str, text: str) -> str:
        """Where a formula stands on a sheet."""
        self.cell(sheet, "A1")
        cells = self._trees[self.sheets[sheet]][1]
        [address] = [address for address, cell in cells.items() if cell.findtext(f"{MAIN}f") == text]
        return address

    def written(self, text: str) -> str:
        """Fill in addresses where a formula says them as `{E[0]}`: of a matrix's first column."""
        places = {name: _First(self, name) for name in self.names}
        return text.format(**places)

    def address(self, name: str, i: int = 0, j: int = 0) -> tuple[str, str]:
        sheet, column, row = self.names[name]
        return sheet, f"{_moved(column, j)}{row + i}"

    def at(self, name: str, i: int = 0, j: int = 0) -> etree._Element:
        return self.cell(*self.address(name, i, j))

    def value(self, name: str, i: int = 0, j: int = 0) -> float:
        return float(self.at(name, i, j).findtext(f"{MAIN}v") or "nan")

    def says(self, name: str) -> str:
        """What a cell with a text says; texts that are handed out stand in one list."""
        cell = self.at(name)
        if cell.get("t") != "s":
            return "".join(cell.itertext())
        texts = etree.fromstring(self.parts["xl/sharedStrings.xml"])
        return "".join(texts[int(cell.findtext(f"{MAIN}v") or "")].itertext())

    def number(self, name: str, i: int, j: int, value: float) -> None:
        put(self.at(name, i, j), value)

    def text(self, name: str, i: int, j: int, text: str) -> None:
        cell = self.at(name, i, j)
        _empty(cell)
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = text

    def formula(
        self, name: str, i: int, j: int, text: str, cached: float | None = None, ref: str = ""
    ) -> None:
        cell = self.at(name, i, j)
        _empty(cell)
        formula = etree.SubElement(cell, f"{MAIN}f")
        formula.text = text
        if ref:
            formula.set("t", "array")
            formula.set("ref", ref)
        if cached is not None:
            etree.SubElement(cell, f"{MAIN}v").text = repr(cached)

    def block(self, name: str, text: str, cached: Sequence[Sequence[float]]) -> None:
        """Fill a matrix by one formula, as Ctrl+Shift+Enter and the spilled formulas of Excel 365 do."""
        _, first = self.address(name)
        _, last = self.address(name, len(cached) - 1, len(cached[0]) - 1)
        for i, row in enumerate(cached):
            for j, value in enumerate(row):
                if (i, j) == (0, 0):
                    self.formula(name, i, j, text, value, f"{first}:{last}")
                else:
                    self.number(name, i, j, value)

    def like(self, other: "Paper", name: str, i: int, j: int) -> None:
        """Type the formula that stands in the same cell of another workbook."""
        formula = other.at(name, i, j).find(f"{MAIN}f")
        assert formula is not None
        assert formula.text
        self.formula(name, i, j, formula.text, ref=formula.get("ref", ""))

    def replace(self, part: str, change: Callable[[bytes], bytes]) -> None:
        self.parts[part] = change(self.parts[part])


class _First:
    """The first column of a matrix; its addresses are written out as formulas need them."""

    def __init__(self, paper: Paper, name: str) -> None:
        self._paper, self._name = paper, name

    def __getitem__(self, i: int) -> str:
        sheet, address = self._paper.address(self._name, i)
        return f"'{sheet}'!{address}"


def put(cell: etree._Element, value: float) -> None:
    """Type a number over whatever a cell holds."""
    _empty(cell)
    etree.SubElement(cell, f"{MAIN}v").text = repr(float(value))


def _empty(cell: etree._Element) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)


def _moved(column: str, count: int) -> str:
    return get_column_letter(column_index_from_string(column) + count)
