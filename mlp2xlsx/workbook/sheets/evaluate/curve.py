"""How good the network is while it learns: a row for each evaluated iteration, on the sheet `Evaluate`."""

import numpy as np

from mlp2xlsx.evaluation import ACCURACY, MEAN_LOSS, TRAINING, VALIDATION, curve_keys, right_share
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.evaluate.places import DRAWN_COL, EvaluatePlaces, has_evaluation
from mlp2xlsx.workbook.sheets.evaluate.samples import FIRST, Evaluated
from mlp2xlsx.workbook.sheets.loss.charts import add_as_built, leave_out
from mlp2xlsx.workbook.sheets.python import recorded_curve_box
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.live_text import Part, constant_part, live_text
from mlp2xlsx.xlsx.writing.charts import COLOURS, Column, Stroke, add_line, add_points, over_iterations
from mlp2xlsx.xlsx.writing.sheet import Sheet

# Of losses that differ by rounding alone, every program takes the first one.
_NEARLY = 1e-9
_LATER = 1e12  # than any iteration
_STROKES = {TRAINING: Stroke(COLOURS[0]), VALIDATION: Stroke(COLOURS[1], "sysDash", 30000)}


def has_curve_table(context: Context) -> bool:
    """Whether a workbook tells how good the network is while it learns."""
    lesson = context.recorded.lesson
    return bool(lesson.evaluated) and has_evaluation(lesson)


class CurveTable:
    """The table of a workbook that has one: the chosen iteration, and below it all that are evaluated.

    Beyond the screen stand the losses of those that are live, to be marked in the chart, and which is least.
    """

    def __init__(self, context: Context, places: EvaluatePlaces) -> None:
        self.context, self.places, self.words = context, places, context.texts["evaluate"]
        self.box = places.curve
        self.points = Box(self.box.row + 1, self.box.col, self.box.n_rows - 1, self.box.n_cols)
        self.losses = {of: n for n, (of, measure) in enumerate(places.keys) if measure == MEAN_LOSS}

    def column(self, of: str) -> Box:
        """The losses of a set at all points."""
        return Box(self.points.row, self.points.col + 1 + self.losses[of], self.points.n_rows, 1)

    def live_column(self, of: str) -> Box:
        """The same at those points that are live, and nothing at the others."""
        col = DRAWN_COL + [*self.losses].index(of)
        return Box(self.points.row, col, self.points.n_rows, 1)

    @property
    def watched(self) -> str:
        """The set whose loss is to be least: that of validation, if there is one."""
        return [*self.losses][-1]

    @property
    def compared(self) -> Box:
        """The losses of which the least is looked for: the live ones, or all where none is live."""
        return (self.live_column if self.places.live else self.column)(self.watched)

    @property
    def codes(self) -> Box:
        """The iteration of each point where the loss is least, and a large number elsewhere."""
        return Box(self.points.row, DRAWN_COL + len(self.losses), self.points.n_rows, 1)

    @property
    def least(self) -> Box:
        """The iteration at which the loss is least, and that loss, above the codes."""
        return Box(self.box.row, self.codes.col, 1, 2)

    def write(self, sheet: Sheet, found: Evaluated) -> None:
        """Write the table, and the sentence above it."""
        words, box, context = self.words, self.box, self.context
        recorded = set(self.places.lesson.evaluated) - self.places.live.keys()
        sheet.put(box.row - 2, 1, words["curve_recorded" if recorded else "curve"], "heading")
        heads = [words["iteration"]]
        heads += [
            words["column"].format(measure=words[measure], name=words[of]) for of, measure in self.places.keys
        ]
        for col, text in enumerate(heads, box.col):
            sheet.put(box.row - 1, col, text, "label_wrapped")
        sheet.ws.row_dimensions[box.row - 1].height = 45
        sheet.put(box.row - 2, DRAWN_COL, words["drawn"], "quiet")
        for of in self.losses:
            sheet.put(box.row - 1, self.live_column(of).col, words[of], "quiet_centred")
        sheet.put(box.row - 1, self.codes.col, words["least"], "quiet_centred")
        sheet.formula(box.row, 1, Formula("iteration", 0), context.iteration, "chosen", "iteration")
        sheet.put(box.row, box.last_col + 1, words["chosen"], "quiet")
        numbers = zip(self.places.keys, self.chosen(found), strict=True)
        for col, ((of, measure), value) in enumerate(numbers, box.col + 1):
            cell = Formula(a1(*self.places.measure(of, measure)), 0)
            role = "chosen_share" if measure == ACCURACY else "chosen_series"
            sheet.formula(box.row, col, cell, value, role, measure)
        for row, iteration in enumerate(self.places.lesson.evaluated, self.points.row):
            self.write_point(sheet, row, iteration)
        self.write_least(sheet)

    def chosen(self, found: Evaluated) -> list[float]:
        """The numbers of the chosen iteration, from what all samples come to there."""
        return [
            float(found[of][MEAN_LOSS][0, 0])
            if measure == MEAN_LOSS
            else right_share(self.context.lesson.network, found[of])
            for of, measure in self.places.keys
        ]

    def values(self, iteration: int) -> list[float]:
        """The numbers of a point: as they are now where it is live, else as they were recorded."""
        trace = self.context.trace if iteration in self.places.live else self.context.recorded
        numbers = trace.curve[self.places.lesson.evaluated.index(iteration)]
        return [float(numbers[col]) for col in self.places.recorded_columns]

    def write_point(self, sheet: Sheet, row: int, iteration: int) -> None:
        """Write a row: pulled from the rows of its samples, or recorded."""
        live, values = self.places.live.get(iteration), self.values(iteration)
        sheet.put(row, 1, iteration, "count" if live else "quiet_centred")
        for col, ((_, measure), value) in enumerate(zip(self.places.keys, values, strict=True), 2):
            is_share = measure == ACCURACY
            if live is None:
                sheet.put(row, col, value, "recorded_share" if is_share else "recorded")
            else:
                role = "share" if is_share else "series"
                sheet.formula(row, col, Formula(a1(live, col), 0), value, role, measure)
        for of, number in self.losses.items() if live is not None else ():
            place = a1(row, 2 + number)
            col = self.live_column(of).col
            sheet.formula(row, col, Formula(place, 0), values[number], "quiet_number", MEAN_LOSS)

    def write_least(self, sheet: Sheet) -> None:
        """Write at which point the loss of the watched samples is least, of nearly equal ones the first."""
        column, codes, least, live = self.compared, self.codes, self.least, self.places.live
        rows = {iteration: row for row, iteration in enumerate(self.places.lesson.evaluated, codes.row)}
        iterations = [iteration for iteration in rows if iteration in live or not live]
        losses = np.array([self.values(iteration)[self.losses[self.watched]] for iteration in iterations])
        limit = losses.min() * (1 + _NEARLY)
        first = iterations[int((losses <= limit).argmax())]
        smallest = Formula(f"MIN({column.ref})", 0)
        sheet.formula(least.row, least.last_col, smallest, float(losses.min()), "quiet_number", MEAN_LOSS)
        number = Formula(f"MIN({codes.ref})", 0)
        sheet.formula(least.row, least.col, number, float(first), "quiet_centred", "iteration")
        for iteration, loss in zip(iterations, losses.tolist(), strict=True):
            row = rows[iteration]
            within = f"{a1(row, column.col)}<={a1(least.row, least.last_col, fixed=True)}*(1+{_NEARLY:.0E})"
            code = Formula(f"IF({within},{a1(row, 1)},{_LATER:.0E})", 0)
            value = float(iteration) if loss <= limit else _LATER
            sheet.formula(row, codes.col, code, value, "code_number", "iteration")
        among = self.words["among_live" if len(iterations) < len(rows) else "among_listed"]
        part = live_text(
            self.words[f"least_{self.watched}"],
            {"iteration": Part(a1(least.row, least.col), str(first)), "among": constant_part(among)},
        )
        sheet.formula(self.places.table_row - 1, 1, Formula(part.formula, 0), part.text, "worked", "sentence")


def draw_curve(sheet: Sheet, context: Context, over: Box) -> None:
    """Draw on a sheet how good the network is over all samples while it learns, set by set.

    Lines join all points; those that are live have a dot. A large dot marks the chosen iteration, a diamond
    the least loss; thin lines stay as they were built.
    """
    places = EvaluatePlaces.of(context)
    table, words, title = CurveTable(context, places), context.texts["evaluate"], context.titles["evaluate"]
    chart = over_iterations(
        words["curve_chart"], words["iteration"], words[MEAN_LOSS], context.lesson.iterations
    )
    chart.y_axis.scaling.min = 0
    iterations = Column.on(title, Box(table.points.row, 1, table.points.n_rows, 1))
    for of in table.losses:
        add_line(chart, iterations, Column.on(title, table.column(of)), words[of], _STROKES[of])
    chosen = Column.on(title, Box(table.box.row, 1, 1, 1))
    for of, number in table.losses.items():
        colour = _STROKES[of].colour
        if places.live:
            dots = Column.on(title, table.live_column(of))
            add_points(chart, iterations, dots, words["live"], colour, size=4)
        there = Column.on(title, Box(table.box.row, 2 + number, 1, 1))
        add_points(chart, chosen, there, words["chosen"], colour)
    hidden = [*range(len(table.losses) + bool(places.live), len(chart.series))]
    iteration, loss = (Column.on(title, table.least.moved(cols=n).part(FIRST, FIRST)) for n in (0, 1))
    add_points(chart, iteration, loss, words["least_point"], COLOURS[2], symbol="diamond", size=11)
    record, columns = recorded_curve_box(context), places.recorded_columns
    named = len(chart.series) + 1  # the first of the thin lines
    for number in table.losses.values() if places.live else ():
        add_as_built(chart, context, Box(record.row, record.col + columns[number], record.n_rows, 1))
    leave_out(chart, [*hidden, *range(named, len(chart.series))])
    listed = context.texts["document"]["list"].join(words[of] for of in table.losses)
    described = words["alt_curve"].format(
        count=context.lesson.iterations, listed=listed, sheet=title, row=table.box.row
    )
    sheet.draw(chart, over, words["curve_chart"], described)


def recorded_note(context: Context) -> str:
    """Say how good the network is at the end over samples that are too many for the sheet `Evaluate`."""
    recorded, words = context.recorded, context.texts["evaluate"]
    said = [
        words["of_set"].format(
            measure=words[measure],
            name=words[of],
            value=f"{value:.1%}" if measure == ACCURACY else f"{value:.4g}",
        )
        for (of, measure), value in zip(curve_keys(recorded.lesson), recorded.curve[-1].tolist(), strict=True)
    ]
    return str(words["too_many"].format(said=context.texts["document"]["list"].join(said)))
