"""Numbers of one's own for every student: drawn from a hash, so that the same student gets them again."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from itertools import count, islice
from math import ceil, floor

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import train

_SMALLEST, _LARGEST = 5, 95  # hundredths: numbers that can be computed with by hand
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without letters that look like digits
_ATTEMPTS = 100
_NEARLY = 6  # decimals
_DECIMALS_LATER = 4  # weights change little in an iteration


def ident(seed: int, student: str, assignment: int = 1) -> str:
    """Mark by which a handout of an assignment is known again: eight letters and digits, `K7Q2-9XWD`."""
    number = next(_draws(seed, student, "handout" if assignment == 1 else f"handout {assignment}"))
    letters = "".join(_ALPHABET[number >> 5 * k & 31] for k in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def own_lesson(lesson: Lesson, seed: int, student: str, *, vary_data: bool) -> Lesson:
    """Make a student's own version of a lesson: its first iteration, with other starting values.

    Parameters
    ----------
    lesson
        What all students work on.
    seed, student
        The class and the student; both together make the numbers.
    vary_data
        Whether the inputs are drawn as well: whole numbers where a column has only such, others with 2
        decimals, between the smallest and the largest of the column. The targets stay.

    Returns
    -------
    Lesson
        With parameters between 0.05 and 0.95, of 2 decimals; of either sign where the activation knows
        negative numbers.
    """
    signed = lesson.network.activation != "sigmoid"
    initial = {
        name: _parameters(shape, _draws(seed, student, name), signed=signed)
        for name, shape in lesson.network.parameters().items()
    }
    own = replace(_begun(lesson), initial=initial)
    return _with_own_data(own, seed, student) if vary_data else own


@lru_cache(maxsize=4)
def _begun(lesson: Lesson) -> Lesson:
    """Check once for a class what all of its lessons have in common: the first iteration of a lesson."""
    initial = {name: np.full(shape, 0.5) for name, shape in lesson.network.parameters().items()}
    return lesson.replace(iterations=min(lesson.iterations, 1), show=(), initial=initial)


def later(lesson: Lesson, iteration: int) -> Lesson:
    """Make a lesson whose first iteration is a later one of another: it starts from what it has by then.

    Parameters
    ----------
    lesson
        What is trained until then.
    iteration
        Which iteration it is, from 1.

    Returns
    -------
    Lesson
        With weights of 4 decimals, so that they can be computed with by hand; what its optimiser keeps goes
        with them, and which neurons take part.
    """
    if iteration == 1:
        return lesson
    trace = train(lesson.replace(iterations=iteration - 1))
    one, parameters = lesson.one_iteration, lesson.network.parameters()
    after = {name: trace[one.updates.get(name, name)][-1] for name in one.carried_names}  # frozen biases stay
    kept = {name: values for name, values in after.items() if name not in parameters}
    kept |= next(islice(lesson.masks(), iteration - 1, None))
    initial = {name: np.round(after[name], _DECIMALS_LATER) for name in parameters}
    return replace(lesson.replace(initial=initial), kept=kept)


def _parameters(shape: tuple[int, int], draws: Iterator[int], *, signed: bool) -> FloatMatrix:
    """Numbers of 2 decimals, none of them near 0."""
    values = np.empty(shape)
    for place in np.ndindex(shape):
        number = next(draws)
        size = _SMALLEST + number // 2 % (_LARGEST - _SMALLEST + 1)
        values[place] = (-size if signed and number % 2 else size) / 100
    return read_only(values)


def _with_own_data(lesson: Lesson, seed: int, student: str) -> Lesson:
    """Draw the inputs until no two samples are the same, unless some were before."""
    X, distinct = lesson.X_given, len(np.unique(lesson.X_given, axis=0))
    for attempt in range(_ATTEMPTS):
        drawn = _inputs(X, _draws(seed, student, f"X {attempt}"))
        if len(np.unique(drawn, axis=0)) >= distinct:
            with suppress(LessonError):  # a column of equal numbers cannot be scaled
                return lesson.replace(X_raw=lesson.spelled(drawn))
    raise LessonError(f"{lesson.name}: its inputs take too few values to be varied; leave out --vary-data")


def _inputs(X: FloatMatrix, draws: Iterator[int]) -> FloatMatrix:
    drawn = np.empty(X.shape)
    for j, column in enumerate(X.T):
        steps = 1 if (column == np.round(column)).all() else 100
        # 0.29 * 100 is a little less than 29.
        low = ceil(round(column.min() * steps, _NEARLY))
        high = floor(round(column.max() * steps, _NEARLY))
        # Where all of them lie between two neighbouring numbers of 2 decimals, there is no other to draw.
        own = [(low + next(draws) % (high - low + 1)) / steps for _ in column] if low <= high else column
        drawn[:, j] = own
    return drawn


def _draws(seed: int, student: str, what: str) -> Iterator[int]:
    """Yield whole numbers that nothing but the three tells."""
    for number in count():
        text = f"{seed}\n{student}\n{what}\n{number}"
        yield int.from_bytes(sha256(text.encode()).digest()[:8], "big")
