"""What a lesson says of itself: its purpose and its text, in as many rows as they need."""

from math import ceil

from mlp2xlsx.workbook.column_names import display_width
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheet import Sheet

_LINE_HEIGHT = 16  # points; a line of Chinese is higher than one of Latin letters


def put_about(sheet: Sheet, context: Context, row: int, columns: dict[int, float]) -> int:
    """Write purpose and text, if the lesson has any, in the language of the sheets.

    Parameters
    ----------
    sheet, row
        Where they begin.
    context
        The lesson and the texts.
    columns
        The columns that they take, with their widths.

    Returns
    -------
    int
        The first row below them; `row` itself when there is nothing to say.
    """
    said = context.lesson.words
    parts = [(said[key], role) for key, role in (("purpose", "wrapped_note"), ("text", "wrapped"))]
    parts = [(text.strip(), role) for text, role in parts if text.strip()]
    if not parts:
        return row
    first, last = min(columns), max(columns)
    sheet.put(row, first, context.texts["setup"]["about_heading"], "heading")
    row += 1
    for text, role in parts:
        end = row + n_lines(text, sum(columns.values())) - 1
        sheet.put(row, first, text, role)
        # Rows of one line each: the inputs beside them keep their height.
        sheet.ws.merge_cells(start_row=row, end_row=end, start_column=first, end_column=last)
        for line in range(row, end + 1):
            sheet.ws.row_dimensions[line].height = _LINE_HEIGHT
        row = end + 1
    return row + 1


def n_lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of a width in characters."""
    return sum(max(1, ceil(display_width(line) / width)) for line in text.split("\n"))
