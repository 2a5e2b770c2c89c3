"""The sheet `Python`: what NumPy recorded, as plain numbers, and the lesson the workbook was built from."""

import numpy as np

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.address import Box, a1
from mlp2xlsx.workbook.bands import Bands, Progressions, Repeated
from mlp2xlsx.workbook.canvas import Canvas, label
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheet import Sheet

_LONGEST_TEXT = 30_000  # a cell holds 32,767 characters


def canvases(context: Context) -> list[tuple[int, Canvas]]:
    """The first iteration with its canvas, and the last one with the canvas below."""
    first = context.canvas
    return [(1, first), (context.shown[-1], first.moved(_second_canvas(first)))]


def _second_canvas(first: Canvas) -> int:
    return first.last_row - first.first_row + 4


def rows_above_losses(lesson: Lesson, canvas: Canvas) -> int:
    """How many rows everything else takes, to which the recorded losses are added."""
    return canvas.last_row + _second_canvas(canvas) + 4 + len(_lesson_lines(lesson)) + 3


def loss_row(context: Context) -> int:
    """First row of the recorded losses."""
    return rows_above_losses(context.recorded.lesson, context.canvas) + 1


def recorded_loss_box(context: Context) -> Box:
    """Where the recorded losses stand."""
    return Box(loss_row(context), 2, context.lesson.iterations, 1)


def lesson_box(context: Context) -> Box:
    """Where the lesson's text stands, one line per cell, below the canvases."""
    _, last = canvases(context)[-1]
    return Box(last.last_row + 4, 1, len(_lesson_lines(context.recorded.lesson)), 1)


def write_python(sheet: Sheet, context: Context) -> None:
    """Fill the sheet."""
    words, recorded = context.texts["python"], context.recorded
    sheet.title(words["title"], words["what"])
    sheet.link(3, 1, "‹ Setup", "Setup")
    for iteration, canvas in canvases(context):
        text = words["first"] if canvas is context.canvas else words["last"].format(count=iteration)
        sheet.put(canvas.first_row - 2, 1, text, "heading")
        for name, box in canvas.boxes.items():
            sheet.put(box.row - 1, box.col, label(name, box), "label")
            values = (
                recorded[name][recorded.shown.index(iteration)]
                if name != "lr"
                else np.array([[recorded.lesson.lr]])
            )
            sheet.numbers(box, values, context.role(name))
    row = loss_row(context)
    sheet.put(row - 1, 1, words["iteration"], "label_centred")
    sheet.put(row - 1, 2, words["loss"], "label")
    sheet.bands.append(_losses(sheet, context))
    box = lesson_box(context)
    sheet.put(box.row - 1, box.col, words["lesson"], "heading")
    for offset, line in enumerate(_lesson_lines(context.recorded.lesson)):
        sheet.put(box.row + offset, box.col, line, "code")
    sheet.widths({1: 10, **context.canvas.widths})
    sheet.ws.freeze_panes = a1(3, 1)
    sheet.print_on_one_page(tall=True)
    sheet.print_first(row - 2)  # the losses are drawn on Loss


def _losses(sheet: Sheet, context: Context) -> Bands:
    n, row, styles = context.lesson.iterations, loss_row(context), sheet.styles
    counts = np.arange(1.0, n + 1).reshape(-1, 1, 1)
    losses = context.recorded.loss.reshape(-1, 1, 1)
    blocks = (
        Repeated("iteration", Box(row, 1, 1, 1), counts, styles.index("count")),
        Repeated("loss_history", Box(row, 2, 1, 1), losses, styles.index("series")),
    )
    return Bands(row, 1, n, blocks, Progressions())


def _lesson_lines(lesson: Lesson) -> list[str]:
    lines = lesson.to_toml().splitlines()
    return [line[i : i + _LONGEST_TEXT] for line in lines for i in range(0, max(len(line), 1), _LONGEST_TEXT)]
