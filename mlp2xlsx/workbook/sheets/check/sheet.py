"""The sheet `Check`: the live numbers against the recorded ones, without any program."""

from collections.abc import Iterable, Mapping
from functools import partial

from mlp2xlsx.mathematics.steps import SAMPLE
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.given import given_inputs, words_at
from mlp2xlsx.workbook.sheets.check.checksums import Checksums
from mlp2xlsx.workbook.sheets.check.columns import (
    ALL,
    CELLS,
    CODES,
    FIRST,
    LAST,
    LAST_COL,
    NAME,
    ORDER,
    STEPS,
    SUMS,
    cell_on,
    put_apart,
)
from mlp2xlsx.workbook.sheets.check.comparison import ABSOLUTE, NOWHERE, InputPair, Pair, StepPair, limit
from mlp2xlsx.workbook.sheets.check.evaluated import copies_on_evaluate, evaluated_pairs
from mlp2xlsx.workbook.sheets.check.lines import Copies, Lines
from mlp2xlsx.workbook.sheets.check.losses import write_losses
from mlp2xlsx.workbook.sheets.check.numbers import of_all_iterations, of_records
from mlp2xlsx.workbook.sheets.check.table import CheckTable, Codes, color_counts
from mlp2xlsx.workbook.sheets.check.verdict import Findings, verdict
from mlp2xlsx.workbook.sheets.chosen_band import chosen_cell
from mlp2xlsx.workbook.sheets.heading import link_back
from mlp2xlsx.workbook.sheets.kinds import SheetKind, n_cells, n_iterations, trains
from mlp2xlsx.workbook.sheets.math.gradient_check import verdict_place
from mlp2xlsx.workbook.sheets.python import canvases, recorded_input_box
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.term import Term
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import GREEN, INPUT_GROUND, RED, highlight

_VERDICT_ROW, _INPUTS_ROW = 4, 8
_WIDTHS = {1: 22.0, 2: 6, 3: 8, 4: 9.5, 5: 15, 6: 8, 7: 9.5, 8: 15, 9: 9.5, 10: 15, 11: 11, 12: 4}


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
        link_back(sheet, self.context, 3, 1)
        sheet.put(3, 2, self.rounding(), "quiet")
        sheet.put(_INPUTS_ROW - 1, ORDER, words["working"], "quiet")
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
        one = self.context.one_iteration
        names = list(one.shapes)
        all_names = [*names, *(result.name for result in one.measured)]
        for offset, name in enumerate(all_names):
            self.name(row + 2 + offset, name)
        first, last = (self.iteration(row + 2, names, which, follows) for which in range(2))
        steps = self.steps(row + 2, names)
        everywhere, samples = self.everywhere(row + 2, all_names, follows)
        end = row + 2 + len(all_names)
        records = self.records(end + 1, everywhere.next_row + 1)
        copies = self.copies(end + 2, records.next_row + 1)
        evaluated = self.evaluated(end + 3, follows)
        loss = write_losses(sheet, self.context, end, self.codes_row, follows)
        iterations = (self.context.shown[0], self.context.shown[-1])
        self.verdict(
            Findings(
                inputs, first, last, steps, copies, iterations, everywhere, samples, records, loss, evaluated
            )
        )
        self.gradients()
        sheet.widths(_WIDTHS | {SUMS: 22.0, SUMS + 1: 22.0})
        sheet.ws.freeze_panes = a1(_INPUTS_ROW - 1, 1)
        sheet.print_on_one_page(tall=True)
        sheet.ws.print_area = f"A1:{a1(end + 2 + len(evaluated.found), LAST_COL)}"

    def rounding(self) -> str:
        """Say that rounding is no error, and how much it may come to where an optimiser enlarges it."""
        recorded, rounded = self.context.recorded, self.context.rounded
        largest = max(limit(values, (trace[name] for trace in rounded)) for name, values in recorded.items())
        key = "rounding" if largest == ABSOLUTE else "rounding_enlarged"
        return str(self.words[key]).format(limit=f"{largest:.0E}")

    def headings(self, row: int) -> None:
        words = self.words
        self.sheet.put(row, NAME, words["results"], "heading")
        groups = {
            FIRST: words["first"],
            LAST: words["last"].format(count=self.context.shown[-1]),
            STEPS: words["steps"],
            ALL: words["all"],
        }
        for col, text in groups.items():
            self.sheet.put(row, col, text, "heading")
        found = [words["differing"], words["where"]]
        measured = [words["difference"], *found]
        self.labels(
            row + 1, [words["matrix"], words["cells"], *measured, *measured, *found, words["matrices"]]
        )

    def labels(self, row: int, texts: Iterable[str]) -> None:
        for col, text in enumerate(texts, start=NAME):
            self.sheet.put(row, col, text, "label")

    def name(self, row: int, name: str) -> None:
        """Write what a row is about, with the way to it, and how many cells it has."""
        if self.on_training(name):
            title, box = self.context.titles["training"], self.context.training.at(name, 1)
        else:
            title, box = self.context.made_on[name]
        self.sheet.link(row, NAME, name, title, box.ref)
        self.sheet.put(row, CELLS, box.n_rows * box.n_cols, "count")

    def table(self, row: int, col: int, order: int) -> CheckTable:
        return CheckTable(row, col, ORDER + order, Codes(self.codes_row, CODES))

    def below(self, table: CheckTable) -> CheckTable:
        """Let the codes of the next table begin below those of this one."""
        self.codes_row = table.codes.last_row + 2
        return table

    def inputs(self) -> CheckTable:
        """Compare every number that a person may change; the chosen iteration changes no result."""
        sheet, context, words = self.sheet, self.context, self.words
        sheet.put(_INPUTS_ROW, NAME, words["inputs"], "heading")
        self.labels(_INPUTS_ROW + 1, [words["input"], words["cells"], "", words["changed"], words["where"]])
        table = self.table(_INPUTS_ROW + 2, FIRST + 1, 0)
        python = context.titles["python"]
        current, recorded = given_inputs(context.lesson), given_inputs(context.recorded.lesson)
        for offset, (name, values) in enumerate(current.items()):
            title, box = context.inputs[name]
            record = recorded_input_box(context, name)
            sheet.link(table.row + offset, NAME, name, title, box.ref)
            sheet.put(table.row + offset, CELLS, values.size, "count")
            known = [words_at(context.lesson, name, j) for j in range(box.n_cols)]
            pair = InputPair(title, box, partial(cell_on, python, record), values, recorded[name], known)
            table.add(sheet, name, pair)
        table.color(sheet, {GREEN: "{count}=0", INPUT_GROUND: "{count}<>0"})
        return self.below(table)

    def iteration(self, row: int, names: list[str], which: int, colors: Mapping[str, str]) -> CheckTable:
        """Compare what the first or the last iteration computes, in the order of the steps."""
        table = self.table(row, (FIRST, LAST)[which] + 1, 1 + which)
        iteration, canvas = canvases(self.context)[which]
        training, python = (self.context.titles[key] for key in ("training", "python"))
        k = self.context.shown.index(iteration)
        for name in names:
            if not self.on_training(name):
                table.add(self.sheet, name, None)
                continue
            box, record = self.context.training.at(name, k + 1), canvas.boxes[name]
            live, recorded = (trace[name][k] for trace in (self.context.trace, self.context.recorded))
            put_apart(
                self.sheet,
                row + len(table.found),
                table.col - 1,
                name,
                (training, box, live),
                (python, record, recorded),
                self.words["error"],
            )
            limits = limit(recorded, (trace[name][k] for trace in self.context.rounded))
            pair = Pair(training, box, partial(cell_on, python, record), live, recorded, limits=limits)
            table.add(self.sheet, name, pair)
        table.color(self.sheet, colors)
        return self.below(table)

    def on_training(self, name: str) -> bool:
        return name in self.context.training.boxes or name in self.context.one_iteration.updated

    def steps(self, row: int, names: list[str]) -> CheckTable:
        """Compare the step sheets with the chosen iteration on `Training`, or with the data they read."""
        context, table = self.context, self.table(row, STEPS, 3)
        for name in names:
            title, box = context.made_on[name]
            other = partial(chosen_cell, context, name)
            if not self.on_training(name):
                other = partial(cell_on, *context.inputs[name])
            values = context.chosen(name)
            table.add(self.sheet, name, StepPair(title, box, other, values, values))
        table.color(self.sheet, {GREEN: "{count}=0", RED: "{count}<>0"})
        return self.below(table)

    def everywhere(self, row: int, names: list[str], colors: Mapping[str, str]) -> tuple[Checksums, Term]:
        """Compare all iterations on `Training`; the list of samples, if there is one, is told apart."""
        sheet, sums = self.sheet, Checksums(_INPUTS_ROW + 2, SUMS)
        samples = Term("0", 0.0)
        for numbers in of_all_iterations(self.context):
            differs = sums.add(sheet, numbers)
            samples = differs if numbers.name == SAMPLE else samples
            at = row + names.index(numbers.name)
            sheet.formula(at, ALL, Formula(differs.text, 0), float(differs.value), "yes_no", numbers.name)
        color_counts(sheet, Box(row, ALL, len(names), 1), colors)
        return sums, samples

    def records(self, row: int, line: int) -> Checksums:
        """Compare what is recorded with what it was when the workbook was built."""
        sums = Checksums(line, SUMS)
        for numbers in of_records(self.context):
            sums.add(self.sheet, numbers)
        self.summed_up(row, "records", sums)
        return sums

    def copies(self, row: int, line: int) -> Copies:
        """Compare what the step sheets repeat with the sheets that they repeat it from."""
        context, copies = self.context, Copies(line, SUMS)
        for number, (title, canvas) in enumerate(
            zip(context.step_titles, context.step_canvases, strict=True)
        ):
            for step in context.steps[:number]:
                for result in step.results:
                    place = canvas.boxes[result.name]
                    copies.add(self.sheet, result.name, (title, place), context.made_on[result.name])
            for name in context.one_iteration.scalars:
                copies.add(self.sheet, name, (title, canvas.boxes[name]), context.inputs[name])
        for name, copy, source in copies_on_evaluate(context):
            copies.add(self.sheet, name, copy, source)
        self.summed_up(row, "copies", copies)
        return copies

    def evaluated(self, row: int, colors: Mapping[str, str]) -> CheckTable:
        """Compare how good the network is with how good it was when the workbook was built."""
        table = self.table(row, FIRST + 1, 4)
        for offset, (name, pair) in enumerate(evaluated_pairs(self.context)):
            self.sheet.link(row + offset, NAME, self.words[name], pair.sheet, pair.box.ref)
            self.sheet.put(row + offset, CELLS, pair.live.size, "count")
            table.add(self.sheet, self.words[name], pair)
        if table.found:
            table.color(self.sheet, colors)
        return self.below(table) if table.found else table

    def summed_up(self, row: int, key: str, lines: Lines) -> None:
        """Write how many cells the lines are about, how many lines differ, and where the first of them is."""
        sheet, count, total, place = self.sheet, a1(row, FIRST + 1), lines.total(), lines.first()["cell"]
        sheet.put(row, NAME, self.words[key].format(count=len(lines.found)), "label")
        sheet.put(row, CELLS, lines.n_cells, "count")
        sheet.formula(row, FIRST + 1, Formula(total.text, 0), float(total.value), "whole", key)
        first = Formula(f'IF({count}=0,"{NOWHERE}",{place.text})', 0)
        sheet.formula(row, FIRST + 2, first, NOWHERE, "given", key)
        color_counts(sheet, Box(row, FIRST + 1, 1, 1), {GREEN: "{count}=0", RED: "{count}<>0"})

    def verdict(self, found: Findings) -> None:
        """Write a sentence for the whole workbook, green, blue or red; below it what to do, and what else."""
        sheet, row = self.sheet, _VERDICT_ROW
        said, advice, besides = verdict(self.words, found)
        sheet.formula(row, NAME, Formula(said.text, 0), str(said.value), "verdict", "verdict")
        sheet.formula(row + 1, NAME, Formula(advice.text, 0), str(advice.value), "quiet_beside", "verdict")
        sheet.formula(row + 3, NAME, Formula(besides.text, 0), str(besides.value), "label", "verdict")
        for col in range(NAME + 1, LAST_COL + 1):
            sheet.put(row, col, None, "verdict")
        sheet.ws.row_dimensions[row].height = 26
        inputs, spoilt, unlike = found.inputs.total().text, found.spoilt().text, found.unlike().text
        wrong = f"OR({spoilt}<>0,AND({inputs}=0,{unlike}<>0))"
        for color, condition in {
            RED: wrong,
            INPUT_GROUND: f"AND({inputs}<>0,NOT({wrong}))",
            GREEN: f"AND({inputs}=0,NOT({wrong}))",
        }.items():
            ref = Box(row, NAME, 1, LAST_COL).ref
            sheet.ws.conditional_formatting.add(ref, highlight(color, condition))

    def gradients(self) -> None:
        """Repeat what the gradient check says."""
        title, said, _, _ = verdict_place(self.context)
        value = self.sheet.earlier[title].live[said.row, said.col].value
        formula = Formula(said.on(title), 0)
        self.sheet.formula(_VERDICT_ROW + 2, NAME, formula, value, "text", "gradient check")


SHEET = SheetKind(
    key="check",
    write=write_check,
    says="check",
    is_there=trains,
    n_bands=n_iterations,
    n_formulas=lambda lesson: 3 * n_cells(lesson) + lesson.iterations,
    is_computed_with=True,
)
