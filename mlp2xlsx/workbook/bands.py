"""Rows that repeat: the same formulas again and again, each band of rows with its own numbers.

A workbook of thousands of iterations has hundreds of thousands of such cells. They are never made as
objects: a band is rendered to XML once, with blanks for row numbers and values, and the blanks are
filled for every repetition.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from xml.sax.saxutils import escape

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.expr import Expr
from mlp2xlsx.numerals import number_texts
from mlp2xlsx.render.excel import Excel, Formula, Reference, Span
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.address import Box

_BLANK = re.compile(r"\{(\d+)\}")


class Progressions:
    """Row numbers that grow by a constant from one repetition to the next.

    A formula for the repeated rows holds `{3}` where the fourth progression's row number goes.
    """

    def __init__(self) -> None:
        self.known: dict[tuple[int, int], int] = {}

    def mark(self, start: int, step: int) -> str:
        """Give the blank for start, start + step, start + 2·step and so on."""
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

    def formula_text(self, block: Repeated, k: int, i: int, j: int) -> str:
        """Formula of a cell of a block in repetition `k`, all counted from 0, without its `=`."""
        if block.formulas is None:
            return ""
        return block.formulas[i][j].text.format(*self.progressions.rows(k))

    def cells(self, block: Repeated) -> Iterator[tuple[int, int, str, float]]:
        """Yield row, column, name and value of every cell of a block, in all repetitions."""
        for k, matrix in enumerate(block.values.tolist()):
            for i, line in enumerate(matrix, start=block.box.row + k * self.height):
                for j, value in enumerate(line, start=block.box.col):
                    yield i, j, block.name, value

    def xml(self, chunk: int = 64) -> Iterator[tuple[int, str]]:
        """Yield the `<row>` elements as text, with the number of bands in it, `chunk` or fewer at a time."""
        template, order = self._template()
        values = np.concatenate([block.values.reshape(self.count, -1) for block in self.blocks], axis=1)
        values = values[:, order]
        # Splitting the template once and joining its pieces takes half as long as str.format.
        pieces = _BLANK.split(template)
        fill = itemgetter(*map(int, pieces[1::2]))
        for start in range(0, self.count, chunk):
            texts = []
            for k, row in enumerate(values[start : start + chunk].tolist(), start):
                pieces[1::2] = fill([*map(str, self.progressions.rows(k)), *number_texts(row)])
                texts.append("".join(pieces))
            yield len(texts), "".join(texts)

    def _template(self) -> tuple[str, list[int]]:
        """Text of one band with blanks, and the order in which the blanks take the blocks' values."""
        cells: dict[int, list[tuple[int, str, int]]] = {}
        position = 0
        for block in self.blocks:
            for i in range(block.box.n_rows):
                for j in range(block.box.n_cols):
                    row = block.box.row + i
                    cells.setdefault(row, []).append((block.box.col + j, self._cell(block, i, j), position))
                    position += 1
        marks = {row: self.progressions.mark(row, self.height) for row in cells}
        first_value = len(self.progressions.known)
        text: list[str] = []
        order: list[int] = []
        for row in sorted(cells):
            text.append(f'<row r="{marks[row]}">')
            for _, cell, source in sorted(cells[row]):
                text.append(cell.replace("{value}", f"{{{first_value + len(order)}}}"))
                order.append(source)
            text.append("</row>")
        return "".join(text), order

    def _cell(self, block: Repeated, i: int, j: int) -> str:
        """XML of one cell of a block."""
        row = self.progressions.mark(block.box.row + i, self.height)
        address = f"{get_column_letter(block.box.col + j)}{row}"
        formula = "" if block.formulas is None else f"<f>{escape(block.formulas[i][j].text)}</f>"
        return f'<c r="{address}" s="{block.style}">{formula}<v>{{value}}</v></c>'
