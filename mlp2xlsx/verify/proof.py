"""Whether two formulas are one and the same function of the cells they read.

A formula of sums, products and exponentials that agrees with another one at random points agrees with
it everywhere: https://en.wikipedia.org/wiki/Schwartz–Zippel_lemma is the case without exponentials.
Every cell is drawn anew and apart from all others, so that it does not matter what a training run
happens to put there: a zero, a saturated neuron, the same number in two places.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.verify.rewritten import Rewritten
from mlp2xlsx.xlsx.formulas import parsed, places
from mlp2xlsx.xlsx.reading.contents import Contents, FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import Place

_DRAWS = 3
_MOST = 20_000
_TOLERANCE = 1e-11


def same_function(rewritten: Rewritten, names: Mapping[str, Place | None]) -> bool:
    """Whether a formula is the same function of the same cells as the one that was built.

    Parameters
    ----------
    rewritten
        The two formulas.
    names
        What the workbook's names stand for.

    Returns
    -------
    bool
        False also when it cannot be told: with case distinctions, look-ups and texts.
    """
    found, built = parsed(rewritten.formula), parsed(rewritten.built)
    if not (found.smooth and built.smooth):
        return False
    try:
        read, other = (places(one.operands, rewritten.sheet, names) for one in (found, built))
    except ValueError:  # a name is missing
        return False
    if sum(box.n_rows * box.n_cols for _, box in read) > _MOST or set(_cells(read)) != set(_cells(other)):
        return False
    told = False
    for seed in range(_DRAWS):
        sheets = _drawn(read, seed)
        wanted = _value(rewritten, rewritten.built, sheets, names, array=True)
        value = _value(rewritten, rewritten.formula, sheets, names, array=rewritten.array)
        numbers = np.isfinite(wanted)
        if (np.isfinite(value) != numbers).any():
            return False
        if (np.abs(value - wanted)[numbers] > _TOLERANCE * (1 + np.abs(wanted[numbers]))).any():
            return False
        told = told or bool(numbers.all())
    return told


def _cells(read: list[Place]) -> Iterator[tuple[str, int, int]]:
    return ((title, row, col) for title, box in read for row, col in box.cells())


def _drawn(read: list[Place], seed: int) -> dict[str, SheetContents]:
    """Draw a number for every cell that is read; all positive at first, as for logarithms."""
    random = np.random.default_rng(seed)
    sheets: dict[str, SheetContents] = {}
    for title, row, col in _cells(read):
        sign = -1.0 if seed and random.integers(2) else 1.0
        cells = sheets.setdefault(title, SheetContents()).constants
        cells[row, col] = sign * float(random.uniform(0.1, 0.9))
    return sheets


def _value(
    rewritten: Rewritten,
    formula: str,
    sheets: Mapping[str, SheetContents],
    names: Mapping[str, Place | None],
    *,
    array: bool,
) -> FloatMatrix:
    """Calculate a formula among the drawn numbers."""
    title, box = rewritten.sheet, rewritten.box
    drawn = sheets.get(title, SheetContents()).constants
    cell = FormulaCell(formula, box.ref if array else None)
    own = SheetContents({(box.row, box.col): cell}, drawn)
    scratch = Contents(Path("a formula by itself"), {**sheets, title: own}, names)
    [calculated] = IronCalc().scenarios(scratch, [{}])
    return calculated.block(title, box.row, box.col, box.n_rows, box.n_cols)
