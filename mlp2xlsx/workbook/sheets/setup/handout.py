"""The first sheet of a workbook to be filled in: whose it is, what to do, and what it starts from."""

from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.layout.places import SETUP_INPUT_COL
from mlp2xlsx.workbook.sheets.setup.sheet import (
    LINK_COL,
    NAMES_COL,
    TEXT_WIDTHS,
    TITLE_COL,
    TOP_ROW,
    put_legend,
    put_lines,
    put_starts,
    put_step_links,
)
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.writing.sheet import Sheet

HANDOUT_NAME = "handout"
HANDOUT_BOX = Box(3, TITLE_COL, 1, 1)
_DONE_COL = NAMES_COL + 1
_DONE_WIDTH = 9.0


def write_handout_setup(sheet: Sheet, context: Context, handout: Handout) -> None:
    """Fill the sheet: what to do and the way to every step on the left, what is given on the right."""
    words = context.texts["handout"]
    back = bool(handout.marked)
    count = len(context.lesson.span)
    what = "what" if count == 1 else "what_several"
    what = "what_marked" if back else what if handout.blank else "what_key"
    sheet.title(context.lesson.words["title"], context.text("handout", what).format(count=count), LINK_COL)
    sheet.put(3, LINK_COL, words["ident"], "label")
    sheet.put(HANDOUT_BOX.row, HANDOUT_BOX.col, handout.ident, "text")
    sheet.put(3, NAMES_COL, handout.student, "heading")
    row, purpose = TOP_ROW, context.lesson.words["purpose"].strip()
    if purpose and not back:  # what else the lesson says is about many iterations
        row = sheet.paragraph(row, TEXT_WIDTHS, purpose, "note") + 1
    if handout.blank:
        heading, lines = _comments(context, handout) if back else _tasks(context, handout)
        row = put_lines(sheet, row, heading, lines)
    row = row if back else put_legend(sheet, context, row + 1)
    for number, names in _asked(context, handout).items():
        done = handout.scores.get(number, words["to_do"]) if names else ""
        sheet.put(row + 1 + number, _DONE_COL, done, "quiet" if not back else "label")
    put_step_links(sheet, context, row + 1)
    sheet.put(context.setup.heading_row, SETUP_INPUT_COL, words["given_heading"], "heading")
    put_starts(sheet, context)
    sheet.widths({1: 2, **TEXT_WIDTHS, _DONE_COL: _DONE_WIDTH})
    sheet.ws.freeze_panes = a1(TOP_ROW, 1)
    sheet.print_on_one_page(tall=True)


def _asked(context: Context, handout: Handout) -> dict[int, list[str]]:
    """Matrices that are filled in, by the number of their step."""
    return {
        number: [result.name for result in step.results if result.name in handout.blank]
        for number, step in enumerate(context.steps, start=1)
    }


def _tasks(context: Context, handout: Handout) -> tuple[str, list[str]]:
    words = context.texts["handout"]
    first = min(number for number, names in _asked(context, handout).items() if names)
    keys = ["task_1", "task_2_formulas" if handout.formulas else "task_2", "task_3"]
    keys.append("task_practice" if handout.practice else "task_hand_in")
    lines = [words[key].format(first=context.step_titles[first - 1]) for key in keys]
    return words["task_heading"], [f"{number}. {line}" for number, line in enumerate(lines, start=1)]


def _comments(context: Context, handout: Handout) -> tuple[str, list[str]]:
    words = context.texts["handout"]
    said = [
        context.texts["feedback"]["commented"].format(name=name, comment=one.comment)
        for name, one in handout.marked.items()
        if not one.complete
    ]
    return words["total"].format(total=handout.total), said or [words["all_right"]]
