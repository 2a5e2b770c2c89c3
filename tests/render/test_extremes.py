"""Numbers at which a function would overflow or has no value, and rows that are taken by their number.

The random values of the tests are 0.2 to 1.2 in size; a factor makes exponents far beyond 709 of them, at
which e^x is infinite in NumPy and R and an error in spreadsheets.
"""

from functools import cache, partial

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
from tests.render.running import run_cells, run_python, run_r

FACTORS = (1000, -1000, 5000, -5000)


def softmax(z):
    return Divide(exp(z), SumNeurons(exp(z)))


def share(z):
    """Softmax of two, z and −z, where the sum is one of two cells."""
    return Divide(exp(z), exp(z) + exp(negate(z)))


def extremes():
    """Each function of numbers of either sign and both sides of the bounds, in each shape."""
    for shape in SHAPES:
        for factor in FACTORS:
            z = Number(factor) * Matrix("m_{}x{}".format(*shape), shape)
            for name in ("sigmoid", "tanh", "relu", "exp"):
                yield f"{name}-{factor}-{shape[0]}x{shape[1]}", Apply(name, z)
            yield f"softmax-{factor}-{shape[0]}x{shape[1]}", softmax(z)
            yield f"share-{factor}-{shape[0]}x{shape[1]}", share(z)
            yield f"log-of-0-{factor}-{shape[0]}x{shape[1]}", log(relu(z))
            yield f"log-of-step-{factor}-{shape[0]}x{shape[1]}", log(positive(z))
            yield f"log-of-softmax-{factor}-{shape[0]}x{shape[1]}", log(softmax(z))
            yield f"log-of-share-{factor}-{shape[0]}x{shape[1]}", log(share(z))


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
    run, renderer = RUNS[language]
    # Python's and R's own sigmoid goes through infinity to 0.
    with np.errstate(over="ignore"):
        return dict(zip(EXTREMES, run(renderer, EXTREMES.values()), strict=True))


@each_language
@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_are_finite_and_the_same_everywhere(language, name):
    ran = values_in(language)[name]
    # A sum of exponentials has them in cells of their own.
    assert ran.refused is (RUNS[language][1] is Excel and "softmax" in name and EXTREMES[name].shape[1] > 1)
    if ran.refused:
        return
    assert ran.value is not None, ran.text
    expected = evaluate(EXTREMES[name], values_of(EXTREMES[name]))
    assert np.isfinite(expected).all()
    # A bounded sigmoid ends at 1e-304, others at 0.
    np.testing.assert_allclose(ran.value, expected, rtol=1e-12, atol=1e-300)


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
    run, renderer = RUNS[language]
    for (name, expr), ran in zip(TAKEN.items(), run(renderer, TAKEN.values()), strict=True):
        assert ran.value is not None, f"{name}: {ran.text}"
        # LibreOffice and Gnumeric save 15 digits of a product.
        np.testing.assert_allclose(ran.value, evaluate(expr, values_of(expr)), rtol=1e-14, err_msg=name)


def test_both_numbers_occur():
    values = {name: value for expr in TAKEN.values() for name, value in values_of(expr).items()}
    steps = np.concatenate([value.ravel() > 0 for name, value in values.items() if name.startswith("n_")])
    assert set(steps.tolist()) == {True, False}
