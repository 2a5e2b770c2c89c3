import numpy as np
import pytest

from mlp2xlsx.errors import DivergenceError
from mlp2xlsx.lesson import load, override
from mlp2xlsx.training import train
from tests.helpers import lesson_of

NAMES = {
    *("X", "y", "wh", "bh", "wout", "bout", "hidden_layer_input", "hiddenlayer_activations"),
    *("output_layer_input", "output", "E", "slope_output_layer", "slope_hidden_layer", "d_output"),
    *("Error_at_hidden_layer", "d_hiddenlayer", "next_wh", "next_bh", "next_wout", "next_bout"),
}


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def derivatives_sigmoid(x):
    return x * (1 - x)


def article(X, y, wh, bh, wout, bout, lr, epoch):
    """The loop of the article's Python code, line for line; yields its variables after each pass."""
    for _ in range(epoch):
        before = {name: array.copy() for name, array in zip(PARAMETERS, (wh, bh, wout, bout), strict=True)}
        # Forward Propogation
        hidden_layer_input1 = np.dot(X, wh)
        hidden_layer_input = hidden_layer_input1 + bh
        hiddenlayer_activations = sigmoid(hidden_layer_input)
        output_layer_input1 = np.dot(hiddenlayer_activations, wout)
        output_layer_input = output_layer_input1 + bout
        output = sigmoid(output_layer_input)
        # Backpropagation
        E = y - output
        slope_output_layer = derivatives_sigmoid(output)
        slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)
        d_output = E * slope_output_layer
        Error_at_hidden_layer = d_output.dot(wout.T)
        d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer
        wout += hiddenlayer_activations.T.dot(d_output) * lr
        bout += np.sum(d_output, axis=0, keepdims=True) * lr
        wh += X.T.dot(d_hiddenlayer) * lr
        bh += np.sum(d_hiddenlayer, axis=0, keepdims=True) * lr
        made = {name: value for name, value in locals().items() if name in NAMES}
        after = {f"next_{name}": made[name].copy() for name in PARAMETERS}
        yield made | before | after


PARAMETERS = ("wh", "bh", "wout", "bout")
X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
y = np.array([[1], [1], [0]])


def numbers_of_the_article():
    wh = np.array([[0.42, 0.88, 0.55], [0.10, 0.73, 0.68], [0.60, 0.18, 0.47], [0.92, 0.11, 0.52]])
    return wh, np.array([[0.46, 0.72, 0.08]]), np.array([[0.30], [0.25], [0.23]]), np.array([[0.69]])


def drawn_by_the_script(seed, inputs=4, hidden=3, outputs=1):
    """The legacy generator, as the script draws; its state is put back for others."""
    state = np.random.get_state()
    np.random.seed(seed)
    wh = np.random.uniform(size=(inputs, hidden))
    bh = np.random.uniform(size=(1, hidden))
    wout = np.random.uniform(size=(hidden, outputs))
    bout = np.random.uniform(size=(1, outputs))
    np.random.set_state(state)
    return wh, bh, wout, bout


@pytest.mark.parametrize(
    ("seed", "start"),
    [(None, numbers_of_the_article()), (42, drawn_by_the_script(42))],
    ids=["article", "seed-42"],
)
def test_every_matrix_of_every_iteration_is_the_articles_bit_for_bit(seed, start):
    lesson = override(load("article"), seed=seed)
    trace = train(lesson)
    assert set(trace) == NAMES
    passes = list(article(X, y, *(array.copy() for array in start), lr=0.1, epoch=1000))
    assert len(passes) == lesson.iterations
    for name in NAMES:
        assert np.array_equal(trace[name], [made[name] for made in passes]), name


def test_the_first_iteration_of_the_article():
    """The numbers that the article prints, two decimals."""
    trace = train(override(load("article"), iterations=1))
    hidden_layer_input = [[1.48, 1.78, 1.10], [2.40, 1.89, 1.62], [1.48, 1.56, 1.28]]
    np.testing.assert_allclose(trace["hidden_layer_input"][0], hidden_layer_input, rtol=0, atol=1e-15)
    np.testing.assert_allclose(trace["output"][0], [[0.789], [0.798], [0.789]], rtol=0, atol=5e-4)
    np.testing.assert_allclose(trace["E"][0], [[0.211], [0.202], [-0.789]], rtol=0, atol=5e-4)


TWO_HIDDEN = """[data]
X = [[0.5, -1], [2, 0.25], [1, 1], [0, 3]]
y = [[0, 1], [1, 0.5], [0.2, 0], [1, 1]]
[network]
hidden = [3, 2]
[training]
iterations = 7
"""
NO_HIDDEN = TWO_HIDDEN.replace("[3, 2]", "[]")


@pytest.fixture(params=[TWO_HIDDEN, NO_HIDDEN], ids=["two-hidden", "no-hidden"])
def trace(request):
    return train(lesson_of(request.param))


def test_arrays_of_the_trace(trace):
    results = trace.lesson.one_iteration.results
    for result in results:
        array = trace[result.name]
        assert array.shape == (7, *result.expr.shape)
        assert array.dtype == np.float64
        assert array.flags.c_contiguous
    assert len(trace) == len(results)
    assert trace.lesson.iterations == 7


def test_an_update_is_where_the_next_iteration_starts(trace):
    initial = trace.lesson.initial_parameters()
    assert list(initial) == list(trace.lesson.network.parameters())
    for name, start in initial.items():
        assert np.array_equal(trace[name][0], start)
        assert np.array_equal(trace[f"next_{name}"][:-1], trace[name][1:])
        assert not np.array_equal(trace[f"next_{name}"][-1], trace[name][-1])
        assert np.shares_memory(trace[name], trace[f"next_{name}"])


def test_loss_history(trace):
    assert trace.loss.shape == (7,)
    np.testing.assert_allclose(trace.loss, np.sum(trace["E"] ** 2, axis=(1, 2)) / 2, rtol=1e-15)
    assert trace.loss[-1] < trace.loss[0]


def test_a_lesson_is_not_changed_by_training():
    lesson = lesson_of(TWO_HIDDEN)
    before = {name: array.copy() for name, array in lesson.initial_parameters().items()}
    first, second = train(lesson), train(lesson)
    assert all(np.array_equal(first[name], second[name]) for name in first)
    assert all(np.array_equal(array, before[name]) for name, array in lesson.initial_parameters().items())


def one_cell(X=1, y=0, wout=1, lr=1, hidden="", iterations=3):
    """One sample, one input, one output: z is X · wout + bout, and bout starts at 0."""
    initial = f"wout = [[{wout}]]\nbout = [0]\n" + ("wh = [[1]]\nbh = [0]\n" if hidden else "")
    return lesson_of(
        f"[data]\nX = [[{X}]]\ny = [[{y}]]\n[network]\nhidden = [{hidden}]\n"
        f"[initial]\n{initial}[training]\nlr = {lr}\niterations = {iterations}\n"
    )


@pytest.mark.parametrize(
    ("lesson", "found"),
    [
        pytest.param(one_cell(X=710), "iteration 1: output_layer_input holds 710", id="large-input"),
        pytest.param(one_cell(wout=-709.25), "iteration 1: output_layer_input holds -709.2", id="negative"),
        pytest.param(
            one_cell(X=1e300, wout=1e10), "iteration 1: output_layer_input holds inf", id="infinity"
        ),
        pytest.param(one_cell(X=800, hidden=1), "iteration 1: hidden_layer_input holds 800", id="hidden"),
        # 1 - 2·10⁵ · σ(1)² · σ(-1)
        pytest.param(one_cell(lr=1e5), "iteration 2: output_layer_input holds -2.875e+04", id="large-lr"),
        # z = -40, then -40 + 10 = -30, then -30 + 10·e¹⁰: 2·lr is 10·e⁴⁰
        pytest.param(
            one_cell(y=1, wout=-40, lr=1.1769263341851e18),
            "iteration 3: output_layer_input holds 2.202e+05",
            id="later",
        ),
        pytest.param(
            one_cell(X=600, wout=0, lr=1.7e308), "iteration 1: next_wout holds -inf", id="the-update-itself"
        ),
    ],
)
def test_divergence(lesson, found):
    with pytest.raises(DivergenceError) as caught:
        train(lesson)
    # The learning rate has no part in what comes before the first update.
    first = found.startswith("iteration 1: ") and "next_" not in found
    rate = "" if first else "a smaller learning rate (--lr), "
    advice = f"try {rate}smaller initial weights, or scaled data (--scale zscore)"
    assert str(caught.value) == f"training diverges at {found}; {advice}"


@pytest.mark.parametrize("z", [709, -709])
def test_the_largest_number_that_a_spreadsheet_can_follow(z):
    trace = train(one_cell(X=z, iterations=1))
    assert trace["output_layer_input"].tolist() == [[[z]]]


@pytest.mark.parametrize(
    "lesson",
    [one_cell(X=1e300, wout=1e10), one_cell(wout=-1e6), one_cell(lr=1.7e308)],
    ids=["infinity", "overflow", "large-lr"],
)
def test_what_numpy_would_warn_of_is_said_once_and_in_our_words(lesson):
    with np.errstate(all="raise"), pytest.raises(DivergenceError):
        train(lesson)


@pytest.mark.parametrize("iterations", [1, 99, 100, 250, 1000])
def test_progress_is_told_of_every_iteration(iterations):
    told = []
    train(override(load("article"), iterations=iterations), told.append)
    assert sum(told) == iterations
    assert len(told) <= 1 + iterations / 100


def test_of_equal_outputs_none_is_beaten_whatever_rounding_does():
    """Their sum, weighted by targets that add up to 1, may be the next smaller number."""
    lesson = lesson_of(
        """
        [data]
        X = [[1]]
        y = [[0.05010807452603594, 0.20463118197145239, 0.7452607435025116]]
        [network]
        hidden = []
        output = "softmax"
        loss = "cross_entropy"
        [initial]
        method = "zeros"
        [training]
        iterations = 1
        """
    )
    assert train(lesson).measured["hits"].tolist() == [[[1]]]
