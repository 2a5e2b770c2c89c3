"""What the sheet `Check` compares of the sheet `Evaluate`."""

from collections.abc import Iterator, Sequence

import numpy as np

from mlp2xlsx.evaluation import MEAN_LOSS, TRAINING
from mlp2xlsx.mathematics.steps import X, Y
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.given import data_of
from mlp2xlsx.workbook.sheets.check.columns import cell_on
from mlp2xlsx.workbook.sheets.check.comparison import Pair, limit
from mlp2xlsx.workbook.sheets.evaluate.curve import CurveTable, has_curve_table
from mlp2xlsx.workbook.sheets.evaluate.places import EvaluatePlaces, has_evaluation
from mlp2xlsx.workbook.sheets.evaluate.samples import evaluated_now
from mlp2xlsx.workbook.sheets.python import recorded_curve_box, recorded_loss_box
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.references import Place


def copies_on_evaluate(context: Context) -> Iterator[tuple[str, Place, Place]]:
    """Yield what `Evaluate` repeats: name, place, and where it is repeated from.

    The outputs are computed there and on a step sheet alike, where an iteration sees all samples
    and leaves no neuron out.
    """
    if not has_evaluation(context.recorded.lesson):
        return
    places, title = EvaluatePlaces.of(context), context.titles["evaluate"]
    for of in places.counts:
        for name in (X, Y):
            source = data_of(name, of)
            yield source, (title, places.matrix(name, of)), context.inputs[source]
    output = context.lesson.network.output_layer.activations
    if context.lesson.batch is None and not context.lesson.network.dropping:
        yield output, (title, places.matrix(output, TRAINING)), context.made_on[output]


def evaluated_pairs(context: Context) -> Iterator[tuple[str, Pair]]:
    """Yield what is compared with the record, by the key of its word: the curve, or one loss."""
    recorded = context.recorded
    if not has_evaluation(recorded.lesson):
        return
    places, title, python = EvaluatePlaces.of(context), context.titles["evaluate"], context.titles["python"]
    if has_curve_table(context):
        table, record = CurveTable(context, places), recorded_curve_box(context)
        columns = places.recorded_columns
        live = np.array([table.values(iteration) for iteration in recorded.lesson.evaluated])
        box = Box(table.points.row, 2, *live.shape)

        def other(i: int, j: int) -> str:
            return cell_on(python, record, i, columns[j])

        yield (
            "curve",
            Pair(title, box, other, live, recorded.curve[:, columns], limits=_limits(context, columns)),
        )
        yield "chosen", _chosen(context, places, table)
    elif not recorded.lesson.penalties:
        yield "chosen", _chosen_loss(context, places)


def _chosen(context: Context, places: EvaluatePlaces, table: CurveTable) -> Pair:
    """Compare the numbers of the chosen iteration, if there is a record of it."""
    recorded, python, record = context.recorded, context.titles["python"], recorded_curve_box(context)
    title, box = context.titles["evaluate"], Box(table.box.row, 2, 1, len(places.keys))
    columns = places.recorded_columns
    iterations = Box(record.row, 1, record.n_rows, 1).on(python)

    def other(i: int, j: int) -> str:
        column = Box(record.row, record.col + columns[j], record.n_rows, 1).on(python)
        number = cell_on(title, box, i, j)
        if record.n_rows == 1:  # INDEX wants a range
            return f"IF(iteration={iterations},{column},{number})"
        return f"IFERROR(INDEX({column},MATCH(iteration,{iterations},0)),{number})"

    live = np.array([table.chosen(evaluated_now(context))])
    there = context.iteration in recorded.lesson.evaluated
    then = recorded.curve[[recorded.lesson.evaluated.index(context.iteration)]][:, columns] if there else live
    return Pair(title, box, other, live, then, limits=_limits(context, columns))


def _limits(context: Context, columns: Sequence[int]) -> FloatMatrix:
    """How far each number of the curve may be off, whatever the iteration."""
    rounded = [trace.curve for trace in context.rounded]
    return np.array(
        [limit(context.recorded.curve[:, col], (curve[:, col] for curve in rounded)) for col in columns]
    )


def _chosen_loss(context: Context, places: EvaluatePlaces) -> Pair:
    """Compare the loss of the chosen iteration with the record of all losses, which are sums."""
    count, record = places.counts[TRAINING], recorded_loss_box(context)
    history = record.on(context.titles["python"])
    text = history if record.n_rows == 1 else f"INDEX({history},iteration)"
    live = evaluated_now(context)[TRAINING][MEAN_LOSS]
    then = np.array([[context.recorded.loss[context.iteration - 1] / count]])
    box = Box(*places.measure(TRAINING, MEAN_LOSS), 1, 1)
    limits = limit(context.recorded.loss / count, (trace.loss / count for trace in context.rounded))
    return Pair(context.titles["evaluate"], box, lambda _i, _j: f"{text}/{count}", live, then, limits=limits)
