"""How the gradients change the parameters: the optimisers, a row each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mlp2xlsx import resources
from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Number, Scalar, Single
from mlp2xlsx.mathematics.iteration import name_before, next_name
from mlp2xlsx.mathematics.scalars import LR, need_scalars
from mlp2xlsx.words import size


@dataclass(frozen=True)
class Update:
    """The update of one parameter: what a rule of an optimiser is written with.

    Attributes
    ----------
    name
        The parameter.
    downhill
        Minus the derivative of the loss by it: a matrix of the step `DOWNHILL` for an optimiser that keeps
        something.
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

    def corrected(self, name: str) -> Matrix:
        """What this iteration makes of the states of this parameter."""
        return self.known[state_name(name, self.name)]

    def power(self, name: str) -> Matrix:
        """A power of a settable number: it is multiplied with itself once more in each iteration."""
        return self.known[next_name(name)]


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
    powers
        Numbers that start at 1, and the settable number that each is multiplied by in every iteration.
    correction
        What is made of the states before the update reads them, a matrix for each parameter; each with the
        power that it reads is a step of its own, whose texts have its name.
    """

    name: str
    update: Rule
    scalars: tuple[str, ...]
    state: Mapping[str, Rule] = field(default_factory=dict)
    powers: Mapping[str, str] = field(default_factory=dict)
    correction: Mapping[str, Rule] = field(default_factory=dict)


PLAIN = "gd"
"""Plain gradient descent, as in the article."""

DOWNHILL = "downhill"
"""Step, and first part of the names, of minus the derivatives, where an optimiser keeps something of them."""

MOMENTUM, BETA1, BETA2 = Scalar("momentum"), Scalar("beta1"), Scalar("beta2")
EPSILON, WEIGHT_DECAY = Scalar("epsilon"), Scalar("weight_decay")


def _velocity(at: Update) -> Expr:
    return at.old("velocity") * MOMENTUM + at.downhill


def _mean(at: Update) -> Expr:
    return at.old("m") * BETA1 + at.downhill * (Number(1) - BETA1)


def _mean_square(at: Update) -> Expr:
    return at.old("v") * BETA2 + Apply("square", at.downhill) * (Number(1) - BETA2)


def _scaled(mean: Expr, mean_square: Expr) -> Expr:
    """A step whose size hardly depends on that of the gradient."""
    return mean / (Apply("sqrt", mean_square) + EPSILON) * LR


def _adam(name: str, parameter: Callable[[Update], Expr], *more: str) -> Optimizer:
    """Adam with bias correction, for what is left of a parameter before the step."""
    return Optimizer(
        name,
        update=lambda at: parameter(at) + _scaled(at.corrected("m_hat"), at.corrected("v_hat")),
        scalars=("lr", "beta1", "beta2", "epsilon", *more),
        state={"m": _mean, "v": _mean_square},
        powers={"beta1_t": "beta1", "beta2_t": "beta2"},
        correction={
            "m_hat": lambda at: at.new("m") / (Number(1) - at.power("beta1_t")),
            "v_hat": lambda at: at.new("v") / (Number(1) - at.power("beta2_t")),
        },
    )


OPTIMIZERS = {
    row.name: row
    for row in (
        Optimizer(PLAIN, update=lambda at: at.parameter + at.downhill * LR, scalars=("lr",)),
        Optimizer(
            "momentum",
            state={"velocity": _velocity},
            update=lambda at: at.parameter + at.new("velocity") * LR,
            scalars=("lr", "momentum"),
        ),
        Optimizer(
            "nesterov",
            state={"velocity": _velocity},
            update=lambda at: at.parameter + (at.new("velocity") * MOMENTUM + at.downhill) * LR,
            scalars=("lr", "momentum"),
        ),
        Optimizer(
            "adagrad",
            state={"v": lambda at: at.old("v") + Apply("square", at.downhill)},
            update=lambda at: at.parameter + _scaled(at.downhill, at.new("v")),
            scalars=("lr", "epsilon"),
        ),
        Optimizer(
            "rmsprop",
            state={"v": _mean_square},
            update=lambda at: at.parameter + _scaled(at.downhill, at.new("v")),
            scalars=("lr", "beta2", "epsilon"),
        ),
        _adam("adam", lambda at: at.parameter),
        _adam("adamw", lambda at: at.parameter * (Number(1) - WEIGHT_DECAY * LR), "weight_decay"),
    )
}


def register_optimizer(row: Optimizer) -> None:
    """Add an optimiser.

    Raises
    ------
    ValueError
        When its name is taken, a rule is missing or makes another shape than that of the parameter, reads
        what is not declared, a settable number is declared that nothing reads, or the texts of a step are
        missing in a language; the message names the part.
    """
    what = f"optimizer {row.name}"
    rules = {f"state {name}": rule for name, rule in row.state.items()}
    rules |= {f"correction {name}": rule for name, rule in row.correction.items()}
    rules |= {"update": row.update}
    faults = {f"{what}: {part} is missing": not callable(rule) for part, rule in rules.items()}
    refuse(ValueError, {f"there is an {what} already": row.name in OPTIMIZERS, **faults})
    need_scalars(what, row.scalars, _tried(row, rules))
    if row.state:  # without one, the update is that of the article, and its texts say so
        steps = [
            ("steps", step, part) for step in (*row.state, *row.correction) for part in ("title", "what")
        ]
        updates = [("steps", f"update_{one}", row.name, "what") for one in ("weights", "biases")]
        resources.need_texts(what, *steps, *updates)
    OPTIMIZERS[row.name] = row


def _tried(row: Optimizer, rules: Mapping[str, Rule]) -> list[Expr]:
    """Write the update of some parameter, so that a rule that cannot be written is found."""
    shape = (2, 3)
    names = [state_name(state, "w") for state in row.state]
    made = [state_name(name, "w") for name in row.correction]
    known = {name: Matrix(name, shape) for name in ("w", *names, *map(next_name, names), *made)}
    known |= {next_name(name): Single(next_name(name)) for name in row.powers}
    update = Update("w", Matrix("downhill", shape), known)
    what, found = f"optimizer {row.name}", []
    for part, rule in rules.items():
        try:
            found.append(rule(update))
        except KeyError as error:
            name = name_before(error.args[0]).removesuffix("_w")
            raise ValueError(f"{what}: {part} reads {name}, which is missing") from None
        if found[-1].shape != shape:
            raise ValueError(f"{what}: {part} is {size(found[-1].shape)} for a parameter of {size(shape)}")
    return [*map(Scalar, row.powers.values()), *found]
