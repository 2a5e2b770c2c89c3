"""Where things stand on the sheet `Evaluate`, from what the workbook was built from alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np

from mlp2xlsx.evaluation import MEAN_LOSS, curve_keys, sample_pass, sample_sets, tells_classes
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.steps import X, Y
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.canvas import gap_after
from mlp2xlsx.workbook.layout.column_names import short_name
from mlp2xlsx.xlsx.address import Box

MOST_CELLS = 100_000
"""How many cells may compute what all samples come to, at the chosen iteration and at others."""

MOST_LISTED = 10  # classes in the confusion matrix, and outputs that are numbers
WIDTH, LABEL_WIDTH = 10.5, 26.0
NUMBER_COL, TRUE_COL, SAID_COL, RIGHT_COL = 1, 2, 3, 4
DRAWN_COL = 26
"""What only charts read begins here, beyond the right edge of a large screen."""

_TABLE_ROW = 8
_CHART_ROWS = 14
_LONGEST_NAME = 12
_APART = 2  # rows from one table to the heading of the next


def judged_by_class(lesson: Lesson) -> bool:
    """Whether a sample is right or wrong, because its targets are classes; else they are numbers."""
    binary = bool(np.isin(lesson.y, (0.0, 1.0)).all())
    return tells_classes(lesson) and (bool(lesson.classes) or lesson.network.output == "softmax" or binary)


def n_evaluated_cells(lesson: Lesson) -> int:
    """How many cells one evaluation of all samples takes."""
    n_samples = sum(len(targets) for _, targets in sample_sets(lesson).values())
    width = sum(result.expr.shape[1] for result in sample_pass(lesson.network, 1).results)
    return n_samples * (1 + int(width)) + len(curve_keys(lesson))


def has_evaluation(lesson: Lesson) -> bool:
    """Whether all samples can be evaluated in cells: of a network that is trained."""
    data = sum(inputs.size + targets.size for inputs, targets in sample_sets(lesson).values())
    return lesson.trains and n_evaluated_cells(lesson) + data <= MOST_CELLS


def n_evaluated_bands(lesson: Lesson) -> int:
    """How many rows and bands of the sheet repeat."""
    samples = sum(len(targets) for _, targets in sample_sets(lesson).values())
    return samples + sum(map(len, live_positions(lesson)))


def live_positions(lesson: Lesson) -> tuple[range, ...]:
    """Which of the live iterations are evaluated in cells, too, counted from 1.

    They are at equal distances, and the last is among them: as many of `lesson.evaluated` as there is room
    for; none where these are none.
    """
    n, fitting = len(lesson.shown), MOST_CELLS // n_evaluated_cells(lesson) - 1
    if not lesson.evaluated or fitting < 1:
        return ()
    step = 1 if lesson.show or len(lesson.evaluated) < 2 else lesson.evaluated[1] - lesson.evaluated[0]
    listed = range(1, n + 1, step)
    if len(listed) + (listed[-1] != n) > fitting:
        times = -(-(len(listed) - 1) // max(1, fitting - 1))
        listed = range(1, n + 1, step * times)
    last = () if listed[-1] == n or fitting < 2 else (range(n, n + 1),)
    return (listed[:fitting], *last)


@dataclass(frozen=True)
class EvaluatePlaces:
    """The tables of the sheet, and the list of samples.

    Attributes
    ----------
    lesson
        What the workbook was built from.
    width
        Of a column of numbers.
    """

    lesson: Lesson
    width: float

    @classmethod
    def of(cls, context: Context) -> "EvaluatePlaces":
        """Lay out the sheet of a workbook."""
        return cls(
            context.recorded.lesson, max(WIDTH, context.training.widths[context.training.boxes["output"].col])
        )

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many samples each set has."""
        return {name: len(targets) for name, (_, targets) in sample_sets(self.lesson).items()}

    @cached_property
    def by_class(self) -> bool:
        """Whether samples are right or wrong."""
        return judged_by_class(self.lesson)

    @cached_property
    def keys(self) -> Sequence[tuple[str, str]]:
        """Set and measure of each column of the curve: no accuracy where nothing is right or wrong."""
        return [key for key in curve_keys(self.lesson) if self.by_class or key[1] == MEAN_LOSS]

    @cached_property
    def recorded_columns(self) -> Sequence[int]:
        """Which columns of the recorded curve, from 0, these are."""
        return [*map(curve_keys(self.lesson).index, self.keys)]

    @cached_property
    def classes(self) -> Sequence[str]:
        """What the classes are called: by their names, or as they stand in `y`."""
        if self.lesson.classes:
            return [short_name(name, _LONGEST_NAME) for name in self.lesson.classes]
        single = self.lesson.network.n_outputs == 1
        return ["0", "1"] if single else [str(n) for n in range(1, self.lesson.network.n_outputs + 1)]

    @property
    def first_class(self) -> int:
        """The number of the first class; see `class_numbers`."""
        return int(self.lesson.network.n_outputs > 1)

    @cached_property
    def n_listed(self) -> int:
        """How many classes have a column of the confusion matrix, or how many outputs have measures."""
        if not self.by_class:
            return min(self.lesson.network.n_outputs, MOST_LISTED)
        return len(self.classes) if len(self.classes) <= MOST_LISTED else 0

    @cached_property
    def measures(self) -> Sequence[tuple[str, int]]:
        """Key and output, from 0, of each measure of the first table, from top to bottom."""
        if self.by_class:
            return [(key, 0) for key in ("samples", "right", "accuracy", "commonest", "mean_loss")]
        each = [(key, output) for output in range(self.n_listed) for key in ("rmse", "r_squared")]
        return [("samples", 0), *each, ("mean_loss", 0)]

    def measure(self, name: str, key: str, output: int = 0) -> tuple[int, int]:
        """Row and column of a measure of a set of samples."""
        return _TABLE_ROW + 1 + self.measures.index((key, output)), 2 + [*self.counts].index(name)

    @property
    def table_row(self) -> int:
        """Row of the headings of the first table."""
        return _TABLE_ROW

    @cached_property
    def class_tables(self) -> Mapping[str, Box]:
        """A row for each class, by the set of samples: what they are taken for, and four measures."""
        if not self.by_class:
            return {}
        row, found, n = _TABLE_ROW + len(self.measures) + 1 + _APART, {}, len(self.classes)
        for name in self.counts:
            found[name] = Box(row + 1, 2, n, self.n_listed + 4)
            row += n + 2
        return found

    @cached_property
    def chart(self) -> Box | None:
        """Where targets are drawn against outputs, where these are numbers."""
        if self.by_class:
            return None
        row = _TABLE_ROW + len(self.measures) + _APART
        return Box(row, 1, _CHART_ROWS, max(1, int(70.0 / self.width)))

    @property
    def last_summed_up(self) -> int:
        """Last row of the tables and the picture for the chosen iteration."""
        boxes = self.class_tables.values() if self.chart is None else [self.chart]
        return max(box.last_row for box in boxes)

    @cached_property
    def curve(self) -> Box:
        """The numbers of all evaluated iterations: a row each, the first for the chosen one.

        In the first column stands the iteration, and in the last one whether the loss is the least.
        """
        end = self.last_summed_up
        rows = 1 + len(self.lesson.evaluated) if self.lesson.evaluated else 0
        return Box(end + _APART + 2, 1, rows, 1 + len(self.keys))

    @cached_property
    def labels_row(self) -> int:
        """Row of the names of the matrices, above the list of samples."""
        return self.curve.last_row + _APART + 2 if self.curve.n_rows else self.curve.row

    @cached_property
    def rows(self) -> Mapping[str, Box]:
        """Number, class, answer and verdict of the samples of each set."""
        row, found = self.labels_row + 1, {}
        for name, count in self.counts.items():
            found[name] = Box(row, NUMBER_COL, count, RIGHT_COL if self.by_class else 1)
            row += count + 1
        return found

    @cached_property
    def columns(self) -> Mapping[str, Box]:
        """Each matrix of one sample, in the row of the labels: data, forward pass, what the loss adds up."""
        shapes = {X: self.lesson.network.n_inputs, Y: self.lesson.network.n_outputs}
        shapes |= {
            result.name: result.expr.shape[1] for result in sample_pass(self.lesson.network, 1).results
        }
        boxes, col = {}, (RIGHT_COL if self.by_class else NUMBER_COL) + 2
        for name, n_cols in shapes.items():
            boxes[name] = Box(self.labels_row, col, 1, n_cols)
            col += n_cols + max(1, ceil(gap_after([name], n_cols, self.width) / self.width))
        return boxes

    def matrix(self, name: str, of: str) -> Box:
        """Place of a matrix of all samples of a set."""
        rows, column = self.rows[of], self.columns[name]
        return Box(rows.row, column.col, rows.n_rows, column.n_cols)

    @cached_property
    def bands_row(self) -> int:
        """First row of the evaluations at other iterations."""
        return [*self.rows.values()][-1].last_row + 2

    @property
    def band_height(self) -> int:
        """Rows from one of them to the next: the numbers they come to, all samples, and an empty row."""
        return sum(self.counts.values()) + 2

    @cached_property
    def live(self) -> Mapping[int, int]:
        """Row of the numbers of each iteration that is evaluated in cells, by the iteration."""
        positions = [position for some in live_positions(self.lesson) for position in some]
        return {
            self.lesson.shown[position - 1]: self.bands_row + number * self.band_height
            for number, position in enumerate(positions)
        }

    @property
    def last_row(self) -> int:
        """The last row of the sheet."""
        return self.bands_row - 2 + len(self.live) * self.band_height
