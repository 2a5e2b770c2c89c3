"""What the cells of a workbook hold in the window of a program, as a script has noted it down."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mlp2xlsx.engines.base import Address, Block, Recalculated
from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.cells import CellError, CellValue


class Seen(Recalculated):
    """Cells as they are seen, with all the digits of their numbers.

    Parameters
    ----------
    numbers
        The file of the numbers: sheet after sheet, row by row, doubles, NaN where there is no number.
    others
        The file of what goes with them, in JSON: sheets with their numbers of rows and columns; and for each
        text or error sheet, row, column, whether it is an error, and the text.
    """

    def __init__(self, numbers: Path, others: Path) -> None:
        self._blocks: dict[str, Block] = {}
        areas, texts = json.loads(others.read_text(encoding="utf-8"))
        values, start = np.fromfile(numbers), 0
        for title, n_rows, n_cols in areas:
            stop = start + n_rows * n_cols
            self._blocks[title] = values[start:stop].reshape(n_rows, n_cols)
            start = stop
        self._others: dict[Address, CellValue] = {
            (title, row, col): CellError(text) if is_error else text
            for title, row, col, is_error, text in texts
        }

    def value(self, sheet: str, row: int, col: int) -> CellValue:
        """Value of one cell; an empty text cannot be told from an empty cell, and a truth value is 0 or 1."""
        number = float(self.numbers(sheet, [row], [col])[0, 0])
        return self._others.get((sheet, row, col), "") if np.isnan(number) else number

    def numbers(self, sheet: str, rows: Sequence[int], cols: Sequence[int]) -> Block:
        """Numbers where some rows and columns cross, NaN for whatever is no number."""
        if sheet not in self._blocks:
            raise EngineError(f'the recalculated workbook has no sheet "{sheet}"')
        block = self._blocks[sheet]
        found = np.full((len(rows), len(cols)), np.nan)
        in_rows, in_cols = (
            np.asarray(some) <= size for some, size in zip((rows, cols), block.shape, strict=True)
        )
        there = np.ix_(np.asarray(rows)[in_rows] - 1, np.asarray(cols)[in_cols] - 1)
        found[np.ix_(in_rows, in_cols)] = block[there]
        return found
