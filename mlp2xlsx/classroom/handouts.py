"""Making the handouts of a class, and the key to each."""

import os
import secrets
import time
from collections.abc import Iterable
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from mlp2xlsx.building import ProgressBar
from mlp2xlsx.choices import HINTS
from mlp2xlsx.classroom.each import each
from mlp2xlsx.classroom.exercise import Assignment, Exercise, check_iterations, steps_to_fill
from mlp2xlsx.classroom.files import file_of
from mlp2xlsx.classroom.printing import print_class
from mlp2xlsx.classroom.pseudonyms import names_table, with_pseudonyms
from mlp2xlsx.classroom.records import ClassFolder, Records, load_records, with_seed
from mlp2xlsx.classroom.results.returning import write_handouts_zip
from mlp2xlsx.classroom.roster import Roster, Student, read_roster
from mlp2xlsx.classroom.roster.file_names import safe_names
from mlp2xlsx.classroom.settings import read_settings, written_settings
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.errors import ClassError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.output import make_folders, write_file
from mlp2xlsx.training import train
from mlp2xlsx.words import counted
from mlp2xlsx.workbook.limits import check_limits

_MOST_SEEDS = 2**31
ANYBODY = Student("", "", "", (), "handout")


@dataclass(frozen=True)
class HandedOut:
    """What was made: the figures of the line that `handout` ends with.

    Attributes
    ----------
    folder
        The folder of the class.
    made, kept
        How many handouts were made, and how many were there already.
    seed
        What the students' numbers are drawn with.
    seconds
        How long it took.
    """

    folder: Path
    made: int
    kept: int
    seed: int
    seconds: float

    def __str__(self) -> str:
        there = f", {self.kept} were there already" if self.kept else ""
        return (
            f"{ClassFolder(self.folder).handouts}: {counted(self.made, 'handout')} made{there}, "
            f"the answers are in {ClassFolder(self.folder).key}, seed {self.seed}, {self.seconds:.1f} s"
        )


def handout(
    folder: str | Path,
    lesson: Lesson,
    *,
    blank: Iterable[int] | None = None,
    roster: str | Path | Roster | None = None,
    seed: int | None = None,
    practice: bool = False,
    formulas: bool = False,
    vary_data: bool = False,
    hints: Iterable[str] = HINTS,
    iteration: int = 1,
    iterations: int = 1,
    pseudonyms: bool | None = None,
    after: str | Path | None = None,
    pdf: bool = False,
    executor: Executor | None = None,
    force: bool = False,
    progress: ProgressBar | None = None,
) -> HandedOut:
    """Make a workbook to be filled in for every student of a class, and its key.

    Called again for the same class, it makes what is missing: after an interruption, or for new students.

    Parameters
    ----------
    folder
        Where the class is kept: `handouts` for the students, `key` for the teacher. It is made if need be.
    lesson
        What to fill in the first iteration of.
    blank
        The numbers of the steps to be filled in; all that compute something by default.
    roster
        The class, or its file; without it, one handout for anybody is made.
    seed
        Draws the students' own numbers; by default that of the class, or a random one for a new class.
    practice
        Whether the sheets say which matrices are right.
    formulas
        Whether only formulas count, and no typed numbers.
    vary_data
        Whether the inputs differ from student to student, too, and not the initial weights alone.
    hints
        What the sheets that are filled in tell of how to do it, of `HINTS`; nothing makes an exam.
    iteration
        Which iteration is filled in, from 1; a later one starts from the student's own weights at that time.
    iterations
        How many are filled in, from that one on; each goes on with the student's own answers to the one
        before it.
    pseudonyms
        Whether nothing but what is in the folder of the key names a student; by default what `class.toml`
        says.
    after
        The folder of the assignment that the same class had before: its students are those of this one,
        unless there is a roster, and the handout ids are others.
    pdf
        Whether to print them as well: a PDF file for each, and one with all answers.
    executor
        Who makes them; see `each`.
    force
        Whether to make everything anew where the folder holds another assignment.
    progress
        Makes a progress bar; none is shown without it.

    Raises
    ------
    UsageError
        When a step cannot be filled in.
    RosterError
        When the roster cannot be used.
    ClassError
        When the folder holds another assignment.
    OutputError
        When a file cannot be written.
    EngineError
        When something is to be printed, and LibreOffice cannot do it.
    """
    start = time.perf_counter()
    if pdf:
        LibreOffice.need()
    home = ClassFolder(Path(folder))
    lesson = replace(lesson, validation=None)  # nothing of it is filled in
    once = lesson.replace(iterations=min(lesson.iterations, 1), show=())  # what a handout holds
    check_limits(once)
    hints = list(hints)
    train(once)
    known = load_records(home) if home.records.exists() and not force else None
    if after is None and known is not None and known.after:
        after = home.path / known.after  # as it was said the first time
    before = None if after is None else load_records(ClassFolder(Path(after)))
    asked = _people(roster, before)
    check_iterations(once, iteration, iterations)
    steps = steps_to_fill(once, blank, iterations)
    decided = read_settings(home.settings, steps)
    hidden = decided.pseudonyms if pseudonyms is None else pseudonyms
    assignment = Assignment(
        once,
        0 if seed is None else seed,
        steps,
        practice,
        formulas,
        vary_data,
        1 if before is None else before.assignment.number + 1,
        hidden,
        tuple(hint for hint in HINTS if hint in set(hints)),
        iteration,
        iterations,
    )
    place = "" if after is None else _way(home.path, Path(after))
    records = Records(
        assignment, asked.columns, asked.students, form=asked.form, points=asked.points, after=place
    )
    records, is_new = _settled(home, records, known, seed, force=force)
    if hidden:
        records = with_pseudonyms(records)
    _check_idents(records)
    make_folders(home.handouts, home.key)
    records.save(home.records)
    if not home.settings.exists():
        said = {"pseudonyms": "true"} if hidden else {}
        write_file(home.settings, written_settings(once.language, said).encode())
    exercises = [one for one in records.exercises() if is_new or not _is_made(home, one)]
    with progress(len(exercises)) if progress is not None else nullcontext() as done:
        for exercise, made in each(make_both, exercises, executor):
            if isinstance(made, Exception):
                raise made
            _write(home, exercise, *made)
            if done is not None:
                done(1)
    write_handouts_zip(home.key if hidden else home.path, records, home.handouts)
    if hidden:
        write_file(home.key / "names.csv", names_table(records))
    if pdf:
        print_class(home, records)
    kept = len(records.students) - len(exercises)
    seconds = time.perf_counter() - start
    return HandedOut(home.path, len(exercises), kept, records.assignment.seed, seconds)


def _way(start: Path, goal: Path) -> str:
    """Way from one folder to another, so that both can be moved together; whole where there is none."""
    try:
        return Path(os.path.relpath(goal, start)).as_posix()
    except ValueError:  # on another drive of Windows
        return str(goal.resolve())


def _people(roster: str | Path | Roster | None, before: Records | None) -> Roster:
    """Return who gets a handout."""
    if roster is None and before is not None and before.columns:
        files = safe_names([(one.id, one.name) for one in before.students])  # they may have had pseudonyms
        students = tuple(replace(one, file=file) for one, file in zip(before.students, files, strict=True))
        return Roster(before.columns, students, form=before.form, points=before.points)
    if roster is None:
        return Roster((), (ANYBODY,))
    return roster if isinstance(roster, Roster) else read_roster(Path(roster))


def make_both(exercise: Exercise) -> tuple[bytes, bytes]:
    """Make a handout and its key: the bytes of two workbooks."""
    own = exercise.anew()
    return file_of(own, *own.empty), file_of(own, *own.solved)


def _settled(
    home: ClassFolder, asked: Records, known: Records | None, seed: int | None, *, force: bool
) -> tuple[Records, bool]:
    """Records with their seed, and whether all files are to be made anew and do not go on with known ones."""
    if known is None and home.records.exists():
        return with_seed(asked, load_records(home).assignment.seed if seed is None else seed), True
    if known is None:
        if not force:
            _check_empty(home)
        return with_seed(asked, secrets.randbelow(_MOST_SEEDS) if seed is None else seed), True
    now = with_seed(asked, known.assignment.seed if seed is None else seed)
    if not known.same_handouts(now):
        raise ClassError(
            f"{home.path} holds handouts of another assignment (another lesson, seed, step or kind); "
            "choose another folder, or pass --force to replace them"
        )
    return replace(now, layout=known.layout), False


def _check_empty(home: ClassFolder) -> None:
    for folder in (home.handouts, home.key):
        if folder.is_dir() and any(folder.iterdir()):
            raise ClassError(
                f"{folder} holds files, but none of a class of mlp2xlsx; choose another folder, "
                "or pass --force"
            )


def _check_idents(records: Records) -> None:
    seen: dict[str, Exercise] = {}
    for exercise in records.exercises():
        other = seen.setdefault(exercise.ident, exercise)
        if other is not exercise:
            raise ClassError(
                f"{other.label or other.student.id} and {exercise.label or exercise.student.id} would get "
                "the same handout id; choose another --seed"
            )


def _files(home: ClassFolder, exercise: Exercise) -> tuple[Path, Path]:
    name = f"{exercise.student.file}.xlsx"
    return home.handouts / name, home.key / name


def _is_made(home: ClassFolder, exercise: Exercise) -> bool:
    return all(path.is_file() for path in _files(home, exercise))


def _write(home: ClassFolder, exercise: Exercise, *contents: bytes) -> None:
    # The key first: where the handout is, the other one is, too.
    for path, content in reversed(list(zip(_files(home, exercise), contents, strict=True))):
        write_file(path, content)
