"""The drawing of a network: lines between neurons, circles with names, and the names of the layers."""

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.chart import ScatterChart, Series
from openpyxl.chart.data_source import StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.layout import Layout as ChartLayout
from openpyxl.chart.layout import ManualLayout
from openpyxl.chart.legend import LegendEntry
from openpyxl.chart.series import SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.worksheet.worksheet import Worksheet

from mlp2xlsx.workbook.sheets.network.places import Layout
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.writing.charts import COLOURS, Column, Stroke, add_line, add_points, scatter_chart

# In the order of the legend: of each sign by strength, so that thin lines are drawn over thick ones.
LINES = (3, 2, 1, -3, -2, -1)
_WIDTHS = {1: 9525, 2: 28575, 3: 57150}  # 0.75, 2.25 and 4.5 points
_POSITIVE, _NEGATIVE = COLOURS[0], COLOURS[1]
_NEURON, _BIAS, _GROUND = "E3E3E3", "CFCFCF", "FFFFFF"
_POINTS_PER_CM = 72 / 2.54
# The part of the chart's width and height that the drawing takes; the rest is for the legend.
_WIDE, _HIGH = 0.96, 0.87


@dataclass(frozen=True)
class Rows:
    """First rows of the lists that the drawing is made from.

    Attributes
    ----------
    lines
        What each kind of line stands for.
    layers, neurons, numbers
        A name, x and y in each row; the name of a connection is its number.
    connections
        Three rows each: start, end, and an empty one.
    """

    lines: int
    layers: int
    neurons: int
    numbers: int
    connections: int

    @classmethod
    def below(cls, row: int, layout: Layout) -> "Rows":
        """Place the lists one below the other."""
        layers = row + len(LINES) + 2
        neurons = layers + len(layout.columns)
        numbers = neurons + len(layout.neurons)
        return cls(row, layers, neurons, numbers, numbers + len(list(layout.numbered())) + 3)


def network_chart(ws: Worksheet, layout: Layout, rows: Rows, styles: Mapping[int, int]) -> ScatterChart:
    """Draw the network.

    Parameters
    ----------
    ws, rows, styles
        Where the lists stand, and the column of each kind of line.
    layout
        What is drawn.
    """
    chart = scatter_chart("", "", "")
    chart.title = chart.x_axis.title = chart.y_axis.title = None
    chart.x_axis.delete = chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.display_blanks = "gap"  # between one connection and the next
    for axis, (low, high) in ((chart.x_axis, layout.x_range), (chart.y_axis, layout.y_range)):
        axis.scaling.min, axis.scaling.max = low, high
    chart.legend.position = "b"
    chart.layout = ChartLayout(
        ManualLayout(layoutTarget="inner", xMode="edge", yMode="edge", x=0.02, y=0.02, w=_WIDE, h=_HIGH)
    )
    size = round(2 * layout.radius * _POINTS_PER_CM)
    length = 3 * len(layout.connections) - 1
    for place, line in enumerate(LINES):
        x, y = (Column(ws, Box(rows.connections, styles[line] + offset, length, 1)) for offset in (0, 1))
        colour, dash = (_POSITIVE, "solid") if line > 0 else (_NEGATIVE, "sysDash")
        series = add_line(chart, x, y, None, Stroke(colour, dash, _WIDTHS[abs(line)]))
        series.tx = _named_by(ws, rows.lines + place)
    for row, neuron in enumerate(layout.neurons, rows.neurons):
        if neuron.number is None:
            _add_named(chart, ws, row, "ctr", _BIAS, symbol="square", size=max(2, size * 2 // 3))
        else:
            named = ws.cell(row, 1).value != str(neuron.number + 1)
            side = ("r" if neuron.layer else "l") if named else "ctr"
            _add_named(chart, ws, row, side, _NEURON, symbol="circle", size=max(2, size))
    for row in range(rows.layers, rows.layers + len(layout.columns)):
        _add_named(chart, ws, row, "ctr", _NEURON, symbol="none", size=2)
    for row in range(rows.numbers, rows.connections - 3):
        series = _add_named(chart, ws, row, "ctr", _NEURON, symbol="none", size=2)
        series.dLbls.spPr = GraphicalProperties(solidFill=_GROUND)  # not to be read across lines
    chart.legend.legendEntry = [
        LegendEntry(idx=number, delete=True) for number in range(len(LINES), len(chart.series))
    ]
    return chart


def _named_by(ws: Worksheet, row: int) -> SeriesLabel:
    """What names a series: the first cell of a row."""
    return SeriesLabel(strRef=StrRef(str(Column(ws, Box(row, 1, 1, 1)).range)))


def _add_named(
    chart: ScatterChart, ws: Worksheet, row: int, side: str, fill: str, *, symbol: str, size: int
) -> Series:
    """Draw one point with its name, both from a row of a list."""
    x, y = (Column(ws, Box(row, col, 1, 1)) for col in (2, 3))
    series = add_points(chart, x, y, None, fill, symbol=symbol, size=size)
    series.tx = _named_by(ws, row)
    series.dLbls = DataLabelList(
        dLblPos=side,
        showSerName=True,
        showVal=False,
        showCatName=False,
        showLegendKey=False,
        showPercent=False,
        showBubbleSize=False,
    )
    return series
