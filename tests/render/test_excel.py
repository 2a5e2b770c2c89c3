import re

import numpy as np
import pytest
from openpyxl.formula.translate import Translator

from mlp2xlsx.expr import (
    Divide,
    DivideColumn,
    Exp,
    Log,
    Matrix,
    MatrixUnit,
    Negate,
    Number,
    Positive,
    Relu,
    Scale,
    Sigmoid,
    Square,
    SumNeurons,
    SumSamples,
    TakeRows,
    Tanh,
    Total,
    leaves,
)
from mlp2xlsx.network import Network
from mlp2xlsx.render.excel import ONES, Excel, caption
from mlp2xlsx.render.visitor import UnsupportedNodeError
from mlp2xlsx.steps import steps
from mlp2xlsx.workbook.address import Box, a1, defined_name
from tests.helpers import LR, grid

# The canvas of the design, as far as the formulas go.
BOXES = {
    "lr": Box(2, 2, 1, 1),
    ONES: Box(1, 2, 1, 3),
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
    for step in steps(Network(4, (3,), 1), n_samples=3)
    for result in step.results
    if not result.given
}
SHEET = Excel(lambda name: BOXES[name].reference())


def written(formula):
    """As Excel's formula bar shows it: braces around an array formula."""
    return f"{{={formula.text}}}" if formula.array else f"={formula.text}"


# First and last cell; of a single cell, once.
CELLS = {
    "hidden_layer_input": ("{=MMULT($B12:$E12,G$5:G$8)+G$9}", "{=MMULT($B14:$E14,I$5:I$8)+I$9}"),
    "hiddenlayer_activations": ("=1/(1+EXP(-MAX(G12,-700)))", "=1/(1+EXP(-MAX(I14,-700)))"),
    "output_layer_input": ("{=MMULT($K12:$M12,O$6:O$8)+O$9}", "{=MMULT($K14:$M14,O$6:O$8)+O$9}"),
    "output": ("=1/(1+EXP(-MAX(O12,-700)))", "=1/(1+EXP(-MAX(O14,-700)))"),
    "E": ("=S12-Q12", "=S14-Q14"),
    "slope_output_layer": ("=Q12*(1-Q12)", "=Q14*(1-Q14)"),
    "slope_hidden_layer": ("=K12*(1-K12)", "=M14*(1-M14)"),
    "d_output": ("=U12*Q17", "=U14*Q19"),
    "Error_at_hidden_layer": ("{=MMULT($S17,$O$6)}", "{=MMULT($S19,$O$8)}"),
    "d_hiddenlayer": ("=G17*K17", "=I19*M19"),
    "next_wout": (
        "{=O6+MMULT(TRANSPOSE($K$12:$K$14),S$17:S$19)*$B$2}",
        "{=O8+MMULT(TRANSPOSE($M$12:$M$14),S$17:S$19)*$B$2}",
    ),
    "next_wh": (
        "{=G5+MMULT(TRANSPOSE($B$12:$B$14),B$17:B$19)*$B$2}",
        "{=I8+MMULT(TRANSPOSE($E$12:$E$14),D$17:D$19)*$B$2}",
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


BLOCKS = {
    "hidden_layer_input": "{=MMULT($B12:$E14,G$5:I$8)+G$9:I$9}",
    "hiddenlayer_activations": "{=1/(1+EXP(-IF(G12:I14<-700,-700,G12:I14)))}",
    "slope_hidden_layer": "{=K12:M14*(1-K12:M14)}",
    "E": "{=S12:S14-Q12:Q14}",
    "Error_at_hidden_layer": "{=MMULT($S17:$S19,TRANSPOSE($O$6:$O$8))}",
    "next_wh": "{=G5:I8+MMULT(TRANSPOSE($B$12:$E$14),B$17:D$19)*$B$2}",
    "next_bout": "=O9+SUM(S$17:S$19)*$B$2",
    "next_bh": "{=G9:I9+MMULT($B$1:$D$1,B$17:D$19)*$B$2}",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_one_formula_per_block(name):
    assert written(SHEET.block(COMPUTED[name])) == BLOCKS[name]


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
    "next_bout": "bout + SUM(d_output) * lr",
    "next_bh": "bh + MMULT(ones, d_hiddenlayer) * lr",
}


def by_name(name):
    return defined_name(name, BOXES[name].n_rows, BOXES[name].n_cols)


@pytest.mark.parametrize("name", COMPUTED)
def test_caption(name):
    assert caption(COMPUTED[name]) == CAPTIONS[name]
    assert unbounded(Excel(by_name).block(COMPUTED[name]).text) == CAPTIONS[name].replace(" ", "")


def unbounded(formula):
    """A formula without what keeps EXP and LN within the range of numbers, which captions leave out."""
    return re.sub(r"IF\((\w+)<-700,-700,\1\)", r"\1", formula)


X, HIDDEN, ERROR = Matrix("X", (3, 4)), Matrix("hidden_layer_input", (3, 3)), Matrix("E", (3, 1))
X_3 = Matrix("X", (3, 3))
BOUT = Matrix("bout", (1, 1))


@pytest.mark.parametrize(
    ("expr", "cell", "expected"),
    [
        pytest.param(Square(HIDDEN), (1, 2), "=I13*I13", id="square"),
        pytest.param(Number(1) - Square(HIDDEN), (0, 0), "=1-G12*G12", id="slope-of-tanh"),
        pytest.param(Square(HIDDEN - X_3), (0, 0), "=(G12-B12)^2", id="square-of-a-difference"),
        pytest.param(Negate(Square(HIDDEN)), (0, 0), "=-(G12*G12)", id="minus-before-a-square"),
        pytest.param(Negate(Square(HIDDEN - X_3)), (0, 0), "=-((G12-B12)^2)", id="minus-before-a-power"),
        pytest.param(Square(Square(HIDDEN)), (0, 0), "=(G12*G12)^2", id="power-of-a-square"),
        pytest.param(Square(Square(HIDDEN - X_3)), (0, 0), "=((G12-B12)^2)^2", id="power-of-a-power"),
        pytest.param(Negate(HIDDEN + HIDDEN), (0, 0), "=-(G12+G12)", id="minus-before-a-sum"),
        pytest.param(Sigmoid(HIDDEN), (0, 0), "=1/(1+EXP(-MAX(G12,-700)))", id="sigmoid"),
        pytest.param(Tanh(HIDDEN), (0, 0), "=TANH(G12)", id="tanh"),
        pytest.param(Relu(HIDDEN), (0, 0), "=MAX(G12,0)", id="relu"),
        pytest.param(Positive(HIDDEN), (0, 0), "=IF(G12>0,1,0)", id="positive"),
        pytest.param(Exp(HIDDEN), (0, 0), "=EXP(MAX(MIN(G12,700),-700))", id="exp"),
        pytest.param(Log(HIDDEN), (0, 0), "=LN(G12+1E-300)", id="log"),
        pytest.param(SumNeurons(HIDDEN), (1, 0), "=SUM($G13:$I13)", id="row-sum"),
        pytest.param(DivideColumn(HIDDEN, SumNeurons(HIDDEN)), (0, 1), "=H12/SUM($G12:$I12)", id="share"),
        pytest.param(TakeRows(X, ERROR), (1, 2), "=INDEX($B$12:$E$14,$U13,3)", id="row-by-number"),
        pytest.param(Total(ERROR), (0, 0), "=SUM($U$12:$U$14)", id="plain-sum"),
        pytest.param(Total(Square(ERROR)), (0, 0), "{=SUM($U$12:$U$14*$U$12:$U$14)}", id="sum-of-squares"),
        pytest.param(Divide(Total(ERROR), Number(2)), (0, 0), "=SUM($U$12:$U$14)/2", id="half-a-sum"),
        pytest.param(SumSamples(X), (0, 2), "=SUM(D$12:D$14)", id="column-sum"),
        pytest.param(
            SumSamples(Number(1) - X), (0, 2), "{=SUM(1-D$12:D$14)}", id="column-sum-of-a-difference"
        ),
        pytest.param(X.T, (3, 1), "=$E$13", id="transposed-cell"),
        pytest.param(X + MatrixUnit("X", (3, 4), 1, 2), (1, 2), "=D13+1", id="cell-of-a-unit"),
        pytest.param(X + MatrixUnit("X", (3, 4), 1, 2), (1, 3), "=E13+0", id="beside-it"),
        pytest.param(BOUT @ BOUT, (0, 0), "{=MMULT($O9,O$9)}", id="product-of-two-cells"),
        pytest.param(Scale(BOUT, LR), (0, 0), "=O9*$B$2", id="scalar"),
    ],
)
def test_formula_of_a_cell(expr, cell, expected):
    assert written(SHEET.cell(expr, *cell)) == expected


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (ERROR, "{=E}"),
        (BOUT, "=bout"),
        (Total(ERROR), "=SUM(E)"),
        (Total(Square(ERROR)), "{=SUM(E*E)}"),
        (Total(Square(BOUT)), "=SUM(bout*bout)"),
        (SumSamples(ERROR), "=SUM(E)"),
        (SumSamples(HIDDEN), "{=MMULT(ones,hidden_layer_input)}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_name_is_a_range_by_its_size(expr, expected):
    assert written(Excel(by_name).block(expr)) == expected


def test_a_unit_finds_its_cell_by_row_and_column():
    nudged = X + Scale(MatrixUnit("X", (3, 4), 1, 2), LR)
    expected = "{=B12:E14+(ROW(B12:E14)=ROW($D$13))*(COLUMN(B12:E14)=COLUMN($D$13))*$B$2}"
    assert written(SHEET.block(nudged)) == expected
    assert written(SHEET.block(X @ nudged.T)).endswith(f"TRANSPOSE({fixed(expected[2:-1])}))}}")


def fixed(formula):
    """A formula with all its ranges fixed."""
    return formula.replace("B12:E14", "$B$12:$E$14")


def test_a_caption_has_no_word_for_a_unit():
    with pytest.raises(UnsupportedNodeError, match="a caption cannot say MatrixUnit"):
        caption(X + MatrixUnit("X", (3, 4), 1, 2))


RANGE = r"\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+"


def needs_flag(text):
    """Whether a range stands anywhere but alone in a SUM; there Excel would pick one cell of it (@)."""
    return re.search(RANGE, re.sub(rf"\bSUM\({RANGE}\)", "", text)) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("SUM(A1:A3)/2", False), ("SUM(A1:A3^2)", True), ("MMULT($A1:$B1,C$1:C$2)", True), ("A1+B$2", False)],
)
def test_the_check_of_the_flag(text, expected):
    assert needs_flag(text) is expected


GRID = grid()


@pytest.mark.parametrize("entry", GRID)
def test_a_range_is_flagged_as_an_array_wherever_it_is_an_operand(entry):
    for expr in GRID[entry]:
        boxes = {leaf.name: Box(20, 3, *leaf.shape) for leaf in leaves(expr)} | {ONES: Box(1, 1, 1, 8)}
        excel = Excel(lambda name, boxes=boxes: boxes[name].reference())
        formulas = [excel.block(expr), *(excel.cell(expr, i, j) for i, j in np.ndindex(expr.shape))]
        for formula in formulas:
            # MMULT of two cells is flagged too: it gives an array, if one of a single cell.
            assert formula.array is (needs_flag(formula.text) or "MMULT" in formula.text), formula.text


NAMES = {"lr": Matrix("lr", (1, 1)), "A": Matrix("A", (2, 3))}


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Sigmoid(NAMES["A"]), "1 / (1 + EXP(-A))"),
        (Exp(NAMES["A"]), "EXP(A)"),
        (Log(NAMES["A"]), "LN(A)"),
        (Relu(NAMES["A"]), "IF(A < 0, 0, A)"),
        (Divide(Total(Square(NAMES["A"])), Number(2)), "SUM(A^2) / 2"),
        (SumNeurons(NAMES["A"]), "SUM(each row of A)"),
        (TakeRows(NAMES["A"], Matrix("sample", (5, 1))), "INDEX(A, sample)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_captions_are_the_textbook_form(expr, expected):
    assert caption(expr) == expected


PLAIN = {
    entry: exprs
    for entry, exprs in GRID.items()
    if not any(
        kind in repr(exprs)
        for kind in ("Sigmoid", "Exp(", "Log(", "SumNeurons", "Relu", "Positive", "Square")
    )
}


@pytest.mark.parametrize("entry", PLAIN)
def test_a_caption_is_the_formula_of_the_block_in_names(entry):
    for expr in PLAIN[entry]:
        named = Excel(lambda name: lambda rows, cols: name).block(expr)
        assert caption(expr).replace(" ", "") == named.text
