"""Typical mistakes: for each step, the expressions that somebody may have computed in place of the right one.

A mistake is a change of the step's expression, so that it follows the network and the student's own
numbers. Where it has no sense (a transpose left out where the sizes then do not fit), or would come to the
same numbers, it gives nothing.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from operator import add

from mlp2xlsx.classroom.marking.mistakes_of_optimizers import of_kept, of_update
from mlp2xlsx.errors import ShapeError
from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Divide,
    Expr,
    Matrix,
    MatrixUnit,
    Mul,
    Scalar,
    Sub,
    SumNeurons,
    SumSamples,
    Transpose,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.iteration import next_name
from mlp2xlsx.mathematics.leaves import nodes, rewritten, substitute
from mlp2xlsx.mathematics.network import TEMPERATURE, Network
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from mlp2xlsx.mathematics.scalars import LR
from mlp2xlsx.mathematics.steps import Result, Step

Rewrite = Callable[[Expr], Expr | None]
_ONE_CELL = (1, 1)  # its transpose and its sums are itself


def mistakes(network: Network, step: Step, result: Result) -> list[tuple[str, Expr]]:
    """List what the typical mistakes would compute, most common first.

    Parameters
    ----------
    network
        What is trained.
    step, result
        What should have been computed.

    Returns
    -------
    list of (str, Expr)
        The key of each mistake's text, and the mistaken expression, of the shape of the result. The
        weights after the update count as known, by their names.
    """
    found = [*_listed(network, step, result)]
    fitting = [(key, expr) for key, expr in found if expr.shape == result.expr.shape]
    unlike = [(key, expr) for key, expr in fitting if expr != result.expr]
    return list({expr: (key, expr) for key, expr in reversed(unlike)}.values())[::-1]


def _listed(network: Network, step: Step, result: Result) -> Iterator[tuple[str, Expr]]:
    expr = result.expr
    yield from _rewritten("temperature_forgotten", expr, _untempered)
    match step.kind:
        case "hidden_input" | "output" if isinstance(expr, Add):
            yield "bias_forgotten", expr.left
        case "hidden_activation" | "output" if isinstance(expr, Apply) and not FUNCTIONS[expr.function].kink:
            yield "activation_forgotten", expr.operand
        case "dropout" if isinstance(expr, Divide) and isinstance(expr.left, Mul):
            yield "not_enlarged", expr.left
            yield "mask_forgotten", expr.left.left / expr.right
        case "error" if isinstance(expr, Sub):
            yield "sign_reversed", Sub(expr.right, expr.left)
        case "slopes":
            yield from _slopes(network, result)
        case "output_delta" | "hidden_delta":
            yield "lr_too_early", expr * LR
        case "hidden_error":
            yield from _hidden_error(network, step, expr)
        case "update_weights" | "update_biases":
            yield from of_update(step, result)
            yield from _update(expr)
        case _ if step.variant in OPTIMIZERS:
            yield from of_kept(step, result)
    if any(isinstance(node, SumSamples) for node in nodes(expr)) and step.variant in OPTIMIZERS:
        yield from _rewritten("wrong_axis", expr, _rows_added)
    yield from _rewritten("transpose_missing", expr, _untransposed)


def _slopes(network: Network, result: Result) -> Iterator[tuple[str, Expr]]:
    layer = next(layer for layer in network.layers if layer.slope == result.name)
    function = FUNCTIONS[layer.activation]
    # Of relu it is the same: positive where its input is.
    if function.slope is not None and not function.kink and not function.slope_reads_input:
        yield "slope_of_input", function.slope(Matrix(layer.input, result.expr.shape))


def _hidden_error(network: Network, step: Step, expr: Expr) -> Iterator[tuple[str, Expr]]:
    weights = network.layers[step.layer or 1].weights  # of the layer that the error comes back from
    new = Matrix(next_name(weights), network.parameters()[weights])
    yield "updated_weights", substitute(expr, {weights: new})
    if expr.shape != _ONE_CELL:
        yield "transpose_missing", Transpose(expr)


def _update(expr: Expr) -> Iterator[tuple[str, Expr]]:
    if not (isinstance(expr, Add) and isinstance(expr.right, Mul)):
        return
    before, change = expr.left, expr.right
    yield "lr_forgotten", Add(before, change.left)
    yield "lr_twice", Add(before, change * change.right)
    yield "not_added", change
    yield "subtracted", Sub(before, change)


def _rewritten(key: str, expr: Expr, rewrite: Rewrite) -> Iterator[tuple[str, Expr]]:
    """Yield an expression with one kind of node rewritten, where there is one and the sizes still fit."""
    try:
        yield key, rewritten(expr, rewrite)
    except ShapeError:
        return


def _untempered(expr: Expr) -> Expr | None:
    return expr.left if isinstance(expr, Divide) and expr.right == Scalar(TEMPERATURE) else None


def _untransposed(expr: Expr) -> Expr | None:
    return expr.operand if isinstance(expr, Transpose) and expr.shape != _ONE_CELL else None


def _rows_added(expr: Expr) -> Expr | None:
    """The sum of row k in the place of that of column k, as far as there are rows."""
    if not isinstance(expr, SumSamples) or expr.operand.shape == _ONE_CELL:
        return None
    n_rows, n_cols = expr.operand.shape
    if n_rows < n_cols:
        raise ShapeError("there are more columns than rows")
    units: list[Expr] = [MatrixUnit("row", (n_cols, n_rows), k, k) for k in range(n_cols)]
    return Transpose(SumNeurons(reduce(add, units) @ expr.operand))
