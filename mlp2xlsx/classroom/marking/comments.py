"""What is said of each matrix of a submission, in the language of the handout."""

import math
from collections.abc import Iterator, Mapping
from functools import reduce

import numpy as np

from mlp2xlsx import resources
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.marking.filled import Answers, Filled
from mlp2xlsx.classroom.marking.judging import (
    FOLLOWS,
    RIGHT,
    UNANSWERED,
    WRONG,
    Judgement,
    fewest_decimals,
)
from mlp2xlsx.classroom.marking.terms import Terms
from mlp2xlsx.classroom.settings.settings import ANSWER, MARK
from mlp2xlsx.mathematics.steps import Step
from mlp2xlsx.workbook.handout import Answered, Marked

_MOST_NAMED = 2
_MORE_DECIMALS = {"update_weights": 2, "update_biases": 2}  # updates are small


def is_typed(cell: Filled) -> bool:
    """Tell whether a cell holds a number that no formula has computed from cells; `=0.79` is typed."""
    return not (math.isnan(cell.number) or cell.computed)


class Comments:
    """The comments on a submission.

    Parameters
    ----------
    exercise
        What was asked.
    answers, judged
        What was filled in, and whether it is right, by matrix.
    terms
        On which it is marked, among them how much is said.
    moved
        Whether the workbook that is handed back has its cells elsewhere: formulas would not fit there, and
        their numbers are shown.
    """

    def __init__(
        self,
        exercise: Exercise,
        answers: Answers,
        judged: Mapping[str, Judgement],
        terms: Terms,
        *,
        moved: bool = False,
    ) -> None:
        self.moved = moved
        self.terms = terms
        self.exercise = exercise
        self.answers = answers
        self.judged = judged
        self.fewest = fewest_decimals(exercise, terms.decimals)
        texts = resources.texts(exercise.lesson.language)
        self.words: Mapping[str, str] = texts["feedback"]
        self.sentences: Mapping[str, str] = texts["mistakes"]
        self.step_of = {
            result.name: (number, step)
            for number, step in enumerate(exercise.run, start=1)
            for result in step.results
        }

    def mistakes(self) -> Iterator[tuple[int, str, str]]:
        """Yield step, matrix and key of each typical mistake."""
        for name, judged in self.judged.items():
            if judged.mistake is not None:
                yield self.step_of[name][0], name, judged.mistake

    def all(self) -> dict[str, Marked]:
        """Return every matrix as it is handed back."""
        return {name: self._marked(name, judged) for name, judged in self.judged.items()}

    def _marked(self, name: str, judged: Judgement) -> Marked:
        rows = self.answers.cells[name]
        cells = [
            [self._answered(str(judged.marks[i, j]), cell) for j, cell in enumerate(row)]
            for i, row in enumerate(rows)
        ]
        score = self.words["score"].format(counting=judged.n_counting, count=judged.marks.size)
        comment = reduce(self._and_then, self._sentences(name, judged), "")
        return Marked(cells, score, comment, complete=judged.n_counting == judged.marks.size)

    def _and_then(self, first: str, then: str) -> str:
        return self.words["and_then"].format(first=first, then=then) if first else then

    def _sentences(self, name: str, judged: Judgement) -> Iterator[str]:
        marks, cells = judged.marks, self.answers.cells[name]
        if judged.copied:
            yield self.words["copied"]
            return
        if self.terms.show == MARK:
            if not np.isin(marks, (RIGHT, FOLLOWS)).all():
                yield self.words["look_again"].format(count=int((~np.isin(marks, (RIGHT, FOLLOWS))).sum()))
            return
        if judged.mistake is not None:
            yield self.sentences[judged.mistake]
        if judged.trivial and (marks == WRONG).any():
            yield self.words["trivial"]
        if self.terms.formulas and self._typed(name):
            yield self.words["typed"]
        still = np.argwhere(judged.still) if judged.still is not None else ()
        for i, j in still[:_MOST_NAMED]:
            yield self.words["still"].format(row=i + 1, column=j + 1)
        faults = [(i, j) for i, row in enumerate(cells) for j, cell in enumerate(row) if cell.fault]
        for i, j in faults[:_MOST_NAMED]:
            key, what = cells[i][j].fault or ("", "")
            yield self.words[key].format(row=i + 1, column=j + 1, what=what)
        told = {
            *faults,
            *((int(i), int(j)) for i, j in still),
            *(self._typed(name) if self.terms.formulas else ()),
        }
        wrong = [(int(i), int(j)) for i, j in np.argwhere(marks == WRONG) if (i, j) not in told]
        for i, j in wrong[: 1 if judged.mistake else _MOST_NAMED]:
            yield self._wrong(name, judged, i, j)
        empty = int((marks == UNANSWERED).sum()) - len(faults)
        if empty > 0:
            yield self.words["empty"].format(count=empty)
        if (marks == FOLLOWS).any():
            yield self.words["follows"]

    def _wrong(self, name: str, judged: Judgement, i: int, j: int) -> str:
        cell, expected = self.answers.cells[name][i][j], float(judged.expected[i, j])
        decimals = self.fewest[name]
        key = "wrong_by_true" if judged.trivial else "wrong"
        if any(round(expected, fewer) == cell.number for fewer in range(1, decimals)):
            key = "too_short"
        if self.terms.show != ANSWER:
            key = "too_short_hint" if key == "too_short" else "wrong_hint"
        return self.words[key].format(
            row=i + 1,
            column=j + 1,
            shown=cell.shown if is_typed(cell) else self._number(name, cell.number),
            expected=self._number(name, expected),
            decimals=decimals,
        )

    def _typed(self, name: str) -> set[tuple[int, int]]:
        rows = enumerate(self.answers.cells[name])
        return {(i, j) for i, row in rows for j, cell in enumerate(row) if is_typed(cell)}

    def _number(self, name: str, value: float) -> str:
        step: Step = self.step_of[name][1]
        decimals = max(self.exercise.lesson.decimals, 2) + _MORE_DECIMALS.get(step.kind, 0)
        decimals = max(decimals, self.fewest[name])
        return f"{value:.{decimals}f}"

    def _answered(self, mark: str, cell: Filled) -> Answered:
        content = cell.shown if math.isnan(cell.number) else cell.number
        if mark == UNANSWERED and cell.fault is not None:
            mark = WRONG
        # What was not calculated is shown as a text; what reads cells that are not there, as a number.
        # So is what one formula gives to several cells: LibreOffice does not follow an edit through an array.
        followed = cell.fault is None and not cell.reads_beside and not cell.ref and not self.moved
        return Answered(mark, content if content != "" else None, cell.formula if followed else "")
