"""References as a file or a formula spells them, `B5`, `$B$5:$D$8`, `'My sheet'!A1`, read into places."""

import re
from functools import cache, lru_cache

from openpyxl.utils.cell import column_index_from_string

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.limits import MOST_COLS, MOST_ROWS

Place = tuple[str, Box]
"""The title of a sheet, and the cells on it."""

_CORNER = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_CELLS = re.compile(rf"{_CORNER}(:{_CORNER})?", re.IGNORECASE)
_RANGE = re.compile(f"{_CORNER}:{_CORNER}")
ADDRESS = "([A-Z]{1,3})([1-9][0-9]{0,6})"
"""The pattern of the address of a cell as files write it: letters, and the number of the row."""
_LINES = re.compile(r"\$?([A-Z]{1,3}|[0-9]{1,7}):\$?([A-Z]{1,3}|[0-9]{1,7})", re.IGNORECASE)
_ON_SHEET = re.compile(rf"^((?:'(?:[^']|'')+'|[^'!]+)!{_CORNER}(?::{_CORNER})?)$")
_LIKE_A_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)", re.IGNORECASE)
_NUMBERED = re.compile(r"[RC]|R[0-9]*C[0-9]*", re.IGNORECASE)
_LETTERS, _NUMBER = r"(\$?)([A-Za-z]{1,3})", r"(\$?)([1-9][0-9]{0,6})"
_CELL, _COLUMN, _ROW = (re.compile(form) for form in (_LETTERS + _NUMBER, _LETTERS, _NUMBER))

Piece = str | tuple[str, int]
"""Text of an operand that stays when it is copied, or `"row"` or `"column"` with a number that moves."""


@cache
def column_number(letters: str) -> int:
    """Number of a column, from 1.

    Raises
    ------
    ValueError
        When these are not one to three letters.
    """
    return int(column_index_from_string(letters))


def position(reference: str) -> tuple[int, int]:
    """Row and column of a cell written as `AB12`.

    Raises
    ------
    ValueError
        When it is written otherwise.
    """
    letters = reference.rstrip("0123456789")
    try:
        return int(reference[len(letters) :]), column_number(letters)
    except ValueError:
        raise ValueError(f'"{shortened(reference)}" is not the address of a cell') from None


def area(reference: str) -> Box:
    """Cells of a reference as files write it: the upper left corner first.

    Raises
    ------
    ValueError
        When it is none, or its corners are in another order or beyond the last cell.
    """
    first, last = corners(reference.replace("$", ""))
    if not (1 <= first[0] <= last[0] <= MOST_ROWS and first[1] <= last[1] <= MOST_COLS):
        raise ValueError(f"{shortened(reference)} is not a range of cells of a spreadsheet")
    return _between(first, last)


def corners(reference: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last cell of a reference without `$`, in the order in which they are written."""
    first, _, last = reference.partition(":")
    return position(first), position(last or first)


def typed_area(reference: str) -> Box | None:
    """Cells of a reference as persons type it: corners in any order, whole rows and columns; or None.

    Raises
    ------
    ValueError
        When it reaches beyond the last cell.
    """
    if lines := _LINES.fullmatch(reference):
        first, last = lines[1].upper(), lines[2].upper()
        if first.isdigit() != last.isdigit():
            return None
        reference = f"A{first}:XFD{last}" if first.isdigit() else f"{first}1:{last}{MOST_ROWS}"
    elif not _CELLS.fullmatch(reference):
        return None
    written = reference.replace("$", "").upper()
    (row, col), (other_row, other_col) = corners(written)
    first_cell = min(row, other_row), min(col, other_col)
    last_cell = max(row, other_row), max(col, other_col)
    if first_cell[0] < 1 or last_cell[0] > MOST_ROWS or last_cell[1] > MOST_COLS:
        raise ValueError(f"{shortened(written)} is no range of the workbook")
    return _between(first_cell, last_cell)


def sheet_and_reference(operand: str) -> tuple[str | None, str]:
    """Title of the sheet that an operand of a formula names, None where it names none, and the rest."""
    title, mark, reference = operand.rpartition("!")
    if title.startswith("'") and title.endswith("'"):
        title = title[1:-1].replace("''", "'")
    return (title if mark else None), reference


@lru_cache(maxsize=1024)
def named_place(text: str) -> Place | None:
    """Place that a defined name stands for, if it is one."""
    found = _ON_SHEET.match(text)
    if found is None:
        return None
    title, reference = sheet_and_reference(found[1])
    return (title, area(reference)) if title is not None else None


def is_address(name: str) -> bool:
    """Whether a name reads as the address of a cell, in the style of `B5` or of `R5C2`."""
    found = _LIKE_A_CELL.fullmatch(name)
    if found is None:
        return _NUMBERED.fullmatch(name) is not None
    try:
        col = column_number(found[1].upper())
    except ValueError:  # letters such as the sign of Kelvin, which is a K but for its number
        return False
    return col <= MOST_COLS and 1 <= int(found[2]) <= MOST_ROWS


def is_range(reference: str) -> bool:
    """Whether a reference names two corners, and neither a cell nor whole lines."""
    return _RANGE.fullmatch(reference) is not None


def ranges_in(formula: str) -> list[str]:
    """References to ranges that stand in a formula, without their sheets."""
    return _RANGE.findall(formula)


def taken_apart(operand: str) -> list[Piece]:
    """Pieces of an operand, by which it can be written for another cell; a name is one piece."""
    sheet, mark, reference = operand.rpartition("!")
    ends = reference.split(":")
    # A column or a row by itself would be a name.
    for form in (_CELL, _COLUMN, _ROW) if len(ends) > 1 else (_CELL,):
        matches = [match for end in ends if (match := form.fullmatch(end)) is not None]
        if len(matches) == len(ends):
            break
    else:
        return [operand]
    pieces: list[Piece] = [sheet + mark]
    for number, match in enumerate(matches):
        pieces.append(":" if number else "")
        groups = match.groups()
        for fixed, what in zip(groups[::2], groups[1::2], strict=True):
            if fixed:
                pieces.append(fixed + what)
            elif what.isdigit():
                pieces.append(("row", int(what)))
            else:
                pieces.append(("column", column_number(what)))
    return pieces


def _between(first: tuple[int, int], last: tuple[int, int]) -> Box:
    return Box(*first, last[0] - first[0] + 1, last[1] - first[1] + 1)
