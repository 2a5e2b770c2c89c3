"""Texts as the file format spells them: `_x0041_` is one character, so a text that reads so is escaped.

Excel takes every `_xHHHH_` in a text for the character with that number, and writes an underscore that
would begin one as `_x005F_` (ECMA-376 part 1, 22.9.2.19).
"""

import re

_BEGINS = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# What XML cannot hold, and the carriage return, which it turns into a line feed.
_UNWRITABLE = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
# Not every `_xHHHH_`: some programs write it as it is, and mean it. Nor what XML cannot hold, which could not
# be written to another file.
_ESCAPED = re.compile(r"_x(005[Ff](?=_x[0-9A-Fa-f]{4}_)|0009|000[AaDd])_")
_LITERAL = re.compile(r'"(?:[^"]|"")*"')


def encoded(text: str) -> str:
    """A text as it stands in the file, apart from what any XML needs."""
    if "_x" in text:
        text = _BEGINS.sub("_x005F_", text)
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def decoded(text: str) -> str:
    """A text of a file as it is meant."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def unambiguous(formula: str) -> str:
    """A formula in whose texts no program finds an escaped character.

    The format wants them escaped in formulas as well, but LibreOffice, Gnumeric and IronCalc show the escape
    there. A text put together from two is the same everywhere.
    """
    return _LITERAL.sub(lambda match: _BEGINS.sub('_"&"', match[0]), formula) if "_x" in formula else formula
