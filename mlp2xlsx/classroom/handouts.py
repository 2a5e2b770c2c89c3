"""Making the handouts of a class, and the key to each."""

import io
import secrets
import time
from collections.abc import Iterable
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from mlp2xlsx.building import ProgressBar
from mlp2xlsx.classroom.each import each
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.records import ClassFolder, Records, load_records, with_seed
from mlp2xlsx.classroom.roster import Roster, Student, read_roster
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
    """
    start = time.perf_counter()
    home = ClassFolder(Path(folder))
    once = lesson.replace(iterations=1, show=())  # what a handout holds
    check_limits(once)
    train(once)
    asked = Roster((), (ANYBODY,)) if roster is None else roster
    if not isinstance(asked, Roster):
        asked = read_roster(Path(asked))
    assignment = Assignment(
        once, 0 if seed is None else seed, steps_to_fill(once, blank), practice, formulas, vary_data
    )
    records, is_new = _settled(home, Records(assignment, asked.columns, asked.students), seed, force=force)
    _check_idents(records)
    make_folders(home.handouts, home.key)
    records.save(home.records)
    exercises = [one for one in records.exercises() if is_new or not _is_made(home, one)]
    with progress(len(exercises)) if progress is not None else nullcontext() as done:
        for exercise, made in each(make_both, exercises, executor):
            if isinstance(made, Exception):
                raise made
            _write(home, exercise, *made)
            if done is not None:
                done(1)
    kept = len(records.students) - len(exercises)
    seconds = time.perf_counter() - start
    return HandedOut(home.path, len(exercises), kept, records.assignment.seed, seconds)


def make_both(exercise: Exercise) -> tuple[bytes, bytes]:
    """Make a handout and its key: the bytes of two workbooks."""
    files, own = [], exercise.anew()
    for book in (own.book(), own.key()):
        stream = io.BytesIO()
        book.save(stream)
        files.append(stream.getvalue())
    return files[0], files[1]


def _settled(home: ClassFolder, asked: Records, seed: int | None, *, force: bool) -> tuple[Records, bool]:
    """Records with their seed, and whether all files are to be made anew."""
    if not home.records.exists():
        if not force:
            _check_empty(home)
        return with_seed(asked, secrets.randbelow(_MOST_SEEDS) if seed is None else seed), True
    if force:
        return with_seed(asked, load_records(home).assignment.seed if seed is None else seed), True
    before = load_records(home)
    now = with_seed(asked, before.assignment.seed if seed is None else seed)
    if not before.same_handouts(now):
        raise ClassError(
            f"{home.path} holds handouts of another assignment (another lesson, seed, step or kind); "
            "choose another folder, or pass --force to replace them"
        )
    return replace(now, layout=before.layout), False


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
                f"{other.label} and {exercise.label} would get the same handout id; choose another --seed"
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
