"""How the gradients change the parameters: the optimisers, a row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mlp2xlsx import resources
from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Expr, Matrix
from mlp2xlsx.mathematics.iteration import next_name
from mlp2xlsx.mathematics.scalars import LR, need_scalars


@dataclass(frozen=True)
class Update:
    """The update of one parameter: what a rule of an optimiser is written with.

    Attributes
    ----------
    name
        The parameter.
    downhill
        Minus the derivative of the loss by it.
    known
        Every matrix of the steps so far, by name.
    """

    name: str
    downhill: Expr
    known: Mapping[str, Matrix]

    @property
    def parameter(self) -> Matrix:
        """The parameter as it stands."""
        return self.known[self.name]

    def old(self, state: str) -> Matrix:
        """A state of this parameter as the iteration before has left it."""
        return self.known[state_name(state, self.name)]

    def new(self, state: str) -> Matrix:
        """A state of this parameter as this iteration leaves it."""
        return self.known[next_name(state_name(state, self.name))]


Rule = Callable[[Update], Expr]


def state_name(state: str, parameter: str) -> str:
    """Name of the matrix that an optimiser keeps of a parameter."""
    return f"{state}_{parameter}"


@dataclass(frozen=True)
class Optimizer:
    """One optimiser.

    Attributes
    ----------
    name
        What a lesson calls it.
    update
        What a parameter becomes.
    scalars
        The settable numbers that it reads.
    state
        What it keeps of each trained parameter from one iteration to the next, a matrix of the same shape
        that starts at 0, and what that becomes; each is a step of its own, before the update, and its name
        is the key of the step's texts.
    """

    name: str
    update: Rule
    scalars: tuple[str, ...]
    state: Mapping[str, Rule] = field(default_factory=dict)


PLAIN = "gd"
"""Plain gradient descent, as in the article."""

OPTIMIZERS = {PLAIN: Optimizer(PLAIN, update=lambda at: at.parameter + at.downhill * LR, scalars=("lr",))}


def register_optimizer(row: Optimizer) -> None:
    """Add an optimiser.

    Raises
    ------
    ValueError
        When its name is taken, a rule is missing, a rule reads a state or a settable number that is not
        declared, or the texts of a step are missing in a language; the message names the part.
    """
    what = f"optimizer {row.name}"
    rules = {"update": row.update} | {f"state {name}": rule for name, rule in row.state.items()}
    faults = {f"{what}: {part} is missing": not callable(rule) for part, rule in rules.items()}
    refuse(ValueError, {f"there is an {what} already": row.name in OPTIMIZERS, **faults})
    need_scalars(what, row.scalars, _tried(row, what))
    texts = (("steps", state, part) for state in row.state for part in ("title", "what"))
    resources.need_texts(what, *texts)
    OPTIMIZERS[row.name] = row


def _tried(row: Optimizer, what: str) -> list[Expr]:
    """Write the update of some parameter, so that a rule that cannot be written is found."""
    shape = (2, 3)
    names = [state_name(state, "w") for state in row.state]
    known = {name: Matrix(name, shape) for name in ("w", *names, *map(next_name, names))}
    update = Update("w", Matrix("downhill", shape), known)
    try:
        return [rule(update) for rule in (*row.state.values(), row.update)]
    except KeyError as error:
        raise ValueError(f"{what}: state {error.args[0].removesuffix('_w')} is missing") from None
