"""From the cells of columns to numbers: in one notation for the whole table, and nothing guessed."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np

from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.lesson.tables.columns import Chosen, other_features
from mlp2xlsx.lesson.tables.numbers import (
    Numeral,
    instead,
    is_number_like,
    numeral,
    truth,
    usual_numbers,
    written,
)
from mlp2xlsx.lesson.tables.table import Table
from mlp2xlsx.lesson.tables.vocabulary import Vocabulary, each_column, encode_words
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import counted, shown

POINT, COMMA = ".", ","
_NAMES = {POINT: "a point", COMMA: "a comma"}


class _Place(NamedTuple):
    """A number where it stands."""

    line: int
    column: int
    cell: str
    found: Numeral


def numbers(chosen: Chosen, columns: Sequence[int], decimal: str, vocabulary: Vocabulary = ()) -> FloatMatrix:
    """Read some columns as numbers, shape (n_samples, len(columns)); read-only.

    Parameters
    ----------
    chosen
        Whose columns, for advice.
    columns
        Which ones.
    decimal
        The decimal sign, from `decimal_sign`.
    vocabulary
        The words of each column, which become their numbers; empty where no column has any.

    Raises
    ------
    DataError
        For the first cell that is no finite number, a percentage among other numbers, or none of the words.
    """
    values = [
        encode_words(chosen, number, words) if words else _column(chosen, number, decimal)
        for number, words in zip(columns, each_column(vocabulary, len(columns)), strict=True)
    ]
    return read_only(np.ascontiguousarray(np.array(values, dtype=np.float64).T))


def decimal_sign(chosen: Chosen, columns: Sequence[int]) -> str:
    """Tell the decimal sign of the numbers in some columns: `"."` or `","`.

    Raises
    ------
    DataError
        When some have a point and others a comma, or when a number could be one of thousands.
    """
    table = chosen.table
    if table.hints.decimal:
        return table.hints.decimal
    found = [
        _Place(line, number, cell, one)
        for number in columns
        for line, cell in table.column(number)
        if not cell.isdecimal() and (one := numeral(cell)) is not None
    ]
    having = {sign: [one for one in found if one.found.decimals == sign] for sign in (POINT, COMMA)}
    if having[POINT] and having[COMMA]:
        raise _mixed(table, having[POINT], having[COMMA])
    unclear = [one for one in found if one.found.is_ambiguous]
    for sign, other in ((POINT, COMMA), (COMMA, POINT)):
        if having[sign]:
            in_groups = any(one.found.grouped and other in one.cell for one in having[sign])
            if not in_groups:
                _check_no_groups(table, having[sign][0], [one for one in unclear if other in one.cell])
            return sign
    if unclear and (table.delimiter not in ("", ",") or any(COMMA in one.cell for one in unclear)):
        odd = unclear[0]
        raise DataError(
            f"{table.place(odd.line, odd.column)} has {shown(odd.cell)}, which could be "
            f"{_either(odd, POINT)}; say {table.hints.say('decimal', POINT)} or "
            f"{table.hints.say('decimal', COMMA)}"
        )
    return POINT


def _mixed(table: Table, points: Sequence[_Place], commas: Sequence[_Place]) -> DataError:
    many, few = sorted((points, commas), key=lambda places: (-len(places), places[0].line))
    odd, usual = few[0], many[0]
    value = odd.found.value(odd.found.decimals)
    mend = "" if value is None else f"; write it as {written(value, usual.found.decimals)}"
    others = f", and {counted(len(few) - 1, 'other')} likewise" if len(few) > 1 else ""
    return DataError(
        f"{table.place(odd.line, odd.column)} has {shown(odd.cell)} with {_NAMES[odd.found.decimals]}, "
        f"line {usual.line} {shown(usual.cell)} with {_NAMES[usual.found.decimals]}{mend}{others}"
    )


def _check_no_groups(table: Table, usual: _Place, unclear: Sequence[_Place]) -> None:
    """Refuse a number with the other sign alone, which could part thousands."""
    for odd in unclear:
        raise DataError(
            f"{table.place(odd.line, odd.column)} has {shown(odd.cell)}, line {usual.line} "
            f"{shown(usual.cell)}; write it as {_either(odd, usual.found.decimals)}, whichever it is"
        )


def _either(odd: _Place, decimal: str) -> str:
    values = sorted(value for value in (odd.found.point, odd.found.comma) if value is not None)
    return " or ".join(written(value, decimal) for value in values)


def _column(chosen: Chosen, number: int, decimal: str) -> list[float]:
    cells = [cell for _, cell in chosen.table.column(number)]
    usual = usual_numbers(cells) if decimal == POINT else None
    if usual is not None and all(map(isfinite, usual)):
        return usual
    truths = [truth(cell) for cell in cells]
    if None not in truths:
        return [float(said or 0) for said in truths]
    found = [numeral(cell) for cell in cells]
    values = [None if one is None else one.value(decimal) for one in found]
    for row, value in enumerate(values):
        if value is None or not isfinite(value):
            raise _no_number(chosen, number, row, value, decimal)
    _check_percents(chosen.table, number, [one for one in found if one is not None], decimal)
    return [value for value in values if value is not None]


def _check_percents(table: Table, number: int, found: Sequence[Numeral], decimal: str) -> None:
    """Refuse percentages beside other numbers: 0.5 among them could be half a percent."""
    odd = [row for row, one in enumerate(found) if one.percent]
    if 0 < len(odd) < len(found):
        line, cells = table.lines[odd[0]]
        raise DataError(
            f"{table.place(line, number)} has {shown(cells[number])} among numbers that are no percentages; "
            f"write it as {written(found[odd[0]].value(decimal) or 0.0, decimal)}, or all as percentages"
        )


def _no_number(chosen: Chosen, number: int, row: int, value: float | None, decimal: str) -> DataError:
    table = chosen.table
    line, cells = table.lines[row]
    what = "not a number" if value is None else "too large a number"
    return DataError(
        f"{table.source} line {line}: {shown(cells[number])} in column {shown(table.names[number])} is {what}"
        f"{_advice(chosen, number, cells[number], decimal) if value is None else ''}"
    )


def _advice(chosen: Chosen, number: int, cell: str, decimal: str) -> str:
    """Say what to write instead, or which columns to learn from, or how many cells are as odd."""
    better = instead(cell, decimal)
    if better:
        return f"; write {better} instead"
    table = chosen.table
    others = sum(not is_number_like(other) for _, other in table.column(number)) - 1
    if others == len(table.lines) - 1 and number in chosen.features:
        return (
            f", nor is any other in that column; {other_features(chosen) or 'write numbers in their place'}"
        )
    if others:
        how_many = "is another one" if others == 1 else f"are {others} others"
        return f", nor {how_many} in that column; correct them"
    return "; correct it, or leave the line out"
