"""What a number format shows: formats are compared by that, and not by how they are written."""

import re
from dataclasses import dataclass
from functools import lru_cache

from mlp2xlsx.words import shortened

_VALUES = (-1234.5678, -2.0, -0.55, -1e-5, 0.0, 1e-13, 0.04, 0.5, 1.0, 7.0, 99.995, 1234.5678, 2.5e12)
_TEXT = "Abc"
_LONGEST = 1_000  # Excel takes 255 characters
_TOKEN = re.compile(
    r"""(?P<words>"[^"]*")|\\(?P<one>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]"""
    r"""|(?P<general>General)|(?P<power>[Ee][+-])|(?P<date>[ymdhsYMDHS]+|AM/PM)|(?P<digit>[0#?.,%])"""
    r"""|(?P<text>@)|(?P<other>.)""",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d+(?:\.\d*)?(?:[Ee][+-]?\d+)?)")
_COLOUR = re.compile(r"black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+", re.IGNORECASE)


@dataclass
class _Section:
    """One of the up to four parts of a format."""

    before: str = ""
    digits: str = ""
    after: str = ""
    colour: str = ""
    condition: tuple[str, float] | None = None
    general: bool = False
    text: bool = False
    odd: bool = False  # dates, fractions, words among the digits

    def say(self, words: str) -> None:
        if self.digits or self.general or self.text:
            self.after += words
        else:
            self.before += words


def shown_by(code: str, text: str | None = None) -> tuple[str, ...]:
    """What a format makes of some numbers and a text, or of one text alone.

    Parameters
    ----------
    code
        The format, as in `0.000;-0.000;"none"`.
    text
        The text that it is to show; without it, the usual numbers and a text.
    """
    return _shown_by(code, text)


@lru_cache(maxsize=4096)
def _shown_by(code: str, text: str | None) -> tuple[str, ...]:
    if len(code) > _LONGEST:
        return (shortened(code, _LONGEST),)
    sections = _sections(code)
    if text is not None:
        return (_text(sections, text),)
    if any(section.odd for section in sections):
        return (code,)
    limits = [one.condition[1] for one in sections if one.condition is not None]
    near = [value for limit in limits for value in (limit - abs(limit) / 8, limit, limit + abs(limit) / 8)]
    return (*(_number(sections, value) for value in (*_VALUES, *near)), _text(sections, _TEXT))


def _sections(code: str) -> list[_Section]:
    """Take a format apart."""
    found = [_Section()]
    for match in _TOKEN.finditer(code):
        section, kind, what = found[-1], match.lastgroup, match[0]
        if what == ";":
            found.append(_Section())
        elif kind == "bracket":
            _bracket(section, match["bracket"])
        elif kind in ("words", "one", "other"):
            section.odd |= what == "/"
            section.say(match["words"][1:-1] if kind == "words" else match[kind])
        elif kind == "space":
            section.say(" ")
        elif kind == "general":
            section.general = True
        elif kind == "text":
            section.text = True
        elif kind == "date":
            section.odd = True
        elif kind in ("digit", "power"):
            section.odd |= bool(section.after.strip("%"))
            if what == "%":
                section.say("%")
            section.digits += what
    return found[:4]


def _bracket(section: _Section, inside: str) -> None:
    condition = _CONDITION.fullmatch(inside.replace(" ", ""))
    if condition is not None:
        section.condition = condition[1], float(condition[2])
    elif _COLOUR.fullmatch(inside):
        section.colour = f"[{inside.lower()}]"
    elif inside.startswith("$"):
        section.say(inside[1:].partition("-")[0])
    else:
        section.odd = True


def _text(sections: list[_Section], text: str) -> str:
    last = sections[-1]
    if len(sections) == 4 or last.text:
        return f"{last.colour}{last.before}{text if last.text else ''}{last.after}"
    return text


def _number(sections: list[_Section], value: float) -> str:
    of_numbers = sections[:3] if len(sections) < 4 and not sections[-1].text else sections[:-1]
    if not of_numbers:
        return _general(value)
    section, by_sign = _chosen(of_numbers, value)
    sign = "-" if value < 0 and not by_sign else ""
    if section.text or section.general:
        return f"{section.colour}{sign}{section.before}{_general(abs(value))}{section.after}"
    digits = _digits(section.digits, abs(value)) if section.digits.strip("%") else ""
    return f"{section.colour}{sign}{section.before}{digits}{section.after}"


def _chosen(sections: list[_Section], value: float) -> tuple[_Section, bool]:
    """The part that shows a number, and whether it shows the sign by itself."""
    if any(section.condition is not None for section in sections):
        for section in sections:
            if section.condition is None or _holds(section.condition, value):
                return section, False
        return _Section(before="####"), True
    if value < 0 and len(sections) > 1:
        return sections[1], True
    if value == 0 and len(sections) > 2:
        return sections[2], True
    return sections[0], False


def _holds(condition: tuple[str, float], value: float) -> bool:
    sign, limit = condition
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "<>": value != limit,
    }[sign]


def _general(value: float) -> str:
    return f"{value:.10g}"


def _digits(form: str, value: float) -> str:
    value *= 100.0 ** form.count("%")
    form = form.replace("%", "")
    mantissa, power = form, ""
    for mark in ("E", "e"):
        if mark in form:
            mantissa, _, power = form.partition(mark)
    whole, _, decimals = mantissa.partition(".")
    thousands = "," in whole.rstrip(",")
    value /= 1000.0 ** (len(whole) - len(whole.rstrip(",")))
    places = sum(sign in "0#?" for sign in decimals)
    if power:
        text, _, exponent = f"{value:.{places}e}".partition("e")
        size = sum(sign in "0#?" for sign in power)
        sign = exponent[0] if "+" in power or exponent[0] == "-" else ""
        return f"{text}E{sign}{exponent[1:].lstrip('0').zfill(size)}"
    text = f"{value:{',' if thousands else ''}.{places}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    before, dot, behind = text.partition(".")
    while optional and behind.endswith("0"):
        behind, optional = behind[:-1], optional - 1
    before = before.zfill(whole.count("0")) if before != "0" or "0" in whole else ""
    return f"{before}{'.' if dot or '.' in mantissa else ''}{behind}"
