"""The sheet `Data`: inputs as they are given, and what the network takes of them, in live formulas."""

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.tables.scaling import NONE, SCALINGS, input_formula
from mlp2xlsx.lesson.tables.validation import KeptSamples
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import gap_after, label
from mlp2xlsx.workbook.layout.given import of_validation, validation_inputs
from mlp2xlsx.workbook.layout.places import DataPlaces, place_data
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.input_block import (
    class_sentence,
    put_column_names,
    put_inputs,
    put_kept,
    put_label,
)
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.writing.sheet import Sheet

_LABEL_COL = 1


def write_data(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: `X_raw` with its statistics, `X` and `y`, a row per sample.

    Only for a workbook whose inputs are scaled or have words in them.
    """
    places, lesson, words = context.data, context.lesson, context.texts["data"]
    if places is None or lesson.X_raw is None:
        raise ValueError("a lesson without scaling and words has no sheet Data")
    sheet.title(words["title"], words[f"what_{lesson.scale}"])
    if lesson.vocabulary:
        sheet.put(5, _LABEL_COL, words["words"], "quiet")
    link_back(sheet, context, 3, _LABEL_COL)
    if lesson.classes:
        sheet.put(4, _LABEL_COL, class_sentence(context), "quiet")
    for name in ("X_raw", "X", "y"):
        put_label(sheet, lesson, name, places.boxes[name], places.label_row)
        put_column_names(sheet, lesson, name, places.boxes[name], places.label_row + 1)
    first = places.boxes["X_raw"].row
    _numbered(sheet, context, places.boxes["X_raw"])
    for name, values in {"X_raw": lesson.X_raw, "y": lesson.y}.items():
        put_inputs(sheet, context, name, places.boxes[name], values)
    if lesson.scale != NONE:
        _statistics(sheet, context, places)
    _computed(sheet, context, places, "X_raw", "X", lesson.X)
    if lesson.validation is not None:
        _kept(sheet, context, places, lesson.validation)
    sheet.widths({_LABEL_COL: 18, **_gaps(places)})
    sheet.ws.freeze_panes = a1(first, _LABEL_COL + 1)
    sheet.print_on_one_page(tall=True)


def _gaps(places: DataPlaces) -> dict[int, float]:
    """Widths of the columns that alone part two matrices; the label of the first may run on into it."""
    names = ("X_raw", "X", "y")
    boxes = [places.boxes[name] for name in names]
    return {
        box.last_col + 1: gap_after([label(name, box)], box.n_cols)
        for name, box, after in zip(names, boxes, boxes[1:], strict=False)
        if after.col == box.last_col + 2
    }


def _numbered(sheet: Sheet, context: Context, box: Box) -> None:
    """Number the samples of a matrix."""
    sheet.put(box.row - 1, _LABEL_COL, context.texts["data"]["sample"], "quiet")
    numbers = np.arange(1.0, box.n_rows + 1).reshape(-1, 1)
    sheet.numbers(Box(box.row, _LABEL_COL, box.n_rows, 1), numbers, "quiet_centred")


def _kept(sheet: Sheet, context: Context, places: DataPlaces, kept: KeptSamples) -> None:
    """Write the samples that are kept for validation, and what the network takes of them."""
    name = of_validation("X")
    put_kept(sheet, context, validation_inputs(context.lesson))
    sheet.put(places.boxes[name].row - 1, places.boxes[name].col, label(name, places.boxes[name]), "label")
    _numbered(sheet, context, places.boxes[name])
    _computed(sheet, context, places, of_validation("X_raw"), name, kept.X)


def _statistics(sheet: Sheet, context: Context, places: DataPlaces) -> None:
    """Write what describes each column of numbers of `X_raw` above it."""
    raw, scaling = places.boxes["X_raw"], SCALINGS[context.lesson.scale]
    values = scaling.describe(context.lesson.X_given)
    for statistic in scaling.statistics:
        row = places.statistics[statistic.key]
        sheet.put(row, _LABEL_COL, context.texts["data"][statistic.key], "label")
        for j in (raw for raw, word in context.lesson.input_columns if word is None):
            column = Box(raw.row, raw.col + j, raw.n_rows, 1).ref
            formula = scaling.statistic(statistic, column, scaled_by(places, j, fixed=False))
            value = float(values[statistic.key][0, j])
            # As many digits as fit: raw numbers may be of any size.
            sheet.formula(row, raw.col + j, formula, value, "given", statistic.key)


def _computed(
    sheet: Sheet, context: Context, places: DataPlaces, raw_name: str, name: str, values: FloatMatrix
) -> None:
    """Write one formula for each cell of `X`, or of the samples that are kept for validation."""
    raw, box, lesson = places.boxes[raw_name], places.boxes[name], context.lesson
    for j, made_of in enumerate(lesson.input_columns):
        statistics = scaled_by(places, made_of.raw, fixed=True)
        role = "value" if made_of.word is None else "whole"
        for i, value in enumerate(values[:, j].tolist()):
            cell = a1(raw.row + i, raw.col + made_of.raw)
            formula = input_formula(made_of, cell, lesson.scale, lesson.vocabulary, statistics)
            sheet.formula(box.row + i, box.col + j, formula, value, role, name)


def scaled_by(places: DataPlaces, j: int, *, fixed: bool, title: str = "") -> dict[str, str]:
    """Where the statistics of a column stand; copied down, a formula keeps to their rows.

    Parameters
    ----------
    places
        The sheet `Data`.
    j
        Which column of `X_raw`, from 0.
    fixed
        Whether the formula keeps to the rows.
    title
        What that sheet is called, for a formula on another one.
    """
    letter, mark = get_column_letter(places.boxes["X_raw"].col + j), "$" if fixed else ""
    sheet = f"{quoted(title)}!" if title else ""
    return {key: f"{sheet}{letter}{mark}{row}" for key, row in places.statistics.items()}


def _last_cols(lesson: Lesson) -> dict[str, int]:
    places = place_data(lesson)
    return {} if places is None else {"data": max(box.last_col for box in places.boxes.values())}


SHEET = SheetKind(
    key="data",
    write=write_data,
    says="data",
    is_there=lambda lesson: lesson.X_raw is not None,
    n_formulas=lambda lesson: lesson.X.size,
    last_cols=_last_cols,
)
