"""The charts of the sheet `Loss`, and where on it the numbers stand that they draw."""

from collections.abc import Iterable
from dataclasses import replace

from openpyxl.chart import ScatterChart
from openpyxl.chart.legend import LegendEntry

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.measures import PARTS
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.outputs import WEIGHTS_SIZE, Output
from mlp2xlsx.workbook.sheets.python import recorded_loss_box, recorded_series_boxes
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.writing.charts import (
    COLOURS,
    DASHES,
    POINT,
    Column,
    Stroke,
    add_line,
    add_points,
    mark_ends,
    over_iterations,
    overlapping_lines,
)
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import GREY

CHOSEN_ROW = 6
LOSSES_ROW = CHOSEN_ROW + 1
PART_COL = 3


def loss_chart(sheet: Sheet, context: Context, n: int, *, with_parts: bool) -> ScatterChart:
    """Draw the loss as a line, the chosen iteration as a point on it, and thin the loss as it was built."""
    words = context.texts["loss"]
    chart = over_iterations(words["chart_loss"], words["iteration"], words["loss"], n)
    chart.y_axis.scaling.min = 0
    iterations, losses = (Column(sheet.ws, Box(LOSSES_ROW, col, n, 1)) for col in (1, 2))
    chart.legend.position = "b" if with_parts else "r"
    add_line(chart, iterations, losses, words["now"], Stroke())
    iteration, loss_there = (Column(sheet.ws, Box(CHOSEN_ROW, col, 1, 1)) for col in (1, 2))
    add_points(chart, iteration, loss_there, words["chosen_point"], COLOURS[1])
    add_as_built(chart, context, recorded_loss_box(context))
    return chart


def add_as_built(chart: ScatterChart, context: Context, box: Box) -> None:
    """Draw thin what was recorded for some iterations, in a column of the sheet `Python`."""
    python, title = context.titles["python"], context.texts["loss"]["as_built"]
    iterations, recorded = (Column.on(python, replace(box, col=col)) for col in (1, box.col))
    add_line(chart, iterations, recorded, title, Stroke(GREY, DASHES[1], POINT))


def leave_out(chart: ScatterChart, numbers: Iterable[int]) -> None:
    """Leave lines and points out of the legend, by their numbers in the chart, from 0."""
    chart.legend.legendEntry = [LegendEntry(idx=number, delete=True) for number in numbers]


def weights_chart(sheet: Sheet, context: Context, n: int) -> ScatterChart:
    """Draw how large the weights are, and thin how large they were as built."""
    words = context.texts["loss"]
    chart = over_iterations(words["chart_weights_size"], words["iteration"], words["weights_size"], n)
    chart.y_axis.scaling.min = 0
    iterations, sizes = (
        Column(sheet.ws, Box(LOSSES_ROW, col, n, 1)) for col in (1, PART_COL + PARTS.index(WEIGHTS_SIZE))
    )
    add_line(chart, iterations, sizes, words["now"], Stroke())
    boxes = [*recorded_series_boxes(context).values()]
    if boxes:
        add_as_built(chart, context, boxes[-1])
        chart.legend.position = "b"
    else:
        chart.legend = None
    return chart


def output_chart(
    sheet: Sheet, context: Context, listed: Box, ends: Box, outputs: list[Output], *, wide: bool
) -> ScatterChart:
    """Outputs as lines with a dash of their own, so that they differ in grey too.

    Targets are thin lines between signs of the same colour: those of several samples are often the same.
    The legend of a chart that is not wide leaves them out, or there would be no room for the lines; of the
    outputs as built, which are all drawn alike, it names one.
    """
    words = context.texts["loss"]
    chart = over_iterations(words["chart_outputs"], words["iteration"], words["output"], listed.n_rows)
    if _is_a_share(context.recorded.lesson):
        # Left alone, an axis ends at 1.2 or 1.5.
        chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    iterations = Column(sheet.ws, Box(listed.row, 1, listed.n_rows, 1))
    at_ends = Column(sheet.ws, Box(ends.row, ends.col, 2, 1))
    for number, (out, line) in enumerate(zip(outputs, overlapping_lines(len(outputs)), strict=True)):
        values = Column(sheet.ws, Box(listed.row, listed.col + number, listed.n_rows, 1))
        level = Column(sheet.ws, Box(ends.row, ends.col + 1 + number, 2, 1))
        add_line(chart, iterations, values, out.names[0], line)
        target = add_line(chart, at_ends, level, out.names[1], replace(line, width=line.width // 2))
        mark_ends(target, number)
    first = len(chart.series)
    for box in [*recorded_series_boxes(context).values()][: len(outputs)]:
        add_as_built(chart, context, box)
    # The title says what the level lines are.
    leave_out(chart, [*([] if wide else range(1, first, 2)), *range(first + 1, len(chart.series))])
    return chart


def _is_a_share(lesson: Lesson) -> bool:
    """Whether outputs and targets, as recorded, are all between 0 and 1."""
    y = lesson.y
    return lesson.network.output in ("sigmoid", "softmax") and bool(((y >= 0) & (y <= 1)).all())
