"""The samples beside a plane of two inputs: a list of them, and the points of the plane they are near to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.evaluation import TRAINING, VALIDATION, class_numbers, sample_sets, tells_classes
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.steps import X, Y
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.given import data_of
from mlp2xlsx.workbook.sheets.pictures.axis import Axis, input_name, output_name
from mlp2xlsx.xlsx.address import Box, a1, quoted
from mlp2xlsx.xlsx.writing.sheet import Sheet

MARKS = {TRAINING: 1, VALIDATION: 2}
"""What a point near to a sample of a set is marked with; of others it is 0."""

MOST_OUTPUTS = 3
_MOST_SAMPLES = 60  # of each set
_LONGEST_NAME = 8
_ROW_FACTOR = 100  # of the number of a point: its row, then its column in two digits
_UP = 1e-9  # half-way between two points every program takes the same one


@dataclass(frozen=True)
class Samples:
    """The list of samples.

    Attributes
    ----------
    context
        The workbook's numbers, texts and places.
    row, col
        Where its first heading stands.
    across, up
        The axes of the plane.
    """

    context: Context
    row: int
    col: int
    across: Axis
    up: Axis

    @property
    def by_class(self) -> bool:
        """Whether the largest of several outputs tells the class."""
        return largest_tells(self.context.lesson)

    @property
    def n_targets(self) -> int:
        """How many columns of targets there are; of classes one, with their numbers."""
        return 1 if self.by_class else min(self.context.lesson.network.n_outputs, MOST_OUTPUTS)

    @property
    def target_col(self) -> int:
        """The first column of targets."""
        return self.col + 3

    @property
    def last_col(self) -> int:
        """The last column, in which the number of the nearest point stands."""
        return self.target_col + self.n_targets

    @cached_property
    def rows(self) -> Mapping[str, range]:
        """Rows of each set of samples; above them stand a heading and the names of the columns."""
        found, row = {}, self.row + 2
        for name, (_, targets) in sample_sets(self.context.lesson).items():
            found[name] = range(row, row + min(len(targets), _MOST_SAMPLES))
            row = found[name].stop + 3
        return found

    @property
    def last_row(self) -> int:
        """The last row."""
        return max(rows[-1] for rows in self.rows.values())

    @property
    def left_out(self) -> int | None:
        """How many of each set are listed at most, where that is not all of them."""
        sizes = [len(targets) for _, targets in sample_sets(self.context.lesson).values()]
        return _MOST_SAMPLES if max(sizes) > _MOST_SAMPLES else None

    def classes(self, of: str) -> Box:
        """Where the classes of a set of samples stand, or their first targets."""
        return Box(self.rows[of].start, self.target_col, len(self.rows[of]), 1)

    def write(self, sheet: Sheet) -> None:
        """Write the list."""
        words, targets = self.context.texts["surface"], self._target_names()
        for of, rows in self.rows.items():
            sheet.put(rows.start - 2, self.col, words[of], "heading")
            sheet.put(rows.start - 2, self.target_col, words["target"], "label_centred")
            names = [input_name(self.context, axis.column) for axis in (self.across, self.up)]
            sheet.put(rows.start - 1, self.col, words["sample"], "label")
            for col, name in enumerate([*names, *targets, words["point"]], self.col + 1):
                sheet.put(rows.start - 1, col, shortened(name, _LONGEST_NAME), "label_centred")
            for number, row in enumerate(rows):
                sheet.put(row, self.col, number + 1, "quiet_centred")
                self._write_sample(sheet, of, number, row)

    def _target_names(self) -> list[str]:
        if self.by_class:
            return [str(self.context.texts["surface"]["class"])]
        return [output_name(self.context, number) for number in range(self.n_targets)]

    def _write_sample(self, sheet: Sheet, of: str, number: int, row: int) -> None:
        """Repeat the data of a sample, and find the point that is nearest to it."""
        inputs, targets = (values[number] for values in sample_sets(self.context.lesson)[of])
        self._copy(sheet, X, of, number, row, self.col + 1, inputs[:2])
        if self.by_class:
            title, box = self.context.inputs[data_of(Y, of)]
            given = Box(box.row + number, box.col, 1, box.n_cols).on(title)
            own = Formula(f"MATCH(MAX({given}),{given},0)", 0)
            sheet.formula(row, self.target_col, own, float(class_numbers(targets[None])[0]), "count", "class")
        else:
            self._copy(sheet, Y, of, number, row, self.target_col, targets[: self.n_targets])
        place = Formula(self._point_formula(row), 0)
        sheet.formula(row, self.last_col, place, float(self._points[of][number]), "quiet_centred", "point")

    def _copy(
        self, sheet: Sheet, name: str, of: str, number: int, row: int, col: int, values: Sequence[float]
    ) -> None:
        title, box = self.context.inputs[data_of(name, of)]
        for j, value in enumerate(values):
            formula = Formula(f"{quoted(title)}!{a1(box.row + number, box.col + j)}", 0)
            sheet.formula(row, col + j, formula, float(value), self.context.role(name), name)

    def _point_formula(self, row: int) -> str:
        """Formula for the number of the point nearest to the sample in a row."""
        right, upwards = (
            f"INT(({a1(row, self.col + 1 + k)}-{a1(axis.row, axis.col, fixed=True)})"
            f"/{a1(axis.row + 1, axis.col, fixed=True)}+0.5+{_UP:.0E})"
            for k, axis in enumerate((self.across, self.up))
        )
        first = _point(self.up.half + 1, self.across.half + 1)
        return f"{first}-{_ROW_FACTOR}*{upwards}+{right}"

    @cached_property
    def _points(self) -> Mapping[str, list[int]]:
        """Number of the point nearest to each sample of a set."""
        (x, dx), (y, dy) = (axis.numbers(self.context) for axis in (self.across, self.up))
        return {
            of: [
                _point(
                    self.up.half + 1 - floor((up - y) / dy + 0.5 + _UP),
                    self.across.half + 1 + floor((right - x) / dx + 0.5 + _UP),
                )
                for right, up in inputs[: len(self.rows[of])].tolist()
            ]
            for of, (inputs, _) in sample_sets(self.context.lesson).items()
        }

    def marks(self) -> NDArray[np.int_]:
        """Compute the mark of each point, from the highest row to the lowest."""
        near = {of: set(points) for of, points in self._points.items()}
        heights, widths = len(self.up.steps), len(self.across.steps)
        return np.array(
            [
                [
                    next((MARKS[of] for of in near if _point(i, j) in near[of]), 0)
                    for j in range(1, widths + 1)
                ]
                for i in range(1, heights + 1)
            ]
        )

    def write_marks(self, sheet: Sheet, box: Box) -> None:
        """Write the mark of each point: one of training, and where there is none, one of validation."""
        listed = {of: Box(rows.start, self.last_col, len(rows), 1) for of, rows in self.rows.items()}
        for (row, col), mark in zip(box.cells(), self.marks().ravel().tolist(), strict=True):
            point, text = _point(row - box.row + 1, col - box.col + 1), "0"
            for of in reversed(listed):
                points = listed[of].text(fixed=True)
                # Of a single cell IronCalc's COUNTIF knows nothing.
                there = f"{points}={point}" if listed[of].n_rows == 1 else f"COUNTIF({points},{point})>0"
                text = f"IF({there},{MARKS[of]},{text})"
            sheet.formula(row, col, Formula(text, 0), float(mark), "grid_class", "mark")


def largest_tells(lesson: Lesson) -> bool:
    """Whether the largest of several outputs tells the class."""
    return tells_classes(lesson) and lesson.network.n_outputs > 1


def _point(row: int, col: int) -> int:
    """Number of a point, from its row, counted from above, and its column, both from 1."""
    return _ROW_FACTOR * row + col
