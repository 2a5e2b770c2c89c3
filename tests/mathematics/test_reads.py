"""Which cells of the named matrices each cell of a result is computed from."""

import numpy as np
import pytest

from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Divide,
    Matrix,
    Number,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.values import evaluate
from tests.cells_read import CellOf, reads
from tests.helpers import LR, OPERATIONS, random_exprs, values_of

X = Matrix("X", (3, 4))
WH = Matrix("wh", (4, 2))
BH = Matrix("bh", (1, 2))
WOUT = Matrix("wout", (2, 1))
SAMPLE = Matrix("sample", (2, 1))


def cells(**matrices):
    return {CellOf(name, row, col) for name, places in matrices.items() for row, col in places}


ROW_1 = [(1, k) for k in range(4)]
COLUMN_0 = [(k, 0) for k in range(4)]
SMALL, OTHER, Y = Matrix("X", (3, 2)), Matrix("Z", (3, 2)), Matrix("y", (3, 1))


@pytest.mark.parametrize(
    ("expr", "cell", "expected"),
    [
        pytest.param(X, (1, 3), cells(X=[(1, 3)]), id="matrix"),
        pytest.param(LR, (0, 0), cells(lr=[(0, 0)]), id="scalar"),
        pytest.param(Number(1), (0, 0), set(), id="number"),
        pytest.param(X @ WH, (1, 0), cells(X=ROW_1, wh=COLUMN_0), id="matmul"),
        pytest.param(SMALL + OTHER, (2, 1), cells(X=[(2, 1)], Z=[(2, 1)]), id="add"),
        pytest.param(SMALL - OTHER, (2, 1), cells(X=[(2, 1)], Z=[(2, 1)]), id="sub"),
        pytest.param(SMALL * OTHER, (2, 1), cells(X=[(2, 1)], Z=[(2, 1)]), id="mul"),
        pytest.param(LR * X, (2, 3), cells(lr=[(0, 0)], X=[(2, 3)]), id="scalar-with-every-cell"),
        pytest.param(Number(1) - X, (2, 3), cells(X=[(2, 3)]), id="number-with-every-cell"),
        *(
            pytest.param(
                kind(SMALL, other), (2, 1), cells(X=[(2, 1)], **read), id=f"{kind.__name__.lower()}-{name}"
            )
            for kind in OPERATIONS
            for name, other, read in (
                ("row", BH, {"bh": [(0, 1)]}),
                ("column", Y, {"y": [(2, 0)]}),
                ("scalar", LR, {"lr": [(0, 0)]}),
            )
        ),
        pytest.param(Divide(X, Number(2)), (2, 3), cells(X=[(2, 3)]), id="divide"),
        *(pytest.param(Apply(name, X), (2, 3), cells(X=[(2, 3)]), id=name) for name in FUNCTIONS),
        pytest.param(
            TakeRows(SMALL, SAMPLE),
            (1, 0),
            cells(sample=[(1, 0)], X=[(0, 0), (1, 0), (2, 0)]),
            id="take-rows",
        ),
        pytest.param(X.T, (3, 1), cells(X=[(1, 3)]), id="transpose"),
        pytest.param(SumSamples(X), (0, 3), cells(X=[(0, 3), (1, 3), (2, 3)]), id="sum-samples"),
        pytest.param(SumNeurons(X), (1, 0), cells(X=ROW_1), id="sum-neurons"),
        pytest.param(Total(WOUT), (0, 0), cells(wout=[(0, 0), (1, 0)]), id="total"),
    ],
)
def test_reads(expr, cell, expected):
    assert reads(expr, *cell) == expected


@pytest.mark.parametrize("cell", [(3, 0), (0, 2), (-1, 0), (0, -1)], ids=str)
def test_reads_of_a_cell_outside(cell):
    with pytest.raises(IndexError) as caught:
        reads(X @ WH, *cell)
    assert str(caught.value) == f"MatMul (3×2) has no cell {cell}"


def changed_by(expr, values, **constant):
    """Which result cells differ when one input cell is moved, or changes its sign, for each input cell."""
    before = evaluate(expr, values | constant)
    for name, value in values.items():
        for place in np.ndindex(value.shape):
            changed = np.zeros(expr.shape, bool)
            for shift in (0.37, -2 * value[place]):
                moved = value.copy()
                moved[place] += shift
                changed |= evaluate(expr, {**values, name: moved, **constant}) != before
            row, col = place or (0, 0)
            yield CellOf(name, row, col), changed


def disagreements(expr, cells_read, values):
    """Cells of the result of which it is wrong to say that they read, or do not read, an input cell."""
    rows, cols = expr.shape
    said = {(i, j): cells_read(expr, i, j) for i in range(rows) for j in range(cols)}
    return [
        (cell, place)
        for cell, changed in changed_by(expr, values)
        for place, read in said.items()
        if bool(changed[place]) != (cell in read)
    ]


NETWORKS = {
    "no-hidden": Network(2, (), 1),
    "one-hidden": Network(4, (3,), 1),
    "two-hidden": Network(3, (2, 4), 2),
    "tanh-softmax": Network(3, (2,), 3, "tanh", "softmax", "cross_entropy"),
    "relu-linear": Network(2, (3,), 2, "relu", "linear"),
    "softmax-delta": Network(2, (2,), 3, output="softmax", bias="none"),
}
STEPS = {
    f"{name}-{result.name}": result.expr
    for name, network in NETWORKS.items()
    for step in iteration_of(network, n_samples=3).steps
    for result in step.results
}
RANDOM = random_exprs(60)


@pytest.mark.parametrize("expr", [*RANDOM.values(), *STEPS.values()], ids=[*RANDOM, *STEPS])
def test_a_result_changes_exactly_with_the_cells_it_reads(expr):
    assert disagreements(expr, reads, values_of(expr)) == []


def test_taken_rows_are_read_from_wherever_a_number_may_say():
    expr, X_values = TakeRows(SMALL, SAMPLE), values_of(SMALL)
    found = {place: set() for place in np.ndindex(expr.shape)}
    for row in (1.0, 2.0, 3.0):
        sample = np.array([[row], [4 - row]])
        for cell, changed in changed_by(expr, X_values, sample=sample):
            for place in map(tuple, np.argwhere(changed).tolist()):
                found[place].add(cell)
    for (row, col), read in found.items():
        assert read | {CellOf("sample", row, 0)} == reads(expr, row, col)


def test_the_check_of_reads_sees_a_cell_too_few_and_a_cell_too_many():
    expr = Add(X @ WH, BH)

    def too_few(expr, row, col):
        return reads(expr, row, col) - {CellOf("X", 1, 0)}

    def too_many(expr, row, col):
        return reads(expr, row, col) | {CellOf("bh", 0, 1)}

    values = values_of(expr)
    assert disagreements(expr, too_few, values) == [(CellOf("X", 1, 0), (1, 0)), (CellOf("X", 1, 0), (1, 1))]
    assert disagreements(expr, too_many, values) == [(CellOf("bh", 0, 1), (i, 0)) for i in range(3)]
