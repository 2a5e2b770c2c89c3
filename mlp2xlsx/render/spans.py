"""Spans of values: what an expression can come to when each number it reads is only known to lie between two.

The rules are those of interval arithmetic. An operand that appears twice counts as two, so a span may be
a little too wide, never too narrow.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Constant,
    Divide,
    Expr,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    Scalar,
    Sub,
    TakeRows,
)
from mlp2xlsx.render.values import FloatMatrix, compile_values
from mlp2xlsx.render.visitor import Visitor

_ENDLESS = 1e100


class Interval(NamedTuple):
    """The smallest and the largest value of each cell of a matrix."""

    low: FloatMatrix
    high: FloatMatrix


class Spans(Visitor[Interval]):
    """Computes the span of an expression.

    Parameters
    ----------
    spans
        The span of each named matrix and scalar.
    """

    def __init__(self, spans: Mapping[str, Interval]) -> None:
        self.spans = spans

    def on_Matrix(self, node: Matrix | Scalar) -> Interval:
        return self.spans[node.name]

    on_Scalar = on_Single = on_Matrix

    def on_Number(self, node: Number | Constant | MatrixUnit) -> Interval:
        value = compile_values(node)({})
        return Interval(value, value)

    on_Constant = on_MatrixUnit = on_Number

    def on_Add(self, node: Add) -> Interval:
        return _sum(self.visit(node.left), self.visit(node.right))

    def on_Sub(self, node: Sub) -> Interval:
        return _sum(self.visit(node.left), _negative(self.visit(node.right)))

    def on_Mul(self, node: Mul) -> Interval:
        return _corners(np.multiply, self.visit(node.left), self.visit(node.right))

    def on_Divide(self, node: Divide) -> Interval:
        divisor = self.visit(node.right)
        low, high = _corners(np.divide, self.visit(node.left), divisor)
        # Between a divisor below 0 and one above it the quotient goes through all numbers.
        any_number = (divisor.low <= 0) & (divisor.high >= 0) & (divisor.low < divisor.high)
        return Interval(np.where(any_number, -np.inf, low), np.where(any_number, np.inf, high))

    def on_MatMul(self, node: MatMul) -> Interval:
        left, right = self.visit(node.left), self.visit(node.right)
        products = _corners(
            np.multiply,
            Interval(left.low[:, :, None], left.high[:, :, None]),
            Interval(right.low[None, :, :], right.high[None, :, :]),
        )
        return Interval(products.low.sum(axis=1), products.high.sum(axis=1))

    def on_Apply(self, node: Apply) -> Interval:
        function, (low, high) = self.function(node), self.visit(node.operand)
        if node.function == "sqrt":  # what is typed for a small number may round to less than nothing
            low, high = np.maximum(low, 0.0), np.maximum(high, 0.0)
        if node.function == "cos":  # which turns again and again
            return _cosine(low, high)
        # Between two places where it turns, it is lowest and highest at their ends.
        at = [low, high, *(np.clip(turn, low, high) for turn in function.turns)]
        # A quotient's span may have no end, where some functions would come to infinity less infinity.
        values = [function.values(np.clip(operand, -_ENDLESS, _ENDLESS)) for operand in at]
        return Interval(np.minimum.reduce(values), np.maximum.reduce(values))

    def rising(self, node: Expr) -> Interval:
        """Take the ends of the operand: a larger one never makes the value smaller."""
        [operand] = node.operands
        low, high = self.visit(operand)
        kind: Callable[[Expr], Expr] = type(node)
        function = compile_values(kind(Matrix("", operand.shape)))
        return Interval(function({"": low}), function({"": high}))

    on_Transpose = on_SumSamples = on_SumNeurons = on_Total = rising

    def on_TakeRows(self, node: TakeRows) -> Interval:
        (low, high), rows = self.visit(node.matrix), self.visit(node.rows).low
        taken = rows[:, 0].astype(int) - 1
        return Interval(low[taken], high[taken])


def _cosine(low: FloatMatrix, high: FloatMatrix) -> Interval:
    """Span of a cosine: it is 1 at each whole turn, and −1 half a turn later."""
    ends, turn = (np.cos(low), np.cos(high)), 2 * np.pi
    top, bottom = (np.ceil((low - at) / turn) <= np.floor((high - at) / turn) for at in (0.0, np.pi))
    return Interval(np.where(bottom, -1.0, np.minimum(*ends)), np.where(top, 1.0, np.maximum(*ends)))


def _sum(one: Interval, other: Interval) -> Interval:
    return Interval(one.low + other.low, one.high + other.high)


def _negative(span: Interval) -> Interval:
    return Interval(-span.high, -span.low)


def _corners(
    function: Callable[[FloatMatrix, FloatMatrix], FloatMatrix], one: Interval, other: Interval
) -> Interval:
    """Of a product or quotient, the extremes are among those of the ends."""
    found = np.array([function(a, b) for a in one for b in other])
    return Interval(found.min(axis=0), found.max(axis=0))
