"""The sheet `Setup`: what this is, the way to every step, and every number a person may change."""

import numpy as np
from openpyxl.worksheet.datavalidation import DataValidation

from mlp2xlsx.workbook.about import put_about
from mlp2xlsx.workbook.address import a1
from mlp2xlsx.workbook.column_names import n_name_lines
from mlp2xlsx.workbook.context import Context, step_sheet
from mlp2xlsx.workbook.curve_sheet import has_curve
from mlp2xlsx.workbook.glance import write_glance
from mlp2xlsx.workbook.input_block import class_sentence, put_column_names, put_inputs, put_label
from mlp2xlsx.workbook.loss_sheet import loss_box
from mlp2xlsx.workbook.places import SETUP_INPUT_COL
from mlp2xlsx.workbook.sheet import MOST_ROWS_ON_A_PAGE, Sheet
from mlp2xlsx.workbook.step_sheet import step_title
from mlp2xlsx.workbook.surface_sheet import has_surface

_LINK, _TITLE, _NAMES = 2, 3, 4
_TEXT_WIDTHS = {_LINK: 12.0, _TITLE: 34.0, _NAMES: 46.0}
_TOP_ROW = 5
_LONGEST_NAMES = 42
# A list of choices has 255 characters; so has a message, which says more than the list.
_LONGEST_CHOICE, _LONGEST_MESSAGE = 255, 150
_OTHER_SHEETS = {
    "Data": "data",
    "Training": "training",
    "Loss": "loss",
    "Weights": "weights",
    "Network": "network_drawn",
    "Surface": "surface",
    "Curve": "curve",
    "Math": "math",
    "Code": "code",
    "Python": "python",
    "Check": "check",
}


def write_setup(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: texts and links on the left, inputs on the right."""
    words = context.texts["setup"]
    sheet.title(context.lesson.words["title"], words["what"], _LINK)
    sheet.put(3, _LINK, _network(context), "quiet")
    row = put_about(sheet, context, _TOP_ROW, _TEXT_WIDTHS)
    row = _try_first(sheet, context, row)
    row = _legend(sheet, context, row + 1)
    row = _step_links(sheet, context, row + 1)
    _sheet_links(sheet, context, row + 1)
    _inputs(sheet, context)
    sheet.widths({1: 2, **_TEXT_WIDTHS, _NAMES + 1: 4})
    sheet.ws.freeze_panes = a1(_TOP_ROW, 1)
    sheet.print_on_one_page(tall=sheet.last_cell()[0] > MOST_ROWS_ON_A_PAGE)


def _network(context: Context) -> str:
    """The network in one line, as in "Samples: 3 · Neurons: 4-3-1 · Iterations: 1000"."""
    network = context.lesson.network
    layers = "-".join(str(n) for n in (network.n_inputs, *network.hidden, network.n_outputs))
    return str(context.texts["setup"]["network"]).format(
        samples=len(context.lesson.X), layers=layers, iterations=context.lesson.iterations
    )


def _try_first(sheet: Sheet, context: Context, row: int) -> int:
    words = context.texts["setup"]
    sheet.put(row, _LINK, words["try_heading"], "heading")
    row += 1
    for key in ("try_1", "try_2", "try_3"):
        text = _for_shown(context, key).format(last=context.shown[-1])
        row = sheet.paragraph(row, _TEXT_WIDTHS, text, "wrapped")
    return row


def _for_shown(context: Context, key: str) -> str:
    """Text of a key; where only some iterations are live, the one that says so, if there is one."""
    words = context.texts["setup"]
    return str(words.get(f"{key}_some", words[key]) if context.lesson.show else words[key])


def _step_links(sheet: Sheet, context: Context, row: int) -> int:
    sheet.put(row, _LINK, context.texts["setup"]["steps_heading"], "heading")
    sheet.put(row, _NAMES, context.texts["setup"]["makes"], "quiet")
    for number, step in enumerate(context.steps, start=1):
        row += 1
        sheet.link(row, _LINK, step_sheet(number), step_sheet(number))
        sheet.put(row, _TITLE, step_title(context, step), "text")
        sheet.put(row, _NAMES, _listed([result.name for result in step.results]), "code")
    return row + 1


def _listed(names: list[str]) -> str:
    """Names in a row; where they do not fit into the column, the first and the last."""
    whole = ", ".join(names)
    return whole if len(whole) <= _LONGEST_NAMES else f"{names[0]}, …, {names[-1]}"


def _sheet_links(sheet: Sheet, context: Context, row: int) -> None:
    words = context.texts["setup"]
    sheet.put(row, _LINK, words["sheets_heading"], "heading")
    for title, key in _OTHER_SHEETS.items():
        if not _has_sheet(context, title):
            continue
        row += 1
        sheet.link(row, _LINK, title, title)
        sheet.put(row, _TITLE, _for_shown(context, key), "text")


def _has_sheet(context: Context, title: str) -> bool:
    """Whether the workbook has one of the sheets that depend on the lesson."""
    network = context.lesson.network
    there = {"Data": context.data is not None, "Surface": has_surface(network), "Curve": has_curve(network)}
    return there.get(title, True)


def _legend(sheet: Sheet, context: Context, row: int) -> int:
    """The colours, one below the other."""
    words = context.texts["sheet"] | {"legend_input": context.texts["setup"]["legend_input"]}
    roles = {
        "legend_input": "input",
        "legend_computed": "yellow",
        "legend_read": "orange",
        "legend_known": "value",
        "legend_later": "empty",
    }
    for offset, (key, role) in enumerate(roles.items()):
        sheet.put(row + offset, _LINK, None, role)
        sheet.put(row + offset, _TITLE, words[key], "beside")
    return row + len(roles)


def _inputs(sheet: Sheet, context: Context) -> None:
    words, places, lesson = context.texts["setup"], context.setup, context.lesson
    for row, key in (
        (places.heading_row, "inputs_heading"),
        (places.weights_row, "initial_heading"),
        (places.data_row, "data_heading"),
    ):
        sheet.put(row, SETUP_INPUT_COL, words[key], "heading")
    for name, values in lesson.initial_parameters().items():
        box = places.boxes[f"initial_{name}"]
        put_label(sheet, lesson, f"initial_{name}", box, box.row - 1)
        put_inputs(sheet, context, f"initial_{name}", box, values)
    _data(sheet, context)
    write_glance(sheet, context)
    _hint(sheet, context, "iteration", _which_iterations(context, "iteration_hint"))
    _iteration(sheet, context)
    _hint(sheet, context, "lr", words["lr_hint"])
    put_inputs(sheet, context, "lr", places.boxes["lr"], np.array([[lesson.lr]]))


def _data(sheet: Sheet, context: Context) -> None:
    """Inputs and targets with the names of their columns, or the way to the sheet where they are."""
    lesson, row = context.lesson, context.setup.data_row
    if context.data is not None:
        sheet.link(row + 1, SETUP_INPUT_COL, "Data", "Data")
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


def _hint(sheet: Sheet, context: Context, name: str, hint: str) -> None:
    """What a single number is called, and what it does."""
    box = context.setup.boxes[name]
    sheet.put(box.row, box.col - 1, context.texts["setup"][name], "label")
    sheet.put(box.row, box.col + 1, hint, "quiet_beside")


def _iteration(sheet: Sheet, context: Context) -> None:
    """Let Excel refuse an iteration that is not there, and offer the others: the next is two keys away."""
    box = context.setup.boxes["iteration"]
    sheet.put(box.row, box.col, context.iteration, "input")
    words, shown = context.texts["setup"], ",".join(map(str, context.lesson.show))
    listed = loss_box(context.lesson.iterations).moved(cols=-1).on("Loss")
    kind = {"type": "list", "formula1": listed}
    if shown and len(shown) <= _LONGEST_CHOICE:
        kind = {"type": "list", "formula1": f'"{shown}"'}
    elif shown:
        kind = {"type": "whole", "operator": "between", "formula1": "1", "formula2": str(context.shown[-1])}
    rule = DataValidation(
        **kind,
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
