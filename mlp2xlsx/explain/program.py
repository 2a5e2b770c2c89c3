"""A lesson as a program: complete, runnable source in Python or R that makes the same numbers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from mlp2xlsx import resources
from mlp2xlsx.explain.short_lines import in_short_lines, rows_of
from mlp2xlsx.interpreter import start_values
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.tables.scaling import NONE
from mlp2xlsx.mathematics.expr import Apply
from mlp2xlsx.mathematics.iteration import DATA, Iteration
from mlp2xlsx.mathematics.leaves import nodes
from mlp2xlsx.mathematics.steps import X
from mlp2xlsx.numerals import number_text
from mlp2xlsx.render.python import Python
from mlp2xlsx.render.r import R
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.render.visitor import TextRenderer


@dataclass(frozen=True)
class _Language:
    """How a language writes what is not an expression."""

    renderer: TextRenderer
    assign: str
    matrix: Callable[[str, FloatMatrix], str]
    prologue: str
    functions: Mapping[str, str]  # those of cells that it does not have
    batches: Callable[[Lesson, str], str]
    batch: str
    masks: str  # of a layer, with blanks for its name, the digits and the sizes
    mask: str
    loop: str
    loop_end: str
    epilogue: str
    epilogue_without_bias: str
    epilogue_of_forward: str
    between: str  # lines of digits
    signs: Mapping[str, str]  # what needs a word or two where it occurs, and the text that has them


_DIGITS = 84  # in a line


def program(lesson: Lesson, language: str) -> str:
    """Write the lesson's program.

    Parameters
    ----------
    lesson
        Data, network, starting values, learning rate and iterations, all written into the program; and
        the language of the sheets, which the comments are in.
    language
        `"python"`, which `"numpy"` is another name of, or `"r"`.

    Returns
    -------
    str
        Source text that ends with a line break. The program prints what the article's script prints
        in its last two lines: the output, then `wout` and `bout`; without training the output alone.
    """
    return "\n".join(_lines(lesson, PROGRAMS[language])) + "\n"


def _lines(lesson: Lesson, language: _Language) -> Iterator[str]:
    texts = resources.texts(lesson.language)
    words = texts["program"]
    # Not before the third line, where Python would read "coding: …" in a title as the file's encoding.
    yield from (f"# {words['what' if lesson.trains else 'what_forward']}", "#", f"# {lesson.words['title']}")
    yield language.prologue
    one, starts = lesson.one_iteration, start_values(lesson)
    used = {
        node.function for result in one.computed for node in nodes(result.expr) if isinstance(node, Apply)
    }
    yield from (text for name, text in language.functions.items() if name in used)
    if lesson.scale != NONE:
        # The numbers are written as training uses them: both programs then start from the very same ones.
        yield f"# {words[f'scaled_{lesson.scale}']}"
    if lesson.vocabulary:
        yield f"# {words['words']}"
    for name in (*(DATA if lesson.trains else (X,)), *one.columns, *one.carried_names):
        yield language.matrix(name, starts[name])
    for name, value in lesson.scalars.items():
        yield f"{name}{language.assign}{number_text(value)}"
    if lesson.batch is not None:
        yield language.batches(lesson, f"  # {words['batches']}")
    if lesson.trains:
        yield from _masks(lesson, language, words["masks"])
    yield ""
    computed = "".join(language.renderer.render(result.expr) for result in one.computed)
    yield from (f"# {words[key]}" for sign, key in language.signs.items() if sign in computed)
    if not lesson.trains:
        yield from _steps(one, language, texts, "")
        yield language.epilogue_of_forward
        return
    yield language.loop.format(n=lesson.iterations)
    if lesson.batch is not None:
        yield language.batch
    for layer in one.network.dropping:
        yield language.mask.format(name=layer.mask, rows=one.n_samples)
    yield from _steps(one, language, texts, "    ")
    for name, update in one.updates.items():
        yield f"    {name}{language.assign}{update}"
    yield language.loop_end
    yield language.epilogue if lesson.network.has_bias else language.epilogue_without_bias


def _masks(lesson: Lesson, language: _Language, comment: str) -> Iterator[str]:
    """Yield which neurons take part, for each layer with dropout, as digits of all iterations."""
    drawn = list(islice(lesson.masks(), lesson.iterations if lesson.network.dropping else 0))
    for layer in lesson.network.dropping:
        values = np.array([masks[layer.mask] for masks in drawn])
        digits = "".join(f"{value:.0f}" for value in values.ravel())
        lines = [digits[start : start + _DIGITS] for start in range(0, len(digits), _DIGITS)]
        sizes = dict(zip(("n", "rows", "cols"), values.shape, strict=True))
        text = language.between.join(f'    "{line}"' for line in lines)
        yield f"# {layer.mask}: {comment}"
        yield language.masks.format(name=layer.mask, digits=text, **sizes)


def _steps(one: Iteration, language: _Language, texts: Mapping[str, Any], indent: str) -> Iterator[str]:
    """Yield what is computed, step by step, with the title of each in front."""
    for number, step in enumerate(one.steps, start=1):
        if step.computed:
            layer = "" if step.layer is None else f" {step.layer}"
            title = texts["steps"][step.kind]["title"].format(number=layer)
            yield f"{indent}# {texts['program']['step'].format(number=number, title=title)}"
            for result in step.computed:
                yield f"{indent}{result.name}{language.assign}{language.renderer.render(result.expr)}"


def _python_matrix(name: str, values: FloatMatrix) -> str:
    # Whole numbers are floats as well: NumPy multiplies integers in another order.
    kind = ", dtype=float" if (values == values.round()).all() else ""
    return in_short_lines(f"{name} = np.array([", rows_of(values), f"]{kind})")


def _r_matrix(name: str, values: FloatMatrix) -> str:
    rows = [", ".join(map(number_text, row)) for row in values.tolist()]
    return in_short_lines(f"{name} <- matrix(c(", rows, f"), nrow = {len(values)}, byrow = TRUE)")


def _python_batches(lesson: Lesson, comment: str) -> str:
    if not lesson.shuffle:
        count, shape = len(lesson.X), (lesson.iterations, lesson.batch)
        return f"samples = np.resize(np.arange({count}), {shape}) + 1{comment}"
    return in_short_lines("samples = np.array([", rows_of(lesson.sample_order()), f"]){comment}")


def _r_batches(lesson: Lesson, comment: str) -> str:
    before, after = "samples <- matrix(", f", ncol = {lesson.batch}, byrow = TRUE){comment}"
    if not lesson.shuffle:
        return f"{before}rep_len(1:{len(lesson.X)}, {lesson.iterations * (lesson.batch or 0)}){after}"
    rows = [", ".join(map(number_text, row)) for row in lesson.sample_order().tolist()]
    return in_short_lines(f"{before}c(", rows, f"){after}")


# "Propogation" is the article's own spelling: its output can be compared line by line.
PROGRAMS = {
    "python": _Language(
        renderer=Python(),
        assign=" = ",
        matrix=_python_matrix,
        prologue="import numpy as np\n",
        functions={
            "sigmoid": """\

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

""",
            "gelu": """\

def gelu(z):
    return z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))) / 2

""",
            "gelu_slope": """\

def gelu_slope(z):
    tanh = np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))
    return (1 + tanh) / 2 + z * np.sqrt(2 / np.pi) * (1 + 0.134145 * z**2) * (1 - tanh**2) / 2

""",
        },
        batches=_python_batches,
        batch="    sample = samples[[iteration]].T",
        masks="drawn_{name} = np.array(list(\n{digits}\n), dtype=float).reshape({n}, {rows}, {cols})",
        mask="    {name} = drawn_{name}[iteration]",
        between="\n",
        loop="for iteration in range({n}):",
        loop_end="",
        epilogue="""\
print("output of Forward Propogation:\\n{}".format(output))
print("wout,bout of Backpropagation: \\n{},\\n{}".format(wout, bout))""",
        epilogue_without_bias="""\
print("output of Forward Propogation:\\n{}".format(output))
print("wout of Backpropagation: \\n{}".format(wout))""",
        epilogue_of_forward="""\

print("output:\\n{}".format(output))""",
        signs={"@": "python_product", "keepdims": "python_keepdims"},
    ),
    "r": _Language(
        renderer=R(),
        assign=" <- ",
        matrix=_r_matrix,
        prologue="",
        functions={
            "sigmoid": """\
sigmoid <- function(x) {
    1 / (1 + exp(-x))
}

""",
            "gelu": """\
gelu <- function(z) {
    z * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 * z^3))) / 2
}

""",
            "gelu_slope": """\
gelu_slope <- function(z) {
    t <- tanh(sqrt(2 / pi) * (z + 0.044715 * z^3))
    (1 + t) / 2 + z * sqrt(2 / pi) * (1 + 0.134145 * z^2) * (1 - t^2) / 2
}

""",
        },
        batches=_r_batches,
        batch="    sample <- t(samples[iteration, , drop = FALSE])",
        masks="""\
drawn_{name} <- paste0(
{digits}
)
drawn_{name} <- matrix(as.numeric(strsplit(drawn_{name}, "")[[1]]), nrow = {n}, byrow = TRUE)""",
        mask="    {name} <- matrix(drawn_{name}[iteration, ], nrow = {rows}, byrow = TRUE)",
        between=",\n",
        loop="for (iteration in 1:{n}) {{",
        loop_end="}\n",
        epilogue="""\
cat("output of Forward Propogation:\\n")
print(output, digits = 8)
cat("wout,bout of Backpropagation:\\n")
print(wout, digits = 8)
print(bout, digits = 8)""",
        epilogue_without_bias="""\
cat("output of Forward Propogation:\\n")
print(output, digits = 8)
cat("wout of Backpropagation:\\n")
print(wout, digits = 8)""",
        epilogue_of_forward="""\

cat("output:\\n")
print(output, digits = 8)""",
        signs={"%*%": "r_product", "sweep": "r_sweep", "colSums": "r_sums"},
    ),
}
PROGRAMS["numpy"] = PROGRAMS["python"]
