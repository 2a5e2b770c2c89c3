"""How good the network is at the chosen iteration: the tables at the top of the sheet `Evaluate`."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.evaluation import MEAN_LOSS, TRAINING, own_and_said, sample_pass
from mlp2xlsx.mathematics.steps import Y
from mlp2xlsx.render.excel import Excel, Formula
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.evaluate.places import (
    DRAWN_COL,
    RIGHT_COL,
    SAID_COL,
    TRUE_COL,
    EvaluatePlaces,
)
from mlp2xlsx.workbook.sheets.evaluate.samples import Evaluated
from mlp2xlsx.workbook.sheets.pictures.axis import output_name
from mlp2xlsx.workbook.sheets.step.worked_line import Shown
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part, constant_part, live_text
from mlp2xlsx.xlsx.writing.charts import COLOURS, POINT, Column, Stroke, add_line, add_points, scatter_chart
from mlp2xlsx.xlsx.writing.sheet import Sheet, Value

NONE = "–"
"""What stands for a number that there is none of, because it would be divided by nothing."""

_SENTENCE_ROW = 5
_MANY = 12  # samples: of fewer a quarter says nothing
_EXPLAINED_COL = 4


def write_summary(sheet: Sheet, context: Context, places: EvaluatePlaces, found: Evaluated) -> None:
    """Write the tables above the samples, and the sentences above all."""
    summary = _Summary(sheet, context, places, found)
    summary.measures()
    for name in places.class_tables:
        summary.classes(name)
    if places.chart is not None:
        summary.draw(places.chart)
    summary.sentences()


class _Summary:
    """The places on the sheet, and what is to be written there."""

    def __init__(self, sheet: Sheet, context: Context, places: EvaluatePlaces, found: Evaluated) -> None:
        self.sheet, self.context, self.places, self.found = sheet, context, places, found
        self.words, self.output = context.texts["evaluate"], context.lesson.network.output_layer.activations

    def measures(self) -> None:
        """Write a row for each measure, a column for each set of samples, and how it is computed."""
        for name in self.places.counts:
            _, col = self.places.measure(name, "samples")
            self.sheet.put(self.places.table_row, col, self.words[name], "label_centred")
            for key, output in self.places.measures:
                self.measure(name, key, output)
        for key, output in self.places.measures:
            row, _ = self.places.measure(TRAINING, key, output)
            label = self.words[key]
            if key in ("rmse", "r_squared") and self.places.lesson.network.n_outputs > 1:
                label = f"{label}, {output_name(self.context, output)}"
            self.sheet.put(row, 1, label, "label")
            said = self.words.get(f"{key}_is", "")
            if key == "accuracy" and not self.places.first_class:
                said = self.words[f"{key}_is_one"]
            if key == MEAN_LOSS:
                penalties = self.words["without_penalties"] if self.context.lesson.penalties else ""
                said = self.words[f"{key}_is_{self.context.lesson.network.loss}"].format(penalties=penalties)
            self.sheet.put(row, _EXPLAINED_COL, said, "quiet")

    def measure(self, name: str, key: str, output: int) -> None:
        row, col = self.places.measure(name, key, output)
        if key == "samples":
            self.sheet.put(row, col, self.places.counts[name], "count")
            return
        formula, value = getattr(self, f"_{key}")(name, output)
        role = {"right": "count", "accuracy": "share", "commonest": "share"}.get(key, "series")
        self.sheet.formula(row, col, Formula(formula, 0), value, role, key)

    def _right(self, name: str, _: int) -> tuple[str, Value]:
        own, said = self.numbers(name)
        rows = self.places.rows[name]
        return f"SUM({Box(rows.row, RIGHT_COL, rows.n_rows, 1).ref})", float((own == said).sum())

    def _accuracy(self, name: str, _: int) -> tuple[str, Value]:
        own, said = self.numbers(name)
        right, samples = (a1(*self.places.measure(name, key)) for key in ("right", "samples"))
        return f"{right}/{samples}", float((own == said).mean())

    def _commonest(self, name: str, _: int) -> tuple[str, Value]:
        """Which share would be right if the answer always was the commonest class of training."""
        own = self.numbers(name)[0]
        samples = a1(*self.places.measure(name, "samples"))
        text = f"{self.of_commonest(self.sizes(name))}/{samples}"
        return text, float((own == self.commonest()).mean())

    def _mean_loss(self, name: str, _: int) -> tuple[str, Value]:
        network, count = self.context.lesson.network, self.places.counts[name]
        excel = Excel(lambda matrix: self.places.matrix(matrix, name).fixed_reference())
        formula = excel.cell(sample_pass(network, count).mean_loss.expr, 0, 0)
        return formula.text, float(self.found[name][MEAN_LOSS][0, 0])

    def _rmse(self, name: str, output: int) -> tuple[str, float]:
        y, said, errors = self.columns(name, output)
        return f"SQRT({_squared(y, said, len(errors))}/{len(errors)})", float(np.sqrt((errors**2).mean()))

    def _r_squared(self, name: str, output: int) -> tuple[str, Value]:
        y, said, errors = self.columns(name, output)
        targets = self.found[name][Y][:, output]
        spread = f"SUMPRODUCT(({y}-SUM({y})/{len(targets)})^2)"
        text = f'IF(MAX({y})=MIN({y}),"{NONE}",1-{_squared(y, said, len(errors))}/{spread})'
        if targets.max() == targets.min():
            return text, NONE
        return text, float(1 - (errors**2).sum() / ((targets - targets.mean()) ** 2).sum())

    def columns(self, name: str, output: int) -> tuple[str, str, FloatMatrix]:
        """Where the targets and the outputs of one neuron stand, and how far they are apart."""
        values = self.found[name]
        y, said = (self.column(matrix, name, output).text(fixed=True) for matrix in (Y, self.output))
        return y, said, np.asarray(values[Y][:, output] - values[self.output][:, output])

    def column(self, matrix: str, name: str, output: int) -> Box:
        """Where the numbers of one neuron stand."""
        box = self.places.matrix(matrix, name)
        return Box(box.row, box.col + output, box.n_rows, 1)

    def numbers(self, name: str) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
        """The class of each sample of a set, and the one that the network says."""
        return own_and_said(self.context.lesson.network, self.found[name])

    def sizes(self, name: str) -> Box:
        """Where it stands how many samples of a set each class has."""
        table = self.places.class_tables[name]
        return Box(table.row, table.col + self.places.n_listed, table.n_rows, 1)

    def commonest(self) -> int:
        """The number of the commonest class of training, of equal ones the first."""
        return int(np.bincount(self.numbers(TRAINING)[0]).argmax())

    def of_commonest(self, column: Box) -> str:
        """Write what a column of a table of classes says of the commonest class of training."""
        sizes = self.sizes(TRAINING).text(fixed=True)
        return f"INDEX({column.text(fixed=True)},MATCH(MAX({sizes}),{sizes},0))"

    def classes(self, name: str) -> None:
        """Write a row for each class of a set: what its samples are taken for, and how many are right."""
        sheet, words, table, n = self.sheet, self.words, self.places.class_tables[name], self.places.n_listed
        own, said = self.numbers(name)
        rows = self.places.rows[name]
        true, answers = (Box(rows.row, col, rows.n_rows, 1).text(fixed=True) for col in (TRUE_COL, SAID_COL))
        sheet.put(table.row - 1, 1, words[f"classes_{name}"], "label")
        if name == TRAINING:
            sheet.put(table.row - 2, 1, words["tables_are"], "quiet")
        heads = [words["said"].format(name=each) for each in self.places.classes[:n]]
        heads += [words[key] for key in ("samples", "answers", "recall", "precision")]
        for col, text in enumerate(heads, table.col):
            sheet.put(table.row - 1, col, text, "label_centred")
        first = self.places.first_class
        for row, (number, each) in enumerate(enumerate(self.places.classes, first), table.row):
            sheet.put(row, 1, each, "text")
            right = f"SUMPRODUCT(({true}={number})*({answers}={number}))"
            for col, other in enumerate(range(first, first + n), table.col):
                count = f"SUMPRODUCT(({true}={number})*({answers}={other}))"
                value = float(((own == number) & (said == other)).sum())
                role = "chosen" if other == number else "whole"
                sheet.formula(row, col, Formula(count, 0), value, role, "confusion")
            if n:
                right = a1(row, table.col + number - first)
            hits = float(((own == number) & (said == number)).sum())
            for offset, (key, cells, of) in enumerate((("samples", true, own), ("answers", answers, said))):
                count = f"SUMPRODUCT(({cells}={number})*1)"
                total = float((of == number).sum())
                col = table.col + n + offset
                sheet.formula(row, col, Formula(count, 0), total, "count", key)
                share = f'IF({a1(row, col)}=0,"{NONE}",{right}/{a1(row, col)})'
                part: Value = hits / total if total else NONE
                measure = ("recall", "precision")[offset]
                sheet.formula(row, col + 2, Formula(share, 0), part, "share", measure)

    def sentences(self) -> None:
        """Say how good the network is, in a line for each set of samples."""
        sheet, words = self.sheet, self.words
        row = _SENTENCE_ROW
        for name in self.places.counts:
            part = live_text(
                words[f"sentence_{name}{'' if self.places.by_class else '_numbers'}"], self.parts(name)
            )
            sheet.formula(row, 1, Formula(part.formula, 0), part.text, "worked", "sentence")
            row += 1
        if len(self.places.counts) == 1:
            [count] = self.places.counts.values()
            sheet.put(row, 1, words["none_few" if count < _MANY else "none"], "quiet")

    def parts(self, name: str) -> Mapping[str, Part]:
        """What stands in the blanks of the sentence about a set."""
        count = self.places.counts[name]
        found = {"count": constant_part(str(count))}
        if not self.places.by_class:
            shown = Shown(max(self.context.lesson.decimals, 2))
            cell = a1(*self.places.measure(name, "rmse", 0))
            _, value = self._rmse(name, 0)
            return found | {
                "name": constant_part(output_name(self.context, 0)),
                "rmse": Part(shown.formula(cell), shown.text(value)),
            }
        own, answers = self.numbers(name)
        labels = Box(self.places.class_tables[name].row, 1, len(self.places.classes), 1)
        commonest = self.commonest()
        return found | {
            "right": Part(a1(*self.places.measure(name, "right")), str(int((own == answers).sum()))),
            "base": Part(self.of_commonest(self.sizes(name)), str(int((own == commonest).sum()))),
            "name": Part(self.of_commonest(labels), self.places.classes[commonest - self.places.first_class]),
            "commonest": self.said_of_commonest(),
        }

    def said_of_commonest(self) -> Part:
        """Say that the class is the commonest of training, or that others are as common."""
        sizes = self.sizes(TRAINING).text(fixed=True)
        counts = np.bincount(self.numbers(TRAINING)[0])
        one, several = self.words["the_commonest"], self.words["as_common"]
        formula = f'IF(COUNTIF({sizes},MAX({sizes}))>1,"{several}","{one}")'
        return Part(formula, several if (counts == counts.max()).sum() > 1 else one)

    def ends(self, box: Box) -> Box:
        """Write the smallest and the largest target, between which outputs are equal to their targets."""
        columns = [self.column(Y, name, 0).ref for name in self.places.counts]
        targets = np.concatenate([self.found[name][Y][:, 0] for name in self.places.counts])
        for row, function, value in ((box.row, "MIN", targets.min()), (box.last_row, "MAX", targets.max())):
            self.sheet.put(row, box.col - 2, self.words[function.lower()], "quiet")
            formula = Formula(f"{function}({','.join(columns)})", 0)
            self.sheet.formula(row, box.col, formula, float(value), "given", Y)
        return box

    def draw(self, over: Box) -> None:
        """Draw outputs over targets, each set with a sign of its own, and the line where both are equal."""
        words, title = self.words, self.words["chart"].format(name=output_name(self.context, 0))
        chart = scatter_chart(title, words["target"], words["output"])
        chart.x_axis.number_format = "General"
        chart.x_axis.crosses = chart.y_axis.crosses = "min"
        ws = self.sheet.ws
        for name, colour, symbol in zip(self.places.counts, COLOURS, ("circle", "square"), strict=False):
            x, y = (Column(ws, self.column(matrix, name, 0)) for matrix in (Y, self.output))
            add_points(chart, x, y, words[name], colour, symbol=symbol, size=7)
        ends = self.ends(Box(over.row + 1, DRAWN_COL + 2, 2, 1))
        add_line(
            chart, Column(ws, ends), Column(ws, ends), words["equal"], Stroke("808080", "sysDash", POINT)
        )
        said = words["alt"].format(row=self.places.labels_row + 1)
        self.sheet.draw(chart, over, title, said)


def _squared(y: str, said: str, count: int) -> str:
    """Write the sum of squared differences; a power that is too small is an error in LibreOffice."""
    return f"SUMXMY2({y},{said})" if count > 1 else f"({y}-{said})*({y}-{said})"
