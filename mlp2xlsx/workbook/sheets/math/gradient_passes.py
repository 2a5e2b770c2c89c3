"""The passes of the gradient check: one as it is, and two for each parameter that is nudged, a row each.

They read data and parameters and nothing else of the steps, so that no formula of a step is held against
itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.interpreter import Interpreter
from mlp2xlsx.mathematics.expr import Matrix
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.penalties import PENALTIES, PENALTY_ON, counting
from mlp2xlsx.mathematics.steps import LOSS_TERMS
from mlp2xlsx.render.excel import Excel, Formula, Reference, Span, whole_span
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.math.gradient_plan import FIRST_COL, Listed, Plan, Reach
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.writing.sheet import Sheet

# Measured on the shipped lessons, from 1e-3 to 1e-7: a larger one shows the curve of the loss, a smaller
# one its rounding.
STEP = 1e-5
_ROW = "{row}"  # in place of a pass's own row: but for it, all passes have the same formulas
_HEADING_ROWS = 2
_WIDTH, _CHARACTER = 16.0, 1.2


class Passes:
    """The cells of the passes.

    Parameters
    ----------
    sheet
        Where to write.
    context
        The workbook's numbers, texts and places.
    plan
        Which passes there are.
    row
        The first row, that of the headings.
    epsilon
        Where it stands how far a parameter is moved.
    """

    def __init__(self, sheet: Sheet, context: Context, plan: Plan, row: int, epsilon: Box) -> None:
        self.sheet, self.context, self.plan, self.row = sheet, context, plan, row
        self.words, self.epsilon = context.texts["gradient_check"], epsilon.text(fixed=True)
        self.stages = {stage.name: stage for stage in plan.stages}
        results = (*(stage.result for stage in plan.stages), plan.loss)
        self.interpreter = Interpreter(results)
        self.given = {name: self.recorded(name) for name in (*context.made_on, *context.lesson.scalars)}
        self.values = self.run(self.given)
        excel = Excel(self.reference)
        self.loss_text = excel.cell(plan.loss.expr, 0, 0).text
        self.texts = {
            stage.name: [excel.cell(stage.result.expr, *place).text for place in stage.places()]
            for stage in plan.stages
        }

    def recorded(self, name: str) -> FloatMatrix:
        """A matrix of the iteration; of one with a row for each sample the rows that are checked."""
        rows, _ = self.plan.iteration.shapes.get(name, (1, 1))
        return self.context.chosen(name)[:rows]

    def run(self, given: Mapping[str, FloatMatrix]) -> dict[str, FloatMatrix]:
        """Compute all matrices of a pass."""
        return self.interpreter.run(dict(given))

    def reference(self, name: str) -> Reference:
        """Say where a pass finds a matrix: in its own row, or on the first steps."""
        if name not in self.stages:
            return self.given_reference(name)
        stage = self.stages[name]

        def part(rows: Span, cols: Span) -> str:
            if not rows.single and (cols.start, cols.stop) != (0, stage.n_neurons):
                raise ValueError(f"a pass has no range for some columns of several rows of {name}")
            first, last = stage.column(rows.start, cols.start), stage.column(rows.stop - 1, cols.stop - 1)
            ends = dict.fromkeys(f"{get_column_letter(col)}{_ROW}" for col in (first, last))
            return ":".join(ends)

        return part

    def given_reference(self, name: str) -> Reference:
        """Say where a matrix stands on its step sheet."""
        if name in self.context.lesson.scalars:
            return self.context.input_reference(name)
        title, box = self.context.made_on[name]
        place = box.reference()
        return lambda rows, cols: f"{quoted(title)}!{place(rows, cols)}"

    def given_names(self) -> list[str]:
        """Names of the data and parameters that the passes read."""
        read = (name for stage in self.plan.stages for name in names(stage.result.expr))
        return list(dict.fromkeys(name for name in read if name not in self.stages))

    def given_range(self, name: str) -> str:
        """Reference to the whole of a matrix on its step sheet."""
        rows, cols = self.given[name].shape
        return self.given_reference(name)(whole_span(rows), whole_span(cols))

    def given_column(self, name: str, col: int) -> str:
        """Reference to a column of a matrix on its step sheet."""
        return self.given_reference(name)(whole_span(len(self.given[name])), Span(col, col + 1, fixed=True))

    def given_cell(self, name: str, row: int, col: int) -> str:
        """Reference to a cell of a matrix on its step sheet."""
        return self.given_reference(name)(Span(row, row + 1, fixed=True), Span(col, col + 1, fixed=True))

    def base_range(self, name: str) -> str:
        """Reference to a whole matrix of the pass as it is."""
        stage = self.stages[name]
        return Box(self.base.row, stage.col, 1, stage.n_cells).text(fixed=True)

    @property
    def base(self) -> Box:
        """The pass as it is."""
        return Box(self.row + _HEADING_ROWS, FIRST_COL, 1, self.plan.loss_col - FIRST_COL + 1)

    def pair(self, number: int) -> Box:
        """Both passes of a listed parameter, counted from 0, as far as they can reach."""
        return Box(self.base.row + 1 + 2 * number, FIRST_COL, 2, self.base.n_cols)

    def loss(self, row: int) -> str:
        """Reference to the loss of the pass in a row."""
        return a1(row, self.plan.loss_col)

    def write(self) -> list[tuple[float, float]]:
        """Write headings and passes; what comes back are the losses of each parameter, up and down."""
        self.headings()
        as_it_is = (
            (stage.col + k, text)
            for stage in self.plan.stages
            for k, text in enumerate(self.texts[stage.name])
        )
        self.row_of_cells(self.base.row, self.words["as_it_is"], as_it_is, self.values, "pass as it is")
        return [
            (self.nudged(self.pair(number).row, one, "+"), self.nudged(self.pair(number).last_row, one, "-"))
            for number, one in enumerate(self.plan.listed)
        ]

    def headings(self) -> None:
        """Name matrices and cells above the columns, and make these wide enough."""
        widths = {}
        for stage in self.plan.stages:
            name = self.words["summands"] if stage.name == LOSS_TERMS else stage.name
            self.sheet.put(self.row, stage.col, name, "label")
            for k, (sample, neuron) in enumerate(stage.places()):
                self.sheet.put(self.row + 1, stage.col + k, f"[{sample + 1}, {neuron + 1}]", "quiet_centred")
                widths[stage.col + k] = max(_WIDTH, _CHARACTER * len(name) / stage.n_cells)
        self.sheet.put(self.row, self.plan.loss_col, self.words["loss"], "label_centred")
        self.sheet.widths(widths | {self.plan.loss_col: _WIDTH})

    def nudged(self, row: int, one: Listed, sign: str) -> float:
        """Write the pass with ε added to a parameter, or taken from it; its loss comes back."""
        parameter = self.given[one.name].copy()
        parameter[one.row, one.col] += STEP if sign == "+" else -STEP
        values = self.run(self.given | {one.name: parameter})
        label = f"{one.label} {sign.replace('-', '−')} ε"
        self.row_of_cells(
            row, label, self.reached(one, sign), values, "nudged pass", self.penalty_moved(one, sign)
        )
        return float(values[self.plan.loss.name][0, 0])

    def row_of_cells(
        self,
        row: int,
        label: str,
        cells: Iterable[tuple[int, str]],
        values: Mapping[str, FloatMatrix],
        name: str,
        more_loss: str = "",
    ) -> None:
        """Write one pass: some of its cells, given with their columns, and the loss."""
        numbers = np.concatenate([values[stage.name].ravel() for stage in self.plan.stages]).tolist()
        self.sheet.put(row, 1, label, "label")
        for col, text in cells:
            formula = Formula(text.replace(_ROW, str(row)), 0)
            self.sheet.formula(row, col, formula, numbers[col - FIRST_COL], "fine", name)
        formula = Formula(self.loss_text.replace(_ROW, str(row)) + more_loss, 0)
        loss = float(values[self.plan.loss.name][0, 0])
        self.sheet.formula(row, self.plan.loss_col, formula, loss, "fine", name)

    def reached(self, one: Listed, sign: str) -> Iterator[tuple[int, str]]:
        """Yield column and formula of every cell that a nudge reaches, and of those it is read beside."""
        reach = self.plan.reach(one.layer)
        layers = self.plan.network.layers
        following = dict(pairwise(layers)).get(one.layer)
        for stage in self.plan.stages:
            for k, (sample, neuron) in enumerate(stage.places()):
                col, mine = stage.col + k, neuron == one.col
                if reach[stage.name] is Reach.NOTHING or (reach[stage.name] is Reach.NEURON and not mine):
                    continue
                if stage.name == one.layer.input:
                    yield col, f"{self.as_it_is(col)}{sign}{self.moved(one, sample)}"
                elif following is not None and stage.name == following.input:
                    yield (
                        col,
                        f"{self.as_it_is(col)}+{self.passed_on(one, sample, following.weights, neuron)}",
                    )
                elif reach[stage.name] is Reach.NEURON_AMONG_ALL and not mine:
                    yield col, self.as_it_is(col)
                else:
                    yield col, self.texts[stage.name][k]

    def penalty_moved(self, one: Listed, sign: str) -> str:
        """How far a nudge moves the penalties, which are sums over weights; nothing where there are none."""
        if one.name != one.layer.weights:
            return ""
        cell = self.given_cell(one.name, one.row, one.col)
        texts = {"after": f"({cell}{sign}{self.epsilon})", "before": cell}
        excel = Excel(
            lambda name: (lambda _rows, _cols: texts[name]) if name in texts else self.reference(name)
        )
        after, before = (Matrix(name, (1, 1)) for name in texts)
        one_iteration = self.plan.iteration
        later = PENALTY_ON in one_iteration.exprs
        rules = (PENALTIES[name].loss for name in one_iteration.penalties)
        moves = (counting(rule(after), later=later) - counting(rule(before), later=later) for rule in rules)
        return "".join(f"+{excel.cell(move, 0, 0).text}" for move in moves)

    def as_it_is(self, col: int) -> str:
        """The cell of a column that no nudge has moved."""
        return a1(self.base.row, col, fixed=True)

    def moved(self, one: Listed, sample: int) -> str:
        """How far a nudge moves the input of its neuron: the number it is multiplied by, times ε."""
        if one.name == one.layer.bias:
            return self.epsilon
        before = self.plan.inputs[one.layer.input]
        if before in self.stages:
            return f"{self.as_it_is(self.stages[before].column(sample, one.row))}*{self.epsilon}"
        return f"{self.given_cell(before, sample, one.row)}*{self.epsilon}"

    def passed_on(self, one: Listed, sample: int, weights: str, neuron: int) -> str:
        """How far the one neuron that is reached moves the input of a neuron of the next layer."""
        col = self.stages[one.layer.passed_on].column(sample, one.col)
        change = f"({get_column_letter(col)}{_ROW}-{self.as_it_is(col)})"
        return f"{change}*{self.given_cell(weights, one.col, neuron)}"
