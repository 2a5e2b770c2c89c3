"""Native charts: what all of them have in common, and how a line or a point is drawn in them."""

from dataclasses import dataclass

from openpyxl.chart import Reference as ChartRange
from openpyxl.chart import ScatterChart, Series
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.writing.styles import INK, PALE

COLOURS = ("1F4E9E", "D9730D", "2E7D32", "8E24AA", "6D4C41", "00838F")
DASHES = ("solid", "sysDash", "dashDot", "sysDot", "lgDash", "lgDashDotDot")
_FEW_POINTS = 2  # a line through so few would be short or nothing at all
_LINE_WIDTH = 22000  # in units of 1/12700 point
_TITLE_SIZE, _AXIS_SIZE = 1200, 900  # in hundredths of a point


@dataclass(frozen=True)
class Column:
    """Cells that a chart reads, one below the other."""

    ws: Worksheet
    box: Box

    @property
    def range(self) -> ChartRange:
        """The cells as openpyxl's charts take them."""
        box = self.box
        return ChartRange(
            self.ws, min_col=box.col, min_row=box.row, max_col=box.last_col, max_row=box.last_row
        )


def scatter_chart(title: str, x_title: str) -> ScatterChart:
    """Make an empty chart over a number axis."""
    chart = ScatterChart()
    chart.title = title
    chart.style = 2
    chart.scatterStyle = "lineMarker"
    chart.x_axis.title = x_title
    chart.display_blanks = "span"  # iterations without outputs do not break the lines
    chart.x_axis.delete = chart.y_axis.delete = False  # Excel hides axes that do not say so
    chart.x_axis.axPos = "b"
    # What is not said here is drawn over the plot, or with round corners, by Excel.
    chart.title.overlay = chart.x_axis.title.overlay = False
    chart.legend.position = "r"
    chart.legend.overlay = False
    _set_size(chart.title, _TITLE_SIZE)
    _set_size(chart.x_axis.title, _AXIS_SIZE)
    chart.roundedCorners = False
    chart.x_axis.number_format = "0"
    chart.y_axis.number_format = "0.0##"
    chart.x_axis.majorGridlines = None
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=PALE))
    chart.width, chart.height = 22, 8.5
    return chart


def _set_size(title: Title, size: int) -> None:
    """Set the size of a title's letters: programs differ in what they take without."""
    for paragraph in title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=CharacterProperties(sz=size, b=True))
        for run in paragraph.r:
            run.rPr = CharacterProperties(sz=size, b=True)


def over_iterations(title: str, x_title: str, n_iterations: int) -> ScatterChart:
    """Make an empty chart from the first iteration to the last."""
    chart = scatter_chart(title, x_title)
    chart.x_axis.scaling.min = 0
    chart.x_axis.scaling.max = max(n_iterations, 2)
    return chart


def add_line(
    chart: ScatterChart,
    x: Column,
    y: Column,
    title: str | None,
    colour: str,
    dash: str = "solid",
    width: int = _LINE_WIDTH,
) -> None:
    """Draw a line through points, or the points themselves where there are few."""
    series = Series(y.range, x.range, title=title)
    series.marker.symbol = "none" if y.box.n_rows > _FEW_POINTS else "circle"
    series.smooth = False
    series.graphicalProperties.line.solidFill = colour
    series.graphicalProperties.line.dashStyle = dash
    series.graphicalProperties.line.width = width
    chart.series.append(series)


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
    series = Series(y.range, x.range, title=title)
    series.smooth = False
    series.graphicalProperties.line.noFill = True
    series.marker.symbol = symbol
    series.marker.size = size
    series.marker.graphicalProperties = GraphicalProperties(
        solidFill=fill, ln=LineProperties(solidFill=INK, w=12700)
    )
    chart.series.append(series)
    return series
