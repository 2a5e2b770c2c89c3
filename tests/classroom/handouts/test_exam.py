"""What a handout asks and tells: a later iteration, and no formulas in an exam."""

import numpy as np
import pytest

from mlp2xlsx import train
from mlp2xlsx.choices import HINTS
from mlp2xlsx.classroom.exercise import check_iterations
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.classroom.records import ClassFolder, load_records
from mlp2xlsx.classroom.variation import own_lesson
from mlp2xlsx.cli import main
from mlp2xlsx.errors import UsageError
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import ARTICLE, LESSONS, exercise


def texts(asked, step):
    sheet = asked.book().workbook[f"Step {step:02}"]
    return "\n".join(str(cell.value) for row in sheet for cell in row if isinstance(cell.value, str))


SAID = {
    "formula": "hidden_layer_input = X · wh + bh",
    "excel": "hidden_layer_input = MMULT(X, wh) + bh",
    "python": "hidden_layer_input = X @ wh + bh",
    "r": "hidden_layer_input <- ",
}


@pytest.mark.parametrize(
    "hints", [HINTS, ("formula",), ("excel", "r"), ()], ids=lambda hints: "-".join(hints) or "exam"
)
def test_the_sheet_tells_what_is_chosen_and_nothing_else(hints):
    text = texts(exercise(ARTICLE, blank=[3], hints=hints), 3)
    assert {key for key, piece in SAID.items() if piece in text} == {key for key in SAID if key in hints}
    assert ("hidden_layer_input = ?" in text) == ("formula" not in hints)


def test_steps_that_nobody_fills_in_tell_everything():
    assert texts(exercise(ARTICLE, blank=[3], hints=()), 4) == texts(exercise(ARTICLE, blank=[3]), 4)


def test_an_exam_is_graded_like_any_other(tmp_path):
    handout(tmp_path / "class", LESSONS["and-or"], seed=3, hints=())
    [asked] = load_records(ClassFolder(tmp_path / "class")).exercises()
    assert asked.assignment.hints == ()
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.xlsx").write_bytes(submitted(asked, right_answers(asked)))
    grades = grade(tmp_path / "class", tmp_path / "in", tmp_path / "grades.csv")
    assert (grades.standings[0].total, grades.notices) == (6, ())


@pytest.mark.parametrize("name", ["article", "two-hidden", "frozen-biases", "linear"])
def test_a_later_iteration_starts_from_the_students_own_weights(name):
    lesson = LESSONS[name]
    asked = exercise(lesson, iteration=3)
    own = own_lesson(lesson.replace(iterations=1, show=()), 7, "s001", vary_data=False)
    trace = train(own.replace(iterations=3))
    for parameter, matrix in asked.lesson.initial_parameters().items():
        np.testing.assert_allclose(matrix, trace[parameter][2], atol=0.5e-4)
        assert (np.round(matrix, 4) == matrix).all()
    np.testing.assert_allclose(asked.true["output"], trace["output"][2], atol=1e-3)


def test_the_first_iteration_is_what_it_was():
    assert exercise(iteration=1).lesson.to_toml() == exercise().lesson.to_toml()
    assert exercise(iteration=2).lesson.to_toml() != exercise().lesson.to_toml()


@pytest.mark.parametrize(
    ("lesson", "iteration", "message"),
    [
        (ARTICLE, 0, "found 0, expected a whole number from 1 to 1000"),
        (ARTICLE, 1001, "found 1001, expected a whole number from 1 to 1000"),
        (LESSONS["batches"], 2, "starts a later iteration from its batches as well; expected 1"),
    ],
    ids=["none", "late", "batches"],
)
def test_an_iteration_that_cannot_be(lesson, iteration, message):
    with pytest.raises(UsageError, match=message):
        check_iterations(lesson, iteration, 1)


def test_the_first_iteration_of_every_lesson_can_be():
    for lesson in LESSONS.values():
        check_iterations(lesson, 1, 1)


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["handout", "class", "--lesson", "and-or", "--iteration", "2"]
    assert main([*words, "--hints", "formula, note"]) == 0
    found = load_records(ClassFolder(tmp_path / "class")).assignment
    assert (found.hints, found.iteration) == (("formula", "note"), 2)
    assert main([*words, "--hints", "none"]) == 1
    assert "holds handouts of another assignment" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*words, "--hints", "formulas"])
    assert (
        'found "formulas", expected some of formula,excel,python,r,chain,note, or none'
        in capsys.readouterr().err
    )
