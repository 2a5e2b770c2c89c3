import pytest

from mlp2xlsx.errors import ShapeError
from mlp2xlsx.mathematics.expr import (
    Apply,
    Constant,
    Divide,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    Pairing,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
    is_scalar,
)
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.leaves import leaves, names, substitute
from tests.helpers import LR, OPERATIONS

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
        *(
            pytest.param(kind(X, other), (3, 4), id=f"{kind.__name__.lower()}-{name}")
            for kind in OPERATIONS
            for name, other in {"row": ROW, "column": X @ ROW.T, "scalar": LR, "same": Z}.items()
        ),
        *(pytest.param(kind(LR, X), (3, 4), id=f"scalar-{kind.__name__.lower()}") for kind in OPERATIONS),
        pytest.param(Divide(X, Number(2)), (3, 4), id="divide"),
        *(pytest.param(Apply(name, X), (3, 4), id=name) for name in FUNCTIONS),
        pytest.param(TakeRows(X, SAMPLE), (2, 4), id="take-rows"),
        pytest.param(Constant(0, (3, 4)), (3, 4), id="constant"),
        pytest.param(MatrixUnit("X", (3, 4), 2, 3), (3, 4), id="matrix-unit"),
        pytest.param(X.T, (4, 3), id="transpose"),
        pytest.param(SumSamples(X), (1, 4), id="sum-samples"),
        pytest.param(SumNeurons(X), (3, 1), id="sum-neurons"),
        pytest.param(Total(X), (1, 1), id="total"),
    ],
)
def test_shape(expr, shape):
    assert expr.shape == shape


EXPECTED = "expected on the right the same shape, a row of 4, a column of 3 or a number"


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
        pytest.param(lambda: X + WH, f"cannot add X (3×4) and wh (4×2): {EXPECTED}", id="add"),
        pytest.param(lambda: X - X.T, f"cannot subtract X (3×4) and Transpose (4×3): {EXPECTED}", id="sub"),
        pytest.param(
            lambda: X * WOUT, f"cannot multiply elementwise X (3×4) and wout (2×1): {EXPECTED}", id="mul"
        ),
        pytest.param(
            lambda: X * Total(X),
            f"cannot multiply elementwise X (3×4) and Total (1×1): {EXPECTED}",
            id="one-cell-is-no-scalar",
        ),
        pytest.param(
            lambda: Apply("relu", X) + BH, f"cannot add relu (3×4) and bh (1×2): {EXPECTED}", id="row-length"
        ),
        pytest.param(
            lambda: ROW + X,
            "cannot add row (1×4) and X (3×4): expected on the right the same shape, a row of 4, a column of 1 "
            "or a number",
            id="row-on-the-left",
        ),
        pytest.param(
            lambda: X - WOUT, f"cannot subtract X (3×4) and wout (2×1): {EXPECTED}", id="column-length"
        ),
        pytest.param(lambda: X / X.T, f"cannot divide X (3×4) and Transpose (4×3): {EXPECTED}", id="divide"),
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


@pytest.mark.parametrize(
    ("expr", "pairing"),
    [
        (X + Z, Pairing.SAME),
        (X + ROW, Pairing.ROW),
        (X + X @ ROW.T, Pairing.COLUMN),
        (X + LR, Pairing.SCALAR),
        (Number(1) + ROW, Pairing.SCALAR),
        (ROW + ROW, Pairing.SAME),
        (ROW + Total(X), Pairing.COLUMN),
        (SumNeurons(X) + Total(X), Pairing.ROW),
        (Total(X) + Total(X), Pairing.SAME),
        (Total(X) + LR, Pairing.SCALAR),
    ],
    ids=str,
)
def test_which_cells_go_together(expr, pairing):
    assert expr.pairing is pairing


def test_the_authors_form_is_kept():
    assert type(X - Z) is Sub
    assert (X - Z).operands == (X, Z)
    assert X - Z != X + Z
    assert X - Z != Z - X
    assert MatMul(X, WH) == X @ WH
    assert len({X - Z, Sub(X, Z), Z - X}) == 2


def test_names_and_leaves_from_left_to_right():
    expr = Mul(Z, Mul(X, LR) - Z)
    assert [leaf.name for leaf in leaves(expr)] == ["Z", "X", "lr", "Z"]
    assert names(expr) == ("Z", "X", "lr")
    assert names(Number(1)) == ()


def test_what_is_substituted_is_left_as_it_is():
    expr = Mul(Z, Mul(X, LR) - Z)
    assert substitute(expr, {"Z": X + Z, "lr": X}) == Mul(X + Z, Mul(X, LR) - (X + Z))
    assert substitute(expr, {}) == expr
    with pytest.raises(ShapeError):
        substitute(expr, {"Z": BH})


@pytest.mark.parametrize(
    ("expr", "scalar"),
    [
        (Number(1), True),
        (LR, True),
        (Matrix("bout", (1, 1)), False),
        (Total(X), False),
        (LR * LR, True),
        (LR * X, False),
    ],
    ids=["number", "scalar", "1x1-matrix", "total", "product", "scaled"],
)
def test_a_scalar_is_one_by_its_kind(expr, scalar):
    assert is_scalar(expr) is scalar
