"""Answers that are right for somebody else: numbers that were copied from a neighbour's handout."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.workbook.context import step_sheet

_DECIMALS = 2
# Matrices with fewer different numbers can be the same by chance, in a class of a thousand.
_FEWEST = 6

Rounded = tuple[float, ...]


def find_copies(exercises: Iterable[Exercise], marks: Mapping[str, Mark]) -> Iterator[Notice]:
    """Yield a notice for every student whose wrong answers are the right ones of another.

    Parameters
    ----------
    exercises
        The class.
    marks
        What was found, by the id of the student.
    """
    suspects = {student for student, mark in marks.items() if mark.total < len(mark.cells)}
    if not suspects:
        return
    everybody = list(exercises)
    right: dict[str, dict[Rounded, list[Exercise]]] = {}
    for exercise in everybody:
        worked_out = exercise.anew()
        for name in worked_out.blank:
            rounded = _rounded(worked_out.true[name].tolist())
            if rounded is not None:
                right.setdefault(name, {}).setdefault(rounded, []).append(exercise)
    for exercise in everybody:
        if exercise.student.id in suspects:
            yield from _copied(exercise, marks[exercise.student.id], right)


def _copied(
    exercise: Exercise, mark: Mark, right: Mapping[str, Mapping[Rounded, list[Exercise]]]
) -> Iterator[Notice]:
    found: dict[str, list[str]] = {}
    for name, numbers in mark.numbers.items():
        rounded = _rounded(numbers)
        others = right.get(name, {}).get(rounded, []) if rounded is not None else []
        if len(others) == 1 and others[0] is not exercise:
            found.setdefault(others[0].who, []).append(name)
    for label, names in found.items():
        steps = [
            number
            for number in mark.cells
            if any(result.name in names for result in exercise.run[number - 1].results)
        ]
        yield Notice(exercise.who, "copied", ", ".join(map(step_sheet, steps)), label)


def _rounded(rows: Sequence[Sequence[float | None]]) -> Rounded | None:
    """Round the numbers of a matrix to 2 decimals; None where they could be anybody's."""
    values = [value for row in rows for value in row if value is not None]
    if len(values) < sum(map(len, rows)):
        return None
    rounded = tuple((np.round(values, _DECIMALS) + 0.0).tolist())
    return rounded if len(set(rounded)) >= _FEWEST else None
