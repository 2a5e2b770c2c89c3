"""Whether a number is right: for the exact numbers before it, or for the student's own.

A typed number stands for all that round to it; and whoever computes on may take an earlier number as it
was typed, as the sheet shows it, or with all its digits. So a cell has a span of right answers, and a
number is right when it rounds to one of them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.marking.mistakes import mistakes
from mlp2xlsx.classroom.marking.trivial import is_trivial
from mlp2xlsx.interpreter import computed_in_turn, evaluate_with_gaps
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.steps import Result, Step
from mlp2xlsx.mathematics.unrolled import as_in, as_in_the_first
from mlp2xlsx.render.spans import Interval, Spans
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import decimals_for_class

RIGHT, FOLLOWS, WRONG, UNANSWERED = "right", "follows", "wrong", "unanswered"
COUNTING = (RIGHT, FOLLOWS)

FEWEST_DECIMALS = 2
"""Decimals that a typed number needs, unless the teacher wants others."""
_MOST_DECIMALS = 12
_DECIMALS_OF_FORMULAS = 4  # a student may put rounded numbers into them
_FARTHEST = 1_000.0  # times the largest right number: who loses a decimal point is within
_EXACT = 1e-9  # programs differ in the last bits
_VISIBLE = 4.0  # half units of the last decimal; less may come of rounding before


@dataclass(frozen=True)
class Judgement:
    """A filled-in matrix and what is to be said of it.

    Attributes
    ----------
    marks
        `"right"`, `"follows"`, `"wrong"` or `"unanswered"` for each cell.
    expected
        What each cell comes to with the student's own numbers before it.
    mistake
        The typical mistake that explains all its numbers, by the key of its text; None when none does.
    trivial
        Whether the student's numbers have made it, or something before it, trivial; the true ones count.
    still
        Which cells have the right number by a formula that does not compute it; None where that may be.
    copied
        Whether its numbers are worth nothing, for they are those of another's handout.
    """

    marks: NDArray[np.str_]
    expected: FloatMatrix
    mistake: str | None
    trivial: bool = False
    still: NDArray[np.bool_] | None = None
    copied: bool = False

    @property
    def n_counting(self) -> int:
        """How many cells count: right ones, and those that follow from an earlier slip."""
        return int(np.isin(self.marks, COUNTING).sum())


def judge(
    exercise: Exercise,
    answers: Mapping[str, FloatMatrix],
    computed: Mapping[str, NDArray[np.bool_]] | None = None,
    decimals: Mapping[int, int] | None = None,
) -> dict[str, Judgement]:
    """Judge all that a student has filled in.

    Parameters
    ----------
    exercise
        What was asked.
    answers
        The student's numbers by matrix; NaN where there is none.
    computed
        Which of them a formula has computed from cells; all are typed by default. Such a number has more
        decimals than it shows: `=0.3` may be a rounded number, the 0.3 of a formula is none.
    decimals
        How many decimals a typed number needs, by the number of the step, where that is not 2.

    Returns
    -------
    dict of str to Judgement
        By matrix, in the order of the steps.
    """
    with np.errstate(all="ignore"):  # a student may type a number beyond all that can be multiplied
        return _Judge(exercise, answers, computed or {}, decimals or {}).judge()


def fewest_decimals(exercise: Exercise, of_steps: Mapping[int, int]) -> dict[str, int]:
    """How many decimals a typed number needs, by matrix.

    Parameters
    ----------
    exercise
        What was asked.
    of_steps
        What the teacher wants, by the number of the step; else 2, of what an optimiser keeps three digits.
    """
    found = {}
    for number, step in enumerate(exercise.run, start=1):
        for result in step.results:
            usual = FEWEST_DECIMALS
            if result.name in exercise.lesson.one_iteration.kept:
                largest = float(np.abs(exercise.true[result.name]).max())
                usual = int(np.clip(np.ceil(-np.log10(largest or 1.0)) + 2, FEWEST_DECIMALS, _MOST_DECIMALS))
            found[result.name] = of_steps.get(number, usual)
    return found


def half_unit(value: float, fewest: int = FEWEST_DECIMALS) -> float:
    """How far the exact number may be from a typed one: half a unit of its last decimal.

    Parameters
    ----------
    value
        The number as it was typed.
    fewest
        How many decimals it has at least; zeros at the end are not kept.
    """
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    decimals = max(fewest, -exponent if isinstance(exponent, int) else 0)
    return 0.5 * 10.0**-decimals * (1 + _EXACT) + _EXACT * max(1.0, abs(value))


class _Judge:
    def __init__(
        self,
        exercise: Exercise,
        answers: Mapping[str, FloatMatrix],
        computed: Mapping[str, NDArray[np.bool_]],
        decimals: Mapping[int, int],
    ) -> None:
        self.exercise = exercise
        self.answers = answers
        fewest = fewest_decimals(exercise, decimals)
        self.rooms = {
            name: _rooms(values, computed.get(name, np.zeros(values.shape, bool)), fewest[name])
            for name, values in answers.items()
        }
        self.true = exercise.true
        self.own = dict(exercise.given)
        self.unknown: dict[str, FloatMatrix] = {}  # how far they may be from what a student goes on with
        self.computed: dict[str, FloatMatrix] = {}  # what they come to with the student's numbers before
        self.astray = False  # whether a number before is wrong, and no typical mistake
        self.trivial: str | None = None  # the first matrix that tests nothing with the student's numbers
        for step, result, matrix in computed_in_turn(exercise.lesson.one_iteration, self.own):
            self.own[result.name] = self._taken(step, result, matrix)
        one, usual = exercise.lesson.one_iteration, max(exercise.lesson.decimals, FEWEST_DECIMALS)
        self.shown = dict.fromkeys(one.shapes, usual) | dict.fromkeys(one.kept, decimals_for_class(one))
        self.slipped: set[str] = set()  # matrices whose numbers are not the true ones
        self.settled: set[str] = set(exercise.given)  # those of which that is known

    def _taken(self, step: Step, result: Result, computed: FloatMatrix) -> FloatMatrix:
        """Numbers that a student goes on with; the true ones from the first matrix on that tests nothing.

        Who leaves a cell empty and goes on has worked it out elsewhere. Nothing but zeros is as good as
        empty, unless the numbers before come to that: all that is computed from zeros would be zero, too.
        So is a number no slip comes to: of what is computed from it, anything would be right.
        """
        if self.trivial is None and self.astray and self._is_trivial(step, result, computed):
            self.trivial = result.name
        if self.trivial is not None:
            computed = self.true[result.name]
        self.computed[result.name] = computed
        if self.trivial is not None or result.name not in self.answers:
            return computed
        answer = self.answers[result.name]
        farthest = _FARTHEST * max(1.0, float(np.abs(self.true[result.name]).max()))
        is_nothing = _is_nothing(answer) and not _is_nothing(computed)
        taken = (np.abs(answer) <= farthest) & ~np.full(answer.shape, is_nothing)
        # Somebody may know more digits than were typed. But the 0 of a rectifier has no more of them: its
        # slope is 0, and not anything up to 1.
        exact = (answer == 0) & (computed == 0)
        self.unknown[result.name] = np.where(taken & ~exact, self.rooms[result.name], 0.0)
        self.astray = self.astray or self._goes_astray(step, result, taken)
        return np.where(taken, answer, computed)

    def _is_trivial(self, step: Step, result: Result, computed: FloatMatrix) -> bool:
        room = float(np.max(self.rooms.get(result.name, 0.0))) or half_unit(0.0)
        both = computed, self.true[result.name]
        given = {name: self.own[step.names.get(name, name)] for name in self.exercise.given}
        return is_trivial(self.exercise.lesson.network, *self._first(step, result), given, both, room)

    def _goes_astray(self, step: Step, result: Result, taken: NDArray[np.bool_]) -> bool:
        """Whether an answer that is gone on with is visibly wrong, and no typical mistake explains it."""
        answer, reach = self.answers[result.name], _VISIBLE * self.rooms[result.name]
        return not any(
            (np.abs(answer - evaluate_with_gaps(expr, values)) <= reach)[taken].all()
            for _, expr in chain([("", result.expr)], self._mistakes(step, result))  # mostly the first
            for values in (self.own, self.true)
            if set(names(expr)) <= values.keys()
        )

    def judge(self) -> dict[str, Judgement]:
        found = {}
        for step in self.exercise.run:
            for result in step.results:
                if result.name == self.trivial:
                    self.own, self.unknown = {**self.true}, {}
                if result.name in self.exercise.blank:
                    found[result.name] = judged = self._judged(step, result)
                    if np.isin(judged.marks, (WRONG, FOLLOWS)).any():
                        self.slipped.add(result.name)
                elif not result.given and self.slipped.intersection(names(result.expr)):
                    self.slipped.add(result.name)
                self.settled.add(result.name)
        return found

    def _judged(self, step: Step, result: Result) -> Judgement:
        values, room = self.answers[result.name], self.rooms[result.name]
        right, own = self._spans(result.expr)
        marks = np.full(values.shape, WRONG, dtype="<U10")
        marks[_within(values, room, own)] = FOLLOWS
        marks[_within(values, room, right)] = RIGHT
        trivial = self.trivial in self.settled | {result.name}
        if trivial:
            marks[self._not_worked_out(step, result)] = WRONG
        marks[np.isnan(values)] = UNANSWERED
        mistake = self._mistake(step, result, values) if (marks == WRONG).any() and not trivial else None
        return Judgement(marks, self.computed[result.name], mistake, trivial)

    def _not_worked_out(self, step: Step, result: Result) -> NDArray[np.bool_]:
        """Tell which zeros and old weights are right only because so few decimals of them are typed."""
        answer = self.answers[result.name]
        given = {step.names.get(name, name) for name in self.exercise.given}
        known = (self.own[name] for name in names(result.expr) if name in given)
        copied = [answer == values for values in known if values.shape == answer.shape]
        far = np.abs(answer - self.true[result.name]) > half_unit(0.0, _DECIMALS_OF_FORMULAS)
        return np.asarray(np.logical_or.reduce([answer == 0, *copied]) & far)

    def _mistake(self, step: Step, result: Result, values: FloatMatrix) -> str | None:
        """Name the mistake that comes to every number of the matrix, the right ones among them."""
        known, room = ~np.isnan(values), self.rooms[result.name]
        for key, expr in self._mistakes(step, result):
            if any(_within(values, room, span)[known].all() for span in self._spans(expr)):
                return key
        return None

    def _mistakes(self, step: Step, result: Result) -> Iterator[tuple[str, Expr]]:
        """Yield what the typical mistakes would compute, with the names of the iteration of the step."""
        found = mistakes(self.exercise.lesson.network, *self._first(step, result))
        here = ((key, as_in(step, expr)) for key, expr in found)
        yield from (one for one in here if self.true.keys() >= set(names(one[1])))

    def _first(self, step: Step, result: Result) -> tuple[Step, Result]:
        """The step and the result as the first iteration has them."""
        first = as_in_the_first(step)
        return first, first.results[step.results.index(result)]

    def _spans(self, expr: Expr) -> tuple[Interval, Interval]:
        """Right answers for the exact numbers before, and for the student's own."""
        used = names(expr)
        right = Spans({name: self._read(name, self.true) for name in used}).visit(expr)
        own = Spans({name: self._read(name, self.own) for name in used}).visit(expr)
        return right, own

    def _read(self, name: str, chosen: Mapping[str, FloatMatrix]) -> Interval:
        """Smallest and largest numbers that may have been taken for those of a matrix."""
        is_true = name in self.settled and name not in self.slipped
        exact = [self.true[name], self.own[name]] if is_true else [chosen[name]]
        shown = [np.round(matrix, self.shown[name]) if name in self.shown else matrix for matrix in exact]
        found = np.array([*exact, *shown])
        if name in self.unknown and chosen is self.own:
            room = self.unknown[name]
            found = np.array([*found, self.own[name] - room, self.own[name] + room])
        return Interval(found.min(axis=0), found.max(axis=0))


def _rooms(values: FloatMatrix, computed: NDArray[np.bool_], typed: int) -> FloatMatrix:
    """How far each number may be from the exact one; 0 where there is none."""
    rooms = np.zeros(values.shape)
    for place in zip(*np.nonzero(~np.isnan(values)), strict=True):
        fewest = max(_DECIMALS_OF_FORMULAS, typed) if computed[place] else typed
        rooms[place] = half_unit(float(values[place]), fewest)
    return rooms


def _is_nothing(values: FloatMatrix) -> bool:
    """Whether all numbers are zeros, to the decimals that count; empty cells are passed over."""
    return not (np.abs(values) > 0.5 * 10.0**-FEWEST_DECIMALS).any()


def _within(values: FloatMatrix, room: FloatMatrix, span: Interval) -> NDArray[np.bool_]:
    """Tell which numbers round to a right answer; beyond what can be computed with, there is none."""
    low, high = span
    known = np.isfinite(low) & np.isfinite(high)
    return np.asarray(known & (values >= low - room) & (values <= high + room))
