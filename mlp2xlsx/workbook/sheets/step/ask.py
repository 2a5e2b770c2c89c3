"""Asking one cell of a step: where its row and column are chosen, its arithmetic, and the colours.

row  column   hidden_layer_input = X · wh + bh
[2]  [1]      hidden_layer_input[2, 1] = 1×0.420 + … = 2.400
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.datavalidation import DataValidation

from mlp2xlsx.mathematics.readings import Extent, readings
from mlp2xlsx.mathematics.steps import Result, Step
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.render.worked import Worked, WorkedPiece, address
from mlp2xlsx.workbook.context import Choice, Context
from mlp2xlsx.workbook.layout.head import COLUMN_COL, LINE_COL, ROW_COL, Chooser
from mlp2xlsx.workbook.sheets.step.answer_cells import write_note
from mlp2xlsx.workbook.sheets.step.origin import origin
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.workbook.sheets.step.worked_line import Asked, Shown, ShownMatrix, said, worked_formula
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import ORANGE, YELLOW, highlight

_LONGEST_LIST = 255  # characters that a list of choices may have in Excel
_FIRST_ASKED = (2, 1)
_NUMBER = "ISNUMBER({cell})"


def asked_name(matrix: str) -> str:
    """Defined name of the two cells in which row and column of a matrix are chosen."""
    return f"asked_{matrix}"


def first_asked(steps: Sequence[Step]) -> dict[str, Choice]:
    """The cell that a workbook comes with asked for: one of the first matrix that is computed."""
    result = next(step.computed[0] for step in steps if step.computed and not step.brings_in)
    row, col = (
        min(at, count) if count > 1 else None
        for at, count in zip(_FIRST_ASKED, result.expr.shape, strict=True)
    )
    return {result.name: (row, col)}


def write_ask(sheet: Sheet, page: StepPage) -> None:
    """Write the cells to choose in, the worked lines, and the colours that follow the choice."""
    context, choosers = page.context, page.head.choosers()
    for k, (key, col) in enumerate({"row": ROW_COL, "column": COLUMN_COL}.items()):
        if any(k in chooser.cells for chooser in choosers.values()):
            sheet.put(page.head.ask_row - 1, col, context.texts["ask"][key], "quiet_centred")
    for result in _asked(page):
        chooser, choice = choosers[result.name], context.asked.get(result.name, (None, None))
        _write_chooser(sheet, context, chooser, choice)
        row = chooser.box.row
        if context.handout is not None and result.name in context.handout.blank:
            write_note(sheet, row, LINE_COL, page, context.handout, result)
            continue
        line = worked_line(page, result, choice)
        sheet.formula(row, LINE_COL, Formula(line.formula, 0), line.text, "worked", result.name)
    for box, rule in _rules(page, choosers):
        sheet.ws.conditional_formatting.add(box.ref, rule)


def _write_chooser(sheet: Sheet, context: Context, chooser: Chooser, choice: Choice) -> None:
    """Offer the valid rows and columns, or nothing for the whole matrix."""
    words = context.texts["ask"]
    for k, cell in chooser.cells.items():
        count = chooser.shape[k]
        sheet.put(cell.row, cell.col, choice[k], "chooser")
        listed = ",".join(map(str, range(1, count + 1)))
        kind = {"type": "whole", "operator": "between", "formula1": "1", "formula2": str(count)}
        if len(listed) <= _LONGEST_LIST:
            kind = {"type": "list", "formula1": f'"{listed}"'}
        # LibreOffice up to 7.4 takes every formula for a wrong one: a warning can be answered with OK.
        rule = DataValidation(
            **kind,
            errorStyle="warning",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=words["error_title"],
            error=words["error"].format(count=count),
        )
        rule.add(cell.ref)
        sheet.ws.add_data_validation(rule)


def worked_line(page: StepPage, result: Result, choice: Choice) -> Part:
    """Arithmetic of the cell that is asked for, or how to ask as long as none is.

    Parameters
    ----------
    page, result
        What is asked.
    choice
        The row and column that are chosen; of a single one there is no choice.

    Returns
    -------
    Part
        The formula, which reads the choice from the sheet, and what it should say.
    """
    context, name = page.context, result.name
    chooser = page.head.choosers()[name]
    asked = Asked(chooser.index(0), chooser.index(1))
    looks = {
        known: ShownMatrix(box.text(fixed=True), (box.n_rows, box.n_cols), _shown(page, known))
        for known, box in page.boxes.items()
    }
    prompt = _prompt(context, name, chooser, choice)
    row, col = (1 if at is None else at for at in choice)
    behind = origin(context, result, asked, (row - 1, col - 1))
    texts = [worked_formula(side, looks, asked) for side in _sides(result) if side]
    texts += [behind.formula] if behind is not None else []
    formula = prompt.formula.format(line=f'IFERROR({"&".join(texts)},"{_otherwise(page, result)}")')
    if prompt.text:
        return Part(formula, prompt.text)
    values = {known: context.chosen(known) for known in looks}
    return Part(formula, worked_text(page, result, (row - 1, col - 1), values))


def worked_text(
    page: StepPage, result: Result, cell: tuple[int, int], values: Mapping[str, FloatMatrix]
) -> str:
    """Arithmetic of one cell, as `worked_line` should say it.

    Parameters
    ----------
    page, result
        What is asked.
    cell
        Row and column from 0.
    values
        The matrices of the iteration, by name; NaN for numbers that are not known.
    """
    if np.isnan(values[result.name][cell]):
        return _otherwise(page, result)
    shown = {known: _shown(page, known) for known in page.boxes}
    behind = origin(page.context, result, Asked("", ""), cell)
    worked = "".join(said(side, values, shown, cell) for side in _sides(result))
    return worked + (behind.text if behind is not None else "")


def _sides(result: Result) -> list[tuple[WorkedPiece, ...]]:
    """Address, arithmetic and number; apart, for what stands first on a side needs no parentheses."""
    equation = () if result.given else (*Worked().cell(result.expr), " = ")
    return [(*address(result.name), " = "), equation, Worked().number(result.matrix)]


def _otherwise(page: StepPage, result: Result) -> str:
    """What is said where there is no number to be worked out."""
    key = "none" if page.head.choosers()[result.name].cells else "unknown"
    return str(page.context.texts["ask"][key]).format(name=result.name)


def _prompt(context: Context, name: str, chooser: Chooser, choice: Choice) -> Part:
    """Say what is still to be chosen: a formula around `{line}`, and the text of it, if there is one."""
    keys = ("choose", "choose_row", "choose_column", "row_too", "column_too")
    words = {key: context.texts["ask"][key].format(name=name) for key in keys}
    count, open_ = chooser.counted(), [k for k in chooser.cells if choice[k] is None]
    if len(chooser.cells) < 2:
        said = [words[("choose_row", "choose_column")[k]] for k in chooser.cells]
        formulas = [f'IF({count}<1,"{text}",{{line}})' for text in said]
        return Part(next(iter(formulas), "{line}"), said[0] if open_ else "")
    half = f'IF(COUNT({chooser.index(0)})=1,"{words["column_too"]}","{words["row_too"]}")'
    formula = f'IF({count}<2,IF({count}=0,"{words["choose"]}",{half}),{{line}})'
    key = {(0, 1): "choose", (0,): "row_too", (1,): "column_too"}.get(tuple(open_))
    return Part(formula, words[key] if key is not None else "")


def _shown(page: StepPage, name: str) -> Shown:
    return Shown(page.context.decimals.get(page.role(name)))


def _rules(page: StepPage, choosers: Mapping[str, Chooser]) -> Iterator[tuple[Box, Rule]]:
    """Yield what is coloured, where, and when.

    Yellow is what is computed, the asked cell or all of it; orange is what that is computed from. Computed
    cells without a number stay white; where numbers are filled in, what they are computed from is orange
    before it has any. What is both is yellow: the first rule of a cell wins.
    """
    boxes, step, context = page.boxes, page.step, page.context
    blank = context.handout.blank if context.handout is not None else frozenset()
    for box in (boxes[result.name] for result in step.results if result.name in step.plain):
        quiet = f"COUNT({_choosers_range(choosers)})=0"
        yield box, highlight(YELLOW, f"AND(ISNUMBER({a1(box.row, box.col)}),{quiet})")
    # On its own sheet a matrix that is marked keeps the colours of its marks.
    here = {result.name for result in step.results}
    marked = here & blank if _is_marked(context) else set()
    for result in _asked(page):
        # What is drawn is computed from, as long as nobody asks for it.
        box, by_hand = boxes[result.name], result.name in blank or (step.draws and result.given)
        asked = f"{choosers[result.name].counted()}>0"
        when = _condition(box, choosers, result.name, Extent.ROW, Extent.COL, asked if by_hand else _NUMBER)
        yield box, highlight(YELLOW, when)
    for result in _asked(page):
        for name, _, rows, cols in sorted(readings(result.expr), key=str):
            if name in boxes and not result.given and name not in marked:
                waits = context.handout is not None and name not in here
                when = _condition(boxes[name], choosers, result.name, rows, cols, "" if waits else _NUMBER)
                yield boxes[name], highlight(ORANGE, when)


def _asked(page: StepPage) -> list[Result]:
    """The results of which a cell may be asked for."""
    return [result for result in page.step.results if result.name not in page.step.plain]


def _choosers_range(choosers: Mapping[str, Chooser]) -> str:
    """All cells in which a row or a column is chosen."""
    first = min(each.box.row for each in choosers.values())
    return Box(first, ROW_COL, len(choosers), 2).text(fixed=True)


def _is_marked(context: Context) -> bool:
    return context.handout is not None and bool(context.handout.marked)


def _condition(
    box: Box,
    choosers: Mapping[str, Chooser],
    result: str,
    rows: Extent,
    cols: Extent,
    when: str,
) -> str:
    """Say when a cell takes part in what is asked; what is not chosen counts as every one.

    Something else may have to hold too: that there is a number in the `{cell}`, or that it is asked for,
    where it is filled in by hand and has a colour of its own until then.
    """
    chooser, cell = choosers[result], a1(box.row, box.col)
    conditions = [when.format(cell=cell)] if when else []
    if len(choosers) > 1:  # where another result is asked and this one is not, it keeps quiet
        conditions.append(f"OR(COUNT({_choosers_range(choosers)})=0,{chooser.counted()}>0)")
    choice = {Extent.ROW: 0, Extent.COL: 1}
    for run, function, start in ((rows, "ROW", box.row), (cols, "COLUMN", box.col)):
        if run is not Extent.ALL and choice[run] in chooser.cells:
            chosen = chooser.index(choice[run])
            conditions.append(f"OR(NOT(ISNUMBER({chosen})),{function}({cell})-{start - 1}={chosen})")
    return f"AND({','.join(conditions)})" if conditions else "TRUE"
