"""Penalties: what large weights add to the loss, so that training keeps them small."""

from collections.abc import Callable
from dataclasses import dataclass

from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Number, Scalar, Single, Total
from mlp2xlsx.mathematics.leaves import names, nodes
from mlp2xlsx.mathematics.scalars import need_scalars
from mlp2xlsx.mathematics.schedules import MADE
from mlp2xlsx.words import size


@dataclass(frozen=True)
class Penalty:
    """A penalty on the weights of every layer; biases have none.

    Attributes
    ----------
    name
        What a lesson calls it.
    loss
        What the weights of one layer add to the loss, a 1×1 expression: a sum over their cells, of functions
        that can be said of a range (`Function.over_range`).
    slope
        Its derivative by these weights, of their shape.
    scalars
        The settable numbers that it reads; the first is its strength, and a lesson that gives it has the
        penalty.
    """

    name: str
    loss: Callable[[Matrix], Expr]
    slope: Callable[[Matrix], Expr]
    scalars: tuple[str, ...]


PENALTIES = {
    row.name: row
    for row in (
        Penalty(
            "l2",
            loss=lambda weights: Total(Apply("square", weights)) * Scalar("l2_penalty") / Number(2),
            slope=lambda weights: weights * Scalar("l2_penalty"),
            scalars=("l2_penalty",),
        ),
        Penalty(
            "l1",
            loss=lambda weights: Total(Apply("absolute", weights)) * Scalar("l1_penalty"),
            slope=lambda weights: Apply("sign", weights) * Scalar("l1_penalty"),
            scalars=("l1_penalty",),
        ),
    )
}


PENALTY_ON = "penalty_on"
"""Whether the penalties count in an iteration: 1, or 0 before the one that they begin with."""

BEGINS = "penalty_from"
"""The settable number of the iteration that they begin with."""


BEGUN = Number(1) - Apply("positive", Scalar(BEGINS) - (MADE + Number(1)))
"""What `PENALTY_ON` is in an iteration, by the updates made before."""


def counting(penalty: Expr, *, later: bool) -> Expr:
    """A part of a penalty; where penalties begin later, nothing before that."""
    return penalty * Single(PENALTY_ON) if later else penalty


def has_penalty(expr: Expr) -> bool:
    """Whether an expression reads the strength of a penalty."""
    numbers = {name for row in PENALTIES.values() for name in row.scalars}
    return not numbers.isdisjoint(names(expr))


def register_penalty(row: Penalty) -> None:
    """Add a penalty.

    Raises
    ------
    ValueError
        When its name is taken, a part of it is missing or of another shape, its strength is that of another
        one, it reads a number that is no row of `SCALARS`, or its loss what no formula says of a range; the
        message names the part.
    """
    # Functions need NumPy, for which a help text does not wait.
    from mlp2xlsx.mathematics.functions import FUNCTIONS

    what, rules = f"penalty {row.name}", {"loss": row.loss, "slope": row.slope}
    faults = {f"{what}: {part} is missing": not callable(rule) for part, rule in rules.items()}
    refuse(ValueError, {f"there is a {what} already": row.name in PENALTIES, **faults})
    weights = Matrix("weights", (2, 3))
    loss, slope = row.loss(weights), row.slope(weights)
    need_scalars(what, row.scalars, (loss, slope))
    applied = {node.function for node in nodes(loss) if isinstance(node, Apply)}
    sayable = {name for name, function in FUNCTIONS.items() if function.over_range is not None}
    strength = row.scalars[0] if row.scalars else ""
    refuse(
        ValueError,
        {
            f"{what}: scalars is missing": not strength,
            f"{what}: scalar {strength} is the strength of another penalty": strength
            in {one.scalars[0] for one in PENALTIES.values()},
            f"{what}: loss is {size(loss.shape)}, expected 1×1": loss.shape != (1, 1),
            f"{what}: slope is {size(slope.shape)} for weights of 2×3": slope.shape != weights.shape,
        }
        | {
            f"{what}: loss reads {name}, of which over_range is missing": name not in sayable
            for name in sorted(applied)
        },
    )
    PENALTIES[row.name] = row
