"""Marking one submission: reads it, judges it, and makes the workbook that is handed back."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.files import file_of
from mlp2xlsx.classroom.marking.answers import read_answers
from mlp2xlsx.classroom.marking.comments import Comments, is_typed
from mlp2xlsx.classroom.marking.filled import Answers, Filled
from mlp2xlsx.classroom.marking.found_numbers import FoundNumbers, JudgedCells
from mlp2xlsx.classroom.marking.inserted import without_inserted_rows
from mlp2xlsx.classroom.marking.judging import COUNTING, WRONG, Judgement, judge
from mlp2xlsx.classroom.marking.moving import moving
from mlp2xlsx.classroom.marking.surroundings import changed_around
from mlp2xlsx.classroom.marking.terms import Terms, usual_terms
from mlp2xlsx.classroom.originals import Original, remade, tampered_shown
from mlp2xlsx.classroom.submissions.contents import contents_of
from mlp2xlsx.errors import SubmissionError
from mlp2xlsx.interpreter import first_iteration
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.layout.version import LAYOUT, layout_of
from mlp2xlsx.workbook.sheets.setup.handout import HANDOUT_NAME
from mlp2xlsx.xlsx.reading.contents import Contents

_NOT_ALL = 0.99


@dataclass(frozen=True, slots=True)
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
    judged
        What became of each cell, by matrix; empty where an older version kept the mark.
    """

    student: str
    cells: Mapping[int, tuple[int, int]]
    mistakes: tuple[tuple[int, str, str], ...]
    notices: tuple[tuple[str, str], ...]
    numbers: Mapping[str, list[list[float | None]]]
    judged: Mapping[str, list[list[str]]] = field(default_factory=dict)

    @property
    def scores(self) -> dict[int, float]:
        """Score of each step by its number, from 0 to 1."""
        return {step: self.score(step) for step in self.cells}

    def score(self, step: int) -> float:
        """Score of a step, from 0 to 1; rounded to 2 decimals it is 1 only where every cell counts."""
        counting, count = self.cells[step]
        return 1.0 if counting == count else min(counting / count, _NOT_ALL)

    @property
    def total(self) -> float:
        """Score of all steps; each counts for 1."""
        return sum(map(self.score, self.cells))

    def as_json(self) -> dict[str, Any]:
        """Return the mark as a file keeps it."""
        return {
            "student": self.student,
            "cells": {str(step): list(cells) for step, cells in self.cells.items()},
            "mistakes": [list(mistake) for mistake in self.mistakes],
            "notices": [list(notice) for notice in self.notices],
            "numbers": dict(self.numbers),
            "judged": dict(self.judged),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Mark":
        """Read what `as_json` gave."""
        return cls(
            kept["student"],
            _the_same(tuple((int(step), (one, count)) for step, (one, count) in kept["cells"].items())),
            tuple((step, name, key) for step, name, key in kept["mistakes"]),
            tuple((key, what) for key, what in kept["notices"]),
            FoundNumbers(kept["numbers"]),
            JudgedCells(kept.get("judged", {})),
        )


def mark(
    exercise: Exercise, content: bytes, original: Original | None = None, terms: Terms | None = None
) -> tuple[Mark, bytes]:
    """Mark a submission, and return the bytes of the workbook to hand back; see `marked_book`."""
    found, handout, values = _marked(exercise, content, original, terms)
    return found, file_of(exercise, handout, values)


def marked_book(
    exercise: Exercise, content: bytes, original: Original | None = None, terms: Terms | None = None
) -> tuple[Mark, Book]:
    """Mark a submission.

    Parameters
    ----------
    exercise
        What was asked.
    content
        The file that was handed in.
    original
        The handout as it was given out; by default, as it is made today.
    terms
        On which it is marked; by default those of a class whose teacher has decided nothing.

    Returns
    -------
    (Mark, Book)
        What is to be said of it, and the workbook to hand back: in today's layout, whatever that of the
        handout was.

    Raises
    ------
    SubmissionError
        When it is a handout of another layout than the one that was given out.
    WorkbookError
        When the file cannot be read.
    EngineError
        When nothing can be calculated here: the file is not to blame.
    """
    found, handout, values = _marked(exercise, content, original, terms)
    return found, exercise.marked(handout, values)


def _marked(
    exercise: Exercise, content: bytes, original: Original | None, terms: Terms | None
) -> tuple[Mark, Handout, Mapping[str, FloatMatrix]]:
    """Mark a submission, and return what is handed back: what became of the answers, and every matrix."""
    terms = usual_terms(exercise.assignment) if terms is None else terms
    handed_in = contents_of(content, exercise.most_cells, looks=True)
    given = original if original is not None else remade(exercise)
    _check_layout(handed_in, given)
    given = given.called_as_in(handed_in)
    contents = without_inserted_rows(handed_in, given)
    answers = read_answers(exercise, contents, given, only_formulas=terms.formulas)
    # With rows inserted, nothing but the answers is where it was.
    around = [] if contents is not handed_in else list(changed_around(contents, given, {*answers.tampered}))
    judged = judge(exercise, answers.numbers(), answers.computed(), terms.decimals)
    if terms.formulas:
        kinds = answers.computed(), answers.rounded()
        follows = moving(exercise, answers.numbers(), answers.nudged, *kinds, answers.recalculated)
        judged = {
            name: _formulas_only(one, answers.cells[name], follows[name]) for name, one in judged.items()
        }
    judged = {name: _worthless(one) if name in terms.copied else one for name, one in judged.items()}
    marked = Comments(exercise, answers, judged, terms, moved=given.layout != LAYOUT)
    found = Mark(
        exercise.student.id,
        _the_same(tuple((number, _count(exercise, number, judged)) for number in exercise.assignment.steps)),
        tuple(marked.mistakes()),
        tuple(_notices(exercise, contents, given, answers, judged, around)),
        FoundNumbers(
            {
                name: [[None if math.isnan(cell.number) else cell.number for cell in row] for row in rows]
                for name, rows in answers.cells.items()
            }
        ),
        JudgedCells({name: one.marks.tolist() for name, one in judged.items()}),
    )
    handout = replace(
        exercise.handout,
        practice=False,
        marked=marked.all(),
        scores={number: f"{score:.0%}" for number, score in terms.scores(found.scores).items()},
        total=f"{terms.total(found.scores):.2f} / {terms.counting.points:g}",
    )
    values = {
        # No program opens a file with a number that is none.
        name: np.where(np.isfinite(matrix), matrix, np.nan)
        for name, matrix in first_iteration(
            exercise.lesson.one_iteration, exercise.given, answers.numbers()
        ).items()
    }
    return found, handout, values


@lru_cache(maxsize=1024)
def _the_same(cells: tuple[tuple[int, tuple[int, int]], ...]) -> Mapping[int, tuple[int, int]]:
    """Hold the same counts once: most of a large class have those of many others."""
    return dict(cells)


def _check_layout(contents: Contents, given: Original) -> None:
    """Refuse a handout of which the class keeps another version: its cells mean something else."""
    layout = layout_of(contents.names)
    if layout != given.layout and HANDOUT_NAME in contents.names:  # a program may have lost all names
        raise SubmissionError(
            f"it was handed out in version {layout} of the layout, but the handout that the class keeps is "
            f"of version {given.layout}; put back the one that was handed out, and grade again"
        )


def _count(exercise: Exercise, number: int, judged: Mapping[str, Judgement]) -> tuple[int, int]:
    results = exercise.run[number - 1].computed
    counting = sum(judged[result.name].n_counting for result in results)
    return counting, sum(judged[result.name].marks.size for result in results)


def _worthless(judged: Judgement) -> Judgement:
    """Let nothing count of what is another's."""
    marks = np.where(np.isin(judged.marks, COUNTING), WRONG, judged.marks)
    return replace(judged, marks=marks, mistake=None, copied=True)


def _formulas_only(judged: Judgement, cells: list[list[Filled]], follows: NDArray[np.bool_]) -> Judgement:
    """Let typed numbers not count, and formulas that do not follow the inputs."""
    typed = np.array([[is_typed(cell) for cell in row] for row in cells])
    counting = np.isin(judged.marks, COUNTING)
    marks = np.where(counting & (typed | ~follows), WRONG, judged.marks)
    return replace(judged, marks=marks, still=counting & ~typed & ~follows)


def _notices(
    exercise: Exercise,
    contents: Contents,
    given: Original,
    answers: Answers,
    judged: Mapping[str, Judgement],
    around: list[str],
) -> Iterator[tuple[str, str]]:
    parts = [part.lower() for part in contents.parts]
    if any("vbaproject" in part or "macrosheets" in part for part in parts):
        yield "macros", ""
    if any("externallink" in part for part in parts):
        yield "links", ""
    if answers.tampered:
        yield "tampered", tampered_shown(answers.tampered)
    if around:
        yield "surroundings", tampered_shown(around)
    cells = [cell for rows in answers.cells.values() for row in rows for cell in row]
    refused = [cell.fault[1] for cell in cells if cell.fault and cell.fault[0] == "refused"]
    if refused:
        yield "refused", refused[0]
    trivial = next((name for name in exercise.blank if judged[name].trivial), None)
    if trivial is not None:
        yield "trivial", given.places([trivial])[trivial][0]
    texts = [cell.fault for cell in cells if cell.shown]
    if texts and all(fault is not None and fault[0] == "text" for fault in texts):
        yield "all_text", shortened(texts[0][1]) if texts[0] is not None else ""
