"""Marking one submission: reads it, judges it, and makes the workbook that is handed back."""

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from mlp2xlsx import resources
from mlp2xlsx.classroom.answers import Answers, Filled, read_answers, tampered_shown
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.judging import COUNTING, FOLLOWS, UNANSWERED, WRONG, Judged, judge
from mlp2xlsx.filled_in import first_iteration
from mlp2xlsx.steps import Step
from mlp2xlsx.verify.contents import Contents, read_contents
from mlp2xlsx.workbook.handout import Answered, Marked

_MOST_NAMED = 2
_MORE_DECIMALS = {"update_weights": 2, "update_biases": 2}  # updates are small


@dataclass(frozen=True)
class Mark:
    """What became of one submission.

    Attributes
    ----------
    student
        The student's id.
    cells
        How many cells count and how many there are, by the number of the step.
    mistakes
        Step, matrix and key of each typical mistake.
    notices
        What a teacher should know about the file: the key of a text, and what is filled in.
    numbers
        What the student found, by matrix; None for a cell without a number.
    """

    student: str
    cells: Mapping[int, tuple[int, int]]
    mistakes: tuple[tuple[int, str, str], ...]
    notices: tuple[tuple[str, str], ...]
    numbers: Mapping[str, list[list[float | None]]]

    def score(self, step: int) -> float:
        """Score of a step, from 0 to 1."""
        counting, count = self.cells[step]
        return counting / count

    @property
    def total(self) -> float:
        """Score of all steps; each counts for 1."""
        return sum(map(self.score, self.cells))

    def as_json(self) -> dict[str, Any]:
        """Give it as a file keeps it."""
        return {
            "student": self.student,
            "cells": {str(step): list(cells) for step, cells in self.cells.items()},
            "mistakes": [list(mistake) for mistake in self.mistakes],
            "notices": [list(notice) for notice in self.notices],
            "numbers": dict(self.numbers),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Mark":
        """Read what `as_json` gave."""
        return cls(
            kept["student"],
            {int(step): (counting, count) for step, (counting, count) in kept["cells"].items()},
            tuple((step, name, key) for step, name, key in kept["mistakes"]),
            tuple((key, what) for key, what in kept["notices"]),
            kept["numbers"],
        )


def mark(exercise: Exercise, content: bytes) -> tuple[Mark, bytes]:
    """Mark a submission.

    Parameters
    ----------
    exercise
        What was asked.
    content
        The file that was handed in.

    Returns
    -------
    (Mark, bytes)
        What is to be said of it, and the workbook to hand back.

    Raises
    ------
    WorkbookError
        When the file cannot be read.
    """
    contents = contents_of(content, exercise.most_cells)
    answers = read_answers(exercise, contents)
    judged = judge(exercise, answers.numbers())
    if exercise.assignment.formulas:
        judged = {name: _formulas_only(one, answers.cells[name]) for name, one in judged.items()}
    marked = _Comments(exercise, answers, judged)
    found = Mark(
        exercise.student.id,
        {number: _count(exercise, number, judged) for number in exercise.assignment.steps},
        tuple(marked.mistakes()),
        tuple(_notices(contents, answers)),
        {
            name: [[None if math.isnan(cell.number) else cell.number for cell in row] for row in rows]
            for name, rows in answers.cells.items()
        },
    )
    handout = replace(
        exercise.handout,
        practice=False,
        marked=marked.all(),
        scores={number: f"{found.score(number):.2f}" for number in found.cells},
        total=f"{found.total:.2f} / {len(found.cells)}",
    )
    values = first_iteration(exercise.run, exercise.given, answers.numbers())
    stream = io.BytesIO()
    exercise.marked(handout, values).save(stream)
    return found, stream.getvalue()


def contents_of(content: bytes, most_cells: int) -> Contents:
    """Read the bytes of a workbook.

    Parameters
    ----------
    content
        The bytes.
    most_cells
        How many cells there may be in it.

    Raises
    ------
    WorkbookError
        When they are none, damaged, or too many.
    """
    with TemporaryDirectory(prefix="mlp2xlsx-") as folder:
        path = Path(folder) / "submission.xlsx"
        path.write_bytes(content)
        return read_contents(path, most_cells)


def _count(exercise: Exercise, number: int, judged: Mapping[str, Judged]) -> tuple[int, int]:
    results = exercise.run[number - 1].results
    counting = sum(judged[result.name].n_counting for result in results)
    return counting, sum(judged[result.name].marks.size for result in results)


def _formulas_only(judged: Judged, cells: list[list[Filled]]) -> Judged:
    """Let typed numbers not count."""
    typed = np.array([[_is_typed(cell) for cell in row] for row in cells])
    return replace(judged, marks=np.where(typed & np.isin(judged.marks, COUNTING), WRONG, judged.marks))


def _is_typed(cell: Filled) -> bool:
    return not (cell.formula or cell.ref or math.isnan(cell.number))


def _notices(contents: Contents, answers: Answers) -> Iterator[tuple[str, str]]:
    parts = [part.lower() for part in contents.parts]
    if any("vbaproject" in part or "macrosheets" in part for part in parts):
        yield "macros", ""
    if any("externallink" in part for part in parts):
        yield "links", ""
    if answers.tampered:
        yield "tampered", tampered_shown(answers.tampered)
    faults = [cell.fault for rows in answers.cells.values() for row in rows for cell in row if cell.fault]
    refused = [what for key, what in faults if key == "refused"]
    if refused:
        yield "refused", refused[0]


class _Comments:
    """What is said of each matrix, in the language of the handout."""

    def __init__(self, exercise: Exercise, answers: Answers, judged: Mapping[str, Judged]) -> None:
        self.exercise = exercise
        self.answers = answers
        self.judged = judged
        texts = resources.texts(exercise.lesson.language)
        self.words: Mapping[str, str] = texts["feedback"]
        self.sentences: Mapping[str, str] = texts["mistakes"]
        self.step_of = {
            result.name: (number, step)
            for number, step in enumerate(exercise.run, start=1)
            for result in step.results
        }

    def mistakes(self) -> Iterator[tuple[int, str, str]]:
        for name, judged in self.judged.items():
            if judged.mistake is not None:
                yield self.step_of[name][0], name, judged.mistake

    def all(self) -> dict[str, Marked]:
        return {name: self._marked(name, judged) for name, judged in self.judged.items()}

    def _marked(self, name: str, judged: Judged) -> Marked:
        rows = self.answers.cells[name]
        cells = [
            [_answered(str(judged.marks[i, j]), cell) for j, cell in enumerate(row)]
            for i, row in enumerate(rows)
        ]
        score = self.words["score"].format(counting=judged.n_counting, count=judged.marks.size)
        comment = " ".join(self._sentences(name, judged))
        return Marked(cells, score, comment, complete=judged.n_counting == judged.marks.size)

    def _sentences(self, name: str, judged: Judged) -> Iterator[str]:
        marks, cells = judged.marks, self.answers.cells[name]
        if judged.mistake is not None:
            yield self.sentences[judged.mistake]
        if self.exercise.assignment.formulas and any(_is_typed(cell) for row in cells for cell in row):
            yield self.words["typed"]
        faults = [(i, j) for i, row in enumerate(cells) for j, cell in enumerate(row) if cell.fault]
        for i, j in faults[:_MOST_NAMED]:
            key, what = cells[i][j].fault or ("", "")
            yield self.words[key].format(row=i + 1, column=j + 1, what=what)
        wrong = [(int(i), int(j)) for i, j in np.argwhere(marks == WRONG) if (i, j) not in faults]
        for i, j in wrong[: 1 if judged.mistake else _MOST_NAMED]:
            expected = self._number(name, float(judged.expected[i, j]))
            shown = cells[i][j].shown if _is_typed(cells[i][j]) else self._number(name, cells[i][j].number)
            yield self.words["wrong"].format(row=i + 1, column=j + 1, shown=shown, expected=expected)
        empty = int((marks == UNANSWERED).sum()) - len(faults)
        if empty > 0:
            yield self.words["empty"].format(count=empty)
        if (marks == FOLLOWS).any():
            yield self.words["follows"]

    def _number(self, name: str, value: float) -> str:
        step: Step = self.step_of[name][1]
        decimals = max(self.exercise.lesson.decimals, 2) + _MORE_DECIMALS.get(step.kind, 0)
        return f"{value:.{decimals}f}"


def _answered(mark: str, cell: Filled) -> Answered:
    content = cell.shown if math.isnan(cell.number) else cell.number
    if mark == UNANSWERED and cell.fault is not None:
        mark = WRONG
    # What was not calculated is shown as a text.
    formula = cell.formula if cell.fault is None else ""
    return Answered(mark, content if content != "" else None, formula, cell.ref if formula else "")
