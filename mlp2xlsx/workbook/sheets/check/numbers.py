"""Which numbers the sheet `Check` adds up: every iteration on `Training`, and whatever is recorded."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import Trace
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.given import given_inputs
from mlp2xlsx.workbook.sheets.check.checksums import Numbers
from mlp2xlsx.workbook.sheets.loss.sheet import loss_box
from mlp2xlsx.workbook.sheets.outputs import recorded_series
from mlp2xlsx.workbook.sheets.python import (
    canvases,
    recorded_curve_box,
    recorded_input_box,
    recorded_loss_box,
    recorded_series_boxes,
)
from mlp2xlsx.xlsx.address import Box


def of_all_iterations(context: Context) -> Iterator[Numbers]:
    """Yield each matrix of `Training` over all of its bands.

    After the last update there is one more band of parameters, unless iterations are left out.
    """
    places, title = context.training, context.titles["training"]
    for name, box in places.boxes.items():
        live, recorded = (_in_bands(trace, name) for trace in (context.trace, context.recorded))
        apart = [float(np.abs(_in_bands(trace, name) - recorded).mean()) for trace in context.rounded]
        drawn = name in context.one_iteration.drawn
        yield Numbers(name, title, box, live, recorded, places.height, exact=drawn, apart=apart)


def _in_bands(trace: Trace, name: str) -> FloatMatrix:
    one = trace.lesson.one_iteration
    if name in trace.measured:
        return trace.measured[name]
    if trace.lesson.show or name not in one.carried_names:
        return trace[name]
    return np.concatenate([trace[name], trace[one.updates.get(name, name)][-1:]])


def of_records(context: Context) -> Iterator[Numbers]:
    """Yield what NumPy recorded, matrix for matrix, on each sheet that holds any of it."""
    yield from _on_python(context)
    if context.lesson.show:
        yield from _on_loss(context)
        yield from _on_training(context)


def _on_python(context: Context) -> Iterator[Numbers]:
    recorded, title = context.recorded, context.titles["python"]
    for iteration, canvas in canvases(context):
        for name, box in canvas.boxes.items():
            yield _record(name, title, box, recorded.at(name, iteration))
    [(_, first), _] = canvases(context)
    for name, values in given_inputs(recorded.lesson).items():
        box = recorded_input_box(context, name)
        if box not in first.boxes.values():
            yield _record(name, title, box, values)
    yield _record("loss_history", title, recorded_loss_box(context), recorded.loss.reshape(-1, 1))
    boxes = recorded_series_boxes(context)
    for name, drawn in recorded_series(context).items():
        yield _record(name, title, boxes[name], drawn.reshape(-1, 1))
    if recorded.lesson.evaluated:
        yield _record("curve", title, recorded_curve_box(context), recorded.curve)


def _on_loss(context: Context) -> Iterator[Numbers]:
    """Yield the losses of each run of iterations that are left out."""
    losses = loss_box(context.lesson.iterations)
    ends = [0, *context.shown, context.lesson.iterations + 1]
    for before, after in pairwise(ends):
        if after - before > 1:
            box = Box(losses.row + before, losses.col, after - before - 1, 1)
            values = context.recorded.loss[before : after - 1].reshape(-1, 1)
            yield _record("loss_history", context.titles["loss"], box, values)


def _on_training(context: Context) -> Iterator[Numbers]:
    """Yield what each live iteration but the first starts from."""
    height = context.training.height
    for name in context.one_iteration.carried_names:
        # The first iteration starts from Setup.
        values = context.recorded[name][1:]
        if len(values):
            box = context.training.at(name, 2)
            yield Numbers(name, context.titles["training"], box, values, values, height, exact=True)


def _record(name: str, sheet: str, box: Box, values: FloatMatrix) -> Numbers:
    return Numbers(name, sheet, box, values[None], values[None], exact=True)
