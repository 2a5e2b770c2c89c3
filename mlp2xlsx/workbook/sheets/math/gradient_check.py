"""The gradient check: each slope once by backpropagation, once by trying what a small change does."""

from collections.abc import Iterator
from functools import cached_property
from math import floor, log10
from typing import NamedTuple

import numpy as np

from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.penalties import PENALTY_ON
from mlp2xlsx.render.excel import Excel, Formula
from mlp2xlsx.render.values import compile_values
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.math.gradient_passes import STEP, Passes
from mlp2xlsx.workbook.sheets.math.gradient_plan import plan_check
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part, live_text
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import GREEN, RED, highlight

_DIGITS, _ROUNDING = 1e-6, 1e-14
_SHOWN = 5  # of what rounding comes to, the last decimal of a slope
_PARAMETER, _VALUE, _UP, _DOWN, _MEASURED, _GRADIENT, _DIFFERENCE, _VERDICT = range(1, 9)
LAST_COL = _VERDICT
_SENTENCE, _AGREEING = Box(4, 1, 1, 1), Box(3, LAST_COL, 1, 1)


class VerdictPlace(NamedTuple):
    """Where the verdict stands.

    Attributes
    ----------
    title
        The sheet.
    sentence
        The cell that says it.
    agreeing
        The cell with the number of slopes that agree.
    listed
        How many there are: with as many agreeing, all is well.
    """

    title: str
    sentence: Box
    agreeing: Box
    listed: int


def verdict_place(context: Context) -> VerdictPlace:
    """Where another sheet finds the verdict of the gradient check."""
    return VerdictPlace(context.titles["math"], _SENTENCE, _AGREEING, len(plan_check(context).listed))


def write_gradient_check(sheet: Sheet, context: Context, row: int) -> int:
    """Write explanation, table and passes from a row on, and the verdict above all of it.

    Parameters
    ----------
    sheet
        Where to write.
    context
        The workbook's numbers, texts and places.
    row
        The first row.

    Returns
    -------
    int
        The last row of the table, below which only the passes stand.
    """
    words = context.texts["gradient_check"]
    lines = [words["what_1"], words["what_2"], words["what_3"]]
    network = context.lesson.network
    if any(layer.activation in FUNCTIONS and FUNCTIONS[layer.activation].kink for layer in network.layers):
        lines.append(words["kinks"])
    sheet.put(row, 1, words["heading"], "heading")
    for offset, line in enumerate(lines, start=1):
        sheet.put(row + offset, 1, line, "text")
    return _GradientCheck(sheet, context, row + len(lines) + 2).write()


class _GradientCheck:
    """Writes four constants from a row on, the table below them, and the passes below the table."""

    def __init__(self, sheet: Sheet, context: Context, row: int) -> None:
        self.sheet, self.context, self.words = sheet, context, context.texts["gradient_check"]
        self.plan = plan_check(context)
        self.gradients = self.plan.iteration.gradients
        one = self.plan.iteration
        self.sampled = one.shapes.keys() - {PENALTY_ON, *one.carried_names}
        self.epsilon = Box(row, _VALUE, 1, 1)
        self.loss, self.rounding, self.numbers = (self.epsilon.moved(rows) for rows in (1, 2, 3))
        self.lines = Box(self.numbers.row + 3, _PARAMETER, len(self.plan.listed), LAST_COL)
        self.notes = list(self.left_out())
        below = self.lines.last_row + len(self.notes) + 2
        self.passes = Passes(sheet, context, self.plan, below + 3, self.epsilon)
        self.excel = Excel(self.passes.given_reference)
        self.slopes = {name: compile_values(expr)(self.passes.given) for name, expr in self.gradients.items()}

    def left_out(self) -> Iterator[str]:
        """Say what is not checked, if anything: parameters, and samples."""
        plan, trained = self.plan, len(self.gradients)
        matrices = len({one.name for one in plan.listed})
        key = "left_out" if matrices == trained else "left_out_matrices"
        if len(plan.listed) < plan.n_parameters:
            yield self.words[key].format(
                listed=len(plan.listed), total=plan.n_parameters, matrices=matrices, trained=trained
            )
        n_samples = len(self.context.trace["output"][0])
        if plan.n_samples < n_samples:
            yield self.words["left_out_samples"].format(samples=plan.n_samples, total=n_samples)

    def write(self) -> int:
        """Write everything; what comes back is the last row of table and notes."""
        room = self.constants()
        keys = ("parameter", "value", "up", "down", "measured", "gradient", "difference", "verdict")
        for col, key in enumerate(keys, start=1):
            role = "label" if col == _PARAMETER else "label_centred"
            self.sheet.put(self.lines.row - 1, col, self.words[key], role)
        below = self.lines.last_row + 1
        for row, note in enumerate(self.notes, start=below):
            self.sheet.put(row, 1, note, "quiet")
        last = below + len(self.notes) - 1
        self.sheet.put(last + 2, 1, self.words["passes_heading"], "heading")
        for row, key in enumerate(("passes_1", "passes_2"), start=last + 3):
            self.sheet.put(row, 1, self.words[key], "quiet")
        losses = self.passes.write()
        agreeing = sum(self.line(number, *pair, room) for number, pair in enumerate(losses))
        self.verdict(agreeing)
        return last

    def constants(self) -> float:
        """Write ε, the loss as it is, how far rounding may take two slopes apart, and a count of numbers."""
        sheet, passes, layer = self.sheet, self.passes, self.plan.network.output_layer
        count = self.count_of_numbers
        for box, key in zip(
            (self.epsilon, self.loss, self.rounding, self.numbers),
            ("epsilon", "loss", "rounding", "numbers"),
            strict=True,
        ):
            hint = self.words[f"{key}_hint"].format(count=count.text)
            sheet.put(box.row, box.col - 1, self.words[key], "label")
            sheet.put(box.row, box.col + 1, hint, "quiet_beside")
        sheet.put(self.epsilon.row, self.epsilon.col, STEP, "given")
        loss = float(passes.values[self.plan.loss.name][0, 0])
        place = Formula(passes.loss(passes.base.row), 0)
        sheet.formula(self.loss.row, self.loss.col, place, loss, "fine", "loss")
        # Each loss is off by some units in the last place of its largest terms, which are those of the
        # loss itself and what the rounding of the output layer's input does to it: Σ |delta·input|. The
        # product of the two lengths is never less, and more only where the largest numbers of one meet
        # small ones of the other; against a slope it is still nothing.
        delta, inputs = passes.given[layer.delta], passes.values[layer.input]
        length = float(np.sqrt(np.square(delta).sum()) * np.sqrt(np.square(inputs).sum()))
        room = _ROUNDING * (1 + loss + length) / STEP
        read = f"SQRT(SUMSQ({passes.given_range(layer.delta)}))*SQRT(SUMSQ({passes.base_range(layer.input)}))"
        text = f"{_ROUNDING:G}*(1+{self.loss.ref}+{read})/{self.epsilon.ref}"
        sheet.formula(self.rounding.row, self.rounding.col, Formula(text, 0), room, "difference", "loss")
        sheet.formula(
            self.numbers.row, self.numbers.col, Formula(count.formula, 0), int(count.text), "whole", "numbers"
        )
        return room

    @cached_property
    def decimals(self) -> int:
        """How many decimals of a measured slope are more than rounding, another one at each calculation."""
        rounding = _ROUNDING * (1 + 2 * float(self.context.recorded.loss[0])) / STEP
        return max(1, floor(-log10(_SHOWN * rounding)))

    @cached_property
    def count_of_numbers(self) -> Part:
        """A count of what every line is computed from: what is empty or a text would be read as a 0."""
        passes, plan = self.passes, self.plan
        given = [passes.recorded(name) for name in passes.given_names()]
        ranges = [*map(passes.given_range, passes.given_names()), passes.base.ref]
        total = sum(matrix.size for matrix in given) + plan.cells_of_pass()
        return Part(f"COUNT({','.join(ranges)})", str(total))

    def line(self, number: int, up: float, down: float, room: float) -> bool:
        """Write a line of the table; whether both slopes agree comes back."""
        sheet, passes, one, row = self.sheet, self.passes, self.plan.listed[number], self.lines.row + number
        pair = passes.pair(number)
        measured = (up - down) / (2 * STEP)
        slope = float(self.slopes[one.name][one.row, one.col])
        apart = measured - slope
        good = abs(apart) <= _DIGITS * abs(slope) + room
        ups, downs, _, gradient = (a1(row, col) for col in range(_UP, _DIFFERENCE))
        sheet.put(row, _PARAMETER, one.label, "label")

        def write(
            col: int, text: str, value: float, name: str, role: str = "fine", room: float = 0.0
        ) -> None:
            sheet.formula(row, col, Formula(text, 0), value, role, name, room)

        value = float(passes.given[one.name][one.row, one.col])
        write(_VALUE, passes.given_cell(one.name, one.row, one.col), value, one.name, "value")
        write(_UP, passes.loss(pair.row), up, "nudged loss")
        write(_DOWN, passes.loss(pair.last_row), down, "nudged loss")
        by_epsilon = f"({ups}-{downs})/(2*{self.epsilon.text(fixed=True)})"
        digits = self.decimals
        write(
            _MEASURED,
            f"ROUND({by_epsilon},{digits})",
            round(measured, digits),
            "measured slope",
            room=room + 10.0**-digits,
        )
        text = self.excel.cell(self.gradients[one.name], one.row, one.col).text
        write(_GRADIENT, text, slope, "backpropagated slope")
        digits = self.decimals - 1
        rounded = f"ABS(ROUND({by_epsilon}-{gradient},{digits}))"
        write(_DIFFERENCE, rounded, abs(round(apart, digits)), "difference", "apart", room + 10.0**-digits)
        near = f"ABS({by_epsilon}-{gradient})<={_DIGITS:G}*ABS({gradient})+{self.rounding.text(fixed=True)}"
        agrees, differs = self.words["agrees"], self.words["differs"]
        text = f'IFERROR(IF(AND({near},{self.complete(number)}),"{agrees}","{differs}"),"{differs}")'
        sheet.formula(row, _VERDICT, Formula(text, 0), agrees if good else differs, "given", "verdict")
        return good

    def complete(self, number: int) -> str:
        """Say that no number is missing in a line, in its passes and in what its slope is computed from."""
        passes, one = self.passes, self.plan.listed[number]
        read = names(self.gradients[one.name])
        *inputs, delta = (name for name in read if name in self.sampled)
        columns = [(delta, one.col), *((name, one.row) for name in inputs)]
        line = Box(self.lines.row + number, _VALUE, 1, _DIFFERENCE - _VALUE + 1)
        ranges = [line.ref, passes.pair(number).ref, *(passes.given_column(*column) for column in columns)]
        total = line.n_cols + 2 * self.plan.cells_of_pass(one.layer) + len(columns) * self.plan.n_samples
        everything = f"{self.numbers.text(fixed=True)}={self.count_of_numbers.text}"
        return f"COUNT({','.join(ranges)})={total},{everything}"

    def verdict(self, agreeing: int) -> None:
        """Write how many lines agree, and one sentence for all of them, green or red."""
        row, listed, count = _SENTENCE.row, len(self.plan.listed), _AGREEING.text(fixed=True)
        agrees, first = self.words["agrees"], a1(self.lines.row, _VERDICT)
        self.colour(Box(self.lines.row, _VERDICT, listed, 1).ref, f'{first}="{agrees}"')
        # With the heading above: of a single cell IronCalc's COUNTIF knows nothing.
        verdicts = Box(self.lines.row - 1, _VERDICT, listed + 1, 1).text(fixed=True)
        text = f'COUNTIF({verdicts},"{self.words["agrees"]}")'
        label = self.words["agreeing"].format(count=listed)
        self.sheet.put(_AGREEING.row, _AGREEING.col - 1, label, "quiet_centred")
        self.sheet.formula(_AGREEING.row, _AGREEING.col, Formula(text, 0), agreeing, "count", "verdict")
        differing = Part(f"({listed}-{count})", f"{listed - agreeing}")
        total = self.plan.n_parameters
        good, bad = (
            live_text(
                self.words[key].replace("{count}", str(listed)).replace("{total}", str(total)),
                {"differing": differing},
            )
            for key in ("all_agree" if listed == total else "all_agree_of", "some_differ")
        )
        text = f"IF({count}={listed},{good.formula},{bad.formula})"
        said = good.text if agreeing == listed else bad.text
        self.sheet.formula(row, 1, Formula(text, 0), said, "verdict", "verdict")
        for col in range(2, LAST_COL + 1):
            self.sheet.put(row, col, None, "verdict")
        self.sheet.ws.row_dimensions[row].height = 26
        self.colour(Box(row, 1, 1, LAST_COL).ref, f"{count}={listed}")

    def colour(self, ref: str, good: str) -> None:
        """Make cells green where a formula is true, and red where it is not, or an error."""
        self.sheet.ws.conditional_formatting.add(ref, highlight(GREEN, f"IFERROR({good},FALSE)"))
        self.sheet.ws.conditional_formatting.add(ref, highlight(RED, f"NOT(IFERROR({good},FALSE))"))
