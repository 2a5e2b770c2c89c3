"""What the sheet `Loss` lists and draws besides the loss: outputs, and how large the weights are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

import numpy as np

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.measures import PARTS
from mlp2xlsx.render.values import FloatMatrix, compile_values
from mlp2xlsx.training import Trace
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import short_name

# More lines than these cannot be told apart in one picture.
MOST_OUTPUTS = 6
WEIGHTS_SIZE = PARTS[-1]
"""Key of how large the weights are, which is known with penalties."""
_BESIDE_A_CHART = 4  # with more columns a chart has no room on a small screen


@dataclass(frozen=True)
class Output:
    """One number that the network puts out, for one sample.

    Attributes
    ----------
    sample, neuron
        Where it stands in `output`, from 0.
    names
        What it and its target are called.
    """

    sample: int
    neuron: int
    names: tuple[str, str]


def listed_outputs(context: Context) -> Iterator[Output]:
    """Yield the outputs that are listed; none for a batch, which has other samples each time."""
    lesson, words = context.lesson, context.texts["loss"]
    if lesson.batch is not None:
        return
    kind = "_neuron" if lesson.y.shape[1] > 1 else ""
    if has_class_columns(context):
        kind = "_class"
    for sample, neuron in islice(_places(context), _most(context)):
        name = short_name(lesson.classes[neuron]) if kind == "_class" else ""
        texts = tuple(
            words[f"{what}_of{kind}"].format(sample=sample + 1, neuron=neuron + 1, name=name)
            for what in ("output", "target")
        )
        yield Output(sample, neuron, (texts[0], texts[1]))


def n_listed_samples(lesson: Lesson) -> int:
    """How many samples of a batch are listed beside its loss: all, or none where they are too many."""
    return lesson.batch if lesson.batch is not None and lesson.batch <= MOST_OUTPUTS else 0


def _most(context: Context) -> int:
    """How many outputs are listed: fewer where other columns and another chart want to be on the screen."""
    others = bool(context.lesson.penalties) + bool(context.lesson.evaluated)
    # Of classes each has its own.
    return MOST_OUTPUTS if has_class_columns(context) else min(_BESIDE_A_CHART, MOST_OUTPUTS - 2 * others)


def has_class_columns(context: Context) -> bool:
    """Whether each column of the targets is known to be a class."""
    return bool(context.lesson.classes) and context.lesson.y.shape[1] > 1


def _places(context: Context) -> Iterator[tuple[int, int]]:
    """Yield sample and neuron of each output; of classes only the first sample's own."""
    # As recorded: a target that a person changes must not change which columns there are.
    y = context.recorded.lesson.y
    if not has_class_columns(context):
        yield from product(range(len(y)), range(y.shape[1]))
        return
    own = y.argmax(axis=1)
    for neuron in range(y.shape[1]):
        for sample in np.flatnonzero(own == neuron)[:1].tolist():
            yield sample, neuron


def totals(trace: Trace, total: Expr, bands: slice) -> FloatMatrix:
    """What a 1×1 expression comes to in some live iterations, shape (count, 1, 1)."""
    function, known = compile_values(total), {**trace, **trace.measured}
    matrices, scalars = [name for name in names(total) if name in known], trace.lesson.scalar_matrices
    each = ({name: known[name][k] for name in matrices} for k in range(len(trace.shown))[bands])
    return np.array([function(scalars | one) for one in each])


def series_names(context: Context) -> list[str]:
    """What the charts of `Loss` draw besides losses, as recorded: outputs, and last the weights' size.

    Nothing where only some iterations are live: the others have nothing else recorded.
    """
    if context.lesson.show:
        return []
    listed = [out.names[0] for out in listed_outputs(context)]
    return [*listed, context.texts["loss"][WEIGHTS_SIZE]] if WEIGHTS_SIZE in context.measures else listed


def recorded_series(context: Context) -> Mapping[str, FloatMatrix]:
    """The numbers of these series by their names, shape (iterations,)."""
    listed, recorded = series_names(context), context.recorded
    if not listed:
        return {}
    values = [recorded["output"][:, out.sample, out.neuron] for out in listed_outputs(context)]
    if WEIGHTS_SIZE in context.measures:
        values.append(totals(recorded, context.measures[WEIGHTS_SIZE].total, slice(None)).ravel())
    return dict(zip(listed, values, strict=True))
