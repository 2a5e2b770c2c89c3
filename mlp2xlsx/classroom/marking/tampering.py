"""Locked cells of a submission that are not as they were given out."""

from collections.abc import Iterator, Mapping

from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.formulas import same_formula
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.reading.contents import SheetContents

_MOST_NAMED = 3
_SAME = 1e-9


def tampered(original: Mapping[str, SheetContents], sheets: Mapping[str, SheetContents]) -> Iterator[str]:
    """Yield the places of cells that are not as they were given out; texts may be."""
    for title, cells in original.items():
        sheet = sheets.get(title)
        if sheet is None:
            yield title
            continue
        for (row, col), built in cells.formulas.items():
            now = sheet.formulas.get((row, col))
            if now is None or not same_formula(now.text, built.text):
                yield f"{title}!{a1(row, col)}"
        for (row, col), value in cells.constants.items():
            found = sheet.constants.get((row, col))
            if isinstance(value, float) and not _same(value, found):
                yield f"{title}!{a1(row, col)}"


def tampered_shown(places: list[str]) -> str:
    """Name the first of some places, and how many more there are."""
    named = ", ".join(places[:_MOST_NAMED])
    more = len(places) - _MOST_NAMED
    return f"{named} (+{more})" if more > 0 else named


def _same(value: float, found: CellValue) -> bool:
    return isinstance(found, float) and abs(found - value) <= _SAME * max(1.0, abs(value))
