"""Numbers as programs may have them that round otherwise: off by what they are made of, and exact where all are."""

import numpy as np
import pytest

from mlp2xlsx.mathematics.expr import Expr, Matrix, SumNeurons, SumSamples, Total
from mlp2xlsx.render.rounding import RoundedCompiler
from mlp2xlsx.render.values import evaluate

A, B = Matrix("a", (1, 3)), Matrix("b", (3, 1))
THIRDS = {"a": np.array([[1 / 3, 1 / 3, -2 / 3]]), "b": np.array([[0.3], [0.3], [0.3]])}
HALVES = {"a": np.array([[0.5, 0.5, -1.0]]), "b": np.array([[3.0], [3.0], [3.0]])}
SUMS = {
    "product": A @ B,
    "sum of neurons": SumNeurons(A),
    "sum of samples": SumSamples(A.T),
    "sum of all": Total(A),
    "sum": A + A,
    "difference": A - B.T,
}


def rounded(expr: Expr, values: dict[str, np.ndarray], *, cancels: bool = False) -> np.ndarray:
    return RoundedCompiler(cancels=cancels).visit(expr)(values)


@pytest.mark.parametrize("expr", SUMS.values(), ids=SUMS)
def test_a_sum_is_off_by_rounding_of_its_terms_unless_they_are_exact(expr: Expr) -> None:
    off = np.abs(rounded(expr, THIRDS) - evaluate(expr, THIRDS))
    assert (off > 1e-18).any()
    assert (off < 1e-14).all()
    assert (rounded(expr, HALVES) * 2 % 1 == 0).all()


def test_what_is_left_of_a_sum_that_cancels_may_be_nothing() -> None:
    assert rounded(A @ B, THIRDS) != 0
    assert rounded(A @ B, THIRDS, cancels=True) == 0
    almost = THIRDS | {"b": np.array([[0.3], [0.3], [0.3 + 1e-9]])}
    assert rounded(A @ B, almost, cancels=True) != 0
