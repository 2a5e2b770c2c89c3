"""Numbers of a neighbour: named, and worth nothing where the teacher says so."""

from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from mlp2xlsx.classroom import work
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.cli import main
from tests.classroom.filling import right_answers, submitted, with_slip
from tests.classroom.lessons import ARTICLE

ROSTER = "Student ID,Name\ns001,Li Lei\ns002,Han Meimei\ns003,Wang Fang\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Li Lei has worked it out, Han Meimei has copied that, Wang Fang has made an honest slip."""
    folder = tmp_path_factory.mktemp("copied")
    (folder / "roster.csv").write_text(ROSTER)
    handout(folder / "class", ARTICLE, roster=folder / "roster.csv", seed=7, blank=[3, 4, 5, 6])
    li, han, wang = load_records(ClassFolder(folder / "class")).exercises()
    (folder / "in").mkdir()
    right = {name: np.round(values, 3) for name, values in right_answers(li).items()}
    for exercise, filled in ((li, right), (han, right), (wang, with_slip(wang))):
        (folder / "in" / f"{exercise.student.file}.xlsx").write_bytes(submitted(exercise, filled))
    return folder


def graded(folder, **options):
    return grade(folder / "class", folder / "in", folder / "grades.csv", force=True, **options)


def copied(grades):
    return [notice for notice in grades.notices if notice.key == "copied"]


def test_they_are_named_and_what_follows_from_them_counts(folder):
    grades = graded(folder)
    assert [(one.about, one.one, one.other) for one in copied(grades)] == [
        ("Han Meimei (s002)", "Step 03, Step 04", "Li Lei (s001)")
    ]
    assert grades.marks["s002"].total > 2


def test_or_worth_nothing_and_nobody_else_pays(folder):
    before, grades = graded(folder), graded(folder, copies_count=False)
    assert copied(grades) == copied(before)
    assert grades.marks["s002"].total == 0
    for student in ("s001", "s003"):
        assert grades.marks[student] == before.marks[student]
        assert grades.marks[student].total >= 3
    book = openpyxl.load_workbook(folder / "class/feedback/s002-Han-Meimei.xlsx")
    said = [str(cell.value) for row in book["Setup"].iter_rows() for cell in row]
    assert any("These are the numbers of another handout" in text for text in said)
    assert any("0.00 / 4" in text for text in said)


def test_the_teacher_may_think_better_of_it_and_only_who_copied_is_marked_again(folder, monkeypatch):
    graded(folder, copies_count=False)
    marked, mark = [], work.mark
    monkeypatch.setattr(work, "mark", lambda *sent: marked.append(sent[0].student.id) or mark(*sent))
    assert graded(folder, copies_count=False).marks["s002"].total == 0
    assert marked == []
    assert graded(folder).marks["s002"].total > 2
    assert graded(folder, copies_count=False).marks["s002"].total == 0
    assert marked == ["s002", "s002"]


def test_who_copied_no_more_has_it_marked_anew(folder):
    """The other's handout is gone from the class: nobody's numbers are copied."""
    graded(folder, copies_count=False)
    kept = load_records(ClassFolder(folder / "class"))
    replace(kept, students=kept.students[1:]).save(ClassFolder(folder / "class").records)
    try:
        grades = graded(folder, copies_count=False)
    finally:
        kept.save(ClassFolder(folder / "class").records)
    assert copied(grades) == []
    assert grades.marks["s002"].total > 2


def test_the_command(folder, capsys):
    words = [
        "grade",
        str(folder / "class"),
        str(folder / "in"),
        "--out",
        str(folder / "grades.csv"),
        "--force",
    ]
    assert main([*words, "--copied", "nothing"]) == 0
    assert "\ns002,Han Meimei,0,0,0,0,0" in (folder / "grades.csv").read_text(encoding="utf-8-sig")
    assert main(words) == 0
    assert "\ns002,Han Meimei,0,0,0,0,0" not in (folder / "grades.csv").read_text(encoding="utf-8-sig")
    assert (
        "the answers in Step 03, Step 04 are those of the handout of Li Lei (s001)" in capsys.readouterr().err
    )
