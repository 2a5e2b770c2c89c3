"""What a teacher keeps of a class: the assignment and the students, in the folder of the key."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from mlp2xlsx.choices import HINTS
from mlp2xlsx.classroom.exercise import Assignment, Exercise, check_iterations, steps_to_fill
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.classroom.roster.file_names import folded
from mlp2xlsx.classroom.roster.form import USUAL_FORM, TableForm
from mlp2xlsx.classroom.settings import SETTINGS_FILE
from mlp2xlsx.classroom.settings.overrides import OVERRIDES_FILE
from mlp2xlsx.errors import ClassError, MlpError, refuse, said_by_system
from mlp2xlsx.lesson import parse
from mlp2xlsx.output import write_file
from mlp2xlsx.words import counted, is_control, shown, shown_with_kind
from mlp2xlsx.workbook.layout.titles import step_sheets
from mlp2xlsx.workbook.layout.version import FIRST_LAYOUT, LAYOUT, made_by

_Kind = TypeVar("_Kind")

_FORMAT = 1
_LARGEST = 100_000_000  # bytes


class ClassFolder:
    """Where everything of a class is kept.

    Attributes
    ----------
    path
        All of it.
    handouts
        The workbooks to hand out.
    key
        The same workbooks with all the answers, and what grading needs.
    records
        The assignment and the students.
    marks
        What was found in each submission, so that grading can go on where it was.
    feedback
        The marked workbooks, to be handed back.
    printed
        The same workbooks as PDF files.
    report, results
        The summary for the teacher, as a page and for other programs.
    settings, overrides
        What the teacher decides, and the marks that the teacher gives.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.report, self.results = path, path / "report.html", path / "results.json"
        self.settings, self.overrides = path / SETTINGS_FILE, path / OVERRIDES_FILE
        self.handouts, self.feedback = path / "handouts", path / "feedback"
        self.key, self.printed = path / "key", path / "pdf"
        self.records, self.marks = self.key / "class.json", self.key / "marks"


@dataclass(frozen=True)
class Records:
    """A class and what it is asked.

    Attributes
    ----------
    assignment
        What is asked.
    columns
        The header of the roster; empty where there is none.
    students
        Without a roster one, with no id: anybody.
    layout
        The layout of the oldest of the handouts.
    form, points
        How the roster is written, and its line of the points that each column is worth, if it has one.
    after
        The folder of the class's assignment before, seen from this one; empty for the first.
    """

    assignment: Assignment
    columns: tuple[str, ...]
    students: tuple[Student, ...]
    layout: int = LAYOUT
    form: TableForm = USUAL_FORM
    points: tuple[str, ...] = ()
    after: str = ""

    @property
    def is_open(self) -> bool:
        """Whether there is no roster, so that one and the same handout is for all."""
        return not self.columns

    @property
    def sheets(self) -> dict[int, str]:
        """Title of the sheet of each step that is filled in, by its number."""
        assigned = self.assignment
        titles = step_sheets(assigned.lesson.language, assigned.steps, self.layout)
        return dict(zip(assigned.steps, titles, strict=True))

    def exercises(self) -> Iterator[Exercise]:
        """Yield what each student is asked."""
        return (Exercise(self.assignment, student) for student in self.students)

    def same_handouts(self, other: "Records") -> bool:
        """Whether a student gets the same handout from both."""
        return _assignment(self.assignment) == _assignment(other.assignment) and self.is_open == other.is_open

    def save(self, path: Path) -> None:
        """Write the file, in place of an older one."""
        kept = {
            "mlp2xlsx": _FORMAT,
            "layout": self.layout,
            **_assignment(self.assignment),
            "columns": self.columns,
            "form": vars(self.form),
            "points": self.points,
            "after": self.after,
            "students": [asdict(student) for student in self.students],
        }
        write_file(path, json.dumps(kept, ensure_ascii=False, indent=1).encode())


def _assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "lesson": assignment.lesson.to_toml(),
        "name": assignment.lesson.name,
        "seed": assignment.seed,
        "steps": assignment.steps,
        "practice": assignment.practice,
        "formulas": assignment.formulas,
        "vary_data": assignment.vary_data,
        "number": assignment.number,
        "pseudonyms": assignment.pseudonyms,
        "hints": assignment.hints,
        "iteration": assignment.iteration,
        "iterations": assignment.iterations,
    }


def load_records(folder: ClassFolder) -> Records:
    """Read what was kept of a class.

    Raises
    ------
    ClassError
        When the folder holds no class, or its records are damaged.
    """
    path = folder.records
    try:
        if path.stat().st_size > _LARGEST:
            raise ClassError(f"{path} has more than {_LARGEST:,} bytes; it is not what mlp2xlsx wrote")
        kept = json.loads(path.read_text(encoding="utf-8-sig"))  # as editors save it
        if kept["mlp2xlsx"] != _FORMAT:
            raise ClassError(f"{path} is of another version of mlp2xlsx; use that one for this class")
        records = _records(kept, str(path))
        if records.layout > LAYOUT:
            raise ClassError(
                f"{path} was {made_by(records.layout)}; use the mlp2xlsx that made it, or a newer one"
            )
        return records
    except FileNotFoundError:
        raise ClassError(
            f"{folder.path} holds no class: {path} does not exist; "
            "give the folder that mlp2xlsx handout has made"
        ) from None
    except OSError as error:
        raise ClassError(f"{path} cannot be read: {said_by_system(error)}") from None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ClassError(
            f"{path} is damaged ({shown(str(error))}); make the handouts again into another folder, with the "
            "same roster and --seed, and take the file from there"
        ) from None


def _records(kept: Mapping[str, Any], source: str) -> Records:
    json.dumps(kept, ensure_ascii=False).encode()  # half a character can be written nowhere
    try:
        lesson = parse(kept["lesson"], source, kept["name"])
        iteration, iterations = _a(int, kept.get("iteration", 1)), _a(int, kept.get("iterations", 1))
        check_iterations(lesson, iteration, iterations)
        chosen = steps_to_fill(lesson, [_a(int, step) for step in _a(list, kept["steps"])], iterations)
    except MlpError as error:
        raise ValueError(str(error)) from None
    assignment = Assignment(
        lesson,
        _a(int, kept["seed"]),
        chosen,
        _a(bool, kept["practice"]),
        _a(bool, kept["formulas"]),
        _a(bool, kept["vary_data"]),
        _a(int, kept.get("number", 1)),
        _a(bool, kept.get("pseudonyms", False)),
        tuple(hint for hint in _texts(kept.get("hints", list(HINTS))) if hint in HINTS),
        iteration,
        iterations,
    )
    students = tuple(
        Student(
            _a(str, one["id"]),
            _a(str, one["name"]),
            _a(str, one["email"]),
            _texts(one["row"]),
            _a(str, one["file"]),
        )
        for one in kept["students"]
    )
    columns = _texts(kept["columns"])
    _check(students, columns)
    form = _a(dict, kept.get("form", vars(USUAL_FORM)))
    return Records(
        assignment,
        columns,
        students,
        _a(int, kept.get("layout", FIRST_LAYOUT)),
        TableForm(_a(str, form["delimiter"]), _a(str, form["decimal"])),
        _texts(kept.get("points", [])),
        _a(str, kept.get("after", "")),
    )


def _a(kind: type[_Kind], value: object) -> _Kind:
    """Return a value if it is of one kind, for which True is no number; refuse it otherwise."""
    if not isinstance(value, kind) or isinstance(value, bool) != (kind is bool):
        raise TypeError(f"{shown_with_kind(value)} in the place of another kind of value")
    return value


def _texts(values: object) -> tuple[str, ...]:
    return tuple(_a(str, value) for value in _a(list, values))


def _check(students: Sequence[Student], columns: Sequence[str]) -> None:
    """Refuse students that no roster could have given.

    Raises
    ------
    ValueError
        Saying why.
    """
    widths = (len(student.row) for student in students)
    files = [student.file for student in students]
    faults = {
        "no students": not students,
        "students without the columns of their roster": not columns and len(students) > 1,
        **{
            f"{counted(width, 'cell')} for {counted(len(columns), 'column')}": width != len(columns)
            for width in widths
        },
        "a file name with a folder in it": any(
            Path(file).name != file or any(map(is_control, file)) for file in files
        ),
        "two students with the same id": len({folded(student.id) for student in students}) < len(students),
        "two students with the same file": len(set(map(folded, files))) < len(files),
    }
    refuse(ValueError, faults)


def with_seed(records: Records, seed: int) -> Records:
    """Return the same records with another seed."""
    return replace(records, assignment=replace(records.assignment, seed=seed))
