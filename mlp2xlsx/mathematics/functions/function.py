"""What a function of single cells is: its values, its slope and its words in every language."""

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.mathematics.expr import Expr

FloatMatrix = NDArray[np.float64]

# How tightly operations bind; each language uses those it has. R's matrix product binds tighter than its
# other products; Excel binds a minus in front tighter than ^, so that -2^2 is 4.
SUM, PRODUCT, MATRIX_PRODUCT, MINUS, SIGMA, POWER, EXCEL_MINUS, ATOM = 10, 20, 25, 30, 35, 40, 50, 100

# e^709 is the last that fits a double: LibreOffice and Excel answer #NUM! to more, NumPy infinity.
LARGEST_EXPONENT = 700
# Changes no number that is not itself as small. A comparison would do as well, but not in IronCalc, for
# which 0 < 1E-16 is false.
SMALLEST_ARGUMENT = 1e-300

# Of gelu, z · (1 + tanh(u)) / 2 with u = √(2/π) · (z + 0.044715 z³).
GELU_SCALE, GELU_CUBE = sqrt(2 / pi), 0.044715
GELU_INNER = f"{GELU_SCALE!r}*({{0}}+{GELU_CUBE}*{{0}}*{{0}}*{{0}})"
"""How a cell says u."""


class Words(NamedTuple):
    """How a language says a function.

    Attributes
    ----------
    text
        What stands around the operand, whose places are `{}`.
    inner
        How tightly an operand must bind to stand there without parentheses.
    outer
        How tightly the whole binds.
    """

    text: str
    inner: int = 0
    outer: int = ATOM


@dataclass(frozen=True)
class Function:
    """One function of a cell.

    Attributes
    ----------
    values
        What NumPy computes, cell by cell.
    derivative
        The derivative from the operand z: an expression of its shape, or a number. It is that of the function
        itself, without what keeps its numbers within the range of spreadsheets.
    math, python, r
        The words in mathematics and in programs.
    caption
        The words of a formula for a whole matrix, as a textbook has it.
    excel
        The formula of one cell, within the range of numbers that spreadsheets reach.
    over_range
        The same over several cells, of operators alone: programs differ in what functions make of a range.
        None where there is no such form.
    worked
        The words of the worked line; None where no step uses it.
    slope
        The derivative from the function's own value a; None where it is no activation.
    slope_reads_input
        Whether the slope is written with the operand z instead, because a does not tell it.
    turns
        The operands at which it begins to fall or to rise; none where it does only one of the two.
    kink
        Whether there is a place where it has no slope.
    exponential
        Whether the operand is an exponent of e, and so has to stay within the range of numbers.
    """

    values: Callable[[FloatMatrix], FloatMatrix]
    derivative: Callable[[Expr], Expr]
    math: Words
    python: Words
    r: Words
    caption: Words
    excel: Words
    over_range: Words | None = None
    worked: Words | None = None
    slope: Callable[[Expr], Expr] | None = None
    slope_reads_input: bool = False
    turns: tuple[float, ...] = ()
    kink: bool = False
    exponential: bool = False
