"""A class of 225: whatever a student hands in, what comes of it is what was planted, no more and no less."""

import csv
import gc
import io
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import openpyxl
import pytest

import mlp2xlsx
from mlp2xlsx.classroom.grading import Grades
from mlp2xlsx.classroom.marking import Mark, judging, mark
from mlp2xlsx.classroom.records import ClassFolder, load_records
from tests.classroom.papers import Paper
from tests.classroom.persons import SEED, SIZE, Person, odd_names, people, write_roster
from tests.classroom.simulated import hand_in
from tests.classroom.students import LR, MISTAKES, STEP_NUMBERS, Worth
from tests.classroom.teacher import Planted, Said, Teacher

pytestmark = pytest.mark.slow


@dataclass
class Term:
    """A class from the roster to the grades."""

    folder: Path
    persons: list[Person]
    teacher: Teacher
    grades: Grades

    @property
    def planted(self) -> Planted:
        return self.teacher.planted


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Term:
    home = tmp_path_factory.mktemp("term")
    persons = people()
    roster = write_roster(home / "roster.csv", persons)
    submissions = home / "submissions"
    # With fewer rounds of the garbage collection it takes five sixths of the time.
    with ProcessPoolExecutor(2, get_context("spawn"), gc.set_threshold, (20_000,)) as executor:
        lesson = mlp2xlsx.load("article").replace(lr=LR)
        mlp2xlsx.handout(home / "class", lesson, roster=roster, seed=SEED, executor=executor)
        teacher = Teacher(home / "class", submissions, persons)
        hand_in(teacher)
        grades = mlp2xlsx.grade(home / "class", submissions, home / "grades.csv", executor=executor)
    return Term(home, persons, teacher, grades)


def differences(planted: Planted, marks: dict[str, Mark]) -> Iterator[str]:
    """Say where what was found is not what was planted."""
    for student, found in marks.items():
        expected = planted.worths[student]
        kind = f"{student}, {planted.kinds[student]}"
        if dict(found.cells) != dict(expected.cells):
            wrong = {
                step: (found.cells[step], cells)
                for step, cells in expected.cells.items()
                if found.cells[step] != cells
            }
            yield f"{kind}: found and planted cells {wrong}"
        if set(found.mistakes) != expected.mistakes:
            yield f"{kind}: found {set(found.mistakes)}, planted {set(expected.mistakes)}"


def test_everybody_gets_what_was_planted(term: Term) -> None:
    assert len(term.persons) == SIZE
    assert set(term.grades.marks) == set(term.planted.worths)
    assert list(differences(term.planted, term.grades.marks)) == []


def test_every_mistake_was_made_and_named(term: Term) -> None:
    planted = Counter(one[1:] for worth in term.planted.worths.values() for one in worth.mistakes)
    assert planted == {(name, key): 2 for name, keys in MISTAKES.items() for key in keys}


def test_every_notice_and_no_other(term: Term) -> None:
    found = sorted(term.grades.notices)
    expected = sorted(term.planted.said)
    assert [(one.about, one.key, one.other) for one in found] == [
        (one.about, one.key, one.other) for one in expected
    ]
    for one, said in zip(found, expected, strict=True):
        assert said.one in one.one, one
        assert "Error" not in one.one, "the name of an exception is nothing to tell a teacher"
        assert one.text("en") != one.text("zh")


def test_who_is_missing(term: Term) -> None:
    expected = [person.id for person in term.persons if person.id not in term.planted.worths]
    assert list(term.grades.missing) == expected
    assert len(term.grades.marks) + len(expected) == SIZE


def test_the_table_of_grades(term: Term) -> None:
    content = (term.folder / "grades.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    steps = [f"Step {number:02}" for number in STEP_NUMBERS]
    assert lines[0] == ["Student ID", "Name", "Email", *steps, "Total"]
    expected = []
    for person in term.persons:
        worth = term.planted.worths.get(person.id)
        scores = [""] * (len(steps) + 1) if worth is None else worth.lines()
        name = f"'{person.name}" if person.name[0] in "=+-@" else person.name
        expected.append([person.id, name, person.email, *scores])
    assert lines[1:] == expected


def test_names_that_look_like_formulas(term: Term) -> None:
    odd = list(odd_names(term.persons))
    assert len(odd) == 4
    for person in odd:
        [path] = (term.folder / "class" / "handouts").glob(f"{person.id}-*.xlsx")
        cells = [cell for row in openpyxl.load_workbook(path)["Setup"].iter_rows() for cell in row]
        [shown] = [cell for cell in cells if cell.value == person.label]
        assert shown.data_type == "s"
    report = (term.folder / "class" / "report.html").read_text(encoding="utf-8")
    assert "HYPERLINK(&quot;http" in report
    assert 'HYPERLINK("http' not in report


def test_marked_workbooks(term: Term) -> None:
    feedback = {path.name for path in (term.folder / "class" / "feedback").iterdir()}
    assert feedback == {term.teacher.desks[student].file for student in term.planted.worths}
    for student in list(term.planted.worths)[::40]:
        book = openpyxl.load_workbook(term.folder / "class" / "feedback" / term.teacher.desks[student].file)
        total = term.planted.worths[student].lines()[-1]
        cells = [str(cell.value) for row in book["Setup"].iter_rows() for cell in row]
        assert any(f"{float(total):.2f} / 10" in cell for cell in cells)


# Other ways to hand in the same


KINDS = (
    *("all digits", "2 decimals", "a formula in every cell", "a formula for every matrix"),
    *("formulas and numbers", "a slip, rounded", "the text {1}", "the text abc", "gaps", "nothing filled in"),
    "transpose_missing in next_wout, then true numbers",
)


def one_of_each(term: Term) -> dict[str, str]:
    """Id of the first student of some kinds."""
    first = {kind: student for student, kind in reversed(term.planted.kinds.items())}
    return {first[kind]: kind for kind in KINDS}


def again(term: Term, folder: Path, submissions: Path) -> Grades:
    """Grade other submissions of the same class: all that is needed is what the teacher keeps."""
    (folder / "key").mkdir(parents=True)
    shutil.copy(ClassFolder(term.folder / "class").records, folder / "key")
    return mlp2xlsx.grade(folder, submissions, folder / "grades.csv")


@pytest.mark.needs("soffice")
def test_saved_again_by_libreoffice(term: Term, tmp_path: Path) -> None:
    students = one_of_each(term)
    files = [term.teacher.submissions / term.planted.places[student] for student in students]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    options = ["--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run(
        ["soffice", profile, *options, *map(str, files)], check=True, capture_output=True, timeout=180
    )
    assert len(list((tmp_path / "saved").iterdir())) == len(KINDS)
    grades = again(term, tmp_path / "class", tmp_path / "saved")
    assert set(grades.marks) == set(students)
    assert list(differences(term.planted, grades.marks)) == []
    assert grades.notices == ()


def test_the_whole_as_a_zip(term: Term, tmp_path: Path) -> None:
    students = list(one_of_each(term))[:4]
    files = [term.teacher.submissions / term.planted.places[student] for student in students]
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(files[0], "deep/homework.xlsx")
        archive.write(files[1], files[1].name)
    with zipfile.ZipFile(tmp_path / "course.zip", "w") as archive:
        archive.writestr("late/part.zip", inner.getvalue())
        archive.write(files[2], f"x/y/{files[2].name}")
        archive.write(files[3], "homework.xlsx")
        archive.writestr("__MACOSX/._homework.xlsx", "left behind")
    grades = again(term, tmp_path / "class", tmp_path / "course.zip")
    assert set(grades.marks) == set(students)
    assert list(differences(term.planted, grades.marks)) == []
    assert grades.notices == ()


# The comparison finds what it is there for


def marked_here(term: Term, students: list[str]) -> dict[str, Mark]:
    exercises = {one.student.id: one for one in load_records(ClassFolder(term.folder / "class")).exercises()}
    return {
        student: mark(
            exercises[student], (term.teacher.submissions / term.planted.places[student]).read_bytes()
        )[0]
        for student in students
    }


def first_of(term: Term, kind: str) -> str:
    return next(student for student, found in term.planted.kinds.items() if found.startswith(kind))


def test_mistakes_that_nobody_looks_for_are_missed(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "mistakes", lambda *_: [])
    student = first_of(term, "bias_forgotten")
    [said] = differences(term.planted, marked_here(term, [student]))
    assert "found set(), planted {(" in said


def test_without_credit_for_what_follows_a_slip_costs_more(
    term: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judging, "COUNTING", (judging.RIGHT,))
    [said] = differences(term.planted, marked_here(term, [first_of(term, "a slip")]))
    assert "4: (" in said


def test_rounding_that_is_not_allowed_for_is_wrong(term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "half_unit", lambda value, fewest=2: 1e-9)
    student = first_of(term, "2 decimals")
    assert any("cells" in said for said in differences(term.planted, marked_here(term, [student])))


def test_a_worth_that_was_not_planted(term: Term) -> None:
    student = first_of(term, "gaps")
    planted = Planted(term.planted.kinds, {student: Worth({**term.planted.worths[student].cells, 3: (5, 9)})})
    [said] = differences(planted, {student: term.grades.marks[student]})
    assert "(5, 9)" in said


def test_the_ids_of_the_handouts_differ(term: Term) -> None:
    idents = {Paper(desk.blank).says("handout") for desk in term.teacher.desks.values()}
    assert len(idents) == SIZE
    assert Said("a", "b") == ("a", "b", "", "")
