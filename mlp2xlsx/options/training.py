"""The options that follow from the tables of the mathematics: numbers, optimisers and penalties."""

import argparse
from collections.abc import Sequence

from mlp2xlsx.mathematics.optimizers import OPTIMIZERS, PLAIN
from mlp2xlsx.mathematics.penalties import PENALTIES
from mlp2xlsx.mathematics.scalars import SettableScalar
from mlp2xlsx.mathematics.schedules import CONSTANT, SCHEDULES
from mlp2xlsx.options import checks
from mlp2xlsx.options.checks import Given
from mlp2xlsx.options.option import Option
from mlp2xlsx.options.typed import decimal


def hidden_activations() -> tuple[str, ...]:
    """Words for the activation of hidden layers."""
    # Here, because the functions need NumPy, for which who only wants help need not wait.
    from mlp2xlsx.mathematics.functions import activations

    return (*activations(), "linear")


def activation(given: Given, hidden: Sequence[int]) -> str | tuple[str, ...]:
    """Check the activation of the hidden layers: a word for all, or one for each.

    Raises
    ------
    LessonError
        For a word that is none, and for more or fewer words than hidden layers.
    """
    known = hidden_activations()
    if not isinstance(given.value, list):
        return checks.word(given, known)
    found = tuple(checks.word(Given(given.where, value), known) for value in given.value)
    one_each = bool(found) and len(found) == len(hidden)
    given.held(f"a word for all hidden layers, or a list of {len(hidden)}, one for each", True, one_each)
    return found[0] if len(set(found)) == 1 else found


def option_of(row: SettableScalar) -> Option:
    """The option of a settable number; a lesson says it where it is read."""
    return Option(
        key=f"{row.section}.{row.name}",
        check=lambda given, _: checks.between(given, row.above, row.below),
        default=row.default,
        writes=lambda lesson: lesson.scalars.get(row.name),
        model_says=row.section == "network",
        flag=row.name if row.help else None,
        argument={"type": decimal, "metavar": row.metavar, "help": row.help},
        line=row.line,
    )


OPTIMIZER = Option(
    key="training.optimizer",
    check=lambda given, _: checks.word(given, tuple(OPTIMIZERS)),
    default=PLAIN,
    writes=lambda lesson: None if lesson.optimizer == PLAIN else lesson.optimizer,
    flag="optimizer",
    # The line of the learning rate names it.
    argument={"type": str, "metavar": "NAME", "help": argparse.SUPPRESS},
    line=86,
)
SCHEDULE = Option(
    key="training.schedule",
    check=lambda given, _: checks.word(given, (CONSTANT, *SCHEDULES)),
    default=CONSTANT,
    writes=lambda lesson: None if lesson.schedule == CONSTANT else lesson.schedule,
    flag="schedule",
    argument={"type": str, "metavar": "NAME", "help": argparse.SUPPRESS},
    line=87,
)
LR_TABLE = Option(
    key="training.lr_table",
    check=lambda given, _: checks.rate_table(given),
    default=[],
    writes=lambda lesson: [list(row) for row in lesson.lr_table] if lesson.schedule == "table" else None,
)
PENALTY = Option(
    key="training.penalties",
    check=lambda given, _: checks.words(given, tuple(PENALTIES)),
    default=[],
    writes=lambda lesson: list(lesson.penalties) or None,
)
