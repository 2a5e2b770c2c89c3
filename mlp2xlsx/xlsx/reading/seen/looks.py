"""How cells look: the styles of a file, each as words that do not depend on how a program numbers them."""

import re
import zipfile
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS

from mlp2xlsx.xlsx.reading.package import (
    DAMAGED,
    LARGEST_TREE,
    MAIN,
    parsed_part,
    read_part,
    relations,
    workbook_part,
)

Looks = dict[str, str]
"""Properties by what they are called in reports; what is as everywhere else is left out."""

FORMAT = "number format"
_LARGEST_KEPT = 256 * 1024  # bytes
_INK, _PAPER = "000000", "FFFFFF"
_TRUE = ("1", "true", None)
_FONT_FLAGS = {"b": "bold", "i": "slanted", "strike": "struck out"}
_NOT_OF_RULES = ("font", "size", "letters shown")
_SIDES = ("left", "right", "top", "bottom", "diagonal")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})?([0-9A-Fa-f]{6})")
# Fonts that show other signs than the letters that are written.
_SIGNS = re.compile(r"symbol|dings|webdings|wingding|marlett|emoji|barcode|icons", re.IGNORECASE)
# The first colours of the palette, which come twice: ECMA-376 part 1, 18.8.27.
_PALETTE = ("000000", "FFFFFF", "FF0000", "00FF00", "0000FF", "FFFF00", "FF00FF", "00FFFF")


class StyleSheet:
    """The styles of a file, read one by one when they are asked for.

    Parameters
    ----------
    root
        All of them.
    """

    def __init__(self, root: etree._Element) -> None:
        self._formats = {
            one.get("numFmtId"): one.get("formatCode", "") for one in _all(root, "numFmts/numFmt")
        }
        self._fonts, self._fills, self._borders, self._cells, self._rules = (
            _all(root, path)
            for path in ("fonts/font", "fills/fill", "borders/border", "cellXfs/xf", "dxfs/dxf")
        )
        self._known: dict[int, Looks] = {}
        self._effects: dict[str, Looks] = {}

    def cell(self, index: int) -> Looks:
        """How cells of a style look."""
        if index not in self._known:
            self._known[index] = dict(self._cell(index))
        return self._known[index]

    def rule(self, index: str | None) -> Looks:
        """What a colouring rule changes, by the number of its style; nothing where it has none."""
        if index is None or not index.isdecimal() or int(index) >= len(self._rules):
            return {}
        if index not in self._effects:
            self._effects[index] = effect_of(self._rules[int(index)])
        return self._effects[index]

    def _cell(self, index: int) -> Iterator[tuple[str, str]]:
        if not 0 <= index < len(self._cells):
            return
        style = self._cells[index]
        number = style.get("numFmtId", "0")
        known = BUILTIN_FORMATS.get(int(number), "General") if number.isdecimal() else "General"
        yield FORMAT, self._formats.get(number, known)
        for parts, key, read in (
            (self._fonts, "fontId", _font),
            (self._fills, "fillId", _fill),
            (self._borders, "borderId", _border),
        ):
            number = style.get(key, "0")
            if number.isdecimal() and int(number) < len(parts):
                yield from read(parts[int(number)])
        alignment, protection = (style.find(f"{{{MAIN}}}{tag}") for tag in ("alignment", "protection"))
        if alignment is not None:
            yield from _alignment(alignment)
        if protection is not None and protection.get("locked", "1") not in _TRUE:
            yield "typed into", "yes"
        if protection is not None and protection.get("hidden", "0") in _TRUE:
            yield "its formula", "hidden"


def style_sheet(archive: zipfile.ZipFile) -> StyleSheet:
    """Styles of a file; none where they are damaged, which is no reason not to read what is in the cells."""
    links = relations(archive, workbook_part(archive)).values()
    part = next((link.target for link in links if link.kind == "styles"), None)
    try:
        data = b"" if part is None else read_part(archive, part, LARGEST_TREE)
    except (OSError, *DAMAGED):
        data = b""
    return _kept(data) if len(data) < _LARGEST_KEPT else _read(data)


def _read(data: bytes) -> StyleSheet:
    try:
        return StyleSheet(parsed_part(data, "the part of the styles"))
    except DAMAGED:
        return StyleSheet(etree.Element("none"))


# All handouts of a class have the same, and so have most of what comes back.
_kept = lru_cache(maxsize=4)(_read)


def effect_of(rule: etree._Element) -> Looks:
    """What the style of a rule changes."""
    found: Looks = {}
    for element in rule:
        tag = etree.QName(element).localname
        if tag == "font":
            found |= {key: value for key, value in _font(element) if key not in _NOT_OF_RULES}
        elif tag == "fill":
            found |= dict(_fill(element, of_rule=True))
        elif tag == "border":
            found |= dict(_border(element))
        elif tag == "numFmt":
            found[FORMAT] = element.get("formatCode", "")
    return found


def _all(root: etree._Element, path: str) -> list[etree._Element]:
    return root.findall("/".join(f"{{{MAIN}}}{tag}" for tag in path.split("/")))


def _font(font: etree._Element) -> Iterator[tuple[str, str]]:
    for element in font:
        tag, value = etree.QName(element).localname, element.get("val")
        if tag in _FONT_FLAGS and value in _TRUE:
            yield _FONT_FLAGS[tag], "yes"
        elif tag == "u" and value != "none":
            yield "underlined", "yes"
        elif tag == "vertAlign" and value != "baseline":
            yield "raised", str(value)
        elif tag in ("name", "sz") and value is not None:
            yield {"name": "font", "sz": "size"}[tag], value.removesuffix(".0")
            if tag == "name" and _SIGNS.search(value) is not None:
                yield "letters shown", "as signs"
        elif tag == "color" and (colour := _colour(element)) not in ("", _INK):
            yield "letters", colour


def _fill(fill: etree._Element, *, of_rule: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the fill; a rule has its colour as that of the ground, a cell as that of the pattern."""
    if not len(fill):
        return
    if etree.QName(fill[0]).localname != "patternFill":
        yield "fill", "a gradient"
        return
    kind = fill[0].get("patternType", "solid" if of_rule else "none")
    colours = {etree.QName(one).localname: _colour(one) for one in fill[0]}
    front, ground = colours.get("fgColor", ""), colours.get("bgColor", "")
    if kind == "none":
        return
    if kind == "solid":
        colour = (ground or front) if of_rule else front
        if of_rule or colour != _PAPER:  # Gnumeric paints every cell white
            yield "fill", colour
    else:
        yield "fill", f"{kind} {front}".strip()


def _border(border: etree._Element) -> Iterator[tuple[str, str]]:
    for element in border:
        side, kind = etree.QName(element).localname, element.get("style", "none")
        side = {"start": "left", "end": "right"}.get(side, side)
        if side in _SIDES and kind != "none":
            yield f"line {side}", kind


def _alignment(alignment: etree._Element) -> Iterator[tuple[str, str]]:
    horizontal, turned = alignment.get("horizontal", "general"), alignment.get("textRotation", "0")
    if horizontal != "general":
        yield "aligned", horizontal
    if turned != "0":
        yield "turned", turned


def _colour(element: etree._Element) -> str:
    """Six digits, a word for what a theme decides, or nothing for what the program does."""
    rgb = _HEX.fullmatch(element.get("rgb", ""))
    if rgb is not None:
        return rgb[1].upper()
    index, theme = element.get("indexed"), element.get("theme")
    if index is not None and index.isdecimal():
        return _PALETTE[int(index) % 8] if int(index) < 16 else "" if int(index) >= 64 else f"colour {index}"
    if theme is not None:
        tint = element.get("tint", "0")
        return f"theme {theme} {tint}" if tint.strip("0.") else "" if theme == "1" else f"theme {theme}"
    return ""
