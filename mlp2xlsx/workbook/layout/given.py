"""The numbers that a person may change: what training depends on, and what is only tried."""

from collections.abc import Mapping

import numpy as np

from mlp2xlsx.evaluation import TRAINING
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.tables.vocabulary import number_of
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.render.values import FloatMatrix

TRIED = "X_new"
"""Defined name of the inputs that a person tries, which training does not depend on."""

_IN_WORDS = ("X_raw", "X_raw_validation", TRIED)


def first_tried(lesson: Lesson) -> FloatMatrix:
    """What a workbook comes with to be tried, shape (1, n_columns): the first sample as it was given."""
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
        "X_raw": lesson.spelled(inputs[X]),
        "y": inputs[y],
        "initial": {name: inputs[initial_name(name)] for name in lesson.initial_parameters()},
        **{name: float(inputs[name][0, 0]) for name in lesson.scalars},
    }
    if columns := [inputs[name] for name in lesson.columns]:
        changes["lr_table"] = np.hstack(columns)
    if lesson.validation is not None:
        kept, targets = inputs[of_validation(X)], inputs[of_validation(y)]
        changes |= {of_validation("X"): lesson.spelled(kept), of_validation(y): targets}
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


def data_of(name: str, of: str) -> str:
    """Defined name of `X` or `y` of a set of samples."""
    return name if of == TRAINING else of_validation(name)


def as_typed(lesson: Lesson, name: str, values: FloatMatrix) -> list[list[float | str]]:
    """What stands in the cells of an input: its numbers, and of words the words.

    Parameters
    ----------
    lesson
        Whose words.
    name
        The input's defined name.
    values
        Its numbers, as `given_inputs` gives them.
    """
    return lesson.spelled(values) if name in _IN_WORDS else values.tolist()


def words_at(lesson: Lesson, name: str, column: int) -> tuple[str, ...]:
    """The words that a column of an input may hold, from 0; none where it holds numbers."""
    return lesson.vocabulary[column] if name in _IN_WORDS and lesson.vocabulary else ()


def number_in_cell(lesson: Lesson, name: str, column: int, found: object) -> float | None:
    """Return the number of what stands in a cell of an input; None for what is no number or known word."""
    words = words_at(lesson, name, column)
    if words:
        return number_of(found, words)
    return found if isinstance(found, float) else None
