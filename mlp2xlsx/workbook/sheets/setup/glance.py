"""Training at a glance, on `Setup`: where the chosen iteration stands, in a sentence and a few numbers."""

import numpy as np

from mlp2xlsx.evaluation import MEAN_LOSS, TRAINING
from mlp2xlsx.mathematics.steps import HITS, SAMPLE
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import width_for
from mlp2xlsx.workbook.layout.places import SETUP_INPUT_COL, glance_lines, glance_names, glance_samples
from mlp2xlsx.workbook.sheets.evaluate.places import EvaluatePlaces, has_evaluation
from mlp2xlsx.workbook.sheets.evaluate.samples import evaluated_now
from mlp2xlsx.workbook.sheets.loss.sheet import loss_box
from mlp2xlsx.workbook.sheets.step.worked_line import Shown
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.live_text import Part, constant_part, live_text
from mlp2xlsx.xlsx.writing.sheet import Sheet

_MOST_OUTPUTS = 4
_DECIMALS_THAT_FIT = 5  # into a column of the usual width
_NUMBER_COL = SETUP_INPUT_COL + 2  # to the right of words that take two columns
# Of errors that differ by rounding alone, every program takes the first one.
_NEARLY = 1e-9
_LATER = 1e12  # than any sample
_DECIMALS_OF_LOSS = 6
# Outputs count as right on the same side of this as their targets, where these are not close to it.
_LIMIT, _CLEAR = 0.5, 0.25
AWAY = 8  # columns between the inputs and what is only computed with


def write_glance(sheet: Sheet, context: Context) -> None:
    """Write the sentence, the loss now and at the end, and targets beside outputs."""
    words, row = context.texts["glance"], context.setup.glance_row
    sheet.put(row, SETUP_INPUT_COL, words["heading"], "heading")
    sentence = live_text(words["sentence"], _worst(context))
    sheet.formula(row + 1, SETUP_INPUT_COL, Formula(sentence.formula, 0), sentence.text, "text", "E")
    row += glance_lines(context.lesson)
    if context.lesson.batch is None:
        learnt = _learnt(context)
        sheet.formula(row, SETUP_INPUT_COL, Formula(learnt.formula, 0), learnt.text, "text", "loss_history")
    _losses(sheet, context, row + 1)
    _table(sheet, context, row + 3)


def errors_box(context: Context) -> Box:
    """Where the largest error of each sample stands, and beside it which are the largest of all.

    To the right of everything else, of the longest texts too; the first row holds what comes of the others.
    """
    cols = [box.last_col for box in context.setup.boxes.values()]
    col = max(*cols, SETUP_INPUT_COL + 2 * _MOST_OUTPUTS) + AWAY
    rows = len(context.trace[context.lesson.network.output_layer.error][0])
    return Box(context.setup.glance_row + 2, col, 1 + rows, 2)


def write_errors(sheet: Sheet, context: Context) -> None:
    """Write the largest error of each sample, and which sample is the first that has the largest of all."""
    words, name = context.texts["glance"], context.lesson.network.output_layer.error
    title, place = context.made_on[name]
    box = errors_box(context)
    sheet.put(box.row - 2, box.col, words["largest_of"], "quiet")
    for col, key in ((box.col, "largest"), (box.last_col, "sample")):
        sheet.put(box.row - 1, col, words[key], "quiet_centred")
    sheet.widths({box.col: 12.0, box.last_col: 8.43})
    errors = np.abs(context.chosen(name)).max(axis=1)
    nearly = errors.max() * (1 - _NEARLY)
    below = Box(box.row + 1, box.col, len(errors), 1)
    largest, first = Formula(f"MAX({below.ref})", 0), Formula(f"MIN({below.moved(cols=1).ref})", 0)
    sheet.formula(box.row, box.col, largest, float(errors.max()), "quiet_number", name)
    number = float((errors >= nearly).argmax() + 1)
    sheet.formula(box.row, box.last_col, first, number, "code_number", name)
    for i, error in enumerate(errors.tolist()):
        row = below.row + i
        line = Box(place.row + i, place.col, 1, place.n_cols).on(title)
        sheet.formula(row, box.col, Formula(f"MAX(MAX({line}),-MIN({line}))", 0), error, "quiet_number", name)
        reaches = f"{a1(row, box.col)}>={a1(box.row, box.col)}*(1-{_NEARLY:.0E})"
        code = Formula(f"IF({reaches},{i + 1},{_LATER:.0E})", 0)
        sheet.formula(
            row, box.last_col, code, float(i + 1) if error >= nearly else _LATER, "code_number", name
        )


def _worst(context: Context) -> dict[str, Part]:
    """The parts of the sentence: the chosen iteration, and the largest error with its sample."""
    lesson, name = context.lesson, context.lesson.network.output_layer.error
    box = errors_box(context)
    largest, first = a1(box.row, box.col), a1(box.row, box.last_col)
    errors = np.abs(context.chosen(name)).max(axis=1)
    shown = Shown(max(lesson.decimals, 2))
    number = int((errors >= errors.max() * (1 - _NEARLY)).argmax())
    sample = Part(first, str(number + 1))
    if lesson.batch is not None:
        title, place = context.made_on[SAMPLE]
        taken = context.chosen(SAMPLE)
        rows = place.on(title)
        sample = Part(rows if place.n_rows == 1 else f"INDEX({rows},{first})", f"{taken[number, 0]:.0f}")
    return {
        "iteration": Part("iteration", str(context.iteration)),
        "count": constant_part(str(lesson.iterations)),
        "error": Part(shown.formula(largest), shown.text(float(errors.max()))),
        "sample": sample,
    }


def _learnt(context: Context) -> Part:
    """Say what the loss was first and what it is at the end, and how many outputs are right then."""
    words, losses, shown = context.texts["glance"], context.trace.loss, Shown(_DECIMALS_OF_LOSS)
    history, title = loss_box(context.lesson.iterations), context.titles["loss"]
    said = {
        key: Part(shown.formula(Box(row, history.col, 1, 1).on(title)), shown.text(float(loss)))
        for key, row, loss in (("first", history.row, losses[0]), ("last", history.last_row, losses[-1]))
    }
    counted = _right_at_the_end(context)
    if counted is None:
        return live_text(words["learnt"], said)
    kind, right, n_all = counted
    said |= {"right": right, "all": constant_part(str(n_all))}
    return live_text(words[f"learnt_{kind}"], said)


def _right_at_the_end(context: Context) -> tuple[str, Part, int] | None:
    """Count what is right in the last iteration, of how many classes or outputs; None where nothing is.

    Right is a class with the largest output, or a sigmoid output on the same side of 0.5 as its target.
    """
    lesson, trace, places = context.lesson, context.trace, context.training
    training, last = context.titles["training"], len(context.shown)
    if context.shown[-1] != lesson.iterations:  # the last iteration is not live
        return None
    if "accuracy" in context.measures:
        count = f"SUM({places.at(HITS, last).on(training)})"
        return "classes", Part(count, f"{trace.measured[HITS][-1].sum():.0f}"), len(lesson.y)
    targets = context.recorded.lesson.y
    if lesson.network.output != "sigmoid" or (np.abs(targets - _LIMIT) < _CLEAR).any():
        return None
    title, box = context.inputs["y"]
    outputs, wanted = places.at("output", last).on(training), box.on(title)
    count = f"SUMPRODUCT((({outputs}-{_LIMIT})*({wanted}-{_LIMIT})>0)*1)"
    right = ((trace["output"][-1] - _LIMIT) * (lesson.y - _LIMIT) > 0).sum()
    return "outputs", Part(count, str(right)), lesson.y.size


def _losses(sheet: Sheet, context: Context, row: int) -> None:
    """Write the loss of the chosen iteration, and of the last one, or of a batch that of all samples."""
    words, history = context.texts["glance"], loss_box(context.lesson.iterations)
    batch = "" if context.lesson.batch is None else "_batch"
    title = context.titles["loss"]
    last = Box(history.last_row, history.col, 1, 1).on(title)
    now = last if history.n_rows == 1 else f"INDEX({history.on(title)},iteration,1)"
    losses = context.trace.loss
    end = (f"loss_end{batch}", last, losses[-1])
    over_all = bool(batch) and has_evaluation(context.recorded.lesson)
    if over_all:  # the last batch says nothing of the others
        mean = evaluated_now(context)[TRAINING][MEAN_LOSS][0, 0]
        place = Box(*EvaluatePlaces.of(context).measure(TRAINING, MEAN_LOSS), 1, 1)
        end = ("loss_all", place.on(context.titles["evaluate"]), mean)
    lines = [(f"loss_now{batch}", now, losses[context.iteration - 1]), end]
    for offset, (key, formula, value) in enumerate(lines):
        sheet.put(row + offset, SETUP_INPUT_COL, words[key], "text")
        live = Formula(formula, 0)
        sheet.formula(row + offset, _NUMBER_COL, live, float(value), "loss", "loss_history")
    if batch and not over_all:
        sheet.put(row + 1, _NUMBER_COL + 1, words["batches"], "quiet_beside")


def _table(sheet: Sheet, context: Context, row: int) -> None:
    """Write a row per sample: its number, what should come out, and what does."""
    lesson, words = context.lesson, context.texts["glance"]
    samples, names = _samples(context), glance_names(lesson)
    outputs = min(lesson.y.shape[1], _MOST_OUTPUTS)
    sheet.put(row, SETUP_INPUT_COL, words["sample"], "label_centred")
    first = row + 1 + bool(names)
    for offset, i in enumerate(samples):
        if lesson.batch is None:
            sheet.put(first + offset, SETUP_INPUT_COL, i + 1, "count")
        else:
            _pull(sheet, context, SAMPLE, (i, 0), (first + offset, SETUP_INPUT_COL))
    col = SETUP_INPUT_COL + 1
    for name, key in (
        (context.one_iteration.targets, "target"),
        (lesson.network.output_layer.activations, "output"),
    ):
        sheet.put(row, col, words[key], "label_centred" if outputs == 1 else "label")
        for j in range(outputs):
            if names:
                sheet.put(row + 1, col + j, names[j], "quiet_centred")
            for offset, i in enumerate(samples):
                _pull(sheet, context, name, (i, j), (first + offset, col + j))
        if lesson.decimals > _DECIMALS_THAT_FIT:
            width = width_for(1.0, lesson.decimals)
            sheet.widths(dict.fromkeys(range(col, col + outputs), width))
        col += outputs
    left_out = (lesson.batch or len(lesson.X)) - len(samples)
    if left_out:
        sheet.put(first + len(samples), SETUP_INPUT_COL, words["more"].format(count=left_out), "quiet")


def _samples(context: Context) -> list[int]:
    """Which samples are shown: the first ones, or of classes the first ones of each."""
    lesson = context.recorded.lesson  # a target that a person changes must not change the table
    count = glance_samples(lesson.batch or len(lesson.X))
    if lesson.batch is not None or not lesson.classes:
        return list(range(count))
    own = lesson.y.argmax(axis=1) if lesson.y.shape[1] > 1 else lesson.y[:, 0]
    # Numbered within their class: all first ones come before all second ones.
    within = np.array([(own[:i] == own[i]).sum() for i in range(len(own))])
    chosen = np.lexsort((np.arange(len(own)), within))[:count]
    return sorted(chosen.tolist(), key=lambda i: (own[i], i))


def _pull(sheet: Sheet, context: Context, name: str, cell: tuple[int, int], to: tuple[int, int]) -> None:
    """Repeat a number from the step sheet that has it."""
    title, box = context.made_on[name]
    formula = Formula(f"{quoted(title)}!{a1(box.row + cell[0], box.col + cell[1])}", 0)
    value = float(context.chosen(name)[cell])
    sheet.formula(*to, formula, value, context.role(name), name)
