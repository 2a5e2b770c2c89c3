"""What has to hold of the students of a roster; of all that are wrong, the first few are told at once."""

from collections.abc import Sequence
from typing import NamedTuple

from mlp2xlsx.classroom.roster.file_names import folded
from mlp2xlsx.errors import RosterError
from mlp2xlsx.words import first_few, is_control, shown

LONGEST_CELL = 200


class Entry(NamedTuple):
    """A line of a roster."""

    line: int
    id: str
    name: str
    email: str
    row: tuple[str, ...]


def check_texts(entries: Sequence[Entry], source: str) -> None:
    """Refuse ids, names and emails that a workbook cannot hold or nobody can read.

    Raises
    ------
    RosterError
        For the first one.
    """
    for entry in entries:
        for what, text in (("id", entry.id), ("name", entry.name), ("email", entry.email)):
            where = f"{source} line {entry.line}: the {what}"
            if len(text) > LONGEST_CELL:
                raise RosterError(f"{where} has {len(text)} characters; expected at most {LONGEST_CELL}")
            for character in filter(is_control, text):
                raise RosterError(
                    f"{where} {shown(text)} contains the control character U+{ord(character):04X}; "
                    "expected plain text"
                )


def check_ids_are_there(entries: Sequence[Entry], column: str, source: str) -> None:
    """Refuse students without an id.

    Raises
    ------
    RosterError
        With their lines, when there are any.
    """
    lines = [f"line {entry.line}" for entry in entries if not entry.id]
    if len(lines) == 1:
        raise RosterError(
            f"{source} {lines[0]}: no id in column {shown(column)}; fill it in, or leave the line out"
        )
    if lines:
        raise RosterError(
            f"{source} has {len(lines)} lines without an id in column {shown(column)}: {first_few(lines)}; "
            "fill them in, or leave these lines out"
        )


def check_ids_differ(entries: Sequence[Entry], source: str) -> None:
    """Refuse ids that stand there twice, in whatever case or form.

    Raises
    ------
    RosterError
        With the lines of both, when there are any.
    """
    first: dict[str, Entry] = {}
    again = []
    for entry in entries:
        other = first.setdefault(folded(entry.id), entry)
        if other is not entry:
            again.append((entry, other))
    if len(again) == 1:
        [(entry, other)] = again
        written = f", as {shown(other.id)}" if other.id != entry.id else ""
        raise RosterError(
            f"{source} line {entry.line}: the id {shown(entry.id)} stands in line {other.line} already"
            f"{written}; give every student an id of their own"
        )
    if again:
        places = [f"{shown(entry.id)} in line {entry.line} as in line {other.line}" for entry, other in again]
        raise RosterError(
            f"{source} has {len(again)} ids that stand in it already: {first_few(places)}; "
            "give every student an id of their own"
        )
