"""The inputs that stand in a workbook now, and the lesson it was built from."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mlp2xlsx.errors import LessonError, LimitError, WorkbookError, refuse
from mlp2xlsx.lesson import Lesson, parse
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.context import Choice
from mlp2xlsx.workbook.layout.given import (
    TRIED,
    data_name,
    first_tried,
    given_inputs,
    number_in_cell,
    put_in,
    validation_inputs,
    words_at,
)
from mlp2xlsx.workbook.layout.titles import sheet_name, title_in
from mlp2xlsx.workbook.limits import check_limits
from mlp2xlsx.workbook.sheets.network.choice import NETWORK_SHOWS, choices
from mlp2xlsx.workbook.sheets.python import LESSON_NAME
from mlp2xlsx.workbook.sheets.step.ask import asked_name
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.contents import Contents

_LONGEST_LESSON = 5_000_000  # characters
_LONGEST_REASON = 1_000
# So few numbers that they may as well be computed: the report then says which cells are missing.
_QUICKLY_TRAINED = 1_000_000
# Numbers computed on the way from one shown iteration to the next: some ten seconds.
_MOST_TRAINED = 1_000_000_000
_MOST_DRAWN = 20_000_000  # numbers of samples, and of neurons that are left out


@dataclass(frozen=True)
class Inputs:
    """What a workbook is to be compared with.

    Attributes
    ----------
    recorded
        The lesson the workbook was built from, as it stands in the workbook.
    current
        The same lesson with the data, starting values and learning rate that are in the workbook now.
    iteration
        The iteration that is chosen on `Setup`, from 1.
    asked
        Row and column that are chosen on the step sheets, for every matrix.
    tried
        The inputs that are typed in on the sheet to try them, shape (1, n_columns); words as their numbers.
    draws_gradients
        Whether the drawing of the network shows gradients, and not weights.
    """

    recorded: Lesson
    current: Lesson
    iteration: int
    asked: Mapping[str, Choice]
    tried: FloatMatrix
    draws_gradients: bool

    @property
    def unchanged(self) -> bool:
        """Whether data, starting values and learning rate are those that were recorded."""
        one, other = (given_inputs(lesson) for lesson in (self.recorded, self.current))
        return all(np.array_equal(one[name], other[name]) for name in one)


def read_inputs(contents: Contents, *, chooses: bool = True) -> Inputs:
    """Read the lesson and the inputs of a workbook.

    Parameters
    ----------
    contents
        The workbook.
    chooses
        Whether to read what training does not depend on, too: which cells are asked for, which inputs are
        tried, and what is drawn; where, is up to the layout.

    Raises
    ------
    WorkbookError
        When the lesson is missing or damaged, or an input is no usable number.
    """
    recorded = _lesson(contents)
    _check_size(recorded, contents)
    given = given_inputs(recorded)
    numbers = {name: _matrix(contents, recorded, name, values.shape) for name, values in given.items()}
    try:
        current = put_in(recorded, numbers, str(contents.path))
    except LessonError as error:
        raise WorkbookError(str(error)) from None
    shapes = recorded.one_iteration.shapes if chooses else {}
    asked = {name: _choice(contents, name, shape) for name, shape in shapes.items()}
    first = first_tried(recorded)
    tried = _matrix(contents, recorded, TRIED, first.shape) if chooses else first
    draws = chooses and _draws_gradients(contents, recorded)
    return Inputs(recorded, current, _iteration(contents, recorded), asked, tried, draws)


def as_inputs(lesson: Lesson, iteration: int) -> dict[str, FloatMatrix]:
    """Numbers of all inputs by their defined names, the chosen iteration among them if there is training."""
    chosen = {"iteration": np.array([[float(iteration)]])} if lesson.trains else {}
    return given_inputs(lesson) | chosen


def _lesson(contents: Contents) -> Lesson:
    title, box = contents.place(LESSON_NAME)
    source = f"{contents.path}, lesson on sheet {title}"
    constants = contents.sheets[title].constants
    if box.n_rows > len(constants):
        raise WorkbookError(
            f"{source}: found {len(constants):,} cells, expected {box.n_rows:,} lines of text"
        )
    text = "\n".join(str(constants.get((box.row + i, box.col), "")) for i in range(box.n_rows))
    if len(text) > _LONGEST_LESSON:
        raise WorkbookError(f"{source}: has {len(text):,} characters, expected at most {_LONGEST_LESSON:,}")
    try:
        return parse(text, source, "lesson")
    except LessonError as error:
        raise WorkbookError(shortened(str(error), _LONGEST_REASON)) from None


def _check_size(lesson: Lesson, contents: Contents) -> None:
    """Refuse a lesson for which the workbook has no room, before it is trained.

    A few words can ask for a billion iterations; the cells they need cannot be made up as easily.

    Raises
    ------
    WorkbookError
        Saying which sheet is too small, and for how much.
    """
    network = lesson.network
    home, sheets, n = contents.place(LESSON_NAME)[0], contents.sheets, lesson.iterations
    source = f"{contents.path}, lesson on sheet {home}"
    if len(network.hidden) > len(sheets):
        raise WorkbookError(f"{source}: has {len(network.hidden)} hidden layers, for {len(sheets)} sheets")
    weights = sum(n_rows * n_cols for n_rows, n_cols in network.parameters().values())
    on_setup = lesson.scalars if lesson.trains else (initial_name(network.layers[0].weights),)
    titles = sorted({contents.place(name)[0] for name in (*on_setup, data_name(lesson))})  # Data and Setup
    named = f"sheet {titles[0]} has" if len(titles) == 1 else f"sheets {' and '.join(titles)} have"
    kept = sum(values.size for values in validation_inputs(lesson).values())
    inputs = weights + lesson.X_given.size + lesson.y.size + kept
    plain = sum(len(sheets[title].constants) for title in titles)
    neurons = sum(layer.n_neurons for layer in network.layers)
    each = weights + (lesson.batch or len(lesson.X)) * neurons
    evaluated = len(lesson.evaluated) * (len(lesson.y) + kept) * neurons
    masks = sum(layer.n_neurons for layer in network.dropping)
    drawn = (lesson.batch or 0) + (lesson.batch or len(lesson.X)) * masks
    shown = len(lesson.shown)
    title = title_in(contents.names, "training") or sheet_name("training")
    live = sheets[title].cells if title in sheets else 0
    if not lesson.trains:  # its steps are the only ones to hold them
        live = sum(one.cells for one in sheets.values())
    faults = {
        f"needs {inputs:,} inputs, {named} {plain:,} plain cells": inputs > plain,
        f"{n:,} iterations have a loss each, sheet {home} has {sheets[home].cells:,} cells": (
            n > sheets[home].cells
        ),
        f"{shown:,} iterations need {shown * each:,} cells, sheet {title} has {live:,}": (
            shown * each > max(live, _QUICKLY_TRAINED)
        ),
        f"{n:,} iterations would take too long to train": (
            n * each > _MOST_TRAINED or n * drawn > _MOST_DRAWN or evaluated > _MOST_TRAINED
        ),
    }
    refuse(lambda fault: WorkbookError(f"{source}: {fault}"), faults)
    try:
        check_limits(lesson)
    except LimitError as error:
        raise WorkbookError(f"{source}: {error}") from None


def _matrix(contents: Contents, lesson: Lesson, name: str, shape: tuple[int, ...]) -> FloatMatrix:
    """Read the plain numbers and words of a named range."""
    title, box = contents.place(name)
    if (box.n_rows, box.n_cols) != shape:
        raise WorkbookError(
            f"{contents.path}: {name} is {box.n_rows}×{box.n_cols}, "
            f"expected {shape[0]}×{shape[1]} as in its lesson"
        )
    values = np.empty(shape)
    for place in box.cells():
        found = contents.sheets[title].constants.get(place)
        column = place[1] - box.col
        number = number_in_cell(lesson, name, column, found)
        if number is None:
            shown = "a formula" if place in contents.sheets[title].formulas else _shown(found)
            words = words_at(lesson, name, column)
            expected = f"one of {', '.join(words)}" if words else "a number"
            raise WorkbookError(
                f"{contents.path}, {title}!{a1(*place)} ({name}): found {shown}, expected {expected}"
            )
        values[place[0] - box.row, column] = number
    return values


def _choice(contents: Contents, name: str, shape: tuple[int, int]) -> Choice:
    """Read which row and column of a matrix are chosen; none where the name is gone, which is a fault."""
    place = contents.names.get(asked_name(name))
    if place is None or place[0] not in contents.sheets:
        return None, None
    title, box = place
    if (box.n_rows, box.n_cols) != (1, 2):
        raise WorkbookError(
            f"{contents.path}: {asked_name(name)} is {box.n_rows}×{box.n_cols}, "
            "expected 1×2, a row and a column"
        )
    chosen: list[int | None] = []
    for col, count in zip((box.col, box.last_col), shape, strict=True):
        found = contents.sheets[title].constants.get((box.row, col))
        if found is None and (box.row, col) not in contents.sheets[title].formulas:
            chosen.append(None)
        elif isinstance(found, float) and found.is_integer() and 1 <= found <= count:
            chosen.append(int(found))
        else:
            shown = "a formula" if found is None else _shown(found)
            raise WorkbookError(
                f"{contents.path}, {title}!{a1(box.row, col)} ({asked_name(name)}): found {shown}, "
                f"expected nothing or a whole number from 1 to {count}"
            )
    return chosen[0], chosen[1]


def _draws_gradients(contents: Contents, lesson: Lesson) -> bool:
    """Read what the drawing of the network shows; the weights where the name is gone, which is a fault."""
    place = contents.names.get(NETWORK_SHOWS)
    if place is None or place[0] not in contents.sheets:
        return False
    title, box = place
    found, listed = contents.sheets[title].constants.get((box.row, box.col)), choices(lesson.language)
    if found not in listed:
        is_formula = (box.row, box.col) in contents.sheets[title].formulas
        raise WorkbookError(
            f"{contents.path}, {title}!{a1(box.row, box.col)} ({NETWORK_SHOWS}): "
            f"found {'a formula' if is_formula else _shown(found)}, expected {' or '.join(listed)}"
        )
    return found == listed[True]


def _shown(value: object) -> str:
    return "nothing" if value is None else f'"{value}"'


def _iteration(contents: Contents, lesson: Lesson) -> int:
    if not lesson.trains:
        return 1
    found = float(_matrix(contents, lesson, "iteration", (1, 1))[0, 0])
    if not (found.is_integer() and int(found) in lesson.shown):
        title, box = contents.place("iteration")
        some = f"one of {shortened(', '.join(map(str, lesson.show)))}"
        expected = some if lesson.show else f"a whole number from 1 to {lesson.iterations}"
        raise WorkbookError(
            f"{contents.path}, {title}!{box.ref} (iteration): found {found:g}, expected {expected}"
        )
    return int(found)
