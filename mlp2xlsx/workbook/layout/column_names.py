"""What the columns of the data are called, broken into short lines that fit above them."""

import textwrap
from collections.abc import Sequence

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.layout.canvas import CELL_WIDTH
from mlp2xlsx.xlsx.text_width import beginning, display_width, is_wide

_NARROW, _WIDE = 8, 14  # a line, in letters
_MOST_LINES = 3
_LONGEST = 30


def column_names(lesson: Lesson, name: str) -> Sequence[str]:
    """What the columns of `X`, `X_raw` or `y` are called; none when it is not known.

    The single column of two classes has the name of the one that is 1.
    """
    if name == "X_raw":
        return lesson.features
    if name != "y":
        return lesson.input_names
    if lesson.classes:
        return lesson.classes[-lesson.y.shape[1] :]
    return lesson.target


def n_name_lines(lesson: Lesson) -> int:
    """How many rows the names of the columns take; 0 when there are none."""
    names = [name for matrix in ("X_raw", "X", "y") for name in column_names(lesson, matrix)]
    return max((len(name_lines(name)) for name in names), default=0)


def name_lines(name: str) -> list[str]:
    """Break a name between its words, or within words that are too long; its end may be left out."""
    unit = 2 if any(map(is_wide, name)) else 1
    longest = max(map(len, name.split()), default=0)
    width = min(_WIDE // unit, max(_NARROW // unit, longest))
    lines = textwrap.wrap(name, width)
    if len(lines) > _MOST_LINES:
        last = lines[_MOST_LINES - 1]
        lines[_MOST_LINES - 1 :] = [f"{last[: width - 1]}…"]
    return lines


def name_width(name: str) -> float:
    """How wide a column has to be for its name."""
    longest = max(map(display_width, name_lines(name)), default=0.0)
    return max(CELL_WIDTH, longest + 1.5)


def short_name(name: str, longest: int = _LONGEST) -> str:
    """Cut a name that is too long for its place."""
    return beginning(name, longest)
