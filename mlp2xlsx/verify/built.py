"""The cells of a workbook in the making, as they would be read from its file."""

from mlp2xlsx.workbook.book import Book
from mlp2xlsx.xlsx.reading.contents import FormulaCell, SheetContents


def built_cells(book: Book) -> dict[str, SheetContents]:
    """Give formulas and plain values by sheet title; rows that repeat are left out."""
    found = {}
    for title, sheet in book.sheets.items():
        cells = found[title] = SheetContents()
        for (row, col), cell in sheet.ws._cells.items():
            held = cell._value
            if cell.data_type == "f":
                cells.formulas[row, col] = FormulaCell(sheet.formula_text(row, col))
            elif held is not None:
                cells.constants[row, col] = held if isinstance(held, str) else float(held)
    return found
