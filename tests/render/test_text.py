"""What is written in each language, and that it gives the same values there."""

import math
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from typing import ClassVar

import numpy as np
import pytest

from mlp2xlsx.mathematics.expr import (
    Add,
    Apply,
    Divide,
    Expr,
    MatMul,
    Matrix,
    MatrixUnit,
    Mul,
    Number,
    Single,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Total,
)
from mlp2xlsx.mathematics.functions import ATOM, FUNCTIONS, PRODUCT, Function, Words, activations
from mlp2xlsx.mathematics.readings import Extent
from mlp2xlsx.render.caption import Caption, caption
from mlp2xlsx.render.excel import Excel
from mlp2xlsx.render.math import Math
from mlp2xlsx.render.python import Python
from mlp2xlsx.render.r import R
from mlp2xlsx.render.spans import Interval, Spans
from mlp2xlsx.render.values import compile_values
from mlp2xlsx.render.visitor import Operator, UnsupportedNodeError
from mlp2xlsx.render.worked import CellNumber, Worked
from mlp2xlsx.xlsx.address import Box
from tests.cases import few
from tests.helpers import (
    LR,
    absolute,
    exp,
    grid,
    leaky_relu,
    log,
    negate,
    nests,
    positive,
    random_exprs,
    relu,
    sigmoid,
    sign,
    softsign,
    sqrt,
    square,
    tanh,
)
from tests.render.running import (
    WORDS,
    agrees,
    cells_ran,
    run_cells,
    run_math,
    run_python,
    run_r,
    written_cells,
)

A, B, C = (Matrix(name, (3, 3)) for name in ("A", "B", "C"))
ROW = Matrix("row", (1, 3))

TABLE = {
    "matmul-add-row": (
        Add(A @ B, ROW),
        ("A · B + row", "A @ B + row", 'sweep(A %*% B, 2, row, "+")', "MMULT(A, B) + row"),
    ),
    "sigmoid": (sigmoid(A), ("σ(A)", "sigmoid(A)", "sigmoid(A)", "1 / (1 + EXP(-A))")),
    "sigmoid-of-sum": (
        sigmoid(A - B),
        ("σ(A − B)", "sigmoid(A - B)", "sigmoid(A - B)", "1 / (1 + EXP(-(A - B)))"),
    ),
    "slope": (A * (Number(1) - A), ("A ∘ (1 − A)", "A * (1 - A)", "A * (1 - A)", "A * (1 - A)")),
    "update": (
        B + Mul(A.T @ C, LR),
        ("B + Aᵀ · C × lr", "B + A.T @ C * lr", "B + t(A) %*% C * lr", "B + MMULT(TRANSPOSE(A), C) * lr"),
    ),
    "bias-update": (
        ROW + Mul(SumSamples(A), LR),
        (
            "row + Σ A × lr",
            "row + np.sum(A, axis=0, keepdims=True) * lr",
            "row + t(colSums(A)) * lr",
            "row + SUM(each column of A) * lr",
        ),
    ),
    "sum-on-the-right": (
        ROW * SumSamples(A),
        (
            "row ∘ Σ A",
            "row * np.sum(A, axis=0, keepdims=True)",
            "row * t(colSums(A))",
            "row * SUM(each column of A)",
        ),
    ),
    "sub-on-the-right": (A - (B - C), ("A − (B − C)", "A - (B - C)", "A - (B - C)", "A - (B - C)")),
    "sub-on-the-left": (A - B - C, ("A − B − C", "A - B - C", "A - B - C", "A - B - C")),
    "mul-then-matmul": (
        (A * B) @ C,
        ("A ∘ B · C", "A * B @ C", "(A * B) %*% C", "MMULT(A * B, C)"),
    ),
    "matmul-in-mul": (
        A * (B @ C),
        ("A ∘ (B · C)", "A * (B @ C)", "A * B %*% C", "A * MMULT(B, C)"),
    ),
    "sum-transposed": ((A + B).T, ("(A + B)ᵀ", "(A + B).T", "t(A + B)", "TRANSPOSE(A + B)")),
    "square-of-sum": (square(A + B), ("(A + B)²", "(A + B) ** 2", "(A + B)^2", "(A + B)^2")),
    "square-under-minus": (
        sigmoid(square(A)),
        ("σ(A²)", "sigmoid(A ** 2)", "sigmoid(A^2)", "1 / (1 + EXP(-(A^2)))"),
    ),
    "square-of-square": (square(square(A)), ("(A²)²", "(A ** 2) ** 2", "(A^2)^2", "(A^2)^2")),
    "tanh": (tanh(A), ("tanh(A)", "np.tanh(A)", "tanh(A)", "TANH(A)")),
    "relu": (relu(A), ("max(0, A)", "np.maximum(0, A)", "pmax(A, 0)", "IF(A < 0, 0, A)")),
    "positive": (positive(A), ("[A > 0]", "(A > 0) * 1", "(A > 0) * 1", "IF(A > 0, 1, 0)")),
    "exp": (
        exp(A),
        ("exp(A)", "np.exp(np.clip(A, -700, 700))", "exp(pmin(pmax(A, -700), 700))", "EXP(A)"),
    ),
    "log": (log(A), ("ln(A)", "np.log(A + 1e-300)", "log(A + 1e-300)", "LN(A)")),
    "negate": (negate(A + B), ("−(A + B)", "-(A + B)", "-(A + B)", "-(A + B)")),
    "share-of-the-row": (
        Divide(A, SumNeurons(A)),
        (
            "A / Σ A",
            "A / np.sum(A, axis=1, keepdims=True)",
            'sweep(A, 1, matrix(rowSums(A)), "/")',
            "A / SUM(each row of A)",
        ),
    ),
    "take-rows": (
        TakeRows(A, ROW.T),
        ("A[rowᵀ]", "A[row.T[:, 0] - 1]", "A[t(row), , drop = FALSE]", "INDEX(A, TRANSPOSE(row))"),
    ),
    "leaky": (
        leaky_relu(A),
        ("max(A, 0.01 × A)", "np.maximum(A, 0.01 * A)", "pmax(A, 0.01 * A)", "IF(A < 0, 0.01 * A, A)"),
    ),
    "softsign-of-difference": (
        softsign(A - B),
        (
            "(A − B) / (1 + |(A − B)|)",
            "(A - B) / (1 + np.abs((A - B)))",
            "(A - B) / (1 + abs((A - B)))",
            "(A - B) / (1 + ABS((A - B)))",
        ),
    ),
    "root": (square(sqrt(A)), ("(√A)²", "np.sqrt(A) ** 2", "sqrt(A)^2", "SQRT(A)^2")),
    "size": (absolute(A - B), ("|A − B|", "np.abs(A - B)", "abs(A - B)", "ABS(A - B)")),
    "sign": (sign(A), ("sign(A)", "np.sign(A)", "sign(A)", "SIGN(A)")),
    "single": (
        Divide(A, Number(1) - Single("power")),
        ("A / (1 − power)", "A / (1 - power)", "A / (1 - c(power))", "A / (1 - power)"),
    ),
    "divide": (Divide(A - B, Number(2)), ("(A − B) / 2", "(A - B) / 2", "(A - B) / 2", "(A - B) / 2")),
    "loss": (
        Divide(Total(square(A)), Number(2)),
        ("Σ A² / 2", "np.sum(A ** 2, keepdims=True) / 2", "matrix(sum(A^2)) / 2", "SUM(A^2) / 2"),
    ),
}
SAY = {"math": Math().render, "python": Python().render, "r": R().render, "caption": caption}
GRID, NESTS = grid(), nests()
RANDOM = random_exprs(40)


def cases(languages, entries, **needs):
    """Every entry in every language, with what the language needs to run."""
    return [
        pytest.param(
            language,
            entry,
            marks=[pytest.mark.needs(tool) for name, tool in needs.items() if name == language],
            id=f"{language}-{entry}",
        )
        for language, entry in product(languages, entries)
    ]


@pytest.mark.parametrize(("language", "entry"), cases(SAY, TABLE))
def test_text(language, entry):
    expr, texts = TABLE[entry]
    assert SAY[language](expr) == dict(zip(SAY, texts, strict=True))[language]


RUNS = {
    "math": (run_math, Math()),
    "python": (run_python, Python()),
    "r": (run_r, R()),
    "ironcalc": (run_cells, Excel),
    "libreoffice": (partial(run_cells, name="libreoffice"), Excel),
    "gnumeric": (partial(run_cells, name="gnumeric"), Excel),
}
TOOLS = {"r": "Rscript", "libreoffice": "soffice", "gnumeric": "ssconvert"}


def operand_of(entry):
    """Of an entry of the grid, what another kind of node is nested in."""
    return entry.rpartition("-")[0] if entry in NESTS else "others"


OPERANDS = tuple(dict.fromkeys(map(operand_of, GRID)))


def ran_all(run, renderer, entries=GRID):
    """What became of each expression of the grid: the entry, the expression and what ran."""
    named = [(entry, expr) for entry in entries for expr in GRID[entry]]
    found = run(renderer, [expr for _, expr in named])
    return [(entry, expr, ran) for (entry, expr), ran in zip(named, found, strict=True)]


@cache
def written_grid():
    """The grid on a sheet, written once for all engines."""
    return written_cells(Excel, [expr for exprs in GRID.values() for expr in exprs])


@cache
def ran_in(language):
    run, renderer = RUNS[language]
    if renderer is Excel:
        return ran_all(lambda *_: cells_ran(written_grid(), language), Excel)
    return ran_all(run, renderer)


def wrong(everything):
    """What is written, for each entry of the grid, that does not give NumPy's value."""
    found = {}
    for entry, expr, ran in everything:
        if not ran.refused and not agrees(expr, ran.value):
            found.setdefault(entry, []).append(ran.text)
    return found


@cache
def wrong_in(language):
    return wrong(ran_in(language))


@pytest.mark.parametrize(("language", "operand"), cases(RUNS, OPERANDS, **TOOLS))
def test_what_is_written_gives_the_values_of_numpy(language, operand):
    found = {entry: texts for entry, texts in wrong_in(language).items() if operand_of(entry) == operand}
    assert found == {}


def test_every_nest_has_values_but_those_of_no_number():
    assert [name for name, exprs in NESTS.items() if not exprs] == [
        "Divide-right-floor",
        "DivideRow-right-floor",
        "log-of-log",
        "log-of-negate",
        "sqrt-of-log",
        "sqrt-of-negate",
    ]


OF_ONE_CELL = (*activations(), *("gelu_slope", "exp", "log", "sqrt", "sign", "floor", "cos"))


def test_what_excel_refuses_is_what_must_stand_over_one_cell():
    """Functions of a range that programs differ in; and sums in the direction in which they are no range."""
    refused = {}
    for entry, expr, ran in ran_in("ironcalc"):
        if ran.refused and entry not in RANDOM:
            outer, side, kind = entry.split("-")
            refused.setdefault(f"{outer}-{side}", {})[kind] = expr
    assert {operand: set(kinds) for operand, kinds in refused.items()} == {
        "MatMul-left": {*OF_ONE_CELL, "SumSamples"},
        "MatMul-right": {*OF_ONE_CELL, "SumNeurons"},
        "SumSamples-of": {*OF_ONE_CELL, "SumNeurons"},
        "SumNeurons-of": {*OF_ONE_CELL, "SumSamples"},
        "Total-of": {*OF_ONE_CELL},
    }


def test_most_random_trees_can_be_said_in_cells():
    refused = [entry for entry, _, ran in ran_in("ironcalc") if ran.refused and entry in RANDOM]
    assert len(RANDOM) >= 40
    assert len(refused) <= len(RANDOM) / 8


class LooseMath(Math):
    operators: ClassVar = {**Math.operators, Add: Operator(" + ", PRODUCT)}


class LoosePython(Python):
    operators: ClassVar = {**Python.operators, Sub: Operator(" - ", PRODUCT)}


class LooseR(R):
    """Groups the matrix product as Python does."""

    operators: ClassVar = {**R.operators, MatMul: Operator(" %*% ", PRODUCT)}


class LooseExcel(Excel):
    """Takes `-2^2` for -4."""

    def on_Apply(self, node, *context):
        return super().on_Apply(node, *context)._replace(precedence=ATOM)


@pytest.mark.parametrize(
    ("run", "renderer", "entry", "text"),
    [
        pytest.param(run_math, LooseMath(), "MulScalar-of-AddRow", "m1_2x3 + m2_1x3 × lr", id="math"),
        pytest.param(run_python, LoosePython(), "Mul-left-Sub", "m1_2x3 - m2_2x3 * m3_2x3", id="python"),
        pytest.param(
            run_r,
            LooseR(),
            "MatMul-left-Mul",
            "m1_2x2 * m2_2x2 %*% m3_2x3",
            id="r",
            marks=pytest.mark.needs("Rscript"),
        ),
        pytest.param(run_cells, LooseExcel, "powers", "-(A", id="excel"),
    ],
)
def test_wrong_precedence_is_seen(run, renderer, entry, text):
    assert text in " ".join(wrong(ran_all(run, renderer, [entry]))[entry])


SMOOTH_RELU = Function(
    values=lambda z: np.log(1 + np.exp(z)),
    derivative=sigmoid,
    math=Words("smooth_relu({})"),
    python=Words("np.log(1 + np.exp({}))"),
    r=Words("log(1 + exp({}))"),
    caption=Words("LN(1 + EXP({}))"),
    excel=Words("LN(1+EXP({}))"),
    worked=Words("ln(1 + e^({}))"),
)


@pytest.fixture
def smooth_relu(monkeypatch):
    """A function that the table does not have, as a row of it."""
    monkeypatch.setitem(FUNCTIONS, "smooth_relu", SMOOTH_RELU)
    monkeypatch.setitem(WORDS, "smooth_relu", SMOOTH_RELU.values)
    return partial(Apply, "smooth_relu")


def test_a_row_of_the_table_is_all_there_is_to_a_function(smooth_relu):
    said = {language: say(smooth_relu(A - B)) for language, say in SAY.items()}
    assert said == {
        "math": "smooth_relu(A − B)",
        "python": "np.log(1 + np.exp(A - B))",
        "r": "log(1 + exp(A - B))",
        "caption": "LN(1 + EXP(A - B))",
    }
    assert {
        "smooth_relu-of-smooth_relu",
        "MatMul-left-smooth_relu",
        "Divide-right-smooth_relu",
    } <= nests().keys()
    assert Worked().cell(smooth_relu(A)) == ("ln(1 + e^(", CellNumber("A", Extent.ROW, Extent.COL), "))")
    ends = Spans({"A": Interval(np.array([[-1.0]]), np.array([[2.0]]))}).visit(
        smooth_relu(Matrix("A", (1, 1)))
    )
    assert [end.item() for end in ends] == [math.log(1 + math.exp(-1)), math.log(1 + math.exp(2))]


@pytest.mark.parametrize(
    "language",
    few(
        *("math", "python", "r", "ironcalc"),
        of=[
            pytest.param(name, marks=[pytest.mark.needs(TOOLS[name])] if name in TOOLS else [])
            for name in RUNS
        ],
    ),
)
def test_a_new_row_is_executed_in_every_language(smooth_relu, language):
    run, renderer = RUNS[language]
    exprs = [expr for name, made in nests().items() if "smooth_relu" in name for expr in made]
    ran = dict(zip(exprs, run(renderer, exprs), strict=True))
    assert [one.text for expr, one in ran.items() if not one.refused and not agrees(expr, one.value)] == []
    assert sum(not one.refused for one in ran.values()) > 100


@dataclass(frozen=True)
class Unspeakable(Expr):
    operand: Expr

    @property
    def shape(self):
        return self.operand.shape


RENDERERS = {
    "Math": Math().render,
    "Python": Python().render,
    "R": R().render,
    "Caption": caption,
    "Compiler": compile_values,
    "Excel": lambda expr: Excel(lambda name: Box(1, 1, 3, 3).reference()).cell(expr, 0, 0),
    "Worked": Worked().cell,
    "Spans": Spans({name: Interval(np.zeros((3, 3)), np.ones((3, 3))) for name in "AB"}).visit,
}
each_renderer = pytest.mark.parametrize(("name", "say"), RENDERERS.items(), ids=RENDERERS)


@each_renderer
@pytest.mark.parametrize("expr", [Unspeakable(A), sigmoid(A + Unspeakable(B))], ids=["outside", "inside"])
def test_no_renderer_guesses(name, say, expr):
    with pytest.raises(UnsupportedNodeError) as caught:
        say(expr)
    assert str(caught.value) == f"{name} cannot say Unspeakable"


@each_renderer
@pytest.mark.parametrize(
    "expr", [Apply("smooth_relu", A), sigmoid(A + Apply("smooth_relu", B))], ids=["outside", "inside"]
)
def test_a_function_that_is_not_in_the_table_is_refused(name, say, expr):
    with pytest.raises(UnsupportedNodeError) as caught:
        say(expr)
    assert str(caught.value) == f"{name} cannot say smooth_relu"


@pytest.mark.parametrize(
    "renderer", [Math(), Python(), R(), Caption()], ids=["math", "python", "r", "caption"]
)
def test_a_unit_is_for_spreadsheets_and_values_only(renderer):
    with pytest.raises(UnsupportedNodeError, match="cannot say MatrixUnit"):
        renderer.render(A + MatrixUnit(A.name, A.shape, 0, 1))
