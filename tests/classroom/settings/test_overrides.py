"""Marks given by hand: read whoever wrote the table, and refused where they cannot be."""

import pytest

from mlp2xlsx.classroom.settings import Settings
from mlp2xlsx.classroom.settings.counting import Counting
from mlp2xlsx.classroom.settings.overrides import Override, read_overrides
from mlp2xlsx.errors import ClassError

COUNTING = Counting.of(Settings(), (3, 4))
KNOWN = {"s001": "s001", "li lei": "s001", "li@e.example": "s001", "s002": "s002"}


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "overrides.csv"
    path.write_bytes(text.encode(encoding))
    return read_overrides(path, COUNTING, KNOWN)


def test_no_file_and_no_line_are_no_marks(tmp_path):
    assert read_overrides(tmp_path / "no.csv", COUNTING, KNOWN) == {}
    assert read(tmp_path, "student,step,mark,comment\n") == {}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("student,step,mark,comment\nS001,3,0.5,half a page\n", "utf-8"),
        ("Mark,Comment,Student,Step\n.5,half a page,Li Lei,Step 03\n", "utf-8-sig"),
        ("student;step;mark;comment\nli@e.example;03;0,5;half a page\n", "utf-8"),
        ("学生,步骤,分数,说明\ns001,第3步,0.5,half a page\n", "gbk"),
    ],
    ids=["ids", "names", "semicolons", "chinese"],
)
def test_ways_to_write_one(tmp_path, text, encoding):
    assert read(tmp_path, text, encoding) == {"s001": {3: Override(0.5, "half a page")}}


def test_the_whole_and_several(tmp_path):
    text = "student,step,mark\ns001,total,7\ns001,4,1\ns002,,0\n"
    assert read(tmp_path, text) == {"s001": {None: Override(7), 4: Override(1)}, "s002": {None: Override(0)}}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "s009,3,1",
            ': found the student "s009" (did you mean "s002"?), expected the id of one of the class',
        ),
        ("s001,5,1", ': found the step "5", expected one of 3, 4, or total'),
        ("s001,3,1.5", ': found the mark "1.5", expected a number from 0 to 1, the share of the step'),
        ("s001,3,good", ': found the mark "good", expected a number from 0 to 1, the share of the step'),
        ("s001,total,-1", ': found the mark "-1", expected points, 0 or more'),
        ("s002,3,0", ": a mark for the same student and step stands above it"),
    ],
    ids=["student", "step", "too-much", "no-number", "negative", "twice"],
)
def test_refused(tmp_path, line, message):
    with pytest.raises(ClassError) as caught:
        read(tmp_path, f"student,step,mark\ns002,3,1\n{line}\n")
    assert str(caught.value) == f"{tmp_path / 'overrides.csv'} line 3{message}"


def test_a_table_without_marks_is_refused(tmp_path):
    with pytest.raises(ClassError, match='line 1 names no column mark: found "student", "step", expected'):
        read(tmp_path, "student,step\ns001,3\n")
