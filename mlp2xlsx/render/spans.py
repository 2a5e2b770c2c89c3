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
from mlp2xlsx.render.visitor import UnsupportedNodeError, Visitor


class Span(NamedTuple):
    """The smallest and the largest value of each cell of a matrix."""

    low: FloatMatrix
    high: FloatMatrix


class Spans(Visitor[Span]):
    """Computes the span of an expression.

    Parameters
    ----------
    spans
        The span of each named matrix and scalar.
    """

    def __init__(self, spans: Mapping[str, Span]) -> None:
        self.spans = spans

    def on_Matrix(self, node: Matrix) -> Span:
        return self.spans[node.name]

    def on_Scalar(self, node: Scalar) -> Span:
        return self.spans[node.name]

    def on_Number(self, node: Number) -> Span:
        return _certain(compile_values(node)({}))

    def on_MatrixUnit(self, node: MatrixUnit) -> Span:
        return _certain(compile_values(node)({}))

    def on_Add(self, node: Add) -> Span:
        return _sum(self.visit(node.left), self.visit(node.right))

    def on_Sub(self, node: Sub) -> Span:
        return _sum(self.visit(node.left), _negative(self.visit(node.right)))

    def on_Mul(self, node: Mul) -> Span:
        return _corners(np.multiply, self.visit(node.left), self.visit(node.right))

    def on_Divide(self, node: Divide) -> Span:
        divisor = self.visit(node.right)
        low, high = _corners(np.divide, self.visit(node.left), divisor)
        # Between a divisor below 0 and one above it the quotient goes through all numbers.
        any_number = (divisor.low <= 0) & (divisor.high >= 0) & (divisor.low < divisor.high)
        return Span(np.where(any_number, -np.inf, low), np.where(any_number, np.inf, high))

    def on_MatMul(self, node: MatMul) -> Span:
        left, right = self.visit(node.left), self.visit(node.right)
        products = _corners(
            np.multiply,
            Span(left.low[:, :, None], left.high[:, :, None]),
            Span(right.low[None, :, :], right.high[None, :, :]),
        )
        return Span(products.low.sum(axis=1), products.high.sum(axis=1))

    def on_Apply(self, node: Apply) -> Span:
        function, (low, high) = self.function(node), self.visit(node.operand)
        if node.function == "negate":
            return _negative(Span(low, high))
        ends = function.values(low), function.values(high)
        if node.function == "square":
            return Span(np.where((low < 0) & (high > 0), 0.0, np.minimum(*ends)), np.maximum(*ends))
        if not function.rising:
            raise UnsupportedNodeError(f"Spans cannot say {node.function}")
        return Span(*ends)

    def rising(self, node: Expr) -> Span:
        """Take the ends of the operand: a larger one never makes the value smaller."""
        [operand] = node.operands
        low, high = self.visit(operand)
        kind: Callable[[Expr], Expr] = type(node)
        function = compile_values(kind(Matrix("", operand.shape)))
        return Span(function({"": low}), function({"": high}))

    on_Transpose = on_SumSamples = on_SumNeurons = on_Total = rising

    def on_TakeRows(self, node: TakeRows) -> Span:
        (low, high), rows = self.visit(node.matrix), self.visit(node.rows).low
        taken = rows[:, 0].astype(int) - 1
        return Span(low[taken], high[taken])


def _certain(value: FloatMatrix) -> Span:
    return Span(value, value)


def _sum(one: Span, other: Span) -> Span:
    return Span(one.low + other.low, one.high + other.high)


def _negative(span: Span) -> Span:
    return Span(-span.high, -span.low)


def _corners(function: Callable[[FloatMatrix, FloatMatrix], FloatMatrix], one: Span, other: Span) -> Span:
    """Of a product or quotient, the extremes are among those of the ends."""
    found = np.array([function(a, b) for a in one for b in other])
    return Span(found.min(axis=0), found.max(axis=0))
