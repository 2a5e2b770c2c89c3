"""The other side of write.py: the cells of the same workbook, written with XlsxWriter.

    python benchmarks/xlsxwriter_book.py OUT.xlsx ITERATIONS constant_memory|default

Loads the lesson, trains and plans as `build` does, then hands every cell with a value to XlsxWriter.
Styles, widths, charts, links and conditional formatting are left out, in XlsxWriter's favour.
"""

import sys
from typing import Any

import xlsxwriter

from mlp2xlsx import lesson
from mlp2xlsx.training import train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.writing.sheet import Sheet


def write_book(path: str, iterations: int, mode: str) -> None:
    book = make(train(lesson.override(lesson.load("article"), iterations=iterations)))
    with xlsxwriter.Workbook(path, {"constant_memory": mode == "constant_memory"}) as workbook:
        for title, sheet in book.sheets.items():
            worksheet = workbook.add_worksheet(title)
            write_cells(worksheet, sheet)
            for bands in sheet.bands:
                write_bands(worksheet, bands)


def write_cells(worksheet: Any, sheet: Sheet) -> None:
    """Write the ordinary cells, by row, as constant_memory wants them."""
    for (row, col), cell in sorted(sheet.ws._cells.items()):
        value = cell._value
        if cell.data_type == "f":
            worksheet.write_formula(row - 1, col - 1, value, None, sheet.live[row, col].value)
        elif isinstance(value, str):
            worksheet.write_string(row - 1, col - 1, value)
        elif value is not None:
            worksheet.write_number(row - 1, col - 1, value)


def write_bands(worksheet: Any, bands: Bands) -> None:
    """Write the repeated rows: formula and cached value of each cell, or its number."""
    write_number, write_formula = worksheet.write_number, worksheet.write_formula
    values = [block.values.tolist() for block in bands.blocks]
    for k in range(bands.count):
        rows = bands.progressions.rows(k)
        # Row by row across the blocks, as constant_memory wants them.
        for offset in range(bands.height):
            for block, repetitions in zip(bands.blocks, values, strict=True):
                box = block.box
                i = bands.row + offset - box.row
                if not 0 <= i < box.n_rows:
                    continue
                row, numbers = bands.row + offset + k * bands.height - 1, repetitions[k][i]
                for j in range(box.n_cols):
                    if block.formulas is None:
                        write_number(row, box.col - 1 + j, numbers[j])
                    else:
                        text = "=" + block.formulas[i][j].text.format(*rows)
                        write_formula(row, box.col - 1 + j, text, None, numbers[j])


if __name__ == "__main__":
    write_book(sys.argv[1], int(sys.argv[2]), sys.argv[3])
