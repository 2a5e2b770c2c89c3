"""The one judge of targets: whether outputs can ever come near them, and what to write instead."""

import numpy as np

from mlp2xlsx.render.values import FloatMatrix

_MOST_SHOWN = 3
_MOST_CLASSES = 100


def unreachable(y: FloatMatrix, output: str) -> tuple[int, int] | None:
    """Find the first target that the outputs of a network can never come near; None when there is none.

    Parameters
    ----------
    y
        Targets, shape (n_samples, n_outputs).
    output
        The activation of the output layer.
    """
    outside = np.argwhere((y < 0) | (y > 1))
    if output == "linear" or not len(outside):
        return None
    row, col = (int(i) for i in outside[0])
    return row, col


def bounds(output: str) -> str:
    """Say between which numbers the outputs of a network stay."""
    return f"{output} outputs stay between 0 and 1"


def instead_of(y: FloatMatrix) -> str:
    """Say what to write for a column of whole numbers that are classes; empty for any other targets.

    Two classes are 0 and 1 in their one column; of more, each has a column of its own.
    """
    classes = np.unique(y)
    if y.shape[1] != 1 or not 2 <= len(classes) <= min(_MOST_CLASSES, len(y)) or (classes % 1).any():
        return ""
    names = [f"{one:g}" for one in classes]
    if names == ["0", "1"]:
        return ""
    if len(classes) == 2:
        return f"write 0 and 1 for {names[0]} and {names[1]}"
    rows = [
        f"[{', '.join('1' if name == one else '0' for name in names)}] for {one}"
        for one in names[:_MOST_SHOWN]
    ]
    more = ", …" if len(names) > _MOST_SHOWN else ""
    return f'write a column for each class and output = "softmax": {", ".join(rows)}{more}'
