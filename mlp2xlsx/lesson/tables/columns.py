"""From the columns of a table to matrices: which ones, and what their cells are worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite

import numpy as np

from mlp2xlsx.errors import DataError, LessonError
from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.lesson.tables.delimited import looks_like_a_number
from mlp2xlsx.lesson.tables.table import Table
from mlp2xlsx.options.checks import Given
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, did_you_mean_name, first_few, shown

MOST_NAMES = 8


@dataclass(frozen=True)
class Chosen:
    """The columns of a table that a lesson uses, counted from 0."""

    table: Table
    features: tuple[int, ...]
    target: tuple[int, ...]

    def names(self, columns: Sequence[int]) -> tuple[str, ...]:
        """Names of some columns."""
        return tuple(self.table.names[number] for number in columns)


def choose_columns(table: Table, features: Given | None, target: Given) -> Chosen:
    """Find the columns that a lesson names.

    Parameters
    ----------
    table
        Where.
    features
        Names, or None for all columns that the header names, but the target.
    target
        One name or several.

    Raises
    ------
    LessonError
        For a column that is not there, is named twice, or is a feature and a target.
    """
    targets = _numbers(table, target)
    if features is None:
        wanted = tuple(number for number, named in enumerate(table.named) if named and number not in targets)
        if not wanted:
            raise LessonError(f"{target.where}: {table.source} has no other column to learn from")
        return Chosen(table, wanted, targets)
    wanted = _numbers(table, features)
    both = next((number for number in wanted if number in targets), None)
    if both is not None:
        raise LessonError(
            f"{features.where}: {shown(table.names[both])} is the target; expected other columns"
        )
    return Chosen(table, wanted, targets)


def _numbers(table: Table, given: Given) -> tuple[int, ...]:
    """Find columns by their names, or by their numbers where the file has no names."""
    value = given.value
    wanted = value if isinstance(value, list) else [value]
    if not wanted:
        raise LessonError(f"{given.where} is empty; expected the names of columns")
    found = tuple(_number(table, Given(given.where, one)) for one in wanted)
    twice = next((number for position, number in enumerate(found) if number in found[:position]), None)
    if twice is not None:
        raise LessonError(f"{given.where}: {shown(table.names[twice])} is there twice; expected it once")
    return found


def _number(table: Table, given: Given) -> int:
    value = given.value
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise given.wrong_kind("the name of a column, or a list of names")
    if value in table.names:
        return table.names.index(value)
    if not table.header and str(value).isdecimal() and 1 <= int(value) <= len(table.names):
        return int(value) - 1
    names = [shown(name) for name in islice(table.names, MOST_NAMES)]
    more = ["…"] if len(table.names) > MOST_NAMES else []
    known = f"one of {', '.join([*names, *more])}"
    if not table.header:
        known = f"a number from 1 to {len(table.names)}, for it names no columns"
    near = did_you_mean_name(str(value), table.names)
    raise LessonError(f"{given.where}: {table.source} has no column {shown(value)}; expected {known}{near}")


def check_complete(chosen: Chosen) -> None:
    """Refuse empty cells in the columns that are used, saying how many there are and where the first are.

    Raises
    ------
    DataError
        When there are any.
    """
    table, columns = chosen.table, (*chosen.features, *chosen.target)
    places = [
        f"line {line} ({shown(table.names[number])})"
        for line, cells in table.lines
        for number in columns
        if not cells[number]
    ]
    if places:
        raise DataError(
            f"{table.source} has {counted(len(places), 'missing value')}: {first_few(places)}; "
            "fill them in, or leave these lines out"
        )


def numbers(chosen: Chosen, columns: Sequence[int]) -> FloatMatrix:
    """Read some columns as numbers, shape (n_samples, len(columns)); read-only.

    Raises
    ------
    DataError
        For the first cell that is not a finite number.
    """
    comma = _has_decimal_commas(chosen)
    values = [[_value(chosen.table, n, line, cell, comma=comma) for line, cell in chosen.table.column(n)]
              for n in columns]  # fmt: skip
    return read_only(np.ascontiguousarray(np.array(values, dtype=np.float64).T))


def _value(table: Table, number: int, line: int, cell: str, *, comma: bool) -> float:
    text = cell.replace(",", ".") if comma else cell
    value = float(text) if looks_like_a_number(text) and "," not in text else None
    if value is None or not isfinite(value):
        what = "not a number" if value is None else "too large a number"
        raise DataError(
            f"{table.source} line {line}: {shown(cell)} in column {shown(table.names[number])} is {what}"
            f"{_advice(table, number, cell)}"
        )
    return value


def _advice(table: Table, number: int, cell: str) -> str:
    """Say what to do about a comma in a number, and how many other cells of the column are no numbers."""
    if looks_like_a_number(cell.replace(",", "")):
        return "; write it with a point, or without the comma" if "," in cell else ""
    others = sum(not looks_like_a_number(other) for _, other in table.column(number)) - 1
    if others == len(table.lines) - 1:
        return ", nor is any other in that column; choose other columns"
    if others > 1:
        return f", nor are {others} others in that column"
    return ", nor is another one in that column" if others else ""


def _has_decimal_commas(chosen: Chosen) -> bool:
    """Whether numbers are written with a comma: then all are, and none could be one of thousands."""
    table = chosen.table
    if table.delimiter == ",":
        return False
    cells = [
        (line, number, cell)
        for number in (*chosen.features, *chosen.target)
        for line, cell in table.column(number)
        if looks_like_a_number(cell)
    ]
    commas = [place for place in cells if "," in place[2]]
    if not commas or any("." in cell for _, _, cell in cells):
        return False
    if all(_could_be_thousands(cell) for _, _, cell in commas):
        line, number, cell = commas[0]
        raise DataError(
            f"{table.source} line {line}: {shown(cell)} in column {shown(table.names[number])} could be "
            f"{cell.replace(',', '.')} or {cell.replace(',', '')}; write it with a point or without the comma"
        )
    return True


def _could_be_thousands(cell: str) -> bool:
    whole, _, rest = cell.lstrip("+-").partition(",")
    return 1 <= len(whole) <= 3 and not whole.startswith("0") and len(rest) == 3 and rest.isdecimal()
