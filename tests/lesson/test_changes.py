"""A lesson with some of it replaced, or overridden by options of a command."""

import numpy as np
import pytest

from mlp2xlsx.lesson import load, override, parse
from tests.helpers import message
from tests.lesson.helpers import ACTIVATIONS, changed_fields


def test_replaced_and_nothing_else():
    lesson = load("article")
    X = lesson.X + 0.5
    assert changed_fields(lesson, lesson.replace()) == set()
    assert changed_fields(lesson, lesson.replace(X=X)) == {"X"}
    assert np.array_equal(lesson.replace(X=X).X, X)
    assert changed_fields(lesson, lesson.replace(seed=2, lr=np.float64(0.2))) == {"seed", "numbers"}
    assert changed_fields(lesson, lesson.replace(hidden=(3,), batch=np.int64(3))) == set()


def test_a_replaced_array_is_a_copy():
    X = np.ones((3, 4))
    lesson = load("article").replace(X=X)
    X[:] = 2
    assert lesson.X.max() == 1


def test_initial_values_are_replaced_together():
    lesson = load("article")
    assert list(lesson.replace(initial={"bout": [[1]], "wh": np.zeros((4, 3))}).initial) == ["wh", "bout"]
    assert lesson.replace(initial={}).initial == {}
    one_changed = {**lesson.initial_parameters(), "bout": np.array([[2.0]])}
    assert lesson.replace(initial=one_changed).initial["bout"].tolist() == [[2.0]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lr": 0}, "training.lr: found 0, expected a number above 0"),
        ({"X": [1, 2, 3]}, "data.X is a flat list; expected one list per sample, such as [[1], [2], [3]]"),
        ({"X": np.full((3, 4), np.nan)}, "data.X[1][1] is nan; expected a finite number"),
        ({"X": np.zeros((0, 4))}, "data.X is empty; expected one list per sample"),
        ({"y": np.zeros((2, 1))}, "data.y has 2 rows, data.X has 3; expected one row per sample in both"),
        ({"hidden": [2]}, "initial.wh is 4×3, expected 4×2 (4 inputs × 2 neurons)"),
        (
            {"activation": "step"},
            f'network.activation: found "step", expected {ACTIVATIONS}',
        ),
        ({"title": "a\ud800"}, "title contains the control character U+D800; expected plain text"),
    ],
    ids=["lr", "flat", "nan", "empty", "rows", "hidden", "activation", "surrogate"],
)
def test_a_replacement_is_checked(changes, expected):
    assert message(load("article").replace, **changes) == f"article: {expected}"
    assert message(load("article").replace, source="out.xlsx", **changes) == f"out.xlsx: {expected}"


def test_replacing_what_there_is_not():
    with pytest.raises(TypeError, match=r"^a lesson has no 'lern_rate' to replace$"):
        load("article").replace(lern_rate=1)


# Overriding


def test_overridden_and_nothing_else():
    lesson = load("article")
    assert changed_fields(lesson, override(lesson)) == set()
    for option, field in {"lr": "numbers", "decimals": "decimals"}.items():
        assert changed_fields(lesson, override(lesson, **{option: 2})) == {field}
    assert changed_fields(lesson, override(lesson, iterations=2000)) == {"iterations"}


@pytest.mark.parametrize(("batch", "iterations"), [(1, 15), (2, 8), (3, 5), ("full", 5)])
def test_epochs_are_passes_over_the_data(batch, iterations):
    """The last update of the last pass may run on into another one."""
    lesson = override(load("article"), epochs=5, batch=batch)
    assert lesson.iterations == iterations
    assert lesson.replace(epochs=5).iterations == iterations


def test_another_batch_keeps_the_number_of_updates():
    sgd = load("sgd")
    assert (sgd.iterations, override(sgd, batch="full").iterations) == (900, 900)


def test_a_seed_draws_everything_anew():
    lesson = load("article")
    assert changed_fields(lesson, override(lesson, seed=42)) == {"seed", "initial", "task", "translations"}
    np.random.seed(42)
    assert np.array_equal(
        override(lesson, seed=42).initial_parameters()["wh"], np.random.uniform(size=(4, 3))
    )
    # The lesson's own seed is no exception.
    assert override(lesson, seed=lesson.seed).initial == {}


@pytest.mark.parametrize(
    ("hidden", "kept"),
    [
        ([3], ["wh", "bh", "wout", "bout"]),
        ([2], ["bout"]),
        ([4, 3], ["wout", "bout"]),
        ([], ["bout"]),
    ],
    ids=str,
)
def test_other_hidden_layers_keep_what_fits(hidden, kept):
    lesson = override(load("article"), hidden=hidden)
    assert lesson.network.hidden == tuple(hidden)
    assert list(lesson.initial) == kept
    assert not changed_fields(lesson, parse(lesson.to_toml(), "anything", "article"))


def test_what_a_lesson_says_of_its_hidden_layers_is_not_said_of_others():
    article = load("article")
    assert override(article, hidden=[3]).translations == article.translations != {}
    other = override(article, hidden=[4])
    assert (other.title, other.text, other.purpose) == (article.title, "", "")
    assert other.translations == {"zh": {"title": article.translations["zh"]["title"]}}
    assert article.text
    assert article.translations["zh"]["text"]


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"batch": 2}, ()),
        ({"batch": "full"}, ("text", "purpose", "task")),
        ({"iterations": 999}, ("text", "purpose")),
        ({"iterations": 1000, "lr": 0.5}, ("text", "purpose", "task")),
        ({"seed": 7}, ("text", "purpose")),
    ],
    ids=str,
)
def test_what_a_lesson_says_is_said_only_where_it_is_true(options, left):
    lesson = override(load("article"), **options)
    for said in (vars(lesson), lesson.translations["zh"]):
        assert {key for key in ("text", "purpose", "task") if said.get(key)} == {*left}
        assert said["title"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"lr": 0}, "--lr: found 0, expected a number above 0"),
        ({"lr": float("nan")}, "--lr: found nan, expected a finite number above 0"),
        ({"iterations": -1}, "--iterations: found -1, expected a whole number from 0 to 1000000000"),
        ({"epochs": 0}, "--epochs: found 0, expected a whole number from 1 to 1000000000"),
        ({"epochs": 2, "iterations": 2}, "--epochs: --iterations is given too; expected one of them"),
        ({"batch": 4}, '--batch: found 4, expected "full" or a number of samples from 1 to 3'),
        ({"batch": "all"}, '--batch: found "all", expected "full" or a number of samples from 1 to 3'),
        ({"hidden": 3}, "--hidden: found 3, expected a list of whole numbers, such as [3]"),
        ({"hidden": [3, 0]}, "--hidden: found 0, expected a whole number from 1 to 16384"),
        ({"seed": -1}, "--seed: found -1, expected a whole number from 0 to 4294967295"),
        ({"decimals": 16}, "--decimals: found 16, expected a whole number from 0 to 10"),
        ({"language": "fr"}, '--language: found "fr", expected "en" or "zh"'),
    ],
    ids=str,
)
def test_an_option_is_checked_and_named(options, expected):
    assert message(override, load("article"), **options) == expected
