"""The sheet `Check`: the live numbers against the recorded ones, without any program."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from openpyxl.formatting.rule import Rule

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.address import Box, a1
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.loss_sheet import loss_box
from mlp2xlsx.workbook.python_sheet import canvases, recorded_loss_box
from mlp2xlsx.workbook.sheet import Sheet
from mlp2xlsx.workbook.styles import GREEN, RED, highlight

ABSOLUTE, RELATIVE = 1e-12, 1e-9
_VERDICT_ROW, _FIRST_ROW = 4, 8


@dataclass(frozen=True)
class _Pair:
    """A live matrix and its record: where both stand, and their numbers."""

    live: str
    recorded: str
    live_values: FloatMatrix
    recorded_values: FloatMatrix

    def largest(self) -> tuple[Formula, float]:
        """Largest difference between corresponding cells; "error" where one is no number."""
        text = f'IFERROR(MAX(ABS({self.live}-{self.recorded})),"error")'
        return Formula(text, 0, array=True), float(np.abs(self.live_values - self.recorded_values).max())

    def differing(self) -> tuple[Formula, float]:
        """How many cells differ by more than the tolerance, or hold no number."""
        live, recorded = self.live, self.recorded
        near = f"ABS({live}-{recorded})<={ABSOLUTE:.0E}+{RELATIVE:.0E}*ABS({recorded})"
        # ISNUMBER over a range is a single answer in IronCalc, so one cell that is no number counts for all.
        text = f"IFERROR(SUM(IF({near},0,1)),{self.live_values.size})"
        tolerance = ABSOLUTE + RELATIVE * np.abs(self.recorded_values)
        count = (np.abs(self.live_values - self.recorded_values) > tolerance).sum()
        return Formula(text, 0, array=True), float(count)


def write_check(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a verdict, then one row per matrix, and one for the loss."""
    words, n = context.texts["check"], context.shown[-1]
    sheet.title(words["title"], words["what"])
    sheet.link(3, 1, "‹ Setup", "Setup")
    headings = [words["matrix"], words["cells"]]
    for first_col, text in ((3, words["first"]), (5, words["last"].format(count=n))):
        sheet.put(_FIRST_ROW - 2, first_col, text, "heading")
        headings += [words["largest"], words["differing"]]
    for col, text in enumerate(headings, start=1):
        sheet.put(_FIRST_ROW - 1, col, text, "label")
    row, total = _FIRST_ROW, 0.0
    for name in _compared(context):
        total += _row(sheet, row, name, [_pair(context, name, which) for which in range(2)])
        row += 1
    total += _row(sheet, row, "loss_history", [_loss_pair(context)])
    sheet.put(row, 5, words["loss"], "quiet")
    _verdict(sheet, words, row, total)
    sheet.widths({1: 30, 2: 9, 3: 20, 4: 20, 5: 20, 6: 20})
    sheet.ws.freeze_panes = a1(_FIRST_ROW, 2)
    sheet.print_on_one_page()


def _compared(context: Context) -> Iterator[str]:
    """Yield what training computes, in the order of the steps."""
    for step in context.steps[1:]:
        for result in step.results:
            yield result.name


def _pair(context: Context, name: str, which: int) -> _Pair:
    iteration, canvas = canvases(context)[which]
    k = context.shown.index(iteration)
    live = context.training.at(name, k + 1)
    return _Pair(
        live.on("Training"),
        canvas.boxes[name].on("Python"),
        context.trace[name][k],
        context.recorded[name][k],
    )


def _loss_pair(context: Context) -> _Pair:
    live = loss_box(context.lesson.iterations).on("Loss")
    recorded = recorded_loss_box(context).on("Python")
    return _Pair(live, recorded, context.trace.loss, context.recorded.loss)


def _row(sheet: Sheet, row: int, name: str, pairs: list[_Pair]) -> float:
    """Write one line of the table; give the number of cells that differ."""
    sheet.put(row, 1, name, "label")
    sheet.put(row, 2, pairs[0].live_values.size, "count")
    total = 0.0
    for col, pair in zip((3, 5), pairs, strict=False):
        sheet.formula(row, col, *pair.largest(), "difference", name)
        sheet.formula(row, col + 1, *pair.differing(), "whole", name)
        mark = a1(row, col + 1)
        sheet.ws.conditional_formatting.add(mark, _good(f"{mark}=0"))
        sheet.ws.conditional_formatting.add(mark, _bad(f"{mark}<>0"))
        total += pair.differing()[1]
    return total


def _verdict(sheet: Sheet, words: dict[str, str], last_row: int, total: float) -> None:
    """One sentence for the whole workbook, green or red."""
    first, second = (Box(_FIRST_ROW, col, last_row - _FIRST_ROW + 1, 1).text(fixed=True) for col in (4, 6))
    count = f"SUM({first},{second})"
    before, after = words["differ_before"], words["differ_after"]
    text = f'IF({count}=0,"{words["match"]}","{before}"&{count}&"{after}")'
    value = words["match"] if total == 0 else f"{before}{total:.0f}{after}"
    sheet.formula(_VERDICT_ROW, 1, Formula(text, 0, array=False), value, "verdict", "verdict")
    for col in range(2, 7):
        sheet.put(_VERDICT_ROW, col, None, "verdict")
    sheet.ws.merge_cells(start_row=_VERDICT_ROW, end_row=_VERDICT_ROW, start_column=1, end_column=6)
    sheet.ws.row_dimensions[_VERDICT_ROW].height = 26
    ref = Box(_VERDICT_ROW, 1, 1, 6).ref
    sheet.ws.conditional_formatting.add(ref, _good(f"{count}=0"))
    sheet.ws.conditional_formatting.add(ref, _bad(f"{count}<>0"))


def _good(formula: str) -> Rule:
    return highlight(GREEN, formula)


def _bad(formula: str) -> Rule:
    return highlight(RED, formula)
