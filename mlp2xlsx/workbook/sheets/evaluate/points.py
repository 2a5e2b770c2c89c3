"""All samples at other iterations than the chosen one, on the sheet `Evaluate`: a band of rows for each."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from mlp2xlsx.evaluation import ACCURACY, MEAN_LOSS, own_and_said, right_share, sample_pass
from mlp2xlsx.mathematics.steps import X, Y
from mlp2xlsx.render.excel import Excel, Formula, Reference, Span
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.evaluate.places import (
    NUMBER_COL,
    RIGHT_COL,
    TRUE_COL,
    EvaluatePlaces,
    live_positions,
)
from mlp2xlsx.workbook.sheets.evaluate.samples import FIRST, class_of, evaluated
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.bands import Bands, Progressions, Repeated, growing
from mlp2xlsx.xlsx.writing.sheet import Sheet


def live_points(sheet: Sheet, context: Context, places: EvaluatePlaces) -> Iterator[Bands]:
    """Yield the bands of the iterations that are evaluated in cells."""
    row = places.bands_row
    for positions in live_positions(places.lesson):
        if positions:
            yield _Points(sheet, context, places, row, positions).bands()
            row += len(positions) * places.band_height


class _Points:
    """Bands that are equally far from each other on `Training`."""

    def __init__(
        self, sheet: Sheet, context: Context, places: EvaluatePlaces, row: int, positions: range
    ) -> None:
        self.sheet, self.context, self.places, self.row = sheet, context, places, row
        self.positions, self.rows = positions, Progressions()
        self.network = context.lesson.network
        self.way = sample_pass(self.network, 1)
        self.iterations = [context.shown[position - 1] for position in positions]
        self.found = [evaluated(context, iteration) for iteration in self.iterations]
        self.starts, start = dict[str, int](), row + 1
        for name, count in places.counts.items():
            self.starts[name] = start
            start += count

    def bands(self) -> Bands:
        blocks = (self._numbers(), *self._curve(), *self._matrices())
        return Bands(self.row, self.places.band_height, len(self.positions), blocks, self.rows)

    def _numbers(self) -> Repeated:
        numbers = np.array(self.iterations, np.float64).reshape(-1, 1, 1)
        return Repeated(
            "iteration", Box(self.row, NUMBER_COL, 1, 1), numbers, self.sheet.styles.index("count")
        )

    def _curve(self) -> Iterator[Repeated]:
        """Yield the numbers that all samples of a set come to, in the row above them."""
        styles, band = self.sheet.styles, self.places.band_height
        for col, (of, measure) in enumerate(self.places.keys, NUMBER_COL + 1):
            count = self.places.counts[of]
            if measure == MEAN_LOSS:
                loss = sample_pass(self.network, count).mean_loss.expr
                formula = Excel(partial(self._matrix, of)).cell(loss, 0, 0)
                values = [float(found[of][MEAN_LOSS][0, 0]) for found in self.found]
            else:
                cells = growing(Box(self.starts[of], RIGHT_COL, count, 1), band, self.rows)
                right = cells(Span(0, count), FIRST)
                formula = Formula(f"SUM({right})/{count}", 0)
                values = [right_share(self.network, found[of]) for found in self.found]
            box, role = Box(self.row, col, 1, 1), "share" if measure == ACCURACY else "series"
            numbers = np.array(values).reshape(-1, 1, 1)
            yield Repeated(measure, box, numbers, styles.index(role), [[formula]])

    def _matrix(self, of: str, name: str) -> Reference:
        """How formulas refer to a matrix of all samples of a set."""
        column = self.places.columns[name]
        box = Box(self.starts[of], column.col, self.places.counts[of], column.n_cols)
        return growing(box, self.places.band_height, self.rows)

    def _matrices(self) -> Iterator[Repeated]:
        """Yield the matrices of all samples, set below set, and which samples are right."""
        styles, first = self.sheet.styles, self.row + 1
        n_samples, output = sum(self.places.counts.values()), self.network.output_layer.activations
        for result in self.way.results:
            box = self.places.columns[result.name]
            formulas = [
                [Excel(reference).cell(result.expr, 0, j) for j in range(box.n_cols)]
                for reference in self._references()
            ]
            values = [np.vstack([one[result.name] for one in found.values()]) for found in self.found]
            place = Box(first, box.col, n_samples, box.n_cols)
            role = styles.index("plain_value")
            yield Repeated(result.name, place, np.array(values), role, formulas)
        if self.places.by_class:
            formulas = [
                [Formula(f"IF({class_of(reference(output), self.network.n_outputs)}={own},1,0)", 0)]
                for reference, own in zip(self._references(), self._own(), strict=True)
            ]
            each = [
                np.concatenate([np.equal(*own_and_said(self.network, one)) for one in found.values()])
                for found in self.found
            ]
            place = Box(first, RIGHT_COL, n_samples, 1)
            yield Repeated(
                "right", place, np.array(each, np.float64)[:, :, None], styles.index("yes_no_plain"), formulas
            )

    def _own(self) -> Iterator[str]:
        """Yield where the class of each sample stands."""
        for rows in self.places.rows.values():
            for row in range(rows.row, rows.last_row + 1):
                yield a1(row, TRUE_COL, fixed=True)

    def _references(self) -> Iterator[Callable[[str], Reference]]:
        """Yield for each sample how its formulas refer to matrices: its data stand in the list above."""
        places, training = self.context.training, f"{quoted(self.context.titles['training'])}!"
        parameters, distance = self.network.parameters(), self.positions.step * places.height

        def reference(of: str, number: int, name: str) -> Reference:
            if name in parameters:
                return growing(places.at(name, self.positions[0]), distance, self.rows, training)
            if name in self.network.scalars:
                return self.context.input_reference(name)
            if name in (X, Y):
                return self.places.matrix(name, of).part(*_row(number, name, self.places)).fixed_reference()
            row = self.starts[of] + number
            column = self.places.columns[name]
            return growing(Box(row, column.col, 1, column.n_cols), self.places.band_height, self.rows)

        for of, count in self.places.counts.items():
            for number in range(count):
                yield partial(reference, of, number)


def _row(number: int, name: str, places: EvaluatePlaces) -> tuple[Span, Span]:
    """One row of a matrix, all of its columns."""
    return Span(number, number + 1), Span(0, places.columns[name].n_cols)
