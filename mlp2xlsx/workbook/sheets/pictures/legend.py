"""What colours, numbers and frames of a plane mean, and the rules by which its cells have them."""

from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.formatting.rule import ColorScaleRule, Rule

from mlp2xlsx.evaluation import TRAINING, VALIDATION, sample_sets
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.column_names import short_name
from mlp2xlsx.workbook.sheets.pictures.axis import output_name
from mlp2xlsx.workbook.sheets.pictures.samples import MARKS, largest_tells
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.writing.sheet import Sheet, Value
from mlp2xlsx.xlsx.writing.styles import CLASS_COLOURS, HIGH, LOW, MIDDLE, of_point

_MOST_CLASSES = 10
_LONGEST_NAME = 24


@dataclass(frozen=True)
class LegendLine:
    """A line of the legend: what stands in a cell, how that looks, and what it means."""

    value: Value | None
    role: str
    text: str


def legend_lines(context: Context) -> list[LegendLine]:
    """The lines of the legend: classes or outputs, then the sets of samples."""
    words = context.texts["surface"]
    marks = {TRAINING: "sample", VALIDATION: "kept_sample"}
    sets = [LegendLine(None, marks[of], words[f"frame_{of}"]) for of in sample_sets(context.lesson)]
    return [*(_classes(context) if largest_tells(context.lesson) else _outputs(context)), *sets]


def write_legend(sheet: Sheet, row: int, col: int, lines: list[LegendLine]) -> None:
    """Write the lines of the legend, one below the other."""
    for at, line in enumerate(lines, row):
        sheet.put(at, col, line.value, line.role)
        sheet.put(at, col + 1, line.text, "beside")


def _classes(context: Context) -> Iterator[LegendLine]:
    """Yield a line for each class, of many for the first ones."""
    n_classes = context.lesson.network.n_outputs
    for number in range(1, min(n_classes, _MOST_CLASSES) + 1):
        role = f"class_{number}" if number <= len(CLASS_COLOURS) else "middle"
        name = short_name(output_name(context, number - 1), _LONGEST_NAME)
        yield LegendLine(number, role, name)
    if n_classes > _MOST_CLASSES:
        yield LegendLine("…", "middle", context.texts["surface"]["classes_more"].format(count=n_classes))


def _outputs(context: Context) -> Iterator[LegendLine]:
    """Yield what a low output is, one half-way, and a high one."""
    words, lesson = context.texts["surface"], context.lesson
    bounded = lesson.network.output != "linear"
    two = lesson.classes if lesson.network.n_outputs == 1 else ()
    for number, (role, sign) in enumerate({"low": "↓", "middle": "–", "high": "↑"}.items()):
        text = words[role]
        if two and role != "middle":
            text = short_name(two[number // 2], _LONGEST_NAME)
        yield LegendLine(number / 2 if bounded else sign, role, text)


def class_rules(box: Box, marks: Box | None, n_classes: int) -> Iterator[Rule]:
    """Yield the rules of cells that hold the number of a class; the first that is true wins.

    Parameters
    ----------
    box
        The cells.
    marks
        The mark of each; None where no cell is marked.
    n_classes
        How many classes there are: the first ones have a colour.
    """
    own = a1(box.row, box.col)
    for number, colour in enumerate(CLASS_COLOURS[:n_classes], 1):
        if marks is not None:
            for of, mark in MARKS.items():
                marked = f"AND({own}={number},{a1(marks.row, marks.col)}={mark})"
                yield of_point(marked, kept=of == VALIDATION, color=colour)
        yield of_point(f"{own}={number}", color=colour)
    if marks is not None and n_classes > len(CLASS_COLOURS):
        yield from mark_rules(marks)


def mark_rules(marks: Box) -> Iterator[Rule]:
    """Yield the rules of cells that are marked."""
    for of, mark in MARKS.items():
        yield of_point(f"{a1(marks.row, marks.col)}={mark}", kept=of == VALIDATION)


def colour_scale(*, bounded: bool) -> Rule:
    """Make the colour scale: from 0 to 1 where outputs are, else over what there is."""
    ends = ("num", "num", "num") if bounded else ("min", "percent", "max")
    values = (0, 0.5, 1) if bounded else (None, 50, None)
    return ColorScaleRule(ends[0], values[0], LOW, ends[1], values[1], MIDDLE, ends[2], values[2], HIGH)
