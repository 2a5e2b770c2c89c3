"""Grading what a class hands in: grades, marked workbooks, and a report."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from mlp2xlsx.building import ProgressBar
from mlp2xlsx.classroom.each import each
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.kept_marks import KeptMarks
from mlp2xlsx.classroom.marking import Mark, mark
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.originals import KeptFile, check_originals, kept_handout, known_places, original
from mlp2xlsx.classroom.records import ClassFolder, Records, load_records
from mlp2xlsx.classroom.results.copies import Copy, find_copies
from mlp2xlsx.classroom.results.gradebook import gradebook, moodle_worksheet, open_gradebook
from mlp2xlsx.classroom.results.report import Row, report
from mlp2xlsx.classroom.results.returning import write_feedback_zips
from mlp2xlsx.classroom.roster.file_names import safe_names
from mlp2xlsx.classroom.submissions import Submission, find_submissions
from mlp2xlsx.classroom.submissions.contents import Payload, content_of
from mlp2xlsx.classroom.submissions.opening import Opened, open_all, reason, weight
from mlp2xlsx.classroom.submissions.sorting import Class, Sorted, sort
from mlp2xlsx.errors import EngineError, OutputError, SubmissionError
from mlp2xlsx.output import check_output, make_folders, write_file
from mlp2xlsx.words import counted
from mlp2xlsx.workbook.layout.version import LAYOUT


@dataclass(frozen=True)
class Grades:
    """What came of grading a class.

    Attributes
    ----------
    out, folder
        The table of grades, and the folder of the class with the marked workbooks and the report.
    marks
        What was found, by the id of the student, or by the place of the file where there is no roster.
    missing
        Ids of the students of whom nothing was graded.
    notices
        What a teacher should know about the submissions.
    n_students, n_steps
        How many students there are, and how many points can be reached.
    seconds
        How long it took.
    """

    out: Path
    folder: Path
    marks: Mapping[str, Mark]
    missing: tuple[str, ...]
    notices: tuple[Notice, ...]
    n_students: int
    n_steps: int
    seconds: float

    @property
    def mean(self) -> float:
        """The mean of the totals; 0 when there are none."""
        return sum(mark.total for mark in self.marks.values()) / max(len(self.marks), 1)

    def __str__(self) -> str:
        home = ClassFolder(self.folder)
        return (
            f"{self.out}: {len(self.marks)} of {counted(self.n_students, 'student')} graded, "
            f"{self.mean:.2f} of {self.n_steps} on average, {counted(len(self.notices), 'notice')} "
            f"in {home.report}, marked workbooks in {home.feedback}, {self.seconds:.1f} s"
        )


@dataclass(frozen=True)
class _Work:
    """One submission to be marked: all that a worker needs, and where the result goes."""

    exercise: Exercise
    submission: Submission
    digest: str
    row: str  # the id of the student, or the place of the file
    file: str
    copied: tuple[str, ...] = ()  # matrices that are worth nothing, for they are another's

    @property
    def mark_of_content(self) -> str:
        """What a kept mark must have been found in."""
        return " ".join((self.digest, *self.copied))


def grade(
    folder: str | Path,
    submissions: str | Path,
    out: str | Path,
    *,
    executor: Executor | None = None,
    copies_count: bool = True,
    force: bool = False,
    progress: ProgressBar | None = None,
) -> Grades:
    """Grade the submissions of a class.

    Called again, it marks only what is new: after an interruption, or when more has come in.

    Parameters
    ----------
    folder
        The folder of the class, as `handout` has made it.
    submissions
        A folder or a .zip file of submitted workbooks, as they came in.
    out
        The table of grades to write, a CSV file.
    executor
        Who marks them; see `each`. Workers are sent all they need, and write no files.
    copies_count
        Whether the numbers of another's handout count where they are right; else they are worth nothing.
        They are named in the report, either way.
    force
        Whether an existing table may be replaced.
    progress
        Makes a progress bar; none is shown without it.

    Raises
    ------
    ClassError
        When the folder holds no class, or it is not known any more what was handed out; nothing is marked.
    SubmissionError
        When there are no submissions.
    OutputError
        When a file cannot be written.
    EngineError
        When nothing can be calculated here, or a worker died.
    """
    start = time.perf_counter()
    home, out = ClassFolder(Path(folder)), Path(out)
    records = load_records(home)
    check_output(out, force=force)
    _check_place(home, out)
    found, refused = find_submissions(Path(submissions))
    group = Class(list(records.exercises()))
    most_cells = next(records.exercises()).most_cells
    opened, unreadable = open_all(most_cells, known_places(home, records), found, executor)
    sorted_ = sort(group, opened)
    work = list(_everything(group, opened) if records.is_open else _counting(group, sorted_))
    make_folders(home.marks, home.feedback)
    marks, failed = _mark_all(home, records, work, executor, progress)
    copies = [] if records.is_open else list(find_copies(group.exercises.values(), marks))
    if not copies_count:
        again, failed_again = _mark_all(home, records, list(_without(work, copies)), executor, None)
        marks, failed = {**marks, **again}, failed + failed_again
    notices = [
        *(Notice(one.place, "unreadable", one.reason) for one in [*refused, *unreadable]),
        *(one for one in sorted_.notices if not (records.is_open and one.key in ("several", "strangers"))),
        *failed,
        *(
            Notice(one.submission.place, key, what)
            for one in work
            if one.row in marks
            for key, what in marks[one.row].notices
        ),
        *(copy.notice(records.layout) for copy in copies),
    ]
    notices.sort(key=lambda notice: not notice.comes_first)
    if records.is_open:
        rows = [Row(one.row, "", one.file, marks.get(one.row)) for one in work]
        table = open_gradebook(records, marks)
    else:
        rows = [
            Row(one.name, one.id, one.file, marks.get(one.id), sorted_.copies.get(one.id, ""))
            for one in records.students
        ]
        table = gradebook(records, marks)
    counted_in = [one for one in work if one.row in marks]
    write_feedback_zips(
        home.path, ((one.submission.place, home.feedback / f"{one.file}.xlsx") for one in counted_in)
    )
    worksheet = moodle_worksheet(records, marks)
    if worksheet is not None:
        write_file(home.worksheet, worksheet)
    write_file(home.report, report(records, rows, notices).encode())
    write_file(out, table, force=force)
    missing = tuple(row.id or row.name for row in rows if row.mark is None)
    n_steps, seconds = len(records.assignment.steps), time.perf_counter() - start
    return Grades(out, home.path, marks, missing, tuple(notices), len(rows), n_steps, seconds)


def _check_place(home: ClassFolder, out: Path) -> None:
    """Refuse to write the grades over what the class needs."""
    taken = [path.resolve() for path in (home.key, home.handouts, home.feedback, home.report)]
    if not set(taken).isdisjoint((out.resolve(), *out.resolve().parents)):
        raise OutputError(f"{out} is among the files of the class; choose another place")


def _counting(group: Class, sorted_: Sorted) -> Iterator[_Work]:
    """Yield the submission of each student that counts."""
    for student, (submission, one) in sorted_.counting.items():
        exercise = group.exercises[student]
        yield _Work(exercise, submission, one.digest, student, exercise.student.file)


def _without(work: Sequence[_Work], copies: Sequence[Copy]) -> Iterator[_Work]:
    """Yield the submissions that hold the numbers of others, with what is worth nothing in them."""
    names: dict[str, set[str]] = {}
    for copy in copies:
        names.setdefault(copy.exercise.student.id, set()).update(copy.names)
    for one in work:
        if one.row in names:
            yield replace(one, copied=tuple(sorted(names[one.row])))


def _everything(group: Class, opened: Sequence[tuple[Submission, Opened]]) -> Iterator[_Work]:
    """Yield all submissions of the handout: without a roster every file is of somebody else."""
    [exercise] = group.exercises.values()
    ours = [(submission, one) for submission, one in opened if one.ident == exercise.ident]
    seen: Counter[str] = Counter()
    for number, (submission, one) in enumerate(ours, start=1):
        place = submission.place
        seen[place] += 1  # in a .zip two files can have the same name
        row = place if seen[place] == 1 else f"{place} ({seen[place]})"
        [file] = safe_names([(f"{number:04}", place.removesuffix(".xlsx"))])
        yield _Work(exercise, submission, one.digest, row, file)


def _mark_all(
    home: ClassFolder,
    records: Records,
    work: Sequence[_Work],
    executor: Executor | None,
    progress: ProgressBar | None,
) -> tuple[dict[str, Mark], list[Notice]]:
    """Mark what is not marked yet, and keep what was found at once."""
    known = KeptMarks(home)
    found = ((one.row, known.find(one.file, one.mark_of_content)) for one in work)
    marks = {row: kept for row, kept in found if kept is not None}
    left = [one for one in work if one.row not in marks]
    failed = []
    if records.layout != LAYOUT:  # else whatever is gone can be made again
        # An open class has one handout for all that came in.
        asked = {one.exercise.student.id: one.exercise for one in left}.values()
        check_originals(((one, kept_handout(home, records, one)) for one in asked), executor)
    with progress(len(left)) if progress is not None else nullcontext() as done:
        sent = ((one, content_of(one.submission), kept_handout(home, records, one.exercise)) for one in left)
        for (one, *_), outcome in each(_mark, sent, executor, _weight):
            if isinstance(outcome, EngineError):
                raise outcome  # nobody's file is to blame, and nobody must be graded without an engine
            if isinstance(outcome, Exception):
                failed.append(Notice(one.submission.place, "unreadable", reason(outcome)))
            else:
                marks[one.row] = outcome[0]
                known.keep(one.file, one.mark_of_content, *outcome)
            if done is not None:
                done(1)
    return {one.row: marks[one.row] for one in work if one.row in marks}, failed


def _weight(sent: tuple[_Work, Payload, KeptFile]) -> int:
    _, content, handout = sent
    return weight((content, handout.content))


def _mark(sent: tuple[_Work, Payload, KeptFile]) -> tuple[Mark, bytes]:
    work, content, handout = sent
    if isinstance(content, SubmissionError):
        raise content
    exercise = work.exercise.anew()
    return mark(exercise, content, original(exercise, handout), work.copied)
