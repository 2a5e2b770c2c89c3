"""What the teacher has decided takes effect: in the table, the marked workbooks, the report and the results."""

import csv
import io
import json
import os
import shutil
from datetime import datetime, timedelta

import openpyxl
import pytest

from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.errors import ClassError, UsageError
from tests.classroom.filling import right_answers, submitted
from tests.classroom.submissions.test_whose import HAN, LI, WANG, Class

DEADLINE = datetime(2024, 5, 31, 12)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    ours = Class(tmp_path_factory.mktemp("decided"))
    wrong = dict(right_answers(ours.exercises["s001"]))
    wrong["E"] = -wrong["E"]
    wrong["output_layer_input"] = wrong["output_layer_input"] + 0.5
    ours.contents["s001", "wrong"] = submitted(ours.exercises["s001"], wrong)
    return ours


@pytest.fixture
def ours(made, tmp_path):
    """A copy of the class whose settings and submissions are the test's own."""
    shutil.copytree(made.folder / "class", tmp_path / "class")
    (tmp_path / "in").mkdir()

    def hand_in(place, content, after=None):
        path = tmp_path / "in" / place
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made.contents[content] if isinstance(content, tuple) else content)
        if after is not None:
            moment = (DEADLINE + after).timestamp()
            os.utime(path, (moment, moment))

    def graded(settings="", overrides="", **options):
        (tmp_path / "class/class.toml").write_text(settings)
        if overrides:
            (tmp_path / "class/overrides.csv").write_text(f"student,step,mark,comment\n{overrides}")
        return grade(tmp_path / "class", tmp_path / "in", tmp_path / "grades.csv", force=True, **options)

    class Ours:
        folder, exercises = tmp_path, made.exercises

        @staticmethod
        def table():
            text = (tmp_path / "grades.csv").read_text(encoding="utf-8-sig")
            return {row["Student ID"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}

        @staticmethod
        def report():
            return (tmp_path / "class/report.html").read_text(encoding="utf-8")

        @staticmethod
        def result(student):
            found = json.loads((tmp_path / "class/results.json").read_text(encoding="utf-8"))
            return {one["id"]: one for one in found["students"]}[student]

        @staticmethod
        def feedback(student):
            path = tmp_path / "class/feedback" / f"{made.exercises[student].student.file}.xlsx"
            book = openpyxl.load_workbook(path)
            return [
                str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None
            ]

    Ours.hand_in, Ours.graded = staticmethod(hand_in), staticmethod(graded)
    return Ours


def test_without_settings_a_step_is_a_point(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "wrong"))
    assert ours.graded().points == 6
    before = ours.table()
    (ours.folder / "class/class.toml").unlink()
    grade(ours.folder / "class", ours.folder / "in", ours.folder / "grades.csv", force=True)
    assert ours.table() == before


def test_weights_bonus_and_points_make_the_total_everywhere(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "wrong"))
    grades = ours.graded("points = 50\nweights = { 5 = 3 }\nbonus = [4]")
    row = ours.table()["s001"]
    scores = {step: float(row[f"Step {step:02}"]) for step in range(3, 9)}
    expected = 50 / 7 * sum(scores[step] * (3 if step == 5 else 1) for step in scores)
    assert float(row["Total"]) == pytest.approx(expected, abs=0.1)
    assert scores[4] < 1
    assert grades.points == 50
    assert any(f"{grades.standings[0].total:.2f} / 50" in text for text in ours.feedback("s001"))
    assert ours.result("s001")["total"] == pytest.approx(grades.standings[0].total, abs=1e-4)


def test_what_the_command_says_stands_in_front_of_the_file(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "full"))
    assert ours.graded("points = 50", points=80).standings[0].total == 80


def test_more_decimals_are_asked_for_in_one_step_alone(ours):
    asked = ours.exercises["s001"]
    rounded = {name: matrix.round(2) for name, matrix in right_answers(asked).items()}
    ours.hand_in("Li Lei.xlsx", submitted(asked, rounded))
    loose, strict = ours.graded().standings[0], ours.graded("decimals = { 3 = 5 }").standings[0]
    assert loose.scores[3] == 1
    assert strict.scores[3] < 1
    assert any("give 5 decimals or more" in text for text in ours.feedback("s001"))


def test_formulas_may_be_asked_for_afterwards(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "full"))
    assert ours.graded("formulas = true").standings[0].total == 0
    assert ours.graded("formulas = false").standings[0].total == 6


@pytest.mark.parametrize(
    ("show", "says", "hides"),
    [
        ("answer", ["with your numbers it comes to", "is the other way round: what we wanted"], []),
        ("hint", ["look at it again", "is the other way round: what we wanted"], ["it comes to"]),
        (
            "mark",
            ["To be looked at again"],
            ["it comes to", "is the other way round: what we wanted", "look at it again"],
        ),
    ],
)
def test_how_much_the_marked_workbook_says(ours, show, says, hides):
    ours.hand_in("Li Lei.xlsx", ("s001", "wrong"))
    ours.graded(f'show = "{show}"')
    text = "\n".join(ours.feedback("s001"))
    assert [piece for piece in says if piece not in text] == []
    assert [piece for piece in hides if piece in text] == []


def test_marks_given_by_hand_are_respected_again_and_again(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "wrong"))
    overrides = 's001,4,1,"sign, but <b>argued</b> well"\ns002,total,4.5,oral exam\n'
    before = ours.graded().standings[0]
    for _ in range(2):
        grades = ours.graded(overrides=overrides)
        assert grades.standings[0].scores == before.scores | {4: 1}
        assert [one.total for one in grades.standings[:2]] == [pytest.approx(before.total + 1), 4.5]
    assert ours.table()["s002"]["Total"] == "4.5"
    assert ours.table()["s003"]["Total"] == ours.table()["s002"]["Step 03"] == ""
    assert ours.result("s002")["steps"] == dict.fromkeys("345678")
    assert "sign, but &lt;b&gt;argued&lt;/b&gt; well" in ours.report()
    assert ours.result("s001")["overridden"] == [
        {"step": 4, "mark": 1.0, "comment": "sign, but <b>argued</b> well"}
    ]
    assert any(f"{before.total + 1:.2f} / 6" in text for text in ours.feedback("s001"))


def test_a_mark_for_nobody_stops_before_anything_is_marked(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "full"))
    with pytest.raises(ClassError, match=r'overrides.csv line 2: found the student "s0011"'):
        ours.graded(overrides="s0011,4,1,\n")
    assert not (ours.folder / "grades.csv").exists()


def test_late_by_its_date_costs_what_the_teacher_says(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "full"), timedelta(hours=30))
    ours.hand_in("Han Meimei.xlsx", ("s002", "full"), timedelta(hours=-1))
    settings = f"deadline = {DEADLINE.isoformat()}\nlate_is = 'date'\nlate_per_day = 25"
    grades = ours.graded(settings)
    assert [one.total for one in grades.standings[:2]] == [3, 6]
    assert [notice for notice in grades.notices if notice.key == "late"] == [("Li Lei.xlsx", "late", "2", "")]
    assert "late (2)" in ours.report()
    assert ours.result("s001")["days_late"] == 2
    assert any("3.00 / 6" in text for text in ours.feedback("s001"))


def test_late_by_the_platform(ours):
    ours.hand_in("leili_LATE_1_2_a.xlsx", ("s001", "full"))
    ours.hand_in("hanmeimei_3_4_a.xlsx", ("s002", "full"))
    assert [one.total for one in ours.graded('late = "nothing"').standings[:2]] == [0, 6]
    assert [one.total for one in ours.graded().standings[:2]] == [6, 6]


def test_after_the_closing_date_the_first_try_stays(ours):
    closes = f"closes = {DEADLINE.isoformat()}"
    ours.hand_in(f"{LI}/a.xlsx", ("s001", "partial"), timedelta(hours=-1))
    assert ours.graded(closes).standings[0].total == 5
    ours.hand_in(f"{LI}/b.xlsx", ("s001", "full"), timedelta(hours=1))
    assert ours.graded(closes).standings[0].total == 5
    assert ours.graded().standings[0].total == 6


def test_a_later_file_in_the_place_of_the_first_does_not_count_either(ours):
    closes = f"closes = {DEADLINE.isoformat()}"
    ours.hand_in(f"{LI}/a.xlsx", ("s001", "partial"), timedelta(hours=-1))
    ours.graded(closes)
    ours.hand_in(f"{LI}/a.xlsx", ("s001", "full"), timedelta(hours=1))
    grades = ours.graded(closes)
    assert grades.standings[0].total == 5
    assert [notice.key for notice in grades.notices] == ["closed"]


@pytest.mark.parametrize(
    ("name", "key", "says"),
    [
        ("a.ods", "save_spreadsheet", "Save As"),
        ("a.XLS", "save_spreadsheet", "saved as .xls"),
        ("a.csv", "save_table", "one sheet only"),
        ("a.numbers", "save_numbers", "Export To"),
        ("a.pdf", "save_pdf", "picture of the workbook"),
        ("a.docx", "unreadable", "ask for the workbook itself"),
    ],
)
def test_a_file_of_another_kind_stands_on_the_line_of_who_sent_it(ours, name, key, says):
    ours.hand_in(f"{HAN}/{name}", b"anything")
    ours.hand_in(f"{WANG}/a.xlsx", ("s003", "full"))
    grades = ours.graded()
    assert [(notice.about, notice.key) for notice in grades.notices] == [(f"{HAN}/{name}", key)]
    [why] = grades.standings[1].why
    assert says in why.text("en")
    assert f"Han Meimei (s002): {why.text('en')}" in ours.report()
    assert f"<td>{why.text('en')}</td><td>–</td></tr>" in ours.report()  # on the line of the student
    assert ours.result("s002")["why_missing"] == [why.text("en")]
    assert ours.result("s001")["why_missing"] == []


def test_who_has_handed_in_a_workbook_as_well_is_not_missing(ours):
    ours.hand_in(f"{HAN}/a.pdf", b"anything")
    ours.hand_in(f"{HAN}/a.xlsx", ("s002", "full"))
    [_, standing, *_] = ours.graded().standings
    assert (standing.total, standing.why) == (6, ())


def test_for_gradescope_each_student_has_a_file(ours):
    ours.hand_in("Li Lei.xlsx", ("s001", "wrong"))
    grades = ours.graded("points = 60\nbonus = [8]", gradescope=True)
    [path] = (ours.folder / "class/gradescope").iterdir()
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["score"] == pytest.approx(sum(test["score"] for test in found["tests"]), abs=0.01)
    assert found["score"] == pytest.approx(grades.standings[0].total, abs=1e-4)
    assert [test["max_score"] for test in found["tests"]] == [12, 12, 12, 12, 12, 0]
    assert "is the other way round: what we wanted" in found["tests"][1]["output"]


@pytest.mark.parametrize("points", [0, -1, 10_000.5, float("nan")])
def test_points_that_cannot_be_are_refused(ours, points):
    with pytest.raises(UsageError, match=r"^points: found .*, expected a number above 0, up to 10000$"):
        ours.graded(points=points)


def test_as_many_points_as_may_be(ours):
    ours.hand_in("1.xlsx", ("s001", "wrong"))
    assert ours.graded("points = 10000").points == ours.graded(points=10_000).points == 10_000
