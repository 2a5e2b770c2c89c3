"""The values of a workbook as another program has left them: saved as .xlsx, or noted down by a script."""

import json
import math
import zipfile
from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mlp2xlsx.engines.base import Address, Block, OfSheets, Recalculated
from mlp2xlsx.xlsx.reading.cells import CellError, CellValue, cell_value, shared_strings
from mlp2xlsx.xlsx.reading.package import MAIN, elements, open_archive, worksheets
from mlp2xlsx.xlsx.references import position

_ROW, _CELL = (f"{{{MAIN}}}{tag}" for tag in ("row", "c"))

# More than a sheet has columns (16,384), so that a key counts the cells of a sheet row by row.
_STRIDE = 1 << 15


class _Values:
    """The cells of one sheet: numbers in two parallel arrays sorted by key, all others in a dict.

    Sparse, because the size of a dense array would be up to the file.
    """

    def __init__(self, keys: npt.NDArray[np.int64], numbers: Block, others: dict[int, CellValue]) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._numbers = numbers[order]
        self._others = others

    def numbers(self, keys: npt.NDArray[np.int64]) -> Block:
        """Numbers at these keys, NaN where there is none."""
        if not len(self._keys):
            return np.full(keys.shape, np.nan)
        found = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where(self._keys[found] == keys, self._numbers[found], np.nan)

    def value(self, key: int) -> CellValue:
        """Value at this key."""
        if key in self._others:
            return self._others[key]
        number = float(self.numbers(np.array([key]))[0])
        return None if math.isnan(number) else number


class Saved(Recalculated):
    """A calculated workbook, read from a file once and for all.

    Parameters
    ----------
    path
        An .xlsx file that a spreadsheet program has just written.

    Raises
    ------
    EngineError
        When the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        with open_archive(path) as archive:
            shared = shared_strings(archive)
            self._sheets = OfSheets(
                (title, _read_sheet(archive, part, shared)) for title, part in worksheets(archive).items()
            )

    def value(self, sheet: str, row: int, col: int) -> CellValue:
        """Value of one cell."""
        return self._sheets[sheet].value(row * _STRIDE + col)

    def numbers(self, sheet: str, rows: Sequence[int], cols: Sequence[int]) -> Block:
        """Numbers where some rows and columns cross, NaN for whatever is no number."""
        keys = np.asarray(rows, np.int64)[:, None] * _STRIDE + np.asarray(cols, np.int64)
        return self._sheets[sheet].numbers(keys)


def _read_sheet(archive: zipfile.ZipFile, part: str, shared: list[str]) -> _Values:
    """Read the cells of one sheet row by row, in memory that does not grow with the XML."""
    keys, numbers = array("q"), array("d")
    others: dict[int, CellValue] = {}
    for row in elements(archive, part, _ROW):
        for cell in row.iterchildren(_CELL):
            value = cell_value(cell, shared)
            if value is not None:
                line, col = position(str(cell.attrib["r"]))
                if value.__class__ is float:
                    keys.append(line * _STRIDE + col)
                    numbers.append(value)
                else:
                    others[line * _STRIDE + col] = value
    return _Values(np.array(keys, np.int64), np.array(numbers, np.float64), others)


class Seen(Recalculated):
    """Cells as they are seen in the window of a program, with all the digits of their numbers.

    Parameters
    ----------
    numbers
        The file of the numbers: sheet after sheet, row by row, doubles, NaN where there is no number.
    others
        The file of what goes with them, in JSON: sheets with their numbers of rows and columns; and for each
        text or error sheet, row, column, whether it is an error, and the text.
    """

    def __init__(self, numbers: Path, others: Path) -> None:
        self._blocks = OfSheets[Block]()
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
        block = self._blocks[sheet]
        found = np.full((len(rows), len(cols)), np.nan)
        in_rows, in_cols = (
            np.asarray(some) <= size for some, size in zip((rows, cols), block.shape, strict=True)
        )
        there = np.ix_(np.asarray(rows)[in_rows] - 1, np.asarray(cols)[in_cols] - 1)
        found[np.ix_(in_rows, in_cols)] = block[there]
        return found
