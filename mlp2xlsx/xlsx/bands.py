"""Rows that repeat: the same formulas again and again, each band of rows with its own numbers.

A workbook of thousands of iterations has hundreds of thousands of such cells. They are never made as
objects: a band is rendered to XML once, with blanks for row numbers and values, and the blanks are
filled for every repetition.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from xml.sax.saxutils import escape

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.mathematics.expr import Expr
from mlp2xlsx.numerals import number_texts
from mlp2xlsx.render.excel import Excel, Formula, Reference, Span
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.titles import retitled

_VALUE = "{value}"
_BLANK = re.compile(r"\{(\d+)\}")


class Progressions:
    """Row numbers that grow by a constant from one repetition to the next.

    A formula for the repeated rows holds `{3}` where the fourth progression's row number goes.
    """

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], int] = {}

    def mark(self, start: int, step: int) -> str:
        """Blank for start, start + step, start + 2·step and so on."""
        return f"{{{self.known.setdefault((start, step), len(self.known))}}}"

    def rows(self, k: int) -> list[int]:
        """Row numbers in repetition `k`, counted from 0, in the order of their blanks."""
        return [start + k * step for start, step in self.known]


def growing(box: Box, step: int, progressions: Progressions, sheet: str = "") -> Reference:
    """How a repeated formula refers to a matrix that moves down by `step` rows each time.

    Parameters
    ----------
    box
        Where the matrix stands for the first repetition.
    step
        How many rows further down it stands for each further one.
    progressions
        Where the row numbers are looked up.
    sheet
        The sheet's name with its `!`, when the formula stands on another.
    """

    def part(rows: Span, cols: Span) -> str:
        first = f"{get_column_letter(box.col + cols.start)}{progressions.mark(box.row + rows.start, step)}"
        last = (
            f"{get_column_letter(box.col + cols.stop - 1)}{progressions.mark(box.row + rows.stop - 1, step)}"
        )
        return f"{sheet}{first}" if rows.single and cols.single else f"{sheet}{first}:{last}"

    return part


@dataclass(frozen=True)
class Repeated:
    """A matrix in a band: where it first stands, its formula, and its value in every repetition.

    Attributes
    ----------
    name
        What the matrix is called in reports.
    box
        Where it stands in the first repetition.
    values
        Its numbers, shape (count, n_rows, n_cols).
    style
        Index of the cell style in the file.
    formulas
        The formula of each cell, row by row, or None for plain numbers.
    """

    name: str
    box: Box
    values: FloatMatrix
    style: int
    formulas: Sequence[Sequence[Formula]] | None = None

    @property
    def n_formulas(self) -> int:
        """How many formulas there are in a band."""
        return 0 if self.formulas is None else self.box.n_rows * self.box.n_cols

    def retitled(self, titles: Mapping[str, str]) -> "Repeated":
        """Return the same with formulas that refer to sheets by other titles, new ones by old ones."""
        if self.formulas is None:
            return self
        formulas = [[one._replace(text=retitled(one.text, titles)) for one in row] for row in self.formulas]
        return replace(self, formulas=formulas)


def formulas_of(excel: Excel, expr: Expr) -> list[list[Formula]]:
    """The formulas of all cells of an expression's value."""
    rows, cols = expr.shape
    return [[excel.cell(expr, i, j) for j in range(cols)] for i in range(rows)]


@dataclass(frozen=True)
class Bands:
    """A run of `count` bands, each `height` rows.

    Attributes
    ----------
    row
        First row of the first band.
    blocks
        The matrices in a band, from left to right.
    progressions
        The row numbers that the formulas of the blocks speak of.
    """

    row: int
    height: int
    count: int
    blocks: tuple[Repeated, ...]
    progressions: Progressions

    @property
    def last_row(self) -> int:
        """The last row that belongs to a band."""
        return self.row + self.count * self.height - 1

    @property
    def last_col(self) -> int:
        """The last column used."""
        return max(block.box.last_col for block in self.blocks)

    def retitled(self, titles: Mapping[str, str]) -> "Bands":
        """Return the same bands with formulas that refer to sheets by other titles."""
        return replace(self, blocks=tuple(block.retitled(titles) for block in self.blocks))

    def formula_text(self, block: Repeated, k: int, i: int, j: int) -> str:
        """Formula of a cell of a block in repetition `k`, all counted from 0, without its `=`."""
        formulas = block.formulas
        return "" if formulas is None else formulas[i][j].text.format(*self.progressions.rows(k))

    def cells(
        self, block: Repeated, repetitions: Iterable[int] | None = None
    ) -> Iterator[tuple[int, int, str, float]]:
        """Yield row, column, name and value of every cell of a block, in all repetitions or in some."""
        for k in range(self.count) if repetitions is None else repetitions:
            for i, line in enumerate(block.values[k].tolist(), start=block.box.row + k * self.height):
                for j, value in enumerate(line, start=block.box.col):
                    yield i, j, block.name, value

    def xml(self, chunk: int = 64) -> Iterator[tuple[int, str]]:
        """Yield the `<row>` elements as text, with the number of bands in it, `chunk` or fewer at a time."""
        for start in range(0, self.count, chunk):
            texts = list(self.texts(range(start, min(start + chunk, self.count))))
            yield len(texts), "".join(texts)

    def texts(self, repetitions: Iterable[int], cell: "CellText | None" = None) -> Iterator[str]:
        """Yield the `<row>` elements of some repetitions, one text for each.

        Parameters
        ----------
        repetitions
            Which ones, counted from 0.
        cell
            Writes the cells in another way than the file has them.
        """
        template, order = self._template(cell or _cell)
        values = np.concatenate([block.values.reshape(self.count, -1) for block in self.blocks], axis=1)
        values = values[:, order]
        # Splitting the template once and joining its pieces takes half as long as str.format.
        pieces = _BLANK.split(template)
        fill = itemgetter(*map(int, pieces[1::2]))
        for k in repetitions:
            numbers = number_texts(values[k].tolist()) if order else []
            pieces[1::2] = fill([*map(str, self.progressions.rows(k)), *numbers])
            yield "".join(pieces)

    def _template(self, cell: "CellText") -> tuple[str, list[int]]:
        """Text of one band with blanks, and the order in which the blanks take the blocks' values."""
        cells: dict[int, list[tuple[int, str, int]]] = {}
        position = 0
        for block in self.blocks:
            for row, col in block.box.cells():
                address = f"{get_column_letter(col)}{self.progressions.mark(row, self.height)}"
                written = cell(address, block, row - block.box.row, col - block.box.col)
                cells.setdefault(row, []).append((col, written, position))
                position += 1
        marks = {row: self.progressions.mark(row, self.height) for row in cells}
        first_value = len(self.progressions.known)
        text: list[str] = []
        order: list[int] = []
        for row in sorted(cells):
            text.append(f'<row r="{marks[row]}">')
            for _, written, source in sorted(cells[row]):
                if _VALUE in written:
                    written = written.replace(_VALUE, f"{{{first_value + len(order)}}}")
                    order.append(source)
                text.append(written)
            text.append("</row>")
        return "".join(text), order


CellText = Callable[[str, Repeated, int, int], str]
"""XML of one cell of a block, given its address with a blank for the row; `{value}` stands for its value."""


def _cell(address: str, block: Repeated, i: int, j: int) -> str:
    return f'<c r="{address}" s="{block.style}">{_formula(block, i, j)}<v>{_VALUE}</v></c>'


def without_results(address: str, block: Repeated, i: int, j: int) -> str:
    """XML of a cell as in the file, but for the value that a formula has left there."""
    if block.formulas is None:
        return _cell(address, block, i, j)
    return f'<c r="{address}" s="{block.style}">{_formula(block, i, j)}</c>'


def _formula(block: Repeated, i: int, j: int) -> str:
    return "" if block.formulas is None else f"<f>{escape(block.formulas[i][j].text)}</f>"
