"""Which outputs, losses and targets go together."""

from collections.abc import Collection

import numpy as np

from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson.content import Content
from mlp2xlsx.lesson.format import Document
from mlp2xlsx.lesson.tables.targets import bounds, instead_of, unreachable
from mlp2xlsx.mathematics.network import TEMPERATURE, Network
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from mlp2xlsx.mathematics.penalties import BEGINS, PENALTIES
from mlp2xlsx.mathematics.scalars import LR, SCALARS
from mlp2xlsx.mathematics.schedules import SCHEDULES
from mlp2xlsx.options.table import OPTIONS
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import either, shown

OF_TRAINING = (
    *("training.batch", "training.optimizer", "training.penalties", "training.schedule"),
    *("data.validation", "data.X_validation", "display.show", "display.compare"),
)
"""What has no place in a lesson without training."""

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


def check_training(given: Document, iterations: int) -> None:
    """Refuse what says how to train where nothing is trained.

    Parameters
    ----------
    given
        The lesson.
    iterations
        How many updates it makes.

    Raises
    ------
    LessonError
        For the first key that would have no effect.
    """
    for key in OF_TRAINING if iterations == 0 else ():
        if key in given and given[key].value != OPTIONS[key.rpartition(".")[2]].default:
            raise LessonError(
                f"{given[key].where}: nothing is trained, training.iterations is 0; expected none of it"
            )


def check_read(lesson: Content, given: Document, unread: Collection[str]) -> None:
    """Refuse what nothing reads of the settable numbers: whoever gives one expects it to do something.

    Parameters
    ----------
    lesson
        What was made of what was said.
    given
        What was said.
    unread
        What may be said all the same.

    Raises
    ------
    LessonError
        For the first such number, with what would read it, and for a table of learning rates that is missing.
    """
    network, key = lesson.network, f"network.{TEMPERATURE}"
    if key in given and TEMPERATURE not in {*network.scalars, *unread}:
        raise LessonError(
            f'{given[key].where}: found output = "{network.output}", which has no temperature; '
            'expected output = "softmax", or no temperature'
        )
    if not lesson.trains:
        return
    if lesson.schedule == "table" and not lesson.lr_table:
        raise LessonError(
            f'{given["training.schedule"].where}: found "table", but there is no table of learning rates; '
            "expected lr_table = [[1, 0.5], [100, 0.1]] or other rows of an iteration and a rate"
        )
    read = {*_read(lesson), *unread, *(["lr_table"] if lesson.schedule == "table" else [])}
    for name in (*SCALARS, "lr_table"):
        if f"training.{name}" in given and name not in read:
            raise LessonError(f"{given[f'training.{name}'].where}: {_unread(lesson, name)}")


def _read(lesson: Content) -> set[str]:
    """What training reads, by what it is made of: an iteration of thousands of layers takes long to write."""
    schedule = SCHEDULES.get(lesson.schedule)
    found = {*OPTIMIZERS[lesson.optimizer].scalars}
    if schedule is not None:
        found = found - {LR.name} | {*schedule.scalars}
    for name in lesson.penalties:
        found |= {*PENALTIES[name].scalars, *([BEGINS] if lesson.penalties_later else [])}
    return found


def _unread(lesson: Content, name: str) -> str:
    """Why training does not read a number, and with what it would."""
    if name == "lr":
        return 'schedule = "table" takes the learning rates from lr_table; expected one of the two'
    if name == BEGINS:
        strengths = either(row.scalars[0] for row in PENALTIES.values())
        return f"there is no penalty that could begin; expected {strengths} as well"
    schedules = [row.name for row in SCHEDULES.values() if name in row.scalars]
    schedules = ["table"] if name == "lr_table" else schedules
    optimizers = [row.name for row in OPTIMIZERS.values() if name in row.scalars]
    penalties = [row.name for row in PENALTIES.values() if name in row.scalars]
    if schedules:
        said = f'schedule = "{lesson.schedule}"'
    elif optimizers:
        said = f'optimizer = "{lesson.optimizer}"'
    else:
        said = f"penalties = [{', '.join(map(shown, lesson.penalties))}]"
    *others, last = schedules or [*optimizers, *penalties] or ["nothing"]
    readers = f"{', '.join(others)} and {last}" if others else last
    return f"nothing reads it with {said}; it is for {readers}"


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
