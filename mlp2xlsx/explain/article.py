"""The article beside the workbook: what its signs are called here, and where it slips.

Sunil Ray, "Understanding and coding Neural Networks From Scratch in Python and R" (2017, updated 2020). Its
steps and its Python code use the names of the workbook; its derivation has letters of its own.
"""

from dataclasses import dataclass

from mlp2xlsx.explain.derivation import LOSS
from mlp2xlsx.mathematics.iteration import Iteration, next_name
from mlp2xlsx.mathematics.optimizers import PLAIN
from mlp2xlsx.mathematics.schedules import CONSTANT

FORMULA = "∂E/∂Wi = [(Y − t) · Y(1 − Y) · Wh] · h(1 − h) · X"
"""What the article's derivation arrives at, for the weights between the inputs and the hidden layer."""


@dataclass(frozen=True)
class Sign:
    """One sign or name of the article, and what it is here.

    Attributes
    ----------
    article, here
        How it is written.
    source
        Name of a matrix that is shown on the sheet to look at; None where there is no single one.
    key
        Which text says more of it.
    """

    article: str
    here: str
    source: str | None
    key: str


@dataclass(frozen=True)
class ArticleFactor:
    """One factor of `FORMULA`, and what the factors up to it come to.

    Attributes
    ----------
    article, here
        How the factor is written.
    source
        Name of the matrix that shows it.
    product
        The factors so far.
    shown_by
        Name of the matrix that shows these; with the other sign where `product` begins with a minus.
    """

    article: str
    here: str
    source: str
    product: str
    shown_by: str


@dataclass(frozen=True)
class Slip:
    """A place where the article slips.

    Attributes
    ----------
    key
        Which text says how.
    source
        Name of the matrix that shows how it is meant.
    """

    key: str
    source: str


def is_the_articles(iteration: Iteration) -> bool:
    """Whether the article's derivation holds: one hidden layer, sigmoid, squared errors, plain descent."""
    network = iteration.network
    kinds = {layer.activation for layer in network.layers}
    return (
        len(network.hidden) == 1
        and kinds == {"sigmoid"}
        and network.loss == "half_squared_error"
        and network.bias == "trained"
        and iteration.optimizer == PLAIN
        and not network.dropping
        and iteration.schedule == CONSTANT
        and not iteration.penalties
    )


def signs(iteration: Iteration) -> tuple[Sign, ...]:
    """List the article's signs, those of the derivation first, then the names of its code.

    Parameters
    ----------
    iteration
        One of which `is_the_articles` holds.
    """
    hidden, output = iteration.network.layers
    inputs, targets = iteration.inputs, iteration.targets
    new = next_name(output.weights)
    return (
        Sign("X", inputs, inputs, "inputs"),
        Sign("t", targets, targets, "targets"),
        Sign("Wi", hidden.weights, hidden.weights, "hidden_weights"),
        Sign("u", hidden.input, hidden.input, "hidden_input"),
        Sign("h, H", hidden.activations, hidden.activations, "hidden_activations"),
        Sign("Wh", output.weights, output.weights, "output_weights"),
        Sign("u′", output.input, output.input, "output_input"),
        Sign("Y", output.activations, output.activations, "output"),
        Sign("h(1 − h)", hidden.slope, hidden.slope, "hidden_slope"),
        Sign("Y(1 − Y)", output.slope, output.slope, "output_slope"),
        Sign("η", "lr", None, "rate"),
        Sign("E", output.error, output.error, "error_of_the_code"),
        Sign("E", "loss", LOSS, "error_of_the_derivation"),
        Sign("E", f"−{output.error}", output.error, "error_of_the_table"),
        Sign("derivatives_sigmoid(x)", "x ∘ (1 − x)", output.slope, "derivative"),
        Sign("matrix_dot_product(A, B)", "A · B", hidden.input, "product"),
        Sign("wout = wout + …", f"{new} = wout + …", new, "updated"),
    )


def factors(iteration: Iteration) -> tuple[ArticleFactor, ...]:
    """List the factors of `FORMULA`, from the output back to the inputs.

    Parameters
    ----------
    iteration
        One of which `is_the_articles` holds.
    """
    hidden, output = iteration.network.layers
    inputs, new = iteration.inputs, iteration.updates[hidden.weights]
    transposed = f"{inputs}ᵀ"
    return (
        ArticleFactor("Y − t", f"−{output.error}", output.error, f"−{output.error}", output.error),
        ArticleFactor("Y(1 − Y)", output.slope, output.slope, f"−{output.delta}", output.delta),
        ArticleFactor("Wh", f"{output.weights}ᵀ", output.weights, f"−{hidden.error}", hidden.error),
        ArticleFactor("h(1 − h)", hidden.slope, hidden.slope, f"−{hidden.delta}", hidden.delta),
        ArticleFactor("X", transposed, inputs, f"−({transposed} · {hidden.delta})", new),
    )


def slips(iteration: Iteration) -> tuple[Slip, ...]:
    """List the places where the article slips, in the order of the steps.

    Parameters
    ----------
    iteration
        One of which `is_the_articles` holds.
    """
    hidden, output = iteration.network.layers
    return (
        Slip("product", output.input),
        Slip("error", output.error),
        Slip("rate_twice", output.delta),
        Slip("function_of", output.weights),
        Slip("slope", hidden.slope),
        Slip("sign", iteration.updates[hidden.weights]),
        Slip("hidden_bias", iteration.updates[hidden.bias]),
        Slip("r_bias", hidden.bias),
    )
