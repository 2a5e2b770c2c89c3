"""The table of grades, in the form that Moodle and Canvas take."""

from collections.abc import Mapping, Sequence
from math import isfinite

from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.tables import csv_text
from mlp2xlsx.classroom.roster.columns import identifying, is_canvas
from mlp2xlsx.workbook.layout.titles import step_sheets

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for another encoding
TOTAL = "Total"
# What Moodle looks for in a grading worksheet, and what it writes the points into
# (`mod/assign/feedback/offline/importgradeslib.php`; the names in English are in its `lang/en`).
_IDENTIFIER, _GRADE, _MAXIMUM, _MODIFIED = "Identifier", "Grade", "Maximum Grade", "Last modified (grade)"
_COMMENTS = "Feedback comments"  # left out, so that they stay what they are
_POINTS_POSSIBLE = "    Points Possible"  # as Canvas writes it
Field = str | float | int


def gradebook(records: Records, marks: Mapping[str, Mark]) -> bytes:
    """Write the grades of a class: a line per student, a column per step, and the total.

    The columns in front are those of the roster that say who a student is. A student who has not handed
    in has no number, which both programs take for no grade. Canvas gets a line of the points possible.

    Parameters
    ----------
    records
        The class.
    marks
        What was found, by the id of the student.
    """
    kept = identifying(records.columns)
    header = [records.columns[number] for number in kept]
    people = [([student.row[number] for number in kept], student.id) for student in records.students]
    steps = records.assignment.steps
    lines: list[list[Field]] = [[*header, *_sheets(records), TOTAL]]
    if is_canvas(records.columns):
        points = [_POINTS_POSSIBLE, *[""] * (len(header) - 1)]
        lines.append([*points, *[1] * len(steps), len(steps)])
    lines += [[*cells, *_scores(marks.get(student), steps)] for cells, student in people]
    return (_BYTE_ORDER_MARK + csv_text(lines)).encode()


def _sheets(records: Records) -> list[str]:
    """Titles of the step sheets that are graded."""
    assignment = records.assignment
    return step_sheets(assignment.lesson.language, assignment.steps, records.layout)


def moodle_worksheet(records: Records, marks: Mapping[str, Mark]) -> bytes | None:
    """Write the grading worksheet of Moodle with the grades in it; None where the roster is none.

    Its columns stay as they are and in their order, but for the comments. Who has not handed in keeps what
    stands there. The total is scaled to the maximum grade, if the worksheet names one.

    Parameters
    ----------
    records
        The class.
    marks
        What was found, by the id of the student.
    """
    names = [name.strip() for name in records.columns]
    if not {_IDENTIFIER, _GRADE, _MODIFIED} <= set(names):
        return None
    possible = len(records.assignment.steps)
    lines: list[list[Field]] = []
    for student in records.students:
        cells: dict[str, Field] = dict(zip(names, student.row, strict=True))
        mark = marks.get(student.id)
        if mark is not None:
            largest = _as_points(str(cells.get(_MAXIMUM, "")), possible)
            cells[_GRADE] = round(mark.total / possible * largest, 2)
        lines.append([cell for name, cell in cells.items() if name != _COMMENTS])
    return csv_text([[name for name in dict.fromkeys(names) if name != _COMMENTS], *lines]).encode()


def _as_points(text: str, otherwise: float) -> float:
    """Read the maximum grade; Moodle writes it with the decimal sign of its language."""
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        return otherwise
    return points if isfinite(points) and points > 0 else otherwise


def open_gradebook(records: Records, marks: Mapping[str, Mark]) -> bytes:
    """Write the grades of whoever handed in, by the places of their files."""
    steps = records.assignment.steps
    lines: list[list[Field]] = [["File", *_sheets(records), TOTAL]]
    lines += [[place, *_scores(mark, steps)] for place, mark in marks.items()]
    return (_BYTE_ORDER_MARK + csv_text(lines)).encode()


def _scores(mark: Mark | None, steps: Sequence[int]) -> list[Field]:
    if mark is None:
        return [""] * (len(steps) + 1)
    return [*(round(mark.score(step), 2) for step in steps), round(mark.total, 2)]
