"""NumPy values: an expression becomes a function of the matrices it is computed from."""

import operator
from collections.abc import Callable, Mapping
from operator import itemgetter

import numpy as np

from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Constant,
    Divide,
    Elementwise,
    Expr,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    OfOne,
    Scalar,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import FloatMatrix as FloatMatrix
from mlp2xlsx.render.visitor import Visitor

Values = Mapping[str, FloatMatrix]
Compiled = Callable[[Values], FloatMatrix]

OPERATORS: dict[type[Expr], Callable[[FloatMatrix, FloatMatrix], FloatMatrix]] = {
    Add: operator.add,
    Sub: operator.sub,
    Mul: operator.mul,
    Divide: operator.truediv,
}
"""The operations on corresponding cells."""

OF_ONE: dict[type[Expr], Callable[[FloatMatrix], FloatMatrix]] = {
    Transpose: lambda matrix: matrix.T,
    SumNeurons: lambda matrix: matrix.sum(axis=1, keepdims=True),
    SumSamples: lambda matrix: matrix.sum(axis=0, keepdims=True),
    Total: lambda matrix: matrix.sum(keepdims=True),
}
"""The operations on one matrix."""


class Compiler(Visitor[Compiled]):
    """Nested closures: training calls them thousands of times, so the tree is walked only once."""

    def on_Matrix(self, node: Matrix | Scalar) -> Compiled:
        return itemgetter(node.name)

    on_Scalar = on_Matrix

    def on_Number(self, node: Number) -> Compiled:
        value: FloatMatrix = np.float64(node.value)  # type: ignore[assignment]
        return lambda values: value

    def on_Constant(self, node: Constant) -> Compiled:
        matrix = np.full(node.size, float(node.value))
        return lambda values: matrix

    def on_MatrixUnit(self, node: MatrixUnit) -> Compiled:
        unit = np.zeros(node.size)
        unit[node.row, node.col] = 1
        return lambda values: unit

    def on_MatMul(self, node: MatMul) -> Compiled:
        left, right = self.visit(node.left), self.visit(node.right)
        return lambda values: left(values).dot(right(values))

    def on_Elementwise(self, node: Elementwise) -> Compiled:
        join = OPERATORS[type(node)]
        left, right = self.visit(node.left), self.visit(node.right)
        return lambda values: join(left(values), right(values))

    def on_Apply(self, node: Apply) -> Compiled:
        operand, function = self.visit(node.operand), self.function(node).values
        return lambda values: function(operand(values))

    def on_TakeRows(self, node: TakeRows) -> Compiled:
        matrix, rows = self.visit(node.matrix), self.visit(node.rows)
        return lambda values: matrix(values)[rows(values)[:, 0].astype(int) - 1]

    def on_OfOne(self, node: OfOne) -> Compiled:
        operand, function = self.visit(node.operand), OF_ONE[type(node)]
        return lambda values: function(operand(values))


def compile_values(expr: Expr) -> Compiled:
    """Make a function from the named matrices to the expression's value, of shape `expr.shape`."""
    return Compiler().visit(expr)


def evaluate(expr: Expr, values: Values) -> FloatMatrix:
    """Evaluate an expression once.

    Parameters
    ----------
    expr
        What to compute.
    values
        A matrix for each name in it, of the shape the expression says; scalars as 0-d or 1×1 arrays.
    """
    return compile_values(expr)(values)
