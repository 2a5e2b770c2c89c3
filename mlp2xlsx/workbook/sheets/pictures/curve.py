"""The sheet `Curve`, for networks with one input: what they put out over its range, beside the data."""

import numpy as np
from openpyxl.chart import ScatterChart

from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import CELL_WIDTH, label
from mlp2xlsx.workbook.layout.given import of_validation
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.workbook.sheets.pictures.axis import Axis, input_name, output_name
from mlp2xlsx.workbook.sheets.pictures.forward import Forward
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.charts import (
    SYMBOLS,
    Column,
    add_line,
    add_points,
    overlapping_lines,
    scatter_chart,
)
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import MIDDLE

_HALF = 20  # points on either side of the centre
_MOST_OUTPUTS = 3
_CHART_ROWS = 24
_CHART_WIDTH = 110.0  # in digits, as column widths are: what a small screen shows
_AXIS_COL = 2


def has_curve(network: Network) -> bool:
    """Whether a network has one input."""
    return network.n_inputs == 1


def write_curve(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: the chart, and below it the points it is drawn from."""
    words, first = context.texts["curve"], FIRST_FREE_ROW + _CHART_ROWS + 6
    axis = Axis(0, _HALF, _HALF, first - 5, _AXIS_COL)
    width = max(CELL_WIDTH, context.training.widths[context.training.boxes["output"].col])
    forward = Forward.place(context.lesson.network, len(axis.steps), first, width)
    picture_heading(sheet, context, "curve")
    if context.data is not None:
        sheet.put(FIRST_FREE_ROW - 1, 1, context.texts["pictures"]["scaled"], "quiet")
    sheet.put(axis.row - 1, 1, words["drawn_from"], "quiet")
    beside_axis = [context.texts["pictures"][key] for key in ("centre", "distance")]
    for row, text in enumerate(beside_axis, axis.row):
        sheet.put(row, 1, text, "text")
    axis.write(sheet, context)
    for name, box in forward.boxes.items():
        sheet.put(first - 1, box.col, label(name, box), "label")
    sheet.bands.append(_points(sheet, context, axis, forward))
    place = Box(FIRST_FREE_ROW, 1, _CHART_ROWS - 1, max(1, int(_CHART_WIDTH / width)))
    described = context.text("curve", "alt").format(input=input_name(context, 0), row=axis.row)
    sheet.draw(_chart(sheet, context, forward), place, words["chart"], described)
    last_col = max(box.last_col for box in forward.boxes.values())
    sheet.widths(dict.fromkeys(range(1, last_col + 1), width))
    sheet.widths({1: max(width, *map(display_width, beside_axis))})
    sheet.ws.freeze_panes = a1(FIRST_FREE_ROW, 1)
    sheet.print_on_one_page()


def _points(sheet: Sheet, context: Context, axis: Axis, forward: Forward) -> Bands:
    """Make one band of points: each input a formula of its own, then one formula for each matrix."""
    X, rows, styles = forward.boxes["X"], Progressions(), sheet.styles
    points = np.array(axis.values(context)).reshape(1, -1, 1)
    values = forward.values(context, points)
    blocks = [Repeated("X", X, points, styles.index("count"), [[formula] for formula in axis.formulas()])]
    blocks += forward.blocks(context, values, rows, styles.index("plain_value"))
    return Bands(X.row, X.n_rows, 1, tuple(blocks), rows)


def _chart(sheet: Sheet, context: Context, forward: Forward) -> ScatterChart:
    """Draw a curve for each output, and the data as points of the same colour, with a sign of their own."""
    words = context.texts["curve"]
    chart = scatter_chart(words["chart"], input_name(context, 0), _upwards(context))
    chart.x_axis.number_format = "General"
    chart.x_axis.crosses = chart.y_axis.crosses = "min"  # axes on the edges, not at 0
    x, X, y = forward.boxes["X"], context.inputs["X"], context.inputs["y"]
    data = sheet.ws.parent
    count = min(context.lesson.network.n_outputs, _MOST_OUTPUTS)
    for number, line in enumerate(overlapping_lines(count)):
        name = output_name(context, number)
        output = forward.boxes["output"]
        curve = Box(output.row, output.col + number, output.n_rows, 1)
        targets = Box(y[1].row, y[1].col + number, y[1].n_rows, 1)
        network = words["network"].format(name=name)
        add_line(chart, Column(sheet.ws, x), Column(sheet.ws, curve), network, line)
        points = Column(data[X[0]], X[1]), Column(data[y[0]], targets)
        title, symbol = words["data"].format(name=name), SYMBOLS[number]
        add_points(chart, *points, title, line.colour, symbol=symbol, size=7)
        if context.lesson.validation is not None:
            _add_kept(chart, sheet, context, number)
    return chart


def _add_kept(chart: ScatterChart, sheet: Sheet, context: Context, number: int) -> None:
    """Draw the data that are kept for validation: white, and with a sign of their own."""
    boxes = (context.inputs[of_validation(name)] for name in ("X", "y"))
    (on_x, x), (on_y, y) = boxes
    points = (
        Column(sheet.ws.parent[on_x], x),
        Column(sheet.ws.parent[on_y], Box(y.row, y.col + number, y.n_rows, 1)),
    )
    title = context.texts["curve"]["kept"].format(name=output_name(context, number))
    add_points(chart, *points, title, MIDDLE, symbol=SYMBOLS[number + _MOST_OUTPUTS], size=7)


def _upwards(context: Context) -> str:
    """What the height in the chart is: the one output there is, or any of them."""
    several = context.lesson.network.n_outputs > 1
    return str(context.texts["pictures"]["output"]) if several else output_name(context, 0)


SHEET = SheetKind(
    key="curve",
    write=write_curve,
    says="curve",
    is_there=lambda lesson: has_curve(lesson.network),
    n_bands=lambda _: 1,
)
