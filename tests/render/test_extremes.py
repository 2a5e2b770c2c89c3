"""Numbers at which a function would overflow or has no value, and rows that are taken by their number.

The random values of the tests are 0.2 to 1.2 in size; a factor makes exponents far beyond 709 of them, at
which e^x is infinite in NumPy and R and an error in spreadsheets.
"""

from functools import cache

import numpy as np
import pytest

from mlp2xlsx.expr import (
    DivideColumn,
    Exp,
    Log,
    Matrix,
    Number,
    Positive,
    Relu,
    Sigmoid,
    SumNeurons,
    TakeRows,
    Tanh,
)
from mlp2xlsx.render.excel import Excel
from mlp2xlsx.render.python import Python
from mlp2xlsx.render.r import R
from mlp2xlsx.render.values import evaluate
from mlp2xlsx.render.visitor import UnsupportedNodeError
from tests.helpers import SHAPES, values_of
from tests.render.running import run_blocks, run_cells, run_python, run_r

FACTORS = (1000, -1000, 5000, -5000)


def softmax(z):
    return DivideColumn(Exp(z), SumNeurons(Exp(z)))


def extremes():
    """Each function of numbers of either sign and both sides of the bounds, in each shape."""
    for shape in SHAPES:
        for factor in FACTORS:
            z = Number(factor) * Matrix("m_{}x{}".format(*shape), shape)
            for function in (Sigmoid, Tanh, Relu, Exp, softmax):
                yield f"{function.__name__.lower()}-{factor}-{shape[0]}x{shape[1]}", function(z)
            yield f"log-of-0-{factor}-{shape[0]}x{shape[1]}", Log(Relu(z))
            yield f"log-of-step-{factor}-{shape[0]}x{shape[1]}", Log(Positive(z))
            yield f"log-of-softmax-{factor}-{shape[0]}x{shape[1]}", Log(softmax(z))


EXTREMES = dict(extremes())
RUNS = {
    "python": (run_python, Python()),
    "r": (run_r, R()),
    "excel-blocks": (run_blocks, Excel),
    "excel-cells": (run_cells, Excel),
}
NEEDS = {"r": pytest.mark.needs("Rscript")}
each_language = pytest.mark.parametrize(
    "language", [pytest.param(language, marks=NEEDS.get(language, ())) for language in RUNS]
)


@cache
def values_in(language):
    run, renderer = RUNS[language]
    # Python's and R's own sigmoid goes through infinity to 0.
    with np.errstate(over="ignore"):
        return dict(zip(EXTREMES, run(renderer, EXTREMES.values()), strict=True))


@each_language
@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_finite_and_the_same_everywhere(language, name):
    ran = values_in(language)[name]
    assert ran.value is not None, ran.text
    expected = evaluate(EXTREMES[name], values_of(EXTREMES[name]))
    assert np.isfinite(expected).all()
    # A bounded sigmoid ends at 1e-304, others at 0.
    np.testing.assert_allclose(ran.value, expected, rtol=1e-12, atol=1e-300)


class UnboundedExcel(Excel):
    def at_least(self, operand, least):
        return operand

    def at_most(self, operand, most):
        return operand


@pytest.mark.parametrize("run", [run_blocks, run_cells], ids=["blocks", "cells"])
@pytest.mark.parametrize("name", ["exp-5000-2x3", "exp--5000-2x3", "softmax-1000-2x3"])
def test_without_the_bounds_they_are_not(run, name):
    [ran] = run(UnboundedExcel, [EXTREMES[name]])
    expected = evaluate(EXTREMES[name], values_of(EXTREMES[name]))
    assert ran.value is None or not np.allclose(ran.value, expected, rtol=1e-12, atol=1e-300)


def taken():
    """Some rows of matrices, one row more than once; the numbers are 1 and 2. INDEX wants a range."""
    for rows, cols in ((2, 3), (3, 1), (2, 1)):
        for count in (1, 2, 4):
            number = Number(1) + Positive(Matrix(f"n_{count}x1", (count, 1)))
            matrix = Matrix(f"m_{rows}x{cols}", (rows, cols))
            yield f"{count}-of-{rows}x{cols}", TakeRows(matrix, number)
            yield (
                f"{count}-of-{rows}x{cols}-in-a-product",
                TakeRows(matrix, number) * TakeRows(matrix, number),
            )


TAKEN = dict(taken())


@pytest.mark.parametrize(
    "language",
    [pytest.param(language, marks=NEEDS.get(language, ())) for language in RUNS if "blocks" not in language],
)
def test_rows_are_taken_by_their_number(language):
    run, renderer = RUNS[language]
    for (name, expr), ran in zip(TAKEN.items(), run(renderer, TAKEN.values()), strict=True):
        assert ran.value is not None, f"{name}: {ran.text}"
        np.testing.assert_array_equal(ran.value, evaluate(expr, values_of(expr)), err_msg=name)


def test_both_numbers_occur():
    values = {name: value for expr in TAKEN.values() for name, value in values_of(expr).items()}
    steps = np.concatenate([value.ravel() > 0 for name, value in values.items() if name.startswith("n_")])
    assert set(steps.tolist()) == {True, False}


@pytest.mark.parametrize("name", ["1-of-2x3", "2-of-3x1", "4-of-2x3-in-a-product"])
def test_excel_cannot_take_rows_as_a_block(name):
    with pytest.raises(UnsupportedNodeError) as caught:
        Excel(lambda _: lambda rows, cols: "A1:C3").block(TAKEN[name])
    assert str(caught.value) == "Excel can say TakeRows only for one cell"
