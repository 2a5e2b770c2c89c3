"""What a lesson says of itself: its purpose, its text, and its batches, in as many rows as they need."""

from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.setup.facts import batch_sentences
from mlp2xlsx.xlsx.writing.sheet import Sheet


def put_about(sheet: Sheet, context: Context, row: int, columns: dict[int, float]) -> int:
    """Write purpose and text, if the lesson has any, in the language of the sheets, and what a batch is.

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
    parts = [(said["purpose"], "note"), (said["text"], "text"), (batch_sentences(context), "text")]
    parts = [(text.strip(), role) for text, role in parts if text.strip()]
    if not parts:
        return row
    sheet.put(row, min(columns), context.texts["setup"]["about_heading"], "heading")
    row += 1
    for text, role in parts:
        row = sheet.paragraph(row, columns, text, role)
    return row + 1
