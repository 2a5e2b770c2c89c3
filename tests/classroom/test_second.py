"""A second assignment of the same class: other ids, the same people, and one table over all."""

import csv
import io
import shutil

import pytest

from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.records import ClassFolder, load_records
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import LESSONS

ROSTER = "Student ID,Name\ns001,Li Lei\ns002,Han Meimei\n"


class Term:
    """Two assignments in folders side by side, and what came in for each."""

    def __init__(self, folder, **options):
        self.folder = folder
        (folder / "roster.csv").write_text(ROSTER)
        handout(
            folder / "first", LESSONS["and-or"], roster=folder / "roster.csv", seed=3, blank=[3, 4], **options
        )
        handout(folder / "second", LESSONS["and-or"], after=folder / "first", seed=3, blank=[5])
        self.exercises = {name: self.of(name) for name in ("first", "second")}

    def of(self, name):
        return list(load_records(ClassFolder(self.folder / name)).exercises())

    def graded(self, name, **files):
        """Grade files called after students, each with the right answers of an assignment and a student."""
        there = self.folder / f"{name}-in"
        shutil.rmtree(there, ignore_errors=True)
        there.mkdir()
        for student, (which, number) in files.items():
            asked = self.exercises[which][number]
            (there / f"{student}.xlsx").write_bytes(submitted(asked, right_answers(asked)))
        return grade(self.folder / name, there, self.folder / f"{name}.csv", force=True)

    def course(self):
        text = (self.folder / "second/course.csv").read_text(encoding="utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    return Term(tmp_path_factory.mktemp("term"))


def test_it_has_the_same_people_and_other_ids(term):
    first, second = term.exercises.values()
    assert [one.student for one in first] == [one.student for one in second]
    assert not {one.ident for one in first} & {one.ident for one in second}


def test_one_table_holds_both(term):
    title = LESSONS["and-or"].words["title"]
    term.graded("second", s001=("second", 0))
    assert term.course()[1:] == [["s001", "Li Lei", "", "1", "1"], ["s002", "Han Meimei", "", "", ""]]
    term.graded("first", s001=("first", 0), s002=("first", 1))
    term.graded("second", s001=("second", 0))
    assert term.course() == [
        ["Student ID", "Name", f"1: {title}", f"2: {title}", "Total"],
        ["s001", "Li Lei", "2", "1", "3"],
        ["s002", "Han Meimei", "2", "", "2"],
    ]
    assert not (term.folder / "first/course.csv").exists()


def test_a_handout_of_the_first_is_known_and_not_graded(term):
    grades = term.graded("second", s001=("first", 0))
    assert grades.notices == (("s001.xlsx", "earlier", "Li Lei (s001)", ""),)
    assert [notice.key for notice in grades.standings[0].why] == ["earlier"]


def test_typed_again_it_knows_what_it_comes_after(term):
    again = handout(term.folder / "second", LESSONS["and-or"], blank=[5])
    assert (again.made, again.kept) == (0, 2)
    assert term.of("second")[0].assignment.number == 2


def test_where_the_first_is_gone_that_is_said(term, tmp_path):
    shutil.copytree(term.folder / "second", tmp_path / "second")
    (tmp_path / "in").mkdir()
    asked = term.exercises["second"][0]
    (tmp_path / "in/a.xlsx").write_bytes(submitted(asked, right_answers(asked)))
    grades = grade(tmp_path / "second", tmp_path / "in", tmp_path / "grades.csv")
    assert [notice.key for notice in grades.notices] == ["earlier_gone"]
    assert grades.standings[0].total == 1


def test_with_pseudonyms_in_the_first_the_people_are_still_the_same(tmp_path):
    term = Term(tmp_path, pseudonyms=True)
    assert [one.student.file for one in term.exercises["second"]] == ["s001-Li-Lei", "s002-Han-Meimei"]
    term.graded("first", s001=("first", 0))
    term.graded("second", s001=("second", 0))
    assert [row[2:] for row in term.course()[1:]] == [["2", "1", "3"], ["", "", ""]]
