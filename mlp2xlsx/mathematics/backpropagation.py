"""One training iteration, written down as an ordered list of named expressions: the only mathematics of it.

The steps, their order and their names are those of Sunil Ray's article; where the article contradicts
itself they follow its Python code.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from mlp2xlsx.mathematics.expr import (
    Constant,
    Expr,
    Matrix,
    Mul,
    Number,
    Scalar,
    Single,
    SumNeurons,
    SumSamples,
)
from mlp2xlsx.mathematics.forward import ForwardSteps
from mlp2xlsx.mathematics.functions import slope_of
from mlp2xlsx.mathematics.iteration import Carried, Iteration, initial_name, next_name
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.measures import measures
from mlp2xlsx.mathematics.network import Layer, Network
from mlp2xlsx.mathematics.optimizers import (
    DOWNHILL,
    OPTIMIZERS,
    PLAIN,
    Optimizer,
    Update,
    state_name,
)
from mlp2xlsx.mathematics.penalties import BEGUN, PENALTIES, PENALTY_ON, counting
from mlp2xlsx.mathematics.schedules import CONSTANT, COUNT, MADE, RATE, SCHEDULES, Schedule, with_rate
from mlp2xlsx.mathematics.steps import Step


# Lessons that differ in their numbers only, as those of a class, have one and the same iteration.
@lru_cache(maxsize=16)
def iteration_of(
    network: Network,
    n_samples: int,
    batch: int | None = None,
    optimizer: str = PLAIN,
    penalties: tuple[str, ...] = (),
    schedule: str = CONSTANT,
    n_rates: int = 0,
    later: bool = False,
) -> Iteration:
    """Write down one iteration: twelve steps for a network with one hidden layer and plain gradient descent.

    Parameters
    ----------
    network
        What is trained.
    n_samples
        Rows of `X` and `y`.
    batch
        How many of the samples one iteration sees; None for all of them.
    optimizer
        How the gradients change the parameters: a row of `OPTIMIZERS`.
    penalties
        What is added to the loss: rows of `PENALTIES`.
    schedule
        How the learning rate depends on the iteration: `CONSTANT`, or a row of `SCHEDULES`.
    n_rates
        How many rows the tables of learning rates have, where there are some.
    later
        Whether penalties begin in an iteration that is a settable number.

    Raises
    ------
    ShapeError
        When a matrix does not fit the next.
    """
    rule, rates, later = OPTIMIZERS[optimizer], SCHEDULES.get(schedule), later and bool(penalties)
    return _Builder(network, n_samples, batch, rule, penalties, rates, n_rates, later).iteration()


class _Builder(ForwardSteps):
    """Writes the steps down, there and back."""

    def __init__(
        self,
        network: Network,
        n_samples: int,
        batch: int | None,
        optimizer: Optimizer,
        penalties: Sequence[str],
        schedule: Schedule | None,
        n_rates: int,
        later: bool,
    ) -> None:
        self.optimizer, self.penalties, self.schedule, self.later = optimizer, penalties, schedule, later
        start = {
            state_name(state, name): Constant(0, network.parameters()[name])
            for state in optimizer.state
            for name in network.trained()
        } | {name: Constant(1, (1, 1)) for name in optimizer.powers}
        self.downhill: dict[str, Expr] = {}
        self.kept = set(start)
        if schedule is not None or later:
            start[COUNT] = Constant(0, (1, 1))
        columns = [Matrix(name, (n_rates, 1)) for name in (schedule.columns if schedule else ())]
        super().__init__(network, n_samples, batch, columns, start)

    def iteration(self) -> Iteration:
        self.to_outputs()
        self.backward()
        self.update()
        run, y = tuple(self.written), self.targets
        return Iteration(
            network=self.network,
            steps=run,
            carried=tuple(self.carried(run)),
            downhill=self.downhill,
            optimizer=self.optimizer.name,
            penalties=tuple(self.penalties),
            measures=measures(self.network, y.shape[0], y.name, self.penalties, later=self.later),
            schedule=CONSTANT if self.schedule is None else self.schedule.name,
            columns=tuple(column.name for column in self.columns),
            kept=frozenset(self.kept),
        )

    def carried(self, run: tuple[Step, ...]) -> Iterator[Carried]:
        """Yield what an iteration takes over from the one before it."""
        results = {result.name: result for step in run for result in step.results}
        for name, shape in self.network.parameters().items():
            yield Carried(name, Matrix(initial_name(name), shape), results.get(next_name(name)))
        for name, start in self.start.items():
            yield Carried(name, start, results[next_name(name)])

    def backward(self) -> None:
        network, output = self.network, self.network.output_layer
        self.write("error", "", {output.error: self.targets - self.known[output.activations]})
        backwards = network.layers[::-1]
        needed = backwards[1:] if network.error_is_delta else backwards
        found = {
            layer: slope_of(layer.activation, self.known[layer.input], self.known[layer.activations])
            for layer in needed
        }
        slopes = {layer.slope: slope for layer, slope in found.items() if slope is not None}
        # Of several functions the hidden layers' is said, unless these have several themselves.
        sloped = [layer for layer in needed if layer.slope in slopes]
        kinds = {layer.activation for layer in sloped if layer != output} or {output.activation}
        self.write("slopes", kinds.pop() if len(kinds) == 1 else "", slopes)
        rule = network.output
        if network.loss == "cross_entropy":
            rule = "cross_entropy_tempered" if network.tempered else network.loss
        self.write("output_delta", rule, {output.delta: self.output_delta()})
        for after, layer in pairwise(backwards):
            error = self.known[after.delta] @ self.known[after.weights].T
            self.write("hidden_error", "", {layer.error: error}, layer)
            # The slope of a linear layer is 1: its error is its delta.
            back: Expr = self.known[layer.error]
            if layer.drops:
                back = self.thinned(layer, back, self.known[layer.mask])
            delta = Mul(back, self.known[layer.slope]) if layer.slope in slopes else back
            variant = "dropout" if layer.drops else layer.activation
            self.write("hidden_delta", variant, {layer.delta: delta}, layer)

    def output_delta(self) -> Expr:
        """How much the output layer's input should change: the error, seen through the activation."""
        layer = self.network.output_layer
        error, output = self.known[layer.error], self.known[layer.activations]
        if self.network.error_is_delta:
            return self.tempered(error)
        if layer.activation == "softmax":
            # Softmax makes each output depend on every input of its row: the Jacobian times the error.
            return self.tempered(Mul(output, error - SumNeurons(Mul(error, output))))
        return Mul(error, self.known[layer.slope])

    def update(self) -> None:
        backwards, optimizer = self.network.layers[::-1], self.optimizer
        weights = [layer.weights for layer in backwards]
        biases = [layer.bias for layer in backwards] if self.network.bias == "trained" else []
        for layer in backwards:
            self.downhill[layer.weights] = self.downhill_of_weights(layer)
            if biases:
                self.downhill[layer.bias] = SumSamples(self.known[layer.delta])
        both = (*weights, *biases)
        counted: dict[str, Expr] = {next_name(COUNT): MADE + Number(1)}
        if self.later:
            self.write("penalty_on", "", counted | {PENALTY_ON: BEGUN})
            counted = {}
        if self.schedule is not None:
            self.write("rate", self.schedule.name, counted | {RATE: self.schedule.rate(self.columns)})
        if optimizer.state:
            named = {state_name(DOWNHILL, name): self.downhill[name] for name in both}
            self.write_kept(DOWNHILL, named)
        for state, rule in optimizer.state.items():
            of_each = {next_name(state_name(state, name)): rule(self.at(name)) for name in both}
            self.write_kept(state, of_each)
        self.correct(both)
        for kind, which in (("update_weights", weights), ("update_biases", biases)):
            updated = {next_name(name): optimizer.update(self.at(name)) for name in which}
            if self.schedule is not None:
                updated = {name: with_rate(expr) for name, expr in updated.items()}
            self.write(kind, optimizer.name, updated)

    def correct(self, parameters: Sequence[str]) -> None:
        """Make of the states what the update reads, for an optimiser that does not take them as they are."""
        optimizer = self.optimizer
        powers = {next_name(name): Single(name) * Scalar(base) for name, base in optimizer.powers.items()}
        self.known |= {name: Single(name) for name in powers}
        for name, rule in optimizer.correction.items():
            made = {state_name(name, each): rule(self.at(each)) for each in parameters}
            read = {leaf for expr in made.values() for leaf in names(expr)}
            self.write_kept(name, {one: powers[one] for one in powers if one in read} | made)

    def write_kept(self, kind: str, results: dict[str, Expr]) -> None:
        """Append a step of an optimiser that keeps something."""
        self.kept |= results.keys()
        self.write(kind, self.optimizer.name, results)

    def downhill_of_weights(self, layer: Layer) -> Expr:
        """How the weights of a layer should change: minus the derivative of the loss, penalties included."""
        downhill: Expr = self.inputs_of(layer).T @ self.known[layer.delta]
        for name in self.penalties:
            slope = PENALTIES[name].slope(self.known[layer.weights])
            downhill = downhill - counting(slope, later=self.later)
        return downhill

    def at(self, parameter: str) -> Update:
        downhill = self.known.get(state_name(DOWNHILL, parameter), self.downhill[parameter])
        return Update(parameter, downhill, self.known)
