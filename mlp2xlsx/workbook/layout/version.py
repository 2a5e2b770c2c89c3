"""The version of the layout: which matrices stand where, and in what form their formulas are.

A workbook names it by a defined name, `layout_6`. The number is in the name and not in what it stands for,
because some programs keep only names of ranges.
"""

import re
from collections.abc import Iterable

from mlp2xlsx.xlsx.address import Box

FIRST_LAYOUT = 1
"""The one that workbooks of before have, which name none."""

LAYOUT = 6
"""The one that workbooks are made in. It changes with every place, name or form of a formula."""

_NAME = re.compile(r"layout_([1-9][0-9]{0,5})", re.IGNORECASE)
# Of these every workbook of the first layout has one: what has neither has lost the name of its layout.
_OF_THE_FIRST = {"ones", "handout"}


def layout_name(version: int = LAYOUT) -> str:
    """Defined name that says in which layout a workbook was made."""
    return f"layout_{version}"


def named_layout(title: str) -> tuple[str, tuple[str, Box]]:
    """The name of the present layout, and a place on the sheet of a title: one that every workbook has."""
    return layout_name(), (title, Box(1, 1, 1, 1))


def layout_of(names: Iterable[str]) -> int:
    """Tell in which layout a workbook was made.

    Parameters
    ----------
    names
        Its defined names.
    """
    known = {name.casefold() for name in names}
    found = [int(match[1]) for match in map(_NAME.fullmatch, known) if match is not None]
    return max(found, default=FIRST_LAYOUT if known & _OF_THE_FIRST else LAYOUT)


def made_by(version: int) -> str:
    """Say that another layout than the present one made something."""
    return f"made by version {version} of the layout, this is {LAYOUT}"
