"""Numbers as people write them: the one reader of numbers for tables, rosters and answers."""

import re
import unicodedata
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from mlp2xlsx.numerals import number_text

# What stands for a minus, a blank or a mark of thousands elsewhere; full-width forms one by one, for NFKC
# makes a 52 of 5².
_PLAIN = str.maketrans(
    {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | {ord(sign): "-" for sign in "\u2212\ufe63\uff0d\u2010\u2011\u2013"}
    | {ord(sign): " " for sign in "\u00a0\u2007\u2009\u202f\u3000"}
    | {0x2019: "'", 0x066B: ",", 0x066C: "'"}
)


def _in_groups(marks: str) -> str:
    return "|".join(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+" for mark in marks)


_WITH = {
    decimal: re.compile(
        rf"[+-]?(?:(?:{_in_groups(mark)})(?:{sign}\d*)?|(?:\d+(?:{sign}\d*)?|{sign}\d+)(?:[eE][+-]?\d{{1,4}})?)",
        re.ASCII,
    )
    for decimal, sign, mark in ((".", r"\.", ", '"), (",", ",", ". '"))
}
# What most cells are: a table can have millions.
_USUAL = re.compile(r"-?(\d+)(?:\.(\d+))?", re.ASCII)
_GROUP = 3
_AROUND = re.compile(
    r"(?:[^\W\d_]{1,4}\.?|[$€£¥₩₽₹°])?\s*([+-]?\d[\d.,' ]*(?:[eE][+-]?\d+)?)\s*(?:[^\d]{1,8})?", re.ASCII
)


class Numeral(NamedTuple):
    """A number as it is written, with a point or with a comma for the decimal sign, or so that both may be.

    Attributes
    ----------
    point, comma
        What it is worth where the decimal sign is a point, and where it is a comma; None where it is no
        number then.
    percent
        Whether a percent sign follows, which has been taken into account.
    grouped
        Whether the digits before the decimal sign stand in groups beyond doubt.
    """

    point: float | None
    comma: float | None
    percent: bool
    grouped: bool

    @property
    def decimals(self) -> str:
        """The decimal sign that it must have been written with: `"."`, `","`, or empty for either."""
        if self.point is None:
            return ","
        return "." if self.comma is None else ""

    @property
    def is_ambiguous(self) -> bool:
        """Whether the decimal sign makes a difference, as for `1,234`."""
        return None not in (self.point, self.comma) and self.point != self.comma

    def value(self, decimal: str) -> float | None:
        """Return what it is worth with a decimal sign; None where it is no number then."""
        return self.comma if decimal == "," else self.point


def numeral(text: str) -> Numeral | None:
    """Read a number, whatever script its digits are in and whatever stands between groups of them.

    Returns
    -------
    Numeral or None
        None for what is no number: infinity and NaN are none either.
    """
    usual = _USUAL.fullmatch(text)
    if usual:
        value = float(text)
        whole, rest = usual.groups()
        if rest is None:
            return Numeral(value, value, False, False)
        in_groups = len(rest) == _GROUP and len(whole) <= _GROUP and whole[0] != "0"
        return Numeral(value, float(text.replace(".", "")) if in_groups else None, False, False)
    plain = _plain(text)
    percent = plain.endswith("%")
    plain = plain.removesuffix("%").rstrip() if percent else plain
    point, comma = (
        _worth(plain, decimal, percent) if pattern.fullmatch(plain) else None
        for decimal, pattern in _WITH.items()
    )
    grouped = " " in plain or "'" in plain or plain.count(".") + plain.count(",") > 1
    return None if point is None and comma is None else Numeral(point, comma, percent, grouped)


def usual_numbers(cells: Sequence[str]) -> list[float] | None:
    """Read cells that have nothing but digits and a decimal point, quickly; None when any has more."""
    return [float(cell) for cell in cells] if all(map(_USUAL.fullmatch, cells)) else None


def is_number_like(text: str) -> bool:
    """Whether a cell is a number, in whatever notation."""
    return numeral(text) is not None


def number_in(text: str) -> float | None:
    """Read a number by itself: where it could be one of thousands or one with decimals, it is the latter.

    Returns
    -------
    float or None
        None for what is no number, or too large for a cell.
    """
    found = numeral(text)
    if found is None:
        return None
    value = found.point if found.comma is None or (found.is_ambiguous and "." in text) else found.comma
    return value if value is not None and isfinite(value) else None


def truth(text: str) -> bool | None:
    """Read `True` and `False`, as programs write them; None for anything else."""
    return {"true": True, "false": False}.get(text.casefold())


def instead(text: str, decimal: str) -> str:
    """Write what a cell that is no number should be, so that its value stays; empty where nobody knows."""
    said = truth(text)
    if said is not None:
        return "1" if said else "0"
    around = _AROUND.fullmatch(_plain(text))
    found = numeral(text) or (numeral(around[1].strip()) if around else None)
    if found is None or found.is_ambiguous:
        return ""
    value = found.point if found.comma is None else found.comma
    return "" if value is None else written(value, decimal)


def written(value: float, decimal: str) -> str:
    """Write a number with a decimal sign, in as many digits as it has."""
    return number_text(value).replace(".", decimal)


def _plain(text: str) -> str:
    """Write digits, signs and blanks of all scripts as those of ASCII."""
    text = text.translate(_PLAIN).strip()
    return text if text.isascii() else "".join(str(unicodedata.decimal(one, one)) for one in text)


def _worth(plain: str, decimal: str, percent: bool) -> float:
    bare = plain.replace(" ", "").replace("'", "")
    bare = bare.replace(".", "").replace(",", ".") if decimal == "," else bare.replace(",", "")
    if not percent:
        return float(bare)
    mantissa, _, exponent = bare.lower().partition("e")
    return float(f"{mantissa}e{int(exponent or 0) - 2}")
