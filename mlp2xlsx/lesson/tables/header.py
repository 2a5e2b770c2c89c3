"""Whether the first line of a table holds the names of the columns: told by what stands below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.tables.files.delimited import Line
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.missing import is_missing
from mlp2xlsx.lesson.tables.numbers import is_number_like
from mlp2xlsx.words import counted, shown

# Where all names are numbers that count on from 0, as pandas writes those of an array; fewer may be a sample.
_FEWEST_COUNTED = 3
_COUNT = re.compile(r"\d{1,9}", re.ASCII)
_LOOKED_AT = 1_000  # lines that tell what a column holds


@dataclass(frozen=True)
class _Column:
    """The first cell of a column, and what stands below it."""

    first: str
    below: list[str]

    @cached_property
    def holds_numbers(self) -> bool:
        """Whether most of what stands below are numbers."""
        known = [cell for cell in self.below[:_LOOKED_AT] if not is_missing(cell)]
        return bool(known) and 2 * sum(map(is_number_like, known)) > len(known)

    @property
    def is_name(self) -> bool:
        """Whether the first cell cannot be a value: a text above numbers, nothing above numbers of lines."""
        if not self.first:
            return counts_lines(self.below)
        return self.holds_numbers and not is_number_like(self.first) and not is_missing(self.first)

    @property
    def is_value(self) -> bool:
        """Whether the first cell looks like a value: a number or `NA` above numbers, a text that recurs."""
        if is_number_like(self.first) or (self.first and is_missing(self.first)):
            return self.holds_numbers
        return bool(self.first) and self.first in self.below

    @property
    def is_new(self) -> bool:
        """Whether the first cell is a text above texts that come again and again, but without it."""
        return bool(self.first) and self.first not in self.below and len({*self.below}) < len(self.below)


def counts_lines(cells: Sequence[str]) -> bool:
    """Whether cells are the numbers of their lines, from 0 or from 1 on."""
    return len(cells) > 1 and any(
        all(cell in (str(n), f"{n}.0") for n, cell in enumerate(cells, start=start)) for start in (0, 1)
    )


def has_header(lines: Sequence[Line], source: str, hints: Hints) -> bool:
    """Tell whether the first line holds the names of the columns.

    Parameters
    ----------
    lines
        All lines, of equal length.
    source
        What messages call the file.
    hints
        What the user says of it.

    Raises
    ------
    DataError
        When it cannot be told, or when the line holds something else than names or a sample.
    """
    if hints.header is not None:
        return hints.header
    (line, first), *others = lines
    # Where two files were joined, a header comes again.
    below = [cells for _, cells in others if cells != first]
    columns = [_Column(cell, [cells[n] for cells in below]) for n, cell in enumerate(first)]
    names = [column.first for column in columns if column.is_name]
    values = [column.first for column in columns if column.is_value]
    counting = _counting(columns)
    if names and (not values or counting is not None):
        return True
    if not others:
        return not all(is_number_like(cell) or is_missing(cell) for cell in first)
    if not names:
        texts = [column for column in columns if not is_number_like(column.first) and column.first]
        if not values and not any(column.holds_numbers for column in columns):
            return bool(texts)
        if all(column.is_value for column in texts) and (texts or counting is None):
            return False
        if counting is not None and _is_told_by(columns, counting):
            return counting == 0
    what = f"{shown(values[0] if values else '')} a value"
    if names:
        what += f", {shown(names[0])} a name"
    raise DataError(
        f"{source} line {line} could be the names of the columns or the first sample ({what}); "
        f"say {hints.say('header', 'yes')} or {hints.say('header', 'no')}"
    )


def _counting(columns: Sequence[_Column]) -> int | None:
    """Return the number from which the numbers of the first line count on; None where they do not."""
    firsts = [column.first for column in columns if is_number_like(column.first)]
    if not firsts or not all(map(_COUNT.fullmatch, firsts)):
        return None
    start = int(firsts[0])
    counts = [int(cell) for cell in firsts] == list(range(start, start + len(firsts)))
    return start if counts and (len(firsts) > 1 or start <= 1) else None


def _is_told_by(columns: Sequence[_Column], start: int) -> bool:
    """Whether numbers that count on are surely names, or, as those of other lines do, surely a sample."""
    rows = zip(*(column.below for column in columns if is_number_like(column.first)), strict=True)
    if any(_counting([_Column(cell, []) for cell in row]) is not None for row in rows):
        return start != 0
    others = [column for column in columns if not is_number_like(column.first)]
    enough = len(columns) - len(others) >= _FEWEST_COUNTED
    return start == 0 and enough and all(column.is_new or not column.first for column in others)


def check_counts(lines: Sequence[Line], source: str, hints: Hints) -> None:
    """Refuse a first line of counts, as scikit-learn's tables have it: samples, features, classes.

    Raises
    ------
    DataError
        When there is such a line, and the user does not say that it is names or a sample.
    """
    (line, first), *others = lines
    if hints.header is not None or not others or not all(map(_COUNT.fullmatch, first[:2])):
        return
    width = len(others[0][1])
    counts, names = [int(cell) for cell in first[:2]], [cell for cell in first[2:] if cell]
    if counts == [len(others), width - 1] and names and not any(map(is_number_like, names)):
        found = f"{counted(counts[0], 'sample')} and {counted(counts[1], 'feature')}"
        raise DataError(
            f"{source} line {line} counts {found}, and names no columns; put {width} names in its place, "
            f"or delete it and say {hints.say('header', 'no')}"
        )
