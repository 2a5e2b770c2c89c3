"""One training iteration: its steps, what it carries on to the next, and what can be asked about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Shape
from mlp2xlsx.mathematics.leaves import names, substitute
from mlp2xlsx.mathematics.measures import Measure
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.penalties import PENALTY_ON
from mlp2xlsx.mathematics.scalars import SCALARS, scalars_of
from mlp2xlsx.mathematics.schedules import CONSTANT
from mlp2xlsx.mathematics.steps import SAMPLE, X_BATCH, Y_BATCH, Result, Step, X, Y

DATA = (X, Y)
LOSS = "loss"


def next_name(name: str) -> str:
    """What a carried matrix is called once it is updated."""
    return f"next_{name}"


def name_before(name: str) -> str:
    """What an updated matrix is called before that: the other way round; any other name stays."""
    return name.removeprefix(next_name(""))


def initial_name(name: str) -> str:
    """What the starting value of a parameter is called."""
    return f"initial_{name}"


@dataclass(frozen=True)
class Carried:
    """A matrix that an iteration takes over from the one before it.

    Attributes
    ----------
    name
        What it is called in an iteration.
    start
        What the first iteration takes: an input by its name, or an expression of none.
    update
        What the next iteration takes; None for one that stays as it is.
    """

    name: str
    start: Expr
    update: Result | None


@dataclass(frozen=True, eq=False)
class Iteration:
    """One iteration of training.

    Attributes
    ----------
    network
        What is trained.
    steps
        What is computed, in order.
    carried
        What the iteration takes over from the one before it.
    downhill
        Minus the derivative of the loss by each trained parameter, from the matrices of the steps.
    optimizer, penalties
        How the gradients change the parameters, and what is added to the loss: rows of their tables.
    measures
        What says how good the network is, by name: the loss, and of classes the accuracy.
    schedule
        How the learning rate depends on the iteration: a row of `SCHEDULES`, or `CONSTANT`.
    columns
        Names of what a person fills in besides, a column each, for all iterations.
    kept
        Names of what an optimiser keeps, and of what it makes of that and of the gradients: some of them
        are much smaller than all else.

    Raises
    ------
    ValueError
        When a matrix is given that is neither data, nor carried, nor recorded, or one is carried from
        nowhere to nowhere.
    """

    network: Network
    steps: tuple[Step, ...]
    carried: tuple[Carried, ...]
    downhill: Mapping[str, Expr]
    optimizer: str
    penalties: tuple[str, ...]
    measures: Mapping[str, Measure]
    schedule: str = CONSTANT
    columns: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = {*DATA, *self.columns, *self.drawn, *(each.name for each in self.carried)}
        strange = "is given, but is neither data, nor carried from one iteration to the next, nor recorded"
        given = [result.name for result in self.results if result.given]
        refuse(ValueError, {f"{name} {strange}": name not in known for name in given})
        for each in self.carried:
            ends = (self.exprs.get(each.name), each.start, each.update.expr if each.update else each.start)
            if any(end is None or end.shape != each.start.shape for end in ends):
                raise ValueError(
                    f"{each.name} is carried, but its start, itself and its update differ in shape"
                )

    @property
    def drawn(self) -> tuple[str, ...]:
        """What is neither computed nor given by a person, but drawn before training and written down.

        Which samples an iteration sees, and which neurons take part in it.
        """
        return (SAMPLE, *(layer.mask for layer in self.network.dropping))

    @cached_property
    def results(self) -> tuple[Result, ...]:
        """Every matrix, in the order of the steps."""
        return tuple(result for step in self.steps for result in step.results)

    @cached_property
    def computed(self) -> tuple[Result, ...]:
        """The matrices that are computed from others."""
        return tuple(result for result in self.results if not result.given)

    @cached_property
    def exprs(self) -> dict[str, Expr]:
        """How each matrix is computed, by name."""
        return {result.name: result.expr for result in self.results}

    @cached_property
    def shapes(self) -> dict[str, Shape]:
        """Rows and columns of each matrix, by name."""
        return {name: expr.shape for name, expr in self.exprs.items()}

    @cached_property
    def carried_names(self) -> tuple[str, ...]:
        """Names of what the iteration takes over."""
        return tuple(each.name for each in self.carried)

    @cached_property
    def updates(self) -> dict[str, str]:
        """Name of the updated matrix for each that is updated, in the order of the steps."""
        found = {each.update.name: each.name for each in self.carried if each.update is not None}
        return {found[update]: update for update in self.exprs if update in found}

    @cached_property
    def updated(self) -> dict[str, str]:
        """Name of what each updated matrix will be in the next iteration."""
        return {update: name for name, update in self.updates.items()}

    @cached_property
    def batched(self) -> bool:
        """Whether an iteration sees some of the samples only."""
        return SAMPLE in self.exprs

    @property
    def inputs(self) -> str:
        """Name of what the first layer multiplies its weights with."""
        return X_BATCH if self.batched else X

    @property
    def targets(self) -> str:
        """Name of what the outputs are compared with."""
        return Y_BATCH if self.batched else Y

    @cached_property
    def n_samples(self) -> int:
        """How many samples one iteration sees."""
        return self.shapes[self.inputs][0]

    @cached_property
    def measured(self) -> tuple[Result, ...]:
        """The cells that loss and accuracy are computed from, beside the matrices of the steps."""
        return tuple(one.cells for one in self.measures.values() if one.cells is not None)

    @cached_property
    def scalars(self) -> tuple[str, ...]:
        """The settable numbers that the iteration reads, in the order of `SCALARS`."""
        read = scalars_of((*self.exprs.values(), *(one.total for one in self.measures.values())))
        return tuple(name for name in SCALARS if name in read)

    def on_the_way_to(self, *wanted: str) -> tuple[Result, ...]:
        """The computed matrices that some are computed from, these among them, in the order of the steps.

        Data, batches of them, what is carried, and whether penalties count are where the way begins.
        """
        begin = {*DATA, self.inputs, self.targets, *self.carried_names, PENALTY_ON}
        needed, found = set(wanted), list[Result]()
        for result in reversed(self.computed):
            if result.name in needed - begin:
                needed.update(names(result.expr))
                found.append(result)
        return tuple(reversed(found))

    @cached_property
    def gradients(self) -> dict[str, Expr]:
        """Derivative of the loss by each trained parameter."""
        return {name: Apply("negate", downhill) for name, downhill in self.downhill.items()}

    @cached_property
    def backward(self) -> frozenset[str]:
        """Names of what is multiplied on the way back: slopes, deltas and the errors of hidden layers.

        Products of products: most of them are much smaller than what they are made of.
        """
        layers, first = self.network.layers, self.network.output_layer.error
        named = {name for layer in layers for name in (layer.slope, layer.error, layer.delta)}
        return frozenset(self.exprs.keys() & named - {first})

    @cached_property
    def forward(self) -> tuple[Result, ...]:
        """The network in use: the way from data and parameters to the outputs, without dropout."""
        whole = {
            layer.dropped: Matrix(layer.activations, self.shapes[layer.activations])
            for layer in self.network.dropping
        }
        way = self.on_the_way_to(self.network.output_layer.activations)
        return tuple(Result(one.name, substitute(one.expr, whole)) for one in way if one.name not in whole)

    @cached_property
    def to_loss(self) -> tuple[Result, ...]:
        """The way from data and parameters to the loss.

        The matrices under their names; what the loss adds up, one number for each output: the errors, or
        the terms of cross-entropy; and last the 1×1 `LOSS`.
        """
        measure = self.measures["loss"]
        cells = () if measure.cells is None else (measure.cells,)
        return (*self.on_the_way_to(*names(measure.expr)), *cells, Result(LOSS, measure.total))

    def depending_on(self, some: Iterable[str]) -> frozenset[str]:
        """Names of some matrices and of all that are computed from them, directly or not."""
        found = set(some)
        for result in self.computed:
            if found.intersection(names(result.expr)):
                found.add(result.name)
        return frozenset(found)
