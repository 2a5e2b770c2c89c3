"""Whose submission is whose: by the id inside, and by what the place of the file says."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import NamedTuple

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
    holds_anything,
    numbers_at,
)
from mlp2xlsx.classroom.submissions.owners import Owners
from mlp2xlsx.classroom.submissions.senders import platform_sender
from mlp2xlsx.errors import EngineError, MlpError, SubmissionError
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import either, first_few, one_line, shortened
from mlp2xlsx.workbook.layout.version import layout_of
from mlp2xlsx.workbook.sheets.setup.handout import HANDOUT_NAME
from mlp2xlsx.xlsx.reading.contents import Contents
from mlp2xlsx.xlsx.references import Place

_DIGITS = 9
_LONGEST = 40
START = "initial_"
"""What the names of the weights that a handout starts from begin with."""


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
    filled
        Whether anything stands in the cells that were to be filled in.
    """

    ident: str
    numbers: str
    digest: str
    filled: bool


@dataclass
class Sorted:
    """All submissions, by whose they are.

    Attributes
    ----------
    counting
        The one that counts, by the id of the student.
    notices
        What a teacher should know.
    copies
        Whose handout was handed in, by the id of the student who did so.
    """

    counting: dict[str, tuple[Submission, Opened]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)


def open_submission(
    known: Mapping[int, Mapping[str, Place]], most_cells: int, sent: tuple[Submission, Payload]
) -> Opened:
    """Read what tells whose a submission is.

    Parameters
    ----------
    known
        By layout, where the handouts of the class have their id, the weights that they start from, and their
        answers.
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
    digest = sha256(content).hexdigest()
    return Opened(
        _ident(contents, layouts), _numbers(contents, layouts), digest, _is_filled(contents, layouts)
    )


def _ident(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> str:
    """Handout id: where the name of its cell points to, or else where handouts have it."""
    places = [contents.names.get(HANDOUT_NAME), *(places.get(HANDOUT_NAME) for places in layouts)]
    return next((ident for place in places if (ident := handout_id(contents, place))), "")


def _numbers(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> str:
    """Make the mark of the weights, where they stand in the first layout that has numbers there."""
    found = [
        [numbers_at(contents, place) for name, place in places.items() if name.startswith(START)]
        for places in layouts
    ]
    whole = (one for one in found if not any(np.isnan(values).any() for values in one))
    return fingerprint(*next(whole, found[0]))


def _is_filled(contents: Contents, layouts: Sequence[Mapping[str, Place]]) -> bool:
    """Whether anything stands in an answer cell, where the file itself or some layout has it."""
    answers = {
        name for places in layouts for name in places if name != HANDOUT_NAME and not name.startswith(START)
    }
    places = {contents.names.get(name) for name in answers}
    places |= {known.get(name) for known in layouts for name in answers}
    return any(holds_anything(contents, place) for place in places if place is not None)


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

    def sent_by(self, place: str) -> tuple[list[Exercise], bool]:
        """Exercises of those who may have sent a file, and whether its sender or just its name says so."""
        sure = self.owners.sent_by(place)
        # Folders may be named after a tutor, or a group.
        named = None if sure else self.owners.named_by(place.rpartition("/")[2])
        ids = sorted(sure) if named is None else [named]
        return [self.exercises[student] for student in ids], bool(sure)


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

    The handout id inside says whose it is. What somebody else has sent, or what lies under another's name,
    counts for nobody. Of several, those come first that the student is known to have sent, then those that
    hold anything, then those that start from the student's numbers, then the newest.
    """
    found = Sorted()
    candidates: dict[str, list[_Candidate]] = {}
    for submission, one in opened:
        exercise = group.by_ident.get(one.ident)
        if exercise is None:
            found.notices.append(_unknown(group, submission.place, one))
            continue
        other = group.with_numbers(one.numbers)
        if other is not exercise:
            key, label = ("other_numbers", other.who) if other is not None else ("changed_numbers", "")
            found.notices.append(Notice(submission.place, key, exercise.who, label))
        senders, is_sure = group.sent_by(submission.place)
        if senders and exercise not in senders:
            names = either([sender.who for sender in senders])
            found.notices.append(Notice(submission.place, "misplaced", names, exercise.who))
            if len(senders) == 1:
                found.copies[senders[0].student.id] = exercise.who
            continue
        rank = (is_sure, one.filled, other is exercise, submission.time, submission.place)
        candidates.setdefault(exercise.student.id, []).append(_Candidate(rank, submission, one))
    for student, some in candidates.items():
        *others, best = sorted(some, key=lambda candidate: candidate.rank)
        found.counting[student] = best.submission, best.opened
        found.notices += _several(group.exercises[student].who, best, others)
    return found


class _Candidate(NamedTuple):
    """A submission that may count for the student whose handout it is."""

    rank: tuple[bool, bool, bool, float, str]
    submission: Submission
    opened: Opened


def _several(student: str, best: _Candidate, others: Sequence[_Candidate]) -> Iterator[Notice]:
    """Say which of several submissions counts, and when it cannot be known who has sent them."""
    if not others:
        return
    places = [one.submission.place for one in others]
    yield Notice(student, "several", first_few(places[::-1]), best.submission.place)
    is_sure, *_ = best.rank
    senders = {platform_sender(place) for place in (best.submission.place, *places)} - {None}
    if not is_sure and len(senders) > 1:
        yield Notice(student, "strangers", str(len(senders)), best.submission.place)


def _unknown(group: Class, place: str, one: Opened) -> Notice:
    ident = shortened(one_line(one.ident), _LONGEST)
    other = group.with_numbers(one.numbers)
    if other is not None:
        return Notice(place, "unknown_known" if ident else "no_id_known", ident, other.who)
    return Notice(place, "unknown" if ident else "no_id", ident)
