"""The value of one cell as the file spells it."""

import math
import zipfile
from dataclasses import dataclass

from lxml import etree

from mlp2xlsx.xlsx.reading.package import MAIN, elements, relations, workbook_part
from mlp2xlsx.xlsx.xstring import decoded

_VALUE, _INLINE, _STRING, _TEXT, _PHONETIC = (f"{{{MAIN}}}{tag}" for tag in ("v", "is", "si", "t", "rPh"))

_MOST_TEXTS = 2_000_000


@dataclass(frozen=True, slots=True)
class CellError:
    """An error value such as `#NUM!`, told apart from a text that reads the same."""

    text: str

    def __str__(self) -> str:
        return self.text


CellValue = float | str | bool | CellError | None
"""What a cell holds; None when it is empty."""


def shared_strings(archive: zipfile.ZipFile, most: int = _MOST_TEXTS) -> list[str]:
    """Texts that cells refer to by number.

    Raises
    ------
    ValueError
        When there are more of them than there may be.
    """
    links = relations(archive, workbook_part(archive)).values()
    found: list[str] = []
    for part in [link.target for link in links if link.kind == "sharedStrings"]:
        for item in elements(archive, part, _STRING):
            if len(found) == most:
                raise ValueError(f"{part} has more than {most:,} texts")
            found.append(_text(item))
    return found


def _text(item: etree._Element) -> str:
    """Text of a string item, its differently formatted runs joined."""
    if len(item) == 1 and item[0].tag == _TEXT:
        return decoded(item[0].text or "")
    phonetic = {text for hint in item.iter(_PHONETIC) for text in hint.iter(_TEXT)}
    return "".join(decoded(text.text or "") for text in item.iter(_TEXT) if text not in phonetic)


def cell_value(cell: etree._Element, shared: list[str]) -> CellValue:
    """Value of one cell element."""
    if not len(cell):
        return None
    kind = cell.get("t", "n")
    last = cell[-1]  # after the formula, if there is one
    if kind == "inlineStr":
        return _text(last) if last.tag == _INLINE else ""
    if last.tag != _VALUE:
        return "" if kind == "str" else None
    return value_of(kind, last.text or "", shared)


def value_of(kind: str, text: str, shared: list[str]) -> CellValue:
    """Value of one cell that has no formula.

    Parameters
    ----------
    kind, text
        How it is written: its kind, and the text of its element `v`.
    shared
        The texts that cells refer to by number.
    """
    if kind == "n":
        # Gnumeric calculates with a wider range of exponents; no double holds such a number.
        value = float(text) if text else None
        return value if value is None or math.isfinite(value) else CellError("#NUM!")
    if kind == "s":
        number = int(text)
        if not 0 <= number < len(shared):
            raise ValueError(f"a cell shows text {number}, of which there are {len(shared)}")
        return shared[number]
    if kind == "b":
        return text.strip() in ("1", "true")
    return CellError(text) if kind == "e" else decoded(text)
