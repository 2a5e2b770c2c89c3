"""The sheet `Training`: all iterations, live, one formula per cell."""

from collections.abc import Callable, Iterator
from math import ceil

import numpy as np

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Matrix
from mlp2xlsx.mathematics.iteration import DATA
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.excel import Excel, Formula, Reference
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import label
from mlp2xlsx.workbook.layout.given import given_inputs
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH
from mlp2xlsx.workbook.layout.places import TRAINING_FIRST_ROW, place_training
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.kinds import SheetKind, trains
from mlp2xlsx.xlsx.address import Box, a1, defined_name
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated, formulas_of, growing
from mlp2xlsx.xlsx.writing.sheet import PRINTED_ROWS, Sheet

_MOST_PAGES = 6  # side by side


def write_training(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a heading, the first band, the bands between, the weights after the last update."""
    words, places, n = context.texts["training"], context.training, len(context.shown)
    some = "_some" if context.lesson.show else ""
    # Column A stays where it is: a title in it would be cut off there.
    sheet.title(words[f"title{some}"], words[f"what{some}"], 2)
    link_back(sheet, context, TRAINING_FIRST_ROW - 2, 1)
    sheet.put(TRAINING_FIRST_ROW - 1, 1, words["iteration"], "label")
    for name, box in {**places.boxes, **places.copies}.items():
        sheet.put(box.row - 1, box.col, label(name, box), "label")
    first_copy = next(iter(places.copies.values()))
    sheet.put(first_copy.row - 2, first_copy.col, words["copies"], "quiet_beside")
    sheet.bands.append(_bands(sheet, context, 1, 1))
    if n > 1:
        sheet.bands.append(_bands(sheet, context, 2, n))
    if not context.lesson.show:
        sheet.bands.append(_bands(sheet, context, n + 1, n + 1))
    sheet.widths(dict(places.widths))
    sheet.ws.freeze_panes = a1(TRAINING_FIRST_ROW, 2)
    sheet.print_on_one_page()
    width = sum(width for col, width in places.widths.items() if col <= places.last_col)
    sheet.ws.page_setup.fitToWidth = min(_MOST_PAGES, ceil(width / SCREEN_WIDTH))
    all_bands = n + (not context.lesson.show)
    bands = max(1, min(PRINTED_ROWS // places.height, all_bands))
    last_row = TRAINING_FIRST_ROW + min(bands * places.height, PRINTED_ROWS) - 1
    all_rows = places.last_row(all_bands)
    last_col = places.last_col
    sheet.print_first((last_row, last_col), (all_rows, last_col), context.texts["document"]["printed"])


def _bands(sheet: Sheet, context: Context, first: int, last: int) -> Bands:
    """Make the bands from one place to another; after the last iteration only the parameters are left."""
    places, styles = context.training, sheet.styles
    row = TRAINING_FIRST_ROW + (first - 1) * places.height
    rows = Progressions()
    numbers = context.shown[first - 1 : last]
    counts, role = np.array(numbers or context.shown[-1:]), "count" if numbers else "after"
    counter = Repeated(
        "iteration", Box(row, 1, 1, 1), counts.astype(np.float64).reshape(-1, 1, 1), styles.index(role)
    )
    blocks = [counter]
    for result, values in _matrices(context, first, last):
        blocks.append(_block(sheet, context, result, values, first, rows))
    if first == 1:
        blocks += _copies(sheet, context)
    return Bands(row, places.height, last - first + 1, tuple(blocks), rows)


def _copies(sheet: Sheet, context: Context) -> Iterator[Repeated]:
    """Yield the inputs that are repeated here."""
    values = given_inputs(context.lesson) | {"X": context.lesson.X}
    for name, box in context.training.copies.items():
        formulas = _from(context, name)
        yield Repeated(name, box, values[name][None], sheet.styles.index(context.role(name)), formulas)


def _from(context: Context, name: str) -> list[list[Formula]]:
    """The formulas that repeat an input, cell by cell."""
    _, place = context.inputs[name]
    return formulas_of(Excel(context.input_reference), Matrix(name, (place.n_rows, place.n_cols)))


def _matrices(context: Context, first: int, last: int) -> Iterator[tuple[Result, FloatMatrix]]:
    """Yield each matrix of a band with its values; after the last iteration only what is carried on."""
    trace, n = context.trace, len(context.shown)
    one = context.one_iteration
    results = {result.name: result for result in (*one.results, *one.measured)}
    values = {**trace, **trace.measured}
    for name in context.training.boxes:
        if first <= n:
            yield results[name], values[name][first - 1 : last]
        elif name in one.carried_names:
            yield results[name], trace[one.updates.get(name, name)][n - 1 :]


def _block(
    sheet: Sheet, context: Context, result: Result, values: FloatMatrix, first: int, rows: Progressions
) -> Repeated:
    """One matrix of the bands from one on, with the formulas of its cells."""
    name, box, one = result.name, context.training.at(result.name, first), context.one_iteration
    # Where it starts from, too, has the decimals in which an update is seen.
    role = context.role(one.updates.get(name, name))
    formulas: list[list[Formula]] | None
    if name in one.carried_names:
        formulas = _carried(context, name, first, rows)
        if formulas is None:
            role = context.look("recorded", role)
    elif result.given:  # which samples an iteration sees is recorded, not computed
        formulas = None
    else:
        formulas = formulas_of(Excel(_references(context, first, rows)), result.expr)
    return Repeated(name, box, values, sheet.styles.index(role), formulas)


def _carried(context: Context, name: str, first: int, rows: Progressions) -> list[list[Formula]] | None:
    """What is carried on comes from `Setup` at first, then from the band above, updated or as it is.

    Where iterations are left out there is no band above, and they are recorded numbers.
    """
    one = context.one_iteration
    carried = one.carried[one.carried_names.index(name)]
    if first == 1:
        return formulas_of(Excel(_references(context, 1, rows)), carried.start)
    if context.lesson.show:
        return None
    above = Excel(_references(context, first - 1, rows))
    return formulas_of(above, one.exprs[one.updates.get(name, name)])


def _references(context: Context, position: int, rows: Progressions) -> Callable[[str], Reference]:
    """How a band refers to its matrices, and to inputs that stay where they are."""
    places = context.training

    def reference(name: str) -> Reference:
        if name in places.copies:
            return places.copies[name].fixed_reference()
        if name in context.inputs:
            _, box = context.inputs[name]
            if name in DATA:  # all the samples, of which a batch takes some
                return defined_name(name, box.n_rows, box.n_cols)
            return context.input_reference(name)
        return growing(places.at(name, position), places.height, rows)

    return reference


def formulas_of_iteration(lesson: Lesson) -> int:
    """How many formula cells an iteration has on the sheet."""
    boxes = place_training(lesson.one_iteration, some=bool(lesson.show)).boxes
    return sum(box.n_rows * box.n_cols for box in boxes.values())


def _last_cols(lesson: Lesson) -> dict[str, int]:
    copies = place_training(lesson.one_iteration, some=bool(lesson.show)).copies
    return {"training": max(box.last_col for box in copies.values()) + 1}


SHEET = SheetKind(
    key="training",
    write=write_training,
    says="training",
    is_there=trains,
    n_bands=lambda lesson: len(lesson.shown) + (not lesson.show),
    n_formulas=lambda lesson: len(lesson.shown) * formulas_of_iteration(lesson),
    last_cols=_last_cols,
    is_computed_with=True,
    repeats=True,
)
