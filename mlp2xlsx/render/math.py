"""Mathematics as one line of text."""

from typing import ClassVar

from mlp2xlsx.mathematics.expr import (
    Add,
    Divide,
    MatMul,
    Mul,
    Pairing,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, POWER, PRODUCT, SIGMA, SUM
from mlp2xlsx.render.visitor import Operator, Text, TextRenderer

_SCALED = Operator(" × ", PRODUCT)


class Math(TextRenderer):
    """Mathematical notation: · matrix product, ∘ elementwise product, × scalar, ᵀ transpose, Σ sum."""

    language = "math"
    operators: ClassVar = {
        Add: Operator(" + ", SUM),
        Sub: Operator(" − ", SUM),
        MatMul: Operator(" · ", PRODUCT),
        Mul: Operator(" ∘ ", PRODUCT),
        Divide: Operator(" / ", PRODUCT),
    }

    def on_Mul(self, node: Mul) -> Text:
        return self.joined(_SCALED if node.pairing is Pairing.SCALAR else self.operators[Mul], node)

    def on_TakeRows(self, node: TakeRows) -> Text:
        return Text(f"{self.visit(node.matrix).within(ATOM)}[{self.render(node.rows)}]", ATOM)

    def on_Transpose(self, node: Transpose) -> Text:
        return Text(f"{self.visit(node.operand).within(ATOM)}ᵀ", ATOM)

    def sigma(self, node: SumSamples | SumNeurons | Total) -> Text:
        """Write Σ before what is added up; what it runs over is said beside the formula."""
        return Text(f"Σ {self.visit(node.operand).within(POWER)}", SIGMA)

    on_SumSamples = on_SumNeurons = on_Total = sigma
