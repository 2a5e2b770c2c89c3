"""Numbers that leave nothing to compute earn nothing, and honest slips go on being followed."""

import io

import numpy as np
import openpyxl
import pytest

from mlp2xlsx.classroom.marking import judging, marking
from mlp2xlsx.classroom.marking.judging import COUNTING, judge
from tests.cases import few
from tests.classroom.filling import submitted, with_slip
from tests.classroom.lessons import ARTICLE, LESSONS, exercise

NAMES = ("article", "xor", "and-or", "two-hidden", "regression", "tanh", "relu", "softmax", "no-biases")
each_lesson = pytest.mark.parametrize("name", NAMES)


def steps_earned(asked, answers):
    """How many of the steps the answers are worth."""
    judged, total = judge(asked, answers), 0.0
    for number in asked.assignment.steps:
        results = [judged[result.name] for result in asked.run[number - 1].results]
        total += sum(one.n_counting for one in results) / sum(one.marks.size for one in results)
    return total


def nines(asked):
    """9 everywhere in the first step, and then what can be said of it without computing."""
    given, found = asked.given, {}
    for name, expr in asked.blank.items():
        if "input" in name:
            found[name] = np.full(expr.shape, 9.0)
        elif "activations" in name or name == "output":
            found[name] = np.ones(expr.shape)
        elif name == "E":
            found[name] = given["y"] - 1
        elif name.startswith("next_"):
            found[name] = given[name.removeprefix("next_")]
        else:
            found[name] = np.zeros(expr.shape)
    return found


def constant(asked, number):
    return {name: np.full(expr.shape, number) for name, expr in asked.blank.items()}


@each_lesson
def test_nines_ones_zeros_and_the_old_weights_earn_nothing(name):
    asked = exercise(LESSONS[name])
    assert steps_earned(asked, nines(asked)) < 0.25


@pytest.mark.parametrize("name", few("article", "regression", "relu", "softmax", of=NAMES))
@pytest.mark.parametrize("number", [0.01, 0.1, 0.25, 0.5, 0.8, 1.0, 2.0, -1.0])
def test_one_number_everywhere_earns_next_to_nothing(name, number):
    asked = exercise(LESSONS[name])
    assert steps_earned(asked, constant(asked, number)) < 1


@each_lesson
def test_followed_all_the_way_nines_would_earn_most_steps(name, monkeypatch):
    monkeypatch.setattr(judging, "is_trivial", lambda *_: False)
    asked = exercise(LESSONS[name])
    assert steps_earned(asked, nines(asked)) > 0.5 * len(asked.assignment.steps)


def variants(asked):
    """Other first steps that leave next to nothing to compute."""
    shape = asked.true["hidden_layer_input"].shape
    signs = np.where(np.indices(shape).sum(axis=0) % 2, -9.0, 9.0)
    near = 7 + np.arange(np.prod(shape)).reshape(shape) / 10
    one_right = np.where(np.arange(shape[0])[:, None] == 0, asked.true["hidden_layer_input"], 9.0)
    alike = np.broadcast_to(asked.true["hidden_layer_input"][:1] + 0.5, shape)
    return {"signs": signs, "different": near, "one-row-right": one_right, "rows-alike": alike}


@pytest.mark.parametrize("kind", ["signs", "different", "one-row-right", "rows-alike"])
@pytest.mark.parametrize("name", ["article", "xor"])
def test_other_numbers_that_leave_nothing_to_compute(name, kind):
    asked = exercise(LESSONS[name])
    first = variants(asked)[kind]
    values, answers = {**asked.given}, {}
    for step in asked.run:  # what follows from them, to 2 decimals
        for result in step.results:
            if not result.given:
                exact = judging.evaluate_with_gaps(result.expr, values)
                answers[result.name] = first if result.name == "hidden_layer_input" else np.round(exact, 2)
                values[result.name] = answers[result.name]
    answers = {name: answers[name] for name in asked.blank}
    judged = judge(asked, answers)
    assert judged["hiddenlayer_activations"].trivial
    assert not judged["hidden_layer_input"].trivial
    np.testing.assert_array_equal(judged["d_output"].expected, asked.true["d_output"])


def test_what_counts_by_its_few_decimals_alone_does_not_after_trivial_numbers():
    asked = exercise()
    right = {name: np.round(asked.true[name], 2) for name in asked.blank}
    assert (right["d_hiddenlayer"] == 0).any()
    assert judge(asked, right)["d_hiddenlayer"].n_counting == 9
    found = judge(asked, nines(asked))["d_hiddenlayer"]
    assert found.n_counting == 0


SLIPS = {
    "one-cell": lambda matrix: _with(matrix, 0.3),
    "decimal-point": lambda matrix: _with(matrix, 9 * matrix[0, 0]),
    "columns": lambda matrix: matrix[:, ::-1],
    "samples": lambda matrix: matrix[::-1],
    "sign": lambda matrix: _with(matrix, -2 * matrix[0, 0]),
    "twice": lambda matrix: 2 * matrix,
}


def _with(matrix, change):
    changed = np.array(matrix)
    changed[0, 0] += change
    return changed


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
@pytest.mark.parametrize("decimals", [2, 3, None], ids=str)
def test_what_follows_from_an_honest_slip_counts(slip, decimals):
    asked = exercise(LESSONS["article"])
    for name in ("hidden_layer_input", "E", "slope_hidden_layer", "Error_at_hidden_layer"):
        values, answers = {**asked.given}, {}
        for step in asked.run:
            for result in step.results:
                if result.given:
                    continue
                exact = judging.evaluate_with_gaps(result.expr, values)
                exact = slip(exact) if result.name == name else exact
                values[result.name] = answers[result.name] = (
                    exact if decimals is None else np.round(exact, decimals)
                )
        for other, found in judge(asked, {one: answers[one] for one in asked.blank}).items():
            assert not found.trivial
            assert other == name or np.isin(found.marks, COUNTING).all(), (name, other)


def test_the_teacher_and_the_student_are_told():
    asked = exercise(ARTICLE)
    found, book = marking.marked_book(asked, submitted(asked, nines(asked)))
    assert found.notices == (("trivial", "Step 04"),)
    assert found.total < 0.25
    stream = io.BytesIO()
    book.save(stream)
    said = [str(cell.value) for row in openpyxl.load_workbook(stream)["Setup"].iter_rows() for cell in row]
    assert any("the true numbers are expected" in text for text in said)
    honest, _ = marking.marked_book(asked, submitted(asked, with_slip(asked)))
    assert honest.notices == ()


def test_whose_answers_are_all_texts_is_named():
    asked = exercise(LESSONS["and-or"], blank=[3, 4])
    texts = {"output_layer_input": [["one", None], ["two", "three"]] * 2, "E": [["about 0.2"] * 2] * 4}
    assert marking.mark(asked, submitted(asked, texts))[0].notices == (("all_text", "one"),)
    for other in (0.25, "0,25", "=1/4"):
        assert marking.mark(asked, submitted(asked, texts | {"E": [[other] * 2] * 4}))[0].notices == ()
    assert marking.mark(asked, submitted(asked, {}))[0].notices == ()
