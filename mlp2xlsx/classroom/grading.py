"""Grading what a class hands in: grades, marked workbooks, and a report."""

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from mlp2xlsx.building import ProgressBar
from mlp2xlsx.classroom.deciding import Decided, decide
from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.originals import known_places
from mlp2xlsx.classroom.pseudonyms import Aliases
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.classroom.results.canvas import canvas_hint
from mlp2xlsx.classroom.results.copies import Copy, find_copies
from mlp2xlsx.classroom.results.course import earlier_assignments
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.writing import write_results
from mlp2xlsx.classroom.settings.deadlines import deadline_hint
from mlp2xlsx.classroom.settings.settings import NOTHING
from mlp2xlsx.classroom.submissions import Unreadable, find_submissions
from mlp2xlsx.classroom.submissions.kinds import ending, saving_advice
from mlp2xlsx.classroom.submissions.opening import open_all
from mlp2xlsx.classroom.submissions.sorting import Class, sort
from mlp2xlsx.classroom.work import Work, as_before, mark_all, without_copied, work_of_all, work_of_class
from mlp2xlsx.errors import OutputError
from mlp2xlsx.output import check_output, make_folders
from mlp2xlsx.words import counted


@dataclass(frozen=True)
class Grades:
    """What came of grading a class.

    Attributes
    ----------
    out, folder
        The table of grades, and the folder of the class with the marked workbooks and the report.
    marks
        What was found, by the id of the student, or by the place of the file where there is no roster.
    standings
        What became of everybody, in the order of the roster.
    notices
        What a teacher should know about the submissions.
    points
        How many points can be reached.
    seconds
        How long it took.
    hints
        What the teacher may have wanted and still has to say.
    """

    out: Path
    folder: Path
    marks: Mapping[str, Mark]
    standings: tuple[Standing, ...]
    notices: tuple[Notice, ...]
    points: float
    seconds: float
    hints: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Ids of the students of whom nothing was graded."""
        return tuple(one.id or one.name for one in self.standings if one.mark is None)

    @property
    def results(self) -> Any:
        """All of it as `results.json` has it."""
        return json.loads(ClassFolder(self.folder).results.read_text(encoding="utf-8"))

    @property
    def mean(self) -> float:
        """The mean of the totals; 0 when there are none."""
        totals = [one.total for one in self.standings if one.counts]
        return fmean(totals) if totals else 0.0

    def __str__(self) -> str:
        home = ClassFolder(self.folder)
        return (
            f"{self.out}: {sum(one.counts for one in self.standings)} of "
            f"{counted(len(self.standings), 'student')} graded, "
            f"{self.mean:.2f} of {self.points:g} on average, {counted(len(self.notices), 'notice')} "
            f"in {home.report}, marked workbooks in {home.feedback}, {self.seconds:.1f} s"
        )


def grade(
    folder: str | Path,
    submissions: str | Path,
    out: str | Path,
    *,
    executor: Executor | None = None,
    copies_count: bool | None = None,
    points: float | None = None,
    column: str | None = None,
    gradescope: bool = False,
    force: bool = False,
    progress: ProgressBar | None = None,
) -> Grades:
    """Grade the submissions of a class, as the teacher has decided in `class.toml` and `overrides.csv`.

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
        They are named in the report, either way. By default what `class.toml` says.
    points
        What the whole is worth, by default what `class.toml` says.
    column
        The name of the assignment in the gradebook of Canvas, by default what `class.toml` says, or the
        only one.
    gradescope
        Whether to write the results of each student in the form of Gradescope, too.
    force
        Whether an existing table may be replaced.
    progress
        Makes a progress bar; none is shown without it.

    Raises
    ------
    ClassError
        When the folder holds no class, it is not known any more what was handed out, or what the teacher has
        decided cannot be; nothing is marked.
    SubmissionError
        When there are no submissions.
    OutputError
        When a file cannot be written.
    EngineError
        When nothing can be calculated here, or a worker died.
    """
    start = time.perf_counter()
    home, out = ClassFolder(Path(folder)), Path(out)
    decided = decide(home, load_records(home), copies_count=copies_count, points=points, column=column)
    records, settings = decided.records, decided.settings
    check_output(out, force=force)
    _check_place(home, out)
    found, refused = find_submissions(Path(submissions))
    earlier, gone = earlier_assignments(home, records)
    group = Class(
        list(records.exercises()), (one for before in earlier for one in before.records.exercises())
    )
    most_cells = next(records.exercises()).most_cells
    opened, unreadable = open_all(most_cells, known_places(home, records), found, executor, progress)
    sorted_ = sort(group, opened, settings)
    work = list(
        work_of_all(group, opened, settings, decided.terms)
        if records.is_open
        else work_of_class(group, sorted_, settings, decided.terms, decided.overrides)
    )
    del opened  # of a large class it is much
    make_folders(home.marks, home.feedback)
    if settings.copied == NOTHING:
        work = as_before(home, work)
    marks, failed = mark_all(home, records, work, executor, progress)
    copies = [] if records.is_open else list(find_copies(group.exercises.values(), marks))
    if settings.copied == NOTHING:
        before, work = work, without_copied(work, copies)
        again = [one for one, other in zip(work, before, strict=True) if one is not other]
        marked, failed_again = mark_all(home, records, again, executor, None)
        marks, failed = {**marks, **marked}, list(dict.fromkeys([*failed, *failed_again]))
    notices = [
        *gone,
        *map(_not_read, [*refused, *unreadable]),
        *(one for one in sorted_.notices if not (records.is_open and one.key in ("several", "strangers"))),
        *failed,
        *_about(work, marks),
        *(copy.notice(records.layout) for copy in copies),
    ]
    notices.sort(key=lambda notice: not notice.comes_first)
    standings = list(_standings(decided, group, work, marks, copies, notices, sorted_.copies))
    if records.assignment.pseudonyms:
        aliases = Aliases(group, [*found, *refused])
        notices = list(map(aliases.hidden, notices))
        standings = [replace(one, why=list(map(aliases.hidden, one.why))) for one in standings]
    write_results(
        home,
        out,
        records,
        standings,
        notices,
        earlier=earlier,
        places={one.file: one.submission.place for one in work},
        column=settings.column,
        for_gradescope=gradescope,
        force=force,
    )
    return Grades(
        out,
        home.path,
        marks,
        tuple(standings),
        tuple(notices),
        decided.terms.counting.points,
        time.perf_counter() - start,
        tuple(filter(None, (canvas_hint(records, settings.column), deadline_hint(settings, found)))),
    )


def _check_place(home: ClassFolder, out: Path) -> None:
    """Refuse to write the grades over what the class needs."""
    kept = (home.key, home.handouts, home.feedback, home.report, home.results, home.settings, home.overrides)
    if not {path.resolve() for path in kept}.isdisjoint((out.resolve(), *out.resolve().parents)):
        raise OutputError(f"{out} is among the files of the class; choose another place")


def _not_read(one: Unreadable) -> Notice:
    """Say why a file was not graded, and how to save it where that is all that is wrong."""
    how = saving_advice(one.place, one.reason)
    return Notice(one.place, how, ending(one.place)) if how else Notice(one.place, "unreadable", one.reason)


def _about(work: Iterable[Work], marks: Mapping[str, Mark]) -> Iterator[Notice]:
    """Yield what a teacher should know of what was marked."""
    for one in work:
        if one.row in marks:
            for key, what in marks[one.row].notices:
                yield Notice(one.submission.place, key, what)
            if one.terms.days_late:
                yield Notice(one.submission.place, "late", str(one.terms.days_late))


def _standings(
    decided: Decided,
    group: Class,
    work: Sequence[Work],
    marks: Mapping[str, Mark],
    copies: Iterable[Copy],
    notices: Iterable[Notice],
    others: Mapping[str, str],
) -> Iterator[Standing]:
    """Yield what became of each student, in the order of the roster, or of each file."""
    if decided.records.is_open:
        for one in work:
            yield Standing("", one.row, one.file, marks.get(one.row), one.terms)
        return
    terms = {one.row: one.terms for one in work}
    copied = {copy.exercise.student.id: copy.other.who for copy in copies}
    why: defaultdict[str, list[Notice]] = defaultdict(list)
    for student, other in others.items():
        why[student].append(Notice(group.exercises[student].who, "other_handout", other))
    for notice in notices:
        if notice.means_not_graded:
            senders, _ = group.sent_by(notice.about)
            if len(senders) == 1:
                why[senders[0].student.id].append(notice)
    hidden = decided.records.assignment.pseudonyms
    for student, exercise in group.exercises.items():
        own = terms.get(student)
        if own is None:
            own = replace(decided.terms, given=decided.overrides.get(student, {}))
        yield Standing(
            "" if hidden else exercise.student.name,
            exercise.ident if hidden else student,
            exercise.file,
            marks.get(student),
            own,
            () if student in marks else why[student],
            copied.get(student, ""),
        )
