"""Scaling the inputs, column by column: in NumPy and in formulas, side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import fsum

import numpy as np

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix

NONE = "none"


@dataclass(frozen=True)
class Statistic:
    """A number that describes one column.

    Attributes
    ----------
    key
        The key of its word in the texts, and its name in formulas.
    values
        NumPy's, from `X_raw` and the statistics before it; shape (1, n_inputs).
    formula
        The formula of one column, with blanks for the column and for the statistics before it.
    """

    key: str
    values: Callable[..., FloatMatrix]
    formula: str


@dataclass(frozen=True)
class Scaling:
    """Two numbers for each column, and what becomes of its cells.

    Attributes
    ----------
    statistics
        In the order in which they are computed.
    values
        NumPy's, from `X_raw` and the statistics.
    formula
        The formula of one cell, with blanks for the cell and for its column's statistics.
    """

    statistics: tuple[Statistic, ...]
    values: Callable[..., FloatMatrix]
    formula: str

    def describe(self, X_raw: FloatMatrix) -> dict[str, FloatMatrix]:
        """Compute the statistics of every column, each of shape (1, n_inputs)."""
        known: dict[str, FloatMatrix] = {}
        with np.errstate(all="ignore"):
            for statistic in self.statistics:
                known[statistic.key] = statistic.values(X_raw, **known)
        return known

    def apply(self, X_raw: FloatMatrix) -> FloatMatrix:
        """Compute `X`, shape (n_samples, n_inputs); a constant column comes to NaN."""
        with np.errstate(all="ignore"):
            return self.values(X_raw, **self.describe(X_raw))

    def statistic(self, statistic: Statistic, column: str, places: Mapping[str, str]) -> Formula:
        """Write the formula of a statistic, given where the column and the other statistics stand."""
        return Formula(statistic.formula.format(column=column, **places), 0)

    def cell(self, cell: str, places: Mapping[str, str]) -> Formula:
        """Write the formula of one cell of `X`."""
        return Formula(self.formula.format(x=cell, **places), 0)


def _mean(X_raw: FloatMatrix) -> FloatMatrix:
    # Summed exactly: what is left to differ from a spreadsheet's is the spreadsheet's own rounding.
    try:
        return np.array([[fsum(column) / len(column) for column in X_raw.T.tolist()]])
    except OverflowError:
        return np.asarray(X_raw.mean(axis=0, keepdims=True), np.float64)


SCALINGS: Mapping[str, Scaling] = {
    "minmax": Scaling(
        (
            Statistic("smallest", lambda X: X.min(axis=0, keepdims=True), "MIN({column})"),
            Statistic("largest", lambda X, smallest: X.max(axis=0, keepdims=True), "MAX({column})"),
        ),
        lambda X, smallest, largest: (X - smallest) / (largest - smallest),
        "({x}-{smallest})/({largest}-{smallest})",
    ),
    "zscore": Scaling(
        (
            Statistic("mean", _mean, "AVERAGE({column})"),
            # Written out: where the mean is large, IronCalc's STDEVP and DEVSQ lose digits, because they
            # subtract squares (1e-8 off at a mean of 10,000 standard deviations).
            Statistic(
                "deviation",
                lambda X, mean: np.sqrt(((X - mean) ** 2).mean(axis=0, keepdims=True)),
                "SQRT(SUMPRODUCT(({column}-{mean})^2)/COUNT({column}))",
            ),
        ),
        lambda X, mean, deviation: (X - mean) / deviation,
        "({x}-{mean})/{deviation}",
    ),
}
"""By the words of `data.scale`."""
