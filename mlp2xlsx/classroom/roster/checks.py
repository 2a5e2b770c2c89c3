"""What has to hold of the students of a roster; of all that are wrong, the first few are told at once."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from mlp2xlsx.classroom.roster.file_names import folded
from mlp2xlsx.errors import RosterError
from mlp2xlsx.words import first_few, is_control, shown

LONGEST_CELL = 200
_DIGITS = 15  # that Excel keeps of a number
_SHORTENED, _AS_NUMBER = re.compile(r"\d([.,]\d+)?[eE]\+\d+"), re.compile(r"\d+\.0+")


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


def check_ids_are_whole(entries: Sequence[Entry], source: str) -> None:
    """Refuse ids that a spreadsheet has taken for numbers: they are no longer what the school knows.

    Excel shows long ones as 2.02601E+11, and keeps 15 digits: what follows are zeros. Programs that compute
    with columns append `.0`.

    Raises
    ------
    RosterError
        For the first one.
    """
    long = [entry for entry in entries if entry.id.isdecimal() and len(entry.id) > _DIGITS]
    cut = long if all(set(entry.id[_DIGITS:]) == {"0"} for entry in long) else []
    for entry in entries:
        if _SHORTENED.fullmatch(entry.id) or entry in cut:
            raise RosterError(
                f"{source} line {entry.line}: the id {shown(entry.id)} was shortened by a spreadsheet; "
                "export the list again and use it as it comes, or with the column of ids as text"
            )
        if _AS_NUMBER.fullmatch(entry.id):
            raise RosterError(
                f"{source} line {entry.line}: the id {shown(entry.id)} was made a number with decimals; "
                f"export the list again with the column as text, so that it is {entry.id.partition('.')[0]}"
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
