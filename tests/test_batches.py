"""Batches: which samples an iteration sees, and what it records of them; biases that stay as they are."""

import numpy as np
import pytest

from mlp2xlsx import load, override, train
from tests.test_training import PARAMETERS, article

SAMPLES = load("article").replace(
    X=[[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1], [0.5, 0.25, 0, 1], [0, 0, 1, 0.75]],
    y=[[1], [1], [0], [0.5], [0]],
)


def order(batch, iterations, shuffle=False, seed=1):
    lesson = SAMPLES.replace(batch=batch, iterations=iterations, shuffle=shuffle, seed=seed)
    return lesson.sample_order().astype(int).tolist()


@pytest.mark.parametrize(
    ("batch", "expected"),
    [
        pytest.param(1, [[1], [2], [3], [4], [5], [1], [2]], id="one-by-one"),
        pytest.param(2, [[1, 2], [3, 4], [5, 1], [2, 3]], id="into-the-next-epoch"),
        pytest.param(4, [[1, 2, 3, 4], [5, 1, 2, 3], [4, 5, 1, 2]], id="most-of-them"),
        pytest.param(5, [[1, 2, 3, 4, 5]] * 2, id="all-of-them"),
    ],
)
def test_samples_come_in_their_order(batch, expected):
    assert order(batch, len(expected)) == expected


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
def test_each_epoch_is_shuffled_anew(batch):
    flat = np.ravel(order(batch, 20, shuffle=True))
    epochs = flat[: len(flat) // 5 * 5].reshape(-1, 5)
    assert np.sort(epochs).tolist() == [[1, 2, 3, 4, 5]] * len(epochs)
    assert len({tuple(epoch) for epoch in epochs.tolist()}) > 1


def test_the_order_follows_the_seed():
    assert order(2, 9, shuffle=True, seed=3) == order(2, 9, shuffle=True, seed=3)
    assert order(2, 9, shuffle=True, seed=3) != order(2, 9, shuffle=True, seed=4)
    assert order(2, 9, seed=3) == order(2, 9, seed=4)


@pytest.mark.parametrize("iterations", [1, 7, 40])
def test_more_iterations_go_on_from_fewer(iterations):
    assert order(3, 40, shuffle=True)[:iterations] == order(3, iterations, shuffle=True)


def test_a_batch_of_all_samples_is_a_full_one():
    assert SAMPLES.replace(batch=5).batch is None
    assert set(train(SAMPLES.replace(batch=5, iterations=1))) == set(train(override(SAMPLES, iterations=1)))


@pytest.fixture(scope="module", params=[(1, False), (2, True), (4, False)], ids=["one", "shuffled", "four"])
def trace(request):
    batch, shuffle = request.param
    return train(SAMPLES.replace(batch=batch, shuffle=shuffle, iterations=12, lr=0.7))


def test_every_matrix_is_that_of_the_articles_loop_on_those_samples(trace):
    lesson = trace.lesson
    parameters = [array.copy() for array in lesson.initial_parameters().values()]
    rows = lesson.sample_order().astype(int) - 1
    assert list(lesson.initial_parameters()) == list(PARAMETERS)
    for k, chosen in enumerate(rows):
        [made] = article(lesson.X[chosen], lesson.y[chosen], *parameters, lesson.lr, 1)
        made = {{"X": "X_batch", "y": "y_batch"}.get(name, name): value for name, value in made.items()}
        assert set(trace) == {*made, "sample"}
        for name, value in made.items():
            np.testing.assert_array_equal(trace[name][k], value, err_msg=f"{name} of iteration {k + 1}")
        np.testing.assert_array_equal(trace["sample"][k], chosen[:, None] + 1)
        assert trace.loss[k] == np.sum(made["E"] ** 2) / 2


def test_another_order_trains_otherwise(trace):
    other = train(trace.lesson.replace(shuffle=not trace.lesson.shuffle))
    assert not np.array_equal(other["next_wh"][-1], trace["next_wh"][-1])


def with_bias(bias):
    return SAMPLES.replace(
        bias=bias, hidden=[3, 2], initial={}, iterations=9, batch=2, activation="tanh", output="linear"
    )


def test_frozen_biases_stay_as_they_start():
    lesson = with_bias("frozen")
    trace = train(lesson)
    for name in ("bh_1", "bh_2", "bout"):
        assert (trace[name] == lesson.initial_parameters()[name]).all()
        assert f"next_{name}" not in trace
    assert not np.array_equal(trace["wh_1"][0], trace["wh_1"][-1])


def test_without_biases_there_are_none():
    lesson = with_bias("none")
    assert list(lesson.initial_parameters()) == ["wh_1", "wh_2", "wout"]
    assert [name for name in train(lesson) if name.removeprefix("next_").startswith(("bh", "bout"))] == []


def test_no_biases_are_as_good_as_frozen_ones_of_0():
    zeros = {"bh_1": [0, 0, 0], "bh_2": [0, 0], "bout": [0]}
    drawn = SAMPLES.replace(hidden=[3, 2], initial={}).initial_parameters()
    weights = {name: drawn[name] for name in ("wh_1", "wh_2", "wout")}
    none = train(with_bias("none").replace(initial=weights))
    frozen = train(with_bias("frozen").replace(initial=weights | zeros))
    for name in none:
        np.testing.assert_array_equal(none[name], frozen[name], err_msg=name)


@pytest.mark.parametrize("shuffle", [False, True], ids=["in-order", "shuffled"])
def test_shown_iterations_see_the_samples_of_the_whole_run(shuffle):
    whole = train(SAMPLES.replace(batch=2, shuffle=shuffle, iterations=20))
    some = train(SAMPLES.replace(batch=2, shuffle=shuffle, iterations=20, show=[1, 7, 20]))
    for name in whole:
        np.testing.assert_array_equal(some[name], whole[name][[0, 6, 19]], err_msg=name)
    np.testing.assert_array_equal(some.loss, whole.loss)
