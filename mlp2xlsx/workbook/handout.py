"""What a workbook leaves to be filled in, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mlp2xlsx.choices import HINTS
from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.mathematics.readings import Extent, readings
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.xlsx.address import Box


class Answered(NamedTuple):
    """One filled-in cell of a workbook that is handed back.

    Attributes
    ----------
    mark
        `"right"`, `"follows"` (right for numbers that were wrong before), `"wrong"` or `"unanswered"`.
    content
        The number, or what is shown in place of one.
    formula
        The formula that gave the number, without `=`; empty where it was typed.
    """

    mark: str
    content: float | str | None
    formula: str = ""


@dataclass(frozen=True)
class Marked:
    """A filled-in matrix, marked.

    Attributes
    ----------
    cells
        Its rows of cells.
    score
        How many of them count, as in "8 of 9".
    comment
        What is to be said of it; empty where all is right.
    complete
        Whether all cells count, so that there is nothing to look at again.
    """

    cells: Sequence[Sequence[Answered]]
    score: str
    comment: str
    complete: bool


@dataclass(frozen=True)
class Handout:
    """What is left to be filled in, by whom, and how.

    Attributes
    ----------
    ident
        The mark by which the workbook is known again, whatever its file is called.
    student
        For whom it is; empty when it is for anybody.
    blank
        Names of the matrices that are filled in.
    unsure
        Those and all that are computed from them.
    practice
        Whether the sheets say which matrices are right.
    formulas
        Whether only formulas count.
    marked
        By matrix, when it is handed back.
    hints
        What the sheets of the steps that are filled in tell of how to do it, of `HINTS`.
    scores, total
        What each step, by its number, and the whole are worth, when it is handed back.
    """

    ident: str
    student: str
    blank: frozenset[str]
    unsure: frozenset[str]
    practice: bool = False
    formulas: bool = False
    hints: frozenset[str] = frozenset(HINTS)
    marked: Mapping[str, Marked] = field(default_factory=dict)
    scores: Mapping[int, str] = field(default_factory=dict)
    total: str = ""

    def guarded(
        self, formula: Formula, expr: Expr, boxes: Mapping[str, Box], cell: tuple[int, int]
    ) -> Formula:
        """Make a formula wait, with an empty text, until every number is there that it is computed from.

        Parameters
        ----------
        formula
            The formula of one cell.
        expr
            What it says.
        boxes
            Where the matrices stand on the sheet.
        cell
            Row and column of the cell in the result, from 0.
        """
        parts = [
            _part(boxes[name], rows, cols, cell)
            for name, _, rows, cols in sorted(readings(expr), key=str)
            if name in self.unsure
        ]
        if not parts:
            return formula
        count = sum(part.n_rows * part.n_cols for part in parts)
        refs = ",".join(part.ref for part in parts)
        return Formula(f'IF(COUNT({refs})<{count},"",{formula.text})', 0)


def _part(box: Box, rows: Extent, cols: Extent, cell: tuple[int, int]) -> Box:
    """Part of a matrix that one cell of a result reads."""
    at = {Extent.ROW: cell[0], Extent.COL: cell[1], Extent.ALL: 0}
    n_rows = box.n_rows if rows is Extent.ALL else 1
    n_cols = box.n_cols if cols is Extent.ALL else 1
    return Box(box.row + at[rows], box.col + at[cols], n_rows, n_cols)
