"""The sheet `Weights`: weights and biases over the iterations, a chart for each of their matrices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from openpyxl.chart import ScatterChart
from openpyxl.utils import get_column_letter

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import label
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.kinds import SheetKind, trains
from mlp2xlsx.workbook.sheets.layer_names import layer_name
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated
from mlp2xlsx.xlsx.writing.charts import POINT, Column, Stroke, add_line, distinct_lines, over_iterations
from mlp2xlsx.xlsx.writing.sheet import MOST_ROWS_ON_A_PAGE, Sheet
from mlp2xlsx.xlsx.writing.styles import INK

MOST_STEPS = 100  # from one row of the list to the next
MOST_LINES = 12  # in one chart
_CHARTS_ROW = FIRST_FREE_ROW + 1
_CHART_ROWS = 11  # that a chart covers: two rows of them fit on a small screen
# In digits, as column widths are: two side by side fill a screen. Weights are more than biases.
_WEIGHTS_WIDTH, _BIASES_WIDTH = 66.0, 54.0
_ITERATION_COL, _LABEL_COL, _FIRST_COL = 1, 2, 3


@dataclass(frozen=True)
class _Charted:
    """The columns of one parameter matrix.

    Attributes
    ----------
    name, shape
        The matrix.
    layer
        The layer it leads into, from 1.
    is_bias
        Whether its numbers are biases.
    cells
        Row and column in it, from 0, of each that is drawn.
    col
        Where the first of them stands.
    """

    name: str
    shape: tuple[int, int]
    layer: int
    is_bias: bool
    cells: tuple[tuple[int, int], ...]
    col: int

    def line_name(self, row: int, col: int) -> str:
        """From where to where a weight leads; a bias comes from nowhere."""
        return f"→{col + 1}" if self.is_bias else f"{row + 1}→{col + 1}"


def write_weights(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: the charts, and below them the list they are drawn from."""
    words, groups = context.texts["weights"], list(_groups(context))
    picture_heading(sheet, context, "weights")
    # Of numbers with a lesson's own decimals.
    width = context.training.widths[context.training.boxes[context.lesson.network.output_layer.input].col]
    places = list(_chart_places(groups, width))
    heading_row = max(place.last_row for place in places) + 2
    first = heading_row + 4
    runs = list(_runs(sheet, context, groups, first))
    n_rows = sum(run.count for run in runs)
    sheet.put(FIRST_FREE_ROW - 1, 1, words["legend"], "text")
    sheet.put(heading_row - 1, 1, _which(context), "quiet")
    sheet.put(heading_row + 1, _ITERATION_COL, words["iteration"], "label_centred")
    for place, group in zip(places, groups, strict=True):
        sheet.put(heading_row, group.col, label(group.name, Box(0, 0, *group.shape)), "label")
        for col, cell in enumerate(group.cells, group.col):
            sheet.put(heading_row + 1, col, group.line_name(*cell), "label_centred")
        _extremes(sheet, context, group, Box(first, group.col, n_rows, len(group.cells)))
        title = _title(context, group)
        chart = _chart(sheet, context, group, Box(first, 1, n_rows, 1), title)
        sheet.draw(chart, place, title, _described(context, group, first))
    for row, key in ((first - 2, "smallest"), (first - 1, "largest")):
        sheet.formula(
            row,
            _ITERATION_COL,
            Formula("iteration", 0),
            context.iteration,
            "chosen",
            "iteration",
        )
        sheet.put(row, _LABEL_COL, words[key], "quiet_beside")
    left_out = {
        "some": any(len(group.cells) < group.shape[0] * group.shape[1] for group in groups),
        "between": bool(context.lesson.show),
    }
    if said := [words[key] for key, so in left_out.items() if so]:
        sheet.put(FIRST_FREE_ROW, 1, " ".join(said), "quiet")
    sheet.bands += runs
    charts_col = max(place.last_col for place in places)
    last_col = max(groups[-1].col + len(groups[-1].cells), charts_col + 1)
    sheet.widths(dict.fromkeys(range(1, last_col), width))
    sheet.ws.freeze_panes = a1(FIRST_FREE_ROW, 1)
    sheet.ws.print_area = Box(1, 1, heading_row - 2, charts_col).ref
    sheet.print_on_one_page(tall=heading_row > MOST_ROWS_ON_A_PAGE)


def _groups(context: Context) -> Iterator[_Charted]:
    """Yield the parameters side by side; of large ones what leads into the first neurons."""
    col = _FIRST_COL
    network = context.lesson.network
    into = {
        name: (number, name == layer.bias)
        for number, layer in enumerate(network.layers, start=1)
        for name in (layer.weights, layer.bias)
    }
    for name, (rows, cols) in network.parameters().items():
        cells = [(i, j) for j in range(cols) for i in range(rows)][:MOST_LINES]
        yield _Charted(name, (rows, cols), *into[name], tuple(cells), col)
        col += len(cells) + 1


def _chart_places(groups: Iterable[_Charted], column_width: float) -> Iterator[Box]:
    """Yield where the chart of each matrix stands: a row for each layer, biases beside weights."""
    cols = [max(1, int(width / column_width)) for width in (_WEIGHTS_WIDTH, _BIASES_WIDTH)]
    for group in groups:
        col, n_cols = (1 + cols[0], cols[1]) if group.is_bias else (1, cols[0])
        yield Box(_CHARTS_ROW + _CHART_ROWS * (group.layer - 1), col, _CHART_ROWS, n_cols)


def n_listed(n_shown: int) -> int:
    """How many of so many live iterations are listed."""
    return 1 + -(-(n_shown - 1) // _step(n_shown))


def _step(n_shown: int) -> int:
    """Of how many live iterations one is listed."""
    return max(1, -(-(n_shown - 1) // MOST_STEPS))


def _which(context: Context) -> str:
    """Say which iterations are listed."""
    words, step = context.texts["weights"], _step(len(context.shown))
    if context.lesson.show:
        return str(words["listed_show"])
    return str(words["listed_all"] if step == 1 else words["listed_some"].format(step=step))


def _runs(sheet: Sheet, context: Context, groups: list[_Charted], first: int) -> Iterator[Bands]:
    """Yield the rows of the list: evenly spread iterations, and the last one."""
    n, step = len(context.shown), _step(len(context.shown))
    positions = list(range(1, n + 1, step))
    yield _rows(sheet, context, groups, first, positions)
    if positions[-1] != n:
        yield _rows(sheet, context, groups, first + len(positions), [n])


def _rows(sheet: Sheet, context: Context, groups: list[_Charted], first: int, positions: list[int]) -> Bands:
    """Make the rows of some bands of `Training`, which are equally far from each other."""
    rows, places, styles = Progressions(), context.training, sheet.styles
    training = quoted(context.titles["training"])
    distance = _step(len(context.shown)) * places.height
    chosen = np.array(positions) - 1
    numbers = np.array(context.shown, np.float64)[chosen].reshape(-1, 1, 1)
    blocks = [Repeated("iteration", Box(first, _ITERATION_COL, 1, 1), numbers, styles.index("count"))]
    for group in groups:
        box = places.at(group.name, positions[0])
        for col, (i, j) in enumerate(group.cells, group.col):
            mark = rows.mark(box.row + i, distance)
            formula = Formula(f"{training}!{get_column_letter(box.col + j)}{mark}", 0)
            values = context.trace[group.name][chosen, i, j].reshape(-1, 1, 1)
            place = Box(first, col, 1, 1)
            blocks.append(Repeated(group.name, place, values, styles.index("plain_value"), [[formula]]))
    return Bands(first, 1, len(positions), tuple(blocks), rows)


def _extremes(sheet: Sheet, context: Context, group: _Charted, box: Box) -> None:
    """Write the ends of the upright line in a chart: the smallest and the largest number drawn."""
    rows, cols = zip(*group.cells, strict=True)
    n = len(context.shown)
    listed = [*range(0, n, _step(len(context.shown))), n - 1]
    values = context.trace[group.name][listed][:, rows, cols]
    for row, function, value in ((box.row - 2, "MIN", values.min()), (box.row - 1, "MAX", values.max())):
        formula = Formula(f"{function}({box.ref})", 0)
        sheet.formula(row, group.col, formula, float(value), "chosen_value", group.name)


def _title(context: Context, group: _Charted) -> str:
    """Say what a matrix joins, and how much of it is drawn."""
    words, size = context.texts["weights"], group.shape[0] * group.shape[1]
    before, after = (layer_name(context, layer) for layer in (group.layer - 1, group.layer))
    title = words["title_bias" if group.is_bias else "title_weights"]
    title = title.format(name=group.name, before=before, after=after)
    some = words["title_some"].format(shown=len(group.cells), count=size)
    return str(title if len(group.cells) == size else f"{title} {some}")


def _described(context: Context, group: _Charted, first: int) -> str:
    """Say in words what a chart shows, with the numbers of the recorded run."""
    lines = context.texts["weights"]["alt_lines"]
    rows, cols = zip(*group.cells, strict=True)
    values = context.recorded[group.name][:, rows, cols]
    listed = context.texts["document"]["list"].join(group.line_name(*cell) for cell in group.cells)
    return str(lines).format(
        listed=listed, lowest=f"{values.min():.4g}", highest=f"{values.max():.4g}", row=first
    )


def _chart(sheet: Sheet, context: Context, group: _Charted, iterations: Box, title: str) -> ScatterChart:
    """Draw a line for each weight, and an upright one at the chosen iteration.

    The weights into one neuron have its colour, and a dash for each place they come from.
    """
    words = context.texts["weights"]
    y_title = words["bias" if group.is_bias else "weight"]
    chart = over_iterations(title, words["iteration"], y_title, context.shown[-1])
    chart.x_axis.crosses = "min"  # below the lines, not at 0 among them
    x = Column(sheet.ws, iterations)
    lines = distinct_lines(group.shape[0], len(group.cells))
    for col, (cell, line) in enumerate(zip(group.cells, lines, strict=True), group.col):
        y = Column(sheet.ws, Box(iterations.row, col, iterations.n_rows, 1))
        add_line(chart, x, y, group.line_name(*cell), line)
    ends = Box(iterations.row - 2, group.col, 2, 1)
    at = Column(sheet.ws, Box(ends.row, _ITERATION_COL, 2, 1))
    add_line(chart, at, Column(sheet.ws, ends), words["chosen"], Stroke(INK, "sysDash", 2 * POINT))
    return chart


def _n_formulas(lesson: Lesson) -> int:
    lines = sum(min(rows * cols, MOST_LINES) for rows, cols in lesson.network.parameters().values())
    return min(len(lesson.shown), MOST_STEPS + 1) * lines


SHEET = SheetKind(
    key="weights",
    write=write_weights,
    says="weights",
    is_there=trains,
    n_bands=lambda lesson: n_listed(len(lesson.shown)),
    n_formulas=_n_formulas,
    repeats=True,
)
