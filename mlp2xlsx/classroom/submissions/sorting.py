"""Whose submission is whose: by who has sent it, and by the id inside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.settings import Settings
from mlp2xlsx.classroom.settings.deadlines import is_closed
from mlp2xlsx.classroom.submissions.contents import Submission
from mlp2xlsx.classroom.submissions.opening import Opened, fingerprint
from mlp2xlsx.classroom.submissions.owners import Owners
from mlp2xlsx.classroom.submissions.senders import platform_sender
from mlp2xlsx.words import either, first_few, one_line, shortened

_LONGEST = 40


@dataclass
class Sorted:
    """All submissions, by whose they are.

    Attributes
    ----------
    counting
        The one that counts and the mark of its file, by the id of the student.
    notices
        What a teacher should know.
    copies
        Whose handout was handed in, by the id of the student who did so.
    """

    counting: dict[str, tuple[Submission, str]] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    copies: dict[str, str] = field(default_factory=dict)


class Class:
    """The exercises of a class, found by id, by numbers and by what a file is called.

    Parameters
    ----------
    exercises
        What each student is asked.
    earlier
        What the class was asked before, of which a handout may come in by mistake.
    """

    def __init__(self, exercises: Sequence[Exercise], earlier: Iterable[Exercise] = ()) -> None:
        self._earlier = earlier
        self.exercises = {one.student.id: one for one in exercises}
        self.by_ident = {one.ident: one for one in exercises}
        self.owners = Owners([(one.student.id, one.student.name, one.student.file) for one in exercises])
        self._by_numbers: dict[str, Exercise] | None = None

    @cached_property
    def earlier(self) -> dict[str, Exercise]:
        """What the class was asked before, by id."""
        return {one.ident: one for one in self._earlier}

    def with_numbers(self, numbers: str) -> Exercise | None:
        """Exercise that starts from some numbers."""
        if self._by_numbers is None:  # worked out when it is asked for, for all of a class at once
            self._by_numbers = {
                fingerprint(*one.anew().lesson.initial_parameters().values()): one
                for one in self.exercises.values()
            }
        return self._by_numbers.get(numbers)

    def sent_by(self, place: str) -> tuple[list[Exercise], bool]:
        """Exercises of those who may have sent a file, and whether its sender or just its name says so."""
        sure = self.owners.sent_by(place)
        # Folders may be named after a tutor, or a group.
        named = None if sure else self.owners.named_by(place.rpartition("/")[2])
        ids = sorted(sure) if named is None else [named]
        return [self.exercises[student] for student in ids], bool(sure)


def sort(group: Class, opened: Sequence[tuple[Submission, Opened]], settings: Settings) -> Sorted:
    """Find the submission that counts for each student.

    The handout id inside says whose it is. What somebody else has sent, or what lies under another's name,
    counts for nobody. Of several, those come first that the student is known to have sent, then those that
    came before the closing date, then those that hold anything, then those that start from the student's
    numbers, then the newest.
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
        in_time = not is_closed(settings, submission)
        rank = (is_sure, in_time, one.filled, other is exercise, submission.time, submission.place)
        candidates.setdefault(exercise.student.id, []).append(_Candidate(rank, submission, one))
    for student, some in candidates.items():
        *others, best = sorted(some, key=lambda candidate: candidate.rank)
        found.counting[student] = best.submission, best.opened.digest
        found.notices += _several(group.exercises[student].who, best, others)
    return found


class _Candidate(NamedTuple):
    """A submission that may count for the student whose handout it is."""

    rank: tuple[bool, bool, bool, bool, float, str]
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
    if one.ident in group.earlier:
        return Notice(place, "earlier", group.earlier[one.ident].who)
    key = "unknown" if ident else "no_id"
    return Notice(place, key, ident) if other is None else Notice(place, f"{key}_known", ident, other.who)
