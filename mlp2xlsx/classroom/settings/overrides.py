"""Marks that the teacher gives by hand: `overrides.csv`, which every regrade respects."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mlp2xlsx.classroom.roster.file_names import folded
from mlp2xlsx.classroom.settings.counting import Counting
from mlp2xlsx.errors import ClassError, LessonError
from mlp2xlsx.lesson.tables.files.delimited import Line, read_delimited
from mlp2xlsx.lesson.tables.files.hints import NO_HINTS
from mlp2xlsx.lesson.tables.numbers import number_in
from mlp2xlsx.words import did_you_mean_name, first_few, one_line, shortened, shown

OVERRIDES_FILE = "overrides.csv"
_LARGEST, _MOST_POINTS, _LONGEST = 5_000_000, 10_000.0, 300
_COLUMNS = {
    "student": ("student", "student id", "id", "学生", "学号"),
    "step": ("step", "步骤"),
    "mark": ("mark", "score", "points", "得分", "分数"),
    "comment": ("comment", "remark", "评语", "说明"),
}
_STEP = re.compile(r"(?:step|第)?\s*0*(\d{1,4})\s*步?")
_WHOLE = ("", "total", "all", "总分")


@dataclass(frozen=True)
class Override:
    """A mark that the teacher has given.

    Attributes
    ----------
    mark
        From 0 to 1 for a step, points for the whole.
    comment
        Why, in the teacher's words.
    """

    mark: float
    comment: str = ""


Overrides = Mapping[str, Mapping[int | None, Override]]
"""By the id of the student and the number of the step; None for the whole."""


def read_overrides(path: Path, counting: Counting, known: Mapping[str, str]) -> Overrides:
    """Read the marks given by hand; none where there is no file.

    Parameters
    ----------
    path
        A table with the columns student, step, mark and comment, the last of which may be left out.
    counting
        Which steps there are.
    known
        Ids of the students by what they may be called: id, email, name, handout id; folded.

    Raises
    ------
    ClassError
        With the line, when a student or a step is unknown, or a mark cannot be.
    """
    if not path.exists():
        return {}
    source = one_line(str(path))
    try:
        lines = read_delimited(path, source, NO_HINTS, largest=_LARGEST, smaller="a smaller table").lines
    except LessonError as error:
        raise ClassError(str(error)) from None
    if not lines:
        return {}
    (_, header), *rest = lines
    columns = _columns(header, source)
    found: dict[str, dict[int | None, Override]] = {}
    for line in rest:
        student, step, override = _override(line, columns, counting, known, source)
        if step in found.setdefault(student, {}):
            raise ClassError(f"{source} line {line[0]}: a mark for the same student and step stands above it")
        found[student][step] = override
    return found


def _columns(header: list[str], source: str) -> dict[str, int]:
    words = [folded(cell) for cell in header]
    found = {
        key: next((words.index(word) for word in known if word in words), -1)
        for key, known in _COLUMNS.items()
    }
    for key in ("student", "step", "mark"):
        if found[key] < 0:
            raise ClassError(
                f"{source} line 1 names no column {key}: found {first_few(list(map(shown, header)))}, "
                "expected student,step,mark,comment"
            )
    return found


def _override(
    line: Line, columns: Mapping[str, int], counting: Counting, known: Mapping[str, str], source: str
) -> tuple[str, int | None, Override]:
    number, cells = line
    where = f"{source} line {number}"
    said = dict(_cells(cells, columns))
    student = known.get(folded(said["student"]))
    if student is None:
        near = did_you_mean_name(said["student"], list(known))
        raise ClassError(
            f"{where}: found the student {shown(said['student'])}{near}, expected the id of one of the class"
        )
    step = _step(said["step"], counting, where)
    mark, largest = number_in(said["mark"]), _MOST_POINTS if step is None else 1.0
    if mark is None or not 0 <= mark <= largest:
        what = "points, 0 or more" if step is None else "a number from 0 to 1, the share of the step"
        raise ClassError(f"{where}: found the mark {shown(said['mark'])}, expected {what}")
    return student, step, Override(mark, shortened(one_line(said["comment"]), _LONGEST))


def _cells(cells: list[str], columns: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for key, column in columns.items():
        yield key, cells[column].strip() if 0 <= column < len(cells) else ""


def _step(text: str, counting: Counting, where: str) -> int | None:
    if folded(text) in _WHOLE:
        return None
    found = _STEP.fullmatch(folded(text))
    if found is None or int(found[1]) not in counting.weights:
        steps = ", ".join(map(str, counting.weights))
        raise ClassError(f"{where}: found the step {shown(text)}, expected one of {steps}, or total")
    return int(found[1])
