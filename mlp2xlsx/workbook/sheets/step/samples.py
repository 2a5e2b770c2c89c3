"""What rows and columns of a step sheet stand for: numbers of samples, and what columns are called."""

from collections.abc import Iterator

from mlp2xlsx.workbook.layout.canvas import ROW_WORD_COL
from mlp2xlsx.workbook.layout.column_names import column_names, short_name
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH, last_on_screen
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import Sheet

_LONGEST = 16  # letters of a name
_SMALL_LETTER = 0.9  # of a letter of 9 points to one of 11, with some room to spare


def write_samples(sheet: Sheet, page: StepPage) -> None:
    """Number the rows of the samples, in the column where a small network's rows have words."""
    row = page.canvas.samples_row
    if row is None:
        return
    sheet.put(row - 1, ROW_WORD_COL, page.context.texts["sheet"]["sample"], "quiet_centred")
    for number in range(page.context.one_iteration.n_samples):
        sheet.put(row + number, ROW_WORD_COL, number + 1, "quiet_centred")


def write_columns(sheet: Sheet, page: StepPage) -> None:
    """List what the columns are called, to the right of what the step needs, where there is room."""
    on_screen, lines = last_on_screen(page.widths), list(_lines(page))
    seen = [box for box in page.boxes.values() if box.col <= on_screen]
    first = page.canvas.first_row
    beside = [box for box in seen if box.row - 1 < first + len(lines)]
    col = 2 + max((box.last_col for box in beside), default=on_screen)
    widest = max(map(display_width, lines), default=0.0)
    if page.left_of(col) + widest * _SMALL_LETTER > SCREEN_WIDTH:
        return
    for row, text in enumerate(lines, first):
        sheet.put(row, col, text, "quiet")


def _lines(page: StepPage) -> Iterator[str]:
    """Yield a heading for each kind of columns that have names, and below it the names, numbered."""
    context = page.context
    one, output = context.one_iteration, context.lesson.network.output_layer
    kinds = {"X": (one.inputs,), "y": (one.targets, output.activations, output.error, output.delta)}
    words = context.texts["sheet"]["columns"]
    for matrix, alike in kinds.items():
        called, here = column_names(context.lesson, matrix), [name for name in alike if name in page.needed]
        if here and len(called) > 1:
            yield words.format(names=context.texts["document"]["list"].join(here))
            for number, name in enumerate(called, start=1):
                yield f"{number} {short_name(name, _LONGEST)}"
