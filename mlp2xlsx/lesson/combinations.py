"""Which outputs, losses and targets go together."""

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.values import FloatMatrix

_ROUNDED = 0.011  # thirds with two decimals add up to 0.99


def check_network(network: Network, y: FloatMatrix, source: str) -> None:
    """Refuse a network that could not learn what it is asked to, with the reason.

    Parameters
    ----------
    network
        What is to be trained.
    y
        The targets, shape (n_samples, n_outputs).
    source
        The file, as the user typed it.

    Raises
    ------
    LessonError
        For softmax with one output, and for cross-entropy where outputs or targets are no probabilities.
    """
    if network.output == "softmax" and network.n_outputs == 1:
        raise LessonError(
            f"{source}: network.output: softmax of one output is always 1; "
            'expected two or more columns in data.y, or output = "sigmoid"'
        )
    if network.loss != "cross_entropy":
        return
    if network.output == "linear":
        raise LessonError(
            f"{source}: network.loss: cross_entropy needs outputs between 0 and 1, linear ones have "
            'no bounds; expected output = "sigmoid" or "softmax", or loss = "half_squared_error"'
        )
    outside = np.argwhere((y < 0) | (y > 1))
    if len(outside):
        row, col = (int(i) for i in outside[0])
        raise LessonError(
            f"{source}: data.y[{row + 1}][{col + 1}] is {y[row, col]:g}; "
            "cross_entropy needs targets from 0 to 1"
        )


def check_shares(network: Network, y: FloatMatrix, source: str) -> None:
    """Refuse targets that are no shares of 1 where the updates take for granted that they are.

    With softmax and cross-entropy the gradient is the error itself only if each row of `y` adds up to 1.
    A person who changes `y` in a workbook may see what happens otherwise, so this is for new lessons only.

    Raises
    ------
    LessonError
        For the first row that adds up to something else.
    """
    if (network.output, network.loss) != ("softmax", "cross_entropy"):
        return
    totals = y.sum(axis=1)
    wrong = np.flatnonzero(np.abs(totals - 1) > _ROUNDED)
    if len(wrong):
        raise LessonError(
            f"{source}: data.y row {wrong[0] + 1} adds up to {totals[wrong[0]]:.4g}; softmax with "
            "cross_entropy needs rows that add up to 1, such as [0, 1, 0]; "
            'for several answers use output = "sigmoid"'
        )
