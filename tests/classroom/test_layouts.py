"""Classes of earlier layouts, as they were kept: what was handed in stays worth what it was."""

import csv
import json
import re
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from mlp2xlsx.classroom import work
from mlp2xlsx.classroom.grading import Grades, grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.originals import KeptFile, kept_handout, original
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.errors import ClassError
from mlp2xlsx.workbook.layout.version import FIRST_LAYOUT, LAYOUT, layout_name, layout_of
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few_values
from tests.fixtures.making import fill, rows_of
from tests.fixtures.moving import move_canvases
from tests.xlsx.editing import BOOK, Package

FIXTURES = Path(__file__).parent.parent / "fixtures"
CLASSES = {
    f"{folder.parent.parent.name}-{folder.name}": folder for folder in sorted(FIXTURES.glob("*/classes/*"))
}
ARTICLE = CLASSES["layout-1-article"]
# Of every layout a class that fills in numbers, and of the last one each other kind.
SHOWN = [name for name in CLASSES if name.endswith("article") or name.startswith("layout-5")]
MANY = pytest.mark.parametrize("kept", few_values(*SHOWN, of=CLASSES))
MOSTLY_SLOW = pytest.mark.parametrize("kept", few_values("layout-1-article", of=CLASSES))


@pytest.fixture
def copied(tmp_path):
    def copy(kept: Path) -> ClassFolder:
        return ClassFolder(Path(shutil.copytree(kept / "class", tmp_path / "class")))

    return copy


@pytest.fixture
def moved(monkeypatch):
    """The canvas of today's sheets further down than it is."""
    move_canvases(monkeypatch)


def graded(home: ClassFolder, kept: Path, out: str = "grades.csv") -> Grades:
    return grade(home.path, kept / "submissions", home.path.parent / out)


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory):
    """Each kept class as it is graded today, its grades, and how many files were marked for them."""

    @cache
    def found(kept: Path) -> tuple[ClassFolder, Grades, int]:
        home = ClassFolder(Path(shutil.copytree(kept / "class", tmp_path_factory.mktemp("graded") / "class")))
        with pytest.MonkeyPatch.context() as patch:
            marked = spied(patch)
            grades = graded(home, kept)
        return home, grades, len(marked)

    return found


def spied(patch: pytest.MonkeyPatch) -> list[object]:
    """What is marked from now on."""
    marked, mark = [], work.mark
    patch.setattr(work, "mark", lambda *sent: marked.append(sent) or mark(*sent))
    return marked


def marks_of(folder: Path) -> dict[str, dict[str, object]]:
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))["mark"]
        for path in sorted((folder / "key" / "marks").glob("*.json"))
    }


def assert_worth_the_same(home: ClassFolder, kept: Path, grades: Grades) -> None:
    before = marks_of(kept / "class")
    assert before
    # A newer version keeps more of a mark; what was kept before is what it was.
    found = marks_of(home.path)
    assert {file: {key: mark[key] for key in before[file]} for file, mark in found.items()} == before
    assert grades.out.read_bytes() == (kept / "grades.csv").read_bytes()


@MANY
def test_the_marks_are_what_they_were(graded_once, kept):
    home, grades, _ = graded_once(kept)
    assert_worth_the_same(home, kept, grades)


@MOSTLY_SLOW
def test_wherever_todays_sheets_have_their_cells(copied, kept, moved):
    home = copied(kept)
    assert_worth_the_same(home, kept, graded(home, kept))


def test_made_again_by_todays_code_they_would_be_worth_less(copied, monkeypatch):
    """The twin: without the kept files, an honest submission has answers in the wrong cells.

    Further down than they were: higher up, it would look as if rows had been inserted.
    """
    move_canvases(monkeypatch, 60)
    home = copied(ARTICLE)
    monkeypatch.setattr(work, "original", lambda exercise, _: made_today(exercise))
    submissions = home.path.parent / "submissions"
    submissions.mkdir()
    shutil.copy(ARTICLE / "submissions/s001-Ada-Byron.xlsx", submissions)
    grades = grade(home.path, submissions, home.path.parent / "grades.csv")
    assert grades.marks["s001"].total < 4
    assert ("s001-Ada-Byron.xlsx", "tampered") in {(one.about, one.key) for one in grades.notices}


def made_today(exercise):
    found = original(exercise, KeptFile("", None, again=True))
    return replace(found, layout=FIRST_LAYOUT)


@MOSTLY_SLOW
def test_marks_of_another_layout_are_made_again(graded_once, kept, tmp_path, monkeypatch):
    """And those of the present one are not."""
    first, _, n_marked = graded_once(kept)
    assert n_marked == len(marks_of(kept / "class"))
    home = ClassFolder(Path(shutil.copytree(first.path, tmp_path / "class")))
    marked = spied(monkeypatch)
    graded(home, kept)
    assert marked == []


def cells_of(book: openpyxl.Workbook, name: str):
    return [[cell.value for cell in row] for row in rows_of(book, name)]


@MOSTLY_SLOW
def test_marked_workbooks_have_the_numbers_and_the_present_layout(graded_once, kept):
    home, *_ = graded_once(kept)
    for path in home.feedback.iterdir():
        assert layout_of(read_contents(path).names) == LAYOUT
        numbers = json.loads((home.marks / f"{path.stem}.json").read_text(encoding="utf-8"))["mark"][
            "numbers"
        ]
        book = openpyxl.load_workbook(path)
        for name, rows in numbers.items():
            shown = cells_of(book, name)
            found = [[cell if isinstance(cell, float | int) else None for cell in row] for row in shown]
            assert found == rows


def test_a_class_without_its_handouts_is_refused_before_anything_is_marked(copied):
    home = copied(ARTICLE)
    path = home.handouts / "s002-李雷.xlsx"
    path.unlink()
    shutil.rmtree(home.marks)
    with pytest.raises(ClassError) as refused:
        graded(home, ARTICLE)
    assert str(refused.value) == (
        f"{path} cannot be read, and version {LAYOUT} of the layout cannot make it again; "
        "put back the file that was handed out"
    )
    assert not list(home.marks.glob("*"))
    assert not (home.path.parent / "grades.csv").exists()


def edited(path: Path, name: str, value: object) -> None:
    package = Package.read(path)
    package.at(name).value(value)
    path.write_bytes(package.content())


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("handout", "AAAA-AAAA", "is the handout AAAA-AAAA, expected "),
        ("initial_wh", 0.99, "starts from another initial_wh than Ada Byron (s001) was given, "),
    ],
)
def test_another_handout_in_its_place_is_refused(copied, name, value, why):
    home = copied(ARTICLE)
    edited(home.handouts / "s001-Ada-Byron.xlsx", name, value)
    with pytest.raises(ClassError) as refused:
        graded(home, ARTICLE)
    assert str(refused.value).startswith(f"{home.handouts / 's001-Ada-Byron.xlsx'} {why}")


def test_a_kept_handout_that_somebody_has_filled_in_still_says_where_things_stand(copied):
    home = copied(ARTICLE)
    path = home.handouts / "s003-Emmy-Noether.xlsx"
    rows = [[0.5] * len(row) for row in cells_of(openpyxl.load_workbook(path), "E")]
    fill(path, path, {"E": rows}, spoilt=False)
    assert_worth_the_same(home, ARTICLE, graded(home, ARTICLE))


@pytest.fixture
def fresh(handed_in, tmp_path):
    """A class of the present layout that has handed in all right answers."""
    shutil.copytree(handed_in, tmp_path, dirs_exist_ok=True)
    return ClassFolder(tmp_path / "fresh"), tmp_path / "submissions"


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory):
    """A class of two that are asked what those of the first layout were, and what both have handed in."""
    folder = tmp_path_factory.mktemp("class")
    records = load_records(ClassFolder(ARTICLE / "class"))
    home, roster = ClassFolder(folder / "fresh"), folder / "roster.csv"
    lines = (ARTICLE / "roster.csv").read_text(encoding="utf-8").splitlines()
    roster.write_text("\n".join(lines[:3]), encoding="utf-8")
    handout(
        home.path,
        records.assignment.lesson,
        blank=records.assignment.steps,
        roster=roster,
        seed=records.assignment.seed,
    )
    submissions = folder / "submissions"
    submissions.mkdir()
    for exercise in load_records(home).exercises():
        name = f"{exercise.student.file}.xlsx"
        right = {name: exercise.true[name].tolist() for name in exercise.blank}
        fill(home.handouts / name, submissions / name, right, spoilt=False)
    return folder


def test_a_class_and_its_marks_name_the_layout(fresh):
    home, submissions = fresh
    grade(home.path, submissions, home.path / "grades.csv")
    kept = [home.records, *home.marks.iterdir()]
    assert len(kept) == 3
    assert {json.loads(path.read_text(encoding="utf-8"))["layout"] for path in kept} == {LAYOUT}


def test_in_the_present_layout_a_handout_that_is_gone_is_made_again(fresh):
    home, submissions = fresh
    shutil.rmtree(home.handouts)
    grades = grade(home.path, submissions, home.path / "grades.csv")
    assert [mark.total for mark in grades.marks.values()] == [4] * 2
    assert grades.notices == ()


def test_a_kept_file_that_was_filled_in_itself_says_nothing_of_what_is_locked(fresh):
    home, _ = fresh
    [exercise, *_] = load_records(home).exercises()
    path = home.handouts / f"{exercise.student.file}.xlsx"
    right = {name: exercise.true[name].tolist() for name in exercise.blank}
    fill(path, path, right, spoilt=True)
    grades = grade(home.path, home.handouts, home.path / "grades.csv")
    assert [mark.total for mark in grades.marks.values()] == [4, 0]
    assert (path.name, "tampered") in {(one.about, one.key) for one in grades.notices}


def without_names(path: Path) -> None:
    package = Package.read(path)
    assert package.names
    package.replace(
        BOOK, lambda part: re.sub(rb"<definedNames>.*</definedNames>", b"", part, flags=re.DOTALL)
    )
    path.write_bytes(package.content())
    assert not Package.read(path).names


def test_a_submission_that_has_lost_its_names_is_as_the_class_is(fresh, copied, tmp_path):
    home, submissions = fresh
    for path in submissions.iterdir():
        without_names(path)
    grades = grade(home.path, submissions, home.path / "grades.csv")
    assert [mark.total for mark in grades.marks.values()] == [4] * 2
    assert grades.notices == ()
    old = copied(ARTICLE)
    shutil.copytree(ARTICLE / "submissions", tmp_path / "old")
    for path in (tmp_path / "old").iterdir():
        without_names(path)
    assert_worth_the_same(old, ARTICLE, grade(old.path, tmp_path / "old", tmp_path / "grades.csv"))


def test_a_submission_of_another_layout_than_the_kept_handout_is_listed_and_not_marked(fresh):
    home, submissions = fresh
    shutil.copy(ARTICLE / "submissions/s001-Ada-Byron.xlsx", submissions)
    grades = grade(home.path, submissions, home.path / "grades.csv")
    assert grades.missing == ("s001",)
    [notice] = grades.notices
    assert (notice.about, notice.key) == ("s001-Ada-Byron.xlsx", "unreadable")
    assert notice.one.startswith(
        "it was handed out in version 1 of the layout, but the handout that the class"
    )


def test_with_the_handout_put_back_it_is_marked(fresh):
    home, submissions = fresh
    shutil.copy(ARTICLE / "submissions/s001-Ada-Byron.xlsx", submissions)
    shutil.copy(ARTICLE / "class/handouts/s001-Ada-Byron.xlsx", home.handouts)
    grades = grade(home.path, submissions, home.path / "grades.csv")
    assert grades.marks["s001"].total == 4
    assert grades.notices == ()


def test_new_students_of_an_old_class_get_the_present_layout(copied, tmp_path):
    home = copied(ARTICLE)
    records = load_records(home)
    roster = tmp_path / "roster.csv"
    roster.write_text(
        (ARTICLE / "roster.csv").read_text(encoding="utf-8") + "s005,Mary Somerville\n", "utf-8"
    )
    handout(home.path, records.assignment.lesson, blank=records.assignment.steps, roster=roster)
    layouts = [layout_of(read_contents(path).names) for path in sorted(home.handouts.iterdir())]
    assert layouts == [FIRST_LAYOUT] * 4 + [LAYOUT]
    assert load_records(home).layout == FIRST_LAYOUT
    submissions = tmp_path / "submissions"
    shutil.copytree(ARTICLE / "submissions", submissions)
    newest = list(load_records(home).exercises())[-1]
    name = f"{newest.student.file}.xlsx"
    right = {name: newest.true[name].tolist() for name in newest.blank}
    fill(home.handouts / name, submissions / name, right, spoilt=False)
    grades = grade(home.path, submissions, tmp_path / "grades.csv")
    with (ARTICLE / "grades.csv").open(encoding="utf-8-sig") as stream:
        before = {row["Student ID"]: float(row["Total"]) for row in csv.DictReader(stream)}
    assert {student: round(mark.total, 2) for student, mark in grades.marks.items()} == before | {"s005": 4}
    assert [one.key for one in grades.notices] == ["tampered"]


def test_a_class_of_a_newer_layout_is_refused(fresh):
    home, submissions = fresh
    kept = json.loads(home.records.read_text(encoding="utf-8"))
    home.records.write_text(json.dumps(kept | {"layout": LAYOUT + 1}), encoding="utf-8")
    with pytest.raises(ClassError) as refused:
        grade(home.path, submissions, home.path / "grades.csv")
    assert str(refused.value) == (
        f"{home.records} was made by version {LAYOUT + 1} of the layout, this is {LAYOUT}; "
        "use the mlp2xlsx that made it, or a newer one"
    )


def test_a_handout_of_a_newer_layout_is_refused(fresh):
    home, _ = fresh
    [exercise, *_] = load_records(home).exercises()
    path = home.handouts / f"{exercise.student.file}.xlsx"
    book = openpyxl.load_workbook(path)
    newer = book.defined_names.pop(layout_name())
    newer.name = layout_name(LAYOUT + 1)
    book.defined_names[newer.name] = newer
    book.save(path)
    with pytest.raises(
        ClassError, match=f"was made by version {LAYOUT + 1} of the layout, this is {LAYOUT}; grade with"
    ):
        original(exercise, kept_handout(home, load_records(home), exercise))
