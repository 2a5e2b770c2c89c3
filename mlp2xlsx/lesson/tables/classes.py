"""A target of classes: which there are, and the classes of the samples as numbers."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from mlp2xlsx.errors import DataError, refuse
from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.lesson.tables.columns import MOST_NAMES, Chosen
from mlp2xlsx.lesson.tables.numbers import is_number_like, number_in, numeral, written
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import shown

MOST_CLASSES = 100


def class_names(chosen: Chosen, given: Sequence[str]) -> tuple[str, ...]:
    """Find the classes of a target: those given, or all that occur, in alphabetical order.

    Classes that are numbers come by their size, and 1 and 1.0 are one class.

    Raises
    ------
    DataError
        When there is one class only, or so many that they are hardly classes, or two that differ only in
        case, width or blanks.
    """
    if given:
        return tuple(given)
    table, [column] = chosen.table, chosen.target
    by_cell = _by_cell(chosen)
    found = dict.fromkeys(by_cell[cell] for _, cell in table.column(column))
    where = f"{table.source}: the target {shown(table.names[column])}"
    faults = {
        f"is {shown(next(iter(found)))} in every line; expected two classes or more": len(found) == 1,
        f"has {len(found)} different values; expected at most {MOST_CLASSES} classes": (
            len(found) > MOST_CLASSES
        ),
    }
    refuse(lambda fault: DataError(f"{where} {fault}"), faults)
    _check_alike(chosen, found)
    if all(map(is_number_like, found)):
        return tuple(sorted(found, key=lambda cell: number_in(cell) or 0.0))
    return tuple(sorted(found))


def _by_cell(chosen: Chosen) -> Mapping[str, str]:
    """Name of the class for each cell of the target: itself, or the number that it is."""
    cells = dict.fromkeys(cell for _, cell in chosen.table.column(chosen.target[0]))
    worth = {cell: numeral(cell) for cell in cells}
    if any(one is None or one.is_ambiguous for one in worth.values()):
        return {cell: cell for cell in cells}
    return {cell: written(number_in(cell) or 0.0, ".") for cell in cells}


def _check_alike(chosen: Chosen, found: Mapping[str, None]) -> None:
    """Point at two classes that are one to the eye."""
    twice = alike(found)
    if twice is not None:
        other, name = twice
        table, [column] = chosen.table, chosen.target
        line = {cell: line for line, cell in reversed([*table.column(column)])}
        raise DataError(
            f"{table.source} line {line[name]}: the class {shown(name)} is {shown(other)} in line "
            f"{line[other]}; write both alike, or give one another name"
        )


def alike(names: Iterable[str]) -> tuple[str, str] | None:
    """Find two names that differ only in case, width or blanks; None where there are no such two."""
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(" ".join(unicodedata.normalize("NFKC", name).casefold().split()), name)
        if other is not name:
            return other, name
    return None


def has_classes(chosen: Chosen) -> bool:
    """Whether the target is one column without any number."""
    cells = (cell for column in chosen.target for _, cell in chosen.table.column(column))
    return len(chosen.target) == 1 and not any(map(is_number_like, cells))


def encode_classes(chosen: Chosen, classes: Sequence[str], *, single: bool) -> FloatMatrix:
    """Encode the classes of the samples as numbers; read-only.

    Parameters
    ----------
    chosen
        Whose target.
    classes
        All classes.
    single
        Whether the second of two classes is 1 and the first 0 in one column; else each class has a
        column of its own, with 1 for its samples and 0 for the others.

    Raises
    ------
    DataError
        For a sample that belongs to none of the classes.
    """
    places = list(_class_numbers(chosen, classes))
    return read_only(np.array(places, np.float64)[:, None] if single else np.eye(len(classes))[places])


def _class_numbers(chosen: Chosen, classes: Sequence[str]) -> Iterator[int]:
    table, [column] = chosen.table, chosen.target
    position = {name: number for number, name in enumerate(classes)}
    by_cell = _by_cell(chosen)
    for line, cell in table.column(column):
        cell = cell if cell in position else by_cell[cell]
        if cell not in position:
            raise DataError(
                f"{table.source} line {line}: {shown(cell)} in column {shown(table.names[column])} is none "
                f"of the classes {', '.join(map(shown, classes[:MOST_NAMES]))}"
            )
        yield position[cell]
