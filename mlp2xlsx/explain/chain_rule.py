"""The chain rule, step by step: which derivative each backward step comes to, in the workbook's names.

The steps work with E = y − output and add their updates, as the article's code does; so each of their
matrices is minus a derivative of the loss.
"""

from mlp2xlsx.mathematics.iteration import next_name
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.network import TEMPERATURE, Layer, Network
from mlp2xlsx.mathematics.optimizers import DOWNHILL, OPTIMIZERS, PLAIN, state_name
from mlp2xlsx.mathematics.scalars import LR
from mlp2xlsx.mathematics.schedules import RATE
from mlp2xlsx.mathematics.steps import Step


def chain_rule(network: Network, step: Step) -> str | None:
    """Piece of the chain rule that a step is; None for others: of the forward pass, of an optimiser.

    Parameters
    ----------
    network
        Whose step.
    step
        One of its iteration.

    Returns
    -------
    str or None
        One line of mathematics; where a step has a result for each layer, that of its first one.
    """
    name = step.results[0].name
    layer = next((layer for layer in network.layers if _belongs(name, layer)), None)
    if layer is None:
        return None
    match step.kind:
        case "error":
            return f"{layer.error} = {_of_error(network, layer)}"
        case "slopes":
            return f"{layer.slope} = ∂{layer.activations}/∂{layer.input}"
        case "output_delta":
            return f"{layer.delta} = −∂loss/∂{layer.input}{_of_output_delta(network, layer)}"
        case "hidden_error":
            after = network.layers[network.layers.index(layer) + 1]
            return (
                f"{layer.error} = −∂loss/∂{layer.passed_on} "
                f"= (−∂loss/∂{after.input}) · ∂{after.input}/∂{layer.passed_on}"
            )
        case "hidden_delta":
            return f"{layer.delta} = −∂loss/∂{layer.input}{_through_activation(layer)}"
        case kind if kind == DOWNHILL:
            return f"{name} = −∂loss/∂{layer.weights},   {_gradient(layer.weights, layer)}"
        case kind if kind.startswith("update_") and OPTIMIZERS[step.variant].state:
            return None  # one of the steps before has come to the gradient
        case "update_weights":
            return _update(layer.weights, layer, step)
        case "update_biases":
            return _update(layer.bias, layer, step)
    return None


def _belongs(name: str, layer: Layer) -> bool:
    """Tell whether a matrix of the backward pass is one of a layer's."""
    updated = (next_name(layer.weights), next_name(layer.bias))
    return name in (layer.error, layer.slope, layer.delta, state_name(DOWNHILL, layer.weights), *updated)


def _of_error(network: Network, layer: Layer) -> str:
    """What the error is minus the derivative of."""
    if network.loss == "half_squared_error":
        return f"−∂loss/∂{layer.activations}"
    if network.output == "softmax":
        return f"−∂loss/∂{layer.input}{f' × {TEMPERATURE}' if network.tempered else ''}"
    return f"(−∂loss/∂{layer.activations}) ∘ ∂{layer.activations}/∂{layer.input}"


def _of_output_delta(network: Network, layer: Layer) -> str:
    """How the derivative by the output layer's input splits; nothing where the error is it already."""
    if network.loss == "cross_entropy":
        return f" = {layer.error}{f' / {TEMPERATURE}' if network.tempered else ''}"
    if network.output == "softmax":
        return f" = Σ (−∂loss/∂{layer.activations}) ∘ ∂{layer.activations}/∂{layer.input}"
    return _through_activation(layer)


def _through_activation(layer: Layer) -> str:
    """How the derivative by a layer's input splits, where each activation has one input."""
    if layer.drops:
        return f" = (−∂loss/∂{layer.dropped}) ∘ ∂{layer.dropped}/∂{layer.input}"
    if layer.activation == "linear":
        return f" = −∂loss/∂{layer.activations}      (∂{layer.activations}/∂{layer.input} = 1)"
    return f" = (−∂loss/∂{layer.activations}) ∘ ∂{layer.activations}/∂{layer.input}"


def _update(parameter: str, layer: Layer, step: Step) -> str:
    gradient = _gradient(parameter, layer)
    if step.variant != PLAIN:
        return gradient
    rate = RATE if RATE in names(step.results[0].expr) else LR.name
    return f"{next_name(parameter)} = {parameter} − {rate} × ∂loss/∂{parameter},   {gradient}"


def _gradient(parameter: str, layer: Layer) -> str:
    return f"∂loss/∂{parameter} = ∂loss/∂{layer.input} · ∂{layer.input}/∂{parameter}"
