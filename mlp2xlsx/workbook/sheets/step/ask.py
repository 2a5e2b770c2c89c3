"""Asking one cell of a step: where its row and column are chosen, its arithmetic, and the colours.

row  column   Ask one cell: …
[2]  [1]      hidden_layer_input[2, 1] = 1×0.420 + … = 1.480
"""

from collections.abc import Iterator, Sequence

from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.datavalidation import DataValidation

from mlp2xlsx.mathematics.readings import Extent, readings
from mlp2xlsx.mathematics.steps import Result, Step
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.worked import Worked
from mlp2xlsx.workbook.context import Choice, Context
from mlp2xlsx.workbook.layout.canvas import LEFT_COL
from mlp2xlsx.workbook.sheets.step.answer_cells import write_note
from mlp2xlsx.workbook.sheets.step.worked_line import Asked, Shown, ShownMatrix, said, worked_formula
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import ORANGE, YELLOW, highlight

_ROW_COL, _LINE_COL = 1, LEFT_COL + 1
# Weights change little in one iteration: with the decimals of the cells, a sum would seem to change nothing.
_MORE_DECIMALS = {"update_weights": 2, "update_biases": 2}
_LONGEST_LIST = 255  # characters that a list of choices may have in Excel


def n_ask_rows(steps: Sequence[Step]) -> int:
    """How many rows asking takes: a heading, and a row for each result of the fullest step."""
    return 1 + max(len(step.results) for step in steps)


def asked_name(matrix: str) -> str:
    """Defined name of the two cells in which row and column of a matrix are chosen."""
    return f"asked_{matrix}"


def choosers(step: Step, first_row: int) -> dict[str, Box]:
    """Where row and column are chosen, side by side, for each result of a step.

    Parameters
    ----------
    step
        Whose results can be asked.
    first_row
        Row of the heading.
    """
    return {
        result.name: Box(row, _ROW_COL, 1, 2) for row, result in enumerate(step.results, start=first_row + 1)
    }


def write_ask(sheet: Sheet, context: Context, step: Step) -> None:
    """Write the cells to choose in, the worked lines, and the colours that follow the choice."""
    words, first_row = context.texts["ask"], context.ask_row
    sheet.put(first_row, _ROW_COL, words["row"], "label_centred")
    sheet.put(first_row, _ROW_COL + 1, words["column"], "label_centred")
    blank = context.handout.blank if context.handout is not None else frozenset()
    by_hand = all(result.name in blank for result in step.results)
    hint = context.texts["handout"]["hint"] if by_hand else words["hint"]
    sheet.put(first_row, _LINE_COL, hint, "quiet_beside")
    places = choosers(step, first_row)
    for result in step.results:
        _chooser(sheet, context, result, places[result.name])
        if context.handout is not None and result.name in blank:
            write_note(sheet, places[result.name].row, _LINE_COL, context, context.handout, result)
            continue
        line = worked_line(context, step, result, context.asked.get(result.name, (None, None)))
        formula, row = Formula(line.formula, 0), places[result.name].row
        sheet.formula(row, _LINE_COL, formula, line.text, "worked", result.name)
    for box, rule in _rules(context, step, places):
        sheet.ws.conditional_formatting.add(box.ref, rule)


def _chooser(sheet: Sheet, context: Context, result: Result, box: Box) -> None:
    """Offer the valid rows and columns, or nothing for the whole matrix."""
    words, asked = context.texts["ask"], context.asked.get(result.name)
    for offset, count in enumerate(result.expr.shape):
        cell = Box(box.row, box.col + offset, 1, 1)
        sheet.put(cell.row, cell.col, None if asked is None else asked[offset], "chooser")
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


def worked_line(context: Context, step: Step, result: Result, choice: Choice) -> Part:
    """Arithmetic of the cell that is asked for, or the matrix's name as long as none is.

    Parameters
    ----------
    context, step, result
        What is asked.
    choice
        The row and column that are chosen.

    Returns
    -------
    Part
        The formula, which reads the choice from the sheet, and what it should say.
    """
    chooser = choosers(step, context.ask_row)[result.name]
    row, col = (a1(chooser.row, chooser.col + offset, fixed=True) for offset in range(2))
    decimals = context.lesson.decimals + _MORE_DECIMALS.get(step.kind, 0)
    looks = {
        name: ShownMatrix(box.text(fixed=True), (box.n_rows, box.n_cols), _shown(context, name, decimals))
        for name, box in context.canvas.boxes.items()
    }
    name, itself = result.name, Worked().cell(result.matrix)
    equation = () if result.given else (*Worked().cell(result.expr), " = ")
    said_before = f'"{name}["&{row}&", "&{col}&"] = "'
    sides = [worked_formula(side, looks, Asked(row, col)) for side in (equation, itself) if side]
    none = context.texts["ask"]["none"].format(name=name)
    line = "&".join([said_before, *sides])
    formula = f'IF(COUNT({chooser.text(fixed=True)})<2,"{name}",IFERROR({line},"{none}"))'
    chosen_row, chosen_col = choice
    if chosen_row is None or chosen_col is None:
        return Part(formula, name)
    values = {known: context.chosen(known) for known in looks}
    shown = {known: look.shown for known, look in looks.items()}
    texts = [said(side, values, shown, (chosen_row - 1, chosen_col - 1)) for side in (equation, itself)]
    return Part(formula, f"{name}[{chosen_row}, {chosen_col}] = {''.join(texts)}")


def _shown(context: Context, name: str, decimals: int) -> Shown:
    return Shown(None if context.role(name) == "given" else decimals)


def _rules(context: Context, step: Step, places: dict[str, Box]) -> Iterator[tuple[Box, Rule]]:
    """Yield what is coloured, where, and when.

    Yellow is what is computed, the asked cell or all of it; orange is what that is computed from. Cells
    without a number stay white. What is both is yellow: the first rule of a cell wins.
    """
    boxes = context.canvas.boxes
    blank = context.handout.blank if context.handout is not None else frozenset()
    # On its own sheet a matrix that is marked keeps the colours of its marks.
    marked = {result.name for result in step.results} & blank if _is_marked(context) else set()
    for result in step.results:
        box, by_hand = boxes[result.name], result.name in blank
        when = _condition(box, places, result.name, Extent.ROW, Extent.COL, by_hand=by_hand)
        yield box, highlight(YELLOW, when)
    for result in step.results:
        for name, _, rows, cols in sorted(readings(result.expr), key=str):
            if name in boxes and not result.given and name not in marked:
                yield boxes[name], highlight(ORANGE, _condition(boxes[name], places, result.name, rows, cols))


def _is_marked(context: Context) -> bool:
    return context.handout is not None and bool(context.handout.marked)


def _condition(
    box: Box, places: dict[str, Box], result: str, rows: Extent, cols: Extent, *, by_hand: bool = False
) -> str:
    """Say when a cell takes part in what is asked; what is not chosen counts as every one.

    A cell that is filled in by hand has a colour of its own until it is asked for, number or not.
    """
    chooser, cell = places[result], a1(box.row, box.col)
    conditions = [f"COUNT({chooser.text(fixed=True)})>0" if by_hand else f"ISNUMBER({cell})"]
    if len(places) > 1:  # where another result is asked and this one is not, it keeps quiet
        everything = Box(min(place.row for place in places.values()), _ROW_COL, len(places), 2)
        anything, own = everything.text(fixed=True), chooser.text(fixed=True)
        conditions.append(f"OR(COUNT({anything})=0,COUNT({own})>0)")
    choice = {
        Extent.ROW: a1(chooser.row, chooser.col, fixed=True),
        Extent.COL: a1(chooser.row, chooser.last_col, fixed=True),
    }
    for run, function, start in ((rows, "ROW", box.row), (cols, "COLUMN", box.col)):
        if run is not Extent.ALL:
            chosen = choice[run]
            conditions.append(f"OR(NOT(ISNUMBER({chosen})),{function}({cell})-{start - 1}={chosen})")
    return f"AND({','.join(conditions)})"
