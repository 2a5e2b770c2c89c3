"""The loss as a function of data and parameters, and its derivative by each parameter.

Both are made from the steps: the first forwards, the second as backpropagation has it, so that each can
be held against the other.
"""

from collections.abc import Iterator

from mlp2xlsx.expr import Add, Apply, Expr, Matrix, MatrixUnit, Mul, Scalar, Sub, substitute
from mlp2xlsx.network import Network
from mlp2xlsx.steps import Step, loss

FORWARD = ("hidden_input", "hidden_activation", "output", "error")
EPSILON = Scalar("epsilon")


def loss_of_parameters(network: Network, run: tuple[Step, ...], targets: str) -> Expr:
    """Give the loss of one iteration with nothing in it but data and parameters; a 1×1 expression.

    Parameters
    ----------
    network
        What is trained.
    run
        The steps of one iteration.
    targets
        Name of the matrix that the outputs are compared with.
    """
    known: dict[str, Expr] = {}
    for result in (result for step in run if step.kind in FORWARD for result in step.results):
        known[result.name] = substitute(result.expr, known)
    n_samples, _ = known[network.output_layer.activations].shape
    return substitute(loss(network, n_samples, targets), known)


def nudged(expr: Expr, parameter: Matrix, row: int, col: int) -> tuple[Expr, Expr]:
    """Give an expression twice: with `EPSILON` added to one cell of a parameter, and taken from it."""
    amount = MatrixUnit(parameter.name, parameter.size, row, col) * EPSILON
    up, down = Add(parameter, amount), Sub(parameter, amount)
    return substitute(expr, {parameter.name: up}), substitute(expr, {parameter.name: down})


def gradients(run: tuple[Step, ...]) -> dict[str, Expr]:
    """Give the derivative of the loss by each trained parameter, from the matrices of the steps.

    An update adds lr times minus the derivative.
    """
    return dict(_gradients(run))


def _gradients(run: tuple[Step, ...]) -> Iterator[tuple[str, Expr]]:
    for step in run:
        for result in step.results:
            match result.expr:
                case Add(_, Mul(downhill, _)) if result.name.startswith("next_"):
                    yield result.name.removeprefix("next_"), Apply("negate", downhill)
