"""Whose submission is whose: by the id inside, and by what the place of the file says."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256

import numpy as np

from mlp2xlsx.classroom.each import each
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.submissions import Submission, Unreadable
from mlp2xlsx.classroom.submissions.contents import Content, content_of, contents_of
from mlp2xlsx.classroom.submissions.owners import Owners
from mlp2xlsx.errors import EngineError, MlpError, SubmissionError
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.verify.contents import Contents
from mlp2xlsx.words import one_line, shortened
from mlp2xlsx.workbook.handout_setup import HANDOUT_BOX, HANDOUT_NAME
from mlp2xlsx.workbook.places import place_setup

_DIGITS = 9
_LONGEST = 40


@dataclass(frozen=True)
class Opened:
    """A submission that could be opened.

    Attributes
    ----------
    ident
        The handout id inside; empty where there is none.
    numbers
        A mark of the weights it starts from, the same for the same numbers.
    digest
        A mark of the file, the same for the same bytes.
    """

    ident: str
    numbers: str
    digest: str


@dataclass
class Sorted:
    """All submissions, by whose they are.

    Attributes
    ----------
    counting
        The one that counts, by the id of the student.
    notices
        What a teacher should know.
    """

    counting: dict[str, tuple[Submission, Opened]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


def open_submission(
    shapes: Mapping[str, tuple[str, int, int, int, int]], most_cells: int, sent: tuple[Submission, Content]
) -> Opened:
    """Read what tells whose a submission is.

    Parameters
    ----------
    shapes
        Where the weights stand; see `parameter_places`.
    most_cells
        How many cells there may be in it.
    sent
        The submission and its bytes.

    Raises
    ------
    SubmissionError, WorkbookError
        When it cannot be read, is no workbook, or damaged.
    """
    _, content = sent
    if isinstance(content, SubmissionError):
        raise content
    contents = contents_of(content, most_cells)
    return Opened(_ident(contents), _numbers(contents, shapes), sha256(content).hexdigest())


def _ident(contents: Contents) -> str:
    """Give the handout id: where the name of its cell points to, or else where handouts have it."""
    named = contents.names.get(HANDOUT_NAME)
    places = [named] if named is not None else []
    for title, box in [*places, ("Setup", HANDOUT_BOX)]:
        sheet = contents.sheets.get(title)
        found = sheet.constants.get((box.row, box.col)) if sheet is not None else None
        if isinstance(found, str) and found.strip():
            return found[:_LONGEST].strip().upper()  # it is kept for every file
    return ""


def _numbers(contents: Contents, shapes: Mapping[str, tuple[str, int, int, int, int]]) -> str:
    cells = []
    for title, top, left, n_rows, n_cols in shapes.values():
        sheet = contents.sheets.get(title)
        for row in range(top, top + n_rows):
            for col in range(left, left + n_cols):
                value = sheet.constants.get((row, col)) if sheet is not None else None
                cells.append(value if isinstance(value, float) else np.nan)
    return fingerprint(np.array([cells]))


def fingerprint(*matrices: FloatMatrix) -> str:
    """Make a mark of some numbers, the same for numbers that differ in their last digits only."""
    texts = (f"{round(value, _DIGITS) + 0.0!r}" for matrix in matrices for value in matrix.ravel().tolist())
    return sha256(" ".join(texts).encode()).hexdigest()


def parameter_places(exercise: Exercise) -> dict[str, tuple[str, int, int, int, int]]:
    """Tell where on `Setup` the weights stand that a handout starts from."""
    boxes = place_setup(exercise.lesson, filled_in=True).boxes
    return {
        name: ("Setup", box.row, box.col, box.n_rows, box.n_cols)
        for name, box in boxes.items()
        if name.startswith("initial_")
    }


class Class:
    """The exercises of a class, found by id, by numbers and by what a file is called."""

    def __init__(self, exercises: Sequence[Exercise]) -> None:
        self.exercises = {one.student.id: one for one in exercises}
        self.by_ident = {one.ident: one for one in exercises}
        self.owners = Owners([(one.student.id, one.student.name, one.student.file) for one in exercises])
        self._by_numbers: dict[str, Exercise] | None = None

    def with_numbers(self, numbers: str) -> Exercise | None:
        """Give the exercise that starts from some numbers."""
        if self._by_numbers is None:  # worked out when it is asked for, for all of a class at once
            self._by_numbers = {numbers_of(one): one for one in self.exercises.values()}
        return self._by_numbers.get(numbers)

    def named_by(self, place: str) -> Exercise | None:
        """Give the exercise of the student whom a place names."""
        student = self.owners.named_by(place)
        return None if student is None else self.exercises[student]


def numbers_of(exercise: Exercise) -> str:
    """Make the mark of the numbers that an exercise starts from."""
    return fingerprint(*exercise.anew().lesson.initial_parameters().values())


def open_all(
    group: Class, submissions: Iterable[Submission], executor: Executor | None
) -> tuple[list[tuple[Submission, Opened]], list[Unreadable]]:
    """Open all submissions: those that can be, and why others cannot."""
    opened, unreadable = [], []
    one = next(iter(group.exercises.values()))
    open_one = partial(open_submission, parameter_places(one), one.most_cells)
    sent = ((submission, content_of(submission)) for submission in submissions)
    for (submission, _), outcome in each(open_one, sent, executor):
        if isinstance(outcome, Opened):
            opened.append((submission, outcome))
        elif isinstance(outcome, EngineError):
            raise outcome  # no file is to blame
        else:
            unreadable.append(Unreadable(submission.place, reason(outcome)))
    return sorted(opened, key=lambda one: one[0].place), unreadable


def reason(error: Exception) -> str:
    """Say in a few words why a file could not be graded."""
    text = str(error) if isinstance(error, MlpError | OSError) else f"{type(error).__name__}: {error}"
    return one_line(text.split("submission.xlsx ")[-1])


def sort(group: Class, opened: Sequence[tuple[Submission, Opened]]) -> Sorted:
    """Find the submission that counts for each student.

    The handout id inside decides. Of several the newest counts, but one that lies under another student's
    name, or starts from another's numbers, only where there is no other.
    """
    found = Sorted()
    candidates: dict[str, list[tuple[tuple[bool, bool, float, str], Submission, Opened]]] = {}
    for submission, one in opened:
        exercise = group.by_ident.get(one.ident)
        if exercise is None:
            found.notices.append(_unknown(group, submission.place, one))
            continue
        named, other = group.named_by(submission.place), group.with_numbers(one.numbers)
        misplaced = named is not None and named is not exercise
        if misplaced and named is not None:
            found.notices.append(Notice(submission.place, "misplaced", named.who, exercise.who))
        if other is not exercise:
            key, label = ("other_numbers", other.who) if other is not None else ("changed_numbers", "")
            found.notices.append(Notice(submission.place, key, exercise.who, label))
        rank = (other is exercise, not misplaced, submission.time, submission.place)
        candidates.setdefault(exercise.student.id, []).append((rank, submission, one))
    for student, some in candidates.items():
        _, submission, one = max(some, key=lambda candidate: candidate[0])
        found.counting[student] = submission, one
        if len(some) > 1:
            label = group.exercises[student].who
            found.notices.append(Notice(label, "several", str(len(some)), submission.place))
    return found


def _unknown(group: Class, place: str, one: Opened) -> Notice:
    ident = shortened(one_line(one.ident), _LONGEST)
    other = group.with_numbers(one.numbers)
    if other is not None:
        return Notice(place, "unknown_known" if ident else "no_id_known", ident, other.who)
    return Notice(place, "unknown" if ident else "no_id", ident)
