"""A workbook of one iteration to be filled in: the data, and the steps."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from mlp2xlsx import resources
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.steps import Step
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import Trace
from mlp2xlsx.workbook.book import DECIMALS_SHRUNK, Book, assemble
from mlp2xlsx.workbook.context import Context, decimals_for_class
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.layout.canvas import Canvas, place, width_for
from mlp2xlsx.workbook.layout.given import first_tried
from mlp2xlsx.workbook.layout.near import place_steps
from mlp2xlsx.workbook.layout.places import place_data, place_setup, place_training
from mlp2xlsx.workbook.layout.version import named_layout
from mlp2xlsx.workbook.sheets.data import write_data
from mlp2xlsx.workbook.sheets.registry import Write
from mlp2xlsx.workbook.sheets.setup.handout import HANDOUT_BOX, HANDOUT_NAME, write_handout_setup
from mlp2xlsx.workbook.sheets.step.answer_cells import longest_remarks
from mlp2xlsx.workbook.sheets.step.sheet import step_names, write_step
from mlp2xlsx.xlsx.references import Place

_SIGN_WIDTH = 2  # of the mark behind a number


def make_handout(
    lesson: Lesson,
    handout: Handout,
    values: Mapping[str, FloatMatrix],
    largest: float,
) -> Book:
    """Make the workbook of a handout, of its key, or of one that is handed back.

    Parameters
    ----------
    lesson
        What the first iteration starts from.
    handout
        What is left to be filled in, or was.
    values
        Every matrix as the sheets show it, by name; NaN where nothing is known yet.
    largest
        The largest number there may be room for.
    """
    one, texts = lesson.one_iteration, resources.texts(lesson.language)
    canvas, near = handout_canvases(lesson, handout, largest)
    trace = Trace(lesson, {name: matrix[None] for name, matrix in values.items()}, np.array([np.nan]))
    context = Context(
        lesson=lesson,
        trace=trace,
        recorded=trace,
        iteration=1,
        asked={},
        tried=first_tried(lesson),
        draws_gradients=False,
        texts=texts,
        canvas=canvas,
        near=near,
        setup=place_setup(lesson, filled_in=True),
        data=place_data(lesson),
        training=place_training(one),
        decimals_of_kept=decimals_for_class(one),
        handout=handout,
    )
    book = assemble(context, dict(_sheets(context, handout)), dict(_names(context)), protected=True)
    if not handout.marked:
        _open_at_answers(book, handout)
    return book


def handout_canvases(lesson: Lesson, handout: Handout, largest: float) -> tuple[Canvas, list[Canvas]]:
    """Lay out all matrices of a handout, and each step sheet, with room for what is said of the matrices.

    What is handed back has the places of what was handed out, so that a student's formulas read what they
    read, and wider columns.
    """
    words = resources.texts(lesson.language)["handout"]
    one, steps_of_all = replace(lesson, span=lesson.span[:1]).one_iteration, lesson.one_iteration.steps
    decimals = lesson.decimals
    if one.kept:
        decimals = max(decimals, decimals_for_class(one) - DECIMALS_SHRUNK)
    width = width_for(largest, decimals, narrow=True)
    remarks = _in_the_first(steps_of_all, longest_remarks(words, handout))
    canvas = place(one, width, remarks)
    steps = _again(place_steps(one, canvas, width, remarks), steps_of_all)
    if not handout.marked:
        return canvas, steps
    each = {id(one): one for one in (canvas, *steps)}  # mostly one and the same
    wide = {key: _widened(one, handout.blank) for key, one in each.items()}
    return wide[id(canvas)], [wide[id(one)] for one in steps]


def _in_the_first(steps: Sequence[Step], remarks: Mapping[str, str]) -> dict[str, str]:
    """What may stand behind the names of the first iteration; later ones have the same places."""
    names = {here: name for step in steps for name, here in step.names.items()}
    return {names.get(name, name): remark for name, remark in remarks.items()}


def _again(first: list[Canvas], steps: Sequence[Step]) -> list[Canvas]:
    """The canvases of the first iteration, and the same for later ones, with the names of these."""
    known: dict[tuple[int, int], Canvas] = {}  # mostly one and the same for a whole iteration
    found = [*first]
    again = [number for number, step in enumerate(steps[: len(first)]) if not step.brings_in]
    for number, step in enumerate(steps[len(first) :]):
        canvas = first[again[number % len(again)]]
        key = id(canvas), step.iteration
        if key not in known:
            boxes = {step.names.get(name, name): box for name, box in canvas.boxes.items()}
            beside = frozenset(step.names.get(name, name) for name in canvas.beside)
            known[key] = replace(canvas, boxes=boxes, beside=beside)
        found.append(known[key])
    return found


def _widened(canvas: Canvas, blank: Collection[str]) -> Canvas:
    """The same places with room for a sign beside each number."""
    widths = dict(canvas.widths)
    boxes = {name: box for name, box in canvas.boxes.items() if box.col in widths}
    answers = [boxes[name] for name in blank if name in boxes]
    answered = {col for box in answers for col in range(box.col, box.last_col + 1)}
    widths |= {col: widths[col] + _SIGN_WIDTH for col in answered}
    return replace(canvas, widths=widths)


def _open_at_answers(book: Book, handout: Handout) -> None:
    """Open the workbook where something is to be filled in, if there is anything."""
    for step, title in zip(book.context.steps, book.context.step_titles, strict=True):
        if any(result.name in handout.blank for result in step.results):
            book.workbook.active = book.workbook[title]
            return


def _sheets(context: Context, handout: Handout) -> Iterator[tuple[str, Write]]:
    """Yield the key of each sheet, in the order of the tabs, and what fills it."""
    yield "setup", lambda sheet, context: write_handout_setup(sheet, context, handout)
    if context.data is not None:
        yield "data", write_data
    for key in context.step_keys:
        yield key, write_step


def _names(context: Context) -> Iterator[tuple[str, Place]]:
    """Yield every defined name with the sheet and the place it stands for."""
    yield from context.inputs.items()
    yield from step_names(context)
    yield HANDOUT_NAME, (context.titles["setup"], HANDOUT_BOX)
    yield named_layout(context.titles["setup"])
