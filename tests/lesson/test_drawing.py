"""How initial values are drawn: the published rules, what a lesson may say of them, and what is refused."""

from math import sqrt

import numpy as np
import pytest

from mlp2xlsx.lesson import load, override, parse
from tests.helpers import message

DATA = "[data]\nX = [[0, 1, 0], [1, 0, 1]]\ny = [[1], [0]]\n"
NAMES = ["wh", "bh", "wout", "bout"]
SHAPES = {"wh": (3, 3), "bh": (1, 3), "wout": (3, 1), "bout": (1, 1)}


def of(text):
    return parse(f"{DATA}{text}\n[training]\nseed = 7", "my.toml", "my")


def drawn(text):
    return of(f"[initial]\n{text}").initial_parameters()


def by_the_book(rule, bias=None):
    """All four, drawn by a rule from one stream; where biases have none, they are 0."""
    random = np.random.RandomState(7)
    return {
        name: np.zeros(shape) if bias == 0 and shape[0] == 1 else rule(random, *shape)
        for name, shape in SHAPES.items()
    }


# Rules as torch.nn.init documents them: xavier_uniform_ is U(-a, a) with a = gain √(6 / (fan_in + fan_out));
# kaiming_normal_ is N(0, std²) with std = gain / √fan_in, where gain is √2 for relu.
RULES = {
    "": by_the_book(lambda random, m, n: random.uniform(size=(m, n))),
    'method = "uniform"': by_the_book(lambda random, m, n: random.uniform(size=(m, n))),
    'method = "uniform"\nlow = -1\nhigh = 0.5': by_the_book(
        lambda random, m, n: -1 + 1.5 * random.uniform(size=(m, n))
    ),
    'method = "normal"': by_the_book(lambda random, m, n: random.standard_normal((m, n))),
    'method = "normal"\nstd = 0.1': by_the_book(lambda random, m, n: 0.1 * random.standard_normal((m, n))),
    'method = "normal"\nmean = -2\nstd = 0.1': by_the_book(
        lambda random, m, n: 0.1 * random.standard_normal((m, n)) - 2
    ),
    'method = "zeros"': by_the_book(lambda _, m, n: np.zeros((m, n))),
    'method = "constant"\nvalue = 0.25': by_the_book(lambda _, m, n: np.full((m, n), 0.25)),
    'method = "xavier"': by_the_book(
        lambda random, m, n: (2 * random.uniform(size=(m, n)) - 1) * sqrt(6 / (m + n)), bias=0
    ),
    'method = "xavier"\ngain = 2': by_the_book(
        lambda random, m, n: 2 * (2 * random.uniform(size=(m, n)) - 1) * sqrt(6 / (m + n)), bias=0
    ),
    'method = "he"': by_the_book(lambda random, m, n: random.standard_normal((m, n)) * sqrt(2 / m), bias=0),
    'method = "he"\ngain = 1': by_the_book(
        lambda random, m, n: random.standard_normal((m, n)) / sqrt(m), bias=0
    ),
}


@pytest.mark.parametrize("text", RULES, ids=lambda text: text.replace("\n", ", ") or "none")
def test_all_are_drawn_by_the_published_rule(text):
    found = drawn(text)
    assert list(found) == NAMES
    for name, expected in RULES[text].items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-14, atol=1e-15)


def test_the_rule_of_he_draws_what_a_course_prints():
    """deeplearning.ai, "Improving Deep Neural Networks", exercise "Initialization": layers 2-4-1, seed 3.

    Its matrices are transposed, so that the same numbers stand in other places where both sides are above 1.
    """
    lesson = load("xor").replace(hidden=[4], initial={"method": "he"}, seed=3)
    found = lesson.initial_parameters()
    wh = "1.78862847 0.43650985 0.09649747 -1.8634927 -0.2773882 -0.35475898 -0.08274148 -0.62700068"
    wout = "-0.03098412 -0.33744411 -0.92904268 0.62552248"
    assert " ".join(f"{value:.8f}".rstrip("0") for value in found["wh"].flat) == wh
    assert " ".join(f"{value:.8f}" for value in found["wout"].flat) == wout
    assert not found["bh"].any()
    assert not found["bout"].any()


@pytest.mark.parametrize("own", ['"zeros"', '{ method = "normal", std = 3 }', "[[1], [2], [3]]"])
def test_one_of_its_own_leaves_the_others_as_they_are(own):
    before, after = drawn('method = "xavier"'), drawn(f'method = "xavier"\nwout = {own}')
    assert all((before[name] == after[name]).all() for name in ("wh", "bh", "bout"))
    assert (before["wout"] != after["wout"]).any()


def test_a_bias_may_have_a_way_of_its_own():
    assert drawn('method = "he"\nbh = { method = "constant", value = 0.01 }')["bh"].tolist() == [[0.01] * 3]


def test_a_method_alone_is_its_name():
    lesson = parse(f'initial = "he"\n{DATA}', "my.toml", "my")
    assert lesson.drawings.general.method == "he"


@pytest.mark.parametrize(
    "text", [*RULES, 'method = "he"\nwh = "zeros"\nbh = [1, 2, 3]\nbout = { method = "normal" }']
)
def test_what_is_written_draws_the_same(text):
    lesson = of(f"[initial]\n{text}")
    again = parse(lesson.to_toml(), "again.toml", "again")
    assert again.drawings == lesson.drawings
    for name, value in lesson.initial_parameters().items():
        assert (again.initial_parameters()[name] == value).all()


def test_a_method_on_the_command_line_draws_all_anew():
    lesson = override(load("article"), initial="zeros")
    assert load("article").initial
    assert not any(value.any() for value in lesson.initial_parameters().values())


def test_a_seed_keeps_the_method():
    lesson = of('[initial]\nmethod = "normal"\nwout = "zeros"\nbout = [2]')
    other = override(lesson, seed=8).initial_parameters()
    expected = np.random.RandomState(8).standard_normal((3, 3))
    assert (other["wh"] == expected).all()
    assert not other["wout"].any()
    assert other["bout"].tolist() != [[2]]  # it was given, and is drawn now


def test_other_hidden_layers_keep_the_ways_that_still_fit():
    lesson = of('[initial]\nmethod = "he"\nwh = "zeros"\nbout = { method = "constant" }')
    assert set(override(lesson, hidden=[2, 2]).drawings.own) == {"bout"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'method = "xavir"',
            'method: found "xavir", expected "uniform", "normal", "zeros", "constant", "xavier" or "he"',
        ),
        ("method = 3", 'method: found 3, expected "uniform"'),
        ("gain = 2", 'gain: method "uniform" does not use it; expected low, high'),
        ('method = "zeros"\nvalue = 1', 'value: method "zeros" does not use it; expected no number'),
        ('method = "normal"\nstd = 0', "std: found 0, expected a number above 0"),
        ('method = "normal"\nstd = nan', "std: found nan, expected a"),
        ("low = 1", ": low is 1 and high is 1; expected low below high"),
        ('wh = { method = "he", low = 2 }', 'wh.low: method "he" does not use it; expected gain'),
        ("wh = { gain = 2 }", 'wh.gain: method "uniform" does not use it; expected low, high'),
        ('bh = "xavier"', "bh: found "),
        ('wi = "he"', "unknown key initial.wi; expected one of wh, bh, wout, bout, method"),
    ],
    ids=lambda text: text.splitlines()[0],
)
def test_what_cannot_be_drawn_is_refused(text, said):
    found = message(of, f"[initial]\n{text}")
    start = "my.toml: " if said.startswith("unknown") else f"my.toml: initial{'' if said[0] == ':' else '.'}"
    assert found.startswith(start + said)
    assert "\n" not in found
