"""One training iteration as an ordered list of named expressions: the only mathematics of training.

The steps, their order and their names are those of Sunil Ray's article; where the article contradicts
itself they follow its Python code.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mlp2xlsx.mathematics.expr import (
    Apply,
    Expr,
    Matrix,
    Mul,
    Number,
    Scalar,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.leaves import substitute
from mlp2xlsx.mathematics.network import EXPONENTIALS, Layer, Network

LR = Scalar("lr")
SAMPLE, X_BATCH, Y_BATCH = "sample", "X_batch", "y_batch"
LOSS_TERMS, HITS = "loss_terms", "hits"

SLOPES: dict[str, Callable[[Expr], Expr]] = {
    name: function.slope for name, function in FUNCTIONS.items() if function.slope is not None
}
"""The derivatives of the activations, from the activation's own value."""


def activated(activation: str, z: Expr) -> Expr:
    """An activation of a layer's input; a linear layer puts out what comes in."""
    return z if activation == "linear" else Apply(activation, z)


@dataclass(frozen=True)
class Result:
    """A named matrix and how it is computed; a given matrix is its own expression."""

    name: str
    expr: Expr

    @property
    def given(self) -> bool:
        """Whether the matrix comes from outside the iteration: data, or parameters as they stand."""
        return isinstance(self.expr, Matrix) and self.expr.name == self.name

    @property
    def matrix(self) -> Matrix:
        """The result as an operand of later steps."""
        return Matrix(self.name, self.expr.shape)


@dataclass(frozen=True)
class Step:
    """One step of the iteration, shown on one sheet.

    Attributes
    ----------
    kind
        What happens here; the key of the step's texts.
    variant
        Which of several ways, such as the activation; some texts depend on it.
    layer
        The number of the hidden layer it belongs to, where there are several; else None.
    results
        What it computes, one or more matrices.
    """

    kind: str
    variant: str
    layer: int | None
    results: tuple[Result, ...]


def steps(network: Network, n_samples: int, batch: int | None = None) -> tuple[Step, ...]:
    """List the steps of one iteration; twelve for a network with one hidden layer.

    Parameters
    ----------
    network
        What is trained.
    n_samples
        Rows of `X` and `y`.
    batch
        How many of the samples one iteration sees; None for all of them.

    Raises
    ------
    ShapeError
        When a matrix does not fit the next.
    """
    return _Builder(network, n_samples, batch).steps()


@dataclass(frozen=True)
class Measure:
    """A number that says how good the network is, over the samples of one iteration.

    Attributes
    ----------
    cells
        What is computed cell by cell on the way to it; None where the total needs no such cells.
    total
        The number itself, a 1×1 expression of the matrices of the steps and of the cells.
    """

    cells: Result | None
    total: Expr

    @property
    def expr(self) -> Expr:
        """The number as one expression of the matrices of the steps."""
        return (
            self.total if self.cells is None else substitute(self.total, {self.cells.name: self.cells.expr})
        )


def loss_measure(network: Network, n_samples: int, targets: str = "y") -> Measure:
    """What training makes smaller.

    Half the sum of the squared errors, as in the article, or the cross-entropy: −Σ y ln(output), and for
    sigmoid outputs, each of which is a yes or no of its own, −Σ (y ln(output) + (1 − y) ln(1 − output)).
    """
    layer, shape = network.output_layer, (n_samples, network.n_outputs)
    if network.loss == "half_squared_error":
        return Measure(None, Total(Apply("square", Matrix(layer.error, shape))) / Number(2))
    y, output = Matrix(targets, shape), Matrix(layer.activations, shape)
    terms: Expr = Mul(y, Apply("log", output))
    if network.output != "softmax":
        # 1 − σ(z) loses the digits of a small difference, σ(−z) is the same and does not.
        no = Apply("sigmoid", Apply("negate", Matrix(layer.input, shape)))
        terms = terms + Mul(Number(1) - y, Apply("log", no))
    return Measure(Result(LOSS_TERMS, terms), Apply("negate", Total(Matrix(LOSS_TERMS, shape))))


def loss(network: Network, n_samples: int, targets: str = "y") -> Expr:
    """What training makes smaller, as one 1×1 expression; see `loss_measure`."""
    return loss_measure(network, n_samples, targets).expr


def accuracy_measure(network: Network, n_samples: int, targets: str = "y") -> Measure:
    """Share of the samples whose class has the largest output.

    An output is beaten when another one of its row is larger than that of the sample's class.
    """
    shape = (n_samples, network.n_outputs)
    y, output = Matrix(targets, shape), Matrix(network.output_layer.activations, shape)
    beaten = SumNeurons(Apply("positive", output - SumNeurons(Mul(output, y))))
    hits = Result(HITS, Number(1) - Apply("positive", beaten))
    return Measure(hits, Total(hits.matrix) / Number(n_samples))


def measures(network: Network, n_samples: int, targets: str = "y") -> dict[str, Measure]:
    """The loss, and where the outputs are classes the accuracy, by these names."""
    found = {"loss": loss_measure(network, n_samples, targets)}
    if network.output == "softmax":
        found["accuracy"] = accuracy_measure(network, n_samples, targets)
    return found


class _Builder:
    """Writes the steps down, keeping the matrices named so far as operands for the next."""

    def __init__(self, network: Network, n_samples: int, batch: int | None) -> None:
        self.network = network
        self.n_samples = n_samples
        self.batch = batch
        self.known: dict[str, Matrix] = {}
        self.written: list[Step] = []

    def steps(self) -> tuple[Step, ...]:
        self.read()
        self.initialise()
        self.forward()
        self.backward()
        self.update()
        return tuple(self.written)

    def write(self, kind: str, variant: str, results: dict[str, Expr], layer: Layer | None = None) -> None:
        """Append a step and make its results known; a step without results is none."""
        if not results:
            return
        made = tuple(Result(name, expr) for name, expr in results.items())
        hidden = self.network.hidden_layers
        number = hidden.index(layer) + 1 if layer in hidden and len(hidden) > 1 else None
        self.written.append(Step(kind, variant, number, made))
        self.known |= {result.name: result.matrix for result in made}

    @property
    def inputs(self) -> Matrix:
        """The data that the first layer multiplies its weights with."""
        return self.known["X" if self.batch is None else X_BATCH]

    @property
    def targets(self) -> Matrix:
        """What the outputs are compared with."""
        return self.known["y" if self.batch is None else Y_BATCH]

    def inputs_of(self, layer: Layer) -> Matrix:
        """What a layer multiplies its weights with: the data, or the activations before it."""
        layers = self.network.layers
        position = layers.index(layer)
        return self.inputs if position == 0 else self.known[layers[position - 1].activations]

    def read(self) -> None:
        X = Matrix("X", (self.n_samples, self.network.n_inputs))
        y = Matrix("y", (self.n_samples, self.network.n_outputs))
        if self.batch is None:
            self.write("read", "", {"X": X, "y": y})
            return
        sample = Matrix(SAMPLE, (self.batch, 1))
        taken: dict[str, Expr] = {SAMPLE: sample, X_BATCH: TakeRows(X, sample), Y_BATCH: TakeRows(y, sample)}
        self.write("read", "batch", taken)

    def initialise(self) -> None:
        parameters = self.network.parameters().items()
        self.write("initialise", "", {name: Matrix(name, shape) for name, shape in parameters})

    def forward(self) -> None:
        bias = "" if self.network.has_bias else "none"
        for layer in self.network.hidden_layers:
            self.write("hidden_input", bias, {layer.input: self.weighted_sum(layer)}, layer)
            activation = activated(layer.activation, self.known[layer.input])
            self.write("hidden_activation", layer.activation, {layer.activations: activation}, layer)
        layer = self.network.output_layer
        rows = self.weighted_sum(layer).shape[0]
        linear = Matrix(layer.input, (rows, layer.n_neurons))
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
        sloped = [layer for layer in backwards if layer.activation in SLOPES]
        if network.error_is_delta:
            sloped = [layer for layer in sloped if layer is not output]
        slopes = {layer.slope: SLOPES[layer.activation](self.known[layer.activations]) for layer in sloped}
        self.write("slopes", sloped[-1].activation if sloped else "", slopes)
        rule = network.loss if network.loss == "cross_entropy" else network.output
        self.write("output_delta", rule, {output.delta: self.output_delta()})
        after = output
        for layer in backwards[1:]:
            error = self.known[after.delta] @ self.known[after.weights].T
            self.write("hidden_error", "", {layer.error: error}, layer)
            # The slope of a linear layer is 1: its error is its delta.
            back: Expr = self.known[layer.error]
            delta = Mul(back, self.known[layer.slope]) if layer in sloped else back
            self.write("hidden_delta", layer.activation, {layer.delta: delta}, layer)
            after = layer

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
        backwards = self.network.layers[::-1]
        weights = {f"next_{layer.weights}": self.next_weights(layer) for layer in backwards}
        self.write("update_weights", "", weights)
        if self.network.bias == "trained":
            self.write(
                "update_biases", "", {f"next_{layer.bias}": self.next_bias(layer) for layer in backwards}
            )

    def next_weights(self, layer: Layer) -> Expr:
        gradient = self.inputs_of(layer).T @ self.known[layer.delta]
        return self.known[layer.weights] + gradient * LR

    def next_bias(self, layer: Layer) -> Expr:
        return self.known[layer.bias] + SumSamples(self.known[layer.delta]) * LR
