"""The numbers that a person may change and training depends on."""

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.render.values import FloatMatrix


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
