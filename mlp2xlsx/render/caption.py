"""The formula of a whole matrix in the workbook's names, as a textbook has it: read, not calculated."""

from typing import ClassVar

from mlp2xlsx.mathematics.expr import (
    Add,
    Divide,
    Expr,
    MatMul,
    Mul,
    Sub,
    SumNeurons,
    SumSamples,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, PRODUCT, SUM, Words
from mlp2xlsx.render.visitor import Operator, Text, TextRenderer


class Caption(TextRenderer):
    """A spreadsheet's functions over whole matrices, without what guards the formulas of the cells."""

    language = "caption"
    operators: ClassVar = {
        Add: Operator(" + ", SUM),
        Sub: Operator(" - ", SUM),
        Mul: Operator(" * ", PRODUCT),
        Divide: Operator(" / ", PRODUCT),
    }
    forms: ClassVar = {
        Transpose: Words("TRANSPOSE({})"),
        SumNeurons: Words("SUM(each row of {})"),
        SumSamples: Words("SUM(each column of {})"),
        Total: Words("SUM({})"),
    }
    taking = Words("INDEX({}, {})")

    def on_MatMul(self, node: MatMul) -> Text:
        return Text(f"MMULT({self.render(node.left)}, {self.render(node.right)})", ATOM)


def caption(expr: Expr) -> str:
    """Write the formula of a whole matrix."""
    return Caption().render(expr)
