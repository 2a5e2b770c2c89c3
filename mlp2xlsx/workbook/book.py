"""The whole workbook: its sheets, its defined names, and the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

import numpy as np
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from mlp2xlsx import resources
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.network import EXPONENTIALS
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import Trace
from mlp2xlsx.workbook.context import Choice, Context, decimals_of_change
from mlp2xlsx.workbook.layout.canvas import place, width_for
from mlp2xlsx.workbook.layout.given import first_tried
from mlp2xlsx.workbook.layout.near import place_steps
from mlp2xlsx.workbook.layout.places import place_data, place_setup, place_training
from mlp2xlsx.workbook.layout.titles import named_sheets
from mlp2xlsx.workbook.layout.version import named_layout
from mlp2xlsx.workbook.sheets.heading import say_protected
from mlp2xlsx.workbook.sheets.registry import Write, links_of, names_on, sheets_of
from mlp2xlsx.workbook.sheets.step.ask import first_asked
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.writing.archive import timestamp
from mlp2xlsx.xlsx.writing.sheet import Sheet
from mlp2xlsx.xlsx.writing.styles import Styles
from mlp2xlsx.xlsx.writing.writer import Progress, write

DECIMALS_SHRUNK = 2
"""How many decimals more than there is room for can still be read."""


@dataclass
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
    names: dict[str, Place]
    context: Context

    def save(self, stream: IO[bytes], progress: Progress | None = None) -> None:
        """Write the file; see `writer.write`."""
        write(self.workbook, self.sheets, stream, progress)

    def follow(self, titles: Mapping[str, str]) -> None:
        """Let formulas and names follow, as programs do, where sheets were given other titles.

        Parameters
        ----------
        titles
            The new titles by the old ones.
        """
        for sheet in self.sheets.values():
            sheet.follow(titles)
        self.names |= {name: (titles.get(title, title), box) for name, (title, box) in self.names.items()}
        self.sheets = {titles.get(title, title): sheet for title, sheet in self.sheets.items()}

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
    tried: FloatMatrix | None = None,
    draws_gradients: bool = False,
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
        Row and column that are chosen on the step sheets, by matrix; without it, of the first result.
    tried
        The inputs that are tried, shape (1, n_inputs); without it, those of the first sample.
    draws_gradients
        Whether `Network` shows gradients, and not weights.
    protected
        Whether only the cells meant for it can be typed into.
    """
    lesson: Lesson = trace.lesson
    one = lesson.one_iteration
    recorded = trace if recorded is None else recorded
    # Where cells stand follows from the run that the workbook was built from: other inputs move none.
    # Exponentials alone may be much larger than all else: where one is too wide, it shrinks to fit.
    largest = max(float(np.abs(recorded[name]).max()) for name in recorded if name != EXPONENTIALS)
    width = width_for(largest, lesson.decimals)
    of_updates = decimals_of_change(recorded, lesson.network.trained())
    of_kept = decimals_of_change(recorded, one.updates)
    shrunk = max(lesson.decimals, of_kept - DECIMALS_SHRUNK)
    narrow = width_for(largest, shrunk, narrow=True)
    canvas = place(one, narrow)
    context = Context(
        lesson=lesson,
        trace=trace,
        recorded=recorded,
        iteration=iteration,
        asked=asked if asked is not None else first_asked(one.steps),
        tried=tried if tried is not None else first_tried(recorded.lesson),
        draws_gradients=draws_gradients,
        texts=resources.texts(lesson.language),
        links=links_of(lesson),
        canvas=canvas,
        near=place_steps(one, canvas, narrow),
        decimals_of_updates=of_updates,
        decimals_of_kept=of_kept,
        setup=place_setup(lesson),
        data=place_data(lesson),
        training=place_training(
            one,
            some=bool(lesson.show),
            cell_width=width,
            updated_width=width_for(largest, max(lesson.decimals, of_updates - DECIMALS_SHRUNK)),
            kept_width=width_for(largest, of_kept),
        ),
    )
    names = dict([*names_on(context), named_layout(context.titles["setup"])])
    return assemble(context, dict(sheets_of(context)), names, protected=protected)


def assemble(
    context: Context,
    contents: Mapping[str, Write],
    names: dict[str, Place],
    *,
    protected: bool,
) -> Book:
    """Make a workbook of its sheets and names.

    Parameters
    ----------
    context
        What the sheets are made from.
    contents
        What fills each sheet, by its key, in the order of the tabs.
    names
        Every defined name but those of the sheets: the sheet and the place it stands for.
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
    workbook.properties.language = context.texts["document"]["language"]
    check = context.texts["check"]
    words = {"after": context.texts["training"]["after"], "yes": check["yes"], "no": check["no"]}
    styles = Styles(workbook, context.decimals, words, context.texts["font"])
    sheets: dict[str, Sheet] = {}
    for key, write_sheet in contents.items():
        title = context.titles[key]
        sheet = Sheet(workbook.create_sheet(title), styles, sheets.copy())
        write_sheet(sheet, context)
        sheets[title] = sheet
        say_protected(sheet, context)
        sheet.make_rows_higher()
        if protected:
            sheets[title].protect()
    names |= named_sheets({key: context.titles[key] for key in contents})
    for name, (title, box) in names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=box.on(title))
    return Book(workbook, sheets, names, context)
