"""One cell that a student was to fill in, and all of them together."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.classroom.marking.moving import Nudge, Recalculate
from mlp2xlsx.lesson.tables.numbers import number_in
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.sheets.step.answer_cells import LARGEST_ANSWER
from mlp2xlsx.xlsx.reading.cells import CellError, CellValue


class Filled(NamedTuple):
    """One cell that a student was to fill in.

    Attributes
    ----------
    number
        What it comes to; NaN when that is no number.
    shown
        What stands there, for a person to read.
    formula, ref
        The formula without its `=`, and the range it fills as an array; empty where there is none.
    computed, rounded, reads_beside
        Whether a formula reads any cell, whether it rounds, and whether it reads a cell that the student has
        added to the handout.
    fault
        Why there is no number, by the key of a text, and what that text names; None where nothing is wrong.
    """

    number: float = math.nan
    shown: str = ""
    formula: str = ""
    ref: str = ""
    computed: bool = False
    rounded: bool = False
    reads_beside: bool = False
    fault: tuple[str, str] | None = None


@dataclass(frozen=True)
class Answers:
    """What a student has filled in.

    Attributes
    ----------
    cells
        The rows of cells of each matrix, by name.
    tampered
        Places of locked cells that are not as they were given out.
    nudged
        Where only formulas count: other inputs, and the numbers of each matrix with them.
    recalculated
        Tells the numbers of each matrix with others in the place of some, by name.
    """

    cells: Mapping[str, list[list[Filled]]]
    tampered: list[str] = field(default_factory=list)
    nudged: list[tuple[Nudge, dict[str, FloatMatrix]]] = field(default_factory=list)
    recalculated: Recalculate = dict

    def numbers(self) -> dict[str, FloatMatrix]:
        """Numbers by matrix; NaN where there is none."""
        return numbers_of_cells(self.cells)

    def rounded(self) -> dict[str, NDArray[np.bool_]]:
        """Which numbers, by matrix, a formula has rounded."""
        return {
            name: np.array([[cell.rounded for cell in row] for row in rows])
            for name, rows in self.cells.items()
        }

    def computed(self) -> dict[str, NDArray[np.bool_]]:
        """Which numbers, by matrix, a formula computes from cells, with all their decimals."""
        return {
            name: np.array([[cell.computed and not cell.rounded for cell in row] for row in rows])
            for name, rows in self.cells.items()
        }


def numbers_of_cells(cells: Mapping[str, list[list[Filled]]]) -> dict[str, FloatMatrix]:
    """Numbers of some cells by matrix; NaN where there is none."""
    return {name: np.array([[cell.number for cell in row] for row in rows]) for name, rows in cells.items()}


def typed_into(value: CellValue) -> Filled:
    """Return what was typed into a cell."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return Filled()
    if isinstance(value, float):
        return with_number(Filled(shown=f"{value:.15g}"), value)
    shown = shortened(str(value).upper() if isinstance(value, bool) else str(value))
    number = number_in(value) if isinstance(value, str) else None
    if number is not None:
        return with_number(Filled(shown=shown), number)
    return Filled(shown=shown, fault=("error" if isinstance(value, CellError) else "text", shown))


def with_number(one: Filled, value: float) -> Filled:
    """Put its number into an answer, as far as the cell accepts it."""
    return (
        one._replace(number=value) if abs(value) <= LARGEST_ANSWER else one._replace(fault=("error", "#NUM!"))
    )
