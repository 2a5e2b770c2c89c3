"""The functions of single cells: each one once."""

from mlp2xlsx.mathematics.functions.function import (
    ATOM,
    EXCEL_MINUS,
    LARGEST_EXPONENT,
    MATRIX_PRODUCT,
    MINUS,
    POWER,
    PRODUCT,
    SIGMA,
    SMALLEST_ARGUMENT,
    SUM,
    FloatMatrix,
    Function,
    Words,
)
from mlp2xlsx.mathematics.functions.table import FUNCTIONS, activations, register_activation, slope_of

__all__ = [
    "ATOM",
    "EXCEL_MINUS",
    "FUNCTIONS",
    "LARGEST_EXPONENT",
    "MATRIX_PRODUCT",
    "MINUS",
    "POWER",
    "PRODUCT",
    "SIGMA",
    "SMALLEST_ARGUMENT",
    "SUM",
    "FloatMatrix",
    "Function",
    "Words",
    "activations",
    "register_activation",
    "slope_of",
]
