"""Whose grade a file counts for: nobody can take another's, and nobody loses what was handed in."""

import os

import pytest

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.grading import Grades, grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.classroom.submissions import opening, sorting
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import LESSONS

ROSTER = "Student ID,Name\ns001,Li Lei\ns002,Han Meimei\ns003,Wang Fang\ns004,Fang Wang\n"
MOODLE = "_{}_assignsubmission_file_"
LI, HAN, WANG = (
    "Li Lei" + MOODLE.format(11),
    "Han Meimei" + MOODLE.format(12),
    "Wang Fang" + MOODLE.format(13),
)


class Contents(dict[tuple[str, str], bytes]):
    """What is handed in by a student's id and its kind, each made when it is first asked for."""

    def __init__(self, exercises: dict[str, Exercise]) -> None:
        super().__init__()
        self.exercises = exercises

    def __missing__(self, key: tuple[str, str]) -> bytes:
        student, kind = key
        right = right_answers(self.exercises[student])
        partial = {name: rows for name, rows in right.items() if name != "E"}
        filled = {"full": right, "partial": partial, "empty": {}}[kind]
        self[key] = submitted(self.exercises[student], filled)
        return self[key]


class Class:
    """A class of four, and what is handed in: `full`, `partial` or `empty` handouts, each later than the last."""

    def __init__(self, folder) -> None:
        self.folder, self.time = folder, 1_700_000_000
        (folder / "roster.csv").write_text(ROSTER)
        handout(folder / "class", LESSONS["and-or"], roster=folder / "roster.csv", seed=7)
        home = ClassFolder(folder / "class")
        self.exercises: dict[str, Exercise] = {one.student.id: one for one in load_records(home).exercises()}
        self.contents = Contents(self.exercises)

    def graded(self, submissions, *files) -> Grades:
        for place, student, kind in files:
            path = submissions / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.contents[student, kind])
            self.time += 60
            os.utime(path, (self.time, self.time))
        return grade(self.folder / "class", submissions, self.folder / "grades.csv", force=True)

    def report(self) -> str:
        return (self.folder / "class/report.html").read_text()


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    return Class(tmp_path_factory.mktemp("ours"))


def totals(grades):
    return {student: mark.total for student, mark in grades.marks.items()}


OWN = (f"{LI}/s001-Li-Lei.xlsx", "s001", "full")
SPOILING = {
    "moodle": (OWN, (f"{HAN}/s001-Li-Lei.xlsx", "s001", "partial")),
    "moodle-without-folders": ((f"{LI}homework.xlsx", "s001", "full"), (f"{HAN}Li Lei.xlsx", "s001", "partial")),
    "canvas": (("leili_1_2_x.xlsx", "s001", "full"), ("meimeihan_3_4_s001-Li-Lei.xlsx", "s001", "partial")),
    "folders": (("Li Lei/x.xlsx", "s001", "full"), ("Han Meimei/v 2/s001-Li-Lei.xlsx", "s001", "partial")),
    "file-names": (("Li Lei.xlsx", "s001", "full"), ("Han Meimei.xlsx", "s001", "partial")),
    "under-an-unknown-name": (OWN, (f"A Stranger{MOODLE.format(99)}/s001-Li-Lei.xlsx", "s001", "partial")),
}  # fmt: skip


@pytest.mark.parametrize("files", SPOILING.values(), ids=SPOILING)
def test_nobody_replaces_anothers_grade(ours, tmp_path, files):
    grades = ours.graded(tmp_path / "in", *files)
    assert totals(grades) == {"s001": 6}
    assert {notice.key for notice in grades.notices} <= {"misplaced", "several"}


@pytest.mark.parametrize("files", SPOILING.values(), ids=SPOILING)
def test_by_the_handout_id_alone_they_would(ours, tmp_path, files, monkeypatch):
    monkeypatch.setattr(sorting.Class, "sent_by", lambda self, place: ([], False))
    assert totals(ours.graded(tmp_path / "in", *files))["s001"] < 6


def test_a_copy_is_the_first_thing_to_be_told_and_its_sender_is_not_just_missing(ours, tmp_path):
    copy = f"{HAN}/s001-Li-Lei.xlsx"
    grades = ours.graded(tmp_path / "in", OWN, ("1/A.xlsx", "s003", "full"), ("2/A.xlsx", "s003", "full"),
                         (copy, "s001", "full"))  # fmt: skip
    first = grades.notices[0]
    assert first == (copy, "misplaced", "Han Meimei (s002)", "Li Lei (s001)")
    report = ours.report()
    assert report.index("Look at this first") < report.index(first.text("en")) < report.index("Step 03")
    assert "Han Meimei (s002): handed in the handout of Li Lei (s001)" in report


def test_without_a_copy_there_is_nothing_to_look_at_first(ours, tmp_path):
    assert ours.graded(tmp_path / "in", OWN).notices == ()
    assert "Look at this first" not in ours.report()


@pytest.mark.parametrize(
    ("place", "student"),
    [
        (f"{WANG}/Li Lei.xlsx", "s003"),
        (f"{WANG}/Li Lei.xlsx", "s004"),  # of the same name
        (f"Somebody Else{MOODLE.format(17)}/homework.xlsx", "s001"),
        (f"Participant{MOODLE.format(17)}/homework.xlsx", "s001"),
        ("Group of Han Meimei/homework.xlsx", "s001"),
        ("course.zip.d/homework_2024_11_a.xlsx", "s001"),
    ],
    ids=["own", "namesake", "nickname", "hidden-name", "group", "numbers"],
)
def test_who_sends_an_own_handout_gets_the_grade(ours, tmp_path, place, student):
    grades = ours.graded(tmp_path / "in", (place, student, "full"))
    assert totals(grades) == {student: 6}
    assert grades.notices == ()


SEVERAL = {
    "empty-later": ([("a.xlsx", "full"), ("b.xlsx", "empty")], 0),
    "empty-before": ([("a.xlsx", "empty"), ("b.xlsx", "full")], 1),
    "newest-of-filled": ([("a.xlsx", "full"), ("c.xlsx", "partial"), ("b.xlsx", "empty")], 1),
    "all-empty": ([("a.xlsx", "empty"), ("b.xlsx", "empty")], 1),
}


@pytest.mark.parametrize(("files", "best"), SEVERAL.values(), ids=SEVERAL)
def test_of_several_the_filled_ones_come_first_then_the_newest(ours, tmp_path, files, best):
    grades = ours.graded(tmp_path / "in", *((f"{LI}/{name}", "s001", kind) for name, kind in files))
    [notice] = grades.notices
    places = [f"{LI}/{name}" for name, _ in files]
    counting = places.pop(best)
    assert (notice.about, notice.key, notice.other) == ("Li Lei (s001)", "several", counting)
    assert set(notice.one.split(", ")) == set(places)
    assert totals(grades)["s001"] == {"full": 6, "partial": 5, "empty": 0}[files[best][1]]


def test_what_is_filled_in_is_what_makes_the_difference(ours, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "holds_anything", lambda *_: True)
    files = [(f"{LI}/a.xlsx", "s001", "full"), (f"{LI}/b.xlsx", "s001", "empty")]
    assert totals(ours.graded(tmp_path / "in", *files)) == {"s001": 0}


def test_one_handout_from_two_whose_names_are_hidden_is_told_first(ours, tmp_path):
    places = [f"Participant{MOODLE.format(number)}/homework.xlsx" for number in (17, 18)]
    grades = ours.graded(tmp_path / "in", *((place, "s001", "full") for place in places))
    assert grades.notices[0] == ("Li Lei (s001)", "strangers", "2", places[1])


def test_who_takes_too_long_is_refused_as_a_whole_and_nobody_else(ours, tmp_path, monkeypatch):
    def timed(known, most_cells, sent):
        _, found = open_one(known, most_cells, sent)
        return (40.0 if sent[0].place.startswith(HAN) else 0.1), found

    open_one = opening._timed
    monkeypatch.setattr(opening, "_timed", timed)
    slow = [(f"{HAN}/{number}.xlsx", "s002", "full") for number in range(4)]
    grades = ours.graded(tmp_path / "in", OWN, *slow)
    assert totals(grades) == {"s001": 6}
    assert grades.notices == (
        ("Han Meimei_12", "unreadable", "takes more than 60 s to open; ask for the workbook alone", ""),
    )
    assert totals(ours.graded(tmp_path / "one", OWN, slow[0])) == {"s001": 6, "s002": 6}
