"""What sheets say of themselves: the way back, how to unprotect them, and what stands above pictures."""

from openpyxl.utils import get_column_letter

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import USUAL_WIDTH, Sheet

_ROW, _SENTENCE_COL = 3, 2
FIRST_FREE_ROW = 5
_TITLE_LETTER = 1.8  # of a bold letter of 18 points to one of 11
_BELOW_COL = 2


def link_back(sheet: Sheet, context: Context, row: int, col: int) -> None:
    """Link to the first sheet."""
    first = context.titles["setup"]
    sheet.link(row, col, context.texts["sheet"]["previous"].format(sheet=first), first)


def picture_heading(sheet: Sheet, context: Context, key: str, **words: object) -> None:
    """Write the rows above a picture that follows the chosen iteration.

    Parameters
    ----------
    sheet
        The empty worksheet.
    context
        The workbook's numbers, texts and places.
    key
        The section of the texts that belongs to the sheet.
    **words
        What fills the blanks in the sentence below the title.
    """
    texts, common = context.texts[key], context.texts["sheet"]
    sheet.title(texts["title"], texts["what"].format(**words))
    link_back(sheet, context, _ROW, 1)
    before = common["iteration_before"]
    after = common["iteration_after"].format(count=context.lesson.iterations)
    sentence = Formula(f'"{before}"&iteration&"{after}"', 0)
    value = f"{before}{context.iteration}{after}"
    sheet.formula(_ROW, _SENTENCE_COL, sentence, value, "text", "iteration")


def say_protected(sheet: Sheet, context: Context) -> None:
    """Write why a cell may refuse typing: beside the title, or below all where other things stand there."""
    said = context.texts["sheet"]["protected"]
    beside = {col: text for (row, col), text in sheet.plain_values() if row == 1}
    if len(beside) != 1:
        sheet.put(sheet.last_cell()[0] + 1, _BELOW_COL, said, "note")
        return
    [(col, title)], widths = beside.items(), sheet.ws.column_dimensions
    room = display_width(str(title)) * _TITLE_LETTER
    while room > 0:
        letter = get_column_letter(col)
        room -= widths[letter].width if letter in widths else USUAL_WIDTH
        col += 1
    sheet.put(1, col, said, "quiet_beside")
