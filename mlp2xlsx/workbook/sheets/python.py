"""The sheet `Python`: what NumPy recorded, as plain numbers, and the lesson the workbook was built from."""

from dataclasses import replace
from itertools import count

import numpy as np

from mlp2xlsx.evaluation import curve_keys
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import LEFT_COL, LEFT_WIDTH, NARROW, Canvas, label, place
from mlp2xlsx.workbook.layout.given import data_name, given_inputs, validation_inputs
from mlp2xlsx.workbook.layout.near import last_on_screen
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.kinds import SheetKind, n_iterations
from mlp2xlsx.workbook.sheets.matrix_name import put_name
from mlp2xlsx.workbook.sheets.outputs import recorded_series, series_names
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated
from mlp2xlsx.xlsx.writing.sheet import MOST_ROWS_ON_A_PAGE, PRINTED_ROWS, USUAL_WIDTH, Sheet

LESSON_NAME = "lesson"
"""Defined name of the lesson that the workbook was built from."""

_LONGEST_TEXT = 30_000  # a cell holds 32,767 characters
_FIRST_ROW = 7
_LOSS_WIDTH = 8.0
_APART = " · "


def _first_canvas(canvas: Canvas) -> Canvas:
    """The canvas of the step sheets, below the title."""
    return canvas.moved(_FIRST_ROW - canvas.first_row)


def canvases(context: Context) -> list[tuple[int, Canvas]]:
    """The first iteration with its canvas, and the last one, if there is training, with the canvas below."""
    first = _first_canvas(context.canvas)
    if not context.lesson.trains:
        return [(1, first)]
    return [(1, first), (context.shown[-1], first.moved(_second_canvas(first)))]


def _second_canvas(first: Canvas) -> int:
    return first.last_row - first.first_row + 4


def rows_above_losses(lesson: Lesson, canvas: Canvas) -> int:
    """How many rows everything else takes, to which the recorded losses are added."""
    first = _first_canvas(canvas)
    return max(_last_of_data(lesson, first), _curve_box(lesson, first).last_row) + 4


def _last_of_data(lesson: Lesson, canvas: Canvas) -> int:
    boxes = [_lesson_box(lesson, canvas), *_data_boxes(lesson, canvas).values()]
    return max(box.last_row for box in boxes)


def _curve_box(lesson: Lesson, canvas: Canvas) -> Box:
    """Where the numbers stand that all samples come to: a row for each iteration, which stands before it."""
    n = len(lesson.evaluated)
    row = _last_of_data(lesson, canvas) + (4 if n else 0)
    return Box(row, 2, n, len(curve_keys(lesson)) if n else 0)


def recorded_curve_box(context: Context) -> Box:
    """Where it is recorded how good the network is while it learns; in the order of `curve_keys`."""
    return _curve_box(context.recorded.lesson, _first_canvas(context.canvas))


def loss_row(context: Context) -> int:
    """First row of the recorded losses."""
    return rows_above_losses(context.recorded.lesson, context.canvas) + 1


def recorded_loss_box(context: Context) -> Box:
    """Where the recorded losses stand."""
    return Box(loss_row(context), 2, context.lesson.iterations, 1)


def recorded_series_boxes(context: Context) -> dict[str, Box]:
    """Where the rest stands that the charts of `Loss` draw, by its names: beside the losses, in their rows.

    It takes the columns in which a number has room.
    """
    losses, widths = recorded_loss_box(context), context.canvas.widths
    roomy = (col for col in count(losses.col + 1) if widths.get(col, USUAL_WIDTH) >= NARROW)
    return {name: replace(losses, col=col) for name, col in zip(series_names(context), roomy, strict=False)}


def lesson_box(context: Context) -> Box:
    """Where the lesson's text stands, one line per cell, below the canvases."""
    return _lesson_box(context.recorded.lesson, _first_canvas(context.canvas))


def _lesson_box(lesson: Lesson, canvas: Canvas) -> Box:
    second = _second_canvas(canvas) if lesson.trains else 0
    return Box(canvas.last_row + second + 4, 1, len(_lesson_lines(lesson)), 1)


def recorded_input_box(context: Context, name: str) -> Box:
    """Where an input stands as it was recorded: with the first iteration, or below the lesson."""
    canvas = _first_canvas(context.canvas)
    boxes = _data_boxes(context.recorded.lesson, canvas)
    return boxes[name] if name in boxes else canvas.boxes[name.removeprefix(initial_name(""))]


def _data_boxes(lesson: Lesson, canvas: Canvas) -> dict[str, Box]:
    """Where data stand that no iteration shows: they are scaled first, taken in batches, or kept from it.

    They stand in the columns of what is made of them.
    """
    one = lesson.one_iteration
    data, kept = {data_name(lesson): lesson.X_given, "y": lesson.y}, validation_inputs(lesson)
    row, boxes = _lesson_box(lesson, canvas).last_row + 4, dict[str, Box]()
    for group in ({name: values for name, values in data.items() if name not in canvas.boxes}, kept):
        for name, values in group.items():
            shown = one.targets if name.startswith("y") else one.inputs
            boxes[name] = Box(row, canvas.boxes[shown].col, *values.shape)
        row = max((box.last_row + 4 for box in boxes.values()), default=row)
    return boxes


def write_python(sheet: Sheet, context: Context) -> None:
    """Fill the sheet."""
    words, recorded = context.texts["python"], context.recorded
    sheet.title(words["title"], context.text("python", "what"))
    link_back(sheet, context, 3, 1)
    for iteration, canvas in canvases(context):
        is_first = canvas.first_row == _FIRST_ROW
        text = context.text("python", "first") if is_first else words["last"].format(count=iteration)
        sheet.put(canvas.first_row - 2, 1, text, "heading")
        for name, box in canvas.boxes.items():
            put_name(sheet, canvas, name, name, "name")
            sheet.numbers(box, recorded.at(name, iteration), context.role(name))
    row = loss_row(context)
    if context.lesson.trains:
        sheet.put(row - 1, 1, _APART.join([words["losses"], *series_names(context)]), "quiet")
        sheet.bands.append(_losses(sheet, context))
    box, lesson = lesson_box(context), recorded.lesson
    sheet.put(box.row - 1, box.col, words["lesson"], "heading")
    for offset, line in enumerate(_lesson_lines(lesson)):
        sheet.put(box.row + offset, box.col, line, "code")
    for name, box in _data_boxes(lesson, _first_canvas(context.canvas)).items():
        sheet.put(box.row - 2, 1, _data_heading(context), "heading")
        sheet.put(box.row - 1, box.col, label(name, box), "label")
        sheet.numbers(box, given_inputs(lesson)[name], "given")
    _curve(sheet, context)
    widths = {1: LEFT_WIDTH, **context.canvas.widths}
    wider = max(0.0, _LOSS_WIDTH - widths[LEFT_COL])  # taken from the column before: the rest stays in view
    widths |= {1: LEFT_WIDTH - wider, LEFT_COL: widths[LEFT_COL] + wider}
    sheet.widths(widths)
    sheet.ws.freeze_panes = a1(3, 1)
    sheet.print_on_one_page(tall=True)
    # The losses are drawn on Loss.
    all_rows, last_row, last_col = recorded_loss_box(context).last_row, row - 2, context.canvas.last_col
    if last_row > 2 * MOST_ROWS_ON_A_PAGE:
        last_row, last_col = PRINTED_ROWS, last_on_screen(widths)
    sheet.print_first((last_row, last_col), (all_rows, last_col), context.texts["document"]["printed"])


def _data_heading(context: Context) -> str:
    """What is said of the data, and which number stands for which word."""
    words, known = context.texts["python"], context.recorded.lesson.words_of_features
    if not known:
        return str(words["data"])
    listed = "; ".join(f"{name}: {', '.join(each)}" for name, each in known.items())
    return str(words["words"]).format(words=listed)


def _curve(sheet: Sheet, context: Context) -> None:
    """Write how good the network was over all samples, at the iterations for which that is recorded."""
    box, lesson = recorded_curve_box(context), context.recorded.lesson
    if not box.n_rows:
        return
    words = context.texts["evaluate"]
    sheet.put(box.row - 2, 1, context.texts["python"]["curve"], "heading")
    # In one line: the columns have the widths of matrices, in which no word of theirs has room.
    heads = [
        words["column"].format(measure=words[measure], name=words[of]) for of, measure in curve_keys(lesson)
    ]
    sheet.put(box.row - 1, box.col, _APART.join(heads), "quiet")
    numbers = np.array(lesson.evaluated, np.float64).reshape(-1, 1)
    sheet.numbers(Box(box.row, 1, box.n_rows, 1), numbers, "count")
    sheet.numbers(box, context.recorded.curve, "series_shrunk")


def _losses(sheet: Sheet, context: Context) -> Bands:
    """Write a row for each iteration: its loss, and what else is drawn on `Loss`."""
    n, row, styles = context.lesson.iterations, loss_row(context), sheet.styles
    boxes, number = recorded_series_boxes(context), styles.index("series_shrunk")
    columns = [
        ("iteration", 1, np.arange(1.0, n + 1), styles.index("count")),
        ("loss_history", 2, context.recorded.loss, number),
        *((name, boxes[name].col, values, number) for name, values in recorded_series(context).items()),
    ]
    blocks = (
        Repeated(name, Box(row, col, 1, 1), values.reshape(-1, 1, 1), style)
        for name, col, values, style in columns
    )
    return Bands(row, 1, n, tuple(blocks), Progressions())


def _lesson_lines(lesson: Lesson) -> list[str]:
    lines = lesson.in_its_language.to_toml().splitlines()
    return [line[i : i + _LONGEST_TEXT] for line in lines for i in range(0, max(len(line), 1), _LONGEST_TEXT)]


SHEET = SheetKind(
    key="python",
    write=write_python,
    says="python",
    names=lambda context: [(LESSON_NAME, (context.titles["python"], lesson_box(context)))],
    n_bands=n_iterations,
    last_cols=lambda lesson: {"python": place(lesson.one_iteration).last_col},
    is_computed_with=True,
)
