"""The steps from the inputs to the outputs: of training the first ones, of a network in use all."""

from collections.abc import Iterable, Mapping, Sequence

from mlp2xlsx.mathematics.expr import (
    Apply,
    Constant,
    Expr,
    Matrix,
    Mul,
    Number,
    Scalar,
    SumNeurons,
    TakeRows,
)
from mlp2xlsx.mathematics.iteration import Carried, Iteration, initial_name
from mlp2xlsx.mathematics.network import EXPONENTIALS, TEMPERATURE, Layer, Network
from mlp2xlsx.mathematics.optimizers import PLAIN
from mlp2xlsx.mathematics.steps import SAMPLE, X_BATCH, Y_BATCH, Result, Step, X, Y


def activated(activation: str, z: Expr) -> Expr:
    """An activation of a layer's input; a linear layer puts out what comes in."""
    return z if activation == "linear" else Apply(activation, z)


def forward_of(network: Network, n_samples: int) -> Iteration:
    """Write down what a network makes of its inputs, as an iteration that trains nothing and has no loss.

    Parameters
    ----------
    network
        What is used.
    n_samples
        Rows of `X` and `y`.

    Raises
    ------
    ShapeError
        When a matrix does not fit the next.
    """
    forward = ForwardSteps(network.in_use, n_samples)
    forward.to_outputs()
    parameters = network.parameters().items()
    stay = (Carried(name, Matrix(initial_name(name), shape), None) for name, shape in parameters)
    return Iteration(
        network=network.in_use,
        steps=tuple(forward.written),
        carried=tuple(stay),
        downhill={},
        optimizer=PLAIN,
        penalties=(),
        measures={},
    )


class ForwardSteps:
    """Writes the steps down, keeping the matrices named so far as operands for the next.

    Parameters
    ----------
    network, n_samples, batch
        As for `iteration_of`.
    columns
        What else stands beside the data.
    start
        What is carried on besides the parameters, by name, and what the first iteration takes.
    """

    def __init__(
        self,
        network: Network,
        n_samples: int,
        batch: int | None = None,
        columns: Sequence[Matrix] = (),
        start: Mapping[str, Constant] | None = None,
    ) -> None:
        self.network, self.n_samples, self.batch = network, n_samples, batch
        self.columns, self.start = columns, start or {}
        self.known: dict[str, Matrix] = {}
        self.written: list[Step] = []

    def to_outputs(self) -> None:
        """Write all of them down."""
        self.read()
        self.initialise()
        self.forward()

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
        return self.inputs if position == 0 else self.known[layers[position - 1].passed_on]

    def read(self) -> None:
        """Write down where data come from, and which of them a batch takes."""
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
        """Write down what the iteration starts from."""
        shapes = self.network.parameters() | {name: start.shape for name, start in self.start.items()}
        given: dict[str, Expr] = {name: Matrix(name, shape) for name, shape in shapes.items()}
        self.write("initialise", "", given, plain=self.start)

    def forward(self) -> None:
        """Write down what each layer makes of what comes in."""
        bias = "" if self.network.has_bias else "none"
        for layer in self.network.hidden_layers:
            self.write("hidden_input", bias, {layer.input: self.weighted_sum(layer)}, layer)
            activation = activated(layer.activation, self.known[layer.input])
            self.write("hidden_activation", layer.activation, {layer.activations: activation}, layer)
            if layer.drops:
                mask = Matrix(layer.mask, activation.shape)
                kept = self.thinned(layer, self.known[layer.activations], mask)
                self.write("dropout", "", {layer.dropped: kept, layer.mask: mask}, layer)
        layer = self.network.output_layer
        linear = Matrix(layer.input, self.weighted_sum(layer).shape)
        results = {layer.input: self.weighted_sum(layer)}
        if layer.activation == "softmax":
            exponentials = Matrix(EXPONENTIALS, linear.shape)
            results[EXPONENTIALS] = Apply("exp", self.tempered(linear))
            results[layer.activations] = exponentials / SumNeurons(exponentials)
        else:
            results[layer.activations] = activated(layer.activation, linear)
        self.write("output", "tempered" if self.network.tempered else layer.activation, results)

    def tempered(self, values: Expr) -> Expr:
        """Values of the outputs, divided by the temperature where there is one."""
        return values / Scalar(TEMPERATURE) if self.network.tempered else values

    def thinned(self, layer: Layer, values: Expr, mask: Matrix) -> Expr:
        """What is left of values by dropout: those of the neurons that take part, enlarged for the others."""
        return Mul(values, mask) / Number(layer.keep)

    def weighted_sum(self, layer: Layer) -> Expr:
        """What reaches each neuron of a layer: inputs · weights, and the bias if there is one."""
        product = self.inputs_of(layer) @ self.known[layer.weights]
        return product + self.known[layer.bias] if self.network.has_bias else product
