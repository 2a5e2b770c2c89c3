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
    TakeRows,
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, PRODUCT, SUM
from mlp2xlsx.mathematics.leaves import names
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

    def on_MatMul(self, node: MatMul) -> Text:
        return Text(f"MMULT({self.render(node.left)}, {self.render(node.right)})", ATOM)

    def on_Transpose(self, node: Transpose) -> Text:
        return Text(f"TRANSPOSE({self.render(node.operand)})", ATOM)

    def on_TakeRows(self, node: TakeRows) -> Text:
        return Text(f"INDEX({node.matrix.name}, {names(node.rows)[0]})", ATOM)

    def on_SumNeurons(self, node: SumNeurons) -> Text:
        return self.sum("each row of ", node)

    def on_SumSamples(self, node: SumSamples) -> Text:
        return self.sum("each column of ", node)

    def on_Total(self, node: Total) -> Text:
        return self.sum("", node)

    def sum(self, part: str, node: SumNeurons | SumSamples | Total) -> Text:
        """Write a sum over all cells, or one for each row or column."""
        return Text(f"SUM({part}{self.render(node.operand)})", ATOM)


def caption(expr: Expr) -> str:
    """Write the formula of a whole matrix."""
    return Caption().render(expr)
