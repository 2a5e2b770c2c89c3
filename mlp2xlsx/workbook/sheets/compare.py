"""The sheet `Compare`: the same lesson with other values of one option, and the live one among them."""

import numpy as np
from openpyxl.chart import ScatterChart

from mlp2xlsx.errors import DivergenceError
from mlp2xlsx.lesson import Variant, variants
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import train
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.workbook.sheets.loss.sheet import iterations_box, loss_box
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.charts import Column, Stroke, add_line, distinct_lines, over_iterations
from mlp2xlsx.xlsx.writing.sheet import USUAL_WIDTH, Sheet
from mlp2xlsx.xlsx.writing.styles import INK

_HEADING_ROW = 5
_LIVE_ROW = _HEADING_ROW + 1
_FIRST_ROW = _LIVE_ROW + 1  # of the variants
_SAYS_COL = 1
_CHART_COL, _CHART_ROWS = 7, 22
_MOST_LISTED = 200
_COLUMNS = ("variant", "first", "last", "smallest", "at")
_FEWEST_LETTERS, _NUMBER_WIDTH, _GAP = 18.0, 10.5, 2.0


def write_compare(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: what each variant came to, the chart, and below both what it is drawn from."""
    words, lesson = context.texts["compare"], context.recorded.lesson
    found = variants(lesson)
    losses = [_losses(variant) for variant in found]
    sheet.title(words["title"], words["what"])
    link_back(sheet, context, 3, 1)
    for col, key in enumerate(_COLUMNS, _SAYS_COL):
        sheet.put(_HEADING_ROW, col, words[key], "label" if col == _SAYS_COL else "label_centred")
    _live(sheet, context)
    for row, (variant, loss) in enumerate(zip(found, losses, strict=True), _FIRST_ROW):
        sheet.put(row, _SAYS_COL, variant.says, "text")
        if loss is None:
            sheet.put(row, _SAYS_COL + 1, words["diverges"], "quiet")
            continue
        came_to = (loss[0], loss[-1], loss.min(), float(loss.argmin() + 1))
        for col, value in enumerate(came_to, _SAYS_COL + 1):
            sheet.put(row, col, float(value), "count" if col == len(_COLUMNS) else "recorded")
    drawn = [(one, loss) for one, loss in zip(found, losses, strict=True) if loss is not None]
    first = max(_FIRST_ROW + len(found), _HEADING_ROW + _CHART_ROWS) + 3
    listed = _listed(lesson.iterations)
    sheet.put(first - 2, _SAYS_COL, words["listed"], "quiet")
    sheet.put(first - 1, _SAYS_COL, words["iteration"], "label_centred")
    for col, (variant, _) in enumerate(drawn, _SAYS_COL + 1):
        sheet.put(first - 1, col, variant.says, "label_centred")
    sheet.bands.append(_list(sheet, first, listed, [loss for _, loss in drawn]))
    chart = _chart(sheet, context, first, len(listed), [variant for variant, _ in drawn])
    said = words["alt"].format(listed=context.texts["document"]["list"].join(one.says for one in found))
    widest = max(display_width(text) for text in (words["live"], *(one.says for one in found)))
    widths = dict.fromkeys(range(2, len(_COLUMNS) + 1), _NUMBER_WIDTH)
    widths |= {_SAYS_COL: max(_FEWEST_LETTERS, widest + 1), _CHART_COL - 1: _GAP}
    chart_cols = int((SCREEN_WIDTH - sum(widths.values())) / USUAL_WIDTH)
    place = Box(_HEADING_ROW, _CHART_COL, _CHART_ROWS, chart_cols)
    sheet.draw(chart, place, words["chart"], said)
    sheet.widths(widths)
    sheet.ws.freeze_panes = a1(_HEADING_ROW, 1)
    sheet.ws.print_area = Box(1, 1, place.last_row, place.last_col).ref
    sheet.print_on_one_page()


def _losses(variant: Variant) -> FloatMatrix | None:
    """The loss of every iteration; None where training runs away."""
    try:
        return train(variant.lesson).loss
    except DivergenceError:
        return None


def _listed(n_iterations: int) -> list[int]:
    """Evenly spread iterations, from the first on."""
    return [*range(1, n_iterations + 1, -(-n_iterations // _MOST_LISTED))]


def _live(sheet: Sheet, context: Context) -> None:
    """Write what the training of this workbook comes to."""
    loss, n = context.trace.loss, context.lesson.iterations
    sheet.put(_LIVE_ROW, _SAYS_COL, context.texts["compare"]["live"], "text")
    ends = ("loss_history",) * 2 if n == 1 else ("INDEX(loss_history,1)", f"INDEX(loss_history,{n})")
    smallest = a1(_LIVE_ROW, _SAYS_COL + 3)
    formulas = [
        (ends[0], loss[0]),
        (ends[1], loss[-1]),
        ("MIN(loss_history)", loss.min()),
        (f"MATCH({smallest},loss_history,0)", loss.argmin() + 1),
    ]
    for col, (text, value) in enumerate(formulas, _SAYS_COL + 1):
        role = "count" if col == len(_COLUMNS) else "series"
        sheet.formula(_LIVE_ROW, col, Formula(text, 0), float(value), role, "loss_history")


def _list(sheet: Sheet, first: int, listed: list[int], losses: list[FloatMatrix]) -> Bands:
    """Rows of recorded numbers, which the chart is drawn from."""
    rows = np.array(listed)
    columns = [rows.astype(float), *(loss[rows - 1] for loss in losses)]
    styles = [sheet.styles.index("quiet_centred"), *[sheet.styles.index("recorded")] * len(losses)]
    blocks = tuple(
        Repeated("", Box(first, col, 1, 1), values.reshape(-1, 1, 1), style)
        for col, (values, style) in enumerate(zip(columns, styles, strict=True), _SAYS_COL)
    )
    return Bands(first, 1, len(listed), blocks, Progressions())


def _chart(sheet: Sheet, context: Context, first: int, n_listed: int, drawn: list[Variant]) -> ScatterChart:
    """Draw a thin line for each variant, and a thick black one that is live."""
    words, n = context.texts["compare"], context.lesson.iterations
    chart = over_iterations(words["chart"], words["iteration"], words["loss"], n)
    chart.y_axis.scaling.min = 0
    chart.legend.position = "b"
    where = context.titles["loss"]
    live = Stroke(INK, width=30_000)
    add_line(chart, Column.on(where, iterations_box(n)), Column.on(where, loss_box(n)), words["live"], live)
    x = Column(sheet.ws, Box(first, _SAYS_COL, n_listed, 1))
    for col, (variant, line) in enumerate(
        zip(drawn, distinct_lines(1, len(drawn)) if drawn else [], strict=True), _SAYS_COL + 1
    ):
        add_line(chart, x, Column(sheet.ws, Box(first, col, n_listed, 1)), variant.says, line)
    return chart


SHEET = SheetKind(
    key="compare", write=write_compare, says="compared", is_there=lambda lesson: bool(lesson.compare)
)
