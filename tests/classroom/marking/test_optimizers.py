"""Handouts of lessons whose optimiser keeps something: handed out, filled in, marked."""

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.marking.judging import FOLLOWS, RIGHT, WRONG, fewest_decimals, judge
from mlp2xlsx.classroom.marking.mistakes import mistakes
from mlp2xlsx.interpreter import evaluate_with_gaps
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.training import train
from mlp2xlsx.workbook.handout_book import make_handout
from tests.cases import few
from tests.classroom.lessons import KEEPING, LESSONS, exercise
from tests.classroom.test_sample_class import Sheets

each_lesson = pytest.mark.parametrize("name", KEEPING)
FIRST_TO_FILL = 3
SHORT = LESSONS["and-or"].replace(optimizer="momentum")  # of fewer steps than the article
ROSTER = "id,name\ns001,Ada Byron\ns002,Emmy Noether\n"


def asked_of(name, iteration=3):
    return exercise(KEEPING[name], iteration=iteration)


def rounded(asked, digits):
    """Right answers with as many decimals as are asked for, and so many more."""
    fewest = fewest_decimals(asked, {})
    return {name: np.round(asked.true[name], fewest[name] + digits) for name in asked.blank}


@each_lesson
@pytest.mark.parametrize("iteration", [1, 3], ids=["first", "third"])
@pytest.mark.parametrize("digits", [0, 2, 12], ids=["fewest", "more", "all"])
def test_right_answers_count(name, digits, iteration):
    asked = asked_of(name, iteration)
    for matrix, found in judge(asked, rounded(asked, digits)).items():
        assert np.isin(found.marks, (RIGHT, FOLLOWS)).all(), matrix


@each_lesson
def test_two_iterations_in_one_handout_go_on_with_what_is_kept(name):
    asked = exercise(KEEPING[name], iterations=2)
    trace = train(exercise(KEEPING[name]).lesson.replace(iterations=2))
    kept = KEEPING[name].one_iteration.kept
    for here in ("wh", *(each for each in kept if each.endswith("_bout") and not each.startswith("next_"))):
        update = f"it2_next_{here}" if f"next_{here}" in trace else f"it2_{here}"
        np.testing.assert_allclose(
            asked.true[update], trace[update.removeprefix("it2_")][1], rtol=1e-9, atol=1e-15
        )
    answers = {matrix: asked.true[matrix] for matrix in asked.blank}
    assert all(np.isin(found.marks, (RIGHT, FOLLOWS)).all() for found in judge(asked, answers).values())


@pytest.mark.parametrize("name", few("momentum", "adamw", of=KEEPING))
def test_the_handout_holds_what_is_kept_by_then(name):
    asked = asked_of(name)
    book = make_handout(asked.lesson, asked.handout, asked.true, asked.largest)
    for matrix in (each for each in asked.given if each.startswith(("m_", "v_", "velocity_", "n_updates"))):
        title, box = book.names[matrix]
        assert book.sheets[title].ws.cell(box.row, box.col).value == asked.given[matrix][0, 0]


@pytest.mark.parametrize(("name", "matrix"), [("adam", "next_v_wh"), ("adam", "v_hat_wh")], ids=str)
def test_nothing_is_not_enough_of_what_is_small(name, matrix):
    asked = asked_of(name)
    answers = rounded(asked, 12) | {matrix: np.zeros(asked.true[matrix].shape)}
    assert (judge(asked, answers)[matrix].marks == WRONG).any()


def test_a_later_iteration_starts_from_what_is_kept_by_then():
    asked = asked_of("adam")
    trace = train(exercise(KEEPING["adam"]).lesson.replace(iterations=3))
    for name in ("m_wh", "v_bout", "beta1_t"):
        np.testing.assert_array_equal(asked.given[name], trace[name][2])
    np.testing.assert_allclose(asked.given["wh"], trace["wh"][2], atol=0.5e-4)


@pytest.mark.parametrize("name", few("nesterov", "adamw", of=KEEPING))
def test_each_mistake_is_named(name):
    asked, missed = asked_of(name), set()
    for step in asked.run:
        for result in step.results:
            for key, expr in mistakes(asked.lesson.network, step, result):
                if not asked.true.keys() >= set(names(expr)):  # lr, where a table says the rates
                    continue
                wrong = evaluate_with_gaps(expr, asked.true)
                answers = {one: np.array(asked.true[one]) for one in asked.blank} | {result.name: wrong}
                found = judge(asked, answers)[result.name]
                if found.mistake != key and (found.marks == WRONG).any():
                    missed.add((result.name, key, found.mistake))
    assert missed == set()


@pytest.mark.parametrize(
    ("name", "iteration", "language"),
    few(
        "short-2-en",
        of=[
            pytest.param("short", 2, "en"),
            *(
                pytest.param(*one, language)
                for one in (("momentum", 2), ("adam", 1))
                for language in ("en", "zh")
            ),
        ],
    ),
)
def test_a_class_from_the_roster_to_the_grades(name, iteration, language, tmp_path: Path):
    """One fills in the numbers of the key, and one its formulas."""
    roster = tmp_path / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    lesson = (KEEPING | {"short": SHORT})[name].replace(language=language)
    handout(tmp_path / "class", lesson, roster=roster, seed=1, iteration=iteration)
    (tmp_path / "in").mkdir()
    last = len(lesson.one_iteration.steps)
    for k, path in enumerate(sorted((tmp_path / "class" / "handouts").glob("*.xlsx"))):
        sheets = Sheets(tmp_path / "class", path.name)
        for step in range(FIRST_TO_FILL, last + 1):
            sheets.fill(step, sheets.formulas if k else sheets.values)
        sheets.book.save(tmp_path / "in" / path.name)
    done = grade(tmp_path / "class", tmp_path / "in", tmp_path / "grades.csv")
    full = f",{last - FIRST_TO_FILL + 1}"
    lines = (tmp_path / "grades.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert len(lines) == 2
    assert all(line.endswith(full) for line in lines), lines
    back = sorted((tmp_path / "class" / "feedback").glob("*.xlsx"))
    assert (
        [one.total for one in done.standings] == [done.points] * len(back) == [last - FIRST_TO_FILL + 1] * 2
    )
    assert all(openpyxl.load_workbook(path) for path in back)
