"""Handouts in a real LibreOffice window: what is typed on the keyboard goes into the cells."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

import mlp2xlsx
from mlp2xlsx.xlsx.writing.styles import RED
from tests.classroom.papers import Paper
from tests.classroom.persons import Person, write_roster
from tests.classroom.students import SHAPES, STEP_NUMBERS
from tests.office import FAULTY, MENDED, version
from tests.window.typing import CANCEL, OK, Typed, in_calc, needs_window, type_into

pytestmark = needs_window

STUDENT = Person("s1", "Types Everything", "")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed")
    roster = write_roster(folder / "roster.csv", [STUDENT])
    lesson = mlp2xlsx.load("article")
    mlp2xlsx.handout(folder / "class", lesson, roster=roster, seed=3, formulas=True)
    return folder


@pytest.fixture(scope="module")
def handout(home: Path) -> Path:
    [path] = (home / "class" / "handouts").glob("*.xlsx")
    return path


def formulas(handout: Path, key: Path) -> Iterator[Typed]:
    """What stands in the key, cell by cell, as a student types it."""
    paper, right = Paper.read(handout), Paper.read(key)
    for name, shape in SHAPES.items():
        for i, j in np.ndindex(shape):
            text = right.at(name, i, j).text
            assert text is not None
            yield *paper.where(name, i, j), in_calc(text)


@pytest.mark.slow
def test_a_handout_filled_in_with_formulas_has_full_marks(home: Path, handout: Path) -> None:
    (home / "submissions").mkdir()
    typed = list(formulas(handout, home / "class" / "key" / handout.name))
    held = type_into(handout, typed, home / "submissions" / handout.name)
    assert [one.message for one in held] == [""] * len(typed)
    assert all(one.formula.startswith("=") for one in held)
    mark = mlp2xlsx.grade(home / "class", home / "submissions", home / "grades.csv").marks[STUDENT.id]
    assert {step: mark.score(step) for step in mark.cells} == dict.fromkeys(STEP_NUMBERS, 1.0)
    assert mark.mistakes == ()


@pytest.fixture(scope="module")
def one_step(home: Path) -> Path:
    """A handout with step 3 to be filled in, by numbers or formulas."""
    mlp2xlsx.handout(home / "step", mlp2xlsx.load("article"), seed=3, blank=[3])
    [path] = (home / "step" / "handouts").glob("*.xlsx")
    return path


def test_answer_cells_take_numbers_and_formulas_and_a_text_is_answered(
    one_step: Path, tmp_path: Path
) -> None:
    paper = Paper.read(one_step)
    places = [paper.where("hidden_layer_input", 0, j) for j in range(3)]
    saved = tmp_path / "saved.xlsx"
    number, formula, text = type_into(
        one_step, [(*place, text) for place, text in zip(places, ("0.25", "=1+1", "two"), strict=True)], saved
    )
    assert (number.formula, formula.formula, text.formula) == ("0.25", "=1+1", "two")
    assert number.message == formula.message == text.message == ""
    line = "A red cell holds a text: a number or a formula, please. Fill in hidden_layer_input (3×3)"
    assert any(line in shown for shown in shown_on(saved, places[0][0]))
    assert not any(line in shown for shown in shown_on(one_step, places[0][0]))
    rules = red_rules(one_step, places[0][0])
    assert rules == [f"ISTEXT({places[0][1]})"]


def shown_on(path: Path, sheet: str) -> list[str]:
    return [
        str(cell.value) for row in load_workbook(path, data_only=True)[sheet] for cell in row if cell.value
    ]


def red_rules(path: Path, sheet: str) -> list[str]:
    found = load_workbook(path)[sheet].conditional_formatting
    rules = [rule for entry in found for rule in entry.rules]
    return [rule.formula[0] for rule in rules if rule.dxf.fill.bgColor.rgb.endswith(RED)]


@pytest.mark.slow
def test_a_validation_of_numbers_would_refuse_what_students_type(one_step: Path, tmp_path: Path) -> None:
    paper = Paper.read(one_step)
    sheet, address = paper.where("hidden_layer_input")
    part, end = paper.sheets[sheet], b"</dataValidations>"
    rule = (
        f'<dataValidation sqref="{address}" type="decimal" showErrorMessage="1" errorTitle="Refused">'
        "<formula1>-1E+99</formula1><formula2>1E+99</formula2></dataValidation>"
    )
    assert paper.parts[part].count(end) == 1
    paper.parts[part] = paper.parts[part].replace(end, rule.encode() + end)
    (tmp_path / "strict.xlsx").write_bytes(paper.content())
    typed = [(sheet, address, "two"), (sheet, address, "=1+1")]
    text, formula = type_into(tmp_path / "strict.xlsx", typed, tmp_path / "saved.xlsx")
    assert text == ("", "", "Refused")
    if version() <= FAULTY:
        assert formula == ("", "", "Refused")
    elif version() >= MENDED:
        assert formula == ("=1+1", "2.000", "")


@pytest.mark.slow
def test_inputs_and_choosers_take_formulas(tmp_path: Path) -> None:
    built = tmp_path / "built.xlsx"
    mlp2xlsx.build(mlp2xlsx.override(mlp2xlsx.load("article"), iterations=5), built)
    paper = Paper.read(built)
    names = ("lr", "X", "initial_wh", "iteration", "asked_hidden_layer_input")
    typed = [(*paper.where(name), "=1+1") for name in names]
    held = type_into(built, typed, tmp_path / "saved.xlsx", answer=OK)
    assert [one.formula for one in held] == ["=1+1"] * len(names)
    warned = [one.message != "" for one in held]
    if version() <= FAULTY:
        assert warned == [True] * len(names)
    elif version() >= MENDED:
        assert warned == [False] * len(names)


@pytest.mark.slow
def test_inputs_warn_of_a_text_and_of_what_is_not_there(tmp_path: Path) -> None:
    built = tmp_path / "built.xlsx"
    mlp2xlsx.build(mlp2xlsx.override(mlp2xlsx.load("article"), iterations=5), built)
    paper = Paper.read(built)
    wrong = {"lr": "fast", "X": "one", "iteration": "6", "asked_hidden_layer_input": "4"}
    typed = [(*paper.where(name), text) for name, text in wrong.items()]
    held = type_into(built, typed, tmp_path / "saved.xlsx", answer=CANCEL)
    titles = ["Not a number", "Not a number", "No such iteration", "No such cell"]
    assert [one.message for one in held] == titles
    assert [one.formula for one in held] == ["0.1", "1", "1", "2"]
    right = {"lr": "0.2", "X": "-1", "iteration": "5", "asked_hidden_layer_input": "3"}
    typed = [(*paper.where(name), text) for name, text in right.items()]
    assert [(one.formula, one.message) for one in type_into(built, typed, tmp_path / "saved.xlsx")] == [
        (text, "") for text in right.values()
    ]
