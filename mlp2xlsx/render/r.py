"""R."""

from typing import ClassVar

from mlp2xlsx.expr import (
    LARGEST_EXPONENT,
    SMALLEST_ARGUMENT,
    Add,
    AddRow,
    Divide,
    DivideColumn,
    Exp,
    Log,
    MatMul,
    Mul,
    Negate,
    Positive,
    Relu,
    Scale,
    Square,
    Sub,
    SubColumn,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
)
from mlp2xlsx.render.visitor import ATOM, Operator, Text, TextRenderer

# R groups a * b %*% c as a * (b %*% c): the matrix product binds tighter than the other products.
_SUM, _PRODUCT, _MATRIX_PRODUCT, _MINUS, _POWER = 10, 20, 25, 30, 40


class R(TextRenderer):
    """R source; matrices keep both dimensions throughout."""

    operators: ClassVar = {
        Add: Operator(" + ", _SUM),
        Sub: Operator(" - ", _SUM),
        Mul: Operator(" * ", _PRODUCT),
        Scale: Operator(" * ", _PRODUCT),
        Divide: Operator(" / ", _PRODUCT),
        MatMul: Operator(" %*% ", _MATRIX_PRODUCT),
    }

    def on_AddRow(self, node: AddRow) -> Text:
        # R's + would run a row down the columns; sweep goes along the rows.
        return Text(f'sweep({self.render(node.matrix)}, 2, {self.render(node.row)}, "+")', ATOM)

    def on_Relu(self, node: Relu) -> Text:
        return Text(f"pmax({self.render(node.operand)}, 0)", ATOM)

    def on_Positive(self, node: Positive) -> Text:
        return Text(f"({self.visit(node.operand).within(_SUM)} > 0) * 1", _PRODUCT)

    def on_Exp(self, node: Exp) -> Text:
        limit = LARGEST_EXPONENT
        return Text(f"exp(pmin(pmax({self.render(node.operand)}, -{limit}), {limit}))", ATOM)

    def on_Log(self, node: Log) -> Text:
        return Text(f"log({self.visit(node.operand).within(_SUM)} + {SMALLEST_ARGUMENT})", ATOM)

    def on_Negate(self, node: Negate) -> Text:
        return Text(f"-{self.visit(node.operand).within(ATOM)}", _MINUS)

    def on_SubColumn(self, node: SubColumn) -> Text:
        return Text(f'sweep({self.render(node.matrix)}, 1, {self.render(node.column)}, "-")', ATOM)

    def on_DivideColumn(self, node: DivideColumn) -> Text:
        return Text(f'sweep({self.render(node.matrix)}, 1, {self.render(node.column)}, "/")', ATOM)

    def on_SumNeurons(self, node: SumNeurons) -> Text:
        return Text(f"matrix(rowSums({self.render(node.operand)}))", ATOM)

    def on_TakeRows(self, node: TakeRows) -> Text:
        return Text(f"{self.visit(node.matrix).within(ATOM)}[{self.render(node.rows)}, , drop = FALSE]", ATOM)

    def on_Square(self, node: Square) -> Text:
        return Text(f"{self.visit(node.operand).within(ATOM)}^2", _POWER)

    def on_Transpose(self, node: Transpose) -> Text:
        return self.call("t", node.operand)

    def on_SumSamples(self, node: SumSamples) -> Text:
        # colSums gives a plain vector, and t() of a vector is a row.
        return Text(f"t(colSums({self.render(node.operand)}))", ATOM)

    def on_Total(self, node: Total) -> Text:
        # sum() gives a plain number, which sweep and colSums do not take for a matrix.
        return Text(f"matrix(sum({self.render(node.operand)}))", ATOM)
