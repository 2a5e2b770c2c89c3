"""Python with NumPy."""

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
    Tanh,
    Total,
    Transpose,
)
from mlp2xlsx.render.visitor import ATOM, Operator, Text, TextRenderer

_SUM, _PRODUCT, _MINUS, _POWER = 10, 20, 25, 30


class Python(TextRenderer):
    """Python source; `@` and `*` bind equally and group from the left."""

    operators: ClassVar = {
        Add: Operator(" + ", _SUM),
        Sub: Operator(" - ", _SUM),
        AddRow: Operator(" + ", _SUM),
        MatMul: Operator(" @ ", _PRODUCT),
        Mul: Operator(" * ", _PRODUCT),
        Scale: Operator(" * ", _PRODUCT),
        Divide: Operator(" / ", _PRODUCT),
        SubColumn: Operator(" - ", _SUM),
        DivideColumn: Operator(" / ", _PRODUCT),
    }

    def on_Tanh(self, node: Tanh) -> Text:
        return self.call("np.tanh", node.operand)

    def on_Relu(self, node: Relu) -> Text:
        return Text(f"np.maximum(0, {self.render(node.operand)})", ATOM)

    def on_Positive(self, node: Positive) -> Text:
        return Text(f"({self.visit(node.operand).within(_SUM)} > 0) * 1", _PRODUCT)

    def on_Exp(self, node: Exp) -> Text:
        limit = LARGEST_EXPONENT
        return Text(f"np.exp(np.clip({self.render(node.operand)}, -{limit}, {limit}))", ATOM)

    def on_Log(self, node: Log) -> Text:
        return Text(f"np.log({self.visit(node.operand).within(_SUM)} + {SMALLEST_ARGUMENT})", ATOM)

    def on_Negate(self, node: Negate) -> Text:
        return Text(f"-{self.visit(node.operand).within(ATOM)}", _MINUS)

    def on_SumNeurons(self, node: SumNeurons) -> Text:
        return Text(f"np.sum({self.render(node.operand)}, axis=1, keepdims=True)", ATOM)

    def on_TakeRows(self, node: TakeRows) -> Text:
        matrix, rows = (self.visit(operand).within(ATOM) for operand in node.operands)
        return Text(f"{matrix}[{rows}[:, 0] - 1]", ATOM)

    def on_Square(self, node: Square) -> Text:
        return Text(f"{self.visit(node.operand).within(ATOM)} ** 2", _POWER)

    def on_Transpose(self, node: Transpose) -> Text:
        return Text(f"{self.visit(node.operand).within(ATOM)}.T", ATOM)

    def on_SumSamples(self, node: SumSamples) -> Text:
        return Text(f"np.sum({self.render(node.operand)}, axis=0, keepdims=True)", ATOM)

    def on_Total(self, node: Total) -> Text:
        return Text(f"np.sum({self.render(node.operand)}, keepdims=True)", ATOM)
