"""How models of other libraries are trained, in the words of a lesson."""

from collections.abc import Mapping
from typing import Any

STEP = 0.1


def plain_descent(n_samples: int) -> dict[str, Any]:
    """Plain gradient descent with 0.1 for lr, of an average over this many samples."""
    return {"lr": STEP / n_samples}


def summed_descent(optimizer: str, numbers: Mapping[str, float], divisor: float, l2: float) -> dict[str, Any]:
    """Numbers with which a lesson makes the updates of a library that divides the gradient.

    Where an update follows the size of the gradient, lr is divided instead. Where it does not, the same
    happens to the gradient and to its mean square, and only the number that keeps the root from 0 is left.

    Parameters
    ----------
    optimizer
        The lesson's word.
    numbers
        The settable numbers that it reads, as the library has them.
    divisor
        What the library divides by what the lesson adds up over the samples, and more than that.
    l2
        What the gradient of a weight grows by for each unit of it, before the division; 0 for no penalty.
    """
    found: dict[str, Any] = {"optimizer": optimizer, **{key: float(value) for key, value in numbers.items()}}
    if "epsilon" in found:
        found["epsilon"] *= divisor
    else:
        found["lr"] /= divisor
    return found | ({"penalties": ["l2"], "l2_penalty": float(l2)} if l2 else {})
