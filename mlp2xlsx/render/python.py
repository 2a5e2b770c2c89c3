"""Python with NumPy."""

from typing import ClassVar

from mlp2xlsx.mathematics.expr import (
    Add,
    Divide,
    MatMul,
    Mul,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, PRODUCT, SUM
from mlp2xlsx.render.visitor import Operator, Text, TextRenderer


class Python(TextRenderer):
    """Python source; `@` and `*` bind equally and group from the left. NumPy broadcasts rows and columns."""

    language = "python"
    operators: ClassVar = {
        Add: Operator(" + ", SUM),
        Sub: Operator(" - ", SUM),
        MatMul: Operator(" @ ", PRODUCT),
        Mul: Operator(" * ", PRODUCT),
        Divide: Operator(" / ", PRODUCT),
    }

    def on_TakeRows(self, node: TakeRows) -> Text:
        matrix, rows = (self.visit(operand).within(ATOM) for operand in node.operands)
        return Text(f"{matrix}[{rows}[:, 0] - 1]", ATOM)

    def on_Transpose(self, node: Transpose) -> Text:
        return Text(f"{self.visit(node.operand).within(ATOM)}.T", ATOM)

    def on_SumNeurons(self, node: SumNeurons) -> Text:
        return Text(f"np.sum({self.render(node.operand)}, axis=1, keepdims=True)", ATOM)

    def on_SumSamples(self, node: SumSamples) -> Text:
        return Text(f"np.sum({self.render(node.operand)}, axis=0, keepdims=True)", ATOM)

    def on_Total(self, node: Total) -> Text:
        return Text(f"np.sum({self.render(node.operand)}, keepdims=True)", ATOM)
