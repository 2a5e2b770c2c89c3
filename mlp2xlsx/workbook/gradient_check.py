"""The gradient check: each slope once by backpropagation, once by trying what a small change does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from mlp2xlsx.expr import Expr, Matrix
from mlp2xlsx.gradients import EPSILON, gradients, loss_of_parameters, nudged
from mlp2xlsx.render.excel import Excel, Formula, Reference, Span
from mlp2xlsx.render.values import FloatMatrix, evaluate
from mlp2xlsx.training import targets_name
from mlp2xlsx.workbook.address import Box, a1, quoted
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.limits import LONGEST_FORMULA
from mlp2xlsx.workbook.live_text import Part, live_text
from mlp2xlsx.workbook.sheet import Sheet
from mlp2xlsx.workbook.styles import GREEN, RED, highlight

# Measured on the shipped lessons, from 1e-3 to 1e-7: a larger one shows the curve of the loss, a smaller
# one its rounding.
STEP = 1e-5
MOST_LISTED = 60
# What all nudged losses together may come to, in products of numbers: more would make every change slow.
_MOST_PRODUCTS = 20_000_000
_MOST_NESTED = 64  # functions in each other, as many as Excel takes
_MOST_DOUBLING_LAYERS = 8  # sigmoid and relu say twice what they are taken of; more cannot fit a formula
_DIGITS, _ROUNDING = 1e-6, 1e-14
_PARAMETER, _VALUE, _UP, _DOWN, _MEASURED, _GRADIENT, _DIFFERENCE, _VERDICT = range(1, 9)
LAST_COL = _VERDICT


@dataclass(frozen=True)
class _Listed:
    """One cell of a parameter, rows and columns counted from 0."""

    matrix: Matrix
    row: int
    col: int

    @property
    def label(self) -> str:
        return f"{self.matrix.name}[{self.row + 1}, {self.col + 1}]"


def write_gradient_check(sheet: Sheet, context: Context, row: int, verdict_row: int) -> None:
    """Write the explanation and the table from a row on, and the verdict above all of it.

    Parameters
    ----------
    sheet
        Where to write.
    context
        The workbook's numbers, texts and places.
    row
        The first row.
    verdict_row
        Where the verdict stands.
    """
    words = context.texts["gradient_check"]
    lines = [words["what_1"], words["what_2"], words["what_3"]]
    if context.lesson.network.activation == "relu" and context.lesson.network.hidden:
        lines.append(words["kinks"])
    check = _Check(sheet, context, row + len(lines) + 2)
    fits = False
    sheet.put(row, 1, words["heading"], "heading")
    for offset, line in enumerate(lines if fits else [words["too_deep"]], start=1):
        sheet.put(row + offset, 1, line, "text")
    if fits:
        check.write(verdict_row)


class _Check:
    """Writes three constants from a row on, and the table below them."""

    def __init__(self, sheet: Sheet, context: Context, row: int) -> None:
        self.sheet, self.context, self.words = sheet, context, context.texts["gradient_check"]
        self.loss = loss_of_parameters(context.lesson.network, context.steps, targets_name(context.lesson))
        self.gradients = gradients(context.steps)
        self.listed = list(_listed(context, self.gradients))
        self.values = {name: context.trace[name][context.position - 1] for name in context.made_on}
        self.values[EPSILON.name] = np.array([[STEP]])
        self.epsilon = Box(row, _VALUE, 1, 1)
        self.excel = Excel(self.reference)

    def reference(self, name: str) -> Reference:
        """Say a whole matrix by its name, a part of it by its place on its step sheet."""
        if name == EPSILON.name:
            return lambda _rows, _cols: self.epsilon.text(fixed=True)
        title, box = self.context.made_on[name]

        def part(rows: Span, cols: Span) -> str:
            if (rows.start, rows.stop, cols.start, cols.stop) == (0, box.n_rows, 0, box.n_cols):
                return name
            return f"{quoted(title)}!{box.reference()(rows, cols)}"

        return part

    def fits(self) -> bool:
        """Whether a nudged loss can be said in one formula."""
        network = self.context.lesson.network
        if network.activation != "tanh" and len(network.hidden) > _MOST_DOUBLING_LAYERS:
            return False
        texts = [self.excel.block(expr).text for one in self.listed for expr in self.nudged(one)]
        return max(map(len, texts)) < LONGEST_FORMULA and max(map(_nesting, texts)) <= _MOST_NESTED

    def nudged(self, one: _Listed) -> tuple[Expr, Expr]:
        return nudged(self.loss, one.matrix, one.row, one.col)

    def value(self, expr: Expr) -> FloatMatrix:
        return evaluate(expr, self.values)

    def write(self, verdict_row: int) -> None:
        """Write constants, headings, a line for each listed cell and the verdict."""
        rounding, room = self.constants()
        heading = rounding.row + 2
        for col, key in enumerate(
            ("parameter", "value", "up", "down", "measured", "gradient", "difference", "verdict"), start=1
        ):
            self.sheet.put(heading, col, self.words[key], "label" if col == 1 else "label_centred")
        agreeing = 0
        for row, one in enumerate(self.listed, start=heading + 1):
            agreeing += self.line(row, one, rounding, room)
        last = heading + len(self.listed)
        total = sum(rows * cols for rows, cols in (e.shape for e in self.gradients.values()))
        if total > len(self.listed):
            text = self.words["left_out"].format(listed=len(self.listed), total=total)
            self.sheet.put(last + 1, 1, text, "quiet")
        self.verdict(verdict_row, Box(heading + 1, _VERDICT, len(self.listed), 1), agreeing)

    def constants(self) -> tuple[Box, float]:
        """Write ε, the loss as it is, and how far rounding may take two slopes apart; give the last."""
        sheet, words, epsilon = self.sheet, self.words, self.epsilon
        loss, rounding = epsilon.moved(1), epsilon.moved(2)
        for box, key in ((epsilon, "epsilon"), (loss, "loss"), (rounding, "rounding")):
            sheet.put(box.row, box.col - 1, words[key], "label")
            sheet.put(box.row, box.col + 1, words[f"{key}_hint"], "quiet_beside")
        sheet.put(epsilon.row, epsilon.col, STEP, "given")
        value = float(self.value(self.loss)[0, 0])
        sheet.formula(loss.row, loss.col, self.excel.block(self.loss), value, "fine", "loss")
        # Each loss is off by some units in the last place of its largest terms, which are those of the
        # loss itself and what the rounding of the output layer's input does to it.
        layer = self.context.lesson.network.output_layer
        terms = 1 + value + float(np.abs(self.values[layer.delta] * self.values[layer.input]).sum())
        room = _ROUNDING * terms / STEP
        text = f"{_ROUNDING:G}*(1+{loss.ref}+SUM(ABS({layer.delta}*{layer.input})))/{epsilon.ref}"
        sheet.formula(rounding.row, rounding.col, Formula(text, 0), room, "difference", "loss")
        return rounding, room

    def line(self, row: int, one: _Listed, rounding: Box, room: float) -> bool:
        """Write a line of the table; give whether both slopes agree."""
        sheet, name = self.sheet, one.matrix.name
        title, box = self.context.made_on[name]
        sheet.put(row, _PARAMETER, one.label, "label")
        place = Formula(f"{quoted(title)}!{a1(box.row + one.row, box.col + one.col)}", 0)
        sheet.formula(row, _VALUE, place, float(self.values[name][one.row, one.col]), "value", name)
        losses = []
        for col, expr in zip((_UP, _DOWN), self.nudged(one), strict=True):
            losses.append(float(self.value(expr)[0, 0]))
            sheet.formula(row, col, self.excel.block(expr), losses[-1], "fine", "nudged loss")
        up, down, slope, gradient, difference = (a1(row, col) for col in range(_UP, _VERDICT))
        measured = (losses[0] - losses[1]) / (2 * STEP)
        text = f"({up}-{down})/(2*{self.epsilon.text(fixed=True)})"
        sheet.formula(row, _MEASURED, Formula(text, 0), measured, "fine", "measured slope", room)
        expr = self.gradients[name]
        backpropagated = float(self.value(expr)[one.row, one.col])
        cell = self.excel.cell(expr, one.row, one.col)
        sheet.formula(row, _GRADIENT, cell, backpropagated, "fine", "backpropagated slope")
        apart = measured - backpropagated
        text = f"{slope}-{gradient}"
        sheet.formula(row, _DIFFERENCE, Formula(text, 0), apart, "difference", "difference", room)
        good = abs(apart) <= _DIGITS * abs(backpropagated) + room
        agree = f"ABS({difference})<={_DIGITS:G}*ABS({gradient})+{rounding.text(fixed=True)}"
        text = f'IF({agree},"{self.words["agrees"]}","{self.words["differs"]}")'
        said = self.words["agrees" if good else "differs"]
        sheet.formula(row, _VERDICT, Formula(text, 0), said, "given", "verdict")
        self.colour(a1(row, _VERDICT), f'{a1(row, _VERDICT)}="{self.words["agrees"]}"')
        return good

    def verdict(self, row: int, lines: Box, agreeing: int) -> None:
        """Write one sentence for all lines, green or red; an error in a line is no agreement."""
        # With the heading above: of a single cell IronCalc's COUNTIF knows nothing.
        counted = Box(lines.row - 1, lines.col, lines.n_rows + 1, 1)
        count = f'COUNTIF({counted.text(fixed=True)},"{self.words["agrees"]}")'
        differing = Part(f"({lines.n_rows}-{count})", f"{lines.n_rows - agreeing}")
        good, bad = (
            live_text(self.words[key].replace("{count}", str(lines.n_rows)), {"differing": differing})
            for key in ("all_agree", "some_differ")
        )
        text = f"IF({count}={lines.n_rows},{good.formula},{bad.formula})"
        said = good.text if agreeing == lines.n_rows else bad.text
        self.sheet.formula(row, 1, Formula(text, 0), said, "verdict", "verdict")
        for col in range(2, LAST_COL + 1):
            self.sheet.put(row, col, None, "verdict")
        self.sheet.ws.merge_cells(start_row=row, end_row=row, start_column=1, end_column=LAST_COL)
        self.sheet.ws.row_dimensions[row].height = 26
        self.colour(Box(row, 1, 1, LAST_COL).ref, f"{count}={lines.n_rows}")

    def colour(self, ref: str, good: str) -> None:
        """Make cells green where a formula is true, and red where it is not, or an error."""
        self.sheet.ws.conditional_formatting.add(ref, highlight(GREEN, f"IFERROR({good},FALSE)"))
        self.sheet.ws.conditional_formatting.add(ref, highlight(RED, f"NOT(IFERROR({good},FALSE))"))


def _listed(context: Context, gradients: Mapping[str, Expr]) -> Iterator[_Listed]:
    """Yield the first cells of each trained parameter: all of them, where they are not too many."""
    sizes = {name: context.lesson.network.parameters()[name] for name in gradients}
    products = len(context.trace["output"][0]) * sum(rows * cols for rows, cols in sizes.values())
    left = max(len(sizes), min(MOST_LISTED, _MOST_PRODUCTS // (2 * products)))
    shares: dict[str, int] = {}
    by_size = sorted(sizes, key=lambda name: sizes[name][0] * sizes[name][1])
    for position, name in enumerate(by_size):  # what a small one leaves is for the larger ones
        rows, cols = sizes[name]
        shares[name] = min(rows * cols, left // (len(sizes) - position))
        left -= shares[name]
    for name, shape in context.lesson.network.parameters().items():
        for k in range(shares.get(name, 0)):
            yield _Listed(Matrix(name, shape), *divmod(k, shape[1]))


def _nesting(formula: str) -> int:
    """How deep parentheses stand in each other."""
    depth = deepest = 0
    for character in formula:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest
