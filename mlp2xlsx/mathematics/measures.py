"""The numbers that say how good the network is: the loss, and of classes the accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Mul, Number, SumNeurons, Total
from mlp2xlsx.mathematics.leaves import substitute
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.penalties import PENALTIES, counting
from mlp2xlsx.mathematics.steps import HITS, LOSS_TERMS, Result

PARTS = ("data_loss", "penalty", "weights_size")
"""What is measured besides the loss where there are penalties."""

_ROUNDING = 1e-9  # of outputs between 0 and 1


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


def data_loss(network: Network, n_samples: int, targets: str) -> Measure:
    """How far the outputs are from the targets, without any penalty.

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


def accuracy_measure(network: Network, n_samples: int, targets: str) -> Measure:
    """Share of the samples whose class has the largest output.

    An output is beaten when another one of its row is larger than that of the sample's class, by more than
    rounding: what of all equal outputs comes first in a sum must not decide.
    """
    shape = (n_samples, network.n_outputs)
    y, output = Matrix(targets, shape), Matrix(network.output_layer.activations, shape)
    larger = Apply("positive", output - SumNeurons(Mul(output, y)) - Number(_ROUNDING))
    beaten = SumNeurons(larger)
    hits = Result(HITS, Number(1) - Apply("positive", beaten))
    return Measure(hits, Total(hits.matrix) / Number(n_samples))


def measures(
    network: Network, n_samples: int, targets: str, penalties: Sequence[str], *, later: bool = False
) -> dict[str, Measure]:
    """The loss, and where the outputs are classes the accuracy, by these names.

    The loss is what training makes smaller: how far the outputs are from the targets, and penalties on the
    weights. With penalties both are there by themselves, as `data_loss` and `penalty`, and how large the
    weights are: `weights_size`, the root of the sum of all their squares. Penalties may begin `later` than in
    the first iteration.
    """
    data = data_loss(network, n_samples, targets)
    weights = [Matrix(layer.weights, (layer.n_inputs, layer.n_neurons)) for layer in network.layers]
    each = [counting(PENALTIES[name].loss(matrix), later=later) for matrix in weights for name in penalties]
    found = {"loss": Measure(data.cells, reduce(add, each, data.total))}
    if penalties:
        squares = (Total(Apply("square", matrix)) for matrix in weights)
        totals = (data.total, reduce(add, each), Apply("sqrt", reduce(add, squares)))
        found |= {name: Measure(None, total) for name, total in zip(PARTS, totals, strict=True)}
    if network.output == "softmax":
        found["accuracy"] = accuracy_measure(network, n_samples, targets)
    return found
