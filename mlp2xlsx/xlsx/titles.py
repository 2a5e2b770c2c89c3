"""Titles of sheets: what a spreadsheet takes for one, and formulas that follow when one is changed."""

import re
from collections.abc import Mapping

from mlp2xlsx.xlsx.address import quoted
from mlp2xlsx.xlsx.limits import LONGEST_TITLE

# What Excel forbids; and what would be read as something else: braces stand for numbers in rows that repeat,
# a quotation mark ends a text, Gnumeric 1.12 knows no apostrophe within a title, and IronCalc 0.9 no `!`.
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]|[{}\"'!]")
_RESERVED = {"history"}  # Excel has a sheet of its own of that name
_REFERENCE = re.compile(r"\"[^\"]*\"|'((?:[^']|'')+)'!|([\w.]+)!")


def title_fault(title: str) -> str | None:
    """Say why a title cannot be that of a sheet; None where it can."""
    length = len(title.encode("utf-16-le")) // 2  # as Excel counts
    if not 1 <= length <= LONGEST_TITLE:
        return f"has {length} characters, the title of a sheet has 1 to {LONGEST_TITLE}"
    found = _FORBIDDEN.search(title)
    if found is not None:
        return f"holds {found[0]!r}, which the title of a sheet must not"
    if title.casefold() in _RESERVED:
        return "is a name that spreadsheets keep for themselves"
    return None


def retitled(formula: str, titles: Mapping[str, str]) -> str:
    """Write a formula as programs do when sheets that it refers to are given other titles.

    Parameters
    ----------
    formula
        Its text.
    titles
        The new titles by the old ones.
    """

    def other(match: re.Match[str]) -> str:
        quoted_title, plain = match.groups()
        title = plain if quoted_title is None else quoted_title.replace("''", "'")
        return f"{quoted(titles[title])}!" if title in titles else match[0]

    return _REFERENCE.sub(other, formula)
