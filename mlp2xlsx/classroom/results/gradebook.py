"""The table of grades, in the form that Moodle and Canvas take."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.roster.columns import identifying, is_canvas
from mlp2xlsx.numerals import number_text
from mlp2xlsx.workbook.context import step_sheet

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes the file for another encoding
TOTAL = "Total"
_POINTS_POSSIBLE = "    Points Possible"  # as Canvas writes it
Field = str | float | int
# What makes a spreadsheet take a text for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n")


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
    lines: list[list[Field]] = [[*header, *map(step_sheet, steps), TOTAL]]
    if is_canvas(records.columns):
        points = [_POINTS_POSSIBLE, *[""] * (len(header) - 1)]
        lines.append([*points, *[1] * len(steps), len(steps)])
    lines += [[*cells, *_scores(marks.get(student), steps)] for cells, student in people]
    return (_BYTE_ORDER_MARK + csv_text(lines)).encode()


def open_gradebook(records: Records, marks: Mapping[str, Mark]) -> bytes:
    """Write the grades of whoever handed in, by the places of their files."""
    steps = records.assignment.steps
    lines: list[list[Field]] = [["File", *map(step_sheet, steps), TOTAL]]
    lines += [[place, *_scores(mark, steps)] for place, mark in marks.items()]
    return (_BYTE_ORDER_MARK + csv_text(lines)).encode()


def _scores(mark: Mark | None, steps: Sequence[int]) -> list[Field]:
    if mark is None:
        return [""] * (len(steps) + 1)
    return [*(round(mark.score(step), 2) for step in steps), round(mark.total, 2)]


def csv_text(rows: Iterable[Sequence[Field]]) -> str:
    r"""Text of a CSV file: cells between commas, lines that end in `\r\n`, quotes where they are needed.

    Texts that a spreadsheet would take for a formula get an apostrophe in front. Numbers are written as
    they are, floats in the shortest form that reads back as the same number (`0.89`, `1`).

    Parameters
    ----------
    rows
        The cells of each line. Excel takes the file for UTF-8 only if it begins with a byte order mark,
        which the caller writes.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _text(cell: Field) -> str:
    """Write a cell as text that is no formula."""
    match cell:
        case str():
            # Excel in Chinese and Japanese takes ＝ for =.
            first = unicodedata.normalize("NFKC", cell[:1])
            return f"'{cell}" if first in _STARTS_A_FORMULA else cell
        case int():
            return str(int(cell))
        case _:
            return number_text(cell)
