"""The words and signs that every sheet uses, explained once, on `Math`."""

from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.writing.sheet import Sheet

_TERM, _MEANING = 1, 2


def write_glossary(sheet: Sheet, context: Context, row: int) -> None:
    """Write a line for each word or sign, from the heading on."""
    words = context.texts["glossary"]
    sheet.put(row, _TERM, words["heading"], "heading")
    for line, (key, meaning) in enumerate(words["meanings"].items(), start=row + 1):
        sheet.put(line, _TERM, words["terms"][key], "label")
        sheet.put(line, _MEANING, meaning, "text")
