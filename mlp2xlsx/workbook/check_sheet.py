"""The sheet `Check`: the live numbers against the recorded ones, without any program."""

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
from openpyxl.utils import get_column_letter

from mlp2xlsx.render.excel import Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.steps import SAMPLE
from mlp2xlsx.training import measured_cells
from mlp2xlsx.workbook.address import Box, a1
from mlp2xlsx.workbook.bands import Bands, Progressions, Repeated
from mlp2xlsx.workbook.check_lines import Copies, Lines
from mlp2xlsx.workbook.check_numbers import of_all_iterations, of_records
from mlp2xlsx.workbook.check_table import CheckTable, Codes, Found, color_counts, put_count
from mlp2xlsx.workbook.check_verdict import Findings, verdict
from mlp2xlsx.workbook.checksums import N_COLS as SUM_COLS
from mlp2xlsx.workbook.checksums import Checksums
from mlp2xlsx.workbook.chosen_band import chosen_cell
from mlp2xlsx.workbook.comparison import (
    NOWHERE,
    InputPair,
    Pair,
    StepPair,
    first_row,
    row_code,
    tolerance,
)
from mlp2xlsx.workbook.context import Context, step_sheet
from mlp2xlsx.workbook.given import given_inputs
from mlp2xlsx.workbook.gradient_check import verdict_place
from mlp2xlsx.workbook.loss_sheet import loss_box
from mlp2xlsx.workbook.python_sheet import canvases, recorded_input_box, recorded_loss_box
from mlp2xlsx.workbook.sheet import Sheet
from mlp2xlsx.workbook.styles import GREEN, INPUT_GROUND, RED, highlight
from mlp2xlsx.workbook.term import Term

_VERDICT_ROW, _INPUTS_ROW = 4, 8
# The columns of the table. A comparison has a count, and beside it where the first difference is; that of
# the first or last iteration has how far apart they are before it.
_NAME, _CELLS, _FIRST, _LAST, _STEPS, _ALL = 1, 2, 3, 6, 9, 11
_LAST_COL = _ALL
# To the right of it what the table is made from: which rows differ, checksums, and a code for each cell.
_ORDER = _LAST_COL + 2
_SUMS = _ORDER + 5
_CODES = _SUMS + SUM_COLS + 1

_WIDTHS = {1: 24.0, 2: 6, 3: 8, 4: 8, 5: 15, 6: 8, 7: 8, 8: 15, 9: 8, 10: 15, 11: 11, 12: 4}


def write_check(sheet: Sheet, context: Context) -> None:
    """Fill the sheet: a verdict, a row per input, a row per matrix, the losses, and the records."""
    _Check(sheet, context).write()


class _Check:
    """Writes the table from top to bottom, and beside it what it is made from."""

    def __init__(self, sheet: Sheet, context: Context) -> None:
        self.sheet, self.context, self.words = sheet, context, context.texts["check"]
        self.codes_row = _INPUTS_ROW + 1

    def write(self) -> None:
        sheet, words = self.sheet, self.words
        sheet.title(words["title"], words["what"])
        sheet.link(3, 1, "‹ Setup", "Setup")
        sheet.put(_INPUTS_ROW - 1, _ORDER, words["working"], "quiet")
        inputs = self.inputs()
        # Where inputs were changed, other results are no fault.
        changed = inputs.total().text
        follows = {
            GREEN: "{count}=0",
            RED: f"AND({{count}}<>0,{changed}=0)",
            INPUT_GROUND: f"AND({{count}}<>0,{changed}<>0)",
        }
        row = _INPUTS_ROW + len(inputs.found) + 3
        self.headings(row)
        names = [result.name for step in self.context.steps for result in step.results]
        all_names = [*names, *(result.name for result in measured_cells(self.context.lesson))]
        for offset, name in enumerate(all_names):
            self.name(row + 2 + offset, name)
        first, last = (self.iteration(row + 2, names, which, follows) for which in range(2))
        steps = self.steps(row + 2, names)
        everywhere, samples = self.everywhere(row + 2, all_names, follows)
        end = row + 2 + len(all_names)
        records = self.records(end + 1, everywhere.next_row + 1)
        copies = self.copies(end + 2, records.next_row + 1)
        loss = self.losses(end, follows)
        iterations = (self.context.shown[0], self.context.shown[-1])
        self.verdict(
            Findings(inputs, first, last, steps, copies, iterations, everywhere, samples, records, loss)
        )
        self.gradients()
        sheet.widths(_WIDTHS | {_SUMS: 22.0, _SUMS + 1: 22.0})
        sheet.ws.freeze_panes = a1(_INPUTS_ROW - 1, 1)
        sheet.print_on_one_page()
        sheet.ws.print_area = f"A1:{a1(end + 2, _LAST_COL)}"

    def headings(self, row: int) -> None:
        words = self.words
        self.sheet.put(row, _NAME, words["results"], "heading")
        groups = {
            _FIRST: words["first"],
            _LAST: words["last"].format(count=self.context.shown[-1]),
            _STEPS: words["steps"],
            _ALL: words["all"],
        }
        for col, text in groups.items():
            self.sheet.put(row, col, text, "heading")
        found = [words["differing"], words["where"]]
        measured = [words["difference"], *found]
        self.labels(
            row + 1, [words["matrix"], words["cells"], *measured, *measured, *found, words["matrices"]]
        )

    def labels(self, row: int, texts: Iterable[str]) -> None:
        for col, text in enumerate(texts, start=_NAME):
            self.sheet.put(row, col, text, "label")

    def name(self, row: int, name: str) -> None:
        """Write what a row is about, with the way to it, and how many cells it has."""
        if self.on_training(name):
            title, box = "Training", self.context.training.at(name, 1)
        else:
            title, box = self.context.made_on[name]
        self.sheet.link(row, _NAME, name, title, box.ref)
        self.sheet.put(row, _CELLS, box.n_rows * box.n_cols, "count")

    def table(self, row: int, col: int, order: int) -> CheckTable:
        return CheckTable(row, col, _ORDER + order, Codes(self.codes_row, _CODES))

    def below(self, table: CheckTable) -> CheckTable:
        """Let the codes of the next table begin below those of this one."""
        self.codes_row = table.codes.last_row + 2
        return table

    def inputs(self) -> CheckTable:
        """Compare every number that a person may change; the chosen iteration changes no result."""
        sheet, context, words = self.sheet, self.context, self.words
        sheet.put(_INPUTS_ROW, _NAME, words["inputs"], "heading")
        self.labels(_INPUTS_ROW + 1, [words["input"], words["cells"], "", words["changed"], words["where"]])
        table = self.table(_INPUTS_ROW + 2, _FIRST + 1, 0)
        current, recorded = given_inputs(context.lesson), given_inputs(context.recorded.lesson)
        for offset, (name, values) in enumerate(current.items()):
            title, box = context.inputs[name]
            record = recorded_input_box(context, name)
            sheet.link(table.row + offset, _NAME, name, title, box.ref)
            sheet.put(table.row + offset, _CELLS, values.size, "count")
            pair = InputPair(title, box, partial(_cell, "Python", record), values, recorded[name])
            table.add(sheet, name, pair)
        table.color(sheet, {GREEN: "{count}=0", INPUT_GROUND: "{count}<>0"})
        return self.below(table)

    def iteration(self, row: int, names: list[str], which: int, colors: Mapping[str, str]) -> CheckTable:
        """Compare what the first or the last iteration computes, in the order of the steps."""
        table = self.table(row, (_FIRST, _LAST)[which] + 1, 1 + which)
        iteration, canvas = canvases(self.context)[which]
        k = self.context.shown.index(iteration)
        for name in names:
            if not self.on_training(name):
                table.add(self.sheet, name, None)
                continue
            box, record = self.context.training.at(name, k + 1), canvas.boxes[name]
            live, recorded = (trace[name][k] for trace in (self.context.trace, self.context.recorded))
            self.apart(
                row + len(table.found), table.col - 1, name, ("Training", box, live), (record, recorded)
            )
            pair = Pair("Training", box, partial(_cell, "Python", record), live, recorded)
            table.add(self.sheet, name, pair)
        table.color(self.sheet, colors)
        return self.below(table)

    def on_training(self, name: str) -> bool:
        return name in self.context.training.boxes or name.startswith("next_")

    def apart(
        self,
        row: int,
        col: int,
        name: str,
        live: tuple[str, Box, FloatMatrix],
        recorded: tuple[Box, FloatMatrix],
    ) -> None:
        """Write how far two matrices are apart, or a word where a cell of the live one is no number."""
        title, box, values = live
        here, there = box.on(title), recorded[0].on("Python")
        one, error = f"({here}-{there})", f'"{self.words["error"]}"'
        # The square of a number above 1E154 is none: the terms are taken in proportion to the largest number.
        largest = f"MAX(1,MAX({here},{there}),-MIN({here},{there}))"
        root = f"IFERROR(SQRT({largest})*SQRT(SUMPRODUCT({one}/{largest}*{one})),{error})"
        text = f"IF(COUNT({here})={values.size},{root},{error})"
        room = float(np.sqrt(values.size) * tolerance(values).max())
        difference, scale = values - recorded[1], max(1.0, np.abs(values).max(), np.abs(recorded[1]).max())
        distance = float(np.sqrt(scale) * np.sqrt((difference / scale * difference).sum()))
        self.sheet.formula(row, col, Formula(text, 0), distance, "difference", name, room)

    def steps(self, row: int, names: list[str]) -> CheckTable:
        """Compare the step sheets with the chosen iteration on `Training`, or with the data they read."""
        context, table = self.context, self.table(row, _STEPS, 3)
        for name in names:
            title, box = context.made_on[name]
            other = partial(chosen_cell, context, name)
            if not self.on_training(name):
                other = partial(_cell, *context.inputs[name])
            values = context.trace[name][context.position - 1]
            pair = StepPair(title, box, other, values, values)
            table.add(self.sheet, name, pair)
        table.color(self.sheet, {GREEN: "{count}=0", RED: "{count}<>0"})
        return self.below(table)

    def everywhere(self, row: int, names: list[str], colors: Mapping[str, str]) -> tuple[Checksums, Term]:
        """Compare all iterations on `Training`; the list of samples, if there is one, is told apart."""
        sheet, sums = self.sheet, Checksums(_INPUTS_ROW + 2, _SUMS)
        samples = Term("0", 0.0)
        for numbers in of_all_iterations(self.context):
            differs = sums.add(sheet, numbers)
            samples = differs if numbers.name == SAMPLE else samples
            at = row + names.index(numbers.name)
            sheet.formula(at, _ALL, Formula(differs.text, 0), float(differs.value), "whole", numbers.name)
        color_counts(sheet, Box(row, _ALL, len(names), 1), colors)
        return sums, samples

    def records(self, row: int, line: int) -> Checksums:
        """Compare what is recorded with what it was when the workbook was built."""
        sums = Checksums(line, _SUMS)
        for numbers in of_records(self.context):
            sums.add(self.sheet, numbers)
        self.summed_up(row, "records", sums)
        return sums

    def copies(self, row: int, line: int) -> Copies:
        """Compare what the step sheets repeat with the sheets that they repeat it from."""
        context, copies = self.context, Copies(line, _SUMS)
        box = context.canvas.boxes["lr"]
        for number in range(1, len(context.steps) + 1):
            title = step_sheet(number)
            for step in context.steps[: number - 1]:
                for result in step.results:
                    source, place = context.made_on[result.name]
                    copies.add(self.sheet, result.name, (title, place), (source, place))
            copies.add(self.sheet, "lr", (title, box), context.inputs["lr"])
        self.summed_up(row, "copies", copies)
        return copies

    def summed_up(self, row: int, key: str, lines: Lines) -> None:
        """Write how many lines differ, and where the first of them is."""
        sheet, count, total, place = self.sheet, a1(row, _FIRST + 1), lines.total(), lines.first()["cell"]
        sheet.put(row, _NAME, self.words[key], "label")
        sheet.put(row, _CELLS, len(lines.found), "count")
        sheet.formula(row, _FIRST + 1, Formula(total.text, 0), float(total.value), "whole", key)
        first = Formula(f'IF({count}=0,"{NOWHERE}",{place.text})', 0)
        sheet.formula(row, _FIRST + 2, first, NOWHERE, "given", key)
        color_counts(sheet, Box(row, _FIRST + 1, 1, 1), {GREEN: "{count}=0", RED: "{count}<>0"})

    def losses(self, row: int, colors: Mapping[str, str]) -> dict[str, Term]:
        """Compare the losses of all iterations, and find the first iteration whose loss differs."""
        sheet, words, name = self.sheet, self.words, "loss_history"
        box, record = loss_box(self.context.lesson.iterations), recorded_loss_box(self.context)
        live, recorded = (trace.loss.reshape(-1, 1) for trace in (self.context.trace, self.context.recorded))
        sheet.link(row, _NAME, name, "Loss", box.ref)
        sheet.put(row, _CELLS, live.size, "count")
        self.apart(row, _FIRST, name, ("Loss", box, live), (record, recorded))
        pair = Pair("Loss", box, partial(_cell, "Python", record), live, recorded)
        codes = self.loss_codes(box, record, pair)
        found = Found(name, float(pair.differs().sum()), pair.first())
        put_count(sheet, row, _FIRST + 1, codes.text(fixed=True), found, "Loss")
        count, cell, iteration = (a1(row, _FIRST + offset, fixed=True) for offset in (1, 2, 3))
        color_counts(sheet, Box(row, _FIRST + 1, 1, 1), colors)
        # Losses stand in the order of their iterations.
        number = f"{first_row(codes.text(fixed=True))}-{box.row - 1}"
        value = float(pair.differs().argmax() + 1) if found.count else NOWHERE
        sheet.formula(row, _LAST, Formula(f'IF({count}=0,"{NOWHERE}",{number})', 0), value, "whole", name)
        sheet.put(row, _LAST + 1, words["loss"], "quiet_beside")
        return {
            "count": Term(count, found.count),
            "name": Term(f'"{name}"', name),
            "cell": Term(cell, found.cell),
            "iteration": Term(iteration, value),
        }

    def loss_codes(self, box: Box, record: Box, pair: Pair) -> Box:
        """Write a code for each loss, below everything else; the box holds the heading above them too."""
        sheet, rows = self.sheet, Progressions()
        heading = max(self.codes_row, sheet.last_cell()[0] + 2)
        for offset, key in enumerate(("iteration", "loss_codes")):
            sheet.put(heading, _CODES + offset, self.words[key], "quiet")
        live = f"Loss!{get_column_letter(box.col)}{rows.mark(box.row, 1)}"
        recorded = f"Python!{get_column_letter(record.col)}{rows.mark(record.row, 1)}"
        formula = pair.compared(live, recorded, row_code(rows.mark(box.row, 1), box.col))
        numbers = np.arange(1.0, box.n_rows + 1).reshape(-1, 1, 1)
        place = Box(heading + 1, _CODES, 1, 1)
        style = sheet.styles.index("code_number")
        blocks = (
            Repeated("iteration", place, numbers, sheet.styles.index("quiet_number")),
            Repeated("loss_history", place.moved(cols=1), pair.codes().reshape(-1, 1, 1), style, [[formula]]),
        )
        sheet.bands.append(Bands(place.row, 1, box.n_rows, blocks, rows))
        return Box(heading, _CODES + 1, 1 + box.n_rows, 1)

    def verdict(self, found: Findings) -> None:
        """Write one sentence for the whole workbook, green, blue or red, and below it what to do next."""
        sheet, row = self.sheet, _VERDICT_ROW
        said, advice = verdict(self.words, found)
        sheet.formula(row, _NAME, Formula(said.text, 0), str(said.value), "verdict", "verdict")
        sheet.formula(row + 1, _NAME, Formula(advice.text, 0), str(advice.value), "quiet_beside", "verdict")
        for col in range(_NAME + 1, _LAST_COL + 1):
            sheet.put(row, col, None, "verdict")
        sheet.ws.merge_cells(start_row=row, end_row=row, start_column=_NAME, end_column=_LAST_COL)
        sheet.ws.row_dimensions[row].height = 26
        inputs, spoilt, unlike = found.inputs.total().text, found.spoilt().text, found.unlike().text
        wrong = f"OR({spoilt}<>0,AND({inputs}=0,{unlike}<>0))"
        for color, condition in {
            RED: wrong,
            INPUT_GROUND: f"AND({inputs}<>0,NOT({wrong}))",
            GREEN: f"AND({inputs}=0,NOT({wrong}))",
        }.items():
            ref = Box(row, _NAME, 1, _LAST_COL).ref
            sheet.ws.conditional_formatting.add(ref, highlight(color, condition))

    def gradients(self) -> None:
        """Repeat what the gradient check says."""
        title, said, _, _ = verdict_place(self.context)
        value = self.sheet.earlier[title].live[said.row, said.col].value
        formula = Formula(said.on(title), 0)
        self.sheet.formula(_VERDICT_ROW + 2, _NAME, formula, value, "text", "gradient check")


def _cell(title: str, box: Box, i: int, j: int) -> str:
    return f"{title}!{a1(box.row + i, box.col + j)}"
