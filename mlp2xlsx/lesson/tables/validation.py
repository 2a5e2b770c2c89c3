"""Samples that the network is not trained on: which they are, drawn with the seed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.render.values import FloatMatrix


@dataclass(frozen=True, eq=False)
class KeptSamples:
    """Samples that are kept from training, to see how well the network does on others than it was shown.

    Attributes
    ----------
    X, y
        Inputs as the network takes them, and targets: a row per sample; read-only.
    X_raw
        The inputs before scaling; None when nothing is scaled.
    """

    X: FloatMatrix
    y: FloatMatrix
    X_raw: FloatMatrix | None = None

    @property
    def X_given(self) -> FloatMatrix:
        """The inputs as they were given, before any scaling."""
        return self.X if self.X_raw is None else self.X_raw


def draw_validation(y: FloatMatrix, share: float, seed: int, *, by_class: bool) -> NDArray[np.bool_]:
    """Draw which samples are kept from training; shape (n_samples,).

    All samples are put into an order that is drawn with the seed, and the first ones of it are kept: so many
    as the share comes to, rounded. Of classes each gives its own share, rounded down; those of which the
    rounding takes most give one more, until there are enough. The last sample of a class stays.

    Parameters
    ----------
    y
        Targets, shape (n_samples, n_outputs).
    share
        Which part of the samples, from 0 to 1.
    seed
        What the order is drawn with.
    by_class
        Whether equal targets are a class.
    """
    order = np.random.RandomState(seed).permutation(len(y))
    _, own = np.unique(y, axis=0, return_inverse=True)
    groups = own.reshape(-1) if by_class else np.zeros(len(y), int)
    sizes = np.bincount(groups)
    counts = np.floor(share * sizes).astype(int)
    left = int(np.floor(share * len(y) + 0.5)) - int(counts.sum())  # a half is rounded up
    for group in np.argsort(counts - share * sizes, kind="stable").tolist():
        if left > 0 and counts[group] + 1 < sizes[group]:
            counts[group] += 1
            left -= 1
    kept = np.zeros(len(y), bool)
    for group, count in enumerate(counts.tolist()):
        kept[order[groups[order] == group][:count]] = True
    return kept
