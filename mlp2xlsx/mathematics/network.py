"""What is trained: the layers of a multi-layer perceptron, and what each of their matrices is called."""

from dataclasses import dataclass, replace
from functools import cached_property

Shape = tuple[int, int]

EXPONENTIALS = "output_exponentials"
"""What softmax divides: e to the power of each output neuron's input."""

TEMPERATURE = "temperature"
"""The settable number that a softmax may divide its inputs by."""

_DIGITS_OF_KEEP = 12  # 1 − 0.9 is to be 0.1 in formulas


@dataclass(frozen=True)
class Layer:
    """One layer: its size and the names of the matrices that belong to it.

    Attributes
    ----------
    n_inputs, n_neurons
        How many numbers come in per sample, and how many go out.
    activation
        The function between `input` and `activations`.
    weights, bias
        The parameters, shapes (n_inputs, n_neurons) and (1, n_neurons).
    input, activations, slope, error, delta
        The matrices of one pass, each of shape (n_samples, n_neurons).
    mask, dropped
        Which neurons take part in training, 1 or 0, and what they put out then; of a layer with dropout.
    keep
        The share of the neurons that take part on average; 1 without dropout.
    """

    n_inputs: int
    n_neurons: int
    activation: str
    weights: str
    bias: str
    input: str
    activations: str
    slope: str
    error: str
    delta: str
    mask: str = ""
    dropped: str = ""
    keep: float = 1.0

    @property
    def drops(self) -> bool:
        """Whether neurons are left out in training."""
        return self.keep < 1

    @property
    def passed_on(self) -> str:
        """Name of what the next layer multiplies its weights with in training."""
        return self.dropped if self.drops else self.activations


@dataclass(frozen=True)
class Network:
    """A multi-layer perceptron, as a lesson describes it.

    Attributes
    ----------
    n_inputs, n_outputs
        Columns of `X` and of `y`.
    hidden
        Neurons per hidden layer, input side first.
    activation, output
        The activation of the hidden layers, or one for each of them, and that of the output layer.
    loss
        What training makes smaller.
    bias
        `"trained"`, `"frozen"` (kept as they start) or `"none"`.
    dropout
        For each hidden layer the probability with which a neuron is left out in training; empty for none.
    tempered
        Whether the inputs of the softmax are divided by `TEMPERATURE`.
    """

    n_inputs: int
    hidden: tuple[int, ...]
    n_outputs: int
    activation: str | tuple[str, ...] = "sigmoid"
    output: str = "sigmoid"
    loss: str = "half_squared_error"
    bias: str = "trained"
    dropout: tuple[float, ...] = ()
    tempered: bool = False

    @property
    def scalars(self) -> tuple[str, ...]:
        """The settable numbers that the way to the outputs reads."""
        return (TEMPERATURE,) if self.tempered else ()

    @property
    def hidden_activations(self) -> tuple[str, ...]:
        """The activation of each hidden layer, input side first."""
        if isinstance(self.activation, str):
            return (self.activation,) * len(self.hidden)
        return self.activation

    @cached_property
    def hidden_layers(self) -> tuple[Layer, ...]:
        """The hidden layers, input side first; numbered names only where there are several."""
        sizes = (self.n_inputs, *self.hidden)
        shares = self.dropout or (0.0,) * len(self.hidden)
        return tuple(
            _hidden_layer(n_inputs, n_neurons, activation, f"_{k}" if len(self.hidden) > 1 else "", dropout)
            for k, (n_inputs, n_neurons, activation, dropout) in enumerate(
                zip(sizes, self.hidden, self.hidden_activations, shares, strict=False), start=1
            )
        )

    @property
    def dropping(self) -> tuple[Layer, ...]:
        """The hidden layers with dropout."""
        return tuple(layer for layer in self.hidden_layers if layer.drops)

    @property
    def in_use(self) -> "Network":
        """The same network as it is used: no neuron is left out."""
        return replace(self, dropout=())

    @cached_property
    def output_layer(self) -> Layer:
        """The layer whose activations are compared with `y`."""
        return Layer(
            n_inputs=(self.n_inputs, *self.hidden)[-1],
            n_neurons=self.n_outputs,
            activation=self.output,
            weights="wout",
            bias="bout",
            input="output_layer_input",
            activations="output",
            slope="slope_output_layer",
            error="E",
            delta="d_output",
        )

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, input side first."""
        return (*self.hidden_layers, self.output_layer)

    @property
    def error_is_delta(self) -> bool:
        """Whether the output's delta is the error, with no slope in between but for a temperature.

        The slope of a linear output is 1; that of a sigmoid or softmax cancels against cross-entropy's.
        """
        return self.output == "linear" or self.loss == "cross_entropy"

    @property
    def has_bias(self) -> bool:
        """Whether the layers have biases, trained or not."""
        return self.bias != "none"

    def parameters(self) -> dict[str, Shape]:
        """Name and shape of every parameter, in the order in which the article's script draws them."""
        return {
            name: (n_rows, layer.n_neurons)
            for layer in self.layers
            for name, n_rows in ((layer.weights, layer.n_inputs), (layer.bias, 1))
            if name == layer.weights or self.has_bias
        }

    def trained(self) -> tuple[str, ...]:
        """Names of the parameters that an iteration changes, output side first."""
        backwards = self.layers[::-1]
        weights = tuple(layer.weights for layer in backwards)
        return weights + tuple(layer.bias for layer in backwards if self.bias == "trained")


def _hidden_layer(n_inputs: int, n_neurons: int, activation: str, suffix: str, dropout: float) -> Layer:
    """Name a hidden layer; the underscore in the suffix keeps `bh_1` from being a cell address."""
    return Layer(
        n_inputs=n_inputs,
        n_neurons=n_neurons,
        activation=activation,
        weights=f"wh{suffix}",
        bias=f"bh{suffix}",
        input=f"hidden_layer_input{suffix}",
        activations=f"hiddenlayer_activations{suffix}",
        slope=f"slope_hidden_layer{suffix}",
        error=f"Error_at_hidden_layer{suffix}",
        delta=f"d_hiddenlayer{suffix}",
        mask=f"mask{suffix}",
        dropped=f"dropped_activations{suffix}",
        keep=round(1 - dropout, _DIGITS_OF_KEEP),
    )
