"""The derivative of one number by everything it is computed from, as expressions of the same language.

It follows from the number alone, by the chain rule from the result back to the leaves, so that the steps of
backpropagation, which are written down as the article has them, can be held against it.
"""

from collections.abc import Iterable, Iterator
from functools import partial, reduce
from operator import add

from mlp2xlsx.errors import ShapeError
from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Divide,
    Elementwise,
    Expr,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    Scalar,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
    describe,
    is_scalar,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.steps import Result


def derivatives(loss: Expr, results: Iterable[Result] = ()) -> dict[str, Expr]:
    """Derivative of a number by each named matrix and scalar that it depends on.

    Parameters
    ----------
    loss
        The number, of shape (1, 1).
    results
        What its names stand for, each after those that it is computed from; others may stand among them.
        What is not among them is data, and independent of all else.

    Returns
    -------
    dict of str to Expr
        By name, each of the shape of what is named, computed from the matrices of `loss` and `results`,
        whose cells must be finite. What the number does not depend on has no entry, nor have row numbers: a
        row is taken or it is not.

    Raises
    ------
    ShapeError
        When `loss` is more than one number.
    TypeError
        When there is no rule for a kind of node.
    """
    if loss.shape != (1, 1):
        raise ShapeError(f"cannot differentiate {describe(loss)}: expected one number (1×1)")
    found: dict[str, Expr] = {}

    def collect(expr: Expr, arriving: Expr) -> None:
        for name, part in _at_leaves(expr, arriving):
            found[name] = found[name] + part if name in found else part

    collect(loss, Number(1))
    for result in reversed(tuple(results)):
        if result.name in found and not result.given:
            collect(result.expr, found[result.name])
    return found


def _at_leaves(expr: Expr, arriving: Expr) -> Iterator[tuple[str, Expr]]:
    """Yield what arrives at each leaf of an expression, by its name; several times where it stands there."""
    if isinstance(expr, Matrix | Scalar):
        yield expr.name, arriving
    elif expr.operands:
        # Row numbers come last, and nothing is passed on to them.
        for operand, passed in zip(expr.operands, _passed_on(expr, arriving), strict=False):
            yield from _at_leaves(operand, passed)


def _passed_on(node: Expr, arriving: Expr) -> tuple[Expr, ...]:
    """The derivatives by the operands of a node, from the one by the node itself."""
    match node:
        case MatMul(left, right):
            return arriving @ right.T, left.T @ arriving
        case Add():
            return _paired(node, arriving, arriving)
        case Sub():
            return _paired(node, arriving, Apply("negate", arriving))
        case Mul(left, right):
            return _paired(node, arriving * right, arriving * left)
        case Divide(left, right):
            return _paired(node, arriving / right, Apply("negate", arriving * left / right / right))
        case Apply(function, operand):
            return (arriving * FUNCTIONS[function].derivative(operand),)
        case Transpose():
            return (arriving.T,)
        case SumSamples(operand) | SumNeurons(operand):
            return (_repeated(arriving, operand),)
        case Total(operand):
            return (_repeated(_repeated(arriving, SumNeurons(operand)), operand),)
        case TakeRows(matrix, rows):
            return (_rows_put_back(arriving, matrix, rows),)
    raise TypeError(f"no rule for the derivative of {type(node).__name__}")


def _paired(node: Elementwise, *by_cell: Expr) -> tuple[Expr, ...]:
    """The derivatives by both operands, from those by the two cells of every pair."""
    return tuple(map(partial(_added_up, node), by_cell, node.operands))


def _added_up(node: Elementwise, by_cell: Expr, operand: Expr) -> Expr:
    """Add up over all cells that one cell of an operand was paired with."""
    if operand.shape == node.shape:
        return by_cell
    if is_scalar(operand):
        return Total(by_cell)
    return SumSamples(by_cell) if operand.shape == (1, node.shape[1]) else SumNeurons(by_cell)


def _repeated(line: Expr, matrix: Expr) -> Expr:
    """A row or a column as often as a matrix has it."""
    return matrix * Number(0) + line


def _rows_put_back(taken: Expr, matrix: Matrix, rows: Expr) -> Expr:
    """Add each row to the row of the matrix that it was taken from."""
    n_rows, _ = matrix.shape

    def place(k: int) -> Expr:
        """1 in row k, counted from 0, of the columns for which it was taken."""
        other = Apply("positive", Apply("square", rows - Number(k + 1)))
        return MatrixUnit(matrix.name, (n_rows, 1), k, 0) @ (Number(1) - other).T

    return reduce(add, map(place, range(n_rows))) @ taken
