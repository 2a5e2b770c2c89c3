"""The cells of a step that are filled in by hand: what is asked, whether it is right, what became of it."""

from collections.abc import Iterator, Mapping

import numpy as np

from mlp2xlsx.mathematics.schedules import RATE
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.excel import Excel, Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.handout import Answered, Handout, Marked
from mlp2xlsx.workbook.sheets.matrix_name import name_role, put_name
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import RED, highlight

# How far a typed number may be from the exact one: a unit of its last decimal, of which two or more count.
# A person may have gone on with rounded numbers, or with exact ones.
_UNITS = (2, 3, 4)
LARGEST_ANSWER = 1e99  # more is no answer; far beyond what any lesson comes to
_TYPED_BEYOND = 3  # decimals, beyond the last that counts
_TYPED = "1E-9"  # closer to a rounded number than this, it was typed like that
_SEEN_COLS = 18  # columns of a screen


def write_answers(sheet: Sheet, page: StepPage, handout: Handout, result: Result) -> None:
    """Write a matrix that is filled in: empty, or as it was handed back."""
    name, canvas = result.name, page.canvas
    box, marked = page.boxes[name], handout.marked.get(name)
    if marked is not None:
        put_name(sheet, canvas, name, name, "label_here")
        _write_marked(sheet, box, marked, name)
        return
    look = page.context.look("answer", page.role(name))
    for row, col in box.cells():
        sheet.put(row, col, None, look)
    _colour_texts(sheet, box)
    if not handout.practice:
        put_name(sheet, canvas, name, name, "label_here")
        return
    verdict = _verdict(page.context, box, _write_codes(sheet, page, handout, result))
    empty = f"{name}{_behind(page.context.texts['handout']['empty'])}"
    at, role = canvas.name_place(name), name_role(canvas, name, "checked")
    sheet.formula(*at, Formula(f'"{name}"&{verdict}', 0), empty, role, name)


def write_note(sheet: Sheet, row: int, col: int, page: StepPage, handout: Handout, result: Result) -> None:
    """Write what is asked for, and whether a text stands there; or what to look at again."""
    words, marked = page.context.texts["handout"], handout.marked.get(result.name)
    if marked is not None:
        sheet.put(row, col, marked_note(page.context, result.name, marked), "beside")
        return
    n_rows, n_cols = result.expr.shape
    one = page.context.one_iteration
    more = "_more" if result.name in {*one.updated, RATE} else ""
    more = "_kept" if result.name in one.kept else more
    asked = words["asked_formulas" if handout.formulas else f"asked{more}"]
    text = asked.format(name=result.name, rows=n_rows, cols=n_cols)
    # A text is larger than any number; COUNTIF with "*" counts numbers too in LibreOffice.
    texts = f"SUMPRODUCT(({page.boxes[result.name].ref}>{LARGEST_ANSWER:.0E})*1)"
    formula = Formula(f'IF(IFERROR({texts},0)>0,"{words["text_there"]}","")&"{text}"', 0)
    sheet.formula(row, col, formula, text, "worked", result.name)


def marked_note(context: Context, name: str, marked: Marked) -> str:
    """What is said of a matrix that is handed back: how many of its cells count, and why not all."""
    words = context.texts["feedback"]
    scored: str = words["scored"].format(name=name, score=marked.score)
    if not marked.comment:
        return scored
    said: str = words["and_then"].format(first=scored, then=marked.comment)
    return said


def longest_remarks(words: Mapping[str, str], handout: Handout) -> dict[str, str]:
    """Longest text that may stand behind the name of each matrix, to make room for it."""
    verdict = max((words[key] for key in _VERDICTS), key=display_width) if handout.practice else ""
    return dict.fromkeys(handout.blank, _behind(verdict))


_VERDICTS = ("right", "not_yet", "empty")


def _behind(remark: str) -> str:
    return f"  {remark}" if remark else ""


def _colour_texts(sheet: Sheet, box: Box) -> None:
    """Colour a text that is typed where a number belongs.

    A data validation would refuse it, but with it every formula: LibreOffice up to 7.4 takes none into a
    cell whose validation asks for numbers, and its warnings are answered with Cancel by the Return key.
    """
    sheet.ws.conditional_formatting.add(box.ref, highlight(RED, f"ISTEXT({a1(box.row, box.col)})"))


def _write_marked(sheet: Sheet, box: Box, marked: Marked, name: str) -> None:
    """Write what was filled in."""
    for i, j, cell in answered_cells(marked):
        row, col = box.row + i, box.col + j
        if not cell.formula:
            sheet.put(row, col, cell.content, cell.mark)
            continue
        value = cell.content if cell.content is not None else ""
        sheet.formula(row, col, Formula(cell.formula, 0), value, cell.mark, name)


def answered_cells(marked: Marked) -> Iterator[tuple[int, int, Answered]]:
    """Yield the cells of a matrix that is handed back, with row and column from 0."""
    return ((i, j, cell) for i, row in enumerate(marked.cells) for j, cell in enumerate(row))


def _write_codes(sheet: Sheet, page: StepPage, handout: Handout, result: Result) -> Box:
    """Write for each cell, out of sight, 1 where it is right for the numbers on the sheet, and else 0."""
    box = page.boxes[result.name]
    codes, excel = box.moved(cols=max(page.canvas.last_col, _SEEN_COLS)), Excel(page.reference)
    units, typed = _UNITS, _TYPED
    if result.name in page.context.one_iteration.kept:
        most = page.context.decimals["kept"]
        units, typed = (most - 2, most - 1, most), f"1E-{most + _TYPED_BEYOND}"
    for i, j in np.ndindex(box.n_rows, box.n_cols):
        right = handout.guarded(excel.cell(result.expr, i, j), result.expr, page.boxes, (i, j))
        code = _code(a1(box.row + i, box.col + j), right.text, units, typed)
        sheet.formula(codes.row + i, codes.col + j, code, 0.0, "checked_code", result.name)
    return codes


def _code(answer: str, right: str, units: tuple[int, ...], typed: str) -> Formula:
    """Write what tells whether an answer is near enough to the number that is right."""
    unit = f"1E-{units[-1]}"
    for decimals in reversed(units[:-1]):
        unit = f"IF(ABS({answer}-ROUND({answer},{decimals}))<{typed},1E-{decimals},{unit})"
    near = f"IF(ABS({answer}-({right}))<={unit}+{typed},1,0)"
    return Formula(f"IFERROR(IF(ISNUMBER({answer}),{near},0),0)", 0)


def _verdict(context: Context, box: Box, codes: Box) -> str:
    """Write what says whether a matrix is right for the numbers on the sheet, and not what is."""
    said = {key: f'"{_behind(context.texts["handout"][key])}"' for key in _VERDICTS}
    full = f"IF(SUM({codes.ref})={box.n_rows * box.n_cols},{said['right']},{said['not_yet']})"
    return f"IF(COUNT({box.ref})=0,{said['empty']},{full})"
