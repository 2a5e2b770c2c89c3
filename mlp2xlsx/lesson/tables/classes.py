"""A target of classes: which there are, and the classes of the samples as numbers."""

from collections.abc import Iterator, Sequence

import numpy as np

from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.checks import read_only
from mlp2xlsx.lesson.tables.columns import MOST_NAMES, Chosen
from mlp2xlsx.lesson.tables.delimited import looks_like_a_number
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import shown

MOST_CLASSES = 100


def class_names(chosen: Chosen, given: Sequence[str]) -> tuple[str, ...]:
    """Find the classes of a target: those given, or all that occur, in alphabetical order.

    Classes that are numbers come by their size.

    Raises
    ------
    DataError
        When there is one class only, or so many that they are hardly classes.
    """
    if given:
        return tuple(given)
    table, [column] = chosen.table, chosen.target
    found = {cell for _, cell in table.column(column)}
    where = f"{table.source}: the target {shown(table.names[column])}"
    if len(found) == 1:
        raise DataError(f"{where} is {shown(found.pop())} in every line; expected two classes or more")
    if len(found) > MOST_CLASSES:
        raise DataError(f"{where} has {len(found)} different values; expected at most {MOST_CLASSES} classes")
    if all(looks_like_a_number(cell) for cell in found):
        return tuple(sorted(found, key=lambda cell: (float(cell.replace(",", ".")), cell)))
    return tuple(sorted(found))


def has_classes(chosen: Chosen) -> bool:
    """Whether the target is one column without any number."""
    if len(chosen.target) > 1:
        return False
    return not any(looks_like_a_number(cell) for _, cell in chosen.table.column(chosen.target[0]))


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
    if single:
        return read_only(np.array([places], dtype=np.float64).T.copy())
    return read_only(np.eye(len(classes))[places])


def _class_numbers(chosen: Chosen, classes: Sequence[str]) -> Iterator[int]:
    table, [column] = chosen.table, chosen.target
    position = {name: number for number, name in enumerate(classes)}
    for line, cell in table.column(column):
        if cell not in position:
            raise DataError(
                f"{table.source} line {line}: {shown(cell)} in column {shown(table.names[column])} is none "
                f"of the classes {', '.join(map(shown, classes[:MOST_NAMES]))}"
            )
        yield position[cell]
