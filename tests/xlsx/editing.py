"""The file of a workbook, changed part by part and cell by cell, as another program might; cached values stay."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from xml.sax.saxutils import quoteattr

from lxml import etree
from openpyxl.utils import range_boundaries

from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.reading.package import worksheets

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERRING = re.compile(r"(<(?:f|formula1?|c:f|definedName)\b[^>]*>)([^<]*)")
BOOK, TEXTS = "xl/workbook.xml", "xl/sharedStrings.xml"


class Package:
    """The parts of a file, its sheets by their titles, and its cells by their names and addresses.

    Attributes
    ----------
    sheets
        The name of the part that holds a sheet.
    names
        Sheet and place of each name that the whole workbook has; None for one that is not a place.
    """

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}
            self.sheets = worksheets(archive)
        self._trees: dict[str, _Tree] = {}
        names = etree.fromstring(self._parts[BOOK]).iter(f"{MAIN}definedName")
        of_the_book = [name for name in names if name.get("localSheetId") is None]
        self.names = {str(name.get("name")): _place(name.text or "") for name in of_the_book}

    @classmethod
    def read(cls, path: Path) -> Self:
        return cls(path.read_bytes())

    @property
    def parts(self) -> dict[str, bytes]:
        """The parts as they are now, to be changed as bytes."""
        for part, tree in self._trees.items():
            if tree.changed:
                assert self._parts.get(part) is tree.data, (
                    f"{part} was replaced, and a cell of it changed after that"
                )
                tree.data = self._parts[part] = etree.tostring(
                    tree.root, xml_declaration=True, encoding="UTF-8", standalone=True
                )
                tree.changed = False
        return self._parts

    @parts.setter
    def parts(self, parts: dict[str, bytes]) -> None:
        self._parts = parts

    def edit(self, change: Callable[[str, bytes], bytes | None]) -> Self:
        """Make each part what `change` returns for its name and bytes; None leaves it out."""
        found = {name: change(name, data) for name, data in self.parts.items()}
        self.parts = {name: data for name, data in found.items() if data is not None}
        return self

    def replace(self, part: str, change: Callable[[bytes], bytes]) -> None:
        self.parts[part] = change(self.parts[part])

    def rename(self, old: str, new: str) -> Self:
        """Give a sheet another title, as spreadsheet programs do: whatever refers to it by formulas follows."""
        written = "'" + new.replace("'", "''").replace("&", "&amp;") + "'!"

        reference = re.compile(rf"\"[^\"]*\"|'{re.escape(old)}'!|\b{re.escape(old)}!")

        def followed(match: re.Match[str]) -> str:
            # A text in a formula stays what it is.
            return match[1] + reference.sub(lambda one: one[0] if one[0][0] == '"' else written, match[2])

        def change(part: str, data: bytes) -> bytes:
            if not part.endswith(".xml"):
                return data
            # openpyxl writes letters beyond ASCII by their numbers.
            text = re.sub(r"&#(\d{3,});", lambda one: chr(int(one[1])), data.decode())
            text = _REFERRING.sub(followed, text)
            if part == BOOK:
                text = re.sub(
                    rf'(<sheet [^>]*name=)"{re.escape(old)}"', lambda m: m[1] + quoteattr(new), text
                )
            return text.encode()

        self.edit(change)
        self.sheets[new] = self.sheets.pop(old)
        self.names = {
            name: place and ((new, place[1]) if place[0] == old else place)
            for name, place in self.names.items()
        }
        return self

    def copy(self) -> Self:
        """Another one, whose changes are its own."""
        found = copy(self)
        found._parts, found._trees = dict(self.parts), {}
        return found

    def content(self, method: int = zipfile.ZIP_DEFLATED) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method, compresslevel=1) as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return stream.getvalue()

    def save(self, path: Path) -> Path:
        path.write_bytes(self.content(zipfile.ZIP_STORED))
        return path

    def cell(self, sheet: str, address: str) -> "Cell":
        part = self.sheets[sheet]
        tree = self._trees.get(part)
        if tree is None or self._parts[part] is not tree.data:
            tree = self._trees[part] = _Tree(self._parts[part])
        return Cell(self, tree, tree.cells[address])

    def where(self, name: str, i: int = 0, j: int = 0) -> tuple[str, str]:
        """Sheet and address of a cell of a named range, by its row and column counted from 0."""
        place = self.names[name]
        assert place is not None
        sheet, box = place
        return sheet, a1(box.row + i, box.col + j)

    def at(self, name: str, i: int = 0, j: int = 0) -> "Cell":
        """The cell at such a place."""
        return self.cell(*self.where(name, i, j))

    def formulas(self, sheet: str) -> Iterator[tuple[str, str, str]]:
        """Yield address, formula and cached value of every formula cell."""
        for cell in etree.fromstring(self.parts[self.sheets[sheet]]).iter(f"{MAIN}c"):
            formula = cell.find(f"{MAIN}f")
            if formula is not None:
                yield str(cell.get("r")), formula.text or "", cell.findtext(f"{MAIN}v") or ""


def _place(text: str) -> tuple[str, Box] | None:
    """Sheet and place that a defined name stands for, if it stands for one."""
    title, _, cells = text.rpartition("!")
    try:
        left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    except ValueError:
        return None
    if not title or None in (left, top, right, bottom):
        return None
    return title.strip("'").replace("''", "'"), Box(top, left, bottom - top + 1, right - left + 1)


class _Tree:
    """The part of a sheet as a tree, which is written back when the parts are asked for."""

    def __init__(self, data: bytes) -> None:
        self.data, self.changed = data, False
        self.root = etree.fromstring(data)
        self.cells = {str(cell.get("r")): cell for cell in self.root.iter(f"{MAIN}c")}


@dataclass
class Cell:
    """One cell of a package."""

    package: Package
    tree: _Tree
    element: etree._Element

    @property
    def text(self) -> str:
        """The formula, or nothing."""
        return self.element.findtext(f"{MAIN}f") or ""

    @property
    def ref(self) -> str:
        """The cells that the formula fills, where it says so."""
        formula = self.element.find(f"{MAIN}f")
        return "" if formula is None else formula.get("ref", "")

    @property
    def cached(self) -> str:
        """The value that the file holds."""
        return self.element.findtext(f"{MAIN}v") or ""

    @property
    def string(self) -> str:
        """The text that the cell holds itself, or by its number in the list of the workbook's texts."""
        if self.element.get("t") != "s":
            return "".join(self.element.itertext())
        texts = etree.fromstring(self.package.parts[TEXTS])
        return "".join(texts[int(self.cached)].itertext())

    def formula(self, text: str) -> None:
        """Put another formula, and leave the cached value alone."""
        self._formula().text = text

    def array(self, ref: str | None = None) -> "Cell":
        """Make the formula an array formula, for this cell or for more."""
        self._formula().attrib.update({"t": "array", "ref": ref or str(self.element.get("r"))})
        return self

    def add_formula(self, text: str, cached: float | None = 0.0) -> "Cell":
        """Put a formula whatever was there, with a cached value or none."""
        self.value(cached)
        formula = etree.Element(f"{MAIN}f")
        formula.text = text
        self.element.insert(0, formula)
        return self

    def share(self, key: str, ref: str | None = None) -> None:
        """Say that the formula is shared; only the first cell, which says with whom, keeps its text."""
        formula = self._formula()
        formula.attrib.update({"t": "shared", "si": key} | ({} if ref is None else {"ref": ref}))
        if ref is None:
            formula.text = None

    def beside(self, address: str) -> "Cell":
        """Make a cell in a new row at the end of the sheet."""
        data = self.tree.root.find(f"{MAIN}sheetData")
        assert data is not None
        row = etree.SubElement(data, f"{MAIN}row", r="".join(filter(str.isdigit, address)))
        element = self.tree.cells[address] = etree.SubElement(row, f"{MAIN}c", r=address)
        return Cell(self.package, self.tree, element)

    def value(self, value: float | str | None) -> None:
        """Put a number, a text or nothing in place of what is there."""
        self.tree.changed = True
        for child in list(self.element):
            self.element.remove(child)
        self.element.attrib.pop("t", None)
        if isinstance(value, str):
            self.element.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(self.element, f"{MAIN}is"), f"{MAIN}t")
            text.text = value
        elif value is not None:
            etree.SubElement(self.element, f"{MAIN}v").text = repr(value)

    def truth(self, value: bool) -> None:
        """Put TRUE or FALSE."""
        self.value(int(value))
        self.element.set("t", "b")

    def error(self, text: str) -> None:
        """Put an error value."""
        self.value(0.0)
        self.element.set("t", "e")
        self.element[0].text = text

    def _formula(self) -> etree._Element:
        """The element of the formula, which is about to be changed."""
        self.tree.changed = True
        found = self.element.find(f"{MAIN}f")
        assert found is not None
        return found
