"""Answers that are right for somebody else: numbers that were copied from a neighbour's handout."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from mlp2xlsx import resources
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.layout.titles import step_sheets

_DECIMALS = 2
_NEAR = 0.56  # of the last decimal: half, and a little more for what was rounded before
# Matrices with fewer different numbers can be the same by chance, in a class of a thousand.
_FEWEST = 6

Rounded = tuple[float, ...]


class Copy(NamedTuple):
    """A student's answers that are the right ones of another handout.

    Attributes
    ----------
    exercise, other
        What the student was asked, and whose answers they are.
    known
        The matrices by whose numbers that is known.
    names
        All matrices that hold the other's numbers where the student's own are not the same.
    """

    exercise: Exercise
    other: Exercise
    known: tuple[str, ...]
    names: tuple[str, ...]

    def notice(self, layout: int) -> Notice:
        """Say it, with the sheets of the steps by which it is known, as a layout calls them."""
        steps = [number for number in self.exercise.assignment.steps if self._computes(number)]
        language = self.exercise.lesson.language
        sheets = resources.texts(language)["document"]["list"].join(step_sheets(language, steps, layout))
        return Notice(self.exercise.who, "copied", sheets, self.other.who)

    def _computes(self, number: int) -> bool:
        return any(result.name in self.known for result in self.exercise.run[number - 1].results)


def find_copies(exercises: Iterable[Exercise], marks: Mapping[str, Mark]) -> Iterator[Copy]:
    """Yield every student's wrong answers that are the right ones of another.

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
    # Of the numbers only a mark is held: of a large class they would be most of what is in memory.
    right: dict[str, dict[int, Exercise | None]] = {}
    for exercise in everybody:
        worked_out = exercise.anew()
        for name in worked_out.blank:
            rounded = _rounded(worked_out.true[name].tolist())
            if rounded is not None and _is_telling(rounded):
                known = right.setdefault(name, {})
                known[hash(rounded)] = None if hash(rounded) in known else exercise
    for exercise in everybody:
        if exercise.student.id in suspects:
            yield from _copied(exercise, marks[exercise.student.id], right)


def _copied(
    exercise: Exercise, mark: Mark, right: Mapping[str, Mapping[int, Exercise | None]]
) -> Iterator[Copy]:
    found: dict[str, Exercise] = {}
    for name, numbers in mark.numbers.items():
        rounded = _rounded(numbers)
        other = right.get(name, {}).get(hash(rounded)) if rounded is not None else None
        if other is not None and other is not exercise:
            found[other.student.id] = other
    for other in found.values():
        worked_out, own = other.anew(), exercise.anew()
        names = [
            name
            for name, numbers in mark.numbers.items()
            if _are_near(numbers, worked_out.true[name]) and not _are_near(numbers, own.true[name])
        ]
        known = tuple(name for name in names if _is_telling(_rounded(mark.numbers[name]) or ()))
        if known:
            yield Copy(exercise, other, known, tuple(names))


def _are_near(numbers: Sequence[Sequence[float | None]], true: FloatMatrix) -> bool:
    """Whether all numbers are there, and round to these or may have been rounded twice."""
    values = np.array(numbers, dtype=np.float64)  # None becomes NaN, which is near to nothing
    return bool((np.abs(values - true) <= 10.0**-_DECIMALS * _NEAR).all())


def _rounded(rows: Sequence[Sequence[float | None]]) -> Rounded | None:
    """Round the numbers of a matrix to 2 decimals; None where one is missing."""
    values = [value for row in rows for value in row if value is not None]
    if len(values) < sum(map(len, rows)):
        return None
    return tuple((np.round(values, _DECIMALS) + 0.0).tolist())


def _is_telling(rounded: Rounded) -> bool:
    """Whether numbers tell whose they are, and could not be anybody's."""
    return len(set(rounded)) >= _FEWEST
