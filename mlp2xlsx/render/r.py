"""R."""

from typing import ClassVar

from mlp2xlsx.mathematics.expr import (
    Add,
    Divide,
    MatMul,
    Mul,
    Pairing,
    Single,
    Sub,
    SumNeurons,
    SumSamples,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, MATRIX_PRODUCT, PRODUCT, SUM, Words
from mlp2xlsx.render.visitor import Operator, Text, TextRenderer

_MARGINS = {Pairing.ROW: 2, Pairing.COLUMN: 1}


class R(TextRenderer):
    """R source; matrices keep both dimensions throughout.

    R groups a * b %*% c as a * (b %*% c): the matrix product binds tighter than the other products.
    """

    language = "r"
    operators: ClassVar = {
        Add: Operator(" + ", SUM),
        Sub: Operator(" - ", SUM),
        Mul: Operator(" * ", PRODUCT),
        Divide: Operator(" / ", PRODUCT),
        MatMul: Operator(" %*% ", MATRIX_PRODUCT),
    }
    forms: ClassVar = {
        Transpose: Words("t({})"),
        SumNeurons: Words("matrix(rowSums({}))"),
        # colSums gives a plain vector, and t() of a vector is a row.
        SumSamples: Words("t(colSums({}))"),
        # sum() gives a plain number, which sweep and colSums do not take for a matrix.
        Total: Words("matrix(sum({}))"),
    }
    taking = Words("{}[{}, , drop = FALSE]")

    def on_Single(self, node: Single) -> Text:
        # R's operators refuse a 1×1 matrix beside a larger one, but not a plain number.
        return Text(f"c({node.name})", ATOM)

    def on_Elementwise(self, node: Add | Sub | Mul | Divide) -> Text:
        if node.pairing not in _MARGINS:
            return super().on_Elementwise(node)
        # R's + would run a row or a column down the columns; sweep goes along the margin it is told.
        symbol, margin = self.operators[type(node)].symbol.strip(), _MARGINS[node.pairing]
        matrix, other = (self.render(operand) for operand in node.operands)
        return Text(f'sweep({matrix}, {margin}, {other}, "{symbol}")', ATOM)
