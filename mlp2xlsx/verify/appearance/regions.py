"""Cells that a rule holds for, however they are put together, and formulas as each of them reads them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.limits import LONGEST_FORMULA, MOST_COLS, MOST_ROWS
from mlp2xlsx.xlsx.reading.shared import SharedFormula
from mlp2xlsx.xlsx.references import typed_area

_MOST_BOXES = 500
_LONGEST = len("$XFD$1048576:$XFD$1048576")
_MOST_SHOWN = 5
# Where no reference that can be met on a sheet leads off it.
MIDDLE = MOST_ROWS // 2, MOST_COLS // 2


def boxes(cells: str) -> list[Box]:
    """Ranges of a list of them as a file writes it; what is none is left out."""
    found = []
    for reference in cells.split()[:_MOST_BOXES]:
        box = _box(reference) if len(reference) <= _LONGEST else None
        if box is not None:
            found.append(box)
    return found


@lru_cache(maxsize=4096)
def _box(reference: str) -> Box | None:
    try:
        return typed_area(reference)
    except ValueError:
        return None


def corner(cells: list[Box]) -> tuple[int, int]:
    """The cell that the formula of a rule is written for."""
    return min((box.row for box in cells), default=1), min((box.col for box in cells), default=1)


def joined(cells: Iterable[Box]) -> tuple[Box, ...]:
    """The same cells as ranges that do not overlap, in one way only."""
    given = list(cells)[:_MOST_BOXES]
    edges = sorted({box.row for box in given} | {box.last_row + 1 for box in given})
    slabs: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
    for top, below in pairwise(edges):
        spans = _spans((box.col, box.last_col) for box in given if box.row <= top <= box.last_row)
        if spans and slabs and slabs[-1][1] == top and slabs[-1][2] == spans:
            slabs[-1] = slabs[-1][0], below, spans
        elif spans:
            slabs.append((top, below, spans))
    return tuple(
        Box(top, first, below - top, last - first + 1) for top, below, spans in slabs for first, last in spans
    )


def _spans(given: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(given):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)


def ranges_listed(cells: Iterable[Box]) -> str:
    """Write ranges for a person; of many, the first ones and how many more."""
    listed = list(cells)
    more = len(listed) - _MOST_SHOWN
    return ", ".join(box.ref for box in listed[:_MOST_SHOWN]) + (f" (+{more})" if more > 0 else "")


def without(cells: Iterable[Box], others: Iterable[Box]) -> tuple[Box, ...]:
    """The cells that are not among others."""
    left = list(cells)
    for other in others:
        left = [piece for box in left for piece in _cut(box, other)][:_MOST_BOXES]
    return joined(left)


def _cut(box: Box, other: Box) -> Iterator[Box]:
    """Yield what is left of a range without another: above, below, to the left and to the right of it."""
    top, last = max(box.row, other.row), min(box.last_row, other.last_row)
    left, right = max(box.col, other.col), min(box.last_col, other.last_col)
    if top > last or left > right:
        yield box
        return
    if box.row < top:
        yield Box(box.row, box.col, top - box.row, box.n_cols)
    if last < box.last_row:
        yield Box(last + 1, box.col, box.last_row - last, box.n_cols)
    if box.col < left:
        yield Box(top, box.col, last - top + 1, left - box.col)
    if right < box.last_col:
        yield Box(top, right + 1, last - top + 1, box.last_col - right)


def overlap(one: Iterable[Box], other: Iterable[Box]) -> bool:
    """Whether any cell is in both."""
    others = list(other)
    return any(
        a.row <= b.last_row and b.row <= a.last_row and a.col <= b.last_col and b.col <= a.last_col
        for a in one
        for b in others
    )


_PIECE = re.compile(r'"[^"]*"|[^"]+')
_TRUTHS = {"FALSE": "0", "TRUE": "1"}
_TRUTH = re.compile(r"\b(FALSE|TRUE)\b(\(\))?", re.IGNORECASE)


def plain(formula: str) -> str:
    """A formula without what programs add or leave out: blanks, and truth values as numbers."""
    return "".join(
        piece
        if piece.startswith('"')
        else _TRUTH.sub(lambda match: _TRUTHS[match[1].upper()], "".join(piece.split()))
        for piece in _PIECE.findall(formula.removeprefix("="))
    )


@lru_cache(maxsize=4096)
def moved(formula: str, start: tuple[int, int], end: tuple[int, int] = MIDDLE) -> str:
    """A formula as it reads in another cell; the way programs write it is taken away.

    Parameters
    ----------
    formula
        Its text, with or without `=`.
    start, end
        The cell that it is written for, and the other one.
    """
    try:
        if len(formula) > LONGEST_FORMULA:
            return shortened(formula)
        return SharedFormula(plain(formula), *start).at(*end)
    except ValueError:
        return f"{shortened(formula)} at {Box(*start, 1, 1).ref}"
