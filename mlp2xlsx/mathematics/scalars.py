"""The numbers of training that a person may set: each once, with its range.

A row of `SCALARS` is all there is to such a number; its words stand in the texts of each language, under
`[scalars]`. The mathematics refers to a row by its name (`Scalar("lr")`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from mlp2xlsx import resources
from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Expr, Scalar
from mlp2xlsx.mathematics.leaves import leaves
from mlp2xlsx.mathematics.network import TEMPERATURE


@dataclass(frozen=True)
class SettableScalar:
    """A number of training that a person may set.

    Attributes
    ----------
    name
        What it is called in lessons, formulas and programs, and its defined name in a workbook.
    default
        What it is where a lesson does not say.
    above, below
        What it has to lie between, both excluded.
    help, metavar, line
        What the help of the command line says of it, what it calls the number, and where: behind flags with
        smaller numbers. Without a help there is no flag.
    section
        The table of a lesson file that it stands in.
    """

    name: str
    default: float
    above: float = -inf
    below: float = inf
    help: str = ""
    metavar: str = "N"
    line: int = 85
    section: str = "training"


_HELP_OF_LR = "learning rate; also --optimizer and --schedule NAME"
SCALARS = {
    row.name: row
    for row in (
        SettableScalar("lr", 0.1, above=0, help=_HELP_OF_LR, metavar="L", line=80),
        SettableScalar("momentum", 0.9, above=0, below=1),
        SettableScalar("beta1", 0.9, above=0, below=1),
        SettableScalar("beta2", 0.999, above=0, below=1),
        SettableScalar("epsilon", 1e-8, above=0),
        SettableScalar("weight_decay", 0.01, above=0),
        SettableScalar("l2_penalty", 0.01, above=0),
        SettableScalar("l1_penalty", 0.01, above=0),
        SettableScalar("penalty_from", 1, above=0),
        SettableScalar("lr_decay", 0.5, above=0),
        SettableScalar("lr_every", 100, above=0),
        SettableScalar("lr_period", 1000, above=0),
        SettableScalar("lr_warmup", 100, above=0),
        SettableScalar(TEMPERATURE, 1, above=0, section="network"),
    )
}
"""All of them by name, in the order in which they stand on `Setup`."""

LR = Scalar("lr")


def register_scalar(row: SettableScalar) -> None:
    """Add a number behind the others.

    Raises
    ------
    ValueError
        When its name is taken, its default out of range, or its words missing in a language; the message
        names what is missing.
    """
    out_of_range = f"scalar {row.name}: default {row.default} is not within {row.above} and {row.below}"
    refuse(
        ValueError,
        {
            f"there is a scalar {row.name} already": row.name in SCALARS,
            out_of_range: not row.above < row.default < row.below,
        },
    )
    texts = (("scalars", row.name, part) for part in ("hint", "error"))
    resources.need_texts(f"scalar {row.name}", *texts)
    SCALARS[row.name] = row


def scalars_of(expressions: Iterable[Expr]) -> frozenset[str]:
    """Names of the settable numbers that expressions read."""
    return frozenset(leaf.name for expr in expressions for leaf in leaves(expr) if isinstance(leaf, Scalar))


def need_scalars(what: str, declared: Iterable[str], expressions: Iterable[Expr]) -> None:
    """Refuse a settable number that is read and not declared, or the other way round, or no row of `SCALARS`.

    Raises
    ------
    ValueError
        Naming what reads it, and the number.
    """
    read = scalars_of(expressions)
    for name in sorted(read | set(declared)):
        refuse(
            ValueError,
            {
                f"{what}: scalar {name} is read, but missing in its scalars": name not in declared,
                f"{what}: scalar {name} is missing in SCALARS": name not in SCALARS,
                f"{what}: scalar {name} is declared, but nothing reads it": name not in read,
            },
        )
