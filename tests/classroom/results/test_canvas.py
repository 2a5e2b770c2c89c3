"""The gradebook that Canvas takes back, read as its importer reads it."""

import csv
import io
import re

import pytest

from mlp2xlsx.classroom.records import Records
from mlp2xlsx.classroom.results.canvas import canvas_gradebook, canvas_hint, chosen_column, points_possible
from mlp2xlsx.classroom.roster import read_roster
from mlp2xlsx.classroom.settings import Settings
from mlp2xlsx.errors import ClassError
from tests.classroom.lessons import exercise
from tests.classroom.results.standings import mark_of, standings_of

HANDOUT, ESSAY = "Backprop handout (98765)", "Essay, first part (4411)"
EXPORT = f"""\
Student,ID,SIS User ID,SIS Login ID,Section,Notes,"{ESSAY}",{HANDOUT},Current Score,Final Grade
,,,,,,Manual Posting,,,
    Points Possible,,,,,,10.00,20.00,(read only),(read only)
"Li, Lei",101,s001,li@school.example,7b,shy,8,,80,B
"Han, Meimei",102,s002,han@school.example,7b,,9,3.50,90,A
"Student, Test",109,,bbbc6740f0b946af,7b,,,,,
"""
HALVES = EXPORT.replace("Student,ID", "LastName,FirstName,ID", 1).replace('"Li, Lei"', "Li,Lei").replace(
    '"Han, Meimei"', "Han,Meimei").replace("Possible,", "Possible,,").replace(",,,,,,Man", ",,,,,,,Man").replace(
    '"Student, Test"', "Student,Test")  # fmt: skip
SEMICOLONS = "\n".join(
    ";".join(f'"{cell}"' if "," in cell or ";" in cell else cell for cell in row)
    for row in csv.reader(io.StringIO(EXPORT.replace("10.00", '"10,00"').replace("20.00", '"20,00"')))
)
MARKS = {"s001": mark_of("s001", s3=(9, 9), s4=(6, 9), s5=(0, 6))}


def records_of(tmp_path, roster):
    path = tmp_path / "roster.csv"
    path.write_text(roster, encoding="utf-8")
    found = read_roster(path)
    assignment = exercise(blank=[3, 4, 5]).assignment
    return Records(assignment, found.columns, found.students, form=found.form, points=found.points)


class Imported:
    """A file as `lib/gradebook_importer.rb` of Canvas reads it, as far as the rules for columns go.

    `header?`: the first names are those of a person, and the last of these has `Section` in it.
    `update_column_count`: which further columns of a person there may be. `parse_assignments`: every name behind
    them is an assignment, known by the number in brackets; what is not known becomes a new one.
    `process_pp`: the line of the points sets what an assignment is worth. `semicolon_delimited?`: semicolons if
    all of the first three lines have the same number of them, and more of them than commas.
    """

    def __init__(self, content):
        text = content.decode()
        first = text.splitlines()[:3]
        counts = {sign: {len(next(csv.reader([line], delimiter=sign))) for line in first} for sign in ";,"}
        width = {sign: found.pop() if len(found) == 1 else 0 for sign, found in counts.items()}
        header, *rows = csv.reader(
            io.StringIO(text, newline=""), delimiter=";" if width[";"] > width[","] else ","
        )
        names = 2 if header[:2] == ["LastName", "FirstName"] else 1
        assert header[0] in ("Student", "LastName")
        assert "ID" in header[names]
        count = names + 2
        if "SIS Login ID" in header[names + 1]:
            count += 1
        elif "SIS User ID" in header[names + 1] and "SIS Login ID" in header[names + 2]:
            count += 2 + ("Integration ID" in header[names + 3])
            count += "Root Account" in header[count - 1]
        assert "Section" in header[count - 1]
        self.new, self.points, self.grades = [], {}, {}
        for column, name in enumerate(header[count:], start=count):
            found = re.fullmatch(r"(.*) \((\d+)\)", name)
            number = int(found[2]) if found else None
            if number not in (98765, 4411):
                self.new.append(name)
                continue
            for row in rows:
                if "Points Possible" in row[0]:
                    self.points[number] = float(row[column].replace(",", "."))
                else:
                    self.grades[number, int(row[names])] = row[column].replace(",", ".")


@pytest.mark.parametrize("name", ["Step 03", "Total", "Backprop handout"])
def test_the_reader_sees_an_assignment_that_would_be_new(name):
    assert Imported(f"Student,ID,Section,{name}\nLi,101,7b,1\n".encode()).new == [name]


def test_the_reader_sees_a_header_that_is_none():
    with pytest.raises(AssertionError):
        Imported(f"Student,ID,Class,{HANDOUT}\nLi,101,7b,1\n".encode())


@pytest.mark.parametrize("roster", [EXPORT, HALVES, SEMICOLONS], ids=["export", "halves", "semicolons"])
def test_exactly_one_assignment_changes(roster, tmp_path):
    records = records_of(tmp_path, roster)
    standings = standings_of(records, MARKS, Settings(points=20))
    found = Imported(canvas_gradebook(records, chosen_column(records, HANDOUT), standings))
    assert found.new == []
    assert found.points == {98765: 20}
    assert found.grades == {(98765, 101): "11.11", (98765, 102): ""}


def test_the_points_are_those_of_the_export(tmp_path):
    records = records_of(tmp_path, EXPORT)
    assert points_possible(records, HANDOUT) == 20
    assert points_possible(records, "Notes") is None
    assert points_possible(records, "no such") is None


def test_the_only_assignment_need_not_be_named(tmp_path):
    records = records_of(tmp_path, EXPORT)
    assert chosen_column(records, "") == ""
    assert canvas_hint(records, "") == (
        "no table for Canvas: name the assignment with --column, or column in class.toml; "
        f'one of "{ESSAY}", "{HANDOUT}"'
    )
    one = records_of(tmp_path, EXPORT.replace(f'"{ESSAY}"', "Essay"))
    assert chosen_column(one, "") == HANDOUT
    assert canvas_hint(one, HANDOUT) == ""


def test_a_name_that_the_export_has_not(tmp_path):
    with pytest.raises(ClassError, match="did you mean"):
        chosen_column(records_of(tmp_path, EXPORT), "Backprop handout")
    with pytest.raises(ClassError, match="none, for the roster is no gradebook of Canvas"):
        chosen_column(records_of(tmp_path, "Student ID\ns001\n"), HANDOUT)
