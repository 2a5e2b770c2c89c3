"""The learning rate over time: what it is in each iteration, a row each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mlp2xlsx import resources
from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Number, Scalar, Single, SumSamples, TakeRows
from mlp2xlsx.mathematics.leaves import rewritten
from mlp2xlsx.mathematics.scalars import LR, need_scalars

CONSTANT = "constant"
"""The same rate in all iterations."""

COUNT, RATE = "n_updates", "lr_t"
"""How many updates there were before an iteration, which starts at 0, and its learning rate."""

RATES_FROM, RATES = "lr_from", "lr_rate"
"""The columns of the table: from which iteration on, and which learning rate."""

MADE = Single(COUNT)


@dataclass(frozen=True)
class Schedule:
    """A learning rate that depends on the iteration.

    Attributes
    ----------
    name
        What a lesson calls it.
    rate
        The learning rate, a 1×1 expression of `MADE`, of settable numbers and of the columns.
    scalars
        The settable numbers that it reads.
    columns
        Names of the columns that a person fills in, of a row for each rate.
    """

    name: str
    rate: Callable[[Sequence[Matrix]], Expr]
    scalars: tuple[str, ...]
    columns: tuple[str, ...] = ()


def at_most_1(expr: Expr) -> Expr:
    """A number, or 1 where it is more."""
    return Number(1) - Apply("relu", Number(1) - expr)


def _power(base: Expr, exponent: Expr) -> Expr:
    """A number above 0 to the power of another: e to the power of its logarithm, so many times."""
    return Apply("exp", exponent * Apply("log", base))


def _cosine(_: Sequence[Matrix]) -> Expr:
    turn = Apply("cos", Apply("pi_times", at_most_1(MADE / Scalar("lr_period"))))
    return LR * (Number(1) + turn) / Number(2)


def _from_table(columns: Sequence[Matrix]) -> Expr:
    """The rate in the last row that has begun: so many rows as there are, without those still to come."""
    starts, rates = columns
    still_to_come = SumSamples(Apply("positive", starts - (MADE + Number(1))))
    return TakeRows(rates, Number(starts.shape[0]) - still_to_come)


SCHEDULES = {
    row.name: row
    for row in (
        Schedule(
            "step",
            lambda _: LR * _power(Scalar("lr_decay"), Apply("floor", MADE / Scalar("lr_every"))),
            ("lr", "lr_decay", "lr_every"),
        ),
        Schedule("exponential", lambda _: LR * _power(Scalar("lr_decay"), MADE), ("lr", "lr_decay")),
        Schedule("cosine", _cosine, ("lr", "lr_period")),
        Schedule(
            "warmup",
            lambda _: LR * at_most_1((MADE + Number(1)) / Scalar("lr_warmup")),
            ("lr", "lr_warmup"),
        ),
        Schedule("table", _from_table, (), (RATES_FROM, RATES)),
    )
}


def register_schedule(row: Schedule) -> None:
    """Add a schedule.

    Raises
    ------
    ValueError
        When its name is taken, its rate is missing, it reads a settable number that is not declared, or a
        text is missing in a language; the message names the part.
    """
    what = f"schedule {row.name}"
    taken = row.name in (CONSTANT, *SCHEDULES)
    refuse(
        ValueError,
        {f"there is a {what} already": taken, f"{what}: rate is missing": not callable(row.rate)},
    )
    need_scalars(what, row.scalars, [row.rate([Matrix(name, (2, 1)) for name in row.columns])])
    resources.need_texts(what, ("steps", "rate", row.name, "what"))
    SCHEDULES[row.name] = row


def with_rate(expr: Expr) -> Expr:
    """An update with the learning rate of its iteration in the place of the one on `Setup`."""
    return rewritten(expr, lambda node: Single(RATE) if node == LR else None)
