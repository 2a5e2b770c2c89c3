"""What the gradient check tries: which parameters, over which samples, and the cells that a pass takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property
from itertools import product

from mlp2xlsx.mathematics.iteration import Iteration
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.network import EXPONENTIALS, Layer, Network
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.workbook.context import Context

MOST_LISTED = 60
# Of all passes together: more would make every change slow, and the sheet too.
MOST_CELLS = 5_000
FIRST_COL = 2  # the first column says which pass it is


class Reach(Enum):
    """What of a matrix a nudged parameter of one neuron changes."""

    NOTHING = auto()
    NEURON = auto()
    # The matrix is read whole, so the numbers that stay as they are stand beside the changed ones.
    NEURON_AMONG_ALL = auto()
    ALL = auto()


@dataclass(frozen=True)
class Stage:
    """A matrix of the forward pass and the columns of its cells: all of one sample, then of the next.

    Attributes
    ----------
    result
        The matrix, and how it is computed.
    col
        Column of the first cell.
    """

    result: Result
    col: int

    @property
    def name(self) -> str:
        """Name of the matrix."""
        return self.result.name

    @property
    def n_neurons(self) -> int:
        """How many cells a sample has."""
        return self.result.expr.shape[1]

    @property
    def n_cells(self) -> int:
        """How many cells all samples have."""
        rows, cols = self.result.expr.shape
        return rows * cols

    def column(self, sample: int, neuron: int) -> int:
        """Column of a cell, both counted from 0."""
        return self.col + sample * self.n_neurons + neuron

    def places(self) -> Iterator[tuple[int, int]]:
        """Sample and neuron of each cell, from left to right."""
        rows, cols = self.result.expr.shape
        return product(range(rows), range(cols))


@dataclass(frozen=True)
class Listed:
    """One cell of a parameter, rows and columns counted from 0, and the layer it belongs to."""

    name: str
    row: int
    col: int
    layer: Layer

    @property
    def label(self) -> str:
        """The cell as the sheet names it, counted from 1."""
        return f"{self.name}[{self.row + 1}, {self.col + 1}]"


@dataclass(frozen=True)
class Plan:
    """The passes of a gradient check.

    Attributes
    ----------
    iteration
        What is checked, over the samples that are checked.
    listed
        The cells of parameters that are nudged, the same number of each matrix where it has as many.
    """

    iteration: Iteration
    listed: tuple[Listed, ...] = ()

    @property
    def network(self) -> Network:
        """What is trained."""
        return self.iteration.network

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The matrices of the forward pass from left to right, without the loss."""
        found, col = [], FIRST_COL
        for result in self.iteration.to_loss[:-1]:
            found.append(Stage(result, col))
            col += found[-1].n_cells
        return tuple(found)

    @cached_property
    def loss(self) -> Result:
        """The loss, the last cell of a pass."""
        return self.iteration.to_loss[-1]

    @property
    def loss_col(self) -> int:
        """Column of the loss."""
        return self.stages[-1].col + self.stages[-1].n_cells

    @property
    def n_samples(self) -> int:
        """How many samples are checked."""
        return self.stages[0].result.expr.shape[0]

    @cached_property
    def n_parameters(self) -> int:
        """How many cells all trained parameters have."""
        return sum(rows * cols for rows, cols in (expr.shape for expr in self.iteration.downhill.values()))

    @cached_property
    def inputs(self) -> dict[str, str]:
        """Name of the matrix that a layer multiplies its weights with, by the name of the layer's input."""
        sums = {layer.input for layer in self.network.layers}
        return {stage.name: names(stage.result.expr)[0] for stage in self.stages if stage.name in sums}

    def reach(self, layer: Layer) -> dict[str, Reach]:
        """What of each matrix the weights or the bias of one neuron of a layer change."""
        inputs = {each.input for each in self.network.layers}
        divided = self.network.output_layer.activations if self.network.output == "softmax" else ""
        found, changed = {}, Reach.NOTHING
        for stage in self.stages:
            if stage.name == layer.input:
                changed = Reach.NEURON
            elif changed is Reach.NEURON and stage.name in inputs | {divided}:
                changed = Reach.ALL
            whole = stage.name == EXPONENTIALS or stage is self.stages[-1]
            found[stage.name] = Reach.NEURON_AMONG_ALL if whole and changed is Reach.NEURON else changed
        return found

    def cells_of_pass(self, layer: Layer | None = None) -> int:
        """How many cells a pass takes: as it is, or with a nudged parameter of a layer."""
        if layer is None:
            return self.loss_col - FIRST_COL + 1
        taken = {Reach.NOTHING: 0, Reach.NEURON: self.n_samples}
        reach = self.reach(layer)
        return 1 + sum(taken.get(reach[stage.name], stage.n_cells) for stage in self.stages)

    @property
    def n_cells(self) -> int:
        """How many cells all passes take."""
        return self.cells_of_pass() + sum(2 * self.cells_of_pass(one.layer) for one in self.listed)


def plan_check(context: Context) -> Plan:
    """Choose what is checked, so that all passes take some `MOST_CELLS` cells.

    All samples count, and there are fewer parameters the more there are; only where not one parameter
    could be nudged over all samples, the first of these are checked. One parameter there always is.
    """
    network, every = context.lesson.network, Plan(context.one_iteration)
    listed = tuple(_listed(every))
    if listed:
        return Plan(every.iteration, listed)
    one = Plan(context.lesson.iteration_over(1))
    costs = _costs(one)
    fitting = (MOST_CELLS - 1 - 2 * len(costs)) // (
        one.cells_of_pass() - 1 + sum(costs.values()) - 2 * len(costs)
    )
    some = Plan(context.lesson.iteration_over(max(1, fitting)))
    cheapest = Listed(network.output_layer.weights, 0, 0, network.output_layer)
    return Plan(some.iteration, tuple(_listed(some)) or (cheapest,))


def _costs(plan: Plan) -> dict[str, int]:
    """How many cells both passes of one cell of each trained parameter take."""
    return {name: 2 * plan.cells_of_pass(layer) for name, layer in _layers(plan.network).items()}


def _layers(network: Network) -> dict[str, Layer]:
    """The layer of each trained parameter, input side first."""
    trained = network.trained()
    pairs = ((name, layer) for layer in network.layers for name in (layer.weights, layer.bias))
    return {name: layer for name, layer in pairs if name in trained}


def _listed(plan: Plan) -> Iterator[Listed]:
    """Yield the first cells of each trained parameter: all of them, where they are not too many."""
    layers, shapes = _layers(plan.network), plan.network.parameters()
    sizes = {name: shapes[name][0] * shapes[name][1] for name in layers}
    shares = _shares(sizes, _costs(plan), MOST_CELLS - plan.cells_of_pass())
    for name, layer in layers.items():
        for k in range(shares[name]):
            yield Listed(name, *divmod(k, shapes[name][1]), layer)


def _shares(sizes: Mapping[str, int], costs: Mapping[str, int], left: int) -> dict[str, int]:
    """How many cells of each parameter: one more of each in turn, the cheaper first, while they fit."""
    shares = dict.fromkeys(sizes, 0)
    turn = sorted(sizes, key=lambda name: costs[name])
    while turn:
        still = []
        for name in turn:
            if shares[name] < sizes[name] and costs[name] <= left and sum(shares.values()) < MOST_LISTED:
                shares[name] += 1
                left -= costs[name]
                still.append(name)
        turn = still
    return shares
