"""The sheet `Evaluate`, from top to bottom."""

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.evaluate.curve import CurveTable
from mlp2xlsx.workbook.sheets.evaluate.places import (
    LABEL_WIDTH,
    WIDTH,
    EvaluatePlaces,
    has_evaluation,
    live_positions,
    n_evaluated_bands,
    n_evaluated_cells,
)
from mlp2xlsx.workbook.sheets.evaluate.points import live_points
from mlp2xlsx.workbook.sheets.evaluate.samples import evaluated_now, sample_rows
from mlp2xlsx.workbook.sheets.evaluate.summary import write_summary
from mlp2xlsx.workbook.sheets.heading import FIRST_FREE_ROW, picture_heading
from mlp2xlsx.workbook.sheets.kinds import SheetKind
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.writing.sheet import Sheet

_FEWEST_COLS = 11  # that are printed: with those that sentences run on into


def write_evaluate(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: how good the network is, while it learns as well, and below it all samples."""
    places, words, found = EvaluatePlaces.of(context), context.texts["evaluate"], evaluated_now(context)
    picture_heading(sheet, context, "evaluate", "what_both" if len(places.rows) > 1 else "what")
    write_summary(sheet, context, places, found)
    if places.curve.n_rows:
        CurveTable(context, places).write(sheet, found)
    row = places.labels_row
    sheet.put(row - 1, 1, _what_follows(context, places), "quiet")
    heads = [
        words["sample"],
        *([words[key] for key in ("class", "answer", "is_right")] if places.by_class else []),
    ]
    for col, text in enumerate(heads, 1):
        sheet.put(row, col, text, "label_centred")
    for name, box in places.columns.items():
        sheet.put(row, box.col, name, "label")
    sheet.bands += [sample_rows(sheet, context, places, of, values) for of, values in found.items()]
    sheet.bands += live_points(sheet, context, places)
    last_col = max(box.last_col for box in places.columns.values())
    sheet.widths(dict.fromkeys(range(2, last_col + 1), places.width) | {1: LABEL_WIDTH})
    sheet.ws.freeze_panes = a1(FIRST_FREE_ROW, 1)
    sheet.print_on_one_page()
    # What all this is computed from is no reading on paper.
    tables = [box.last_col for box in places.class_tables.values()]
    sheet.ws.print_area = Box(1, 1, places.last_summed_up, max([_FEWEST_COLS, *tables])).ref


def _what_follows(context: Context, places: EvaluatePlaces) -> str:
    """Say in which rows the samples are."""
    words = context.texts["evaluate"]
    ranges = {f"{name}_rows": f"{box.row}–{box.last_row}" for name, box in places.rows.items()}
    said = [words["rows_of_both" if len(ranges) > 1 else "rows_of_training"].format(**ranges)]
    named = {
        number: name for number, name in enumerate(places.classes, places.first_class) if places.by_class
    }
    if any(str(number) != name for number, name in named.items()):
        listed = context.texts["document"]["list"].join(f"{number} {name}" for number, name in named.items())
        said.append(words["classes_are"].format(listed=listed))
    if places.by_class:
        check = context.texts["check"]
        said.append(words["yes_and_no"].format(yes=check["yes"], no=check["no"]))
    if places.live:
        said.append(words["rows_of_others"].format(row=places.bands_row))
    return " ".join(said)


def _n_formulas(lesson: Lesson) -> int:
    return (1 + sum(map(len, live_positions(lesson)))) * n_evaluated_cells(lesson)


def _last_cols(lesson: Lesson) -> dict[str, int]:
    return {"evaluate": max(box.last_col for box in EvaluatePlaces(lesson, WIDTH).columns.values())}


SHEET = SheetKind(
    key="evaluate",
    write=write_evaluate,
    says="evaluate",
    is_there=has_evaluation,
    n_bands=n_evaluated_bands,
    n_formulas=_n_formulas,
    last_cols=_last_cols,
    is_computed_with=True,
)
