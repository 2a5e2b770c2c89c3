"""The whole workbook: its sheets, its defined names, and the file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

import numpy as np
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from mlp2xlsx import resources
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.training import Trace, measured_cells
from mlp2xlsx.workbook.context import Choice, Context, step_sheet
from mlp2xlsx.workbook.layout.canvas import place, width_for
from mlp2xlsx.workbook.layout.places import place_data, place_setup, place_training
from mlp2xlsx.workbook.layout.version import named_layout
from mlp2xlsx.workbook.sheets.check.sheet import write_check
from mlp2xlsx.workbook.sheets.code import write_code
from mlp2xlsx.workbook.sheets.data import write_data
from mlp2xlsx.workbook.sheets.loss import loss_box, write_loss
from mlp2xlsx.workbook.sheets.math.sheet import write_math
from mlp2xlsx.workbook.sheets.network.sheet import write_network
from mlp2xlsx.workbook.sheets.pictures.curve import has_curve, write_curve
from mlp2xlsx.workbook.sheets.pictures.surface import has_surface, n_points, write_surface
from mlp2xlsx.workbook.sheets.python import lesson_box, write_python
from mlp2xlsx.workbook.sheets.setup.sheet import write_setup
from mlp2xlsx.workbook.sheets.step.ask import asked_name, choosers
from mlp2xlsx.workbook.sheets.step.sheet import ask_row, canvas_row, write_step
from mlp2xlsx.workbook.sheets.training import write_training
from mlp2xlsx.workbook.sheets.weights import n_listed, write_weights
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import Styles
from mlp2xlsx.xlsx.writing.writer import Progress, timestamp, write

LESSON_NAME = "lesson"


@dataclass(frozen=True)
class Book:
    """A workbook, complete but for the file.

    Attributes
    ----------
    workbook
        What openpyxl knows of it.
    sheets
        The sheets by title, in the order of the tabs.
    names
        Every defined name: the sheet and the place it stands for.
    context
        What the sheets were made from.
    """

    workbook: Workbook
    sheets: dict[str, Sheet]
    names: dict[str, tuple[str, Box]]
    context: Context

    def save(self, stream: IO[bytes], progress: Progress | None = None) -> None:
        """Write the file; see `writer.write`."""
        write(self.workbook, self.sheets, stream, progress)

    def bands(self) -> dict[str, list[Bands]]:
        """Rows that repeat, by sheet title."""
        return {title: sheet.bands for title, sheet in self.sheets.items()}

    def n_cells(self) -> int:
        """How many cells hold a number, a formula or a text."""
        return sum(sheet.n_cells() for sheet in self.sheets.values())


def make(
    trace: Trace,
    *,
    recorded: Trace | None = None,
    iteration: int = 1,
    asked: Mapping[str, Choice] | None = None,
    protected: bool = True,
) -> Book:
    """Make the workbook of a training run.

    Parameters
    ----------
    trace
        The run that the formulas repeat.
    recorded
        The run that `Python` shows; the same one unless the inputs were changed since.
    iteration
        Which iteration the step sheets show, from 1.
    asked
        Row and column that are chosen on the step sheets, by matrix; nothing, to begin with.
    protected
        Whether only the cells meant for it can be typed into.
    """
    lesson: Lesson = trace.lesson
    largest = max(float(np.abs(values).max()) for values in trace.values())
    width = width_for(largest, lesson.decimals)
    context = Context(
        lesson=lesson,
        trace=trace,
        recorded=recorded if recorded is not None else trace,
        iteration=iteration,
        asked=asked if asked is not None else {},
        ask_row=ask_row(trace.steps),
        texts=resources.texts(lesson.language),
        canvas=place(lesson.network, trace.steps, canvas_row(trace.steps), width),
        setup=place_setup(lesson),
        data=place_data(lesson),
        training=place_training(
            trace.steps, measured_cells(lesson), some=bool(lesson.show), cell_width=width
        ),
    )
    return assemble(context, dict(_sheets(context)), dict(_names(context)), protected=protected)


def assemble(
    context: Context,
    contents: Mapping[str, Callable[[Sheet], None]],
    names: dict[str, tuple[str, Box]],
    *,
    protected: bool,
) -> Book:
    """Make a workbook of its sheets and names.

    Parameters
    ----------
    context
        What the sheets are made from.
    contents
        What fills each sheet, by title, in the order of the tabs.
    names
        Every defined name: the sheet and the place it stands for.
    protected
        Whether only the cells meant for it can be typed into.
    """
    lesson = context.lesson
    workbook = Workbook()
    workbook.remove(workbook.active)
    day = datetime.fromtimestamp(timestamp(), UTC).replace(tzinfo=None)
    workbook.properties.created = workbook.properties.modified = day
    workbook.properties.creator = "mlp2xlsx"
    workbook.properties.title = lesson.words["title"]
    styles = Styles(workbook, lesson.decimals, context.texts["training"]["after"], context.texts["font"])
    sheets: dict[str, Sheet] = {}
    for title, fill in contents.items():
        sheet = Sheet(workbook.create_sheet(title), styles, sheets.copy())
        fill(sheet)
        sheets[title] = sheet
        if protected:
            sheets[title].protect()
    for name, (title, box) in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=box.on(title))
    return Book(workbook, sheets, names, context)


def n_bands(lesson: Lesson) -> int:
    """How many rows and bands the workbook repeats: the units in which progress is counted."""
    training = len(lesson.shown) + (not lesson.show)
    points = n_points(lesson.network) if has_surface(lesson.network) else int(has_curve(lesson.network))
    return training + 3 * lesson.iterations + n_listed(len(lesson.shown)) + points


def _sheets(context: Context) -> Iterator[tuple[str, Callable[[Sheet], None]]]:
    """Yield title and contents of each sheet in the order of the tabs."""
    yield "Setup", lambda sheet: write_setup(sheet, context)
    if context.data is not None:
        yield "Data", lambda sheet: write_data(sheet, context)
    for number in range(1, len(context.steps) + 1):
        yield step_sheet(number), lambda sheet, number=number: write_step(sheet, context, number)  # type: ignore[misc]
    yield "Training", lambda sheet: write_training(sheet, context)
    yield "Loss", lambda sheet: write_loss(sheet, context)
    yield "Weights", lambda sheet: write_weights(sheet, context)
    yield "Network", lambda sheet: write_network(sheet, context)
    if has_surface(context.lesson.network):
        yield "Surface", lambda sheet: write_surface(sheet, context)
    if has_curve(context.lesson.network):
        yield "Curve", lambda sheet: write_curve(sheet, context)
    yield "Math", lambda sheet: write_math(sheet, context)
    yield "Code", lambda sheet: write_code(sheet, context)
    yield "Python", lambda sheet: write_python(sheet, context)
    yield "Check", lambda sheet: write_check(sheet, context)


def _names(context: Context) -> Iterator[tuple[str, tuple[str, Box]]]:
    """Yield every defined name with the sheet and the place where the matrix is computed."""
    yield from context.inputs.items()
    yield from step_names(context)
    yield "loss_history", ("Loss", loss_box(context.lesson.iterations))
    yield LESSON_NAME, ("Python", lesson_box(context))
    yield named_layout()


def step_names(context: Context) -> Iterator[tuple[str, tuple[str, Box]]]:
    """Yield the defined names of the step sheets: matrices, and where a cell of them is asked for."""
    for number, step in enumerate(context.steps, start=1):
        for matrix, box in choosers(step, context.ask_row).items():
            yield asked_name(matrix), (step_sheet(number), box)
        for result in step.results:
            if result.name not in context.inputs:
                yield result.name, (step_sheet(number), context.canvas.boxes[result.name])
