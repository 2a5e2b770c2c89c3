"""A `class.json` that somebody has edited, or that was damaged: one line, whatever is wrong with it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mlp2xlsx.classroom.exercise import Assignment, steps_to_fill
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import make_both
from mlp2xlsx.classroom.records import ClassFolder, Records, load_records
from mlp2xlsx.classroom.roster import Student
from mlp2xlsx.errors import ClassError, OutputError
from mlp2xlsx.lesson import load

LESSON = load("and-or").replace(iterations=1, show=())
STUDENTS = tuple(Student(one, one, "", (one,), one) for one in ("s1", "s2"))
RECORDS = Records(Assignment(LESSON, 7, steps_to_fill(LESSON)), ("Student ID",), STUDENTS)
Kept = dict[str, Any]


@pytest.fixture
def home(tmp_path) -> ClassFolder:
    folder = ClassFolder(tmp_path)
    folder.key.mkdir()
    RECORDS.save(folder.records)
    return folder


def of_class(key: str, value: object) -> Callable[[Kept], Kept]:
    return lambda kept: kept | {key: value}


def of_student(key: str, value: object) -> Callable[[Kept], Kept]:
    return lambda kept: kept | {"students": [kept["students"][0] | {key: value}, kept["students"][1]]}


EDITS = {
    "a seed beyond all numbers": of_class("seed", float("inf")),
    "half a seed": of_class("seed", 7.5),
    "a seed in quotes": of_class("seed", "7"),
    "a true seed": of_class("seed", True),
    "steps as a text": of_class("steps", "345"),
    "half a step": of_class("steps", [3.5]),
    "no steps": of_class("steps", None),
    "no as a text": of_class("practice", "no"),
    "no columns": of_class("columns", []),
    "columns without names": of_class("columns", [1]),
    "more columns than cells": of_class("columns", ["Student ID", "Name"]),
    "students by name": of_class("students", {"s1": "Li"}),
    "a number as an id": of_student("id", 1),
    "the same id": of_student("id", "S2"),
    "no name": of_student("name", None),
    "the same file": of_student("file", "S2"),
    "a file elsewhere": of_student("file", "../s1"),
    "a file that cannot be": of_student("file", "s\0"),
    "no cells": of_student("row", []),
    "a text for cells": of_student("row", "s"),
    "half a character": of_student("name", "Li \ud800"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edited_class_is_refused_in_one_line(edit: Callable[[Kept], Kept], home: ClassFolder) -> None:
    kept = json.loads(home.records.read_text(encoding="utf-8"))
    home.records.write_text(json.dumps(edit(kept)))
    with pytest.raises(ClassError, match="is damaged") as caught:
        load_records(home)
    assert len(str(caught.value).splitlines()) == 1


def test_a_byte_order_mark_is_no_damage(home: ClassFolder) -> None:
    home.records.write_bytes(b"\xef\xbb\xbf" + home.records.read_bytes())
    assert load_records(home).students == STUDENTS


def total_of(folder: Path) -> float:
    """Grade a class; what its first student has is told."""
    return grade(folder, folder / "in", folder / "grades.csv", force=True).marks["s1"].total


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A class that has been graded, whose first student has handed in an empty handout."""
    folder = tmp_path_factory.mktemp("graded")
    home = ClassFolder(folder)
    home.key.mkdir()
    RECORDS.save(home.records)
    (folder / "in").mkdir()
    content, _ = make_both(next(RECORDS.exercises()))
    (folder / "in" / "s1.xlsx").write_bytes(content)
    assert total_of(folder) == 0
    return folder


@pytest.mark.parametrize(
    "edit",
    [
        lambda kept: kept | {"mark": kept["mark"] | {"cells": {}}},
        lambda kept: (
            kept | {"mark": kept["mark"] | {"cells": {step: [1, 1] for step in kept["mark"]["cells"]}}}
        ),
        lambda kept: kept | {"mark": kept["mark"] | {"notices": [["nonsense", ""]]}},
        lambda kept: kept | {"mark": kept["mark"] | {"numbers": {"E": [["x"]]}}},
        lambda kept: {},
        lambda kept: [],
    ],
    ids=["no-cells", "better", "notices", "numbers", "nothing", "list"],
)
def test_a_mark_that_was_edited_is_made_again(edit: Callable[[Kept], object], graded: Path, tmp_path) -> None:
    shutil.copytree(graded, tmp_path, dirs_exist_ok=True)
    path = ClassFolder(tmp_path).marks / "s1.json"
    before = path.read_bytes()
    path.write_text(json.dumps(edit(json.loads(before))))
    assert total_of(tmp_path) == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "place", ["key/class.json", "key/new.csv", "handouts/s1.xlsx", "feedback/x.csv", "report.html"]
)
def test_grades_are_not_written_over_the_class(place: str, home: ClassFolder, tmp_path) -> None:
    (tmp_path / place).parent.mkdir(exist_ok=True)
    before = home.records.read_bytes()
    with pytest.raises(OutputError, match="is among the files of the class; choose another place"):
        grade(tmp_path, tmp_path, tmp_path / place, force=True)
    assert home.records.read_bytes() == before
