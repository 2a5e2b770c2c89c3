"""Writes the file: openpyxl's writer, with cached values, exact numbers, streamed rows and fixed dates.

openpyxl writes no cached values and rounds floats to 16 digits, which moves some by one unit in the last
place; it writes texts into their cells, and leaves some things to Excel's guess. The writers below are
private to openpyxl, so its version is pinned and a test reads files back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any
from xml.sax.saxutils import quoteattr

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
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.writing.archive import Archive
from mlp2xlsx.xlsx.writing.cells import CellWriter
from mlp2xlsx.xlsx.writing.shared_strings import SharedStrings
from mlp2xlsx.xlsx.writing.sheet import Alternative, Sheet
from mlp2xlsx.xlsx.xstring import encoded

if not LXML:  # openpyxl's other way to write XML closes a part that we still write to
    raise OutputError("openpyxl goes without lxml here: install lxml, or unset OPENPYXL_LXML")

Progress = Callable[[int], object]

# A part of more than 2 GiB needs another kind of entry in the zip file, chosen before its first byte. A cell
# takes 30 to 60 bytes, one with a formula of its own up to 200.
_MOST_CELLS_IN_A_PLAIN_ENTRY = 10_000_000
# Excel may call a file damaged whose version is not of the form XX.YYYY (ECMA-376 part 1, 22.2.2.2); this is
# the version of Excel 2007, whose format it is.
_APP_VERSION = "12.0000"
# The order in which Excel writes the properties of a font; openpyxl has one of its own.
_FONT = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz", "color"),
    *("name", "family", "charset", "scheme"),
)


def write(
    workbook: Workbook,
    sheets: Mapping[str, Sheet],
    stream: IO[bytes],
    progress: Progress | None = None,
    cells: CellWriter | None = None,
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
    cells
        Writes single cells in another way than the file has them.
    """
    archive = Archive(stream)
    try:
        _Writer(workbook, archive, sheets, progress, cells or CellWriter()).write_data()
    except BaseException:
        archive.abandon()
        raise
    archive.close()


def write_sheet_part(sheet: Sheet, stream: IO[bytes], cells: CellWriter) -> None:
    """Write the part of one sheet without charts, by itself."""
    _SheetWriter(sheet, stream, cells, None).write()


class _Writer(ExcelWriter):  # type: ignore[misc]
    """openpyxl's writer of the whole file, with our writer for each sheet."""

    def __init__(
        self,
        workbook: Workbook,
        archive: Archive,
        sheets: Mapping[str, Sheet],
        progress: Progress | None,
        cells: CellWriter,
    ) -> None:
        super().__init__(workbook, archive)
        self._sheets = sheets
        self._progress = progress
        self._cells = cells

    def write_data(self) -> None:
        archive, workbook = self._archive, self.workbook
        about = ExtendedProperties()
        about.AppVersion = _APP_VERSION
        archive.writestr(ARC_APP, tostring(about.to_tree()))
        archive.writestr(ARC_CORE, tostring(workbook.properties.to_tree()))
        archive.writestr(ARC_THEME, theme_xml)
        self._write_worksheets()
        self._write_charts()
        strings = self._cells.strings
        archive.writestr(strings.path[1:], strings.xml())
        self.manifest.append(strings)
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
        archive: Archive = self._archive
        large = sheet.n_cells() > _MOST_CELLS_IN_A_PLAIN_ENTRY
        with archive.open(archive.entry(ws.path[1:]), "w", force_zip64=large) as part:
            writer = _SheetWriter(sheet, part, self._cells, self._progress)
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

    def __init__(self, sheet: Sheet, part: IO[bytes], cells: CellWriter, progress: Progress | None) -> None:
        self.sheet = sheet
        self.cells = cells
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
            self.out.write("".join(self._row(number, cells) for number, cells in self.rows()).encode())
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
            yield self.cells.xml(self.sheet, cell)
