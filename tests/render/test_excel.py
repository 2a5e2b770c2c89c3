import re

import numpy as np
import pytest
from openpyxl.formula.translate import Translator

from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.expr import (
    Apply,
    Constant,
    Divide,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
)
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.render.caption import caption
from mlp2xlsx.render.excel import Excel
from mlp2xlsx.render.visitor import UnsupportedNodeError
from mlp2xlsx.xlsx.address import Box, a1
from tests.helpers import LR, exp, log, negate, positive, relu, sigmoid, square, tanh

# The canvas of the design, as far as the formulas go.
BOXES = {
    "lr": Box(2, 2, 1, 1),
    "wh": Box(5, 7, 4, 3),
    "bh": Box(9, 7, 1, 3),
    "wout": Box(6, 15, 3, 1),
    "bout": Box(9, 15, 1, 1),
    "X": Box(12, 2, 3, 4),
    "hidden_layer_input": Box(12, 7, 3, 3),
    "hiddenlayer_activations": Box(12, 11, 3, 3),
    "output_layer_input": Box(12, 15, 3, 1),
    "output": Box(12, 17, 3, 1),
    "y": Box(12, 19, 3, 1),
    "E": Box(12, 21, 3, 1),
    "d_hiddenlayer": Box(17, 2, 3, 3),
    "Error_at_hidden_layer": Box(17, 7, 3, 3),
    "slope_hidden_layer": Box(17, 11, 3, 3),
    "slope_output_layer": Box(17, 17, 3, 1),
    "d_output": Box(17, 19, 3, 1),
    "next_wh": Box(22, 7, 4, 3),
    "next_bh": Box(26, 7, 1, 3),
    "next_wout": Box(22, 15, 3, 1),
    "next_bout": Box(26, 15, 1, 1),
}
COMPUTED = {
    result.name: result.expr
    for step in iteration_of(Network(4, (3,), 1), n_samples=3).steps
    for result in step.results
    if not result.given
}
SHEET = Excel(lambda name: BOXES[name].reference())


def written(formula):
    """As Excel's formula bar shows it."""
    return f"={formula.text}"


# First and last cell; of a single cell, once.
CELLS = {
    "hidden_layer_input": ("=SUM(MMULT($B12:$E12,G$5:G$8),G$9)", "=SUM(MMULT($B14:$E14,I$5:I$8),I$9)"),
    "hiddenlayer_activations": ("=1/(1+EXP(-MAX(-700,G12)))", "=1/(1+EXP(-MAX(-700,I14)))"),
    "output_layer_input": ("=SUM(MMULT($K12:$M12,O$6:O$8),O$9)", "=SUM(MMULT($K14:$M14,O$6:O$8),O$9)"),
    "output": ("=1/(1+EXP(-MAX(-700,O12)))", "=1/(1+EXP(-MAX(-700,O14)))"),
    "E": ("=S12-Q12", "=S14-Q14"),
    "slope_output_layer": ("=Q12*(1-Q12)", "=Q14*(1-Q14)"),
    "slope_hidden_layer": ("=K12*(1-K12)", "=M14*(1-M14)"),
    "d_output": ("=U12*Q17", "=U14*Q19"),
    "Error_at_hidden_layer": ("=$S17*$O$6", "=$S19*$O$8"),
    "d_hiddenlayer": ("=G17*K17", "=I19*M19"),
    "next_wout": (
        "=O6+SUMPRODUCT($K$12:$K$14,S$17:S$19)*$B$2",
        "=O8+SUMPRODUCT($M$12:$M$14,S$17:S$19)*$B$2",
    ),
    "next_wh": (
        "=G5+SUMPRODUCT($B$12:$B$14,B$17:B$19)*$B$2",
        "=I8+SUMPRODUCT($E$12:$E$14,D$17:D$19)*$B$2",
    ),
    "next_bout": ("=O9+SUM(S$17:S$19)*$B$2",),
    "next_bh": ("=G9+SUM(B$17:B$19)*$B$2", "=I9+SUM(D$17:D$19)*$B$2"),
}


@pytest.mark.parametrize("name", COMPUTED)
def test_one_formula_per_cell(name):
    expr = COMPUTED[name]
    rows, cols = expr.shape
    corners = [written(SHEET.cell(expr, *place)) for place in ((0, 0), (rows - 1, cols - 1))]
    assert tuple(dict.fromkeys(corners)) == CELLS[name]


# A transposed range lies across the direction of copying, so each cell has its own.
@pytest.mark.parametrize("name", [name for name in COMPUTED if not re.search("next_w|Error", name)])
def test_the_first_cell_copied_over_the_block_gives_the_others(name):
    expr, box = COMPUTED[name], BOXES[name]
    first = Translator(f"={SHEET.cell(expr, 0, 0).text}", origin=a1(box.row, box.col))
    for i, j in np.ndindex(expr.shape):
        copied = first.translate_formula(a1(box.row + i, box.col + j))
        assert copied == f"={SHEET.cell(expr, i, j).text}"


CAPTIONS = {
    "hidden_layer_input": "MMULT(X, wh) + bh",
    "hiddenlayer_activations": "1 / (1 + EXP(-hidden_layer_input))",
    "output_layer_input": "MMULT(hiddenlayer_activations, wout) + bout",
    "output": "1 / (1 + EXP(-output_layer_input))",
    "E": "y - output",
    "slope_output_layer": "output * (1 - output)",
    "slope_hidden_layer": "hiddenlayer_activations * (1 - hiddenlayer_activations)",
    "d_output": "E * slope_output_layer",
    "Error_at_hidden_layer": "MMULT(d_output, TRANSPOSE(wout))",
    "d_hiddenlayer": "Error_at_hidden_layer * slope_hidden_layer",
    "next_wout": "wout + MMULT(TRANSPOSE(hiddenlayer_activations), d_output) * lr",
    "next_wh": "wh + MMULT(TRANSPOSE(X), d_hiddenlayer) * lr",
    "next_bout": "bout + SUM(each column of d_output) * lr",
    "next_bh": "bh + SUM(each column of d_hiddenlayer) * lr",
}


@pytest.mark.parametrize("name", COMPUTED)
def test_caption(name):
    assert caption(COMPUTED[name]) == CAPTIONS[name]


X, HIDDEN, ERROR = Matrix("X", (3, 4)), Matrix("hidden_layer_input", (3, 3)), Matrix("E", (3, 1))
X_3 = Matrix("X", (3, 3))
BOUT, ROW = Matrix("bout", (1, 1)), Matrix("X", (1, 4))


@pytest.mark.parametrize(
    ("expr", "cell", "expected"),
    [
        pytest.param(square(HIDDEN), (1, 2), "=I13*I13", id="square"),
        pytest.param(Number(1) - square(HIDDEN), (0, 0), "=1-G12*G12", id="slope-of-tanh"),
        pytest.param(HIDDEN - Number(1e-9), (0, 0), "=G12-1E-09", id="small-number"),
        pytest.param(square(HIDDEN - X_3), (0, 0), "=(G12-B12)^2", id="square-of-a-difference"),
        pytest.param(negate(square(HIDDEN)), (0, 0), "=-(G12*G12)", id="minus-before-a-square"),
        pytest.param(negate(square(HIDDEN - X_3)), (0, 0), "=-((G12-B12)^2)", id="minus-before-a-power"),
        pytest.param(square(square(HIDDEN)), (0, 0), "=(G12*G12)^2", id="power-of-a-square"),
        pytest.param(square(square(HIDDEN - X_3)), (0, 0), "=((G12-B12)^2)^2", id="power-of-a-power"),
        pytest.param(negate(HIDDEN + HIDDEN), (0, 0), "=-(G12+G12)", id="minus-before-a-sum"),
        pytest.param(sigmoid(HIDDEN), (0, 0), "=1/(1+EXP(-MAX(-700,G12)))", id="sigmoid"),
        pytest.param(tanh(HIDDEN), (0, 0), "=TANH(G12)", id="tanh"),
        pytest.param(relu(HIDDEN), (0, 0), "=MAX(0,G12)", id="relu"),
        pytest.param(positive(HIDDEN), (0, 0), "=IF(G12>0,1,0)", id="positive"),
        pytest.param(exp(HIDDEN), (0, 0), "=EXP(MAX(-700,MIN(700,G12)))", id="exp"),
        pytest.param(log(HIDDEN), (0, 0), "=LN(G12+1E-300)", id="log"),
        pytest.param(SumNeurons(HIDDEN), (1, 0), "=SUM($G13:$I13)", id="row-sum"),
        pytest.param(Divide(HIDDEN, SumNeurons(HIDDEN)), (0, 1), "=H12/SUM($G12:$I12)", id="share"),
        pytest.param(TakeRows(X, ERROR), (1, 2), "=INDEX($B$12:$E$14,$U13,3)", id="row-by-number"),
        pytest.param(Total(ERROR), (0, 0), "=SUM($U$12:$U$14)", id="plain-sum"),
        pytest.param(Total(square(ERROR)), (0, 0), "=SUMSQ($U$12:$U$14)", id="sum-of-squares"),
        pytest.param(Divide(Total(ERROR), Number(2)), (0, 0), "=SUM($U$12:$U$14)/2", id="half-a-sum"),
        pytest.param(SumSamples(X), (0, 2), "=SUM(D$12:D$14)", id="column-sum"),
        pytest.param(
            SumSamples(Number(1) - X), (0, 2), "=SUMPRODUCT(1-D$12:D$14)", id="column-sum-of-a-difference"
        ),
        pytest.param(X.T, (3, 1), "=$E$13", id="transposed-cell"),
        pytest.param(Constant(0, (3, 4)), (1, 2), "=0", id="constant"),
        pytest.param(X + MatrixUnit("X", (3, 4), 1, 2), (1, 2), "=D13+1", id="cell-of-a-unit"),
        pytest.param(X + MatrixUnit("X", (3, 4), 1, 2), (1, 3), "=E13+0", id="beside-it"),
        pytest.param(BOUT @ BOUT, (0, 0), "=$O9*O$9", id="product-of-two-cells"),
        pytest.param(Mul(BOUT, LR), (0, 0), "=O9*$B$2", id="scalar"),
    ],
)
def test_formula_of_a_cell(expr, cell, expected):
    assert written(SHEET.cell(expr, *cell)) == expected


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        pytest.param(X @ X.T, "=SUMPRODUCT($B12:$E12,$B$13:$E$13)", id="row-by-row"),
        pytest.param(X.T @ HIDDEN, "=SUMPRODUCT($B$12:$B$14,H$12:H$14)", id="column-by-column"),
        pytest.param(HIDDEN.T @ X_3.T, "=SUM(MMULT($B$13:$D$13,$G$12:$G$14))", id="turned-twice"),
        pytest.param(X @ Matrix("wh", (4, 3)), "=SUM(MMULT($B12:$E12,H$5:H$8))", id="row-by-column"),
        pytest.param(
            X @ Matrix("wh", (4, 3)) + SumSamples(HIDDEN),
            "=SUM(MMULT($B12:$E12,H$5:H$8))+SUM(H$12:H$14)",
            id="a-computed-row",
        ),
        pytest.param(
            ROW @ Matrix("wh", (4, 3)) + BOUT,
            "=SUM(MMULT($B12:$E12,H$5:H$8))+$O9",
            id="a-column-is-no-bias",
        ),
        pytest.param(
            (HIDDEN * X_3) @ HIDDEN, "=SUM(MMULT($G12:$I12*$B12:$D12,H$12:H$14))", id="operator-in-a-product"
        ),
        pytest.param(
            (HIDDEN @ X_3) @ HIDDEN,
            "=SUM(MMULT(MMULT($G12:$I12,$B$12:$D$14),H$12:H$14))",
            id="product-in-a-product",
        ),
        pytest.param(SumSamples(X * X), "=SUMPRODUCT(C$12:C$14,C$12:C$14)", id="sum-of-a-product"),
        pytest.param(SumNeurons(X.T), "=SUM($B$12:$B$14)", id="sum-of-the-turned"),
        pytest.param(SumNeurons(square(HIDDEN)), "=SUMSQ($G12:$I12)", id="row-sum-of-squares"),
        pytest.param(SumNeurons(negate(HIDDEN)), "=SUMPRODUCT(-$G12:$I12)", id="row-sum-of-a-sign"),
        pytest.param(SumNeurons(positive(HIDDEN)), "=SUMPRODUCT(($G12:$I12>0)*1)", id="count"),
    ],
)
def test_where_ranges_stand(expr, expected):
    assert written(SHEET.cell(expr, 0, 1 if expr.shape[1] > 1 else 0)) == expected


@pytest.mark.parametrize(
    ("expr", "said"),
    [
        *(
            pytest.param(Apply(name, HIDDEN), name, id=name)
            for name in ("sigmoid", "tanh", "relu", "exp", "log")
        ),
        pytest.param(SumSamples(HIDDEN) + Matrix("bh", (1, 3)), "SumSamples", id="column-sums"),
        pytest.param(MatrixUnit("X", (3, 3), 1, 2) * HIDDEN, "MatrixUnit", id="unit"),
        pytest.param(TakeRows(X_3, ERROR), "TakeRows", id="taken-rows"),
        pytest.param(HIDDEN + X_3.T, "Transpose", id="turned"),
    ],
)
def test_over_several_cells_some_things_are_refused(expr, said):
    SHEET.cell(expr, 0, 0)
    with pytest.raises(UnsupportedNodeError) as caught:
        SHEET.cell(expr @ Matrix("wh", (expr.shape[1], 2)), 0, 0)
    assert str(caught.value) == f"Excel can say {said} only of one cell"


def test_a_caption_has_no_word_for_a_unit():
    with pytest.raises(UnsupportedNodeError, match="Caption cannot say MatrixUnit"):
        caption(X + MatrixUnit("X", (3, 4), 1, 2))


NAMES = {"lr": Matrix("lr", (1, 1)), "A": Matrix("A", (2, 3))}


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (sigmoid(NAMES["A"]), "1 / (1 + EXP(-A))"),
        (exp(NAMES["A"]), "EXP(A)"),
        (log(NAMES["A"]), "LN(A)"),
        (relu(NAMES["A"]), "IF(A < 0, 0, A)"),
        (Divide(Total(square(NAMES["A"])), Number(2)), "SUM(A^2) / 2"),
        (SumNeurons(NAMES["A"]), "SUM(each row of A)"),
        (TakeRows(NAMES["A"], Matrix("sample", (5, 1))), "INDEX(A, sample)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_captions_are_the_textbook_form(expr, expected):
    assert caption(expr) == expected
