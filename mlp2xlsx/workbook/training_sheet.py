"""The sheet `Training`: all iterations, live, one array formula per matrix and iteration."""

from collections.abc import Callable, Iterator

import numpy as np

from mlp2xlsx.expr import TakeRows
from mlp2xlsx.render.excel import ONES, Excel, Formula, Reference
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.steps import Result
from mlp2xlsx.workbook.address import Box, a1, defined_name, name_or_part
from mlp2xlsx.workbook.bands import Bands, Progressions, Repeated, growing
from mlp2xlsx.workbook.canvas import label
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.places import TRAINING_FIRST_ROW
from mlp2xlsx.workbook.sheet import PRINTED_ROWS, Sheet


def write_training(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a heading, the first band, the bands between, the weights after the last update."""
    words, places, n = context.texts["training"], context.training, len(context.shown)
    some = "_some" if context.lesson.show else ""
    # Column A stands on every page: a title in it would be cut off there.
    sheet.title(words[f"title{some}"], words[f"what{some}"], 2)
    sheet.put(places.ones.row, 1, words["ones"], "quiet")
    sheet.numbers(places.ones_row, np.ones((1, places.ones_row.n_cols)), "quiet_centred")
    sheet.put(places.ones.row, places.ones_row.last_col + 1, words["ones_hint"], "quiet_beside")
    sheet.link(TRAINING_FIRST_ROW - 2, 1, "‹ Setup", "Setup")
    sheet.put(TRAINING_FIRST_ROW - 1, 1, words["iteration"], "label")
    for name, box in places.boxes.items():
        sheet.put(box.row - 1, box.col, label(name, box), "label")
    sheet.bands.append(_bands(sheet, context, 1, 1))
    if n > 1:
        sheet.bands.append(_bands(sheet, context, 2, n))
    if not context.lesson.show:
        sheet.bands.append(_bands(sheet, context, n + 1, n + 1))
    sheet.widths(dict(places.widths))
    sheet.ws.freeze_panes = a1(TRAINING_FIRST_ROW, 2)
    sheet.ws.print_title_rows = f"{TRAINING_FIRST_ROW - 1}:{TRAINING_FIRST_ROW - 1}"
    sheet.ws.print_title_cols = "A:A"
    sheet.print_on_one_page(tall=True)
    sheet.ws.page_setup.fitToWidth, sheet.ws.page_setup.fitToHeight = 2, 1
    bands = max(1, min(PRINTED_ROWS // places.height, n))
    last_row = TRAINING_FIRST_ROW + min(bands * places.height, PRINTED_ROWS) - 1
    # The ones of many samples reach far to the right of all matrices.
    last_col = max(box.last_col for box in places.boxes.values())
    sheet.ws.print_area = f"A1:{a1(last_row, last_col)}"


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
        blocks += _blocks(sheet, context, result, values, first, rows)
    return Bands(row, places.height, last - first + 1, tuple(blocks), rows)


def _matrices(context: Context, first: int, last: int) -> Iterator[tuple[Result, FloatMatrix]]:
    """Yield each matrix of a band with its values; after the last iteration only parameters are left."""
    trace, n = context.trace, len(context.shown)
    parameters, trained = trace.lesson.network.parameters(), trace.lesson.network.trained()
    results = {result.name: result for step in context.steps for result in step.results}
    for name in context.training.boxes:
        if first <= n:
            yield results[name], trace[name][first - 1 : last]
        elif name in trained:
            yield results[name], trace[f"next_{name}"][n - 1 :]
        elif name in parameters:
            yield results[name], trace[name][n - 1 :]


def _blocks(
    sheet: Sheet, context: Context, result: Result, values: FloatMatrix, first: int, rows: Progressions
) -> Iterator[Repeated]:
    """Yield the blocks of one matrix: one with one formula, unless each cell needs a formula of its own."""
    name, box = result.name, context.training.at(result.name, first)
    style = sheet.styles.index(context.role(name))
    here = Excel(_references(context, first, rows))
    if isinstance(result.expr, TakeRows):
        for i in range(box.n_rows):
            for j in range(box.n_cols):
                cell, part = Box(box.row + i, box.col + j, 1, 1), values[:, i : i + 1, j : j + 1]
                yield Repeated(name, cell, part, style, here.cell(result.expr, i, j))
    elif name in context.lesson.network.parameters():
        formula = _parameter(context, result, first, rows)
        role = "value" if formula is not None else "recorded_value"
        yield Repeated(name, box, values, sheet.styles.index(role), formula)
    elif result.given:  # which samples an iteration sees is recorded, not computed
        yield Repeated(name, box, values, style)
    else:
        yield Repeated(name, box, values, style, here.block(result.expr))


def _parameter(context: Context, result: Result, first: int, rows: Progressions) -> Formula | None:
    """Parameters come from `Setup` at first, then from the band above, updated if they are trained.

    Where iterations are left out there is no band above, and they are recorded numbers.
    """
    if first == 1:
        return Formula(f"initial_{result.name}", 0, array=result.expr.shape != (1, 1))
    if context.lesson.show:
        return None
    updates = {result.name: result.expr for step in context.steps for result in step.results}
    above = Excel(_references(context, first - 1, rows))
    return above.block(updates.get(f"next_{result.name}", result.expr))


def _references(context: Context, position: int, rows: Progressions) -> Callable[[str], Reference]:
    """How a band refers to its matrices, and to the inputs by their names."""
    places = context.training

    def reference(name: str) -> Reference:
        if name == ONES:
            return name_or_part(ONES, places.ones)
        if name in context.inputs:
            _, box = context.inputs[name]
            return defined_name(name, box.n_rows, box.n_cols)
        return growing(places.at(name, position), places.height, rows)

    return reference
