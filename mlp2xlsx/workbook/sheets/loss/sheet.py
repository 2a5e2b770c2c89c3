"""The sheet `Loss`: the loss of every iteration, the outputs on their way to the targets, and charts."""

from collections.abc import Iterator

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.mathematics.measures import PARTS
from mlp2xlsx.mathematics.steps import SAMPLE
from mlp2xlsx.render.excel import Excel, Formula, Reference
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.near import SCREEN_WIDTH
from mlp2xlsx.workbook.sheets.evaluate.curve import draw_curve, has_curve_table, recorded_note
from mlp2xlsx.workbook.sheets.evaluate.places import has_evaluation
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.kinds import SheetKind, n_iterations, trains
from mlp2xlsx.workbook.sheets.loss.charts import (
    CHOSEN_ROW,
    LOSSES_ROW,
    PART_COL,
    loss_chart,
    output_chart,
    weights_chart,
)
from mlp2xlsx.workbook.sheets.outputs import (
    Output,
    has_class_columns,
    listed_outputs,
    n_listed_samples,
    totals,
)
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated, formulas_of, growing
from mlp2xlsx.xlsx.text_width import broken, n_letters
from mlp2xlsx.xlsx.writing.sheet import PRINTED_ROWS, USUAL_WIDTH, Sheet

_HEADING_ROW, _TARGET_ROW = CHOSEN_ROW - 2, CHOSEN_ROW - 1
_HEADING_HEIGHT = 30  # two lines
_CHART_ROWS, _CHART_COLS = 11, 8  # that a chart covers: two fit on a small screen, below the headings
_FEWEST_CHART_COLS = 5
_CHOSEN_WIDTH = 17.0  # of the words beside the chosen iteration; the charts begin after them


def loss_box(n_iterations: int) -> Box:
    """Where the losses stand, one row per iteration."""
    return Box(LOSSES_ROW, 2, n_iterations, 1)


def iterations_box(n_iterations: int) -> Box:
    """Where the numbers of the iterations stand, beside the losses."""
    return loss_box(n_iterations).moved(0, -1)


def _parts(context: Context) -> list[str]:
    """What stands beside the loss: with penalties, what it is added up from, and how large weights are."""
    return [key for key in PARTS if key in context.measures]


def _output_col(context: Context) -> int:
    """Column of the first output."""
    return PART_COL + len(_parts(context))


def write_loss(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a list that grows downwards, and the charts beside it."""
    words, n = context.texts["loss"], context.lesson.iterations
    outputs = list(listed_outputs(context))
    shares = [words["accuracy"]] if "accuracy" in context.measures else []
    of_batch = "_batch" if context.lesson.batch is not None else ""
    sheet.title(words["title"], words[f"what_{context.lesson.network.loss}{of_batch}"])
    parts = [words[key] for key in _parts(context)]
    samples = [words["sample"]] * n_listed_samples(context.lesson)
    beside = [*parts, *samples, *(out.names[0] for out in outputs), *shares]
    headings = [words["iteration"], words["loss"], *beside]
    for col, text in enumerate(headings, 1):
        sheet.put(_HEADING_ROW, col, text, "label_wrapped")
    sheet.ws.row_dimensions[_HEADING_ROW].height = _HEADING_HEIGHT
    sheet.bands += _list(sheet, context, outputs)
    _chosen(sheet, context)
    link_back(sheet, context, 3, 1)
    sheet.put(3, 2, " ".join(_shown_here(context, outputs)) or None, "quiet")
    end = PART_COL + len(beside)
    word = max((n_letters(word) for text in beside for word in broken(text, 1.0)), default=0)
    widths = dict.fromkeys(range(PART_COL, end), max(9.5, word * 1.25))
    widths |= {1: 10, 2: 11, end: max(3.0, _CHOSEN_WIDTH - sum(widths.values()))}
    sheet.widths(widths)
    room = int((SCREEN_WIDTH - sum(widths.values())) / USUAL_WIDTH)
    chart_cols = max(_FEWEST_CHART_COLS, min(_CHART_COLS, room))
    place = Box(_HEADING_ROW + 1, end + 1, _CHART_ROWS, chart_cols)
    losses = context.recorded.loss
    sheet.draw(
        loss_chart(sheet, context, n, with_parts=bool(parts)),
        place,
        words["chart_loss"],
        words["alt_loss"].format(count=n, first=f"{losses[0]:.4g}", last=f"{losses[-1]:.4g}", row=LOSSES_ROW),
    )
    if has_curve_table(context):
        place = place.moved(_CHART_ROWS)
        draw_curve(sheet, context, place)
    if outputs:
        ends = _targets(sheet, context, outputs, place.last_col + 2)
        values = Box(LOSSES_ROW, _output_col(context), n, len(outputs))
        sheet.draw(
            output_chart(sheet, context, values, ends, outputs, wide=chart_cols == _CHART_COLS),
            place.moved(_CHART_ROWS),
            words["chart_outputs"],
            words["alt_outputs"].format(
                count=n,
                listed=context.texts["document"]["list"].join(out.names[0] for out in outputs),
                row=LOSSES_ROW,
            ),
        )
    n_charts = 2 + bool(parts)
    if parts:
        said = words["alt_weights_size"].format(count=n, row=LOSSES_ROW)
        where = place.moved((n_charts - 1) * _CHART_ROWS)
        sheet.draw(weights_chart(sheet, context, n), where, words["chart_weights_size"], said)
    sheet.ws.freeze_panes = a1(_HEADING_ROW + 1, 1)
    sheet.print_on_one_page()
    all_rows, last_col = max(loss_box(n).last_row, place.row + n_charts * _CHART_ROWS), place.last_col
    last_row = min(all_rows, PRINTED_ROWS)
    sheet.print_first((last_row, last_col), (all_rows, last_col), context.texts["document"]["printed"])


def _shown_here(context: Context, outputs: list[Output]) -> Iterator[str]:
    """Say what is in the loss, and what the list and the charts show where that is not every number."""
    words, lesson = context.texts["loss"], context.lesson
    if lesson.penalties:
        yield words["penalties"].format(names=", ".join(lesson.penalties))
    if lesson.show:
        yield words["recorded"]
    if lesson.batch is not None:
        yield words["batch"].format(count=lesson.batch, samples=len(lesson.X))
        if not n_listed_samples(lesson):
            yield words["samples_on"].format(sheet=context.titles["training"])
    elif has_class_columns(context):
        yield words["classes"]
    elif len(outputs) < lesson.y.size:
        yield words["some"].format(count=len(outputs))
    if lesson.network.dropping:
        yield words["dropout"]
    if "accuracy" in context.measures:
        yield words["accuracy_is"]
    if lesson.evaluated and not has_evaluation(lesson):
        yield recorded_note(context)


def _list(sheet: Sheet, context: Context, outputs: list[Output]) -> Iterator[Bands]:
    """Yield one row per iteration: live ones, and between them the recorded ones that are left out."""
    lesson = context.lesson
    if not lesson.show:
        yield _live_rows(sheet, context, outputs, 1, lesson.iterations)
        return
    done = 0
    for position, iteration in enumerate(lesson.show, start=1):
        if iteration > done + 1:
            yield _recorded_rows(sheet, context, done + 1, iteration - 1)
        yield _live_rows(sheet, context, outputs, position, 1)
        done = iteration
    if done < lesson.iterations:
        yield _recorded_rows(sheet, context, done + 1, lesson.iterations)


def _recorded_rows(sheet: Sheet, context: Context, first: int, last: int) -> Bands:
    """Iterations that are not live: their number and their loss, in grey."""
    row, style = LOSSES_ROW + first - 1, sheet.styles.index("recorded")
    counts = np.arange(float(first), last + 1).reshape(-1, 1, 1)
    losses = context.recorded.loss[first - 1 : last].reshape(-1, 1, 1)
    blocks = (
        Repeated("iteration", Box(row, 1, 1, 1), counts, sheet.styles.index("quiet_centred")),
        Repeated("loss_history", Box(row, 2, 1, 1), losses, style),
    )
    return Bands(row, 1, last - first + 1, blocks, Progressions())


def _live_rows(sheet: Sheet, context: Context, outputs: list[Output], position: int, count: int) -> Bands:
    """Iterations that are live, from the band at `position` on: number, loss, outputs, accuracy."""
    trace, styles, rows, places = context.trace, sheet.styles, Progressions(), context.training
    training = f"{quoted(context.titles['training'])}!"
    bands = slice(position - 1, position - 1 + count)
    numbers = np.array(context.shown[bands], np.float64)
    row = LOSSES_ROW + int(numbers[0]) - 1

    def reference(name: str) -> Reference:
        if name in context.inputs:
            return context.input_reference(name)
        return growing(places.at(name, position), places.height, rows, training)

    def copied(place: Box) -> list[list[Formula]]:
        mark = rows.mark(place.row, places.height)
        return [[Formula(f"{training}{get_column_letter(place.col)}{mark}", 0)]]

    excel, series = Excel(reference), styles.index("series")
    losses = trace.loss[row - LOSSES_ROW : row - LOSSES_ROW + count].reshape(-1, 1, 1)
    blocks = [
        Repeated("iteration", Box(row, 1, 1, 1), numbers.reshape(-1, 1, 1), styles.index("count")),
        Repeated(
            "loss_history",
            Box(row, 2, 1, 1),
            losses,
            series,
            formulas_of(excel, context.measures["loss"].total),
        ),
    ]
    for col, key in enumerate(_parts(context), PART_COL):
        total = context.measures[key].total
        values = totals(trace, total, bands)
        blocks.append(Repeated(key, Box(row, col, 1, 1), values, series, formulas_of(excel, total)))
    first = _output_col(context)
    for number in range(n_listed_samples(context.lesson)):
        place = places.at(SAMPLE, position).moved(number)
        values = trace[SAMPLE][bands, number].reshape(-1, 1, 1)
        box = Box(row, first + number, 1, 1)
        blocks.append(Repeated(SAMPLE, box, values, styles.index("count"), copied(place)))
    for col, out in enumerate(outputs, first):
        place = places.at("output", position).moved(out.sample, out.neuron)
        values = trace["output"][bands, out.sample, out.neuron].reshape(-1, 1, 1)
        blocks.append(Repeated("output", Box(row, col, 1, 1), values, series, copied(place)))
    if "accuracy" in context.measures:
        share = context.measures["accuracy"].total
        values = totals(trace, share, bands)
        box = Box(row, 1 + max(block.box.col for block in blocks), 1, 1)
        blocks.append(Repeated("accuracy", box, values, styles.index("share"), formulas_of(excel, share)))
    return Bands(row, 1, count, tuple(blocks), rows)


def _targets(sheet: Sheet, context: Context, outputs: list[Output], col: int) -> Box:
    """Write the targets above the outputs, and to the right of the charts the ends of their level lines.

    Returns
    -------
    Box
        The ends: a row each for the first iteration and the last, their numbers in the first column.
    """
    words, (title, box) = context.texts["loss"], context.inputs["y"]
    ends = Box(_TARGET_ROW, col, 2, 1 + len(outputs))
    sheet.put(_TARGET_ROW, 2, words["targets"], "quiet_centred")
    sheet.put(ends.row - 1, col, words["ends"], "quiet_beside")
    for row, iteration in enumerate((1, context.lesson.iterations), ends.row):
        sheet.put(row, col, iteration, "quiet_centred")
    for number, out in enumerate(outputs):
        target = float(context.lesson.y[out.sample, out.neuron])
        formula = Formula(f"{quoted(title)}!{a1(box.row + out.sample, box.col + out.neuron)}", 0)
        at = _TARGET_ROW, _output_col(context) + number
        sheet.formula(*at, formula, target, "given", "y")
        for row in range(ends.row, ends.last_row + 1):
            sheet.formula(row, col + 1 + number, Formula(a1(*at), 0), target, "quiet_centred", "y")
    return ends


def _chosen(sheet: Sheet, context: Context) -> None:
    """Write the chosen iteration and its loss, which the chart marks."""
    box = loss_box(context.lesson.iterations)
    sheet.formula(CHOSEN_ROW, 1, Formula("iteration", 0), context.iteration, "chosen", "iteration")
    # INDEX wants a range
    history = "loss_history" if box.n_rows == 1 else "INDEX(loss_history,iteration)"
    there = float(context.trace.loss[context.iteration - 1])
    sheet.formula(CHOSEN_ROW, 2, Formula(history, 0), there, "chosen_series", "loss_history")
    sheet.put(CHOSEN_ROW, PART_COL, context.texts["loss"]["chosen"], "quiet_beside")


SHEET = SheetKind(
    key="loss",
    write=write_loss,
    says="loss",
    is_there=trains,
    names=lambda context: [("loss_history", (context.titles["loss"], loss_box(context.lesson.iterations)))],
    n_bands=n_iterations,
    n_formulas=lambda lesson: len(lesson.shown),
    is_computed_with=True,
    repeats=True,
)
