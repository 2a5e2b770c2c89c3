"""The sheet `Check`: the live numbers against the recorded ones, without any program."""

from collections.abc import Iterator, Mapping

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.address import Box, a1
from mlp2xlsx.workbook.check_table import CheckTable
from mlp2xlsx.workbook.check_verdict import Findings, verdict
from mlp2xlsx.workbook.comparison import NOWHERE, InputPair, Pair
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.given import given_inputs
from mlp2xlsx.workbook.loss_sheet import loss_box
from mlp2xlsx.workbook.python_sheet import canvases, recorded_input_box, recorded_loss_box
from mlp2xlsx.workbook.sheet import Sheet
from mlp2xlsx.workbook.styles import GREEN, INPUT_GROUND, RED, highlight
from mlp2xlsx.workbook.term import Term

_VERDICT_ROW, _INPUTS_ROW = 4, 7
_NAME, _CELLS, _FIRST, _LAST = 1, 2, 3, 6  # columns; a comparison has three, or two for inputs
_LAST_COL = 8


def write_check(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a verdict, a row per input, a row per matrix, and one for the loss."""
    words = context.texts["check"]
    sheet.title(words["title"], words["what"])
    sheet.link(3, 1, "‹ Setup", "Setup")
    inputs = _inputs(sheet, context)
    # Where inputs were changed, other results are no fault.
    changed = inputs.total().text
    colors = {
        GREEN: "{count}=0",
        RED: f"AND({{count}}<>0,{changed}=0)",
        INPUT_GROUND: f"AND({{count}}<>0,{changed}<>0)",
    }
    row = _INPUTS_ROW + len(inputs.found) + 3
    sheet.put(row, _NAME, words["results"], "heading")
    for text, col in ((words["first"], _FIRST), (words["last"].format(count=context.shown[-1]), _LAST)):
        sheet.put(row, col, text, "heading")
    headings = [words[key] for key in ("largest", "differing", "where")]
    _headings(sheet, row + 1, [words["matrix"], words["cells"], *headings, *headings])
    first, last = (_matrices(sheet, context, row + 2, which, colors) for which in range(2))
    loss = _losses(sheet, context, row + 2 + len(first.found), colors)
    found = Findings(inputs, first, last, (context.shown[0], context.shown[-1]), loss)
    _verdict(sheet, words, found)
    sheet.widths({1: 30, 2: 8, 3: 16, 4: 14, 5: 16, 6: 16, 7: 14, 8: 16})
    sheet.ws.freeze_panes = a1(_VERDICT_ROW + 2, 1)
    sheet.print_on_one_page()


def _headings(sheet: Sheet, row: int, texts: list[str]) -> None:
    for col, text in enumerate(texts, start=_NAME):
        sheet.put(row, col, text, "label")


def _inputs(sheet: Sheet, context: Context) -> CheckTable:
    """Compare every number that a person may change; the chosen iteration changes no result."""
    words, row = context.texts["check"], _INPUTS_ROW
    sheet.put(row, _NAME, words["inputs"], "heading")
    _headings(sheet, row + 1, [words["input"], words["cells"], words["changed"], words["where"]])
    table = CheckTable(row + 2, _FIRST)
    current, recorded = given_inputs(context.lesson), given_inputs(context.recorded.lesson)
    for offset, (name, values) in enumerate(current.items()):
        title, box = context.inputs[name]
        record = recorded_input_box(context, name).on("Python")
        sheet.link(table.row + offset, _NAME, name, title, box.ref)
        sheet.put(table.row + offset, _CELLS, values.size, "count")
        pair = InputPair(title, box, record, values, recorded[name])
        table.add(sheet, name, pair, {GREEN: "{count}=0", INPUT_GROUND: "{count}<>0"})
    return table


def _matrices(sheet: Sheet, context: Context, row: int, which: int, colors: Mapping[str, str]) -> CheckTable:
    """Compare what the first or the last iteration computes, in the order of the steps."""
    table = CheckTable(row, (_FIRST, _LAST)[which] + 1)
    for offset, name in enumerate(_computed(context)):
        pair = _pair(context, name, which)
        if which == 0:
            sheet.link(row + offset, _NAME, name, pair.sheet, pair.box.ref)
            sheet.put(row + offset, _CELLS, pair.live.size, "count")
        _largest(sheet, context, Box(row + offset, table.col - 1, 1, 1), name, pair)
        table.add(sheet, name, pair, colors)
    return table


def _losses(sheet: Sheet, context: Context, row: int, colors: Mapping[str, str]) -> dict[str, Term]:
    """Compare the losses of all iterations, and find the first iteration whose loss differs."""
    words, name = context.texts["check"], "loss_history"
    box = loss_box(context.lesson.iterations)
    record = recorded_loss_box(context).on("Python")
    losses = (trace.loss.reshape(-1, 1) for trace in (context.trace, context.recorded))
    pair = Pair("Loss", box, record, *losses)
    sheet.link(row, _NAME, name, "Loss", box.ref)
    sheet.put(row, _CELLS, pair.live.size, "count")
    _largest(sheet, context, Box(row, _FIRST, 1, 1), name, pair)
    table = CheckTable(row, _FIRST + 1)
    table.add(sheet, name, pair, colors)
    [found] = table.found
    count, cell, iteration = (a1(row, table.col + offset, fixed=True) for offset in range(3))
    sheet.put(row, _LAST + 1, words["loss"], "quiet_beside")
    numbers = box.moved(cols=-1).on("Loss")
    text = f'IF({count}=0,"{NOWHERE}",{pair.least(numbers)})'
    # Losses stand in the order of their iterations.
    value = float(pair.differs().argmax() + 1) if found.count else NOWHERE
    sheet.formula(row, _LAST, Formula(text, 0), value, "whole", name)
    return {
        "count": Term(count, found.count),
        "name": Term(f'"{name}"', name),
        "cell": Term(cell, found.cell),
        "iteration": Term(iteration, value),
    }


def _computed(context: Context) -> Iterator[str]:
    """Yield what training computes, in the order of the steps."""
    for step in context.steps[1:]:
        for result in step.results:
            yield result.name


def _pair(context: Context, name: str, which: int) -> Pair:
    iteration, canvas = canvases(context)[which]
    k = context.shown.index(iteration)
    box, record = context.training.at(name, k + 1), canvas.boxes[name].on("Python")
    return Pair("Training", box, record, context.trace[name][k], context.recorded[name][k])


def _largest(sheet: Sheet, context: Context, cell: Box, name: str, pair: Pair) -> None:
    largest = pair.largest(context.texts["check"]["error"])
    sheet.formula(cell.row, cell.col, *largest, "difference", name, pair.rounding())


def _verdict(sheet: Sheet, words: Mapping[str, str], found: Findings) -> None:
    """One sentence for the whole workbook, green, blue or red, and below it what to do next."""
    said, advice = verdict(words, found)
    row, height = _VERDICT_ROW, 26
    for offset, (term, role) in enumerate(((said, "verdict"), (advice, "quiet_beside"))):
        formula = Formula(term.text, 0)
        sheet.formula(row + offset, _NAME, formula, str(term.value), role, "verdict")
    for col in range(_NAME + 1, _LAST_COL + 1):
        sheet.put(row, col, None, "verdict")
    sheet.ws.merge_cells(start_row=row, end_row=row, start_column=_NAME, end_column=_LAST_COL)
    sheet.ws.row_dimensions[row].height = height
    changed, differing = found.inputs.total().text, found.differing().text
    for color, condition in {
        GREEN: f"AND({changed}=0,{differing}=0)",
        INPUT_GROUND: f"{changed}<>0",
        RED: f"AND({changed}=0,{differing}<>0)",
    }.items():
        ref = Box(row, _NAME, 1, _LAST_COL).ref
        sheet.ws.conditional_formatting.add(ref, highlight(color, condition))
