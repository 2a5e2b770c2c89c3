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
from mlp2xlsx.classroom.submissions.contents import (
    Payload,
    content_of,
    contents_of,
    handout_id,
    numbers_at,
)
from mlp2xlsx.classroom.submissions.owners import Owners
from mlp2xlsx.errors import EngineError, MlpError, SubmissionError
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import one_line, shortened
from mlp2xlsx.workbook.layout.version import layout_of
from mlp2xlsx.workbook.sheets.setup.handout import HANDOUT_NAME
from mlp2xlsx.xlsx.reading.contents import Contents
from mlp2xlsx.xlsx.references import Place

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
    known: Mapping[int, Mapping[str, Place]], most_cells: int, sent: tuple[Submission, Payload]
) -> Opened:
    """Read what tells whose a submission is.

    Parameters
    ----------
    known
        By layout, where the handouts of the class have their id and the weights that they start from.
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
    own = layout_of(contents.names)
    # Where names have been lost, the layout is one of the class's.
    layouts = [known[version] for version in sorted(known, key=lambda version: version != own)]
    if own not in known and HANDOUT_NAME in contents.names:
        named = ((name, contents.names.get(name)) for name in layouts[0])
        layouts.insert(0, {name: place for name, place in named if place is not None})
    return Opened(_ident(contents, layouts), _numbers(contents, layouts), sha256(content).hexdigest())


def _ident(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> str:
    """Handout id: where the name of its cell points to, or else where handouts have it."""
    places = [contents.names.get(HANDOUT_NAME), *(places.get(HANDOUT_NAME) for places in layouts)]
    return next((ident for place in places if (ident := handout_id(contents, place))), "")


def _numbers(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> str:
    """Make the mark of the weights, where they stand in the first layout that has numbers there."""
    found = [
        [numbers_at(contents, place) for name, place in places.items() if name != HANDOUT_NAME]
        for places in layouts
    ]
    whole = (one for one in found if not any(np.isnan(values).any() for values in one))
    return fingerprint(*next(whole, found[0]))


def fingerprint(*matrices: FloatMatrix) -> str:
    """Make a mark of some numbers, the same for numbers that differ in their last digits only."""
    texts = (f"{round(value, _DIGITS) + 0.0!r}" for matrix in matrices for value in matrix.ravel().tolist())
    return sha256(" ".join(texts).encode()).hexdigest()


class Class:
    """The exercises of a class, found by id, by numbers and by what a file is called."""

    def __init__(self, exercises: Sequence[Exercise]) -> None:
        self.exercises = {one.student.id: one for one in exercises}
        self.by_ident = {one.ident: one for one in exercises}
        self.owners = Owners([(one.student.id, one.student.name, one.student.file) for one in exercises])
        self._by_numbers: dict[str, Exercise] | None = None

    def with_numbers(self, numbers: str) -> Exercise | None:
        """Exercise that starts from some numbers."""
        if self._by_numbers is None:  # worked out when it is asked for, for all of a class at once
            self._by_numbers = {numbers_of(one): one for one in self.exercises.values()}
        return self._by_numbers.get(numbers)

    def named_by(self, place: str) -> Exercise | None:
        """Exercise of the student whom a place names."""
        student = self.owners.named_by(place)
        return None if student is None else self.exercises[student]


def numbers_of(exercise: Exercise) -> str:
    """Make the mark of the numbers that an exercise starts from."""
    return fingerprint(*exercise.anew().lesson.initial_parameters().values())


def open_all(
    group: Class,
    known: Mapping[int, Mapping[str, Place]],
    submissions: Iterable[Submission],
    executor: Executor | None,
) -> tuple[list[tuple[Submission, Opened]], list[Unreadable]]:
    """Open all submissions: those that can be, and why others cannot; for `known` see `open_submission`."""
    opened, unreadable = [], []
    one = next(iter(group.exercises.values()))
    open_one = partial(open_submission, known, one.most_cells)
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
