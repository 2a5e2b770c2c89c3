"""The numbers that a person may change: what training depends on, and what is only tried."""

from collections.abc import Mapping

import numpy as np

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


def of_validation(name: str) -> str:
    """Defined name of a matrix of the data that holds the samples kept for validation."""
    return f"{name}_validation"


def validation_inputs(lesson: Lesson) -> dict[str, FloatMatrix]:
    """Numbers of the samples that are kept for validation, by their defined names; empty without any."""
    kept = lesson.validation
    if kept is None:
        return {}
    return {of_validation(data_name(lesson)): kept.X_given, of_validation("y"): kept.y}


def put_in(lesson: Lesson, inputs: Mapping[str, FloatMatrix], source: str | None = None) -> Lesson:
    """Put numbers into a lesson in place of its own, given as `given_inputs` gives them; see `replace`.

    Raises
    ------
    LessonError
        When one of them is not usable.
    """
    X, y = data_name(lesson), "y"
    changes: dict[str, object] = {
        "X_raw": inputs[X],
        "y": inputs[y],
        "initial": {name: inputs[initial_name(name)] for name in lesson.initial_parameters()},
        **{name: float(inputs[name][0, 0]) for name in lesson.scalars},
    }
    if columns := [inputs[name] for name in lesson.columns]:
        changes["lr_table"] = np.hstack(columns)
    if lesson.validation is not None:
        changes |= {of_validation("X"): inputs[of_validation(X)], of_validation(y): inputs[of_validation(y)]}
    return lesson.replace(source, **changes)


def given_inputs(lesson: Lesson) -> dict[str, FloatMatrix]:
    """Numbers of all inputs by their defined names."""
    return {
        data_name(lesson): lesson.X_given,
        "y": lesson.y,
        **validation_inputs(lesson),
        **lesson.scalar_matrices,
        **lesson.columns,
        **{initial_name(name): values for name, values in lesson.initial_parameters().items()},
    }
