"""An iteration with gaps: what depends on a missing number is missing, and nothing else."""

import numpy as np
import pytest

from mlp2xlsx import interpreter
from mlp2xlsx.interpreter import evaluate_with_gaps, first_iteration, start_values
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.render import values as render_values
from mlp2xlsx.training import train
from tests.cells_read import reads
from tests.classroom.lessons import LESSONS

each_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)


def run_of(lesson):
    return lesson.one_iteration


def with_gaps(values, random):
    """Take away some numbers of some matrices; which rows of the data are taken stays known."""
    gaps = {}
    for name, matrix in values.items():
        missing = random.random(np.shape(matrix)) < random.choice([0.0, 0.1, 0.4])
        gaps[name] = np.where(missing & (name not in ("sample", "lr")), np.nan, matrix)
    return gaps


def misplaced(run, random, calculate):
    """Tell which cells are missing though all they read is there, or there though something is missing."""
    values = first_iteration(run, GIVEN[run], {})
    found = []
    for result in run.computed:
        gaps = with_gaps(values, random)
        matrix = calculate(result.expr, gaps)
        for row, col in np.ndindex(matrix.shape):
            missing = any(np.isnan(gaps[name][i, j]) for name, i, j in reads(result.expr, row, col))
            if np.isnan(matrix[row, col]) != missing:
                found.append(f"{result.name}[{row}, {col}]")
    return found


GIVEN = {run_of(lesson): start_values(lesson.replace(iterations=1, show=())) for lesson in LESSONS.values()}


@each_lesson
def test_a_cell_is_missing_when_a_cell_that_it_reads_is(lesson):
    random = np.random.default_rng(6)
    for _ in range(3):
        assert misplaced(run_of(lesson), random, evaluate_with_gaps) == []


@pytest.mark.parametrize("name", ["relu", "softmax-of-squares"])
def test_a_comparison_that_forgets_the_gap_is_seen(name):
    random = np.random.default_rng(6)
    found = [
        cell for _ in range(5) for cell in misplaced(run_of(LESSONS[name]), random, render_values.evaluate)
    ]
    assert any(cell.startswith("slope_hidden_layer") for cell in found)


@pytest.mark.parametrize("name", ["article", "softmax", "batches"])
def test_gaps_that_are_turned_round_are_seen(monkeypatch, name):
    right = interpreter._gaps
    monkeypatch.setattr(interpreter, "_gaps", lambda missing, rows, cols: right(missing, cols, rows))
    with pytest.raises((AssertionError, ValueError)):
        assert misplaced(run_of(LESSONS[name]), np.random.default_rng(6), evaluate_with_gaps) == []


@each_lesson
def test_without_gaps_it_is_the_first_iteration_of_the_trainer(lesson):
    once = lesson.replace(iterations=1, show=())
    trace = train(once)
    found = first_iteration(once.one_iteration, start_values(once), {})
    assert set(trace) <= set(found)
    for name in trace:
        np.testing.assert_array_equal(found[name], trace[name][0], err_msg=name)


@each_lesson
def test_answers_that_are_right_change_nothing(lesson):
    run = run_of(lesson)
    true = first_iteration(run, GIVEN[run], {})
    answers = {result.name: true[result.name] for result in run.computed[::2]}
    found = first_iteration(run, GIVEN[run], answers)
    for name in true:
        np.testing.assert_array_equal(found[name], true[name], err_msg=name)


def test_an_answer_is_taken_as_it_is_and_gone_on_with():
    run = run_of(LESSONS["article"])
    answer = np.full((3, 1), 0.5)
    found = first_iteration(run, GIVEN[run], {"output": answer})
    np.testing.assert_array_equal(found["E"], found["y"] - 0.5)
    np.testing.assert_array_equal(found["slope_output_layer"], np.full((3, 1), 0.25))


@each_lesson
def test_what_depends_on_answers_is_what_their_gaps_leave_empty(lesson):
    run = run_of(lesson)
    for result in run.computed:
        gap = {result.name: np.full(result.expr.shape, np.nan)}
        found = first_iteration(run, GIVEN[run], gap)
        empty = {name for name, matrix in found.items() if np.isnan(matrix).any()}
        assert run.depending_on([result.name]) == empty


def test_depending():
    run = run_of(LESSONS["article"])
    assert run.depending_on([]) == set()
    assert run.depending_on(["next_wh"]) == {"next_wh"}
    assert run.depending_on(["d_output"]) == {
        "d_output",
        "Error_at_hidden_layer",
        "d_hiddenlayer",
        "next_wout",
        "next_wh",
        "next_bout",
        "next_bh",
    }
    read = {name for result in run.computed for name in names(result.expr)}
    assert run.depending_on(read) >= {result.name for result in run.computed}


def test_a_start_has_all_that_the_steps_read():
    for run, given in GIVEN.items():
        known = {result.name for result in run.computed}
        assert {name for result in run.computed for name in names(result.expr)} <= known | set(given)
