"""From the inputs as they are given to `X`, column by column: in NumPy and in formulas, side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import NamedTuple

import numpy as np

from mlp2xlsx.lesson.tables.vocabulary import Vocabulary, each_column
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.xlsx.live_text import constant_part

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


class InputColumn(NamedTuple):
    """What a column of `X` is made of.

    Attributes
    ----------
    raw
        The column of `X_raw`, from 0.
    word
        Which of its words, from 0, the column of `X` is 1 for; None where it holds numbers.
    """

    raw: int
    word: int | None = None


def input_columns(vocabulary: Vocabulary, n_raw: int) -> tuple[InputColumn, ...]:
    """Tell what the columns of `X` are made of: a number of itself, a word of one column for each word.

    Two words share one column, as two classes do: the second of them is its 1.

    Parameters
    ----------
    vocabulary
        The words of each column of `X_raw`; empty where there are none.
    n_raw
        How many columns it has.
    """
    found: list[InputColumn] = []
    for raw, words in enumerate(each_column(vocabulary, n_raw)):
        first = int(len(words) == 2)
        found += [InputColumn(raw, word) for word in range(first, len(words))] or [InputColumn(raw)]
    return tuple(found)


def inputs_from(X_raw: FloatMatrix, trained: FloatMatrix, scale: str, vocabulary: Vocabulary) -> FloatMatrix:
    """Compute `X`, shape (n_samples, n_inputs).

    Parameters
    ----------
    X_raw
        The inputs as they are given, shape (n_samples, n_columns), words as their numbers.
    trained
        Those of the samples that training takes, by which numbers are scaled.
    scale
        How: `"none"`, or a key of `SCALINGS`.
    vocabulary
        The words of each column of `X_raw`; empty where there are none.
    """
    scaled = X_raw
    if scale != NONE:
        with np.errstate(all="ignore"):
            scaled = SCALINGS[scale].values(X_raw, **SCALINGS[scale].describe(trained))
    columns = input_columns(vocabulary, X_raw.shape[1])
    return np.column_stack(
        [
            scaled[:, raw] if word is None else (X_raw[:, raw] == word).astype(np.float64)
            for raw, word in columns
        ]
    )


def input_formula(
    column: InputColumn, cell: str, scale: str, vocabulary: Vocabulary, places: Mapping[str, str]
) -> Formula:
    """Write the formula of a cell of `X`, given where its number or word and the statistics stand."""
    if column.word is not None:
        return Formula(f"IF({cell}={constant_part(vocabulary[column.raw][column.word]).formula},1,0)", 0)
    return Formula(cell, 0) if scale == NONE else SCALINGS[scale].cell(cell, places)
