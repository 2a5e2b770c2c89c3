"""The formula of a whole matrix in the workbook's names, as a textbook has it: read, not calculated."""

from collections.abc import Mapping
from types import MappingProxyType
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

_WORDS = MappingProxyType({"rows": "each row of {name}", "columns": "each column of {name}"})


class Caption(TextRenderer):
    """A spreadsheet's functions over whole matrices, without what guards the formulas of the cells.

    Parameters
    ----------
    words
        How it is said what is added up: `rows` and `columns` of `{name}`.
    """

    language = "caption"
    operators: ClassVar = {
        Add: Operator(" + ", SUM),
        Sub: Operator(" - ", SUM),
        Mul: Operator(" * ", PRODUCT),
        Divide: Operator(" / ", PRODUCT),
    }
    forms: ClassVar = {
        Transpose: Words("TRANSPOSE({})"),
        Total: Words("SUM({})"),
    }
    taking = Words("INDEX({}, {})")

    def __init__(self, words: Mapping[str, str] = _WORDS) -> None:
        self.words = words

    def on_SumNeurons(self, node: SumNeurons) -> Text:
        return Text(f"SUM({self.words['rows'].format(name=self.render(node.operand))})", ATOM)

    def on_SumSamples(self, node: SumSamples) -> Text:
        return Text(f"SUM({self.words['columns'].format(name=self.render(node.operand))})", ATOM)

    def on_MatMul(self, node: MatMul) -> Text:
        return Text(f"MMULT({self.render(node.left)}, {self.render(node.right)})", ATOM)


def caption(expr: Expr) -> str:
    """Write the formula of a whole matrix."""
    return Caption().render(expr)
