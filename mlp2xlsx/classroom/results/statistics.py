"""How a class did: the spread of the totals, how hard each step and cell was, and whom it told apart."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.classroom.marking.judging import COUNTING
from mlp2xlsx.classroom.results.standing import Standing

_BINS = 10
_FEWEST = 3  # of whom a correlation may be told


@dataclass(frozen=True)
class ItemFigures:
    """How a step or a cell went.

    Attributes
    ----------
    mean
        Mean score, from 0 (nobody) to 1 (everybody): the difficulty, as test theory calls it.
    discrimination
        Correlation of its scores with those of all the rest, from -1 to 1: whether those who know the rest
        know this; None where too few handed in, or all have the same.
    """

    mean: float
    discrimination: float | None


@dataclass(frozen=True)
class Statistics:
    """How a class did.

    Attributes
    ----------
    mean, median
        Of the totals, in points; 0 where nobody has any.
    bins
        How many totals are in each tenth of the points; a bonus may put one beyond the last, which counts it.
    steps
        By the number of the step.
    cells
        By matrix, rows of cells.
    mistakes
        By the number of the step, the keys of its typical mistakes and who made them, the most frequent
        first.
    """

    mean: float
    median: float
    bins: tuple[int, ...]
    steps: Mapping[int, ItemFigures]
    cells: Mapping[str, Sequence[Sequence[ItemFigures]]]
    mistakes: Mapping[int, Sequence[tuple[str, Sequence[str]]]]


def statistics_of(standings: Sequence[Standing]) -> Statistics:
    """Work out how a class did; who has no grade is left out."""
    graded = [one for one in standings if one.counts]
    totals = [one.total for one in graded]
    return Statistics(
        fmean(totals) if totals else 0.0,
        median(totals) if totals else 0.0,
        _bins(graded),
        _steps(graded),
        _cells(graded),
        _mistakes(graded),
    )


def _bins(graded: Sequence[Standing]) -> tuple[int, ...]:
    shares = [one.total / one.terms.counting.points for one in graded]
    counts = [0] * _BINS
    for share in shares:
        counts[min(_BINS - 1, max(0, int(share * _BINS)))] += 1
    return tuple(counts)


def _steps(graded: Sequence[Standing]) -> dict[int, ItemFigures]:
    """Work out how each step went, for those who have handed in."""
    graded = [one for one in graded if one.mark is not None]
    if not graded:
        return {}
    numbers = list(graded[0].terms.counting.weights)
    scores = np.array([[of_one[number] for number in numbers] for of_one in (one.scores for one in graded)])
    return dict(zip(numbers, _items(scores), strict=True))


def _cells(graded: Sequence[Standing]) -> dict[str, list[list[ItemFigures]]]:
    """Work out what is known of each cell; marks that an older version kept say nothing of cells."""
    judged = [one.mark.judged for one in graded if one.mark is not None and one.mark.judged]
    if not judged:
        return {}
    shapes = {name: (len(rows), len(rows[0])) for name, rows in judged[0].items()}
    counting = np.array(
        [[cell in COUNTING for name in shapes for row in one[name] for cell in row] for one in judged],
        dtype=np.bool_,
    )
    items = iter(_items(counting))
    return {
        name: [[next(items) for _ in range(n_cols)] for _ in range(n_rows)]
        for name, (n_rows, n_cols) in shapes.items()
    }


def _items(scores: NDArray[np.float64] | NDArray[np.bool_]) -> list[ItemFigures]:
    """Items of some scores, shape (n_students, n_items); one by one, for a large class has many."""
    total = scores.sum(axis=1, dtype=np.float64)
    return [_item(column.astype(np.float64), total) for column in scores.T]


def _item(scores: NDArray[np.float64], total: NDArray[np.float64]) -> ItemFigures:
    mean, rest = scores.mean(), total - scores
    own, others = scores - mean, rest - rest.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (own * others).sum() / np.sqrt((own**2).sum() * (others**2).sum())
    is_told = len(scores) >= _FEWEST and np.isfinite(value)
    return ItemFigures(float(mean), float(value) if is_told else None)


def _mistakes(graded: Sequence[Standing]) -> dict[int, list[tuple[str, list[str]]]]:
    who: defaultdict[int, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in graded:
        for step, key in sorted({(step, key) for step, _, key in (one.mark.mistakes if one.mark else ())}):
            who[step][key].append(one.who)
    return {
        step: sorted(found.items(), key=lambda item: -len(item[1])) for step, found in sorted(who.items())
    }
