"""The arithmetic of one cell as words and numbers."""

from dataclasses import replace

import numpy as np
import pytest

from mlp2xlsx.mathematics.expr import (
    Add,
    Divide,
    Matrix,
    Mul,
    Number,
    Scalar,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    describe,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.render.visitor import UnsupportedNodeError
from mlp2xlsx.render.worked import Worked
from mlp2xlsx.workbook.sheets.step.worked_line import Shown, said
from tests.helpers import exp, log, negate, positive, relu, sigmoid, square, tanh

A, B, ROW = Matrix("A", (2, 3)), Matrix("B", (3, 2)), Matrix("row", (1, 2))
COLUMN, LONG = Matrix("column", (2, 1)), Matrix("long", (9, 2))
C = Matrix("C", (2, 3))
LR = Scalar("lr")
VALUES = {
    "A": np.array([[1.0, 2, 3], [4, 5, 6]]),
    "B": np.array([[0.1, -0.2], [0.3, 0.4], [-0.5, 0.6]]),
    "C": np.array([[7.0, 8, 9], [-1, -2, -3]]),
    "row": np.array([[10.0, 20]]),
    "column": np.array([[2.0], [1]]),
    "long": np.arange(1.0, 19).reshape(9, 2),
    "lr": np.array([[0.5]]),
}
TYPED, ROUNDED = Shown(None), Shown(1)
SHOWN = dict.fromkeys(VALUES, TYPED) | {"B": ROUNDED}


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (A, "A[2, 3]"),
        (A @ B, "4×(−0.2) + 5×0.4 + 6×0.6"),
        (Add(A @ B, ROW), "4×(−0.2) + 5×0.4 + 6×0.6 + 20"),
        (A + C, "6 + (−3)"),
        (A - (C - A), "6 − (−3 − 6)"),
        (A - C - A, "6 − (−3) − 6"),
        (A * (A - C), "6×(6 − (−3))"),
        (Number(1) - A, "1 − 6"),
        (Mul(A + C, LR), "(6 + (−3))×0.5"),
        (C + Mul(A.T.T, LR), "−3 + 6×0.5"),
        (sigmoid(C), "1 / (1 + e^(3))"),
        (sigmoid(A), "1 / (1 + e^(−6))"),
        (sigmoid(A + C), "1 / (1 + e^(−(6 + (−3))))"),
        (tanh(A), "tanh(6)"),
        (relu(C), "max(0, −3)"),
        (positive(A), "[6 > 0]"),
        (exp(A), "e^(6)"),
        (square(C), "(−3)²"),
        (log(A), "ln(6)"),
        (negate(C), "3"),
        (square(A + C), "(6 + (−3))²"),
        (Divide(A, SumNeurons(C)), "6 / (−1 + (−2) + (−3))"),
        (Sub(A, SumNeurons(A * C)), "6 − (4×(−1) + 5×(−2) + 6×(−3))"),
        (TakeRows(A, COLUMN), "A[1, 3]"),
    ],
    ids=str,
)
def test_the_last_cell(expr, text):
    asked = tuple(n - 1 for n in expr.shape)
    assert said(Worked().cell(expr), VALUES, SHOWN, asked) == text


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (SumSamples(LONG), "2 + 4 + … + 18"),
        (LONG.T @ LONG, "2×2 + 4×4 + … + 18×18"),
        (Matrix("A", (2, 1)) @ Matrix("row", (1, 2)), "4×20"),
    ],
    ids=["long-sum", "long-product", "single-product"],
)
def test_long_sums_and_short_ones(expr, text):
    asked = tuple(n - 1 for n in expr.shape)
    assert said(Worked().cell(expr), VALUES, SHOWN, asked) == text


@pytest.mark.parametrize("expr", [square(A), Total(A)], ids=describe)
def test_what_has_no_words_is_refused(monkeypatch, expr):
    monkeypatch.setitem(FUNCTIONS, "square", replace(FUNCTIONS["square"], worked=None))
    with pytest.raises(UnsupportedNodeError) as caught:
        Worked().cell(expr)
    assert str(caught.value) == f"Worked cannot say {describe(expr).split()[0]}"


@pytest.mark.parametrize(
    ("shown", "value", "text"),
    [
        (Shown(3), 0.0625, "0.063"),
        (Shown(3), -0.0625, "−0.063"),
        (Shown(3), -0.0001, "0.000"),
        (Shown(0), 0.5, "1"),
        (Shown(2), 1234567.891, "1234567.89"),
        (Shown(2), 1.5e301, "1.5e+301"),
        (Shown(None), 0.1, "0.1"),
        (Shown(None), 0.1 + 0.2, "0.3"),
        (Shown(None), 3.0, "3"),
        (Shown(None), -1e-08, "−0.00000001"),
    ],
)
def test_numbers_are_rounded_as_spreadsheets_do(shown, value, text):
    assert shown.text(value) == text
