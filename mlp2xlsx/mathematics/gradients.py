"""The loss as it follows from data and parameters, and its derivative by each parameter.

Both are made from the steps: the first forwards, the second as backpropagation has it, so that each can
be held against the other.
"""

from collections.abc import Iterator

from mlp2xlsx.mathematics.expr import Add, Apply, Expr, Mul
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.steps import Result, Step, loss_measure

LOSS = "loss"
_FORWARD = ("hidden_input", "hidden_activation", "output", "error")


def forward(network: Network, run: tuple[Step, ...], targets: str) -> tuple[Result, ...]:
    """The way from data and parameters to the loss, one matrix after the other.

    Parameters
    ----------
    network
        What is trained.
    run
        The steps of one iteration.
    targets
        Name of the matrix that the outputs are compared with.

    Returns
    -------
    tuple of Result
        The matrices of the forward pass under their names; what the loss adds up, one number for each
        output: the errors, or the terms of cross-entropy; and last the 1×1 `LOSS`, which is computed from
        these alone.
    """
    results = [result for step in run if step.kind in _FORWARD for result in step.results]
    n_samples = results[0].expr.shape[0]
    measure = loss_measure(network, n_samples, targets)
    if measure.cells is not None:
        results.append(measure.cells)
    # Cross-entropy has no use for the errors.
    read = {name for result in results for name in names(result.expr)} | set(names(measure.total))
    return (*(result for result in results if result.name in read), Result(LOSS, measure.total))


def gradients(run: tuple[Step, ...]) -> dict[str, Expr]:
    """Derivative of the loss by each trained parameter, from the matrices of the steps.

    An update adds lr times minus the derivative.
    """
    return dict(_gradients(run))


def _gradients(run: tuple[Step, ...]) -> Iterator[tuple[str, Expr]]:
    for step in run:
        for result in step.results:
            match result.expr:
                case Add(_, Mul(downhill, _)) if result.name.startswith("next_"):
                    yield result.name.removeprefix("next_"), Apply("negate", downhill)
