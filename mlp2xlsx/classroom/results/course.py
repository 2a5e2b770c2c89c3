"""All assignments of one class: found by what each knows of the one before, and put into one table."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mlp2xlsx.classroom.notices import Notice
from mlp2xlsx.classroom.records import ClassFolder, Records, load_records
from mlp2xlsx.classroom.results.gradebook import TOTAL, Field, people
from mlp2xlsx.classroom.results.standing import Standing
from mlp2xlsx.classroom.results.tables import table_bytes
from mlp2xlsx.errors import ClassError

_MOST = 100  # assignments of one class; more are a circle


class Earlier(NamedTuple):
    """An assignment that the class had before.

    Attributes
    ----------
    home, records
        Where it is, and what was asked.
    """

    home: ClassFolder
    records: Records

    def totals(self) -> dict[str, float]:
        """Points of the whole by the id of the student; none as long as it is not graded."""
        try:
            kept = json.loads(self.home.results.read_text(encoding="utf-8"))
            totals = {one["id"]: one["total"] for one in kept["students"]}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        named = {one.ident: one.student.id for one in self.records.exercises()}  # where it has pseudonyms
        return {
            named.get(key, key): float(total)
            for key, total in totals.items()
            if isinstance(total, int | float)
        }


def earlier_assignments(home: ClassFolder, records: Records) -> tuple[list[Earlier], list[Notice]]:
    """Return the assignments before this one, the first of them first, and what could not be found."""
    found: list[Earlier] = []
    while records.after and len(found) < _MOST:
        home = ClassFolder(home.path / records.after)
        try:
            records = load_records(home)
        except ClassError as error:
            return found[::-1], [Notice(str(home.path), "earlier_gone", str(error))]
        found.append(Earlier(home, records))
    return found[::-1], []


def course_table(earlier: Sequence[Earlier], records: Records, standings: Sequence[Standing]) -> bytes:
    """Write the points of all assignments: a line per student of the last one, and the sum in the end."""
    header, cells = people(records, standings)
    columns: list[Mapping[str, float]] = [one.totals() for one in earlier]
    columns.append(
        {
            student.id: one.total
            for student, one in zip(records.students, standings, strict=True)
            if one.counts
        }
    )
    titles = [
        f"{one.assignment.number}: {one.assignment.lesson.words['title']}"
        for one in [*(one.records for one in earlier), records]
    ]
    lines: list[list[Field]] = [[*header, *titles, TOTAL]]
    for own, student in zip(cells, records.students, strict=True):
        totals = [column.get(student.id) for column in columns]
        there = [total for total in totals if total is not None]
        points: list[Field] = ["" if total is None else round(total, 2) for total in totals]
        lines.append([*own, *points, round(sum(there), 2) if there else ""])
    return table_bytes(lines, records.form)
