"""Whether two workbooks hold the same cells; write.py asks before it measures.

    python benchmarks/same_cells.py OURS.xlsx XLSXWRITERS.xlsx

A cell is its sheet, its address, its formula, the range of an array formula, and its value: the cached
value of a formula, else the number or text. Cells without a value (styled blanks) do not count.
XlsxWriter rounds the numbers of plain cells to 16 digits, so these are compared as rounded.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

# Formula, array range, value.
Cell = tuple[str | None, str | None, float | str]


def sheets(book: ZipFile) -> dict[str, str]:
    """Give the part that holds each sheet, by title."""
    parts = {
        link.get("Id"): link.get("Target").removeprefix("/xl/")
        for link in etree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    }
    listed = etree.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
    return {sheet.get("name"): f"xl/{parts[sheet.get(f'{REL}id')]}" for sheet in listed}


def shared_strings(book: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return ["".join(item.itertext()) for item in etree.fromstring(book.read("xl/sharedStrings.xml"))]


def cells(book: ZipFile, part: str, strings: list[str]) -> Iterator[tuple[str, Cell]]:
    """Yield address and contents of every cell of a sheet that has a value."""
    with book.open(part) as stream:
        for _, row in etree.iterparse(stream, tag=f"{MAIN}row"):
            for c in row:
                found = cell(c, strings)
                if found is not None:
                    yield c.get("r"), found
            row.clear()


def cell(c: Any, strings: list[str]) -> Cell | None:
    formula, kind = c.find(f"{MAIN}f"), c.get("t", "n")
    text = c.findtext(f"{MAIN}v") or ""
    if kind == "inlineStr":
        text = "".join(c.find(f"{MAIN}is").itertext())
    elif kind == "s":
        text = strings[int(text)]
    value: float | str = text if kind in ("inlineStr", "s", "str") or text == "" else float(text)
    if formula is not None:
        return formula.text, formula.get("ref"), value
    return None if value == "" else (None, None, value if isinstance(value, str) else rounded(value))


def rounded(number: float) -> float:
    return float(f"{number:.16G}")


def same_cells(ours: str, theirs: str) -> Counter[str]:
    """Compare cell for cell; give how many of each kind there are.

    Raises
    ------
    SystemExit
        With a cell that differs, if there is one.
    """
    kinds: Counter[str] = Counter()
    with ZipFile(ours) as a, ZipFile(theirs) as b:
        parts_a, parts_b = sheets(a), sheets(b)
        if list(parts_a) != list(parts_b):
            raise SystemExit(f"the sheets differ: {list(parts_a)} and {list(parts_b)}")
        strings = shared_strings(a), shared_strings(b)
        for title, part in parts_a.items():
            mine = dict(cells(a, part, strings[0]))
            other = dict(cells(b, parts_b[title], strings[1]))
            for address in mine.keys() | other.keys():
                if mine.get(address) != other.get(address):
                    raise SystemExit(
                        f"{title}!{address}: {mine.get(address)} in {ours}, {other.get(address)} in {theirs}"
                    )
            kinds.update(map(kind_of, mine.values()))
    return kinds


def kind_of(cell: Cell) -> str:
    formula, ref, value = cell
    if formula is None:
        return "texts" if isinstance(value, str) else "numbers"
    return "formulas" if ref is None else "array formulas"


if __name__ == "__main__":
    counted = same_cells(sys.argv[1], sys.argv[2])
    listed = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counted.items()))
    print(f"both files hold the same {counted.total():,} cells: {listed}")
