"""What counts as right: numbers that round to the exact ones, and those that follow from a slip."""

import numpy as np
import pytest

from mlp2xlsx.classroom.marking import judging
from mlp2xlsx.classroom.marking.judging import FOLLOWS, RIGHT, UNANSWERED, WRONG, half_unit, judge
from mlp2xlsx.classroom.marking.mistakes import mistakes
from mlp2xlsx.interpreter import evaluate_with_gaps, first_iteration
from tests.cases import few, few_values
from tests.classroom.lessons import ARTICLE, LESSONS, OF_OTHER_RULES, VARIANTS, exercise

each_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
# The lessons with most steps take longest, and have no rule that the others have not.
LARGEST = ("three-hidden", "iris")
mostly_others = pytest.mark.parametrize(
    "lesson",
    few_values("article", *(name for name in OF_OTHER_RULES if name not in LARGEST), of=LESSONS),
)
ALL = exercise()
FIRST = "hidden_layer_input"


def copied(matrices):
    return {name: np.array(matrix) for name, matrix in matrices.items()}


def right_answers(asked):
    return copied({name: asked.true[name] for name in asked.blank})


def worked_out(asked, slip=None, decimals=None):
    """What a student hands in who makes one slip and goes on from it, rounding each answer.

    `slip` changes the matrix that it is for, before it is gone on with.
    """
    found, values = {}, dict(asked.given)
    for step in asked.run:
        for result in step.results:
            if result.given:
                continue
            matrix = evaluate_with_gaps(result.expr, values)
            if slip is not None and result.name == slip[0]:
                matrix = slip[1](matrix)
            if result.name in asked.blank:
                found[result.name] = matrix if decimals is None else np.round(matrix, decimals)
                values[result.name] = found[result.name]
            else:
                values[result.name] = matrix
    return found


def marks(asked, answers):
    return {name: set(found.marks.ravel().tolist()) for name, found in judge(asked, answers).items()}


def off(amount):
    return lambda matrix: matrix + amount


@each_lesson
def test_exact_answers_are_right(lesson):
    asked = exercise(lesson)
    for found in judge(asked, right_answers(asked)).values():
        assert (found.marks == RIGHT).all()
        assert found.n_counting == found.marks.size
        assert found.mistake is None


@mostly_others
@pytest.mark.parametrize("decimals", [2, 3, 6])
def test_rounded_answers_are_right_when_exact_numbers_are_gone_on_with(lesson, decimals):
    asked = exercise(lesson)
    answers = {name: np.round(matrix, decimals) for name, matrix in right_answers(asked).items()}
    assert set(marks(asked, answers).values() and set.union(*marks(asked, answers).values())) == {RIGHT}


@mostly_others
@pytest.mark.parametrize("decimals", [2, 3])
def test_rounded_answers_count_when_they_are_gone_on_with(lesson, decimals):
    asked = exercise(lesson)
    for name, found in judge(asked, worked_out(asked, decimals=decimals)).items():
        assert np.isin(found.marks, (RIGHT, FOLLOWS)).all(), name


@mostly_others
def test_each_matrix_may_be_rounded_in_its_own_way(lesson):
    random = np.random.default_rng(6)
    asked = exercise(lesson)
    for _ in range(3):
        answers = {}
        for name, matrix in right_answers(asked).items():
            places = random.choice([2, 3, 4, 15], np.shape(matrix))
            answers[name] = np.vectorize(lambda value, place: round(value, int(place)))(matrix, places)
        for name, found in judge(asked, answers).items():
            assert np.isin(found.marks, (RIGHT, FOLLOWS)).all(), name


def typed(value, row=0, col=0, name=FIRST, asked=ALL):
    """How one number is marked in the place of the right one."""
    answers = right_answers(asked)
    answers[name][row, col] = value
    return judge(asked, answers)[name].marks[row, col]


VALUE = float(ALL.true["hiddenlayer_activations"][0, 0])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda value: round(value, 2), RIGHT),
        (lambda value: round(value, 2) + 0.01, WRONG),
        (lambda value: round(value, 2) - 0.01, WRONG),
        (lambda value: round(value, 3), RIGHT),
        (lambda value: round(value, 3) + 0.001, WRONG),
        (lambda value: round(value, 1), WRONG),
        (lambda value: round(value, 0), WRONG),
        (lambda value: round(value, 6) + 1.1e-3, WRONG),  # what is before it is shown with 3 decimals
        (lambda value: value * (1 + 1e-13), RIGHT),
        (lambda value: -value, WRONG),
        (lambda value: np.nan, UNANSWERED),
        (lambda value: 1e300, WRONG),
    ],
    ids=[
        "2-decimals",
        "2-decimals-too-large",
        "2-decimals-too-small",
        "3-decimals",
        "3-decimals-off",
        "1-decimal",
        "no-decimal",
        "6-decimals-off",
        "last-bits",
        "other-sign",
        "empty",
        "huge",
    ],
)
def test_a_number_in_the_first_step_that_is_filled_in(change, expected):
    asked = exercise(blank=[4])  # what is before it is exact
    value = float(asked.true["hiddenlayer_activations"][0, 0])
    assert round(value, 1) != round(value, 2)
    assert typed(change(value), name="hiddenlayer_activations", asked=asked) == expected


def zero_exercise():
    """A first step that comes to 0 in one row."""
    initial = {"wh": [[0.5] * 3] * 4, "bh": [[0.0] * 3], "wout": [[0.5]] * 3, "bout": [[0.5]]}
    asked = exercise(ARTICLE.replace(X=[[0, 0, 0, 0], [1, 0, 1, 0], [1, 1, 0, 0]]), blank=[3])
    asked.__dict__["lesson"] = asked.assignment.lesson.replace(initial=initial)
    assert asked.true[FIRST][0].tolist() == [0.0] * 3
    return asked


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.0, RIGHT), (-0.0, RIGHT), (1e-12, RIGHT), (-1e-300, RIGHT), (5e-324, RIGHT), (0.01, WRONG), (1e-6, WRONG)],
    ids=str,
)  # fmt: skip
def test_of_zero(value, expected):
    assert typed(value, asked=zero_exercise()) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, 0.005),
        (-0.0, 0.005),
        (3.0, 0.005),
        (1e9, 0.005),
        (0.5, 0.005),
        (0.7, 0.005),
        (0.73, 0.005),
        (-0.73, 0.005),
        (0.731, 0.0005),
        (12.3456, 0.00005),
        (0.1 + 0.2, 0.0),
        (1e-5, 0.000005),
        (1e-300, 0.0),
        (np.float64(0.73), 0.005),
    ],
    ids=str,
)
def test_half_unit(value, expected):
    room = half_unit(value) - expected
    assert 0 <= room <= 2e-9 * max(1, abs(value))


def test_a_slip_costs_its_own_step_only():
    found = marks(ALL, worked_out(ALL, (FIRST, off(0.5))))
    assert found[FIRST] == {WRONG}
    for name, those in found.items():
        if name not in (FIRST, "slope_output_layer"):
            assert those <= {FOLLOWS, RIGHT}, name
    assert FOLLOWS in found["hiddenlayer_activations"]
    assert FOLLOWS in found["next_bh"] | found["next_wh"]


@mostly_others
@pytest.mark.parametrize("decimals", [None, 2], ids=["exact", "2-decimals"])
def test_what_follows_from_any_one_slip_counts(lesson, decimals):
    asked = exercise(lesson)
    for name in asked.blank:
        # An output that reaches its target would leave nothing to compute.
        answers = worked_out(asked, (name, off(-0.25 if name == "output" else 0.25)), decimals)
        for other, found in judge(asked, answers).items():
            if other == name:
                assert WRONG in found.marks
            else:
                assert np.isin(found.marks, (RIGHT, FOLLOWS)).all(), (name, other)


def test_the_true_numbers_count_after_a_slip_too():
    """Somebody may have looked up the right numbers for the rest."""
    answers = right_answers(ALL) | {FIRST: ALL.true[FIRST] + 0.5}
    found = marks(ALL, answers)
    assert found.pop(FIRST) == {WRONG}
    assert set.union(*found.values()) == {RIGHT}


def test_without_following_through_a_slip_would_cost_all_the_rest(monkeypatch):
    answers = worked_out(ALL, (FIRST, off(0.5)))
    monkeypatch.setattr(judging._Judge, "_spans", lambda self, expr: (_true_span(self, expr),) * 2)
    assert marks(ALL, answers)["hiddenlayer_activations"] == {WRONG}


def _true_span(self, expr):
    value = evaluate_with_gaps(expr, self.true)
    return judging.Interval(value, value)


def one_cell(row, col, amount):
    def change(matrix):
        changed = np.array(matrix)
        changed[row, col] += amount
        return changed

    return change


def test_a_slip_in_one_cell_touches_what_is_computed_from_it():
    answers = worked_out(ALL, (FIRST, one_cell(1, 2, 0.5)))
    found = judge(ALL, answers)
    expected = np.full((3, 3), RIGHT, dtype="<U10")
    expected[1, 2] = WRONG
    assert found[FIRST].marks.tolist() == expected.tolist()
    expected[1, 2] = FOLLOWS
    assert found["hiddenlayer_activations"].marks.tolist() == expected.tolist()
    assert found["output_layer_input"].marks.tolist() == [[RIGHT], [FOLLOWS], [RIGHT]]
    assert found[FIRST].n_counting == 8
    assert found[FIRST].expected[1, 2] == ALL.true[FIRST][1, 2]


def test_expected_is_what_the_students_own_numbers_come_to():
    answers = worked_out(ALL, (FIRST, off(0.5)))
    answers["output"] = answers["output"] + 0.3
    found = judge(ALL, answers)
    np.testing.assert_allclose(found["output"].expected, answers["output"] - 0.3)
    np.testing.assert_allclose(found["E"].expected, ALL.true["y"] - answers["output"])
    np.testing.assert_allclose(found["hiddenlayer_activations"].expected, 1 / (1 + np.exp(-answers[FIRST])))


@mostly_others
def test_blanks_are_unanswered_and_cost_nothing_later(lesson):
    asked = exercise(lesson)
    for name in asked.blank:
        answers = right_answers(asked)
        answers[name][0, 0] = np.nan
        judged = judge(asked, answers)
        for other, found in judged.items():
            wrong = np.argwhere(found.marks != RIGHT).tolist()
            assert wrong == ([[0, 0]] if other == name else []), (name, other)
        assert judged[name].marks[0, 0] == UNANSWERED


def test_nothing_filled_in():
    nothing = {name: np.full(expr.shape, np.nan) for name, expr in ALL.blank.items()}
    for found in judge(ALL, nothing).values():
        assert (found.marks == UNANSWERED).all()
        assert (found.n_counting, found.mistake) == (0, None)
        assert np.isfinite(found.expected).all()


def test_after_a_slip_and_a_gap_the_numbers_follow_from_the_slip():
    """Somebody who worked on beside the sheet went on from what stood there."""
    answers = worked_out(ALL, (FIRST, off(0.5)))
    answers["hiddenlayer_activations"][:] = np.nan
    found = marks(ALL, answers)
    assert found["hiddenlayer_activations"] == {UNANSWERED}
    assert found["output_layer_input"] <= {FOLLOWS, RIGHT}


# Of the square there are the most: there a matrix may be taken for its transpose.
@pytest.mark.parametrize(
    "name", few("square", "no-biases", of=["article", "square", "tanh", "no-biases", "batches"])
)
@pytest.mark.parametrize("decimals", [None, 2], ids=["exact", "2-decimals"])
def test_a_typical_mistake_is_named(name, decimals):
    asked = exercise(LESSONS[name])
    true = first_iteration(asked.lesson.one_iteration, asked.given, {})
    for step in asked.run:
        for result in step.results:
            for key, expr in mistakes(asked.lesson.network, step, result):
                mistaken = evaluate_with_gaps(expr, true)
                answers = worked_out(asked, (result.name, lambda _, it=mistaken: it), decimals)
                found = judge(asked, answers)[result.name]
                if (found.marks == WRONG).any():  # small mistakes vanish when they are rounded
                    assert found.mistake is not None, (result.name, key)
                if decimals is None:
                    others = [k for k, other in mistakes(asked.lesson.network, step, result)
                              if np.allclose(evaluate_with_gaps(other, true), mistaken)]  # fmt: skip
                    assert found.mistake in [key, *others], (result.name, key)


def test_a_mistake_must_explain_every_number():
    values = evaluate_with_gaps(dict(mistakes(ALL.lesson.network, ALL.run[2], ALL.run[2].results[0]))["bias_forgotten"], ALL.true)  # fmt: skip
    answers = right_answers(ALL) | {FIRST: values}
    assert judge(ALL, answers)[FIRST].mistake == "bias_forgotten"
    assert judge(ALL, answers | {FIRST: one_cell(0, 0, 0.02)(values)})[FIRST].mistake is None
    with_gap = np.array(values)
    with_gap[0, 0] = np.nan
    assert judge(ALL, answers | {FIRST: with_gap})[FIRST].mistake == "bias_forgotten"


def test_a_mistake_is_looked_for_on_the_students_own_numbers():
    answers = worked_out(ALL, (FIRST, off(0.5)))
    answers["E"] = -answers["E"]
    assert judge(ALL, answers)["E"].mistake == "sign_reversed"


def test_random_numbers_are_wrong():
    random = np.random.default_rng(6)
    for lesson in VARIANTS.values():
        asked = exercise(lesson)
        answers = {name: random.uniform(50, 60, expr.shape) for name, expr in asked.blank.items()}
        for name, found in judge(asked, answers).items():
            assert (found.marks == WRONG).all(), name
            assert found.mistake is None


def test_a_rectifier_that_puts_out_0_has_the_slope_0():
    asked = exercise(LESSONS["relu"])
    dead = np.argwhere(asked.true["hiddenlayer_activations"] == 0)
    assert len(dead) > 0
    answers = {name: np.round(matrix, 2) for name, matrix in right_answers(asked).items()}
    answers["slope_hidden_layer"] = np.ones((3, 3))
    found = judge(asked, answers)["slope_hidden_layer"]
    assert np.argwhere(found.marks == WRONG).tolist() == dead.tolist()


def test_weights_that_are_wrong_later_are_no_excuse():
    """Numbers between those for the true weights and for the student's are no mistake that has a name."""
    true = ALL.true["d_output"]
    answers = right_answers(ALL)
    answers["next_wout"] = answers["next_wout"] + 5
    answers["Error_at_hidden_layer"] = true @ (ALL.true["next_wout"] + 2).T
    assert judge(ALL, answers)["Error_at_hidden_layer"].mistake is None
    answers["Error_at_hidden_layer"] = true @ answers["next_wout"].T
    assert judge(ALL, answers)["Error_at_hidden_layer"].mistake == "updated_weights"
