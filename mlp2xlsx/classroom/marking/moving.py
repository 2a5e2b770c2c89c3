"""Whether a formula computes its answer: with other inputs its result moves as the right one does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.originals import Original
from mlp2xlsx.engines import Address, Edits
from mlp2xlsx.interpreter import computed_in_turn, evaluate_with_gaps
from mlp2xlsx.mathematics.iteration import DATA, initial_name
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.render.values import FloatMatrix

# A little, so that nothing comes to an end of its function; and a lot, so that rounded results move, too.
_SIZES = (0.06, 0.7)
_NEAR = 0.02  # of how far the right result moves
_LEAST = 1e-9  # programs differ in the last bits
_ROUNDED = 0.02  # what two numbers that are rounded to 2 decimals can be off by, and as much again


Recalculate = Callable[[Mapping[str, FloatMatrix]], Mapping[str, FloatMatrix]]
"""Tells what answers come to with other numbers in the place of some matrices, all of them by name."""


@dataclass(frozen=True)
class Nudge:
    """Other inputs than those that were handed out.

    Attributes
    ----------
    given
        What the iteration starts from then.
    edits
        The cells of the handout that are changed for it.
    """

    given: Mapping[str, FloatMatrix]
    edits: Edits


def nudges(exercise: Exercise, original: Original) -> list[Nudge]:
    """Make other inputs, each number changed by another amount; what a formula computes is left alone."""
    return [_nudge(exercise, original, size) for size in _SIZES]


def _nudge(exercise: Exercise, original: Original, size: float) -> Nudge:
    given = dict(exercise.given)
    edits: dict[Address, float] = {}
    as_they_are = (*DATA, *exercise.lesson.scalars, *exercise.lesson.columns)
    for name, values in exercise.given.items():
        place = original.names.get(name if name in as_they_are else initial_name(name))
        if place is None:
            continue
        title, box = place
        cells = {(i, j): (box.row + i, box.col + j) for i, j in np.ndindex(values.shape)}
        if not all(isinstance(original.cells[title].constants.get(cell), float) for cell in cells.values()):
            continue
        given[name] = _other(values, size)
        edits |= {(title, *cell): float(given[name][at]) for at, cell in cells.items()}
    return Nudge(given, edits)


def _other(values: FloatMatrix, size: float) -> FloatMatrix:
    """Other numbers, each changed by another amount."""
    count = np.arange(values.size).reshape(values.shape)
    return values + size * np.where(count % 2, -1, 1) * (1 + count % 3 / 4)


def moving(
    exercise: Exercise,
    answers: Mapping[str, FloatMatrix],
    nudged: Sequence[tuple[Nudge, Mapping[str, FloatMatrix]]],
    computed: Mapping[str, NDArray[np.bool_]],
    rounded: Mapping[str, NDArray[np.bool_]],
    recalculated: Recalculate,
) -> dict[str, NDArray[np.bool_]]:
    """Tell which answers move as the right ones do, for the student's numbers before them or the true ones.

    Where the numbers before were typed, or are as good as typed, nothing moves with the inputs. There it has
    to move when those numbers are others.

    Parameters
    ----------
    exercise
        What was asked.
    answers
        The student's numbers by matrix; NaN where there is none.
    nudged
        Other inputs, and what the answers come to with them.
    computed, rounded
        Which of the answers a formula has computed from cells, and which it has rounded.
    recalculated
        Tells what the answers come to with other numbers in the place of some.
    """
    found = {name: np.ones(values.shape, bool) for name, values in answers.items()}
    still = {name: np.ones(values.shape, bool) for name, values in answers.items()}
    rooms = {name: np.where(rounded[name], _ROUNDED, _LEAST) for name in answers}
    for nudge, moved in nudged:
        ways = (_differences(exercise, nudge, answers, moved), _differences(exercise, nudge, {}, {}))
        for name, is_moving in found.items():
            own = moved[name] - answers[name]
            is_moving &= np.logical_or.reduce([_is_near(own, way[name], rooms[name]) for way in ways])
            still[name] &= np.abs(own) <= rooms[name]
    right, values = _computed(exercise, exercise.given, answers)
    for name, expr in exercise.blank.items():
        before = {one: _other(values[one], max(_SIZES)) for one in names(expr) if one in answers}
        in_doubt = found[name] & still[name] & (computed[name] | rounded[name])
        if before and in_doubt.any():
            way = evaluate_with_gaps(expr, values | before) - right[name]
            own = recalculated(before)[name] - answers[name]
            found[name] &= ~in_doubt | _is_near(own, way, rooms[name])
    return found


def _is_near(own: FloatMatrix, way: FloatMatrix, room: FloatMatrix) -> NDArray[np.bool_]:
    return np.asarray(np.abs(own - way) <= _NEAR * np.abs(way) + room)


def _differences(
    exercise: Exercise, nudge: Nudge, answers: Mapping[str, FloatMatrix], moved: Mapping[str, FloatMatrix]
) -> dict[str, FloatMatrix]:
    """How far each matrix moves, as it is computed from the numbers before it."""
    before, _ = _computed(exercise, exercise.given, answers)
    after, _ = _computed(exercise, nudge.given, moved)
    return {name: after[name] - before[name] for name in exercise.blank}


def _computed(
    exercise: Exercise, given: Mapping[str, FloatMatrix], answers: Mapping[str, FloatMatrix]
) -> tuple[dict[str, FloatMatrix], dict[str, FloatMatrix]]:
    """What each matrix comes to with the numbers before it, and what is gone on with in its place.

    That is the answer, or where it has no number the computed one.
    """
    values, found = dict(given), {}
    for _, result, computed in computed_in_turn(exercise.lesson.one_iteration, values):
        found[result.name] = computed
        answer = answers.get(result.name, computed)
        values[result.name] = np.where(np.isnan(answer), computed, answer)
    return found, values
