"""The table of grades: in the form of Moodle and of Canvas, and with no text that is a formula."""

import csv
import io

import pytest

from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.gradebook import gradebook, moodle_worksheet
from mlp2xlsx.classroom.roster import read_roster
from mlp2xlsx.classroom.settings import Settings
from tests.classroom.lessons import exercise
from tests.classroom.results.standings import mark_of, standings_of

MOODLE = """\
First name,Surname,ID number,Email address,Department,Quiz (Real)
Lei,Li,s001,li@school.example,7b,9.5
Meimei,Han,s002,han@school.example,7b,-
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (123)
    Points Possible,,,,,10
"Li, Lei",101,s001,li@school.example,7b,8
"Han, Meimei",102,s002,han@school.example,7b,
"""
HOSTILE = """\
Student ID,Name,Email
s001,"=HYPERLINK(""http://evil.example"")",@x
+1,-2+3,=a
"""


MARKS = {"s001": mark_of("s001", s3=(9, 9), s4=(6, 9), s5=(0, 6))}


def table(roster, tmp_path, marks=MARKS):
    records = records_of(roster, tmp_path)
    content = gradebook(records, standings_of(records, marks))
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_moodle_gets_who_it_is_and_the_steps(tmp_path):
    assert table(MOODLE, tmp_path) == [
        ["First name", "Surname", "ID number", "Email address", "Department", "Step 03", "Step 04", "Step 05", "Total"],
        ["Lei", "Li", "s001", "li@school.example", "7b", "1", "0.67", "0", "1.67"],
        ["Meimei", "Han", "s002", "han@school.example", "7b", "", "", "", ""],
    ]  # fmt: skip


def test_canvas_gets_who_it_is_and_the_steps(tmp_path):
    assert table(CANVAS, tmp_path) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Step 03", "Step 04", "Step 05", "Total"],
        ["Li, Lei", "101", "s001", "li@school.example", "7b", "1", "0.67", "0", "1.67"],
        ["Han, Meimei", "102", "s002", "han@school.example", "7b", "", "", "", ""],
    ]


@pytest.mark.parametrize("roster", [MOODLE, CANVAS], ids=["moodle", "canvas"])
def test_it_is_a_roster_of_the_same_students(roster, tmp_path):
    path = tmp_path / "grades.csv"
    rows = table(roster, tmp_path)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    (tmp_path / "before.csv").write_text(roster, encoding="utf-8")
    before, after = read_roster(tmp_path / "before.csv"), read_roster(path)
    assert [one.id for one in after.students] == [one.id for one in before.students]
    assert [one.name for one in after.students] == [one.name for one in before.students]


def test_no_text_is_a_formula(tmp_path):
    header, *rows = table(HOSTILE, tmp_path, {"+1": mark_of("+1", s3=(1, 3), s4=(1, 3), s5=(1, 3))})
    assert header == ["Student ID", "Name", "Email", "Step 03", "Step 04", "Step 05", "Total"]
    assert rows == [
        ["s001", '\'=HYPERLINK("http://evil.example")', "'@x", "", "", "", ""],
        ["'+1", "'-2+3", "'=a", "0.33", "0.33", "0.33", "1"],
    ]


def test_nobody_has_handed_in(tmp_path):
    _, *rows = table(MOODLE, tmp_path, {})
    assert [row[5:] for row in rows] == [[""] * 4] * 2


def test_an_open_class_has_a_line_per_file():
    records = Records(exercise(blank=[3, 4, 5]).assignment, (), ())
    marks = {"a.xlsx": MARKS["s001"], "=b/c,d.xlsx": MARKS["s001"]}
    content = gradebook(records, standings_of(records, marks))
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["File", "Step 03", "Step 04", "Step 05", "Total"],
        ["a.xlsx", "1", "0.67", "0", "1.67"],
        ["'=b/c,d.xlsx", "1", "0.67", "0", "1.67"],
    ]


def test_the_total_is_of_exact_scores():
    thirds = mark_of("s001", s3=(1, 3), s4=(1, 3), s5=(1, 3))
    assert thirds.total == pytest.approx(1)
    assert Mark.from_json(thirds.as_json()) == thirds


def test_the_table_of_a_class_that_handed_in(graded):
    rows = list(csv.reader(io.StringIO(graded.out.read_text(encoding="utf-8-sig"), newline="")))
    assert rows[0][:4] == ["ID number", "First name", "Surname", "Email address"]  # and no homework
    assert rows[1][-1] == "6"
    assert 3 < float(rows[2][-1]) < 6
    assert rows[3][-7:] == [""] * 7


WORKSHEET = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (submission),Last modified (grade),Feedback comments
Participant 11,Li Lei,s001,li@school.example,Submitted for grading,,"30,00",Yes,"Friday, 1 November 2024, 9:00 AM",-,"- good"
Participant 12,Han Meimei,s002,han@school.example,No submission,7.00,"30,00",Yes,-,"Monday, 4 November 2024, 9:00 AM",
"""


def moodle_imports(content):
    """Grades by participant, as the importer reads them: three columns found by their names, in UTF-8 with commas."""
    header, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    participant, grade, _ = (header.index(name) for name in ("Identifier", "Grade", "Last modified (grade)"))
    return {int(row[participant].removeprefix("Participant")): row[grade] for row in rows}, header


def records_of(roster, tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(roster, encoding="utf-8")
    found = read_roster(path)
    assignment = exercise(blank=[3, 4, 5]).assignment
    return Records(assignment, found.columns, found.students, form=found.form, points=found.points)


def worksheet(records):
    return moodle_worksheet(records, standings_of(records, MARKS))


@pytest.mark.parametrize("maximum", ["Maximum Grade", "Maximum grade"])
def test_the_grading_worksheet_of_moodle_comes_back_with_the_grades(tmp_path, maximum):
    given = WORKSHEET.replace("Maximum Grade", maximum)
    grades, header = moodle_imports(worksheet(records_of(given, tmp_path)))
    assert grades == {11: "16.67", 12: "7.00"}
    assert header == given.splitlines()[0].split(",")[:-1]


def test_a_bonus_does_not_go_beyond_the_maximum_which_moodle_would_pass_over(tmp_path):
    records = records_of(WORKSHEET, tmp_path)
    all_right = {"s001": mark_of("s001", s3=(9, 9), s4=(9, 9), s5=(6, 6))}
    standings = standings_of(records, all_right, Settings(bonus=(5,)))
    assert standings[0].total > standings[0].terms.counting.points
    assert moodle_imports(moodle_worksheet(records, standings))[0][11] == "30"


def test_without_a_maximum_a_step_is_a_point(tmp_path):
    without = WORKSHEET.replace('"30,00"', "")
    assert moodle_imports(worksheet(records_of(without, tmp_path)))[0][11] == "1.67"


@pytest.mark.parametrize("roster", [MOODLE, CANVAS, WORKSHEET.replace("Identifier", "Number")],
                         ids=["moodle", "canvas", "no-identifier"])  # fmt: skip
def test_other_rosters_are_no_worksheet(roster, tmp_path):
    assert worksheet(records_of(roster, tmp_path)) is None


SEMICOLONS = MOODLE.replace(",", ";").replace("9.5", "9,5")


@pytest.mark.parametrize(
    ("roster", "encoding", "line"),
    [
        (SEMICOLONS, "utf-8-sig", "Lei;Li;s001;li@school.example;7b;1;0,67;0;1,67"),
        (MOODLE.replace(",", "\t"), "utf-16", "Lei\tLi\ts001\tli@school.example\t7b\t1\t0.67\t0\t1.67"),
        (MOODLE.replace(",", ";"), "utf-8-sig", "Lei;Li;s001;li@school.example;7b;1;0.67;0;1.67"),
    ],
    ids=["semicolons-and-commas", "tabs", "semicolons-and-points"],
)
def test_the_signs_are_those_of_the_roster(roster, encoding, line, tmp_path):
    records = records_of(roster, tmp_path)
    assert gradebook(records, standings_of(records, MARKS)).decode(encoding).splitlines()[1] == line
