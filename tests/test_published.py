"""Runs whose numbers others have printed: where they come from, and what comes out here."""

import random

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


def assert_printed(trace, iteration, printed, decimals):
    """Matrices of an iteration against what somebody has printed with so many decimals."""
    for name, values in printed.items():
        found = trace[name][iteration]
        np.testing.assert_allclose(found, values, rtol=0, atol=HALF * 10**-decimals, err_msg=name)


@pytest.mark.parametrize("digit", [1e-8, -1e-8], ids=["up", "down"])
def test_a_last_digit_that_is_another_is_seen(trace, digit):
    printed = {"hiddenlayer_activations": [np.array([0.59326999, 0.59688438])]}
    assert_printed(trace, 0, printed, decimals=8)
    with pytest.raises(AssertionError, match="hiddenlayer_activations"):
        assert_printed(trace, 0, {name: values + digit for name, [values] in printed.items()}, decimals=8)


class TestHanAndKamber:
    """Jiawei Han, Micheline Kamber, Jian Pei, "Data Mining: Concepts and Techniques", 3rd edition (2012).

    ISBN 978-0-12-381479-1, example 9.1: 3-2-1, sigmoid, one sample, learning rate 0.9.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def run(cls):
        initial = {
            "wh": [[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]],
            "bh": [-0.4, 0.2],
            "wout": [[-0.3], [-0.2]],
            "bout": [0.1],
        }
        return train(
            ARTICLE.replace(X=[[1, 0, 1]], y=[[1]], hidden=[2], initial=initial, lr=0.9, iterations=1)
        )

    def test_what_each_unit_takes_in_and_puts_out(self, run):
        printed = {
            "hidden_layer_input": [[-0.7, 0.1]],
            "hiddenlayer_activations": [[0.332, 0.525]],
            "output_layer_input": [[-0.105]],
            "output": [[0.474]],
        }
        assert_printed(run, 0, printed, decimals=3)

    def test_the_error_of_each_unit(self, run):
        assert_printed(run, 0, {"d_hiddenlayer": [[-0.0087, -0.0065]]}, decimals=4)
        # The book goes on from the rounded output, and so has 0.1311 where it should be 0.1312.
        assert round(0.474 * (1 - 0.474) * (1 - 0.474), 4) == 0.1311
        assert_printed(run, 0, {"d_output": [[0.1312]]}, decimals=4)

    def test_the_new_weights_and_biases(self, run):
        printed = {
            "next_wh": [[0.192, -0.306], [0.4, 0.1], [-0.508, 0.194]],
            "next_bh": [[-0.408, 0.194]],
            "next_wout": [[-0.261], [-0.138]],
            "next_bout": [[0.218]],
        }
        assert_printed(run, 0, printed, decimals=3)


class TestMit:
    """MIT 6.036, "Introduction to Machine Learning" (2019), homework on neural networks: its `sgd_test`.

    https://openlearninglibrary.mit.edu/courses/course-v1:MITx+6.036+1T2019/about
    2-3-2, softmax and cross-entropy (NLL), four samples, learning rate 0.005, one update with tanh and one
    with ReLU. Samples are columns there, and its derivatives are minus what the steps here compute.
    """

    X = ((2, 5), (3, 2), (9, 6), (12, 5))
    Z = ((10.41750064, 6.91122168, 20.73366505, 22.8912344),
         (7.16872235, 3.48998746, 10.46996239, 9.9982611),
         (-2.07105455, 0.69413716, 2.08241149, 4.84966811))  # fmt: skip

    def trace(self, activation):
        drawn = np.random.RandomState(0)
        wh, wout = drawn.normal(0, 2**-0.5, (2, 3)), drawn.normal(0, 3**-0.5, (3, 2))
        initial = {"wh": wh, "bh": [0] * 3, "wout": wout, "bout": [0] * 2}
        return train(
            ARTICLE.replace(
                X=self.X, y=[[1, 0], [0, 1], [1, 0], [0, 1]], hidden=[3], activation=activation,
                output="softmax", loss="cross_entropy", initial=initial, lr=0.005, iterations=1,
            )
        )  # fmt: skip

    def test_tanh(self):
        trace = self.trace("tanh")
        columns = {
            "hidden_layer_input": self.Z,
            "hiddenlayer_activations": [
                [1.0, 0.99999801, 1.0, 1.0],
                [0.99999881, 0.99814108, 1.0, 1.0],
                [-0.96871843, 0.60063321, 0.96941021, 0.99987736],
            ],
            "output_layer_input": [
                [0.40837833, 0.53900088, 0.56956001, 0.57209377],
                [-0.66368766, 0.65353931, 0.96361427, 0.98919526],
            ],
            "output": [
                [0.74498961, 0.47139666, 0.4027417, 0.39721055],
                [0.25501039, 0.52860334, 0.5972583, 0.60278945],
            ],
            "d_output": np.negative([
                [-0.25501039, 0.47139666, -0.5972583, 0.39721055],
                [0.25501039, -0.47139666, 0.5972583, -0.39721055],
            ]),
            "Error_at_hidden_layer": np.negative([
                [-0.16216619, 0.29977053, -0.37980845, 0.2525941],
                [0.07564949, -0.13984104, 0.17717822, -0.11783354],
                [0.19290557, -0.35659347, 0.45180297, -0.30047453],
            ]),
        }  # fmt: skip
        assert_printed(trace, 0, {name: np.transpose(rows) for name, rows in columns.items()}, decimals=8)
        deltas = [
            [-5.80088442e-10, 1.19079549e-06, 0, 0],
            # Of 5.70658808e-10 only six digits are known: it is 1 − a² of an a that is nearly 1.
            [1.79552879e-07, -5.19424389e-04, 5.70658808e-10, -9.74876621e-10],
            [1.18800113e-02, -2.27948719e-01, 2.72183509e-02, -7.36963862e-05],
        ]
        found = -trace["d_hiddenlayer"][0].T
        np.testing.assert_allclose(found, deltas, rtol=1e-7, atol=1e-15)
        assert trace.loss[0] == pytest.approx(2.3475491206369514, rel=1e-15)
        printed = {
            "next_wh": [[1.24737336, 0.28296167, 0.69415229], [1.58455077, 1.32056811, -0.68987204]],
            "next_bh": [[-5.95107701e-09, 2.59622620e-06, 9.44620265e-04]],
            "next_wout": [[0.54845212, -0.08730444], [-0.05967074, 0.23713647], [0.08142188, 0.84136692]],
            "next_bout": [[-8.16925787e-05, 8.16925787e-05]],
        }
        assert_printed(trace, 0, printed, decimals=8)
        np.testing.assert_allclose(trace["next_bh"][0], printed["next_bh"], rtol=1e-8)

    def test_relu(self):
        trace = self.trace("relu")
        columns = {
            "hidden_layer_input": self.Z,
            "hiddenlayer_activations": [*self.Z[:2], (0, *self.Z[2][1:])],
            "output_layer_input": [
                [5.28714248, 3.64078533, 10.92235599, 12.36410102],
                [0.78906625, 0.80620366, 2.41861097, 4.44170662],
            ],
        }
        assert_printed(trace, 0, {name: np.transpose(rows) for name, rows in columns.items()}, decimals=8)
        nine_digits = {
            "output": [
                [9.88992134e-01, 9.44516196e-01, 9.99797333e-01, 9.99637598e-01],
                [1.10078665e-02, 5.54838042e-02, 2.02666719e-04, 3.62401857e-04],
            ],
            "d_output": np.negative([
                [-1.10078665e-02, 9.44516196e-01, -2.02666719e-04, 9.99637598e-01],
                [1.10078665e-02, -9.44516196e-01, 2.02666719e-04, -9.99637598e-01],
            ]),
            "Error_at_hidden_layer": np.negative([
                [-7.00012165e-03, 6.00636672e-01, -1.28879806e-04, 6.35689470e-01],
                [3.26551207e-03, -2.80193173e-01, 6.01216067e-05, -2.96545080e-01],
                [8.32702834e-03, -7.14490239e-01, 1.53309592e-04, -7.56187463e-01],
            ]),
            "d_hiddenlayer": np.negative([
                [-7.00012165e-03, 6.00636672e-01, -1.28879806e-04, 6.35689470e-01],
                [3.26551207e-03, -2.80193173e-01, 6.01216067e-05, -2.96545080e-01],
                [0, -7.14490239e-01, 1.53309592e-04, -7.56187463e-01],
            ]),
        }  # fmt: skip
        for name, rows in nine_digits.items():
            np.testing.assert_allclose(trace[name][0].T, rows, rtol=HALF * 1e-8, err_msg=name)
        assert trace.loss[0] == pytest.approx(10.8256925657554, rel=1e-14)
        printed = {
            "next_wh": [[1.20029826, 0.30491412, 0.74815397], [1.56283104, 1.33069504, -0.66499483]],
            "next_bh": [[-0.00614599, 0.00286706, 0.00735262]],
            "next_wout": [[0.40207469, 0.05907299], [-0.1256432, 0.30310892], [0.05564803, 0.86714076]],
            "next_bout": [[-0.00966472, 0.00966472]],
        }
        assert_printed(trace, 0, printed, decimals=8)


def test_backpropagation_step_by_step():
    """hmkcode, "Backpropagation Step by Step" (2018): 2-2-1 without activations and biases, lr 0.05.

    https://hmkcode.com/ai/backpropagation-step-by-step/
    The last picture of its second pass repeats .85 and .48 of the first beside the right .92 and .56.
    """
    initial = {"wh": [[0.11, 0.12], [0.21, 0.08]], "wout": [[0.14], [0.15]]}
    lesson = ARTICLE.replace(
        X=[[2, 3]], y=[[1]], hidden=[2], activation="linear", output="linear", bias="none",
        initial=initial, lr=0.05, iterations=2,
    )  # fmt: skip
    trace = train(lesson)
    first = {"hiddenlayer_activations": [[0.85, 0.48]], "output": [[0.191]], "E": [[0.809]]}
    assert_printed(trace, 0, first, decimals=3)
    assert trace.loss[0] == pytest.approx(0.327, abs=HALF * 1e-3)
    changes = {"wh": [[0.011, 0.012], [0.017, 0.018]], "wout": [[0.034], [0.019]]}
    for name, printed in changes.items():
        change = trace[f"next_{name}"][0] - trace[name][0]
        np.testing.assert_allclose(change, printed, rtol=0, atol=HALF * 1e-3)
    second = {
        "wh": [[0.12, 0.13], [0.23, 0.10]],
        "wout": [[0.17], [0.17]],
        "hiddenlayer_activations": [[0.92, 0.56]],
        "output": [[0.26]],
    }
    assert_printed(trace, 1, second, decimals=2)


def test_two_hundred_updates_of_one_sample_each():
    """Jason Brownlee, "How to Code a Neural Network with Backpropagation In Python (from scratch)" (2016).

    https://machinelearningmastery.com/implement-backpropagation-algorithm-scratch-python/
    2-2-2, sigmoid, lr 0.5: twenty times through ten samples, with the errors squared and added up, not
    halved. The weights are drawn by Python's own generator; each neuron's last one is its bias.
    """
    x1 = [2.7810836, 1.465489372, 3.396561688, 1.38807019, 3.06407232]
    x1 += [7.627531214, 5.332441248, 6.922596716, 8.675418651, 7.673756466]
    x2 = [2.550537003, 2.362125076, 4.400293529, 1.850220317, 3.005305973]
    x2 += [2.759262235, 2.088626775, 1.77106367, -0.242068655, 3.508563011]
    draw = random.Random(1).random
    hidden, output = (np.array([[draw() for _ in range(3)] for _ in range(2)]) for _ in range(2))
    lesson = ARTICLE.replace(
        X=np.transpose([x1, x2]),
        y=np.eye(2)[[0] * 5 + [1] * 5],
        hidden=[2],
        initial={"wh": hidden[:, :2].T, "bh": hidden[:, 2], "wout": output[:, :2].T, "bout": output[:, 2]},
        batch=1,
        lr=0.5,
        iterations=200,
    )
    trace = train(lesson)
    errors = [
        *(6.350, 5.531, 5.221, 4.951, 4.519, 4.173, 3.835, 3.506, 3.192, 2.898),
        *(2.626, 2.377, 2.153, 1.953, 1.774, 1.614, 1.472, 1.346, 1.233, 1.132),
    ]
    found = 2 * trace.loss.reshape(20, 10).sum(axis=1)
    np.testing.assert_allclose(found, errors, rtol=0, atol=HALF * 1e-3)
    printed = {
        "next_wh": [[-1.4688375095432327, 0.37711098142462157], [1.850887325439514, -0.0625909894552989]],
        "next_bh": [[1.0858178629550297, 0.2765123702642716]],
        "next_wout": [[2.515394649397849, -2.5584149848484263], [-0.3391927502445985, 1.0036422106209202]],
        "next_bout": [[-0.9671565426390275, 0.42383086467582715]],
        "hiddenlayer_activations": [[0.029980305604426185, 0.9456229000211323]],
        "output": [[0.23648794202357587, 0.7790535202438367]],
        "d_hiddenlayer": [[-0.0059546604162323625, 0.0026279652850863837]],
        "d_output": [[-0.04270059278364587, 0.03803132596437354]],
    }
    for name, values in printed.items():
        # Sixteen digits, after two hundred chained updates.
        np.testing.assert_allclose(trace[name][-1], values, rtol=1e-12, err_msg=name)
