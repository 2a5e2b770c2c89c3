"""Handouts that are filled in with LibreOffice, saved there, and graded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import mlp2xlsx
from mlp2xlsx.classroom.grading import Grades
from tests.classroom.office import Line, work
from tests.classroom.papers import Paper
from tests.classroom.persons import Person, write_roster
from tests.classroom.students import BLOCKS, LR, SHAPES, STEP_NUMBERS, truth
from tests.classroom.ways import Desk

pytestmark = pytest.mark.needs("soffice")

PEOPLE = [
    Person("n1", "Types Numbers", ""),
    Person("n2", "Types Formulas", ""),
    Person("n3", "Fills Blocks", ""),
    Person("n4", "Has Rough Work", ""),
    Person("n5", "Meddles", ""),
    Person("n6", "Slips", ""),
]


@dataclass
class Desks:
    """The students of the class, the places of their cells, and what was graded."""

    folder: Path
    desks: dict[str, Desk]
    grades: Grades


def where(paper: Paper, name: str, i: int = 0, j: int = 0) -> str:
    sheet, address = paper.where(name, i, j)
    return f"$'{sheet}'.{address}"


def cells() -> Iterator[tuple[str, int, int]]:
    return ((name, i, j) for name, shape in SHAPES.items() for i, j in np.ndindex(shape))


def in_calc(formula: str) -> str:
    """The formula as it is typed in LibreOffice: `'Step 03'.G31` and semicolons."""
    return "=" + formula.replace("!", ".").replace(",", ";")


def numbers(desk: Desk) -> Iterator[Line]:
    paper, true = desk.paper(), truth(desk.given)
    for name, i, j in cells():
        yield "type", where(paper, name, i, j), f"{true[name][i, j]:.3f}"


def formulas(desk: Desk) -> Iterator[Line]:
    paper, key = desk.paper(), Paper.read(desk.key)
    for name, i, j in cells():
        text = key.at(name, i, j).text
        assert text is not None
        yield "type", where(paper, name, i, j), in_calc(text)


def blocks(desk: Desk) -> Iterator[Line]:
    paper = desk.paper()
    for name, text in BLOCKS.items():
        (rows, cols), (sheet, first) = SHAPES[name], paper.where(name)
        _, last = paper.where(name, rows - 1, cols - 1)
        yield "fill", sheet, f"{first}:{last}", in_calc(text)


def rough_work(desk: Desk) -> Iterator[Line]:
    """Everything is worked out on a sheet of the student's own, row after row."""
    paper, key = desk.paper(), Paper.read(desk.key)
    yield "sheet", "Rough work"
    for row, (name, i, j) in enumerate(cells(), start=1):
        sheet, _ = paper.where(name)
        text = key.at(name, i, j).text
        there = re.sub(r"(?<![A-Z$!'])(\$?[A-Z]\$?\d+(?::\$?[A-Z]\$?\d+)?)", rf"'{sheet}'!\1", text)
        yield "type", f"$'Rough work'.A{row}", in_calc(there)
        yield "type", where(paper, name, i, j), f"='Rough work'.A{row}"


def meddling(desk: Desk) -> Iterator[Line]:
    """Locked cells refuse what is typed into them."""
    yield "type", where(desk.paper(), "initial_wh"), "0.5"
    yield "type", f"$'Step 05'.{desk.paper().where('hidden_layer_input')[1]}", "0.5"
    yield "type", where(desk.paper(), "handout"), "ABCD-EFGH"
    yield from numbers(desk)


def slipping(desk: Desk) -> Iterator[Line]:
    yield from numbers(desk)
    yield "type", where(desk.paper(), "E", 2, 0), "0.99"


WAYS = (numbers, formulas, blocks, rough_work, meddling, slipping)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Desks:
    home = tmp_path_factory.mktemp("office")
    roster = write_roster(home / "roster.csv", PEOPLE)
    mlp2xlsx.handout(home / "class", mlp2xlsx.load("article").replace(lr=LR), roster=roster, seed=3)
    desks = {person.id: Desk.of(home / "class", person) for person in PEOPLE}
    (home / "submissions").mkdir()

    def everything() -> Iterator[Line]:
        for desk, way in zip(desks.values(), WAYS, strict=True):
            yield "open", str(home / "class" / "handouts" / desk.file)
            yield from way(desk)
            yield "save", str(home / "submissions" / desk.file)

    work(home, everything())
    grades = mlp2xlsx.grade(home / "class", home / "submissions", home / "grades.csv")
    return Desks(home, desks, grades)


def test_nothing_to_notice(graded: Desks) -> None:
    assert graded.grades.notices == ()
    assert graded.grades.missing == ()


@pytest.mark.parametrize("person", PEOPLE[:-1], ids=lambda person: person.name)
def test_full_marks(graded: Desks, person: Person) -> None:
    mark = graded.grades.marks[person.id]
    assert {step: mark.score(step) for step in mark.cells} == dict.fromkeys(STEP_NUMBERS, 1.0)
    assert mark.mistakes == ()


def test_a_slip_costs_its_cell(graded: Desks) -> None:
    mark = graded.grades.marks["n6"]
    expected = dict.fromkeys(STEP_NUMBERS, 1.0) | {6: 2 / 3}
    assert {step: mark.score(step) for step in mark.cells} == expected


def test_what_was_typed_is_in_the_files(graded: Desks) -> None:
    def book(student: str) -> openpyxl.Workbook:
        return openpyxl.load_workbook(graded.folder / "submissions" / graded.desks[student].file)

    paper = graded.desks["n1"].paper()
    sheet, first = paper.where("hiddenlayer_activations")
    _, last = paper.where("hiddenlayer_activations", 2, 2)
    assert isinstance(book("n1")[sheet][first].value, float)
    assert str(book("n2")[sheet][first].value).startswith("=1/(1+EXP(")
    assert book("n3")[sheet][first].value.ref == f"{first}:{last}"
    assert book("n4")[sheet][first].value == "='Rough work'!A10"
    assert book("n5")["Setup"][paper.where("initial_wh")[1]].value == graded.desks["n5"].given["wh"][0, 0]
    assert all(sheet.protection.sheet for sheet in book("n1"))
