"""Which outputs, losses and targets go together."""

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.tables.targets import bounds, instead_of, unreachable
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.values import FloatMatrix

_ROUNDED = 0.011  # thirds with two decimals add up to 0.99


def check_network(network: Network, y: FloatMatrix, source: str, key: str = "data.y") -> None:
    """Refuse a network that could not learn what it is asked to, with the reason.

    Parameters
    ----------
    network
        What is to be trained.
    y
        The targets, shape (n_samples, n_outputs).
    source
        The file, as the user typed it.
    key
        Where the targets stand in it.

    Raises
    ------
    LessonError
        For softmax with one output, and for cross-entropy where outputs or targets are no probabilities.
    """
    if network.output == "softmax" and network.n_outputs == 1:
        better = instead_of(y)
        if "softmax" not in better:
            better = f'expected two or more columns, or output = "sigmoid"{better and f"; {better}"}'
        raise LessonError(f"{source}: network.output: softmax of one output is always 1; {better}")
    if network.loss != "cross_entropy":
        return
    if network.output == "linear":
        raise LessonError(
            f"{source}: network.loss: cross_entropy needs outputs between 0 and 1, linear ones have "
            'no bounds; expected output = "sigmoid" or "softmax", or loss = "half_squared_error"'
        )
    place = unreachable(y, network.output)
    if place is not None:
        row, col = place
        better = instead_of(y)
        raise LessonError(
            f"{source}: {key}[{row + 1}][{col + 1}] is {y[place]:g}; "
            f"cross_entropy needs targets from 0 to 1{better and f'; {better}'}"
        )


def check_targets(network: Network, y: FloatMatrix, source: str, key: str = "data.y") -> None:
    """Refuse targets that can never be learnt, or that the updates take for something else.

    Outputs between 0 and 1 cannot come near others. With softmax and cross-entropy the gradient is the error
    itself only if each row of `y` adds up to 1. A person who changes `y` in a workbook may see what happens
    otherwise, so this is for new lessons only. What is given is as for `check_network`.

    Raises
    ------
    LessonError
        For the first target or row that is so.
    """
    place = unreachable(y, network.output)
    if place is not None:
        row, col = place
        classes = instead_of(y)
        better = f"for classes {classes}; " if classes else "expected targets from 0 to 1, or "
        raise LessonError(
            f"{source}: {key}[{row + 1}][{col + 1}] is {y[place]:g}, but {bounds(network.output)}; "
            f'{better}output = "linear" with loss = "half_squared_error" for numbers'
        )
    if (network.output, network.loss) != ("softmax", "cross_entropy"):
        return
    totals = y.sum(axis=1)
    wrong = np.flatnonzero(np.abs(totals - 1) > _ROUNDED)
    if len(wrong):
        raise LessonError(
            f"{source}: {key} row {wrong[0] + 1} adds up to {totals[wrong[0]]:.4g}; softmax with "
            "cross_entropy needs rows that add up to 1, such as [0, 1, 0]; "
            'for several answers use output = "sigmoid"'
        )
