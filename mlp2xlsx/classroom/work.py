"""The marking of all that counts: what is marked already is kept, the rest goes to whoever does the work."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace

from mlp2xlsx.building import ProgressBar
from mlp2xlsx.classroom.each import each
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.kept_marks import KeptMarks
from mlp2xlsx.classroom.marking import Mark, mark
from mlp2xlsx.classroom.marking.terms import Terms
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.originals import KeptFile, check_originals, kept_handout, original
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.classroom.results.copies import Copy
from mlp2xlsx.classroom.roster.file_names import safe_names
from mlp2xlsx.classroom.settings import Settings
from mlp2xlsx.classroom.settings.deadlines import days_late, is_closed, share_left
from mlp2xlsx.classroom.settings.overrides import Overrides
from mlp2xlsx.classroom.submissions import Submission
from mlp2xlsx.classroom.submissions.contents import Payload, content_of
from mlp2xlsx.classroom.submissions.opening import Opened, reason, weight
from mlp2xlsx.classroom.submissions.sorting import Class, Sorted
from mlp2xlsx.errors import EngineError, SubmissionError
from mlp2xlsx.workbook.layout.version import LAYOUT


@dataclass(frozen=True, slots=True)
class Work:
    """One submission to be marked: all that a worker needs, and where the result goes.

    Attributes
    ----------
    exercise, submission, terms
        What was asked, what came in, and on which terms it is marked.
    digest
        A mark of the file, the same for the same bytes.
    row
        The id of the student, or the place of the file where there is no roster.
    file
        What the marked workbook is called, without its extension.
    is_closed
        Whether it came too late to take the place of one that was marked before.
    """

    exercise: Exercise
    submission: Submission
    terms: Terms
    digest: str
    row: str
    file: str
    is_closed: bool = False

    @property
    def mark_of_content(self) -> str:
        """What a kept mark must have been found in, and on which terms."""
        terms = self.terms.fingerprint(self.exercise.assignment)
        return f"{self.digest} {terms}".strip()


def work_of_class(
    group: Class, found: Sorted, settings: Settings, terms: Terms, overrides: Overrides
) -> Iterator[Work]:
    """Yield the submission of each student that counts."""
    for student, (submission, digest) in found.counting.items():
        exercise = group.exercises[student]
        own = _own(terms, settings, submission, student, overrides)
        closed = is_closed(settings, submission)
        yield Work(exercise, submission, own, digest, student, exercise.file, closed)


def work_of_all(
    group: Class, opened: Sequence[tuple[Submission, Opened]], settings: Settings, terms: Terms
) -> Iterator[Work]:
    """Yield all submissions of the handout: without a roster every file is of somebody else."""
    [exercise] = group.exercises.values()
    ours = [(submission, one) for submission, one in opened if one.ident == exercise.ident]
    seen: Counter[str] = Counter()
    for number, (submission, one) in enumerate(ours, start=1):
        place = submission.place
        seen[place] += 1  # in a .zip two files can have the same name
        row = place if seen[place] == 1 else f"{place} ({seen[place]})"
        [file] = safe_names([(f"{number:04}", place.removesuffix(".xlsx"))])
        yield Work(exercise, submission, _own(terms, settings, submission, row, {}), one.digest, row, file)


def _own(terms: Terms, settings: Settings, submission: Submission, row: str, overrides: Overrides) -> Terms:
    days = days_late(settings, submission)
    if row not in overrides and not days:
        return terms  # one and the same for most of a class
    return replace(terms, given=overrides.get(row, {}), days_late=days, share=share_left(settings, days))


def as_before(home: ClassFolder, work: Sequence[Work]) -> list[Work]:
    """Return the submissions with what was worth nothing in them the last time: mostly that is so again."""
    known = KeptMarks(home)
    return [_without(one, known.copied(one.file, one.mark_of_content)) for one in work]


def without_copied(work: Sequence[Work], copies: Sequence[Copy]) -> list[Work]:
    """Return the submissions with what is worth nothing in them: the numbers of others."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for copy in copies:
        names[copy.exercise.student.id].update(copy.names)
    return [_without(one, tuple(sorted(names[one.row]))) for one in work]


def _without(one: Work, copied: tuple[str, ...]) -> Work:
    return one if one.terms.copied == copied else replace(one, terms=replace(one.terms, copied=copied))


def mark_all(
    home: ClassFolder,
    records: Records,
    work: Sequence[Work],
    executor: Executor | None,
    progress: ProgressBar | None,
) -> tuple[dict[str, Mark], list[Notice]]:
    """Mark what is not marked yet, and keep what was found at once.

    Returns
    -------
    (dict of str to Mark, list of Notice)
        What was found, by row, and what is to be said: of files that could not be marked, and of those that
        came after the closing date.
    """
    known = KeptMarks(home)
    marks: dict[str, Mark] = {}
    notices = []
    left = []
    for one in work:
        kept = known.find(one.file, one.mark_of_content, one.terms.copied)
        if kept is None and one.is_closed:
            kept = known.find(one.file)
            if kept is not None:
                notices.append(Notice(one.submission.place, "closed", one.exercise.who))
        if kept is None:
            left.append(one)
        else:
            marks[one.row] = kept
    if records.layout != LAYOUT:  # else whatever is gone can be made again
        # An open class has one handout for all that came in.
        asked = {one.exercise.student.id: one.exercise for one in left}.values()
        check_originals(((one, kept_handout(home, records, one)) for one in asked), executor)
    with progress(len(left), "marking") if progress is not None else nullcontext() as done:
        sent = ((one, content_of(one.submission), kept_handout(home, records, one.exercise)) for one in left)
        for (one, *_), outcome in each(_mark, sent, executor, _weight):
            if isinstance(outcome, EngineError):
                raise outcome  # nobody's file is to blame, and nobody must be graded without an engine
            if isinstance(outcome, Exception):
                notices.append(Notice(one.submission.place, "unreadable", reason(outcome)))
            else:
                marks[one.row] = outcome[0]
                known.keep(one.file, one.mark_of_content, one.terms.copied, *outcome)
            if done is not None:
                done(1)
    order = {one.row: number for number, one in enumerate(work)}
    return dict(sorted(marks.items(), key=lambda item: order[item[0]])), notices


def _weight(sent: tuple[Work, Payload, KeptFile]) -> int:
    _, content, handout = sent
    return weight((content, handout.content))


def _mark(sent: tuple[Work, Payload, KeptFile]) -> tuple[Mark, bytes]:
    work, content, handout = sent
    if isinstance(content, SubmissionError):
        raise content
    exercise = work.exercise.anew()
    return mark(exercise, content, original(exercise, handout), work.terms)
