"""What rows and columns of a step sheet stand for: numbers of samples, and what columns are called."""

from collections.abc import Iterator
from itertools import chain

from mlp2xlsx.workbook.layout.canvas import ROW_WORD_COL
from mlp2xlsx.workbook.layout.column_names import column_names, short_name
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH, last_on_screen
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import Sheet

_LONGEST = 16  # letters of a name
_SMALL_LETTER = 0.9  # of a letter of 9 points to one of 11, with some room to spare
_APART = 1.0  # digits from one list to the next


def write_samples(sheet: Sheet, page: StepPage) -> None:
    """Number the rows of the samples, in the column where a small network's rows have words."""
    row = page.canvas.samples_row
    if row is None:
        return
    sheet.put(row - 1, ROW_WORD_COL, page.context.texts["sheet"]["sample"], "quiet_centred")
    for number in range(page.context.one_iteration.n_samples):
        sheet.put(row + number, ROW_WORD_COL, number + 1, "quiet_centred")


def column_lists(page: StepPage) -> dict[tuple[int, int], str]:
    """What columns are called, by row and column, to the right of what the step needs, where there is room.

    One list is below the other, or beside it where they would be longer than what the step needs.
    """
    lists = list(_lists(page))
    below, beside = [[*chain(*lists)]], lists
    fits = page.canvas.first_row + len(below[0]) - 1 <= page.canvas.near_row
    for arranged in (below, beside) if fits else (beside, below):
        placed = _arranged(page, arranged)
        if placed is not None:
            return placed
    return {}


def _arranged(page: StepPage, lists: list[list[str]]) -> dict[tuple[int, int], str] | None:
    """Place lists side by side; None where they are wider than the screen."""
    on_screen, first = last_on_screen(page.widths), page.canvas.first_row
    longest = max(map(len, lists), default=0)
    seen = (box for box in page.boxes.values() if box.col <= on_screen and box.row - 1 < first + longest)
    col = 2 + max((box.last_col for box in seen), default=on_screen)
    placed: dict[tuple[int, int], str] = {}
    for lines in lists:
        ends = page.left_of(col) + max(map(display_width, lines), default=0.0) * _SMALL_LETTER
        if ends > SCREEN_WIDTH:
            return None
        placed |= {(row, col): text for row, text in enumerate(lines, first)}
        col = page.column_from(ends + _APART)
    return placed


def _lists(page: StepPage) -> Iterator[list[str]]:
    """Yield for each kind of columns that have names a heading, and below it the names, numbered."""
    context = page.context
    one, output = context.one_iteration, context.lesson.network.output_layer
    kinds = {"X": (one.inputs,), "y": (one.targets, output.activations, output.error, output.delta)}
    words = context.texts["sheet"]["columns"]
    for matrix, alike in kinds.items():
        called, here = column_names(context.lesson, matrix), [name for name in alike if name in page.needed]
        if here and len(called) > 1:
            heading = words.format(names=context.texts["document"]["list"].join(here))
            numbered = enumerate(called, start=1)
            yield [heading, *(f"{number} {short_name(name, _LONGEST)}" for number, name in numbered)]
