"""Runs what the renderers write: Python, R, spreadsheet formulas, and mathematics read as Python.

Each function takes a renderer and expressions, and gives for each of them what was written and the value
it has there, or None where it does not run. What Excel refuses to say is told apart. Nothing but the text
is taken from the renderer.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from openpyxl import Workbook

from mlp2xlsx.engines import Recalculated, engine
from mlp2xlsx.mathematics.expr import Apply, Expr, Matrix, Scalar, SumNeurons, SumSamples, Total
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.leaves import leaves
from mlp2xlsx.numerals import number_text
from mlp2xlsx.render.excel import Excel, Reference
from mlp2xlsx.render.values import FloatMatrix, evaluate
from mlp2xlsx.render.visitor import TextRenderer, UnsupportedNodeError
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents
from tests.helpers import value_of, values_of

# They differ by the rounding of sums of a few products, some 1e-16, and no sum in the grid cancels badly.
RELATIVE = 1e-12


class Ran(NamedTuple):
    text: str
    value: FloatMatrix | None
    refused: bool = False


def agrees(expr: Expr, value: FloatMatrix | None) -> bool:
    """Whether a value is NumPy's, shape and numbers; a bare number will do for a matrix of one cell."""
    expected = expected_of(expr)
    if value is None or np.atleast_2d(value).shape != expr.shape:
        return False
    return bool(np.allclose(value, expected, rtol=RELATIVE, atol=0))


@cache
def expected_of(expr: Expr) -> FloatMatrix:
    """NumPy's value, worked out once for all languages."""
    return evaluate(expr, values_of(expr))


def run_python(renderer: TextRenderer, exprs: Iterable[Expr]) -> Iterator[Ran]:
    for expr in exprs:
        text = renderer.render(expr)
        yield Ran(text, python_value(text, {"np": np, **OWN, **values_of(expr)}))


def python_value(text: str, names: dict[str, object]) -> FloatMatrix | None:
    try:
        return np.asarray(eval(text, names))
    except (ArithmeticError, AttributeError, SyntaxError, TypeError, ValueError):
        return None


def sigmoid(x: FloatMatrix) -> FloatMatrix:
    return 1 / (1 + np.exp(-x))


def gelu(z: FloatMatrix) -> FloatMatrix:
    return z * (1 + np.tanh((2 / np.pi) ** 0.5 * (z + 0.044715 * z * z * z))) / 2


def gelu_slope(z: FloatMatrix) -> FloatMatrix:
    """By the rule of the product, from a derivative of tanh."""
    inner, slope = (2 / np.pi) ** 0.5 * (z + 0.044715 * z**3), (2 / np.pi) ** 0.5 * (1 + 0.134145 * z**2)
    return (1 + np.tanh(inner)) / 2 + z * slope / np.cosh(inner) ** 2 / 2


OWN = {"sigmoid": sigmoid, "gelu": gelu, "gelu_slope": gelu_slope}


class Symbols(np.ndarray):
    """Python's operators for the signs of mathematics that bind like them."""

    @property
    def squared(self) -> "Symbols":
        return self**2

    def __invert__(self) -> "Symbols":
        return self.sum(axis=0, keepdims=True)

    def __pos__(self) -> "Symbols":
        return self.sum(axis=1, keepdims=True)


class Root:
    """What √ is read as: it binds as a power does."""

    def __pow__(self, operand: FloatMatrix) -> FloatMatrix:
        return np.sqrt(operand)


SIGNS = {
    "′": "_slope",
    "⌊": "floor(",
    "⌋": ")",
    "π": "pi",
    "√": "root ** ",
    "−": "-",
    "·": "@",
    "∘": "*",
    "×": "*",
    "²": ".squared",
    "ᵀ": ".T",
    "σ": "sigmoid",
}
WORDS = {
    **OWN,
    "tanh": np.tanh,
    "max": np.maximum,
    "min": np.minimum,
    "exp": lambda z: np.exp(np.clip(z, -700, 700)),
    "ln": lambda x: np.log(x + 1e-300),
    "absolute": np.abs,
    "floor": np.floor,
    "cos": np.cos,
    "pi": np.array([[np.pi]]),
    "sign": np.sign,
    "root": Root(),
    "positive": lambda z: np.heaviside(z, 0.0),
}


def run_math(renderer: TextRenderer, exprs: Iterable[Expr]) -> Iterator[Ran]:
    for expr in exprs:
        text = renderer.render(expr)
        source = re.sub(
            r"\b\d+(\.\d+)?\b", r"number(\g<0>)", text.replace(" > 0]", ")").replace("[", "positive(")
        )
        source = with_bars_said(source)
        for sign, python in SIGNS.items():
            source = source.replace(sign, python)
        for sign in sums(expr):
            source = source.replace("Σ ", sign, 1)
        names = {name: value.view(Symbols) for name, value in values_of(expr).items()}
        number = {"number": lambda value: np.array([[value]]).view(Symbols)}
        yield Ran(text, python_value(source, {**WORDS, **number, **names}))


def with_bars_said(text: str) -> str:
    """Write the bars around an absolute value as a function; one that nothing stands before opens."""
    found = ""
    for character in text:
        opens = not found or found.endswith((" ", "(", "√", "−", "⌊"))
        found += character if character != "|" else "absolute(" if opens else ")"
    return found


_SUMS: dict[type[Expr], str] = {SumSamples: "~", SumNeurons: "+", Total: "~+"}


def sums(expr: Expr) -> Iterator[str]:
    """What each Σ means, from left to right: the text does not say what it runs over."""
    if type(expr) in _SUMS:
        yield _SUMS[type(expr)]
    times = FUNCTIONS[expr.function].math.text.count("{0}") if isinstance(expr, Apply) else 0
    for operand in expr.operands * max(times, 1):
        yield from sums(operand)


R_START = r"""
options(warn = 2)
sigmoid <- function(x) 1 / (1 + exp(-x))
gelu <- function(z) z * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z^3))) / 2
gelu_slope <- function(z) {
    inner <- sqrt(2 / pi) * (z + 0.044715 * z^3)
    (1 + tanh(inner)) / 2 + z * sqrt(2 / pi) * (1 + 0.134145 * z^2) / cosh(inner)^2 / 2
}
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


def run_cells(renderer: Callable[..., Excel], exprs: Iterable[Expr], name: str = "ironcalc") -> Iterator[Ran]:
    """Recalculate all of them on one sheet, one formula per cell, in the engine of a name."""
    return cells_ran(written_cells(renderer, exprs), name)


class Written(NamedTuple):
    """A sheet of expressions: the file, what is read of it, and the formulas and first row of each."""

    content: bytes
    contents: Contents
    texts: list[tuple[Expr, int, list[str]]]


def written_cells(renderer: Callable[..., Excel], exprs: Iterable[Expr]) -> Written:
    """Write all of them to one sheet, one formula per cell."""
    book, exprs = Workbook(), list(exprs)
    excel = renderer(write_values(book, exprs).__getitem__)
    row, texts = 1, []
    for expr in exprs:
        cells = cells_of(excel, expr)
        for (i, j), text in cells.items():
            book.active[a1(row + i, FIRST_COL + j)] = f"={text}"
        texts.append((expr, row, [*cells.values()]))
        row += expr.shape[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grid.xlsx")
        book.save(path)
        return Written(path.read_bytes(), read_contents(path), texts)


def cells_ran(written: Written, name: str) -> Iterator[Ran]:
    """Recalculate a sheet of expressions in the engine of a name."""
    [title] = written.contents.sheets
    with recalculated(written, name) as found:
        for expr, row, cells in written.texts:
            value = found.block(title, row, FIRST_COL, *expr.shape)
            yield Ran("; ".join(cells), None if np.isnan(value).any() else value, not cells)


def cells_of(excel: Excel, expr: Expr) -> dict[tuple[int, int], str]:
    """The formula of each cell, or none at all where Excel refuses one."""
    try:
        return {(i, j): excel.cell(expr, i, j).text for i, j in np.ndindex(expr.shape)}
    except UnsupportedNodeError:
        return {}


def write_values(book: Workbook, exprs: Iterable[Expr]) -> dict[str, Reference]:
    """Write the matrices one below the other."""
    references = {}
    row = 1
    for leaf in all_leaves(exprs):
        references[leaf.name] = Box(row, 1, *leaf.shape).reference()
        for values in np.atleast_2d(value_of(leaf)).tolist():
            book.active.append(values)
            row += 1
    return references


@contextmanager
def recalculated(written: Written, name: str) -> Iterator[Recalculated]:
    """Calculate a workbook whose formulas have no values yet."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grid.xlsx")
        path.write_bytes(written.content)
        yield next(iter(engine(name).scenarios(replace(written.contents, path=path), [{}])))
