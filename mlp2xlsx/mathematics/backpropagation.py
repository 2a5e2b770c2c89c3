"""One training iteration, written down as an ordered list of named expressions: the only mathematics of it.

The steps, their order and their names are those of Sunil Ray's article; where the article contradicts
itself they follow its Python code.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from mlp2xlsx.mathematics.expr import (
    Apply,
    Constant,
    Expr,
    Matrix,
    Mul,
    Number,
    Scalar,
    Single,
    SumNeurons,
    SumSamples,
    TakeRows,
)
from mlp2xlsx.mathematics.functions import slope_of
from mlp2xlsx.mathematics.iteration import Carried, Iteration, initial_name, next_name
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.measures import measures
from mlp2xlsx.mathematics.network import EXPONENTIALS, Layer, Network
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
from mlp2xlsx.mathematics.steps import SAMPLE, X_BATCH, Y_BATCH, Result, Step, X, Y


def activated(activation: str, z: Expr) -> Expr:
    """An activation of a layer's input; a linear layer puts out what comes in."""
    return z if activation == "linear" else Apply(activation, z)


def iteration_of(
    network: Network,
    n_samples: int,
    batch: int | None = None,
    optimizer: str = PLAIN,
    penalties: Sequence[str] = (),
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


class _Builder:
    """Writes the steps down, keeping the matrices named so far as operands for the next."""

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
        self.network, self.optimizer, self.penalties = network, optimizer, penalties
        self.schedule, self.later = schedule, later
        self.columns = [Matrix(name, (n_rates, 1)) for name in (schedule.columns if schedule else ())]
        self.n_samples = n_samples
        self.batch = batch
        self.known: dict[str, Matrix] = {}
        self.written: list[Step] = []
        self.start = {
            state_name(state, name): Constant(0, network.parameters()[name])
            for state in optimizer.state
            for name in network.trained()
        } | {name: Constant(1, (1, 1)) for name in optimizer.powers}
        self.downhill: dict[str, Expr] = {}
        self.kept = set(self.start)
        if schedule is not None or later:
            self.start[COUNT] = Constant(0, (1, 1))

    def iteration(self) -> Iteration:
        self.read()
        self.initialise()
        self.forward()
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

    def write(
        self,
        kind: str,
        variant: str,
        results: dict[str, Expr],
        layer: Layer | None = None,
        plain: Iterable[str] = (),
    ) -> None:
        """Append a step and make its results known; a step without results is none."""
        if not results:
            return
        made = tuple(Result(name, expr) for name, expr in results.items())
        hidden = self.network.hidden_layers
        number = hidden.index(layer) + 1 if layer in hidden and len(hidden) > 1 else None
        self.written.append(Step(kind, variant, number, made, frozenset(plain)))
        self.known |= {result.name: result.matrix for result in made}

    def inputs_of(self, layer: Layer) -> Matrix:
        """What a layer multiplies its weights with: the data, or the activations before it."""
        layers = self.network.layers
        position = layers.index(layer)
        return self.inputs if position == 0 else self.known[layers[position - 1].activations]

    def read(self) -> None:
        inputs = Matrix(X, (self.n_samples, self.network.n_inputs))
        targets = Matrix(Y, (self.n_samples, self.network.n_outputs))
        if self.batch is None:
            given: dict[str, Expr] = {X: inputs, Y: targets}
        else:
            sample = Matrix(SAMPLE, (self.batch, 1))
            batch = {X_BATCH: TakeRows(inputs, sample), Y_BATCH: TakeRows(targets, sample)}
            given = {SAMPLE: sample, **batch}
        columns = {column.name: column for column in self.columns}
        self.write("read", "" if self.batch is None else "batch", given | columns, plain=columns)
        # What the first layer multiplies its weights with, and what the outputs are compared with.
        self.inputs, self.targets = (self.known[name] for name in list(given)[-2:])

    def initialise(self) -> None:
        shapes = self.network.parameters() | {name: start.shape for name, start in self.start.items()}
        given: dict[str, Expr] = {name: Matrix(name, shape) for name, shape in shapes.items()}
        self.write("initialise", "", given, plain=self.start)
        self.known |= {name: Single(name) for name in (*self.optimizer.powers, COUNT) if name in shapes}

    def forward(self) -> None:
        bias = "" if self.network.has_bias else "none"
        for layer in self.network.hidden_layers:
            self.write("hidden_input", bias, {layer.input: self.weighted_sum(layer)}, layer)
            activation = activated(layer.activation, self.known[layer.input])
            self.write("hidden_activation", layer.activation, {layer.activations: activation}, layer)
        layer = self.network.output_layer
        linear = Matrix(layer.input, self.weighted_sum(layer).shape)
        results = {layer.input: self.weighted_sum(layer)}
        if layer.activation == "softmax":
            exponentials = Matrix(EXPONENTIALS, linear.shape)
            results[EXPONENTIALS] = Apply("exp", linear)
            results[layer.activations] = exponentials / SumNeurons(exponentials)
        else:
            results[layer.activations] = activated(layer.activation, linear)
        self.write("output", layer.activation, results)

    def weighted_sum(self, layer: Layer) -> Expr:
        """What reaches each neuron of a layer: inputs · weights, and the bias if there is one."""
        product = self.inputs_of(layer) @ self.known[layer.weights]
        return product + self.known[layer.bias] if self.network.has_bias else product

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
        rule = network.loss if network.loss == "cross_entropy" else network.output
        self.write("output_delta", rule, {output.delta: self.output_delta()})
        for after, layer in pairwise(backwards):
            error = self.known[after.delta] @ self.known[after.weights].T
            self.write("hidden_error", "", {layer.error: error}, layer)
            # The slope of a linear layer is 1: its error is its delta.
            back: Expr = self.known[layer.error]
            delta = Mul(back, self.known[layer.slope]) if layer.slope in slopes else back
            self.write("hidden_delta", layer.activation, {layer.delta: delta}, layer)

    def output_delta(self) -> Expr:
        """How much the output layer's input should change: the error, seen through the activation."""
        layer = self.network.output_layer
        error, output = self.known[layer.error], self.known[layer.activations]
        if self.network.error_is_delta:
            return error
        if layer.activation == "softmax":
            # Softmax makes each output depend on every input of its row: the Jacobian times the error.
            return Mul(output, error - SumNeurons(Mul(error, output)))
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
