"""Sheets as most programs write them, read in half of the time; `sheet_reader` reads all the others.

Where every cell is written in the usual way, a pattern finds them. What is left without them, the skeleton,
is parsed as any part is: nothing is taken for a cell that is none, and no damaged sheet for a whole one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from lxml import etree

from mlp2xlsx.xlsx.limits import MOST_COLS, MOST_ROWS
from mlp2xlsx.xlsx.reading.cells import PLAIN_TEXT, CellValue, unescaped, value_of
from mlp2xlsx.xlsx.reading.package import MAIN
from mlp2xlsx.xlsx.reading.seen.amount import Amount
from mlp2xlsx.xlsx.reading.seen.sheet import SEEN_TAGS, SeenSheet
from mlp2xlsx.xlsx.reading.sheet_reader import Room, formulas_of_formats
from mlp2xlsx.xlsx.reading.sheets import FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import ADDRESS, column_number

_FORMAT = f"{{{MAIN}}}conditionalFormatting"
_ROWS = f"{{{MAIN}}}sheetData/{{{MAIN}}}row"
_N_ROWS, _N_ANYWHERE, _N_CELLS, _N_IN_ROWS, _N_EMPTY_ROWS = (
    etree.XPath(f"count({path})", namespaces={"m": MAIN})
    for path in (
        "m:sheetData/m:row",
        "//m:row",
        "m:sheetData/m:row/m:c",
        "m:sheetData/m:row/*",
        "m:sheetData/m:row[not(*)]",
    )
)

_CELL = re.compile(
    rf'<c r="{ADDRESS}"'
    r'(?: s="([0-9]{1,9})")?(?: t="(n|s|str|b|e)")?'
    rf'(?:/>|>(?:<f(?: aca="false")?>{PLAIN_TEXT}</f>)?(?:<v>{PLAIN_TEXT}</v>|(<v/>))?</c>)'
)
_FOUND = "<c/>"  # in the skeleton, in the place of a cell that is not empty
_LONGEST_KEPT, _LARGEST_KEPT = 300, 64 * 1024  # characters of a formula, and of a skeleton
LARGEST_PLAIN = 8 * 1024**2  # bytes of a sheet
_LARGEST_SKELETON = 256 * 1024  # characters; as a tree they take many times as much


@dataclass
class _Found:
    """What the usual cells hold, the numbers of their styles, and what their formulas have left."""

    contents: SheetContents = field(default_factory=SheetContents)
    styles: dict[tuple[int, int], str | None] = field(default_factory=dict)
    results: dict[tuple[int, int], CellValue] = field(default_factory=dict)


def read_plain(
    data: bytes, shared: list[str], room: Room, seen: SeenSheet | None = None
) -> SheetContents | None:
    """Read a sheet; see `read_stream`.

    Returns
    -------
    SheetContents | None
        None where it has anything out of the ordinary, be it a fault; nothing is taken of the room then.

    Raises
    ------
    ValueError
        When it shows more besides than may be.
    """
    found = _Found()
    try:
        skeleton = "".join(_pieces(data.decode(), shared, found, looks=seen is not None))
        around = _around(skeleton) if len(skeleton) < _LARGEST_KEPT else _read_around(skeleton)
    except (ValueError, etree.XMLSyntaxError):  # said by who reads it in full
        return None
    contents = found.contents
    if around is None or around.n_cells != contents.cells:
        return None
    if not room.take(len(data), contents.cells, around.n_idle):
        return None
    contents.formats += around.formats
    if seen is not None:
        seen.cells(found.styles, found.results)
        seen.add(around.seen)
    return contents


@dataclass(frozen=True)
class _Around:
    """What a sheet has around its cells.

    Attributes
    ----------
    n_cells, n_idle
        How many cells have to be found, and how many rows without cells and conditional formats there are.
    formats
        The formulas of conditional formats.
    seen
        What is seen of all that.
    """

    n_cells: int
    n_idle: int
    formats: list[str]
    seen: SeenSheet


def _read_around(skeleton: str) -> _Around | None:
    """Read a sheet without its cells; None where anything is out of the ordinary."""
    if not _is_plain(skeleton):
        return None
    root = etree.fromstring(skeleton.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    n_cells = _N_CELLS(root)
    if _N_ROWS(root) != _N_ANYWHERE(root) or n_cells != _N_IN_ROWS(root):
        return None
    formats = [*root.iter(_FORMAT)]
    seen = SeenSheet(Amount())
    for row in root.iterfind(_ROWS):
        seen.row(row)
    for element in root.iter(*SEEN_TAGS):
        seen.read(element)
    return _Around(
        int(cast(float, n_cells)),
        len(formats) + int(cast(float, _N_EMPTY_ROWS(root))),
        [rule for one in formats for rule in formulas_of_formats(one)],
        seen,
    )


# All handouts of a class have the same, and so have most of what comes back.
_around = lru_cache(maxsize=40)(_read_around)


def _is_plain(skeleton: str) -> bool:
    """Whether there is no other cell, and nothing in which what looks like a cell is none."""
    declared = skeleton.find("?>") + 2 if skeleton.startswith("<?xml ") else 0
    rest = skeleton[declared:]
    return len(skeleton) <= _LARGEST_SKELETON and not any(mark in rest for mark in ("<!", "<?", "<c ", "<c>"))


def _pieces(text: str, shared: list[str], found: _Found, *, looks: bool) -> Iterator[str]:
    """Note what the usual cells hold, and yield the text without them.

    Raises
    ------
    ValueError
        For a value that is none, and for cells that are out of order or there twice.
    """
    contents, end, last = found.contents, 0, (0, 0)
    for match in _CELL.finditer(text):
        letters, digits, style, kind, formula, written, blank = match.groups()
        yield text[end : match.start()]
        end = match.end()
        place = int(digits), column_number(letters)
        if looks:
            if place in found.styles:
                raise ValueError("a cell twice")
            found.styles[place] = style
        if formula is None and written is None and blank is None:
            continue
        if place <= last or place[0] > MOST_ROWS or place[1] > MOST_COLS:
            raise ValueError("out of order")
        last = place
        yield _FOUND
        contents.cells += 1
        if formula is not None:
            contents.formulas[place] = (
                _formula(formula) if len(formula) < _LONGEST_KEPT else FormulaCell(unescaped(formula))
            )
            if looks:
                is_left = written is not None or blank is not None
                found.results[place] = (
                    value_of(kind or "n", unescaped(written or ""), shared) if is_left else None
                )
            continue
        value = value_of(kind or "n", unescaped(written or ""), shared)
        if value is not None:
            contents.constants[place] = value
    yield text[end:]


@lru_cache(maxsize=4096)
def _formula(text: str) -> FormulaCell:
    """A formula of no great length: the same stand on many sheets, and in the files of a whole class."""
    return FormulaCell(unescaped(text))
