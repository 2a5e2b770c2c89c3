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
    Total,
    Transpose,
)
from mlp2xlsx.mathematics.functions import ATOM, PRODUCT, SUM, Words
from mlp2xlsx.render.visitor import Operator, TextRenderer


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
    forms: ClassVar = {
        Transpose: Words("{}.T", ATOM),
        SumNeurons: Words("np.sum({}, axis=1, keepdims=True)"),
        SumSamples: Words("np.sum({}, axis=0, keepdims=True)"),
        Total: Words("np.sum({}, keepdims=True)"),
    }
    taking = Words("{}[{}[:, 0] - 1]", ATOM)
