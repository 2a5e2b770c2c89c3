"""The cells of a workbook in the making, as they would be read from its file."""

from mlp2xlsx.workbook.book import Book
from mlp2xlsx.xlsx.reading.contents import FormulaCell, SheetContents


def built_cells(book: Book) -> dict[str, SheetContents]:
    """Formulas and plain values by sheet title; rows that repeat are left out."""
    found = {}
    for title, sheet in book.sheets.items():
        cells = found[title] = SheetContents()
        for place, value in sheet.plain_values():
            cells.constants[place] = value
        for place in sheet.formula_cells():
            cells.formulas[place] = FormulaCell(sheet.formula_text(*place))
    return found
