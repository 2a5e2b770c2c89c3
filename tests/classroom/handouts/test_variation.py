"""A student's own numbers: always the same ones, another's are others, and fit to be computed with by hand."""

import re

import numpy as np
import pytest

from mlp2xlsx.classroom import variation
from mlp2xlsx.classroom.variation import ident, own_lesson
from mlp2xlsx.errors import LessonError
from tests.classroom.lessons import ARTICLE, LESSONS, SHIPPED

each_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
STUDENTS = [f"s{number:03}" for number in range(40)]


def parameters(lesson, student="s001", seed=7):
    return own_lesson(lesson, seed, student, vary_data=False).initial_parameters()


def listed(matrices):
    return {name: matrix.tolist() for name, matrix in matrices.items()}


# Handouts with these numbers have been given out: whoever grades them must find the same ones.
GOLDEN = {
    "wh": [[0.4, 0.74, 0.83], [0.58, 0.32, 0.47], [0.73, 0.85, 0.51], [0.05, 0.16, 0.71]],
    "bh": [[0.78, 0.2, 0.28]],
    "wout": [[0.36], [0.41], [0.52]],
    "bout": [[0.06]],
}
GOLDEN_SIGNED = {
    "wh": [[0.4, -0.74, 0.83], [0.58, 0.32, 0.47], [-0.73, 0.85, -0.51], [-0.05, 0.16, 0.71]],
    "bh": [[0.78, -0.2, 0.28]],
    "wout": [[0.36], [0.41], [0.52]],
    "bout": [[-0.06]],
}
GOLDEN_X = [[1, 1, 0, 0], [1, 1, 0, 1], [0, 0, 1, 0]]
GOLDEN_X_IRIS = [6.17, 3.12, 1.64, 1.96], [6.6, 3.23, 1.31, 0.61]


class TestNumbersThatMayNeverChange:
    def test_parameters(self):
        assert listed(parameters(ARTICLE)) == GOLDEN

    def test_parameters_of_either_sign(self):
        assert listed(parameters(LESSONS["tanh"])) == GOLDEN_SIGNED

    def test_whole_inputs(self):
        assert own_lesson(ARTICLE, 7, "s001", vary_data=True).X.tolist() == GOLDEN_X

    def test_inputs_with_decimals(self):
        found = own_lesson(SHIPPED["iris"], 7, "s001", vary_data=True).X_given.tolist()
        assert (found[0], found[-1]) == GOLDEN_X_IRIS

    @pytest.mark.parametrize(
        ("seed", "student", "expected"),
        [
            (7, "s001", "XEAV-22KF"),
            (7, "s002", "Y8P5-NN8S"),
            (2024, "学号1", "GV31-7WRT"),
            (0, "", "9EE8-QEF8"),
        ],
    )
    def test_idents(self, seed, student, expected):
        assert ident(seed, student) == expected


@each_lesson
@pytest.mark.parametrize("vary_data", [False, True], ids=["weights", "data-too"])
def test_the_same_student_gets_the_same_numbers(lesson, vary_data):
    first, again = (own_lesson(lesson, 7, "s001", vary_data=vary_data) for _ in range(2))
    assert listed(first.initial_parameters()) == listed(again.initial_parameters())
    assert first.to_toml() == again.to_toml()


@each_lesson
def test_students_get_different_numbers_and_so_do_classes(lesson):
    found = [listed(parameters(lesson, student)) for student in STUDENTS]
    found += [listed(parameters(lesson, seed=seed)) for seed in range(8, 20)]
    assert all(one not in found[:number] for number, one in enumerate(found))


@each_lesson
def test_parameters_have_2_decimals_and_none_is_near_0(lesson):
    for student in STUDENTS[:10]:
        values = np.concatenate([matrix.ravel() for matrix in parameters(lesson, student).values()])
        np.testing.assert_array_equal(values, np.round(values, 2))
        assert np.abs(values).min() >= 0.05
        assert np.abs(values).max() <= 0.95


@each_lesson
def test_signs_are_drawn_only_where_the_activation_knows_negative_numbers(lesson):
    values = [m for student in STUDENTS[:10] for m in parameters(lesson, student).values()]
    signed = any((matrix < 0).any() for matrix in values)
    assert signed is (lesson.network.activation != "sigmoid")
    assert any((matrix > 0).any() for matrix in values)


def test_all_the_numbers_come_up():
    values = {
        value
        for student in range(300)
        for matrix in parameters(ARTICLE, f"{student}").values()
        for value in matrix.ravel().tolist()
    }
    assert values == {number / 100 for number in range(5, 96)}


@each_lesson
def test_one_iteration_is_left_and_nothing_else_is_changed(lesson):
    own = own_lesson(lesson, 7, "s001", vary_data=False)
    assert (own.iterations, list(own.shown)) == (1, [1])
    assert (own.lr, own.batch, own.network) == (lesson.lr, lesson.batch, lesson.network)
    np.testing.assert_array_equal(own.X, lesson.X)
    np.testing.assert_array_equal(own.y, lesson.y)


def is_whole(column):
    return bool((column == np.round(column)).all())


@each_lesson
def test_varied_inputs_stay_what_they_are(lesson):
    for student in STUDENTS[:5]:
        own = own_lesson(lesson, 7, student, vary_data=True)
        np.testing.assert_array_equal(own.y, lesson.y)
        for column, before in zip(own.X_given.T, lesson.X_given.T, strict=True):
            assert before.min() <= column.min() <= column.max() <= before.max()
            np.testing.assert_array_equal(column, np.round(column, 0 if is_whole(before) else 2))


def test_varied_inputs_differ_between_students_and_between_samples():
    found = [own_lesson(ARTICLE, 7, student, vary_data=True).X for student in STUDENTS]
    assert len({X.tobytes() for X in found}) > 30
    assert all(len(np.unique(X, axis=0)) == 3 for X in found)


def with_inputs(*columns):
    return ARTICLE.replace(X=np.transpose(columns).tolist(), initial={})


@pytest.mark.parametrize("value", [3.0, 0.0, -1.25, 0.125, 0.001], ids=str)
def test_a_column_of_equal_numbers_stays(value):
    lesson = with_inputs([value] * 3, [0.0, 1.0, 9.0])
    own = own_lesson(lesson, 7, "s001", vary_data=True)
    assert own.X[:, 0].tolist() == [value] * 3
    assert own.X[:, 1].tolist() != [0.0, 1.0, 9.0]


@pytest.mark.parametrize(
    "column",
    [[0.005, 0.011, 0.024], [-0.024, -0.011, -0.005], [0.07, 0.29, 0.57], [1.005, 1.5, 1.995]],
    ids=str,
)
def test_finer_numbers_are_drawn_within_their_range(column):
    lesson = with_inputs(column, [0.0, 50.0, 99.0])
    found = [own_lesson(lesson, 7, student, vary_data=True).X[:, 0] for student in STUDENTS]
    assert min(column) <= np.min(found) <= np.max(found) <= max(column)


def test_the_ends_of_a_column_are_drawn_too():
    lesson = with_inputs([0.07, 0.08, 0.29], [0.0, 50.0, 99.0])
    found = np.array([own_lesson(lesson, 7, f"{n}", vary_data=True).X[:, 0] for n in range(200)])
    assert (found.min(), found.max()) == (0.07, 0.29)


def test_inputs_between_two_neighbouring_numbers_stay():
    lesson = with_inputs([0.001, 0.002, 0.003], [0.004, 0.004, 0.004])
    np.testing.assert_array_equal(own_lesson(lesson, 7, "s001", vary_data=True).X, lesson.X)


def test_a_run_of_equal_samples_is_given_up(monkeypatch):
    monkeypatch.setattr(variation, "_inputs", lambda X, draws: np.zeros_like(X))
    with pytest.raises(LessonError) as caught:
        own_lesson(ARTICLE, 7, "s001", vary_data=True)
    assert str(caught.value) == "article: its inputs take too few values to be varied; leave out --vary-data"


def test_idents_are_eight_letters_that_nobody_takes_for_digits():
    found = {ident(7, student) for student in STUDENTS} | {ident(seed, "s001") for seed in range(40)}
    assert len(found) == 2 * len(STUDENTS) - 1
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", one) for one in found)


def test_a_number_of_another_draw_is_seen(monkeypatch):
    right = variation._draws
    monkeypatch.setattr(variation, "_draws", lambda *what: (n + 1 for n in right(*what)))
    assert listed(parameters(ARTICLE)) != GOLDEN
    assert ident(7, "s001") != "XEAV-22KF"
