"""The line of the sheet `Check` for the losses of all iterations."""

from collections.abc import Mapping
from functools import partial

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.check.columns import (
    CELLS,
    CODES,
    FIRST,
    LAST,
    NAME,
    cell_on,
    put_apart,
)
from mlp2xlsx.workbook.sheets.check.comparison import NOWHERE, Pair, first_row, limit, row_code
from mlp2xlsx.workbook.sheets.check.table import Found, color_counts, put_count
from mlp2xlsx.workbook.sheets.loss.sheet import loss_box
from mlp2xlsx.workbook.sheets.python import recorded_loss_box
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.term import Term
from mlp2xlsx.xlsx.writing.sheet import Sheet


def write_losses(
    sheet: Sheet, context: Context, row: int, codes_row: int, colors: Mapping[str, str]
) -> dict[str, Term]:
    """Compare the losses of all iterations, and find the first iteration whose loss differs.

    Parameters
    ----------
    sheet, context
        The sheet, and the workbook's numbers, texts and places.
    row
        Where the count of them stands.
    codes_row
        Above which row there is no room for their codes.
    colors
        The colours of the count, each with its condition.
    """
    words, name = context.texts["check"], "loss_history"
    title, python = (context.titles[key] for key in ("loss", "python"))
    box, record = loss_box(context.lesson.iterations), recorded_loss_box(context)
    live, recorded = (trace.loss.reshape(-1, 1) for trace in (context.trace, context.recorded))
    sheet.link(row, NAME, name, title, box.ref)
    sheet.put(row, CELLS, live.size, "count")
    put_apart(sheet, row, FIRST, name, (title, box, live), (python, record, recorded), words["error"])
    limits = limit(context.recorded.loss, (trace.loss for trace in context.rounded))
    pair = Pair(title, box, partial(cell_on, python, record), live, recorded, limits=limits)
    codes = _codes(sheet, codes_row, words, box, (python, record), pair)
    found = Found(name, float(pair.differs().sum()), pair.first())
    put_count(sheet, row, FIRST + 1, codes.text(fixed=True), found, title)
    count, cell, iteration = (a1(row, FIRST + offset, fixed=True) for offset in (1, 2, 3))
    color_counts(sheet, Box(row, FIRST + 1, 1, 1), colors)
    # Losses stand in the order of their iterations.
    number = f"{first_row(codes.text(fixed=True))}-{box.row - 1}"
    value = float(pair.differs().argmax() + 1) if found.count else NOWHERE
    sheet.formula(row, LAST, Formula(f'IF({count}=0,"{NOWHERE}",{number})', 0), value, "whole", name)
    sheet.put(row, LAST + 1, words["loss"], "quiet_beside")
    return {
        "count": Term(count, found.count),
        "name": Term(f'"{name}"', name),
        "cell": Term(cell, found.cell),
        "iteration": Term(iteration, value),
    }


def _codes(
    sheet: Sheet, codes_row: int, words: Mapping[str, str], box: Box, record: Place, pair: Pair
) -> Box:
    """Write a code for each loss, below everything else; the box holds the heading above them too."""
    rows = Progressions()
    heading = max(codes_row, sheet.last_cell()[0] + 2)
    for offset, key in enumerate(("iteration", "loss_codes")):
        sheet.put(heading, CODES + offset, words[key], "quiet")
    live = f"{quoted(pair.sheet)}!{get_column_letter(box.col)}{rows.mark(box.row, 1)}"
    python, there = record
    recorded = f"{quoted(python)}!{get_column_letter(there.col)}{rows.mark(there.row, 1)}"
    code = row_code(rows.mark(box.row, 1), box.col)
    formula = pair.compared(live, recorded, code, float(pair.limits))
    numbers = np.arange(1.0, box.n_rows + 1).reshape(-1, 1, 1)
    place = Box(heading + 1, CODES, 1, 1)
    style = sheet.styles.index("code_number")
    blocks = (
        Repeated("iteration", place, numbers, sheet.styles.index("quiet_number")),
        Repeated("loss_history", place.moved(cols=1), pair.codes().reshape(-1, 1, 1), style, [[formula]]),
    )
    sheet.bands.append(Bands(place.row, 1, box.n_rows, blocks, rows))
    return Box(heading, CODES + 1, 1 + box.n_rows, 1)
