"""Numbers that test nothing any more: everything that is computed from them is nothing, or all alike.

Who types 9 everywhere makes all activations 1, all slopes 0, and all weights what they were: the rest of the
iteration can then be filled in without computing anything.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from mlp2xlsx.mathematics.steps import Result, Step
from mlp2xlsx.render.values import FloatMatrix

# Where these functions end; a softmax of 0 and 1 alone is as far from any other.
_ENDS = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}
_TIMES = 20.0  # how much smaller a difference must be than the true one; a slip seldom makes it so
# Of the cells in which there is a true difference. Who comes near to a target by a slip has small deltas,
# too; an activation comes to an end of its function by large numbers alone.
_ALL, _MOST = 0.9, 2 / 3


def is_trivial(
    network: Network,
    step: Step,
    result: Result,
    given: Mapping[str, FloatMatrix],
    computed: tuple[FloatMatrix, FloatMatrix],
    room: float,
) -> bool:
    """Whether a result is trivial with a student's numbers before it, and is not so with the true ones.

    It is trivial when most of its cells are zero, at an end of their function, what some given matrix has
    there, or the same for all samples. Updates are not, nor is what an optimiser keeps: no sample has its
    own, and they are small.

    Parameters
    ----------
    network, step, result
        What is computed.
    given
        What the iteration starts from.
    computed
        What the result comes to with the student's numbers, and with the true ones.
    room
        How far a typed number may be from the exact one: what is less cannot be seen.
    """
    own, true = computed
    if step.variant in OPTIMIZERS:
        return False
    for ours, theirs, share in _differences(network, step, result, given, own, true):
        seen = theirs > 2 * room
        gone = seen & (ours <= np.minimum(room, theirs / _TIMES))
        if 2 * seen.sum() >= seen.size and gone.sum() >= share * seen.sum():
            return True
    return False


def _differences(
    network: Network,
    step: Step,
    result: Result,
    given: Mapping[str, FloatMatrix],
    own: FloatMatrix,
    true: FloatMatrix,
) -> Iterator[tuple[FloatMatrix, FloatMatrix, float]]:
    """Yield how far both are from each thing that is trivial, and in what share of the cells it has to be."""
    for name in names(result.expr):
        if name in given and given[name].shape == own.shape and name in (*network.parameters(), "X", "y"):
            yield np.abs(own - given[name]), np.abs(true - given[name]), _ALL
    yield np.abs(own), np.abs(true), _ALL
    function = step.variant if step.kind in ("hidden_activation", "output") else ""
    is_activation = result.name in {layer.activations for layer in network.layers}
    if function in _ENDS and is_activation:
        yield _from_ends(own, function), _from_ends(true, function), _MOST
    # Slopes are nearly the same where they are largest, and those of a rectifier always.
    if len(own) > 1 and step.kind != "slopes":
        yield _from_each_other(own), _from_each_other(true), _MOST


def _from_ends(values: FloatMatrix, function: str) -> FloatMatrix:
    """How far values are from the nearer end of their function."""
    low, high = _ENDS[function]
    return np.asarray(np.minimum(np.abs(values - low), np.abs(values - high)))


def _from_each_other(values: FloatMatrix) -> NDArray[np.float64]:
    """How far the samples are from each other, the same for all cells of a column."""
    return np.broadcast_to(np.ptp(values, axis=0), values.shape)
