"""The list of a class, as Moodle, Canvas or the office of a school exports it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from mlp2xlsx.classroom.roster.checks import (
    Entry,
    check_ids_are_there,
    check_ids_are_whole,
    check_ids_differ,
    check_texts,
)
from mlp2xlsx.classroom.roster.columns import Columns, first_filled
from mlp2xlsx.classroom.roster.file_names import folded, safe_names
from mlp2xlsx.classroom.roster.form import USUAL_FORM, TableForm
from mlp2xlsx.errors import LessonError, RosterError, refuse
from mlp2xlsx.lesson.tables.files.delimited import Delimited, Line, read_delimited
from mlp2xlsx.lesson.tables.files.hints import NO_HINTS, Hints
from mlp2xlsx.words import counted, did_you_mean_name, first_few, listed, one_line, shown

LARGEST_FILE = 5_000_000
MOST_STUDENTS = 20_000
MOST_COLUMNS = 1_000  # every student gets a cell for each, even where the file has none

_HEADER_WITHIN = 10  # lines; above it school offices write the name of the class
_MOST_NAMES = 12
_SIGNS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
_IDS_EXPECTED = '"Student ID", "ID number", "SIS User ID", "学号" or "Email"'


@dataclass(frozen=True, slots=True)
class Student:
    """One of a class.

    Attributes
    ----------
    id
        What tells the student from the others: no two are the same, whatever their case.
    name, email
        Empty where the roster does not tell.
    row
        The cells of the line as they stand in the file, as many as the header has.
    file
        What the student's files are called, without an extension.
    """

    id: str
    name: str
    email: str
    row: tuple[str, ...]
    file: str


@dataclass(frozen=True)
class Roster:
    """A class.

    Attributes
    ----------
    columns
        The cells of the header as they stand.
    students
        In the order of the file.
    understood
        How the file was understood, for people; empty where there is none.
    form
        How the file is written.
    points
        The cells of the line in which Canvas has the points that each column is worth; empty where there is
        none.
    """

    columns: tuple[str, ...]
    students: tuple[Student, ...]
    understood: str = ""
    form: TableForm = USUAL_FORM
    points: tuple[str, ...] = ()


def read_roster(path: Path, hints: Hints = NO_HINTS, id_column: str = "") -> Roster:
    """Read the list of a class.

    The ids are in one column: the best that holds anything, which is the number that the school gave, else
    what students log in with, else an `ID`, else the email. Only with Canvas does its `ID` stand in for a
    `SIS User ID` that is empty; elsewhere the email stands in for an id that is missing. Whatever stands
    above the header does not count, nor do lines that are no students:

    - of Canvas, all down to `Points Possible`, and `Student, Test` where it has no `SIS User ID`,
    - of Moodle, `Overall average` with neither id nor email,
    - whoever has the role of a teacher and not that of a student.

    Parameters
    ----------
    path
        A CSV file or a workbook of at most `LARGEST_FILE` bytes, `MOST_STUDENTS` students and `MOST_COLUMNS`
        columns. Lines may be shorter than the header, for Excel leaves out empty cells at the end.
    hints
        What the user says of the file.
    id_column
        The name of the column of the ids; told from the header by default.

    Raises
    ------
    RosterError
        When the file cannot be read so, names no column for ids, or has no students; when a student has no
        id, or one that another has; when the files of two students would have the same name.
    """
    source = one_line(str(path))
    try:
        file = read_delimited(path, source, hints, largest=LARGEST_FILE, smaller="a smaller roster")
    except LessonError as error:
        raise RosterError(str(error)) from None
    chosen = _chosen(file.lines, id_column, source) if id_column else None
    header, columns = _header(file.lines, source) if chosen is None else (chosen[0], chosen[1])
    _, names = file.lines[header]
    points, people = _people(file.lines[header + 1 :], columns)
    lines = [line for line in people if not columns.is_teacher(line[1])]
    names_and = f"the names of the columns and {'teachers alone' if people else 'nothing else'}"
    faults = {
        f"{names_and}; expected one line per student": not lines,
        f"{len(lines)} students; expected at most {MOST_STUDENTS}": len(lines) > MOST_STUDENTS,
    }
    refuse(lambda fault: RosterError(f"{source} has {fault}"), faults)
    rows = [_fitted(file, header, line, source) for line in lines]
    ids = columns.for_ids(rows) or (columns.ids or columns.emails)[:1]
    if chosen is not None:
        ids = (chosen[2],)
    entries = [
        Entry(line, first_filled(row, ids) or columns.email(row), columns.name(row), columns.email(row), row)
        for (line, _), row in zip(lines, rows, strict=True)
    ]
    check_texts(entries, source)
    check_ids_are_there(entries, names[ids[0]].strip(), source)
    check_ids_are_whole(entries, source)
    check_ids_differ(entries, source)
    try:
        files = safe_names([(entry.id, entry.name) for entry in entries])
    except RosterError as error:
        raise RosterError(f"{source}: {error}") from None
    students = tuple(Student(*entry[1:], file=name) for entry, name in zip(entries, files, strict=True))
    first = f"{shown(entries[0].id)}{entries[0].name and f' ({entries[0].name})'}"
    column = shown(names[ids[0]].strip())
    without = [entry.id for entry, row in zip(entries, rows, strict=True) if not first_filled(row, ids)]
    teachers = [
        columns.name(cells) or columns.email(cells) for _, cells in people if columns.is_teacher(cells)
    ]
    said = [
        f"{source}: {counted(len(entries), 'student')}, the first {first}, ids from {column}",
        *([f"of {len(without)} the email ({first_few(without)})"] if without else []),
        *([f"{counted(len(teachers), 'teacher')} left out ({first_few(teachers)})"] if teachers else []),
        file.form,
    ]
    form = TableForm.of(file.delimiter, rows)
    return Roster(tuple(names), students, ", ".join(said), form, tuple(points))


def _header(lines: Sequence[Line], source: str) -> tuple[int, Columns]:
    """Find the first line that names a column for ids or emails."""
    if not lines:
        raise RosterError(f"{source} is empty; expected the names of the columns and one line per student")
    for number, (line, cells) in enumerate(islice(lines, _HEADER_WITHIN)):
        columns = Columns.of(cells)
        if columns.ids or columns.emails:
            if len(cells) > MOST_COLUMNS:
                raise RosterError(
                    f"{source} line {line} has {len(cells)} columns; expected at most {MOST_COLUMNS}"
                )
            return number, columns
    line, cells = lines[0]
    found = listed([shown(cell.strip()) for cell in cells if cell.strip()], _MOST_NAMES)
    columns = Columns.of(cells)
    if columns.full or columns.family or columns.given:
        raise RosterError(
            f"{source} line {line} names no column of ids: found {found}, expected {_IDS_EXPECTED}; "
            "add such a column, or rename the one that has them"
        )
    raise RosterError(
        f"{source} line {line} is no header: found {found}, expected the names of the columns, "
        f"among them {_IDS_EXPECTED}; put them into the first line"
    )


def _chosen(lines: Sequence[Line], name: str, source: str) -> tuple[int, Columns, int]:
    """Find the first line that names the column of ids that was asked for: its number, all columns, that one.

    Raises
    ------
    RosterError
        When there is none.
    """
    near = list(islice(lines, _HEADER_WITHIN))
    for number, (_, cells) in enumerate(near):
        found = [column for column, cell in enumerate(cells) if folded(cell) == folded(name)]
        if found:
            return number, Columns.of(cells), found[0]
    cells = next((cells for _, cells in near if Columns.of(cells).ids), near[0][1] if near else [])
    names = [cell.strip() for cell in cells if cell.strip()]
    raise RosterError(
        f"{source} has no column {shown(name)}{did_you_mean_name(name, names)}; "
        f"expected one of {first_few(list(map(shown, names))) or 'its columns, but it is empty'}"
    )


def _people(lines: Sequence[Line], columns: Columns) -> tuple[list[str], list[Line]]:
    """Return the points that Canvas says each column is worth, and the lines that are of somebody."""
    # Canvas writes a line about hidden grades between the header and the points.
    points = [number for number, (_, cells) in enumerate(lines[:2]) if columns.is_no_student(cells)]
    found = lines[points[-1]][1] if points and columns.canvas else []
    return found, [
        (line, cells)
        for line, cells in lines[points[-1] + 1 if points else 0 :]
        if not columns.is_no_student(cells) and not columns.is_test_student(cells)
    ]


def _fitted(file: Delimited, header: int, found: Line, source: str) -> tuple[str, ...]:
    """Cut or fill up a line to as many cells as the header has."""
    first, names = file.lines[header]
    line, cells = found
    if any(cell.strip() for cell in cells[len(names) :]):
        sign = _SIGNS.get(file.delimiter, shown(file.delimiter))
        raise RosterError(
            f"{source} line {line} has {counted(len(cells), 'cell')}, line {first} has {len(names)}; "
            f"put cells that contain {sign} into quotes"
        )
    return (*cells[: len(names)], *[""] * (len(names) - len(cells)))
