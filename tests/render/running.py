"""Runs what the renderers write: Python, R, spreadsheet formulas, and mathematics read as Python.

Each function takes a renderer and expressions, and gives for each of them what was written and the value
it has there, or None where it does not run. Nothing but the text is taken from the renderer.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import ironcalc
import numpy as np
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from mlp2xlsx.expr import Expr, Matrix, Scalar, SumNeurons, SumSamples, Total, leaves
from mlp2xlsx.numerals import number_text
from mlp2xlsx.render.excel import ONES, Excel, Formula, Reference
from mlp2xlsx.render.values import FloatMatrix, evaluate
from mlp2xlsx.render.visitor import TextRenderer
from mlp2xlsx.workbook.address import Box, a1
from tests.helpers import value_of, values_of

# They differ by the rounding of sums of a few products, some 1e-16, and no sum in the grid cancels badly.
RELATIVE = 1e-12


class Ran(NamedTuple):
    text: str
    value: FloatMatrix | None


def agrees(expr: Expr, value: FloatMatrix | None) -> bool:
    """Whether a value is NumPy's, shape and numbers; a bare number will do for a matrix of one cell."""
    expected = evaluate(expr, values_of(expr))
    if value is None or np.atleast_2d(value).shape != expr.shape:
        return False
    return bool(np.allclose(value, expected, rtol=RELATIVE, atol=0))


def run_python(renderer: TextRenderer, exprs: Iterable[Expr]) -> Iterator[Ran]:
    for expr in exprs:
        text = renderer.render(expr)
        yield Ran(text, python_value(text, {"np": np, "sigmoid": sigmoid, **values_of(expr)}))


def python_value(text: str, names: dict[str, object]) -> FloatMatrix | None:
    try:
        return np.asarray(eval(text, names))
    except (ArithmeticError, AttributeError, SyntaxError, TypeError, ValueError):
        return None


def sigmoid(x: FloatMatrix) -> FloatMatrix:
    return 1 / (1 + np.exp(-x))


class Symbols(np.ndarray):
    """Python's operators for the signs of mathematics that bind like them."""

    @property
    def squared(self) -> "Symbols":
        return self**2

    def __invert__(self) -> "Symbols":
        return self.sum(axis=0, keepdims=True)

    def __pos__(self) -> "Symbols":
        return self.sum(axis=1, keepdims=True)


SIGNS = {"−": "-", "·": "@", "∘": "*", "×": "*", "²": ".squared", "ᵀ": ".T", "σ": "sigmoid"}
WORDS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "max": np.maximum,
    "exp": lambda z: np.exp(np.clip(z, -700, 700)),
    "ln": lambda x: np.log(x + 1e-300),
    "positive": lambda z: np.heaviside(z, 0.0),
}


def run_math(renderer: TextRenderer, exprs: Iterable[Expr]) -> Iterator[Ran]:
    for expr in exprs:
        text = renderer.render(expr)
        source = re.sub(r"\b\d+\b", r"number(\g<0>)", text.replace(" > 0]", ")").replace("[", "positive("))
        for sign, python in SIGNS.items():
            source = source.replace(sign, python)
        for sign in sums(expr):
            source = source.replace("Σ ", sign, 1)
        names = {name: value.view(Symbols) for name, value in values_of(expr).items()}
        number = {"number": lambda value: np.array([[value]]).view(Symbols)}
        yield Ran(text, python_value(source, {**WORDS, **number, **names}))


_SUMS: dict[type[Expr], str] = {SumSamples: "~", SumNeurons: "+", Total: "~+"}


def sums(expr: Expr) -> Iterator[str]:
    """What each Σ means, from left to right: the text does not say what it runs over."""
    if type(expr) in _SUMS:
        yield _SUMS[type(expr)]
    for operand in expr.operands:
        yield from sums(operand)


R_START = r"""
options(warn = 2)
sigmoid <- function(x) 1 / (1 + exp(-x))
say <- function(text) {
    line <- tryCatch({
        value <- as.matrix(eval(parse(text = text), globalenv()))
        paste(c(dim(value), sprintf("%.17g", t(value))), collapse = " ")
    }, error = function(e) "error")
    cat(line, "\n", sep = "")
}
"""


def run_r(renderer: TextRenderer, exprs: Iterable[Expr]) -> Iterator[Ran]:
    """Run all of them in one go: starting R takes longer than the grid."""
    exprs = list(exprs)
    texts = [renderer.render(expr) for expr in exprs]
    data = [f"{leaf.name} <- {r_value(value_of(leaf))}" for leaf in all_leaves(exprs)]
    lines = run_rscript("\n".join([R_START, *data, *(f"say('{text}')" for text in texts)])).splitlines()
    for text, line in zip(texts, lines, strict=True):
        yield Ran(text, None if line == "error" else read_r(line))


def run_rscript(source: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "program.R")
        path.write_text(source, encoding="utf-8")
        done = subprocess.run(
            ["Rscript", "--vanilla", path], capture_output=True, encoding="utf-8", timeout=120
        )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def r_value(value: FloatMatrix) -> str:
    numbers = ", ".join(map(number_text, value.ravel()))
    return numbers if value.ndim == 0 else f"matrix(c({numbers}), nrow = {len(value)}, byrow = TRUE)"


def read_r(line: str) -> FloatMatrix:
    """Read `2 1 0.5 0.7` as a matrix of two rows and a column."""
    rows, cols, *numbers = line.split()
    return np.array([float(number) for number in numbers]).reshape(int(rows), int(cols))


def all_leaves(exprs: Iterable[Expr]) -> dict[Matrix | Scalar, None]:
    return dict.fromkeys(leaf for expr in exprs for leaf in leaves(expr))


FIRST_COL = 8  # of the formulas; the matrices are to the left


def run_blocks(renderer: Callable[..., Excel], exprs: Iterable[Expr]) -> Iterator[Ran]:
    """Run one formula per matrix."""
    return run_excel(renderer, exprs, lambda excel, expr: {(0, 0, *expr.shape): excel.block(expr)})


def run_cells(renderer: Callable[..., Excel], exprs: Iterable[Expr]) -> Iterator[Ran]:
    """Run one formula per cell."""
    return run_excel(
        renderer,
        exprs,
        lambda excel, expr: {(i, j, 1, 1): excel.cell(expr, i, j) for i, j in np.ndindex(expr.shape)},
    )


def run_excel(
    renderer: Callable[..., Excel],
    exprs: Iterable[Expr],
    formulas: Callable[[Excel, Expr], dict[tuple[int, int, int, int], Formula]],
) -> Iterator[Ran]:
    """Recalculate all of them on one sheet."""
    book, exprs = Workbook(), list(exprs)
    references = write_values(book, exprs)
    excel = renderer(references.__getitem__)
    rows = np.cumsum([1, *(expr.shape[0] for expr in exprs)]).tolist()
    texts = []
    for row, expr in zip(rows, exprs, strict=False):
        written = formulas(excel, expr)
        texts.append("; ".join(formula.text for formula in written.values()))
        for (i, j, n_rows, n_cols), formula in written.items():
            box, text = Box(row + i, FIRST_COL + j, n_rows, n_cols), f"={formula.text}"
            book.active[a1(box.row, box.col)] = ArrayFormula(box.ref, text) if formula.array else text
    value = recalculated(book)
    for row, expr, text in zip(rows, exprs, texts, strict=False):
        cells = [[value(row + i, FIRST_COL + j) for j in range(expr.shape[1])] for i in range(expr.shape[0])]
        numbers = all(isinstance(cell, float) for line in cells for cell in line)
        yield Ran(text, np.array(cells) if numbers else None)


def write_values(book: Workbook, exprs: Iterable[Expr]) -> dict[str, Reference]:
    """Write the matrices one below the other, under a row of ones."""
    references = {ONES: Box(1, 1, 1, FIRST_COL - 1).reference()}
    book.active.append([1] * (FIRST_COL - 1))
    row = 2
    for leaf in all_leaves(exprs):
        references[leaf.name] = Box(row, 1, *leaf.shape).reference()
        for values in np.atleast_2d(value_of(leaf)).tolist():
            book.active.append(values)
            row += 1
    return references


def recalculated(book: Workbook) -> Callable[[int, int], object]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grid.xlsx")
        book.save(path)
        model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    return lambda row, col: model.get_cell_value(0, row, col)
