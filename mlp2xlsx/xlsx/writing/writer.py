"""Writes the file: openpyxl's writer, with cached values, exact numbers, streamed rows and fixed dates.

openpyxl writes no cached values and rounds floats to 16 digits, which moves some by one unit in the last
place; it writes texts into their cells, and leaves some things to Excel's guess. The writers below are
private to openpyxl, so its version is pinned and a test reads files back.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.cell.cell import Cell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.extended import ExtendedProperties
from openpyxl.packaging.relationship import Relationship
from openpyxl.styles.stylesheet import write_stylesheet
from openpyxl.workbook import Workbook
from openpyxl.workbook._writer import WorkbookWriter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.dimensions import SheetDimension
from openpyxl.writer.excel import ExcelWriter
from openpyxl.writer.theme import theme_xml
from openpyxl.xml import LXML
from openpyxl.xml.constants import (
    ARC_APP,
    ARC_CORE,
    ARC_ROOT_RELS,
    ARC_STYLE,
    ARC_THEME,
    ARC_WORKBOOK,
    ARC_WORKBOOK_RELS,
)
from openpyxl.xml.functions import Element, tostring

from mlp2xlsx.errors import OutputError
from mlp2xlsx.numerals import number_text
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.writing.shared_strings import SharedStrings, text_element
from mlp2xlsx.xlsx.writing.sheet import Alternative, Sheet, Value
from mlp2xlsx.xlsx.xstring import encoded

if not LXML:  # openpyxl's other way to write XML closes a part that we still write to
    raise OutputError("openpyxl goes without lxml here: install lxml, or unset OPENPYXL_LXML")

Progress = Callable[[int], object]

# The zip format counts time from 1980 to 2107; without SOURCE_DATE_EPOCH every file is from that day.
_FIRST_DAY, _LAST_SECOND = 315532800, 4354819199
# A part of more than 2 GiB needs another kind of entry in the zip file, chosen before its first byte. A cell
# takes 30 to 60 bytes, one with a formula of its own up to 200.
_MOST_CELLS_IN_A_PLAIN_ENTRY = 10_000_000
_COMPRESSION = 3  # measured in benchmarks/: half the time of level 6 for 7% more bytes
# Excel may call a file damaged whose version is not of the form XX.YYYY (ECMA-376 part 1, 22.2.2.2); this is
# the version of Excel 2007, whose format it is.
_APP_VERSION = "12.0000"
# The order in which Excel writes the properties of a font; openpyxl has one of its own.
_FONT = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color"),
    *("name", "family", "charset", "scheme"),
)


def timestamp() -> int:
    """Seconds since 1970 that go into the file: `SOURCE_DATE_EPOCH`, or a constant."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    usable = epoch.isascii() and epoch.isdigit() and len(epoch) <= len(str(_LAST_SECOND))
    return min(max(int(epoch), _FIRST_DAY), _LAST_SECOND) if usable else _FIRST_DAY


def write(
    workbook: Workbook, sheets: Mapping[str, Sheet], stream: IO[bytes], progress: Progress | None = None
) -> None:
    """Write a workbook to an open binary file.

    Parameters
    ----------
    workbook
        What openpyxl knows of it.
    sheets
        The sheets by title, with cached values and repeated rows.
    stream
        Where the bytes go; must be seekable.
    progress
        Called with the number of bands written since the last call.
    """
    archive = _Archive(stream, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION)
    try:
        _Writer(workbook, archive, sheets, progress).write_data()
    except BaseException:
        archive.fp = None  # an unfinished archive must not write its directory into a full disk
        raise
    archive.close()


class _Archive(ZipFile):
    """A zip file whose entries all have the same date."""

    def entry(self, name: str) -> ZipInfo:
        info = ZipInfo(name, time.gmtime(timestamp())[:6])
        info.compress_type = ZIP_DEFLATED
        info.create_system = 3  # the same bytes on Windows as elsewhere
        info.external_attr = 0o644 << 16
        info._compresslevel = _COMPRESSION  # type: ignore[attr-defined]
        return info

    def writestr(self, name: Any, data: Any, *_: Any, **__: Any) -> None:  # type: ignore[override]
        super().writestr(self.entry(name), data)


class _Writer(ExcelWriter):  # type: ignore[misc]
    """openpyxl's writer of the whole file, with our writer for each sheet."""

    def __init__(
        self, workbook: Workbook, archive: _Archive, sheets: Mapping[str, Sheet], progress: Progress | None
    ) -> None:
        super().__init__(workbook, archive)
        self._sheets = sheets
        self._progress = progress
        self._strings = SharedStrings()

    def write_data(self) -> None:
        archive, workbook = self._archive, self.workbook
        about = ExtendedProperties()
        about.AppVersion = _APP_VERSION
        archive.writestr(ARC_APP, tostring(about.to_tree()))
        archive.writestr(ARC_CORE, tostring(workbook.properties.to_tree()))
        archive.writestr(ARC_THEME, theme_xml)
        self._write_worksheets()
        self._write_charts()
        archive.writestr(self._strings.path[1:], self._strings.xml())
        self.manifest.append(self._strings)
        archive.writestr(ARC_STYLE, tostring(_stylesheet(workbook)))
        writer = _WorkbookWriter(workbook)
        archive.writestr(ARC_ROOT_RELS, writer.write_root_rels())
        archive.writestr(ARC_WORKBOOK, writer.write())
        archive.writestr(ARC_WORKBOOK_RELS, writer.write_rels())
        self.manifest._write(archive, workbook)

    def _write_charts(self) -> None:
        for chart in self._charts:
            language = self.workbook.properties.language
            self._archive.writestr(chart.path[1:], tostring(_chart(chart, language)))
            self.manifest.append(chart)

    def write_worksheet(self, ws: Any) -> None:
        sheet = self._sheets[ws.title]
        ws._hyperlinks = []  # the cells have them; those of an earlier file would come twice
        ws._drawing = _Drawing(sheet.alternatives)
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        archive: _Archive = self._archive
        large = sheet.n_cells() > _MOST_CELLS_IN_A_PLAIN_ENTRY
        with archive.open(archive.entry(ws.path[1:]), "w", force_zip64=large) as part:
            writer = _SheetWriter(sheet, part, self._strings, self._progress)
            writer.write()
        ws._rels = writer._rels
        self.manifest.append(ws)


class _Drawing(SpreadsheetDrawing):  # type: ignore[misc]
    """openpyxl's drawing of a sheet, whose charts say what they show."""

    __elements__ = SpreadsheetDrawing.__elements__

    def __init__(self, alternatives: Sequence[Alternative]) -> None:
        super().__init__()
        self._alternatives = alternatives

    def _chart_frame(self, idx: int) -> Any:
        frame = super()._chart_frame(idx)
        about, said = frame.nvGraphicFramePr.cNvPr, self._alternatives[idx - 1]
        about.title, about.descr = encoded(said.title), encoded(said.description)
        return frame


class _WorkbookWriter(WorkbookWriter):  # type: ignore[misc]
    """openpyxl's writer of what holds for all sheets, with the texts they share."""

    def write_rels(self) -> Any:
        self.rels.append(Relationship(type="sharedStrings", Target=SharedStrings.path))
        return super().write_rels()


def _stylesheet(workbook: Workbook) -> Any:
    """Styles as openpyxl writes them, with the properties of each font in Excel's order, and no palette."""
    tree = write_stylesheet(workbook)
    tree.remove(tree.find("colors"))  # the one that every program has, in colours that are not opaque
    for font in tree.iter("font"):
        font[:] = sorted(font, key=lambda element: _FONT.index(element.tag))
    return tree


def _chart(chart: Any, language: str | None) -> Any:
    """Chart as openpyxl writes it, with its language; without a title it says so, or Excel makes one up."""
    tree = chart._write()
    if language is not None:
        tree.insert(0, Element("lang", val=language))
    if chart.title is None:
        tree.find("chart").insert(0, Element("autoTitleDeleted", val="1"))
    return tree


class _SheetWriter(WorksheetWriter):  # type: ignore[misc]
    """openpyxl's writer of one sheet, with our rows."""

    def __init__(
        self, sheet: Sheet, part: IO[bytes], strings: SharedStrings, progress: Progress | None
    ) -> None:
        self.sheet = sheet
        self.strings = strings
        self.progress = progress
        super().__init__(sheet.ws, out=part)

    def write_dimensions(self) -> None:
        last_row, last_col = self.sheet.last_cell()
        self.xf.send(SheetDimension(f"A1:{a1(last_row, last_col)}").to_tree())

    def write_rows(self) -> None:
        """Write the rows as text; lxml's buffer is emptied before, so that the order holds."""
        xf = self.xf.send(True)
        with xf.element("sheetData"):
            xf.flush()
            for number, cells in self.rows():
                self.out.write(self._row(number, cells).encode())
            for bands in self.sheet.bands:
                for count, text in bands.xml():
                    self.out.write(text.encode())
                    if self.progress is not None:
                        self.progress(count)
        self.xf.send(None)

    def _row(self, number: int, cells: list[Cell]) -> str:
        dimensions = self.ws.row_dimensions
        attributes = {"r": str(number), **dict(dimensions.get(number, {}))}
        listed = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        return f"<row{listed}>{''.join(self._cells(cells))}</row>"

    def _cells(self, cells: list[Cell]) -> Iterator[str]:
        for cell in cells:
            if cell.hyperlink:
                self.ws._hyperlinks.append(cell.hyperlink)
            start = f'<c r="{cell.coordinate}" s="{cell.style_id}"'
            if cell.data_type == "f":
                yield self._formula(start, cell)
            elif cell._value is None:
                yield f"{start}/>"
            elif cell.data_type == "s":
                yield f'{start} t="s"><v>{self.strings.number(str(cell._value))}</v></c>'
            else:
                yield f"{start}><v>{number_text(cell._value)}</v></c>"

    def _formula(self, start: str, cell: Cell) -> str:
        value = self.sheet.live[cell.row, cell.column].value
        kind = ' t="str"' if isinstance(value, str) else ""
        return f"{start}{kind}><f>{escape(str(cell._value)[1:])}</f>{_cached(value)}</c>"


def _cached(value: Value) -> str:
    return text_element("v", value) if isinstance(value, str) else f"<v>{number_text(value)}</v>"
