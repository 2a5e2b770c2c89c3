"""NumPy values: an expression becomes a function of the matrices it is computed from."""

from collections.abc import Callable, Mapping
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.expr import (
    LARGEST_EXPONENT,
    SMALLEST_ARGUMENT,
    Add,
    AddRow,
    Divide,
    DivideColumn,
    Exp,
    Expr,
    Log,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Negate,
    Number,
    Positive,
    Relu,
    Scalar,
    Scale,
    Sigmoid,
    Square,
    Sub,
    SubColumn,
    SumNeurons,
    SumSamples,
    TakeRows,
    Tanh,
    Total,
    Transpose,
)
from mlp2xlsx.render.visitor import Visitor

FloatMatrix = NDArray[np.float64]
Values = Mapping[str, FloatMatrix]
Function = Callable[[Values], FloatMatrix]


class Compiler(Visitor[Function]):
    """Nested closures: training calls them thousands of times, so the tree is walked only once."""

    def on_Matrix(self, node: Matrix) -> Function:
        return itemgetter(node.name)

    def on_Scalar(self, node: Scalar) -> Function:
        return itemgetter(node.name)

    def on_Number(self, node: Number) -> Function:
        value: FloatMatrix = np.float64(node.value)  # type: ignore[assignment]
        return lambda values: value

    def on_MatrixUnit(self, node: MatrixUnit) -> Function:
        unit = np.zeros(node.size)
        unit[node.row, node.col] = 1
        return lambda values: unit

    def on_MatMul(self, node: MatMul) -> Function:
        left, right = self.visit(node.left), self.visit(node.right)
        return lambda values: left(values).dot(right(values))

    def on_Add(self, node: Add) -> Function:
        left, right = self.visit(node.left), self.visit(node.right)
        return lambda values: left(values) + right(values)

    def on_AddRow(self, node: AddRow) -> Function:
        matrix, row = self.visit(node.matrix), self.visit(node.row)
        return lambda values: matrix(values) + row(values)

    def on_Sub(self, node: Sub) -> Function:
        left, right = self.visit(node.left), self.visit(node.right)
        return lambda values: left(values) - right(values)

    def on_Mul(self, node: Mul) -> Function:
        left, right = self.visit(node.left), self.visit(node.right)
        return lambda values: left(values) * right(values)

    def on_Scale(self, node: Scale) -> Function:
        matrix, factor = self.visit(node.matrix), self.visit(node.factor)
        return lambda values: matrix(values) * factor(values)

    def on_Divide(self, node: Divide) -> Function:
        matrix, divisor = self.visit(node.matrix), node.divisor.value
        return lambda values: matrix(values) / divisor

    def on_Sigmoid(self, node: Sigmoid) -> Function:
        operand, exp, maximum = self.visit(node.operand), np.exp, np.maximum
        return lambda values: 1 / (1 + exp(-maximum(operand(values), -LARGEST_EXPONENT)))

    def on_Tanh(self, node: Tanh) -> Function:
        operand, tanh = self.visit(node.operand), np.tanh
        return lambda values: tanh(operand(values))

    def on_Relu(self, node: Relu) -> Function:
        operand, maximum = self.visit(node.operand), np.maximum
        return lambda values: maximum(0.0, operand(values))

    def on_Positive(self, node: Positive) -> Function:
        operand = self.visit(node.operand)
        return lambda values: np.where(operand(values) > 0, 1.0, 0.0)

    def on_Exp(self, node: Exp) -> Function:
        operand, exp, clip = self.visit(node.operand), np.exp, np.clip
        return lambda values: exp(clip(operand(values), -LARGEST_EXPONENT, LARGEST_EXPONENT))

    def on_Log(self, node: Log) -> Function:
        operand, log = self.visit(node.operand), np.log
        return lambda values: log(operand(values) + SMALLEST_ARGUMENT)

    def on_Negate(self, node: Negate) -> Function:
        operand = self.visit(node.operand)
        return lambda values: -operand(values)

    def on_SubColumn(self, node: SubColumn) -> Function:
        matrix, column = self.visit(node.matrix), self.visit(node.column)
        return lambda values: matrix(values) - column(values)

    def on_DivideColumn(self, node: DivideColumn) -> Function:
        matrix, column = self.visit(node.matrix), self.visit(node.column)
        return lambda values: matrix(values) / column(values)

    def on_TakeRows(self, node: TakeRows) -> Function:
        matrix, rows = self.visit(node.matrix), self.visit(node.rows)
        return lambda values: matrix(values)[rows(values)[:, 0].astype(int) - 1]

    def on_SumNeurons(self, node: SumNeurons) -> Function:
        operand = self.visit(node.operand)
        return lambda values: operand(values).sum(axis=1, keepdims=True)

    def on_Square(self, node: Square) -> Function:
        operand = self.visit(node.operand)
        return lambda values: operand(values) ** 2

    def on_Transpose(self, node: Transpose) -> Function:
        operand = self.visit(node.operand)
        return lambda values: operand(values).T

    def on_SumSamples(self, node: SumSamples) -> Function:
        operand = self.visit(node.operand)
        return lambda values: operand(values).sum(axis=0, keepdims=True)

    def on_Total(self, node: Total) -> Function:
        operand = self.visit(node.operand)
        return lambda values: operand(values).sum(keepdims=True)


def compile_values(expr: Expr) -> Function:
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
