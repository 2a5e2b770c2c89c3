"""What one student is asked: numbers of one's own, and the steps that are left to be filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256

import numpy as np

from mlp2xlsx.choices import HINTS
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.classroom.variation import ident, later, own_lesson
from mlp2xlsx.errors import DivergenceError, UsageError
from mlp2xlsx.interpreter import first_iteration, start_values
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.steps import Step
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.handout_book import make_handout

_MOST_ADDED, _ROOM = 50_000, 2
_LATEST = 1_000  # iteration; all before it are trained for every student
_MOST_ITERATIONS = 5  # of a dozen sheets each
_MOST_ASSIGNMENTS = 8  # that are held


def steps_to_fill(
    lesson: Lesson, numbers: Iterable[int] | None = None, iterations: int = 1
) -> tuple[int, ...]:
    """Check which steps are to be filled in; all that compute something by default.

    The steps of a second iteration are counted on from those of the first; it brings nothing in.

    Raises
    ------
    UsageError
        For a step that there is not, or that computes nothing.
    """
    run = replace(lesson, span=range(1, 1 + iterations)).one_iteration.steps
    possible = [n for n, step in enumerate(run, start=1) if not step.brings_in]
    chosen = sorted(set(possible if numbers is None else numbers))
    for number in chosen:
        if number not in possible:
            why = "only reads what is given" if 1 <= number <= len(run) else "does not exist"
            raise UsageError(
                f"--blank: step {number} {why}; expected steps from {possible[0]} to {possible[-1]}"
            )
    if not chosen:
        raise UsageError("--blank: no step is left to be filled in")
    return tuple(chosen)


def check_iterations(lesson: Lesson, iteration: int, iterations: int) -> None:
    """Check which iterations are to be filled in.

    Raises
    ------
    UsageError
        For none, for too many, for one so late that nobody would train until then, for one that starts from
        a batch; and for several where each has more of its own than weights: samples, or numbers.
    """
    if not 1 <= iteration <= _LATEST:
        raise UsageError(f"--iteration: found {iteration}, expected a whole number from 1 to {_LATEST}")
    if not 1 <= iterations <= _MOST_ITERATIONS:
        raise UsageError(
            f"--iteration: found {iterations} iterations, expected 1 to {_MOST_ITERATIONS} in one handout"
        )
    is_later = iteration + iterations > 2  # one that is not the first
    if is_later and lesson.batch is not None:
        raise UsageError(
            f"--iteration: {lesson.name} starts a later iteration from its batches as well; expected 1"
        )
    if is_later and not lesson.trains:
        raise UsageError(f"--iteration: {lesson.name} trains nothing, training.iterations is 0; expected 1")
    one = lesson.one_iteration
    if iterations > 1 and lesson.network.dropping:
        raise UsageError(
            f"--iteration: {lesson.name} leaves out other neurons in each iteration; "
            "expected a single iteration, such as 2"
        )
    if iterations > 1 and (one.columns or set(one.carried_names) - set(lesson.network.parameters())):
        raise UsageError(
            f"--iteration: {lesson.name} carries more than weights from one iteration to the next; "
            "expected a single iteration, such as 2"
        )


@dataclass(frozen=True)
class Assignment:
    """What a class is asked.

    Attributes
    ----------
    lesson
        The lesson whose first iteration is filled in.
    seed
        What the students' own numbers are drawn with.
    steps
        The numbers of the steps to be filled in, from 1.
    practice, formulas
        Whether the sheets say which matrices are right, and whether only formulas count.
    vary_data
        Whether the inputs differ from student to student as well.
    number
        Which of the assignments of the class it is, from 1.
    pseudonyms
        Whether students are called by their handout ids.
    hints
        What the sheets that are filled in tell of how to do it, of `HINTS`; none in an exam.
    iteration
        Which iteration is filled in, from 1.
    iterations
        How many are, each going on with the student's own answers to the one before it.
    """

    lesson: Lesson
    seed: int
    steps: tuple[int, ...]
    practice: bool = False
    formulas: bool = False
    vary_data: bool = False
    number: int = 1
    pseudonyms: bool = False
    hints: tuple[str, ...] = HINTS
    iteration: int = 1
    iterations: int = 1

    @property
    def span(self) -> range:
        """The iterations that are filled in."""
        return range(self.iteration, self.iteration + self.iterations)

    @cached_property
    def digest(self) -> str:
        """A mark of all that the class is asked: the same for the same assignment."""
        others = {name: value for name, value in vars(self).items() if name not in ("lesson", "digest")}
        return sha256(f"{self.lesson.to_toml()}\n{others}".encode()).hexdigest()


# A worker is sent an assignment with every student: what it has worked out of the first goes for all of them.
_ASSIGNMENTS: dict[str, Assignment] = {}


@dataclass(frozen=True)
class Exercise:
    """One student's part of an assignment; it holds all that is needed to make and to mark a handout."""

    assignment: Assignment
    student: Student

    def anew(self) -> "Exercise":
        """Return the same exercise without what has been worked out of it; for a whole class that is much."""
        known = _ASSIGNMENTS.setdefault(self.assignment.digest, self.assignment)
        if len(_ASSIGNMENTS) > _MOST_ASSIGNMENTS:
            _ASSIGNMENTS.clear()
        return Exercise(known, self.student)

    @cached_property
    def ident(self) -> str:
        """The mark by which the handout is known again."""
        return ident(self.assignment.seed, self.student.id, self.assignment.number)

    @cached_property
    def lesson(self) -> Lesson:
        """The lesson with the student's own numbers."""
        assigned = self.assignment
        own = own_lesson(assigned.lesson, assigned.seed, self.student.id, vary_data=assigned.vary_data)
        return replace(later(own, assigned.iteration), span=assigned.span)

    @cached_property
    def run(self) -> tuple[Step, ...]:
        """The steps of the iteration."""
        return self.lesson.one_iteration.steps

    @cached_property
    def given(self) -> dict[str, FloatMatrix]:
        """What the iteration starts from, by name."""
        return start_values(self.lesson)

    @cached_property
    def blank(self) -> dict[str, Expr]:
        """What is to be filled in, by name, in the order of the steps."""
        return {
            result.name: result.expr
            for number in self.assignment.steps
            for result in self.run[number - 1].computed
        }

    @cached_property
    def unsure(self) -> frozenset[str]:
        """Names of what depends on the student's answers."""
        return self.lesson.one_iteration.depending_on(self.blank)

    @cached_property
    def true(self) -> dict[str, FloatMatrix]:
        """Every matrix as it comes out when nothing goes wrong.

        Raises
        ------
        DivergenceError
            When a number is beyond what a spreadsheet can compute with.
        """
        values = first_iteration(self.lesson.one_iteration, self.given, {})
        for name, matrix in values.items():
            if not np.isfinite(matrix).all():
                raise DivergenceError(
                    f"the handout of {self.label or 'the class'}: {name} holds {matrix.max():.4g}; "
                    "use scaled data (scale in the lesson)"
                )
        return values

    @property
    def most_cells(self) -> int:
        """How many cells there may be in what is handed in: every sheet shows up to every matrix."""
        return _MOST_ADDED + _ROOM * (len(self.run) + 2) * sum(one.size for one in self.true.values())

    @property
    def label(self) -> str:
        """The student as the sheets name them; empty for anybody, and where names are kept out."""
        if self.assignment.pseudonyms:
            return ""
        name, number = self.student.name, self.student.id
        return f"{name} ({number})" if name and number else name or number

    @property
    def who(self) -> str:
        """The student as notices name them; the handout id where the sheets name nobody."""
        return self.label or self.ident

    @property
    def largest(self) -> float:
        """The largest number that the sheets have to have room for."""
        return max(float(np.nanmax(np.abs(matrix), initial=0)) for matrix in self.true.values())

    @property
    def file(self) -> str:
        """What the files are called that are made of what comes back, without an extension."""
        return self.ident if self.assignment.pseudonyms else self.student.file

    @cached_property
    def handout(self) -> Handout:
        """What is left to be filled in."""
        asked = self.assignment
        return Handout(
            self.ident,
            self.label,
            frozenset(self.blank),
            self.unsure,
            asked.practice,
            asked.formulas,
            frozenset(asked.hints),
        )

    @property
    def empty(self) -> tuple[Handout, Mapping[str, FloatMatrix]]:
        """What is to be filled in, and every matrix, as far as it is known before that."""
        nothing = {name: np.full(expr.shape, np.nan) for name, expr in self.blank.items()}
        return self.handout, first_iteration(self.lesson.one_iteration, self.given, nothing)

    @property
    def solved(self) -> tuple[Handout, Mapping[str, FloatMatrix]]:
        """The same with all of it filled in by formulas."""
        return replace(self.handout, blank=frozenset(), unsure=frozenset()), self.true

    def book(self) -> Book:
        """Make the workbook to be filled in."""
        return self.marked(*self.empty)

    def key(self) -> Book:
        """Make the same workbook with all of it filled in by formulas."""
        return self.marked(*self.solved)

    def marked(self, handout: Handout, values: Mapping[str, FloatMatrix]) -> Book:
        """Make the workbook with some of it filled in, such as the one that is handed back."""
        return make_handout(self.lesson, handout, values, self.largest)
