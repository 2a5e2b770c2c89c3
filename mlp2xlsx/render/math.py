"""Mathematics as one line of text."""

from typing import ClassVar

from mlp2xlsx.expr import (
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
    Sigmoid,
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

_SUM, _PRODUCT, _MINUS, _SIGMA, _POWER = 10, 20, 25, 30, 40


class Math(TextRenderer):
    """Mathematical notation: · matrix product, ∘ elementwise product, × scalar, ᵀ transpose, Σ sum."""

    operators: ClassVar = {
        Add: Operator(" + ", _SUM),
        Sub: Operator(" − ", _SUM),
        AddRow: Operator(" + ", _SUM),
        MatMul: Operator(" · ", _PRODUCT),
        Mul: Operator(" ∘ ", _PRODUCT),
        Scale: Operator(" × ", _PRODUCT),
        Divide: Operator(" / ", _PRODUCT),
        SubColumn: Operator(" − ", _SUM),
        DivideColumn: Operator(" / ", _PRODUCT),
    }

    def on_Sigmoid(self, node: Sigmoid) -> Text:
        return self.call("σ", node.operand)

    def on_Relu(self, node: Relu) -> Text:
        return Text(f"max(0, {self.render(node.operand)})", ATOM)

    def on_Positive(self, node: Positive) -> Text:
        return Text(f"[{self.render(node.operand)} > 0]", ATOM)

    def on_Exp(self, node: Exp) -> Text:
        return self.call("exp", node.operand)

    def on_Log(self, node: Log) -> Text:
        return self.call("ln", node.operand)

    def on_Negate(self, node: Negate) -> Text:
        return Text(f"−{self.visit(node.operand).within(_SIGMA)}", _MINUS)

    def on_SumNeurons(self, node: SumNeurons) -> Text:
        return self.sigma(node)

    def on_TakeRows(self, node: TakeRows) -> Text:
        return Text(f"{self.visit(node.matrix).within(ATOM)}[{self.render(node.rows)}]", ATOM)

    def on_Square(self, node: Square) -> Text:
        return Text(f"{self.visit(node.operand).within(ATOM)}²", _POWER)

    def on_Transpose(self, node: Transpose) -> Text:
        return Text(f"{self.visit(node.operand).within(ATOM)}ᵀ", ATOM)

    def on_SumSamples(self, node: SumSamples) -> Text:
        return self.sigma(node)

    def on_Total(self, node: Total) -> Text:
        return self.sigma(node)

    def sigma(self, node: SumSamples | SumNeurons | Total) -> Text:
        """Write Σ before what is added up; what it runs over is said beside the formula."""
        return Text(f"Σ {self.visit(node.operand).within(_POWER)}", _SIGMA)
