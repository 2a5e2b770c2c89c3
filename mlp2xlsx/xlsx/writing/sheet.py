"""A worksheet in the making: openpyxl's sheet, and beside it what each formula should come to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from openpyxl.cell.cell import Cell
from openpyxl.chart._chart import ChartBase
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.text_width import broken, is_wide
from mlp2xlsx.xlsx.titles import retitled
from mlp2xlsx.xlsx.writing.footer import footer_text
from mlp2xlsx.xlsx.writing.styles import Styles
from mlp2xlsx.xlsx.xstring import encoded, unambiguous

Value = float | str

USUAL_WIDTH = 8.43  # of a column that nothing is said of, in digits
# With more of them, a sheet on one page could not be read any more.
MOST_ROWS_ON_A_PAGE = 90
# What a page takes of a long list in letters that can be read; enough to see how it goes on.
PRINTED_ROWS = 32
# Inches. The footer stands within the bottom margin, so it must begin further out than the cells end.
_MARGINS = {"left": 0.25, "right": 0.25, "top": 0.4, "bottom": 0.6, "header": 0.25, "footer": 0.25}
_LINE_HEIGHT = 16  # points; a line of Chinese is higher than one of Latin letters
_MIXED_HEIGHT = 18  # of both: Chinese letters push the Latin ones down, and an underscore out of sight


@dataclass(frozen=True)
class Live:
    """A formula cell: what its value should be, and the matrix it belongs to, for reports.

    Attributes
    ----------
    value, name
        The value and the matrix.
    room
        How far rounding alone may take an engine's number from the value, beyond the usual tolerance:
        for a small difference of large numbers, of which few digits are left.
    """

    value: Value
    name: str
    room: float = 0.0


@dataclass(frozen=True)
class Alternative:
    """What is read out in place of a chart.

    Attributes
    ----------
    title
        What it is called.
    description
        What it shows, and where its numbers stand.
    """

    title: str
    description: str


class Sheet:
    """One worksheet, its formula cells' values and its repeated rows.

    Attributes
    ----------
    name
        The title, as formulas on other sheets have it.
    ws
        The openpyxl worksheet that holds texts, numbers, formulas and layout.
    live
        Every single formula cell by (row, column).
    bands
        Repeated rows, below everything in `ws`.
    alternatives
        What is read out in place of each chart, in their order.
    earlier
        The sheets that were filled before this one, by title.
    """

    def __init__(self, ws: Worksheet, styles: Styles, earlier: Mapping[str, "Sheet"] | None = None) -> None:
        self.name = str(ws.title)
        self.ws = ws
        self.styles = styles
        self.earlier = earlier if earlier is not None else {}
        self.live: dict[tuple[int, int], Live] = {}
        self.bands: list[Bands] = []
        self.alternatives: list[Alternative] = []
        ws.sheet_view.showGridLines = False

    def put(self, row: int, col: int, value: Value | None, role: str) -> None:
        """Write a constant: text is never taken for a formula."""
        cell = self._cell(row, col)
        cell._style = self.styles[role]
        # Past openpyxl's own look at every value, which takes most of the time.
        cell._value, cell.data_type = value, "s" if isinstance(value, str) else "n"

    def formula(
        self,
        row: int,
        col: int,
        formula: Formula,
        value: Value,
        role: str,
        name: str,
        room: float = 0.0,
    ) -> None:
        """Write a formula and remember what it should come to, and how exactly."""
        cell = self._cell(row, col)
        cell._style = self.styles[role]
        cell._value = f"={unambiguous(formula.text)}"
        cell.data_type = "f"
        self.live[row, col] = Live(value, name, room)

    def _cell(self, row: int, col: int) -> Cell:
        """The cell of a place, made where there is none yet; past openpyxl's checks, like its value."""
        cell = self.ws._cells.get((row, col))
        if cell is None:
            cell = Cell(self.ws, row, col)
            self.ws._add_cell(cell)
        return cell

    def formula_cells(self) -> Iterator[tuple[int, int]]:
        """Row and column of every formula, those in rows that repeat left out."""
        return (place for place, cell in self.ws._cells.items() if cell.data_type == "f")

    def plain_values(self) -> Iterator[tuple[tuple[int, int], str | float]]:
        """Row and column of every text and number, and the text or number; rows that repeat are left out."""
        for place, cell in self.ws._cells.items():
            if cell.data_type != "f" and cell._value is not None:
                yield place, cell._value if isinstance(cell._value, str) else float(cell._value)

    def formula_text(self, row: int, col: int) -> str:
        """Formula of a cell, without its `=`."""
        return str(self.ws.cell(row, col).value)[1:]

    def fixed_numbers(
        self, repetitions: Callable[[Bands], Iterable[int]] | None = None
    ) -> Iterator[tuple[int, int, str, float]]:
        """Yield row, column, name and value of every number that is no formula's and no input.

        Parameters
        ----------
        repetitions
            Which repetitions of the bands to look at; all of them without it.
        """
        given = self.styles.index("input")
        for (row, col), cell in self.ws._cells.items():
            if cell.data_type == "n" and cell._value is not None and cell.style_id != given:
                yield row, col, "", cell._value
        for bands in self.bands:
            for block in bands.blocks:
                if block.formulas is None:
                    yield from bands.cells(block, None if repetitions is None else repetitions(bands))

    def title(self, text: str, what: str, col: int = 1) -> None:
        """Write the sheet's title and the sentence below it."""
        self.put(1, col, text, "title")
        self.put(2, col, what, "text")
        self.ws.row_dimensions[1].height = 28
        self.ws.row_dimensions[2].height = 18

    def paragraph(self, row: int, columns: dict[int, float], text: str, role: str) -> int:
        """Write a text over several columns, given with their widths; the first row below it is returned.

        Each line has a row of its own: whatever stands beside it keeps its height, and no cells are merged,
        in which those who listen to a sheet lose their way.
        """
        lines = broken(text, sum(columns.values()))
        for number, line in enumerate(lines, row):
            if line:
                self.put(number, min(columns), line, role)
            self.ws.row_dimensions[number].height = _LINE_HEIGHT
        return row + len(lines)

    def make_rows_higher(self) -> None:
        """Let rows of usual height show the underscores in a text of Chinese and Latin letters."""
        texts = [(row, live.value) for (row, _), live in self.live.items()]
        texts += [(row, cell._value) for (row, _), cell in self.ws._cells.items() if cell.data_type == "s"]
        for row, text in texts:
            if isinstance(text, str) and not text.isascii() and "_" in text and any(map(is_wide, text)):
                height = self.ws.row_dimensions[row].height
                self.ws.row_dimensions[row].height = max(height or 0, _MIXED_HEIGHT)

    def numbers(self, box: Box, values: FloatMatrix, role: str) -> None:
        """Write a matrix of constants."""
        for (row, col), value in zip(box.cells(), values.ravel().tolist(), strict=True):
            self.put(row, col, value, role)

    def outline(self, box: Box) -> None:
        """Draw an empty block for a matrix that is not computed yet."""
        for row, col in box.cells():
            self.put(row, col, None, "empty")

    def link(self, row: int, col: int, text: str, sheet: str, ref: str = "A1", role: str = "link") -> None:
        """Write a link to a place on another sheet of the workbook."""
        self.put(row, col, text, role)
        cell = self.ws.cell(row, col)
        cell._hyperlink = Hyperlink(
            ref=cell.coordinate, location=f"{quoted(sheet)}!{ref}", display=encoded(text)
        )

    def draw(self, chart: ChartBase, over: Box, title: str, description: str) -> None:
        """Put a chart over cells, and say for those who do not see it what it shows."""
        start = AnchorMarker(col=over.col - 1, row=over.row - 1)
        end = AnchorMarker(col=over.last_col, row=over.last_row)
        chart.anchor = TwoCellAnchor(editAs="oneCell", _from=start, to=end)
        self.ws.add_chart(chart)
        self.alternatives.append(Alternative(title, description))

    def widths(self, widths: dict[int, float]) -> None:
        """Set column widths, in characters."""
        for col, width in widths.items():
            self.ws.column_dimensions[get_column_letter(col)].width = width

    def print_on_one_page(self, *, tall: bool = False) -> None:
        """Fit the sheet to one landscape page, or to its width when it is as long as a list.

        No rows are repeated on further pages: where one sheet has such rows, LibreOffice draws dashed lines
        through all sheets, at the places where the pages of a new document would end.
        """
        ws = self.ws
        ws.page_setup.orientation = "landscape"
        ws.page_setup.paperSize = ws.PAPERSIZE_A4
        ws.page_setup.fitToWidth = 1
        ws.page_setup.fitToHeight = 0 if tall else 1
        ws.sheet_properties.pageSetUpPr.fitToPage = True
        for side, inches in _MARGINS.items():
            setattr(ws.page_margins, side, inches)
        self._footer("&A")

    def print_first(self, last: tuple[int, int], all_: tuple[int, int], said: str) -> None:
        """Print only so much: a list of thousands is no reading on paper.

        Parameters
        ----------
        last
            Row and column of the last cell that is printed.
        all_
            Those of the last one that there is to read.
        said
            What the foot of the page says of the printed `{area}`, where something is left out.
        """
        area = f"A1:{a1(*last)}"
        self.ws.print_area = area
        if last[0] < all_[0] or last[1] < all_[1]:
            self._footer(f"&A · {said.format(area=area)}")

    def _footer(self, center: str) -> None:
        """Write the foot of the pages: the workbook, the sheet, and which page of how many."""
        footer = self.ws.oddFooter
        footer.left.text, footer.center.text, footer.right.text = None, center, "&P / &N"
        footer.left.text = footer_text(self.ws.parent.properties.title or "", str(footer))

    def protect(self) -> None:
        """Let nothing be typed but into inputs. Anyone can unprotect the sheet: there is no password."""
        protection = self.ws.protection
        protection.enable()
        protection.formatColumns = protection.formatRows = False  # False: not forbidden

    def follow(self, titles: Mapping[str, str]) -> None:
        """Let formulas follow, as programs do, where sheets were given other titles, new ones by old ones."""
        self.name = titles.get(self.name, self.name)
        for cell in self.ws._cells.values():
            if cell.data_type == "f":
                cell._value = retitled(cell._value, titles)
        self.bands = [bands.retitled(titles) for bands in self.bands]

    def n_cells(self) -> int:
        """How many cells hold a number, a formula or a text."""
        written = sum(cell._value is not None for cell in self.ws._cells.values())
        return written + sum(block.values.size for bands in self.bands for block in bands.blocks)

    def last_cell(self) -> tuple[int, int]:
        """Row and column of the corner of what is used."""
        corners = [(bands.last_row, bands.last_col) for bands in self.bands]
        rows, cols = zip((self.ws.max_row, self.ws.max_column), *corners, strict=True)
        return max(rows), max(cols)
