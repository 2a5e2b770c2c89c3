"""Which columns of a table a lesson learns from, and which it learns."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlp2xlsx.errors import DataError, LessonError
from mlp2xlsx.lesson.tables.header import counts_lines
from mlp2xlsx.lesson.tables.missing import is_missing, missing_in
from mlp2xlsx.lesson.tables.numbers import instead, is_number_like, truth
from mlp2xlsx.lesson.tables.table import Table
from mlp2xlsx.options.checks import Given
from mlp2xlsx.words import counted, did_you_mean_name, first_few, listed, shown

MOST_NAMES = 8
MOST_WORDS = 10
"""How many different words a feature may have."""

_MOST_LISTED = 6
_SIGNS = {".": "point", ",": "comma"}
_OF_LINES = {
    "id",
    "index",
    "no",
    "no.",
    "nr",
    "nr.",
    "#",
    "row",
    "rownames",
    "序号",
    "编号",
    "番号",
    "번호",
}


@dataclass(frozen=True)
class Chosen:
    """The columns of a table that a lesson uses, counted from 0.

    Attributes
    ----------
    table
        Whose columns.
    features, target
        What is learnt from, and what is learnt.
    left_out
        Columns that nobody has left out but that only number the lines.
    """

    table: Table
    features: tuple[int, ...]
    target: tuple[int, ...]
    left_out: tuple[int, ...] = ()

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
        Names, or None for all that the header names, but the target and what only numbers the lines: unless
        there is nothing else.
    target
        One name or several.

    Raises
    ------
    LessonError
        For a column that is not there, is named twice, or is a feature and a target.
    """
    targets = _numbers(table, target)
    if features is None:
        others = [number for number in range(len(table.names)) if number not in targets]
        named = tuple(n for n in others if table.named[n])
        wanted = tuple(n for n in named if not _is_number_of_lines(table, n)) or named
        if not wanted:
            raise LessonError(f"{target.where}: {table.source} has no other column to learn from")
        return Chosen(table, wanted, targets, tuple(number for number in others if number not in wanted))
    wanted = _numbers(table, features)
    both = next((number for number in wanted if number in targets), None)
    if both is not None:
        raise LessonError(
            f"{features.where}: {shown(table.names[both])} is the target; expected other columns"
        )
    return Chosen(table, wanted, targets)


def _is_number_of_lines(table: Table, number: int) -> bool:
    """Whether a column numbers the lines, and says so by its name."""
    name = table.names[number].casefold()
    says_so = name in _OF_LINES or name.endswith("id")
    return says_so and counts_lines([cell for _, cell in table.column(number)])


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
    known = f"one of {listed([*map(shown, table.names)], MOST_NAMES)}"
    if not table.header:
        known = f"a number from 1 to {len(table.names)}, for it names no columns"
    near = did_you_mean_name(str(value), table.names)
    raise LessonError(f"{given.where}: {table.source} has no column {shown(value)}; expected {known}{near}")


def check_complete(chosen: Chosen, classes: Sequence[str]) -> None:
    """Refuse missing values in the columns that are used, saying how many there are and where the first are.

    Parameters
    ----------
    chosen
        Which columns.
    classes
        The classes that the user names, which are no missing values.

    Raises
    ------
    DataError
        When there are any.
    """
    table = chosen.table
    of_target = {
        number: missing_in((cell for _, cell in table.column(number)), classes) for number in chosen.target
    }
    places, could_be = [], ""
    for line, cells in table.lines:
        for number in (*chosen.features, *chosen.target):
            cell = cells[number]
            if cell in of_target[number] if number in of_target else is_missing(cell):
                written = f": {shown(cell)}" if cell else ""
                places.append(f"line {line} ({shown(table.names[number])}{written})")
                could_be = could_be or (cell if number in of_target else "")
    if places:
        mends = ["fill them in", "leave these lines out", *filter(None, [other_features(chosen)])]
        other = f"; if {shown(could_be)} is a class, give it another name" if could_be else ""
        raise DataError(
            f"{table.source} has {counted(len(places), 'missing value')}: {first_few(places)}; "
            f"{', '.join(mends[:-1])}, or {mends[-1]}{other}"
        )


def other_features(chosen: Chosen) -> str:
    """Say how to learn from the columns of numbers or few words; empty where no feature is one of them."""
    table = chosen.table
    bad = [n for n in chosen.features if not _can_be_learnt_from([cell for _, cell in table.column(n)])]
    good = [n for n in chosen.features if n not in bad]
    if not good or not bad:
        return ""
    if len(good) > _MOST_LISTED:
        return f"say {table.hints.option('features')} without {first_few([*map(shown, chosen.names(bad))])}"
    return f"say {table.hints.say_names('features', list(chosen.names(good)))}"


def are_words(cells: Sequence[str]) -> bool:
    """Whether the cells of a column are words: none of them a number, and not all of them one with a unit."""
    different = set(cells)
    is_none = not any(is_number_like(cell) or truth(cell) is not None for cell in different)
    return is_none and not all(instead(cell, ".") for cell in different)


def _can_be_learnt_from(cells: Sequence[str]) -> bool:
    if any(map(is_missing, cells)):
        return False
    if are_words(cells):
        return 1 < len(set(cells)) <= min(MOST_WORDS, len(cells) - 1)
    return all(is_number_like(cell) or truth(cell) is not None for cell in cells)


def understanding(
    chosen: Chosen, classes: Sequence[str], decimal: str, vocabulary: Sequence[Sequence[str]]
) -> str:
    """Say what was read: samples, features, target, form of the file, what was left out.

    Parameters
    ----------
    chosen
        The columns of the table.
    classes
        Of the target; empty where it is numbers.
    decimal
        The decimal sign.
    vocabulary
        The words of each feature, none for numbers.
    """
    table = chosen.table
    names = chosen.names(chosen.features)
    words = [
        f"{shown(name)} in words ({_shown_names(known)})"
        for name, known in zip(names, vocabulary, strict=True)
        if known
    ]
    parts = [
        counted(len(table.lines), "sample"),
        f"{counted(len(names), 'feature')} ({_shown_names(names)})",
        *words,
        f"target {_shown_names(chosen.names(chosen.target))} "
        + (f"with {len(classes)} classes ({_shown_names(classes)})" if classes else "of numbers"),
        table.form,
        f"decimal {_SIGNS[decimal]}",
        f"names in line {table.first}" if table.first else "no names in it",
    ]
    left_out = [shown(name) for name in chosen.names(chosen.left_out)]
    if table.comments:
        left_out.append(counted(table.comments, "line") + " of comment")
    out = f"; left out: {', '.join(left_out)}" if left_out else ""
    return f"{table.source}: {', '.join(parts)}{out}"


def _shown_names(names: Sequence[str]) -> str:
    return listed([*map(shown, names)], _MOST_LISTED)
