"""The gradients by the chain rule, a factor to a line, in the names of the workbook's matrices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix
from mlp2xlsx.mathematics.functions import slope_of
from mlp2xlsx.mathematics.iteration import Iteration
from mlp2xlsx.mathematics.network import TEMPERATURE, Layer, Network
from mlp2xlsx.mathematics.optimizers import DOWNHILL, PLAIN, state_name
from mlp2xlsx.mathematics.schedules import CONSTANT, RATE
from mlp2xlsx.render.math import Math

LOSS = "loss_history"


@dataclass(frozen=True)
class Factor:
    """One line of the derivation.

    Attributes
    ----------
    key
        Which text explains it.
    formula
        The line itself, such as `∂loss/∂output = output − y = −E`.
    source
        Name of the matrix that shows it in numbers.
    names
        What the text speaks of, by its placeholders.
    """

    key: str
    formula: str
    source: str
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LayerFactors:
    """The factors that belong to one layer; None for the loss itself and for the update."""

    kind: str
    layer: Layer | None
    factors: tuple[Factor, ...]


def chain(network: Network) -> str:
    """Write what a change of the first weights passes through on its way to the loss."""
    layers = network.layers
    links = [
        name for layer in layers for name in dict.fromkeys((layer.input, layer.activations, layer.passed_on))
    ]
    return " → ".join([layers[0].weights, *links, "loss"])


@lru_cache(maxsize=16)  # every step sheet asks where things stand on `Math`
def derive(iteration: Iteration) -> tuple[LayerFactors, ...]:
    """Derive the gradient of every trained parameter.

    Returns
    -------
    tuple of LayerFactors
        The loss, the layers from the output back to the first, and the update.
    """
    return tuple(_Derivation(iteration).parts())


class _Derivation:
    """Writes the lines down; what the steps compute is quoted from their expressions."""

    def __init__(self, iteration: Iteration) -> None:
        self.iteration, self.network, self.targets = iteration, iteration.network, iteration.targets
        self.exprs, self.next = iteration.exprs, iteration.updates
        self.gradients = iteration.gradients

    def parts(self) -> Iterator[LayerFactors]:
        layers = self.network.layers[::-1]
        yield LayerFactors("loss", None, (self.loss(),))
        for layer, after in zip(layers, (None, *layers), strict=False):
            arriving = self.at_output() if after is None else self.at_hidden(layer, after)
            kind = "output" if after is None else "hidden"
            yield LayerFactors(kind, layer, (*arriving, *self.parameters(layer)))
        yield LayerFactors("update", None, (self.update(),))

    @property
    def rule(self) -> str:
        """Which of the losses; the slope of cross-entropy depends on what the outputs are."""
        network = self.network
        return f"{network.loss}_{network.output}" if network.loss == "cross_entropy" else network.loss

    def loss(self) -> Factor:
        formula = f"loss = {_math(self.iteration.measures['loss'].expr)}"
        return Factor(f"loss_{self.rule}", formula, LOSS)

    def at_output(self) -> Iterator[Factor]:
        layer, y = self.network.output_layer, self.targets
        by_output = {
            "half_squared_error": f"output − {y} = −{layer.error}",
            "cross_entropy_sigmoid": f"(output − {y}) / (output ∘ (1 − output))",
            "cross_entropy_softmax": f"−{y} / output",
        }[self.rule]
        shown_by = layer.error if self.network.loss == "half_squared_error" else layer.activations
        yield Factor(f"by_output_{self.rule}", f"∂loss/∂{layer.activations} = {by_output}", shown_by)
        yield self.output_slope(layer)
        delta = f"{_minus(self.exprs[layer.delta])} = −{layer.delta}"
        key = f"output_delta_{self.network.loss}_{self.network.output}"
        if self.network.tempered and self.network.error_is_delta:
            key = f"{key}_tempered"
        yield Factor(key, f"∂loss/∂{layer.input} = {delta}", layer.delta)

    def output_slope(self, layer: Layer) -> Factor:
        key, output, z = f"slope_{layer.activation}", layer.activations, layer.input
        if layer.activation == "softmax":
            slope = f"{output}ⱼ × ([j = k] − {output}ₖ)"
            if self.network.tempered:
                key, slope = f"{key}_tempered", f"{slope} / {TEMPERATURE}"
            return Factor(key, f"∂{output}ⱼ/∂{z}ₖ = {slope}", output)
        if layer.activation == "linear" or layer.slope in self.exprs:
            return self.slope(layer)
        shape = self.exprs[output].shape
        by_input = slope_of(layer.activation, Matrix(z, shape), Matrix(output, shape))
        assert by_input is not None  # only softmax and linear layers have none
        return Factor(key, f"∂{output}/∂{z} = {_math(by_input)}", output)

    def at_hidden(self, layer: Layer, after: Layer) -> Iterator[Factor]:
        a, z, names = layer.passed_on, layer.input, {"weights": after.weights}
        yield Factor("through_weights", f"∂{after.input}/∂{a} = {after.weights}", after.weights, names)
        error = f"{_minus(self.exprs[layer.error])} = −{layer.error}"
        yield Factor("hidden_error", f"∂loss/∂{a} = {error}", layer.error, names)
        if layer.drops:
            thinned = f"∂{a}/∂{layer.activations} = {layer.mask} / {layer.keep:g}"
            yield Factor("dropout", thinned, layer.mask)
        yield self.slope(layer)
        delta = f"{_minus(self.exprs[layer.delta])} = −{layer.delta}"
        if layer.drops:
            yield Factor("hidden_delta_dropout", f"∂loss/∂{z} = {delta}", layer.delta)
            return
        key = "hidden_delta_linear" if layer.activation == "linear" else "hidden_delta"
        yield Factor(key, f"∂loss/∂{z} = {delta}", layer.delta)

    def slope(self, layer: Layer) -> Factor:
        key, of = f"slope_{layer.activation}", f"∂{layer.activations}/∂{layer.input}"
        if layer.activation == "linear":
            return Factor(key, f"{of} = 1", layer.activations)
        return Factor(key, f"{of} = {_math(self.exprs[layer.slope])} = {layer.slope}", layer.slope)

    def parameters(self, layer: Layer) -> Iterator[Factor]:
        position = self.network.layers.index(layer)
        before = self.network.layers[position - 1].passed_on if position else self.iteration.inputs
        w, b, names = layer.weights, layer.bias, {"inputs": before, "weights": layer.weights}
        yield Factor("by_weights", f"∂{layer.input}/∂{w} = {before}", before, names)
        yield Factor("weights", f"∂loss/∂{w} = {_math(self.gradients[w])}", self.shown_by(w), names)
        if b in self.gradients:
            text = f"∂{layer.input}/∂{b} = 1,   ∂loss/∂{b} = {_math(self.gradients[b])}"
            yield Factor("bias", text, self.shown_by(b))

    def shown_by(self, parameter: str) -> str:
        """Name of the matrix that is minus a gradient, or that is made with it where there is none."""
        downhill = state_name(DOWNHILL, parameter)
        return downhill if downhill in self.exprs else self.next[parameter]

    def update(self) -> Factor:
        w = self.network.output_layer.weights
        new = self.next[w]
        rate = "lr" if self.iteration.schedule == CONSTANT else RATE
        plain = self.iteration.optimizer == PLAIN
        rule = f"{w} − ∂loss/∂{w} × {rate} = " if plain else ""
        return Factor("update" if plain else "update_kept", f"{new} = {rule}{_math(self.exprs[new])}", new)


_math = Math().render


def _minus(expr: Expr) -> str:
    return _math(Apply("negate", expr))
