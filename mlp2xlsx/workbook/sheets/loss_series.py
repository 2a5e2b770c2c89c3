"""What is drawn over the iterations besides the loss: live on `Loss`, as recorded on `Python`."""

from collections.abc import Mapping

import numpy as np

from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.measures import PARTS
from mlp2xlsx.render.values import FloatMatrix, compile_values
from mlp2xlsx.training import Trace
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.outputs import listed_outputs

WEIGHTS_SIZE = PARTS[-1]
"""Key of how large the weights are, which is known with penalties."""


def totals(trace: Trace, total: Expr, bands: slice) -> FloatMatrix:
    """What a 1×1 expression comes to in some live iterations, shape (count, 1, 1)."""
    function, known = compile_values(total), {**trace, **trace.measured}
    matrices, scalars = [name for name in names(total) if name in known], trace.lesson.scalar_matrices
    each = ({name: known[name][k] for name in matrices} for k in range(len(trace.shown))[bands])
    return np.array([function(scalars | one) for one in each])


def recorded_series(context: Context) -> Mapping[str, FloatMatrix]:
    """What the charts of `Loss` draw besides losses, as recorded: names, and numbers of shape (iterations,).

    Nothing where only some iterations are live: the others have nothing else recorded.
    """
    if context.lesson.show:
        return {}
    recorded, words = context.recorded, context.texts["loss"]
    series = {out.names[0]: recorded["output"][:, out.sample, out.neuron] for out in listed_outputs(context)}
    if WEIGHTS_SIZE in context.measures:
        size = totals(recorded, context.measures[WEIGHTS_SIZE].total, slice(None))
        series[words[WEIGHTS_SIZE]] = size.ravel()
    return series
