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
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, POWER, PRODUCT, SIGMA, SUM, Words
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
    forms: ClassVar = {
        Transpose: Words("{}ᵀ", ATOM),
        # What a sum runs over is said beside the formula.
        **dict.fromkeys((SumSamples, SumNeurons, Total), Words("Σ {}", POWER, SIGMA)),
    }
    taking = Words("{}[{}]")

    def on_Mul(self, node: Mul) -> Text:
        return self.joined(_SCALED if node.pairing is Pairing.SCALAR else self.operators[Mul], node)
