"""Numbers at which a function would overflow or has no value, and rows that are taken by their number.

The random values of the tests are 0.2 to 1.2 in size; a factor makes exponents far beyond 709 of them, at
which e^x is infinite in NumPy and R and an error in spreadsheets.
"""

from functools import cache, partial
from itertools import product

import numpy as np
import pytest

from mlp2xlsx.mathematics.expr import (
    Apply,
    Divide,
    Matrix,
    Number,
    SumNeurons,
    TakeRows,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.render.excel import Excel
from mlp2xlsx.render.python import Python
from mlp2xlsx.render.r import R
from mlp2xlsx.render.values import evaluate
from tests.helpers import SHAPES, exp, log, negate, positive, relu, unbounded, values_of
from tests.render.running import expected_of, run_cells, run_python, run_r

FACTORS = (1000, -1000, 5000, -5000)


def softmax(z):
    return Divide(exp(z), SumNeurons(exp(z)))


def share(z):
    """Softmax of two, z and −z, where the sum is one of two cells."""
    return Divide(exp(z), exp(z) + exp(negate(z)))


def extremes():
    """Each function of numbers of either sign and both sides of the bounds, in each shape."""
    for function, make in OF.items():
        for shape, factor in product(SHAPES, FACTORS):
            z = Number(factor) * Matrix("m_{}x{}".format(*shape), shape)
            yield f"{function}-{factor}-{shape[0]}x{shape[1]}", make(z)


OF = {
    **{name: partial(Apply, name) for name in ("sigmoid", "tanh", "relu", "exp")},
    "softmax": softmax,
    "share": share,
    "log-of-0": lambda z: log(relu(z)),
    "log-of-step": lambda z: log(positive(z)),
    "log-of-softmax": lambda z: log(softmax(z)),
    "log-of-share": lambda z: log(share(z)),
}
EXTREMES = dict(extremes())
RUNS = {
    "python": (run_python, Python()),
    "r": (run_r, R()),
    "ironcalc": (run_cells, Excel),
    "libreoffice": (partial(run_cells, name="libreoffice"), Excel),
    "gnumeric": (partial(run_cells, name="gnumeric"), Excel),
}
NEEDS = {
    "r": pytest.mark.needs("Rscript"),
    "libreoffice": pytest.mark.needs("soffice"),
    "gnumeric": pytest.mark.needs("ssconvert"),
}
each_language = pytest.mark.parametrize(
    "language", [pytest.param(language, marks=NEEDS.get(language, ())) for language in RUNS]
)


@cache
def values_in(language):
    """All of them in one run: starting a program takes longer than they do."""
    run, renderer = RUNS[language]
    exprs = EXTREMES | TAKEN
    # Python's and R's own sigmoid goes through infinity to 0.
    with np.errstate(over="ignore"):
        return dict(zip(exprs, run(renderer, exprs.values()), strict=True))


@each_language
@pytest.mark.parametrize("function", OF)
def test_extremes_are_finite_and_the_same_everywhere(language, function):
    for shape, factor in product(SHAPES, FACTORS):
        name = f"{function}-{factor}-{shape[0]}x{shape[1]}"
        ran = values_in(language)[name]
        # A sum of exponentials has them in cells of their own.
        assert ran.refused is (RUNS[language][1] is Excel and "softmax" in name and shape[1] > 1), name
        if ran.refused:
            continue
        assert ran.value is not None, ran.text
        expected = expected_of(EXTREMES[name])
        assert np.isfinite(expected).all(), name
        # A bounded sigmoid ends at 1e-304, others at 0.
        np.testing.assert_allclose(ran.value, expected, rtol=1e-12, atol=1e-300, err_msg=name)


@pytest.mark.parametrize("name", ["exp-5000-2x3", "exp--5000-2x3", "share-5000-2x3"])
def test_without_the_bounds_they_are_not(monkeypatch, name):
    for function, row in unbounded().items():
        monkeypatch.setitem(FUNCTIONS, function, row)
    [ran] = run_cells(Excel, [EXTREMES[name]])
    expected = evaluate(EXTREMES[name], values_of(EXTREMES[name]))
    assert not ran.refused
    assert ran.value is None or not np.allclose(ran.value, expected, rtol=1e-12, atol=1e-300)


def taken():
    """Some rows of matrices, one row more than once; the numbers are 1 and 2. INDEX wants a range."""
    for rows, cols in ((2, 3), (3, 1), (2, 1)):
        for count in (1, 2, 4):
            number = Number(1) + positive(Matrix(f"n_{count}x1", (count, 1)))
            matrix = Matrix(f"m_{rows}x{cols}", (rows, cols))
            yield f"{count}-of-{rows}x{cols}", TakeRows(matrix, number)
            yield (
                f"{count}-of-{rows}x{cols}-in-a-product",
                TakeRows(matrix, number) * TakeRows(matrix, number),
            )


TAKEN = dict(taken())


@each_language
def test_rows_are_taken_by_their_number(language):
    for name, expr in TAKEN.items():
        ran = values_in(language)[name]
        assert ran.value is not None, f"{name}: {ran.text}"
        # LibreOffice and Gnumeric save 15 digits of a product.
        np.testing.assert_allclose(ran.value, evaluate(expr, values_of(expr)), rtol=1e-14, err_msg=name)


def test_both_numbers_occur():
    values = {name: value for expr in TAKEN.values() for name, value in values_of(expr).items()}
    steps = np.concatenate([value.ravel() > 0 for name, value in values.items() if name.startswith("n_")])
    assert set(steps.tolist()) == {True, False}
