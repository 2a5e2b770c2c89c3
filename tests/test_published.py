"""Runs whose numbers others have printed: where they come from, and what comes out here."""

import numpy as np
import pytest

from mlp2xlsx.lesson import load
from mlp2xlsx.training import train
from tests.helpers import lesson_of

ARTICLE = load("article")
# The last printed digit may be rounded from either side.
HALF = 0.5001


def centred(seed, *shapes):
    """What `2 * np.random.random(shape) - 1` gives after `np.random.seed(seed)`."""
    random = np.random.RandomState(seed)
    return [2 * random.random_sample(shape) - 1 for shape in shapes]


def test_the_articles_script_on_xor():
    """Mean squared errors that the article's script prints on XOR after `np.random.seed(42)`.

    Sunil Ray, "Understanding and coding Neural Networks From Scratch in Python and R", Analytics Vidhya;
    2-2-1, lr 0.1.
    """
    trace = train(
        lesson_of("""
[data]
X = [[0, 0], [0, 1], [1, 0], [1, 1]]
y = [[0], [1], [1], [0]]
[network]
hidden = [2]
[training]
iterations = 5001
lr = 0.1
seed = 42
""")
    )
    published = {0: 0.3246585814644244, 1000: 0.24058938031979332, 5000: 0.012541122692477976}
    # Thousands of chained iterations; another build of BLAS may add in another order.
    for iteration, mean_squared_error in published.items():
        assert np.mean(trace["E"][iteration] ** 2) == pytest.approx(mean_squared_error, rel=1e-12)


@pytest.fixture(name="trace", scope="module")
def mazurs_run():
    return train(load("worked-example").replace(iterations=10_000))


class TestMazur:
    """Matt Mazur, "A Step by Step Backpropagation Example" (2015).

    https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/
    """

    def test_first_iteration(self, trace):
        printed = {
            "hidden_layer_input": [0.3775, 0.3925],
            "hiddenlayer_activations": [0.593269992, 0.596884378],
            "output_layer_input": [1.105905967, 1.224921404],
            "output": [0.75136507, 0.772928465],
        }
        for name, values in printed.items():
            np.testing.assert_allclose(trace[name][0, 0], values, rtol=0, atol=HALF * 1e-9)
        np.testing.assert_allclose(trace.loss[0], 0.298371109, rtol=0, atol=HALF * 1e-9)

    def test_weights_after_one_update(self, trace):
        w1, w2, w3, w4 = 0.149780716, 0.19956143, 0.24975114, 0.29950229
        w5, w6, w7, w8 = 0.35891648, 0.408666186, 0.511301270, 0.561370121
        # He prints 8 or 9 decimals; a row here is an input, a column a neuron.
        close = {"rtol": 0, "atol": HALF * 1e-8}
        np.testing.assert_allclose(trace["next_wh"][0], [[w1, w3], [w2, w4]], **close)
        np.testing.assert_allclose(trace["next_wout"][0], [[w5, w7], [w6, w8]], **close)
        assert np.array_equal(trace["bh"][-1], [[0.35, 0.35]])
        assert np.array_equal(trace["bout"][-1], [[0.6, 0.6]])

    def test_error_after_updates(self, trace):
        """The text has 0.0000351085 after 10,000 repetitions: the error of the 10,000th iteration."""
        assert trace.loss[1] == pytest.approx(0.291027774, abs=HALF * 1e-9)
        assert trace.loss[9_999] == pytest.approx(0.0000351085, abs=HALF * 1e-10)

    def test_where_the_other_error_of_the_text_comes_from(self, trace):
        """0.291027924: the hidden layer's error is taken back through the updated output weights."""
        first = {name: trace[name][0] for name in trace}
        error = first["d_output"] @ first["next_wout"].T
        wh = first["wh"] + first["X"].T @ (error * first["slope_hidden_layer"]) * 0.5
        initial = {"wh": wh, "wout": first["next_wout"], "bh": first["bh"], "bout": first["bout"]}
        after = train(load("worked-example").replace(iterations=1, initial=initial))
        assert after.loss[0] == pytest.approx(0.291027924, abs=HALF * 1e-9)


class TestTrask:
    """Andrew Trask, "A Neural Network in 11 lines of Python" (2015).

    https://iamtrask.github.io/2015/07/12/basic-python-network/
    """

    X = ((0, 0, 1), (0, 1, 1), (1, 0, 1), (1, 1, 1))

    def test_without_a_hidden_layer(self):
        [wout] = centred(1, (3, 1))
        lesson = ARTICLE.replace(
            X=self.X, y=[[0], [0], [1], [1]], hidden=[], bias="none", initial={"wout": wout}, lr=1, iterations=10_000
        )  # fmt: skip
        printed = [[0.00966449], [0.00786506], [0.99358898], [0.99211957]]
        np.testing.assert_allclose(train(lesson)["output"][-1], printed, rtol=0, atol=HALF * 1e-8)

    def test_with_a_hidden_layer(self):
        wh, wout = centred(1, (3, 4), (4, 1))
        lesson = ARTICLE.replace(
            X=self.X, y=[[0], [1], [1], [0]], hidden=[4], bias="none", initial={"wh": wh, "wout": wout}, lr=1, iterations=20_001
        )  # fmt: skip
        trace = train(lesson)
        printed = {0: 0.496410031903, 10_000: 0.00858452565325, 20_000: 0.00578945986251}
        for iteration, mean_absolute_error in printed.items():
            # Twelve digits, after thousands of chained iterations.
            assert np.mean(np.abs(trace["E"][iteration])) == pytest.approx(mean_absolute_error, rel=1e-10)


def test_planar_data_classification():
    """Andrew Ng, deeplearning.ai, "Planar data classification with one hidden layer", `nn_model`'s test case.

    As printed in many public notebooks, with samples as columns there. Tanh, a sigmoid output and
    cross-entropy, averaged over the three samples: so its learning rate of 1.2 is 0.4 here.
    """
    random = np.random.RandomState(1)
    X, y = random.randn(2, 3).T, (random.randn(1, 3) > 0).T
    random = np.random.RandomState(2)
    wh, wout = random.randn(4, 2).T * 0.01, random.randn(1, 4).T * 0.01
    lesson = ARTICLE.replace(
        X=X,
        y=y.astype(float),
        hidden=[4],
        activation="tanh",
        loss="cross_entropy",
        initial={"wh": wh, "bh": [0] * 4, "wout": wout, "bout": [0]},
        lr=1.2 / 3,
        iterations=10_000,
    )
    trace = train(lesson)
    costs = [
        0.692739,
        0.000218,
        0.000107,
        0.000071,
        0.000053,
        0.000042,
        0.000035,
        0.000030,
        0.000026,
        0.000023,
    ]
    np.testing.assert_allclose(trace.loss[::1000] / 3, costs, rtol=0, atol=HALF * 1e-6)
    W1 = [
        [-0.65848169, 1.21866811],
        [-0.76204273, 1.39377573],
        [0.5792005, -1.10397703],
        [0.76773391, -1.41477129],
    ]
    b1 = [[0.287592, 0.3511264, -0.2431246, -0.35772805]]
    W2, b2 = [[-2.45566237, -3.27042274, 2.00784958, 3.36773273]], [[0.20459656]]
    for name, printed in {"wh": np.transpose(W1), "bh": b1, "wout": np.transpose(W2), "bout": b2}.items():
        np.testing.assert_allclose(trace[f"next_{name}"][-1], printed, rtol=0, atol=HALF * 1e-8)


def test_two_layer_net_of_cs231n():
    """Stanford CS231n, assignment 1 (2016, 2017), two_layer_net.ipynb: scores and loss of the toy model.

    ReLU, softmax and cross-entropy, averaged over the five samples, plus 0.05 times the squared weights.
    """
    random = np.random.RandomState(0)
    wh, wout = 0.1 * random.randn(4, 10), 0.1 * random.randn(10, 3)
    X = 10 * np.random.RandomState(1).randn(5, 4)
    lesson = ARTICLE.replace(
        X=X,
        y=np.eye(3)[[0, 1, 2, 2, 1]],
        hidden=[10],
        activation="relu",
        output="softmax",
        loss="cross_entropy",
        initial={"wh": wh, "bh": [0] * 10, "wout": wout, "bout": [0] * 3},
        iterations=1,
        lr=0.01,
    )
    trace = train(lesson)
    scores = [
        [-0.81233741, -1.27654624, -0.70335995],
        [-0.17129677, -1.18803311, -0.47310444],
        [-0.51590475, -1.01354314, -0.8504215],
        [-0.15419291, -0.48629638, -0.52901952],
        [-0.00618733, -0.12435261, -0.15226949],
    ]
    np.testing.assert_allclose(trace["output_layer_input"][0], scores, rtol=0, atol=HALF * 1e-8)
    regularisation = 0.05 * (np.sum(wh**2) + np.sum(wout**2))
    assert trace.loss[0] / 5 + regularisation == pytest.approx(1.30378789133, abs=HALF * 1e-11)
