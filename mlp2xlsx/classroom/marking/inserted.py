"""Rows that a student has inserted: taken out again, so that every cell stands where it was handed out."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from mlp2xlsx.classroom.originals import Original
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.reading.contents import Contents, FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import Place, sheet_and_reference, typed_area

_MOST_ROWS = 200  # between two ends of named ranges
_MOST_CHARACTERS = 2_000_000  # of all formulas
_ROW = re.compile(r"(?<=[A-Za-z$])\d+")

Inserted = Mapping[str, Sequence[int]]
Occupied = Mapping[int, set[int]]
Contained = Mapping[int, set[tuple[int, str]]]
_Cell = TypeVar("_Cell")


def without_inserted_rows(contents: Contents, original: Original) -> Contents:
    """Take out the rows that have been inserted since a handout was given out.

    The defined names tell where: programs move them along. What stands in such a row is left out.

    Parameters
    ----------
    contents
        The file that was handed in; it is returned as it is where nothing was inserted, or rows are gone.
    original
        The handout as it was given out.
    """
    inserted = {
        title: rows
        for title, cells in original.cells.items()
        if (rows := _inserted(contents, original, title, cells))
    }
    sheets = contents.sheets.values()
    if (
        not inserted
        or sum(len(one.text) for sheet in sheets for one in sheet.formulas.values()) > _MOST_CHARACTERS
    ):
        return contents
    return replace(
        contents,
        sheets={title: _sheet(title, sheet, inserted) for title, sheet in contents.sheets.items()},
        names={name: _place(place, inserted) for name, place in contents.names.items()},
    )


def _inserted(contents: Contents, original: Original, title: str, given: SheetContents) -> list[int]:
    """Rows of a sheet that were not there; none where that cannot be told."""
    now = contents.sheets.get(title)
    if now is None:
        return []
    rows: list[int] = []
    last = 0
    ends = sorted(set(_moves(contents, original, title)))
    if ends:
        ends.append(_end(_rows(given), _rows(now), ends[-1]))
    for row, moved in ends:
        count = moved - row - len(rows)
        if count < 0 or moved <= last or (count and moved - last > _MOST_ROWS):
            return []
        if count:
            between = range(last + 1, moved)
            first = _first_inserted(_columns(given), _columns(now), between, count, len(rows))
            rows += range(first, first + count)
        last = moved
    return rows


def _end(known: Contained, there_now: Contained, last: tuple[int, int]) -> tuple[int, int]:
    """Where the last row of a sheet was, and where the first one is that may be it: its texts stand in it."""
    end = max(known, default=0)
    row, moved = last
    if end <= row:
        return row + 1, moved + 1  # there is nothing below
    there = range(end + moved - row, end + moved - row + _MOST_ROWS)
    found = (one for one in there if known[end] <= there_now.get(one, frozenset()))
    return end, next(found, there[0])


def _first_inserted(known: Occupied, occupied: Occupied, between: range, count: int, before: int) -> int:
    """Find the place for some inserted rows that leaves most of the others as they were."""

    def fitting(first: int) -> int:
        there = range(first, first + count)
        others = (one for one in between if one not in there)
        kept = (
            known.get(one - before - (count if one >= first else 0), frozenset())
            <= occupied.get(one, frozenset())
            for one in others
        )
        return sum(kept) - sum(one in occupied for one in there)

    return max(range(between.start, between.stop - count + 1), key=fitting)


def _moves(contents: Contents, original: Original, title: str) -> Iterator[tuple[int, int]]:
    """Yield where the first and last rows of the named ranges of a sheet were, and where they are."""
    for name, place in original.names.items():
        now = contents.names.get(name)
        if place is not None and now is not None and place[0] == now[0] == title:
            yield place[1].row, now[1].row
            yield place[1].last_row, now[1].last_row


def _columns(sheet: SheetContents) -> Occupied:
    """Columns in which anything stands, by row."""
    return _by_row((*sheet.formulas, *sheet.constants))


def _rows(sheet: SheetContents) -> Contained:
    """What stands in each row: texts by their columns, and that there is something in the others."""
    texts = {cell: value for cell, value in sheet.constants.items() if isinstance(value, str)}
    cells = (*sheet.formulas, *sheet.constants)
    return _by_row((row, (col, texts.get((row, col), ""))) for row, col in cells)


def _by_row(cells: Iterable[tuple[int, _Cell]]) -> dict[int, set[_Cell]]:
    found: defaultdict[int, set[_Cell]] = defaultdict(set)
    for row, cell in cells:
        found[row].add(cell)
    return found


def _sheet(title: str, sheet: SheetContents, inserted: Inserted) -> SheetContents:
    rows = inserted.get(title, ())
    formulas = {
        (_row(row, rows), col): FormulaCell(_formula(one.text, title, inserted), _reference(one.ref, rows))
        for (row, col), one in sheet.formulas.items()
        if row not in rows
    }
    constants = {
        (_row(row, rows), col): value for (row, col), value in sheet.constants.items() if row not in rows
    }
    return replace(sheet, formulas=formulas, constants=constants)


def _place(place: Place | None, inserted: Inserted) -> Place | None:
    if place is None or place[0] not in inserted:
        return place
    title, box = place
    first, last = (_row(row, inserted[title]) for row in (box.row, box.last_row))
    return title, Box(first, box.col, last - first + 1, box.n_cols)


def _row(row: int, inserted: Sequence[int]) -> int:
    return row - sum(one < row for one in inserted)


def _reference(reference: str | None, inserted: Sequence[int]) -> str | None:
    return reference and _ROW.sub(lambda match: str(_row(int(match[0]), inserted)), reference)


def _formula(text: str, title: str, inserted: Inserted) -> str:
    """Write a formula for the rows as they were."""
    try:
        tokenizer = Tokenizer(f"={text}")
    except Exception:  # the tokenizer raises several kinds; the formula is refused later on
        return text
    for token in tokenizer.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            token.value = _operand(str(token.value), title, inserted)
    return str(tokenizer.render())[1:]


def _operand(operand: str, title: str, inserted: Inserted) -> str:
    named, reference = sheet_and_reference(operand)
    rows = inserted.get(title if named is None else named)
    try:
        if rows is None or typed_area(reference) is None:
            return operand
    except ValueError:
        return operand
    moved = _reference(reference, rows) or ""
    return operand.removesuffix(reference) + moved
