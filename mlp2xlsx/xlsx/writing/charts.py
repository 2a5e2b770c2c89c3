"""Native charts: what all of them have in common, and how a line or a point is drawn in them."""

from dataclasses import dataclass

from openpyxl.chart import Reference as ChartRange
from openpyxl.chart import ScatterChart, Series
from openpyxl.chart.reference import DummyWorksheet
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.writing.styles import INK, PALE

# No orange: on the sheets it means what something is computed from.
COLOURS = ("1F4E9E", "B0125B", "2E7D32", "7B4FC4", "6D4C41", "00838F")
DASHES = ("solid", "sysDash", "dashDot", "sysDot", "lgDash", "lgDashDotDot", "dash", "lgDashDot")
SYMBOLS = ("circle", "square", "diamond", "triangle", "x", "plus")
POINT = 12700  # the unit of widths
_LINE_WIDTH = 22000
_WIDTHS = (20000, 30000, 40000, 50000)
# Excel draws the last line on top, LibreOffice the first: where two run together, both show in either only if
# the one without gaps is the thinner one.
_SOLID_PART = 0.6
_THINNEST, _WIDEST = 1.0, 3.0  # points, of lines that may run together
_TITLE_SIZE, _AXIS_SIZE = 1200, 900  # in hundredths of a point


@dataclass(frozen=True)
class Column:
    """Cells that a chart reads, one below the other."""

    ws: Worksheet | DummyWorksheet
    box: Box

    @classmethod
    def on(cls, title: str, box: Box) -> "Column":
        """Cells of another sheet, by its title: it may not be there yet."""
        return cls(DummyWorksheet(title), box)

    @property
    def range(self) -> ChartRange:
        """The cells as openpyxl's charts take them."""
        box = self.box
        return ChartRange(
            self.ws, min_col=box.col, min_row=box.row, max_col=box.last_col, max_row=box.last_row
        )


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn: no two of a chart alike, not even in grey.

    Attributes
    ----------
    colour
        What it has in common with others of its group.
    dash
        One of `DASHES`.
    width
        In units of 1/12700 point.
    """

    colour: str = COLOURS[0]
    dash: str = DASHES[0]
    width: int = _LINE_WIDTH


def distinct_lines(n_in_group: int, count: int) -> list[Stroke]:
    """Lines in groups of equal size: a colour for each group, and a dash for each place in it.

    Where the same dash comes back, the line is thinner.
    """
    dashes = len(DASHES)
    groups_per_width = max(1, dashes // n_in_group)
    widths_per_group = -(-n_in_group // dashes)
    places = []
    for number in range(count):
        group, place = divmod(number, n_in_group)
        dash = (group % groups_per_width * n_in_group + place) % dashes
        places.append((group, dash, group // groups_per_width * widths_per_group + place // dashes))
    thinnest = max(width for _, _, width in places)
    return [
        Stroke(COLOURS[group % len(COLOURS)], DASHES[dash], _width(thinnest - width, dash))
        for group, dash, width in places
    ]


def _width(number: int, dash: int) -> int:
    """One of the widths; for a line without gaps, less."""
    return round(_WIDTHS[number] * (1 if dash else _SOLID_PART))


def overlapping_lines(count: int) -> list[Stroke]:
    """Lines that may run together all the way: each has another dash, and is wider than those before it."""
    step = (_WIDEST - _THINNEST) / max(1, count - 1)
    return [Stroke(COLOURS[n], DASHES[n], round((_THINNEST + n * step) * POINT)) for n in range(count)]


def scatter_chart(title: str, x_title: str, y_title: str) -> ScatterChart:
    """Make an empty chart over a number axis."""
    chart = ScatterChart()
    chart.title = title
    chart.y_axis.title = y_title
    chart.style = 2
    chart.scatterStyle = "lineMarker"
    chart.x_axis.title = x_title
    chart.display_blanks = "span"  # iterations without outputs do not break the lines
    chart.x_axis.delete = chart.y_axis.delete = False  # Excel hides axes that do not say so
    chart.x_axis.axPos = "b"
    # What is not said here is drawn over the plot, or with round corners, by Excel.
    chart.title.overlay = chart.x_axis.title.overlay = chart.y_axis.title.overlay = False
    chart.legend.position = "r"
    chart.legend.overlay = False
    _set_size(chart.title, _TITLE_SIZE)
    _set_size(chart.x_axis.title, _AXIS_SIZE)
    _set_size(chart.y_axis.title, _AXIS_SIZE)
    chart.roundedCorners = False
    chart.x_axis.number_format = "0"
    chart.y_axis.number_format = "0.0##"
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=PALE))
    return chart


def _set_size(title: Title, size: int) -> None:
    """Set the size of a title's letters: programs differ in what they take without."""
    for paragraph in title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=CharacterProperties(sz=size, b=True))
        for run in paragraph.r:
            run.rPr = CharacterProperties(sz=size, b=True)


def over_iterations(title: str, x_title: str, y_title: str, n_iterations: int) -> ScatterChart:
    """Make an empty chart from the first iteration to the last."""
    chart = scatter_chart(title, x_title, y_title)
    chart.x_axis.scaling.min = 0
    chart.x_axis.scaling.max = max(n_iterations, 2)
    return chart


def add_line(
    chart: ScatterChart,
    x: Column,
    y: Column,
    title: str | None,
    line: Stroke,
) -> Series:
    """Draw a line through points; the point itself where there is one alone."""
    series = _series(chart, x, y, title)
    series.marker.symbol = "none" if y.box.n_rows > 1 else "circle"
    drawn = series.graphicalProperties.line
    drawn.solidFill, drawn.dashStyle, drawn.width = line.colour, line.dash, line.width
    return series


def _series(chart: ScatterChart, x: Column, y: Column, title: str | None) -> Series:
    series = Series(y.range, x.range, title=title)
    series.smooth = False
    chart.series.append(series)
    return series


def mark_ends(series: Series, number: int) -> None:
    """Draw an open sign at each of the few points of a line, by its number in the chart.

    Later ones are larger: LibreOffice fills them all, and draws the first on top.
    """
    series.marker.symbol, series.marker.size = SYMBOLS[number], 6 + 2 * number
    outline = LineProperties(solidFill=COLOURS[number], w=POINT)
    series.marker.graphicalProperties = GraphicalProperties(noFill=True, ln=outline)


def add_points(
    chart: ScatterChart,
    x: Column,
    y: Column,
    title: str | None,
    fill: str,
    *,
    symbol: str = "circle",
    size: int = 9,
) -> Series:
    """Draw points without a line, outlined in dark."""
    series = _series(chart, x, y, title)
    series.graphicalProperties.line.noFill = True
    series.marker.symbol, series.marker.size = symbol, size
    series.marker.graphicalProperties = GraphicalProperties(
        solidFill=fill, ln=LineProperties(solidFill=INK, w=12700)
    )
    return series
