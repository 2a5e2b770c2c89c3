"""The columns of the sheet `Check`, and what stands in several of them."""

import numpy as np

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.sheets.check.checksums import N_COLS as SUM_COLS
from mlp2xlsx.workbook.sheets.check.comparison import tolerance
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.writing.sheet import Sheet

# The columns of the table. A comparison has a count, and beside it where the first difference is; that of
# the first or last iteration has how far apart they are before it.
NAME, CELLS, FIRST, LAST, STEPS, ALL = 1, 2, 3, 6, 9, 11
LAST_COL = ALL
# To the right of it what the table is made from: which rows differ, checksums, and a code for each cell.
ORDER = LAST_COL + 2
SUMS = ORDER + 5
CODES = SUMS + SUM_COLS + 1


def put_apart(
    sheet: Sheet,
    row: int,
    col: int,
    name: str,
    live: tuple[str, Box, FloatMatrix],
    recorded: tuple[str, Box, FloatMatrix],
    error: str,
) -> None:
    """Write how far two matrices are apart, or the word for an error where a cell is no number."""
    title, box, values = live
    recorded_on, record, before = recorded
    here, there = box.on(title), record.on(recorded_on)
    one, error = f"({here}-{there})", f'"{error}"'
    # The square of a number above 1E154 is none: the terms are taken in proportion to the largest number.
    largest = f"MAX(1,MAX({here},{there}),-MIN({here},{there}))"
    root = f"IFERROR(SQRT({largest})*SQRT(SUMPRODUCT({one}/{largest}*{one})),{error})"
    text = f"IF(COUNT({here})={values.size},{root},{error})"
    room = float(np.sqrt(values.size) * tolerance(values).max())
    difference, scale = values - before, max(1.0, np.abs(values).max(), np.abs(before).max())
    distance = float(np.sqrt(scale) * np.sqrt((difference / scale * difference).sum()))
    sheet.formula(row, col, Formula(text, 0), distance, "apart", name, room)


def cell_on(title: str, box: Box, i: int, j: int) -> str:
    """Address of a cell of a matrix, with its sheet."""
    return f"{quoted(title)}!{a1(box.row + i, box.col + j)}"
