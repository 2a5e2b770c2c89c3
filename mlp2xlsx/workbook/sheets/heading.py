"""The first rows of sheets: the way back, and above pictures the title and the chosen iteration."""

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.writing.sheet import Sheet

_ROW, _SENTENCE_COL = 3, 2
FIRST_FREE_ROW = 5


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
