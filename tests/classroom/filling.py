"""Handouts on disk, filled in, and recalculated."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl

from mlp2xlsx.engines import ENGINES
from mlp2xlsx.interpreter import evaluate_with_gaps, first_iteration
from mlp2xlsx.verify.compare import compare
from mlp2xlsx.xlsx.reading.contents import read_contents

_HANDED_OUT, _OPENED, _MOST_OPENED = {}, {}, 10


def handed_out(asked):
    """Bytes of a handout, and the places of its names."""
    content, book = _made(asked)
    return content, book.names


def canvas_of(asked, title):
    """Where the matrices stand on a step sheet of a handout."""
    _, book = _made(asked)
    return book.context.step_canvases[book.context.step_titles.index(title)]


def known_handout(asked):
    """What tells a handout from others."""
    return repr((asked.student, replace(asked.assignment, lesson=asked.assignment.lesson.to_toml())))


def _made(asked):
    """Bytes of a handout, and the book that they came from; the same one is made once."""
    key = known_handout(asked)
    if key not in _HANDED_OUT:
        book, stream = asked.book(), io.BytesIO()
        book.save(stream)
        _HANDED_OUT[key] = stream.getvalue(), book
    return _HANDED_OUT[key]


def answer_places(asked):
    """Sheet and place of every matrix that is filled in."""
    _, names = handed_out(asked)
    return {name: names[name] for name in asked.blank}


def name_place(asked, name):
    """Row and column of the name of a matrix on its step sheet."""
    title, _ = answer_places(asked)[name]
    return canvas_of(asked, title).name_place(name)


def right_answers(asked):
    return {name: np.array(asked.true[name]) for name in asked.blank}


def formulas_of_key(asked):
    """What the key has in the cells of each matrix, as rows of formulas."""
    key, found = asked.key(), {}
    for name in asked.blank:
        title, box = key.names[name]
        found[name] = [
            [f"={key.sheets[title].formula_text(row, col)}" for col in range(box.col, box.last_col + 1)]
            for row in range(box.row, box.last_row + 1)
        ]
    return found


def cells_of(asked, answers):
    """The cells in which some answers stand; nothing for a number that is missing."""
    found = {}
    for name, (title, box) in answer_places(asked).items():
        for (i, j), value in np.ndenumerate(answers.get(name, np.full(box_shape(box), np.nan))):
            if not np.isnan(value):
                found[title, box.row + i, box.col + j] = float(value)
    return found


def box_shape(box):
    return box.n_rows, box.n_cols


def submitted(asked, filled, others=None):
    """Bytes of a handout with numbers, formulas or texts in its answer cells, as openpyxl saves them.

    Parameters
    ----------
    asked
        Whose handout.
    filled
        By matrix, what stands in its cells: an array, or a list of rows.
    others
        What stands in other cells, by sheet, row and column.
    """
    book, cells = opened(asked), {}
    for name, (title, box) in answer_places(asked).items():
        for i, row in enumerate(filled.get(name, [])):
            for j, value in enumerate(row):
                missing = value is None or (isinstance(value, float) and np.isnan(value))
                cells[title, box.row + i, box.col + j] = None if missing else value
    before = []
    for (title, row, col), value in (cells | (others or {})).items():
        cell = book[title].cell(row, col)
        before.append((cell, cell._value, cell.data_type))
        cell.value = value
    content = io.BytesIO()
    book.save(content)
    for cell, *as_given in before:
        cell._value, cell.data_type = as_given
    return content.getvalue()


def opened(asked):
    """A handout as openpyxl opens it, which takes longer than all else; it is the same one each time."""
    key = known_handout(asked)
    if key not in _OPENED:
        if len(_OPENED) >= _MOST_OPENED:
            del _OPENED[next(iter(_OPENED))]
        _OPENED[key] = openpyxl.load_workbook(io.BytesIO(handed_out(asked)[0]))
    return _OPENED[key]


def saved(book, path: Path):
    with path.open("wb") as stream:
        book.save(stream)
    return read_contents(path)


def differing(book, contents, found):
    """The cells that an engine finds other numbers or texts in than expected."""
    matched = compare(book, found, contents.sheets, None)
    assert sum(result.cells for result in matched) > 0
    return [
        f"{one.sheet}!{one.cell} ({one.name}): {one.found!r}, expected {one.expected!r}"
        for result in matched
        for one in result.mismatches
    ]


def recalculated(contents, scenarios, engine="ironcalc"):
    return ENGINES[engine]().scenarios(contents, scenarios)


def gone_on_with(asked, answer):
    """Answers that follow from those before them, each made of what is right after these."""
    values, found = dict(asked.given), {}
    for step in asked.run:
        for result in step.results:
            if result.given:
                continue
            values[result.name] = evaluate_with_gaps(result.expr, values)
            if result.name in asked.blank:
                found[result.name] = values[result.name] = answer(values[result.name], is_first=not found)
    return found


def with_slip(asked, decimals=3):
    """Answers of somebody who goes on from a slip in the first matrix, and rounds."""
    return gone_on_with(
        asked, lambda right, is_first: np.round(right + (0.25 if is_first else 0.0), decimals)
    )


def expected_book(asked, answers):
    """The handout as it is calculated with some answers in it."""
    return asked.marked(asked.handout, first_iteration(asked.lesson.one_iteration, asked.given, answers))
