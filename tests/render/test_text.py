"""What is written in each language, and that it gives the same values there."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import ClassVar

import pytest

from mlp2xlsx.expr import (
    AddRow,
    Divide,
    DivideColumn,
    Exp,
    Expr,
    Log,
    MatMul,
    Matrix,
    MatrixUnit,
    Negate,
    Number,
    Positive,
    Relu,
    Scale,
    Sigmoid,
    Square,
    Sub,
    SumNeurons,
    SumSamples,
    TakeRows,
    Tanh,
    Total,
)
from mlp2xlsx.render.excel import Excel, caption
from mlp2xlsx.render.math import Math
from mlp2xlsx.render.python import Python
from mlp2xlsx.render.r import R
from mlp2xlsx.render.values import compile_values
from mlp2xlsx.render.visitor import ATOM, Operator, UnsupportedNodeError
from tests.helpers import LR, grid
from tests.render.running import agrees, run_blocks, run_cells, run_math, run_python, run_r

A, B, C = (Matrix(name, (3, 3)) for name in ("A", "B", "C"))
ROW = Matrix("row", (1, 3))

TABLE = {
    "matmul-add-row": (
        AddRow(A @ B, ROW),
        ("A · B + row", "A @ B + row", 'sweep(A %*% B, 2, row, "+")', "MMULT(A, B) + row"),
    ),
    "sigmoid": (Sigmoid(A), ("σ(A)", "sigmoid(A)", "sigmoid(A)", "1 / (1 + EXP(-A))")),
    "sigmoid-of-sum": (
        Sigmoid(A - B),
        ("σ(A − B)", "sigmoid(A - B)", "sigmoid(A - B)", "1 / (1 + EXP(-(A - B)))"),
    ),
    "slope": (A * (Number(1) - A), ("A ∘ (1 − A)", "A * (1 - A)", "A * (1 - A)", "A * (1 - A)")),
    "update": (
        B + Scale(A.T @ C, LR),
        ("B + Aᵀ · C × lr", "B + A.T @ C * lr", "B + t(A) %*% C * lr", "B + MMULT(TRANSPOSE(A), C) * lr"),
    ),
    "bias-update": (
        ROW + Scale(SumSamples(A), LR),
        (
            "row + Σ A × lr",
            "row + np.sum(A, axis=0, keepdims=True) * lr",
            "row + t(colSums(A)) * lr",
            "row + MMULT(ones, A) * lr",
        ),
    ),
    "sum-on-the-right": (
        ROW * SumSamples(A),
        (
            "row ∘ Σ A",
            "row * np.sum(A, axis=0, keepdims=True)",
            "row * t(colSums(A))",
            "row * MMULT(ones, A)",
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
    "square-of-sum": (Square(A + B), ("(A + B)²", "(A + B) ** 2", "(A + B)^2", "(A + B)^2")),
    "square-under-minus": (
        Sigmoid(Square(A)),
        ("σ(A²)", "sigmoid(A ** 2)", "sigmoid(A^2)", "1 / (1 + EXP(-(A^2)))"),
    ),
    "square-of-square": (Square(Square(A)), ("(A²)²", "(A ** 2) ** 2", "(A^2)^2", "(A^2)^2")),
    "tanh": (Tanh(A), ("tanh(A)", "np.tanh(A)", "tanh(A)", "TANH(A)")),
    "relu": (Relu(A), ("max(0, A)", "np.maximum(0, A)", "pmax(A, 0)", "IF(A < 0, 0, A)")),
    "positive": (Positive(A), ("[A > 0]", "(A > 0) * 1", "(A > 0) * 1", "IF(A > 0, 1, 0)")),
    "exp": (
        Exp(A),
        ("exp(A)", "np.exp(np.clip(A, -700, 700))", "exp(pmin(pmax(A, -700), 700))", "EXP(A)"),
    ),
    "log": (Log(A), ("ln(A)", "np.log(A + 1e-300)", "log(A + 1e-300)", "LN(A)")),
    "negate": (Negate(A + B), ("−(A + B)", "-(A + B)", "-(A + B)", "-(A + B)")),
    "share-of-the-row": (
        DivideColumn(A, SumNeurons(A)),
        (
            "A / Σ A",
            "A / np.sum(A, axis=1, keepdims=True)",
            'sweep(A, 1, matrix(rowSums(A)), "/")',
            "A / SUM(each row of A)",
        ),
    ),
    "take-rows": (
        TakeRows(A, ROW.T),
        ("A[rowᵀ]", "A[row.T[:, 0] - 1]", "A[t(row), , drop = FALSE]", "INDEX(A, row)"),
    ),
    "divide": (Divide(A - B, Number(2)), ("(A − B) / 2", "(A - B) / 2", "(A - B) / 2", "(A - B) / 2")),
    "loss": (
        Divide(Total(Square(A)), Number(2)),
        ("Σ A² / 2", "np.sum(A ** 2, keepdims=True) / 2", "matrix(sum(A^2)) / 2", "SUM(A^2) / 2"),
    ),
}
SAY = {"math": Math().render, "python": Python().render, "r": R().render, "excel": caption}
GRID = grid()


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
    "excel-blocks": (run_blocks, Excel),
    "excel-cells": (run_cells, Excel),
}


def wrong(run, renderer):
    """What is written, for each entry of the grid, that does not give NumPy's value."""
    named = [(entry, expr) for entry, exprs in GRID.items() for expr in exprs]
    found = {}
    for (entry, expr), ran in zip(named, run(renderer, [expr for _, expr in named]), strict=True):
        if not agrees(expr, ran.value):
            found.setdefault(entry, []).append(ran.text)
    return found


@cache
def wrong_in(language):
    return wrong(*RUNS[language])


@pytest.mark.parametrize(("language", "entry"), cases(RUNS, GRID, r="Rscript"))
def test_what_is_written_gives_the_values_of_numpy(language, entry):
    assert GRID[entry] != []
    assert wrong_in(language).get(entry, []) == []


class LooseMath(Math):
    operators: ClassVar = {**Math.operators, AddRow: Operator(" + ", 20)}


class LoosePython(Python):
    operators: ClassVar = {**Python.operators, Sub: Operator(" - ", 20)}


class LooseR(R):
    """Groups the matrix product as Python does."""

    operators: ClassVar = {**R.operators, MatMul: Operator(" %*% ", 20)}


class LooseExcel(Excel):
    """Takes `-2^2` for -4."""

    def power(self, operand):
        return super().power(operand)._replace(precedence=ATOM)


@pytest.mark.parametrize(
    ("run", "renderer", "entry", "text"),
    [
        pytest.param(run_math, LooseMath(), "Scale-of-AddRow", "m1_2x3 + m2_1x3 × lr", id="math"),
        pytest.param(run_python, LoosePython(), "Mul-left-Sub", "m1_2x3 - m2_2x3 * m3_2x3", id="python"),
        pytest.param(
            run_r,
            LooseR(),
            "MatMul-left-Mul",
            "m1_2x2 * m2_2x2 %*% m3_2x3",
            id="r",
            marks=pytest.mark.needs("Rscript"),
        ),
        pytest.param(run_blocks, LooseExcel, "powers", "-(A", id="excel-blocks"),
        pytest.param(run_cells, LooseExcel, "powers", "-(A", id="excel-cells"),
    ],
)
def test_wrong_precedence_is_seen(run, renderer, entry, text):
    assert text in " ".join(wrong(run, renderer)[entry])


@dataclass(frozen=True)
class Unspeakable(Expr):
    operand: Expr

    @property
    def shape(self):
        return self.operand.shape


@pytest.mark.parametrize(
    ("name", "say"),
    {
        "Math": Math().render,
        "Python": Python().render,
        "R": R().render,
        "_Caption": caption,
        "Compiler": compile_values,
    }.items(),
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("expr", [Unspeakable(A), Sigmoid(A + Unspeakable(B))], ids=["outside", "inside"])
def test_no_renderer_guesses(name, say, expr):
    with pytest.raises(UnsupportedNodeError) as caught:
        say(expr)
    assert str(caught.value) == f"{name} cannot say Unspeakable"


@pytest.mark.parametrize("renderer", [Math(), Python(), R()], ids=["math", "python", "r"])
def test_a_unit_is_for_spreadsheets_and_values_only(renderer):
    with pytest.raises(UnsupportedNodeError, match="cannot say MatrixUnit"):
        renderer.render(A + MatrixUnit(A.name, A.shape, 0, 1))
