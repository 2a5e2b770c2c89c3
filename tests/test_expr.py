import pytest

from mlp2xlsx.errors import ShapeError
from mlp2xlsx.expr import (
    AddRow,
    Divide,
    DivideColumn,
    Log,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    Scale,
    Sub,
    SubColumn,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    is_scalar,
    leaves,
    names,
    substitute,
)
from tests.helpers import CELLWISE, LR

X = Matrix("X", (3, 4))
Z = Matrix("Z", (3, 4))
WH = Matrix("wh", (4, 2))
BH = Matrix("bh", (1, 2))
ROW = Matrix("row", (1, 4))
ACTIVATIONS = Matrix("hiddenlayer_activations", (3, 3))
WOUT = Matrix("wout", (2, 1))
SAMPLE = Matrix("sample", (2, 1))


@pytest.mark.parametrize(
    ("expr", "shape"),
    [
        pytest.param(X, (3, 4), id="matrix"),
        pytest.param(LR, (1, 1), id="scalar"),
        pytest.param(Number(2), (1, 1), id="number"),
        pytest.param(X @ WH, (3, 2), id="matmul"),
        pytest.param(ROW @ ROW.T, (1, 1), id="row-by-column"),
        pytest.param(ROW.T @ ROW, (4, 4), id="column-by-row"),
        pytest.param(X + Z, (3, 4), id="add"),
        pytest.param(X - Z, (3, 4), id="sub"),
        pytest.param(X * Z, (3, 4), id="mul"),
        pytest.param(Number(1) - X, (3, 4), id="number-first"),
        pytest.param(X * LR, (3, 4), id="scalar-last"),
        pytest.param(AddRow(X @ WH, BH), (3, 2), id="add-row"),
        pytest.param(Scale(X, LR), (3, 4), id="scale"),
        pytest.param(Divide(X, Number(2)), (3, 4), id="divide"),
        *(pytest.param(kind(X), (3, 4), id=kind.__name__.lower()) for kind in (*CELLWISE, Log)),
        pytest.param(SubColumn(X, X @ ROW.T), (3, 4), id="sub-column"),
        pytest.param(DivideColumn(X, SumNeurons(X)), (3, 4), id="divide-column"),
        pytest.param(TakeRows(X, SAMPLE), (2, 4), id="take-rows"),
        pytest.param(MatrixUnit("X", (3, 4), 2, 3), (3, 4), id="matrix-unit"),
        pytest.param(X.T, (4, 3), id="transpose"),
        pytest.param(SumSamples(X), (1, 4), id="sum-samples"),
        pytest.param(SumNeurons(X), (3, 1), id="sum-neurons"),
        pytest.param(Total(X), (1, 1), id="total"),
    ],
)
def test_shape(expr, shape):
    assert expr.shape == shape


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(
            lambda: ACTIVATIONS @ WOUT,
            "cannot multiply hiddenlayer_activations (3×3) by wout (2×1): inner sizes 3 and 2 differ",
            id="matmul",
        ),
        pytest.param(
            lambda: (X @ WH) @ X.T,
            "cannot multiply MatMul (3×2) by Transpose (4×3): inner sizes 2 and 4 differ",
            id="unnamed-operands",
        ),
        pytest.param(lambda: X + WH, "cannot add X (3×4) and wh (4×2): the shapes differ", id="add"),
        pytest.param(
            lambda: X - X.T, "cannot subtract X (3×4) and Transpose (4×3): the shapes differ", id="sub"
        ),
        pytest.param(
            lambda: X * WOUT,
            "cannot multiply elementwise X (3×4) and wout (2×1): the shapes differ",
            id="mul",
        ),
        pytest.param(
            lambda: X + ROW, "cannot add X (3×4) and row (1×4): the shapes differ", id="row-needs-add-row"
        ),
        pytest.param(
            lambda: X * Total(X),
            "cannot multiply elementwise X (3×4) and Total (1×1): the shapes differ",
            id="one-cell-is-no-scalar",
        ),
        pytest.param(
            lambda: AddRow(X, BH),
            "cannot add bh (1×2) to every row of X (3×4): expected a row of 4",
            id="row-length",
        ),
        pytest.param(
            lambda: AddRow(X, Z),
            "cannot add Z (3×4) to every row of X (3×4): expected a row of 4",
            id="row-count",
        ),
        pytest.param(lambda: Scale(X, BH), "cannot scale X (3×4) by bh (1×2): not a scalar", id="scale"),
        pytest.param(
            lambda: SubColumn(X, WOUT),
            "cannot subtract wout (2×1) and every column of X (3×4): expected a column of 3",
            id="column-length",
        ),
        pytest.param(
            lambda: DivideColumn(X, Z),
            "cannot divide Z (3×4) and every column of X (3×4): expected a column of 3",
            id="column-count",
        ),
        pytest.param(
            lambda: TakeRows(X, ROW),
            "cannot take the rows row (1×4) of X (3×4): expected one column",
            id="row-numbers",
        ),
        pytest.param(lambda: MatrixUnit("X", (3, 4), 3, 0), "X (3×4) has no cell (3, 0)", id="no-such-cell"),
    ],
)
def test_operands_that_do_not_fit(make, message):
    with pytest.raises(ShapeError) as caught:
        make()
    assert str(caught.value) == message


def test_the_authors_form_is_kept():
    assert type(X - Z) is Sub
    assert (X - Z).operands == (X, Z)
    assert X - Z != X + Z
    assert X - Z != Z - X
    assert MatMul(X, WH) == X @ WH
    assert len({X - Z, Sub(X, Z), Z - X}) == 2


def test_names_and_leaves_from_left_to_right():
    expr = Mul(Z, Scale(X, LR) - Z)
    assert [leaf.name for leaf in leaves(expr)] == ["Z", "X", "lr", "Z"]
    assert names(expr) == ("Z", "X", "lr")
    assert names(Number(1)) == ()


def test_what_is_substituted_is_left_as_it_is():
    expr = Mul(Z, Scale(X, LR) - Z)
    assert substitute(expr, {"Z": X + Z, "lr": X}) == Mul(X + Z, Scale(X, LR) - (X + Z))
    assert substitute(expr, {}) == expr
    with pytest.raises(ShapeError):
        substitute(expr, {"Z": BH})


@pytest.mark.parametrize(
    ("expr", "scalar"),
    [(Number(1), True), (LR, True), (Matrix("bout", (1, 1)), False), (Total(X), False), (LR * LR, False)],
    ids=["number", "scalar", "1x1-matrix", "total", "product"],
)
def test_a_scalar_is_one_by_its_kind(expr, scalar):
    assert is_scalar(expr) is scalar
