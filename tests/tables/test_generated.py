"""Generated data: their shapes by definition, the same ones from the same seed, and what is refused."""

import numpy as np
import pytest

from mlp2xlsx.lesson import load, override, parse
from mlp2xlsx.lesson.tables.generated import KINDS
from tests.helpers import message

PLANES = [kind for kind in KINDS if kind != "sine"]


def made(kind, network="", **numbers):
    said = ", ".join([f'kind = "{kind}"', *(f"{key} = {value}" for key, value in numbers.items())])
    return parse(f"[data]\ngenerate = {{ {said} }}\n[network]\n{network}", "my.toml", "my")


def first_class(lesson):
    """Both coordinates of the points of class A."""
    return lesson.X[lesson.y[:, 0] == 0].T


def second_class(lesson):
    return lesson.X[lesson.y[:, 0] == 1].T


@pytest.mark.parametrize("kind", PLANES)
def test_there_are_as_many_points_as_asked_for_in_two_classes(kind):
    lesson = made(kind, samples=31)
    assert lesson.X.shape == (31, 2)
    assert set(lesson.y.flat) == {0.0, 1.0}
    assert (lesson.features, lesson.target, lesson.classes) == (("x1", "x2"), ("class",), ("A", "B"))
    assert (lesson.X.round(3) == lesson.X).all()


def test_a_disc_lies_in_a_ring():
    lesson = made("circle", noise=0, samples=200)
    outer, inner = (np.hypot(*points) for points in (first_class(lesson), second_class(lesson)))
    assert inner.max() <= 2.5 < 3.499 <= outer.min() <= outer.max() <= 5.001


def test_an_arm_of_a_spiral_is_the_other_turned_by_half_a_turn():
    lesson = made("spiral", noise=0)
    np.testing.assert_allclose(first_class(lesson), -second_class(lesson), atol=1e-3)
    assert (np.diff(np.hypot(*first_class(lesson))) > 0).all()


def test_moons_are_half_circles():
    lesson = made("moons", noise=0)
    x, y = first_class(lesson)
    np.testing.assert_allclose(np.hypot(x, y), 1, atol=1e-3)
    x, y = second_class(lesson)
    np.testing.assert_allclose(np.hypot(x - 1, y - 0.5), 1, atol=1e-3)


def test_squares_that_touch_at_a_corner_have_one_class():
    lesson = made("xor", noise=0, samples=100)
    assert ((lesson.X.prod(axis=1) < 0) == (lesson.y[:, 0] == 1)).all()
    assert np.abs(lesson.X).min() >= 0.3


def test_clouds_lie_around_their_centres():
    lesson = made("gauss", noise=0, samples=1000)
    np.testing.assert_allclose(first_class(lesson).mean(axis=1), 2, atol=0.1)
    np.testing.assert_allclose(second_class(lesson).std(axis=1), 0.5, atol=0.05)


def test_a_point_lies_above_the_curve_or_below():
    x, y = made("above-curve", noise=0, samples=100).X.T
    assert ((y > 2 * np.sin(x)) == (made("above-curve", noise=0, samples=100).y[:, 0] == 1)).all()


def test_a_curve_has_heights():
    lesson = made("sine", network='output = "linear"', noise=0, samples=9)
    np.testing.assert_allclose(lesson.y, np.sin(lesson.X), atol=2e-3)
    assert lesson.classes == ()


def test_a_softmax_has_a_column_for_each_class():
    lesson = made("moons", network='output = "softmax"\nloss = "cross_entropy"', samples=8)
    assert lesson.y.tolist() == [[1, 0]] * 4 + [[0, 1]] * 4


@pytest.mark.parametrize("kind", PLANES)
def test_the_same_seed_draws_the_same_and_another_others(kind):
    assert (made(kind, seed=3).X == made(kind, seed=3).X).all()
    assert (made(kind, seed=3).X != made(kind, seed=4).X).any()


@pytest.mark.parametrize("kind", PLANES)
@pytest.mark.parametrize(
    "data", ["", 'scale = "minmax"', "validation = 0.25"], ids=["plain", "scaled", "kept"]
)
def test_what_is_written_holds_the_points_and_is_written_alike_again(kind, data):
    lesson = parse(f'[data]\ngenerate = "{kind}"\n{data}', "my.toml", "my")
    again = parse(lesson.to_toml(), "my.toml", "my")
    assert (again.X == lesson.X).all()
    assert again.to_toml() == lesson.to_toml()


def test_on_the_command_line_it_takes_the_place_of_the_data():
    lesson = override(load("xor"), generate="moons")
    assert (lesson.title, lesson.text, len(lesson.X)) == ("moons", "", 40)
    assert lesson.network.hidden == load("xor").network.hidden


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('generate = "ring"', 'data.generate: found "ring", expected "circle"'),
        (
            "generate = 3",
            'data.generate: found 3, expected a kind of data, such as "spiral"',
        ),
        (
            'generate = { kind = "xor", sample = 3 }',
            "data.generate: unknown key sample; expected one of kind,",
        ),
        (
            'generate = { kind = "xor", samples = 3 }',
            "data.generate.samples: found 3, expected a whole number",
        ),
        (
            'generate = { kind = "xor", noise = -1 }',
            "data.generate.noise: found -1, expected a number from 0 to",
        ),
        ("generate = { samples = 9 }", "data.generate.kind: found "),
        ('generate = "xor"\nX = [[1]]', "data.generate: data.X is given too; expected one of them"),
        ('generate = "sine"', 'data.generate: a curve has numbers as targets; expected output = "linear"'),
    ],
    ids=["kind", "number", "key", "samples", "noise", "no-kind", "data-too", "curve"],
)
def test_what_cannot_be_generated_is_refused(line, said):
    found = message(parse, f"[data]\n{line}", "my.toml", "my")
    assert found.startswith(f"my.toml: {said}")
    assert "\n" not in found
