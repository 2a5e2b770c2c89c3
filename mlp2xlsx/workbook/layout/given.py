"""The numbers that a person may change: what training depends on, and what is only tried."""

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.render.values import FloatMatrix

TRIED = "X_new"
"""Defined name of the inputs that a person tries, which training does not depend on."""


def first_tried(lesson: Lesson) -> FloatMatrix:
    """What a workbook comes with to be tried, shape (1, n_inputs): the first sample as it was given."""
    return lesson.X_given[:1]


def data_name(lesson: Lesson) -> str:
    """Defined name of the data as they are typed: what `X` is computed from, or `X`."""
    return "X" if lesson.X_raw is None else "X_raw"


def given_inputs(lesson: Lesson) -> dict[str, FloatMatrix]:
    """Numbers of all inputs by their defined names."""
    return {
        data_name(lesson): lesson.X_given,
        "y": lesson.y,
        **lesson.scalar_matrices,
        **lesson.columns,
        **{initial_name(name): values for name, values in lesson.initial_parameters().items()},
    }
