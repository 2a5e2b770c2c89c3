"""Sheets as most programs write them, read in half of the time; `sheet_reader` reads all the others.

Where every cell is written in the usual way, a pattern finds them. What is left without them, the skeleton,
is parsed as any part is: nothing is taken for a cell that is none, and no damaged sheet for a whole one.
"""

import re
from collections.abc import Iterator
from typing import cast
from xml.sax.saxutils import unescape

from lxml import etree

from mlp2xlsx.xlsx.reading.cells import value_of
from mlp2xlsx.xlsx.reading.package import MAIN
from mlp2xlsx.xlsx.reading.sheet_reader import Room, formulas_of_formats, is_within
from mlp2xlsx.xlsx.reading.sheets import FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import ADDRESS, column_number

_FORMAT = f"{{{MAIN}}}conditionalFormatting"
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

_CHARACTERS = r"[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
_TEXT = rf"({_CHARACTERS}(?:&(?:lt|gt|amp|quot|apos);{_CHARACTERS})*+)"
_CELL = re.compile(
    rf'<c r="{ADDRESS}"'
    r'(?: s="[0-9]{1,9}")?(?: t="(n|s|str|b|e)")?'
    rf'(?:/>|>(?:<f(?: aca="false")?>{_TEXT}</f>)?(?:<v>{_TEXT}</v>|(<v/>))?</c>)'
)
_FOUND = "<c/>"  # in the skeleton, in the place of a cell that is not empty
_QUOTES = {"&quot;": '"', "&apos;": "'"}
LARGEST_PLAIN = 8 * 1024**2  # bytes of a sheet
_LARGEST_SKELETON = 256 * 1024  # characters; as a tree they take many times as much


def read_plain(data: bytes, shared: list[str], room: Room) -> SheetContents | None:
    """Read a sheet; see `read_stream`.

    Returns
    -------
    SheetContents | None
        None where it has anything out of the ordinary, be it a fault; nothing is taken of the room then.
    """
    try:
        text = data.decode()
        contents, skeleton = _cells(text, shared)
        if not _is_plain(skeleton):
            return None
        root = etree.fromstring(skeleton.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except (ValueError, etree.XMLSyntaxError):  # said by who reads it in full
        return None
    if _N_ROWS(root) != _N_ANYWHERE(root) or not _N_CELLS(root) == _N_IN_ROWS(root) == contents.cells:
        return None
    formats = [*root.iter(_FORMAT)]
    contents.formats += [rule for one in formats for rule in formulas_of_formats(one)]
    n_idle = len(formats) + int(cast(float, _N_EMPTY_ROWS(root)))
    return contents if room.take(len(data), contents.cells, n_idle) else None


def _is_plain(skeleton: str) -> bool:
    """Whether there is no other cell, and nothing in which what looks like a cell is none."""
    declared = skeleton.find("?>") + 2 if skeleton.startswith("<?xml ") else 0
    rest = skeleton[declared:]
    return len(skeleton) <= _LARGEST_SKELETON and not any(mark in rest for mark in ("<!", "<?", "<c ", "<c>"))


def _cells(text: str, shared: list[str]) -> tuple[SheetContents, str]:
    """What the usual cells hold, and the text without them.

    Raises
    ------
    ValueError
        For a value that is none, and for cells that are out of order.
    """
    contents = SheetContents()
    return contents, "".join(_pieces(text, shared, contents))


def _pieces(text: str, shared: list[str], contents: SheetContents) -> Iterator[str]:
    end, last = 0, (0, 0)
    for match in _CELL.finditer(text):
        letters, digits, kind, formula, written, blank = match.groups()
        yield text[end : match.start()]
        end = match.end()
        place = int(digits), column_number(letters)
        if formula is None and written is None and blank is None:
            continue
        if place <= last or not is_within(place):
            raise ValueError("out of order")
        last = place
        yield _FOUND
        contents.cells += 1
        if formula is not None:
            contents.formulas[place] = FormulaCell(_plain(formula))
            continue
        value = value_of(kind or "n", _plain(written or ""), shared)
        if value is not None:
            contents.constants[place] = value
    yield text[end:]


def _plain(text: str) -> str:
    return unescape(text, _QUOTES) if "&" in text else text
