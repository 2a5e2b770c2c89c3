"""The sheet `Setup`: what this is, the way to every step, and every number a person may change."""

from collections.abc import Sequence

import numpy as np
from openpyxl.worksheet.datavalidation import DataValidation

from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.mathematics.steps import SAMPLE
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import n_name_lines
from mlp2xlsx.workbook.layout.given import validation_inputs
from mlp2xlsx.workbook.layout.places import SETUP_INPUT_COL, place_setup
from mlp2xlsx.workbook.sheets.evaluate.places import has_evaluation
from mlp2xlsx.workbook.sheets.input_block import (
    class_sentence,
    put_column_names,
    put_inputs,
    put_kept,
    put_label,
)
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.workbook.sheets.loss.sheet import loss_box
from mlp2xlsx.workbook.sheets.setup.about import put_about
from mlp2xlsx.workbook.sheets.setup.facts import names_line, network_line
from mlp2xlsx.workbook.sheets.setup.glance import AWAY, errors_box, write_errors, write_glance
from mlp2xlsx.workbook.sheets.step.captions import step_title
from mlp2xlsx.workbook.sheets.step.origin import starting_words
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.writing.sheet import USUAL_WIDTH, Sheet

LINK_COL, TITLE_COL, NAMES_COL = 2, 3, 4
# The inputs beside them are to be on a small screen, too, with the sentences that stand there.
TEXT_WIDTHS = {LINK_COL: 10.0, TITLE_COL: 31.0, NAMES_COL: 26.0}
TOP_ROW = 5
_LONGEST_NAMES, _MOST_NAMED = 25, 6
_LABEL_LETTER = 1.3  # of a bold letter, in digits
# A list of choices has 255 characters; so has a message, which says more than the list.
_LONGEST_CHOICE, _LONGEST_MESSAGE = 255, 150


def write_setup(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: texts and links on the left, inputs on the right."""
    sheet.title(context.lesson.words["title"], context.text("setup", "what"), LINK_COL)
    sheet.put(3, LINK_COL, network_line(context), "quiet")
    sheet.put(4, LINK_COL, names_line(context), "quiet")
    row = put_about(sheet, context, TOP_ROW, TEXT_WIDTHS)
    # The steps themselves are often below the screen.
    first = context.step_titles[0]
    sheet.link(TOP_ROW, NAMES_COL, context.texts["sheet"]["next"].format(sheet=first), first)
    row = _try_first(sheet, context, row)
    row = put_step_links(sheet, context, row + 1)
    row = _sheet_links(sheet, context, row + 1)
    put_legend(sheet, context, row + 1)
    _inputs(sheet, context)
    sheet.widths({1: 1.5, **TEXT_WIDTHS, NAMES_COL + 1: 2})
    sheet.ws.freeze_panes = a1(TOP_ROW, 1)
    last_row, _ = sheet.last_cell()
    sheet.print_on_one_page(tall=True)
    if not context.lesson.trains:
        return
    # With the columns that long texts run on into, and without what is only computed with.
    sheet.ws.print_area = f"A1:{a1(last_row, errors_box(context).col - AWAY + 1)}"
    write_errors(sheet, context)


def _try_first(sheet: Sheet, context: Context, row: int) -> int:
    words = context.texts["setup"]
    lines = [_for_lesson(context, "try_1"), _second_try(context), _for_lesson(context, "try_3")]
    task = context.lesson.words["task"].strip()
    # What it says of iterations holds where one follows from another.
    if task and context.lesson.trains and not context.lesson.show:
        lines.append(f"{len(lines) + 1}. {task}")
    return put_lines(sheet, row, words["try_heading"], lines)


def _second_try(context: Context) -> str:
    """What to compare with the first iteration: the last one, of batches the last of the same samples."""
    words, last, listed = context.texts["setup"], context.shown[-1], context.texts["document"]["list"]
    if context.lesson.batch is None:
        return str(words["try_2"]).format(last=last)
    taken = np.sort(context.recorded[SAMPLE][:, :, 0], axis=1)
    same = context.shown[int(np.flatnonzero((taken == taken[0]).all(axis=1))[-1])]
    if same == context.shown[0]:
        key = "try_2_evaluate" if has_evaluation(context.recorded.lesson) else "try_2_other"
        return str(words[key]).format(last=last)
    samples = listed.join([f"{number:.0f}" for number in taken[0, :_MOST_NAMED]])
    samples += "…" if taken.shape[1] > _MOST_NAMED else ""
    return str(words["try_2_batch"]).format(same=same, samples=samples)


def put_lines(sheet: Sheet, row: int, heading: str, lines: Sequence[str]) -> int:
    """Write texts below a heading, and return the first row below them."""
    sheet.put(row, LINK_COL, heading, "heading")
    row += 1
    for line in lines:
        row = sheet.paragraph(row, TEXT_WIDTHS, line, "text")
    return row


def _for_lesson(context: Context, key: str) -> str:
    """Text of a key; of several, that for no training, for batches, a few iterations, or a table of rates."""
    words, lesson = context.texts["setup"], context.lesson
    kinds = {
        "forward": not lesson.trains,
        "batch": lesson.batch is not None,
        "some": bool(lesson.show),
        "table": bool(lesson.lr_table),
    }
    found = [words[f"{key}_{kind}"] for kind, so in kinds.items() if so and f"{key}_{kind}" in words]
    return str((found or [words[key]])[0])


def put_step_links(sheet: Sheet, context: Context, row: int) -> int:
    """Write the table of steps, with a link to each, and return the first row below it."""
    count = len(context.lesson.span)
    said = context.text("setup" if count == 1 else "handout", "steps_heading")
    sheet.put(row, LINK_COL, said.format(count=count), "heading")
    sheet.put(row, NAMES_COL, context.texts["setup"]["makes"], "quiet")
    for number, step in enumerate(context.steps, start=1):
        row += 1
        title = context.step_titles[number - 1]
        sheet.link(row, LINK_COL, title, title)
        sheet.put(row, TITLE_COL, step_title(context, step), "text")
        sheet.put(row, NAMES_COL, _listed([result.name for result in step.results]), "code")
    return row + 1


def _listed(names: list[str]) -> str:
    """Names in a row; where they do not fit into the column, the first."""
    whole = ", ".join(names)
    return whole if len(whole) <= _LONGEST_NAMES else f"{names[0]}, …"


def _sheet_links(sheet: Sheet, context: Context, row: int) -> int:
    """Write a link to each of the other sheets, and return the first row below them."""
    words = context.texts["setup"]
    sheet.put(row, LINK_COL, words["sheets_heading"], "heading")
    for key, says in context.links.items():
        row += 1
        sheet.link(row, LINK_COL, context.titles[key], context.titles[key])
        beside = {col: TEXT_WIDTHS[col] for col in (TITLE_COL, NAMES_COL)}
        row = sheet.paragraph(row, beside, _for_lesson(context, says), "text") - 1
    return row + 1


def put_legend(sheet: Sheet, context: Context, row: int) -> int:
    """Write what the colours mean, one below the other, and return the first row below them."""
    words = context.texts["sheet"] | {"legend_input": context.texts["setup"]["legend_input"]}
    words |= {"legend_answer": context.texts["handout"]["legend_answer"]}
    roles = {
        **({"legend_input": "input"} if context.handout is None else {"legend_answer": "answer_sample"}),
        "legend_computed": "yellow",
        "legend_read": "orange",
        "legend_known": "value",
        "legend_later": "empty",
    }
    for offset, (key, role) in enumerate(roles.items()):
        sheet.put(row + offset, LINK_COL, None, role)
        sheet.put(row + offset, TITLE_COL, words[key], "beside")
    return row + len(roles)


def _inputs(sheet: Sheet, context: Context) -> None:
    words, places = context.texts["setup"], context.setup
    sheet.put(places.heading_row, SETUP_INPUT_COL, words["inputs_heading"], "heading")
    put_starts(sheet, context)
    if not context.lesson.trains:
        return
    write_glance(sheet, context)
    _hint(sheet, context, "iteration", _which_iterations(context, "iteration_hint"))
    _iteration(sheet, context)


def put_starts(sheet: Sheet, context: Context) -> None:
    """Write what the first iteration starts from: numbers of training, parameters and data."""
    words, places, lesson = context.texts["setup"], context.setup, context.lesson
    for name, value in lesson.scalar_matrices.items():
        _hint(sheet, context, name, context.texts["scalars"][name]["hint"])
        put_inputs(sheet, context, name, places.boxes[name], value)
    for name, values in lesson.columns.items():
        box = places.boxes[name]
        sheet.put(box.row - 2, SETUP_INPUT_COL, context.texts["scalars"]["table"]["hint"], "quiet")
        sheet.put(box.row - 1, box.col, name, "label")
        put_inputs(sheet, context, name, box, values)
    heading = context.text("setup", "initial_heading")
    if lesson.trains and context.handout is None:  # a handout has numbers of its own
        heading = words["initial_heading_said"].format(said=starting_words(context))
    sheet.put(places.weights_row, SETUP_INPUT_COL, heading, "heading")
    sheet.put(places.data_row, SETUP_INPUT_COL, words["data_heading"], "heading")
    for name, values in lesson.initial_parameters().items():
        start = initial_name(name)
        box = places.boxes[start]
        put_label(sheet, lesson, start, box, box.row - 1)
        put_inputs(sheet, context, start, box, values)
    _data(sheet, context)


def _data(sheet: Sheet, context: Context) -> None:
    """Inputs and targets with the names of their columns, or the way to the sheet where they are."""
    lesson, row = context.lesson, context.setup.data_row
    if context.data is not None:
        sheet.link(row + 1, SETUP_INPUT_COL, context.titles["data"], context.titles["data"])
        sheet.put(row + 1, SETUP_INPUT_COL + 1, context.texts["setup"]["data"], "quiet_beside")
        return
    if lesson.classes:
        sheet.put(row + 1, SETUP_INPUT_COL, class_sentence(context), "quiet")
    for name, values in {"X": lesson.X, "y": lesson.y}.items():
        box = context.setup.boxes[name]
        names_row = box.row - n_name_lines(lesson)
        put_label(sheet, lesson, name, box, names_row - 1)
        put_column_names(sheet, lesson, name, box, names_row)
        put_inputs(sheet, context, name, box, values)
    put_kept(sheet, context, validation_inputs(lesson))


def _hint(sheet: Sheet, context: Context, name: str, hint: str) -> None:
    """What a single number is called, and what it does."""
    box = context.setup.boxes[name]
    sheet.put(box.row, box.col - 1, name, "label")
    if name in SCALARS and len(name) * _LABEL_LETTER > USUAL_WIDTH:
        sheet.widths({box.col - 1: len(name) * _LABEL_LETTER})
    sheet.put(box.row, box.col + 1, hint, "quiet_beside")


def _iteration(sheet: Sheet, context: Context) -> None:
    """Warn of an iteration that is not there, and offer the others: the next is two keys away."""
    box = context.setup.boxes["iteration"]
    sheet.put(box.row, box.col, context.iteration, "input")
    words, shown = context.texts["setup"], ",".join(map(str, context.lesson.show))
    listed = loss_box(context.lesson.iterations).moved(cols=-1).on(context.titles["loss"])
    kind = {"type": "list", "formula1": listed}
    if shown and len(shown) <= _LONGEST_CHOICE:
        kind = {"type": "list", "formula1": f'"{shown}"'}
    elif shown:
        kind = {"type": "whole", "operator": "between", "formula1": "1", "formula2": str(context.shown[-1])}
    # LibreOffice up to 7.4 takes every formula for a wrong one: a warning can be answered with OK.
    rule = DataValidation(
        **kind,
        errorStyle="warning",
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=words["iteration_error_title"],
        error=_which_iterations(context, "iteration_error"),
    )
    rule.add(box.ref)
    sheet.ws.add_data_validation(rule)


def _which_iterations(context: Context, key: str) -> str:
    """Say which iterations there are; a validation message has room for 255 characters."""
    if context.lesson.show:
        shown = ", ".join(map(str, context.lesson.show))
        shown = (
            shown if len(shown) <= _LONGEST_MESSAGE else shown[:_LONGEST_MESSAGE].rpartition(",")[0] + " …"
        )
        return str(context.texts["setup"][f"{key}_some"]).format(shown=shown)
    return str(context.texts["setup"][key]).format(count=context.lesson.iterations)


SHEET = SheetKind(
    key="setup",
    write=write_setup,
    names=lambda context: context.inputs.items(),
    last_cols=lambda lesson: {"setup": max(box.last_col for box in place_setup(lesson).boxes.values())},
)
