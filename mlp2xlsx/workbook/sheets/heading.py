"""What sheets say of themselves: the way back, how to unprotect them, and what stands above pictures."""

from collections.abc import Iterator
from itertools import accumulate, count

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.dimensions import DimensionHolder

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import USUAL_WIDTH, Sheet

_ROW, _SENTENCE_COL = 3, 2
FIRST_FREE_ROW = 5
_TITLE_LETTER = 1.8  # of a bold letter of 18 points to one of 11
_SMALL_LETTER = 0.66  # of a letter of 9 points
_APART = 2.0
_BELOW_COL = 2


def link_back(sheet: Sheet, context: Context, row: int, col: int) -> None:
    """Link to the first sheet."""
    first = context.titles["setup"]
    sheet.link(row, col, context.texts["sheet"]["previous"].format(sheet=first), first)


def picture_heading(
    sheet: Sheet, context: Context, key: str, sentence: str = "what", **words: object
) -> None:
    """Write the rows above a picture that follows the chosen iteration, if there is a choice.

    Parameters
    ----------
    sheet
        The empty worksheet.
    context
        The workbook's numbers, texts and places.
    key
        The section of the texts that belongs to the sheet.
    sentence
        The text of that section that stands below the title.
    **words
        What fills the blanks in the sentence below the title.
    """
    texts, common = context.texts[key], context.texts["sheet"]
    sheet.title(texts["title"], context.text(key, sentence).format(**words))
    link_back(sheet, context, _ROW, 1)
    if not context.lesson.trains:
        return
    before = common["iteration_before"]
    after = common["iteration_after"].format(count=context.lesson.iterations)
    said = Formula(f'"{before}"&iteration&"{after}"', 0)
    value = f"{before}{context.iteration}{after}"
    sheet.formula(_ROW, _SENTENCE_COL, said, value, "text", "iteration")


def say_protected(sheet: Sheet, context: Context) -> None:
    """Write that protection has no password: beside the title, or below all where there is no room for it."""
    said, widths = context.texts["sheet"]["protected"], sheet.ws.column_dimensions
    place = sheet.last_cell()[0] + 1, _BELOW_COL
    beside = {col: str(text) for (row, col), text in sheet.plain_values() if row == 1}
    if len(beside) == 1:
        [(first, title)] = beside.items()
        ends = _ends(widths, first)
        room = display_width(title) * _TITLE_LETTER + _APART
        after, begins = next((number, end) for number, end in enumerate(ends, first + 1) if end >= room)
        # Rows that repeat are the last of their sheet.
        if sheet.bands or begins + display_width(said) * _SMALL_LETTER <= SCREEN_WIDTH:
            place = 1, after
    sheet.put(*place, said, "quiet_beside")


def _ends(widths: DimensionHolder, col: int) -> Iterator[float]:
    """How far from the left of a column each one ends, from that column on."""
    letters = map(get_column_letter, count(col))
    return accumulate(widths[letter].width if letter in widths else USUAL_WIDTH for letter in letters)
