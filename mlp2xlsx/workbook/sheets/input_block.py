"""A matrix of inputs on a sheet: its label, what its columns are called, and its numbers."""

from collections.abc import Mapping, Sequence
from math import isfinite

from openpyxl.worksheet.datavalidation import DataValidation

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.scalars import SCALARS, SettableScalar
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import label
from mlp2xlsx.workbook.layout.column_names import (
    column_names,
    n_name_lines,
    name_lines,
    name_width,
    short_name,
)
from mlp2xlsx.workbook.layout.given import as_typed, words_at
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.live_text import constant_part
from mlp2xlsx.xlsx.text_width import display_width
from mlp2xlsx.xlsx.writing.sheet import Sheet

_LONGEST_LIST = 250  # letters, of the 255 that Excel allows
_LARGEST = "1E+99"
_ANY_NUMBER = {"operator": "between", "formula1": f"-{_LARGEST}", "formula2": _LARGEST}


def put_inputs(sheet: Sheet, context: Context, name: str, box: Box, values: FloatMatrix) -> None:
    """Write numbers and words that are a person's to change; anything else among them is warned of.

    What others are to be computed from by hand stays as it is.
    """
    rows = as_typed(context.lesson, name, values)
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            sheet.put(box.row + i, box.col + j, value, "input" if context.handout is None else "given")
    if context.handout is not None:
        return
    words, scalar = context.texts["setup"], SCALARS.get(name)
    columns = [Box(box.row, box.col + j, box.n_rows, 1) for j in range(box.n_cols)]
    known = [words_at(context.lesson, name, j) for j in range(box.n_cols)]
    for column, listed in zip(columns, known, strict=True):
        if listed:
            _let_choose(sheet, context, column, listed)
    # LibreOffice up to 7.4 takes every formula for no number: a warning can be answered with OK.
    rule = DataValidation(
        type="decimal",
        errorStyle="warning",
        **(_ANY_NUMBER if scalar is None else _within(scalar)),
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=words["number_error_title"],
        error=words["number_error"] if scalar is None else context.texts["scalars"][name]["error"],
    )
    for of_numbers in [box] if not any(known) else [columns[j] for j, one in enumerate(known) if not one]:
        rule.add(of_numbers.ref)
    if rule.sqref:
        sheet.ws.add_data_validation(rule)


def _let_choose(sheet: Sheet, context: Context, column: Box, known: Sequence[str]) -> None:
    """Let a person choose a word from a list, where it is short enough for Excel."""
    listed = ",".join(known)
    if len(listed) > _LONGEST_LIST or any("," in word for word in known):
        return
    words = context.texts["setup"]
    rule = DataValidation(
        type="list",
        formula1=constant_part(listed).formula,
        allow_blank=False,
        showErrorMessage=True,
        errorTitle=words["word_error_title"],
        error=words["word_error"],
    )
    rule.add(column.ref)
    sheet.ws.add_data_validation(rule)


def _within(scalar: SettableScalar) -> dict[str, str]:
    """The range of a number of training, as a rule of a spreadsheet."""
    ends = {"greaterThan": scalar.above, "lessThan": scalar.below}
    given = {operator: end for operator, end in ends.items() if isfinite(end)}
    if len(given) == 2:  # both ends belong to a range that a spreadsheet knows
        return {"operator": "between", "formula1": f"{scalar.above:g}", "formula2": f"{scalar.below:g}"}
    for operator, end in given.items():
        return {"operator": operator, "formula1": f"{end:g}"}
    return _ANY_NUMBER


def put_label(sheet: Sheet, lesson: Lesson, name: str, box: Box, row: int) -> None:
    """Write name and shape of a matrix; beside that of classes, what they are the classes of."""
    text = label(name, box)
    if name == "y" and lesson.classes and lesson.target:
        text += f"  {short_name(lesson.target[0])}"
    sheet.put(row, box.col, text, "label")


def put_kept(sheet: Sheet, context: Context, inputs: Mapping[str, FloatMatrix]) -> None:
    """Write the samples that are kept for validation, below those that training takes."""
    for number, (name, values) in enumerate(inputs.items() if context.handout is None else ()):
        _, box = context.inputs[name]
        if number == 0:
            sheet.put(box.row - 2, box.col, context.texts["data"]["validation"], "heading")
        sheet.put(box.row - 1, box.col, label(name, box), "label")
        put_inputs(sheet, context, name, box, values)


def put_column_names(sheet: Sheet, lesson: Lesson, name: str, box: Box, row: int) -> None:
    """Write what the columns of `X`, `X_raw` or `y` are called, and make the columns wide enough.

    The names end in one row, however many lines they take; the topmost possible one is `row`.
    """
    end = row + n_name_lines(lesson)
    for col, column in enumerate(column_names(lesson, name), start=box.col):
        lines = name_lines(column)
        for offset, line in enumerate(lines):
            sheet.put(end - len(lines) + offset, col, line, "quiet_centred")
        sheet.widths({col: max(name_width(column), _widest_word(lesson, name, col - box.col))})


def _widest_word(lesson: Lesson, name: str, column: int) -> float:
    """How wide a column has to be for its words."""
    return max((display_width(word) + 1 for word in words_at(lesson, name, column)), default=0.0)


def class_sentence(context: Context) -> str:
    """How the classes of the samples stand in `y`."""
    words, lesson = context.texts["data"], context.lesson
    if lesson.y.shape[1] > 1:
        return str(words["classes"])
    zero, one = map(short_name, lesson.classes)
    return str(words["two_classes"]).format(zero=zero, one=one)
