"""The gradebook of Canvas: its own columns, and the one assignment whose grades are to change.

What Canvas accepts is in its `lib/gradebook_importer.rb`: the line of names begins with `Student`, `ID` (or
with `LastName`, `FirstName`, `ID`) and has `Section` in front of the assignments; an assignment is known by
the number in brackets behind its name, and every name that it does not know becomes a new one. So nothing
but the columns of the person and the one assignment are written.
"""

import re
from collections.abc import Sequence

from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.gradebook import Field, as_points
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.tables import csv_text
from mlp2xlsx.classroom.roster.columns import Columns
from mlp2xlsx.classroom.roster.form import USUAL_FORM
from mlp2xlsx.errors import ClassError
from mlp2xlsx.words import did_you_mean_name, first_few, shown

_ASSIGNMENT = re.compile(r".+ \(\d+\)", re.DOTALL)
_PERSON = {
    "Student",
    "LastName",
    "FirstName",
    "ID",
    "SIS User ID",
    "SIS Login ID",
    "Integration ID",
    "Root Account",
    "Section",
}
_POINTS_POSSIBLE = "    Points Possible"  # as Canvas writes it


def assignment_columns(records: Records) -> list[str]:
    """Return the names of the assignments in a gradebook of Canvas; none where the roster is none."""
    if not Columns.of(records.columns).canvas:
        return []
    return [name for name in records.columns if _ASSIGNMENT.fullmatch(name)]


def chosen_column(records: Records, asked: str) -> str:
    """Return the assignment whose grades are written: the one that was asked for, or the only one.

    Returns
    -------
    str
        Its name as the export has it; empty where the roster is no gradebook of Canvas, or it is not known
        which.

    Raises
    ------
    ClassError
        When there is none of the name that was asked for.
    """
    there = assignment_columns(records)
    if not asked:
        return there[0] if len(there) == 1 else ""
    if asked not in there:
        names = first_few(list(map(shown, there))) or "none, for the roster is no gradebook of Canvas"
        raise ClassError(
            f"column: found {shown(asked)}{did_you_mean_name(asked, there)}, expected an assignment as "
            f"the roster names it: {names}; if it is new, export the gradebook again and hand out with that"
        )
    return asked


def points_possible(records: Records, column: str) -> float | None:
    """Return what Canvas says that an assignment is worth; None where it says nothing."""
    if column not in records.columns or len(records.points) <= records.columns.index(column):
        return None
    return as_points(records.points[records.columns.index(column)], 0.0) or None


def canvas_gradebook(records: Records, column: str, standings: Sequence[Standing]) -> bytes:
    """Write the gradebook with the grades of one assignment; a student without one has an empty cell.

    There is no byte order mark: Canvas compares the first name letter by letter where it is `LastName`.
    """
    kept = [number for number, name in enumerate(records.columns) if name.strip() in _PERSON]
    lines: list[list[Field]] = [[*(records.columns[number] for number in kept), column]]
    if records.points:
        at = records.columns.index(column)
        possible = records.points[at] if at < len(records.points) else ""
        lines.append([_POINTS_POSSIBLE, *[""] * (len(kept) - 1), possible])
    lines += [
        [*(student.row[number] for number in kept), round(one.total, 2) if one.counts else ""]
        for student, one in zip(records.students, standings, strict=True)
    ]
    # Canvas tells commas from semicolons, and knows no other sign.
    form = records.form if records.form.delimiter == ";" else USUAL_FORM
    return csv_text(lines, form).encode()


def canvas_hint(records: Records, column: str) -> str:
    """Say what is missing for a table that Canvas takes back; empty where nothing is."""
    if column or not Columns.of(records.columns).canvas:
        return ""
    names = first_few(list(map(shown, assignment_columns(records))))
    if not names:
        return (
            "no table for Canvas: the roster has no column of an assignment; make one there and export again"
        )
    return f"no table for Canvas: name the assignment with --column, or column in class.toml; one of {names}"
