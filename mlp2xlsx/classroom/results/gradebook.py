"""The tables of grades: one for people, and one in the form of the platform that the roster comes from."""

from collections.abc import Sequence
from math import isfinite

from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.tables import csv_text, table_bytes
from mlp2xlsx.classroom.roster.columns import identifying

TOTAL = "Total"
# What Moodle looks for in a grading worksheet, and what it writes the points into
# (`mod/assign/feedback/offline/importgradeslib.php`; the names in English are in its `lang/en`).
_IDENTIFIER, _GRADE, _MODIFIED = "Identifier", "Grade", "Last modified (grade)"
_MAXIMUM = "maximum grade"  # "Maximum Grade" or "Maximum grade", as the version has it
_COMMENTS = "Feedback comments"  # left out, so that they stay what they are
Field = str | float | int


def gradebook(records: Records, standings: Sequence[Standing]) -> bytes:
    """Write the grades of a class: a line per student, a column per step, and the total.

    The columns in front are those of the roster that say who a student is; signs between cells and in
    numbers are those of the roster. A student who has not handed in has no number, which platforms take for
    no grade.

    Parameters
    ----------
    records
        The class.
    standings
        What became of each student, in the order of the roster; without a roster, of each file.
    """
    header, cells = people(records, standings)
    steps = records.assignment.steps
    lines: list[list[Field]] = [[*header, *records.sheets.values(), TOTAL]]
    lines += [[*own, *_scores(one, steps)] for own, one in zip(cells, standings, strict=True)]
    return table_bytes(lines, records.form)


def people(records: Records, standings: Sequence[Standing]) -> tuple[list[str], list[list[str]]]:
    """Return the columns that say who somebody is, and their cells for each."""
    if records.is_open:
        return ["File"], [[one.id] for one in standings]
    if records.assignment.pseudonyms:
        return ["Handout"], [[one.id] for one in standings]
    kept = identifying(records.columns)
    return (
        [records.columns[number] for number in kept],
        [[student.row[number] for number in kept] for student in records.students],
    )


def _scores(one: Standing, steps: Sequence[int]) -> list[Field]:
    if not one.counts:
        return [""] * (len(steps) + 1)
    scores = [one.score(step) for step in steps]
    return [*("" if score is None else round(score, 2) for score in scores), round(one.total, 2)]


def is_moodle_worksheet(columns: Sequence[str]) -> bool:
    """Tell whether a roster is the grading worksheet of an assignment in Moodle, in English."""
    return {_IDENTIFIER, _GRADE, _MODIFIED} <= {name.strip() for name in columns}


def participants(records: Records) -> list[str]:
    """Return Moodle's number of each student, from its grading worksheet: `12` of `Participant 12`."""
    number = [name.strip() for name in records.columns].index(_IDENTIFIER)
    return [student.row[number].rpartition(" ")[2] for student in records.students]


def moodle_worksheet(records: Records, standings: Sequence[Standing]) -> bytes | None:
    """Write the grading worksheet of Moodle with the grades in it; None where the roster is none.

    Its columns stay as they are and in their order, but for the comments. Who has no grade keeps what
    stands there. The total is scaled to the maximum grade, if the worksheet names one. Moodle reads it back
    in UTF-8 with commas, whatever it wrote itself.

    Parameters
    ----------
    records
        The class.
    standings
        What became of each student, in the order of the roster.
    """
    if not is_moodle_worksheet(records.columns):
        return None
    names = [name.strip() for name in records.columns]
    lines: list[list[Field]] = []
    for student, one in zip(records.students, standings, strict=True):
        cells: dict[str, Field] = dict(zip(names, student.row, strict=True))
        if one.counts:
            possible = one.terms.counting.points
            named = next((cell for name, cell in cells.items() if name.casefold() == _MAXIMUM), "")
            largest = as_points(str(named), possible)
            # Moodle passes over a grade beyond the maximum, which a bonus can make of it.
            cells[_GRADE] = round(min(one.total / possible, 1.0) * largest, 2)
        lines.append([cell for name, cell in cells.items() if name != _COMMENTS])
    return csv_text([[name for name in dict.fromkeys(names) if name != _COMMENTS], *lines]).encode()


def as_points(text: str, otherwise: float) -> float:
    """Read a number of points above 0; platforms write it with the decimal sign of their language."""
    try:
        points = float(text.strip().replace(",", "."))
    except ValueError:
        return otherwise
    return points if isfinite(points) and points > 0 else otherwise
