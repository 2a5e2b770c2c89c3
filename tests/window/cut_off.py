"""Which texts and numbers of a measured workbook are not drawn whole, and where lines of page breaks run."""

import re
from collections.abc import Iterator, Mapping
from itertools import accumulate
from math import inf

from tests.window.typing import Drawn, Measured

_MARGIN = 40  # of a cell, at both sides together
_TOLERANCE = 1.02  # letters are placed by whole pixels
# Between Chinese characters a line may always end.
_UNBROKEN = re.compile("[\u3000-\u9fff\uff00-\uffef]|[^\\s\u3000-\u9fff\uff00-\uffef]+")
_SMALLEST = 0.7  # of its size a text may shrink to
_ON_TOP, _SCREEN = 2, 1267 * 15  # rows; pixels of a window of 1366×768, of a twentieth of a point each


def cut_off(sheets: Mapping[str, Measured]) -> list[str]:
    """Name the texts that run into others or are cut off, and the numbers that have no room."""
    return [
        f"{title}!R{cell.row}C{cell.col} {fault}: {cell.text}"
        for title, sheet in sheets.items()
        for cell, fault in _faults(sheet)
    ]


def off_screen(sheets: Mapping[str, Measured]) -> list[str]:
    """Name the titles and sentences on top that end beyond a small screen."""
    found = []
    for title, sheet in sheets.items():
        left = [0, *accumulate(sheet.columns)]
        for cell in sheet.cells:
            end = left[cell.col] if cell.side == "RIGHT" else left[cell.col - 1] + cell.width
            if cell.row <= _ON_TOP and end > _SCREEN:
                found.append(f"{title}!R{cell.row}C{cell.col}: {cell.text}")
    return found


def page_breaks(sheets: Mapping[str, Measured]) -> list[str]:
    """Name the sheets through whose filled cells lines of page breaks run."""
    found = []
    for title, sheet in sheets.items():
        last = (max(cell.row for cell in sheet.cells), max(cell.col for cell in sheet.cells))
        # One more is the line behind all that is printed.
        inner = [
            [at for at in breaks if at <= end][:-1] for breaks, end in zip(sheet.breaks, last, strict=True)
        ]
        found += [f"{title}: rows {inner[0]}, columns {inner[1]}"] if any(inner) else []
    return found


def _faults(sheet: Measured) -> Iterator[tuple[Drawn, str]]:
    left = [0, *accumulate(sheet.columns)]
    rows: dict[int, list[Drawn]] = {}
    for cell in sheet.cells:
        rows.setdefault(cell.row, []).append(cell)
    for cells in rows.values():
        cells.sort(key=lambda cell: cell.col)
        for place, cell in enumerate(cells):
            width = sheet.columns[cell.col - 1]
            needed = cell.width + cell.indent
            if not cell.text or needed <= (width - _MARGIN) * _TOLERANCE:
                continue
            if cell.shrunk:
                if needed * _SMALLEST > width - _MARGIN:
                    yield cell, "is made too small"
            elif cell.number:
                yield cell, "is shown as ###"
            elif cell.wrapped:
                if any(len(word) * needed / len(cell.text) > width for word in _UNBROKEN.findall(cell.text)):
                    yield cell, "has a word that is too long"
            else:
                before = left[cells[place - 1].col] if place else 0
                after = left[cells[place + 1].col - 1] if place + 1 < len(cells) else inf
                start, end = left[cell.col - 1], left[cell.col]
                spare = max(0, needed - (width - _MARGIN) * _TOLERANCE)
                to_left = {"RIGHT": spare, "CENTER": spare / 2}.get(cell.side, 0)
                if start - to_left < before or end + spare - to_left > after:
                    yield cell, "is cut off"
