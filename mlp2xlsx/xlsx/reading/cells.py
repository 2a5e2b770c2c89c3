"""The value of one cell as the file spells it."""

import math
import re
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import unescape

from lxml import etree

from mlp2xlsx.xlsx.reading.package import (
    LARGEST_TREE,
    MAIN,
    elements,
    parsed_part,
    read_part,
    relations,
    workbook_part,
)
from mlp2xlsx.xlsx.xstring import decoded

_VALUE, _INLINE, _STRING, _TEXT, _PHONETIC = (f"{{{MAIN}}}{tag}" for tag in ("v", "is", "si", "t", "rPh"))

_MOST_TEXTS = 2_000_000
_CHARACTERS = r"[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
PLAIN_TEXT = rf"({_CHARACTERS}(?:&(?:lt|gt|amp|quot|apos);{_CHARACTERS})*+)"
"""The pattern of a text between two tags that any parser reads in the same way."""
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_ITEM = re.compile(rf'<si><t(?: xml:space="preserve")?>{PLAIN_TEXT}</t></si>')
_STRINGS = f"{{{MAIN}}}sst"


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
        is_quick = archive.getinfo(part).file_size <= LARGEST_TREE
        texts = _plain_strings(read_part(archive, part), part) if is_quick else None
        for text in map(_text, elements(archive, part, _STRING)) if texts is None else texts:
            if len(found) == most:
                raise ValueError(f"{part} has more than {most:,} texts")
            found.append(text)
    return found


def _plain_strings(data: bytes, part: str) -> list[str] | None:
    """Texts of a part in which each is written in the usual way; None where anything is not."""
    try:
        before, *texts, after = _ITEM.split(data.decode())
        root = parsed_part(f"{before}{after}".encode(), part)
    except (ValueError, etree.XMLSyntaxError):  # said by who reads it in full
        return None
    # Between two tags, one after the other, they are in no attribute, and nothing that is passed over.
    is_alone = before.endswith(">") and after.startswith("</") and not any(texts[1::2])
    is_plain = root.tag == _STRINGS and not len(root) and not root.text
    is_usual = str(root.getroottree().docinfo.encoding).upper() == "UTF-8"
    return [decoded(unescaped(text)) for text in texts[::2]] if is_alone and is_plain and is_usual else None


def unescaped(text: str) -> str:
    """A text as it is meant that the pattern of plain texts has found in a file."""
    return unescape(text, _QUOTES) if "&" in text else text


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
