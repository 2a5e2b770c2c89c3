"""Models of scikit-learn as lessons: the same outputs, the same updates, the same names."""

import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mlp2xlsx import Lesson, build, train, verify
from mlp2xlsx.errors import LessonError

random = np.random.default_rng(4)
X = random.normal(size=(12, 3))
NUMBERS = X @ [[1.0, -1.0], [0.5, 2.0], [0.0, 1.0]] + random.normal(size=(12, 2)) / 10
KINDS = np.array(["pear", "apple", "fig"])[np.arange(12) % 3]
TWO = np.where(X[:, 0] > 0, 7, 3)
YES_OR_NO = (NUMBERS > 0).astype(int)
ROUNDING = {"rtol": 1e-12, "atol": 1e-12}

# The kind of model, its targets, and what comes out.
TASKS = {
    "classes": (MLPClassifier, KINDS, "softmax"),
    "two-classes": (MLPClassifier, TWO, "sigmoid"),
    "several-answers": (MLPClassifier, YES_OR_NO, "sigmoid"),
    "number": (MLPRegressor, NUMBERS[:, 0], "linear"),
    "numbers": (MLPRegressor, NUMBERS, "linear"),
}
every_task = pytest.mark.parametrize(("kind", "y", "output"), TASKS.values(), ids=TASKS)
ACTIVATIONS = {"logistic": "sigmoid", "tanh": "tanh", "relu": "relu"}


def fitted(kind, y, X=X, **options):
    """A model after a few steps: enough that nothing in it is 0 or equal by chance."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kind(**{"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 1, **options}).fit(X, y)


def put_out(model, X=X):
    if isinstance(model, MLPRegressor):
        return model.predict(X).reshape(len(X), -1)
    found = model.predict_proba(X)
    # For two classes it gives both probabilities, for several answers one each.
    return found[:, 1:] if model.n_outputs_ == 1 else found


@pytest.mark.parametrize("hidden", [(), (4,), (5, 3)], ids=["no-hidden", "one-hidden", "two-hidden"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@every_task
def test_the_outputs_are_those_of_the_model(kind, y, output, activation, hidden):
    model = fitted(kind, y, activation=activation, hidden_layer_sizes=hidden)
    lesson = Lesson.from_sklearn(model, X, y, iterations=2)
    assert (lesson.network.hidden, lesson.network.output, lesson.network.bias) == (hidden, output, "trained")
    assert not hidden or lesson.network.activation == ACTIVATIONS[activation]
    np.testing.assert_allclose(train(lesson)["output"][0], put_out(model), **ROUNDING)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@every_task
def test_an_update_is_that_of_its_gradient_descent(kind, y, output, activation):
    """Without momentum and penalty, for all samples at once; scikit-learn takes the average gradient."""
    options = {"solver": "sgd", "momentum": 0, "alpha": 0, "batch_size": len(X), "learning_rate_init": 0.3}
    model = fitted(kind, y, activation=activation, hidden_layer_sizes=(4, 2), **options)
    lesson = Lesson.from_sklearn(model, X, y, iterations=1, lr=0.3 / len(X))
    trace = train(lesson)
    model.partial_fit(X, y)
    for layer, weights, bias in zip(lesson.network.layers, model.coefs_, model.intercepts_, strict=True):
        np.testing.assert_allclose(trace[f"next_{layer.weights}"][0], weights, **ROUNDING)
        np.testing.assert_allclose(trace[f"next_{layer.bias}"][0], [bias], **ROUNDING)


def test_the_loss_is_what_the_model_makes_smaller():
    losses = [Lesson.from_sklearn(fitted(kind, y), X, y).network.loss for kind, y, _ in TASKS.values()]
    assert losses == ["cross_entropy"] * 3 + ["half_squared_error"] * 2


def test_targets_and_names_of_classes():
    of = {name: Lesson.from_sklearn(fitted(kind, y), X, y) for name, (kind, y, _) in TASKS.items()}
    assert of["classes"].classes == ("apple", "fig", "pear")
    assert of["classes"].y[:3].tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
    assert of["two-classes"].classes == ("3", "7")
    assert np.array_equal(of["two-classes"].y, (TWO == 7)[:, None])
    assert np.array_equal(of["several-answers"].y, YES_OR_NO)
    assert np.array_equal(of["number"].y, NUMBERS[:, :1])
    assert [of[name].classes for name in ("several-answers", "number", "numbers")] == [(), (), ()]


def test_names_come_from_data_frames():
    frame = pd.DataFrame(X, columns=["length", "width", "weight"])
    kinds = pd.Series(KINDS, name="fruit")
    lesson = Lesson.from_sklearn(fitted(MLPClassifier, kinds, frame), frame, kinds)
    assert (lesson.features, lesson.target) == (("length", "width", "weight"), ("fruit",))
    numbers = pd.DataFrame(NUMBERS, columns=["a", "b"])
    lesson = Lesson.from_sklearn(
        fitted(MLPRegressor, numbers, frame), frame, numbers, features=["l", "w", "h"]
    )
    assert (lesson.features, lesson.target) == (("l", "w", "h"), ("a", "b"))


def test_what_is_not_said_is_modest():
    lesson = Lesson.from_sklearn(fitted(MLPClassifier, KINDS), X, KINDS)
    assert (lesson.name, lesson.title) == ("MLPClassifier", "MLPClassifier (scikit-learn)")
    assert (lesson.iterations, lesson.batch) == (100, None)
    assert lesson.lr == pytest.approx(0.1 / 12)


def test_the_caller_has_the_last_word():
    settings = {"title": "Fruit", "iterations": 7, "lr": 0.2, "batch": 5, "decimals": 2, "show": [1, 7]}
    lesson = Lesson.from_sklearn(fitted(MLPClassifier, KINDS), X, KINDS, **settings)
    found = {name: getattr(lesson, name) for name in settings}
    assert found == settings | {"show": (1, 7)}
    with pytest.raises(LessonError) as caught:
        Lesson.from_sklearn(fitted(MLPClassifier, KINDS), X, KINDS, lr=0)
    assert str(caught.value) == "from_sklearn: training.lr: found 0, expected a number above 0"
    with pytest.raises(TypeError, match="unexpected 'hidden'"):
        Lesson.from_sklearn(fitted(MLPClassifier, KINDS), X, KINDS, hidden=[3])


def test_a_model_in_single_precision():
    single = X.astype(np.float32)
    model = fitted(MLPClassifier, KINDS, single)
    assert model.coefs_[0].dtype == np.float32
    lesson = Lesson.from_sklearn(model, single, KINDS, iterations=1)
    np.testing.assert_allclose(train(lesson)["output"][0], put_out(model, single), rtol=0, atol=1e-6)


@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_its_workbook_is_right(tmp_path, task):
    kind, y, _ = TASKS[task]
    build(Lesson.from_sklearn(fitted(kind, y), X, y, iterations=5), tmp_path / "model.xlsx")
    report = verify(tmp_path / "model.xlsx")
    assert report.ok, "\n".join(report.lines())


def with_(model, **attributes):
    for name, value in attributes.items():
        setattr(model, name, value)
    return model


CLASSIFIER, REGRESSOR = fitted(MLPClassifier, KINDS), fitted(MLPRegressor, NUMBERS)
FRAME = pd.DataFrame(X, columns=["a", "b", "c"])
WITH_NAN = X.copy()
WITH_NAN[1, 2] = np.nan


@pytest.mark.parametrize(
    ("model", "X", "y", "message"),
    [
        (MLPClassifier(), X, KINDS, "the MLPClassifier is not fitted; call its fit(X, y) first"),
        (MLPClassifier, X, KINDS, "from_sklearn: found the class MLPClassifier, expected an MLPClassifier or MLPRegressor"),
        (LogisticRegression().fit(X, KINDS), X, KINDS, "from_sklearn: found LogisticRegression, expected an MLPClassifier or MLPRegressor"),
        (make_pipeline(StandardScaler(), CLASSIFIER), X, KINDS, "from_sklearn: found Pipeline, expected an MLPClassifier or MLPRegressor; pass its last step, and X as that step sees it"),
        (fitted(MLPClassifier, KINDS, activation="identity"), X, KINDS, 'the hidden layers of the MLPClassifier use "identity", which has no step in a workbook; expected "logistic", "tanh" or "relu"'),
        (with_(fitted(MLPRegressor, NUMBERS), out_activation_="exp"), X, NUMBERS, 'the outputs of the MLPRegressor use "exp", which has no step in a workbook; expected "identity", "logistic" or "softmax"'),
        (CLASSIFIER, X[:, :2], KINDS, "X has 2 columns, the model has 3 inputs"),
        (CLASSIFIER, X[:, 0], KINDS, "X has 1 dimension; expected 2: a row per sample, a column per input"),
        (CLASSIFIER, [[1, 2, 3], [4]], KINDS, "X is no matrix; expected rows of the same length"),
        (CLASSIFIER, X.astype(str), KINDS, "X holds texts; expected numbers"),
        (CLASSIFIER, X, KINDS[:5], "from_sklearn: data.y has 5 rows, data.X has 12; expected one row per sample in both"),
        (CLASSIFIER, X, ["fig", "kiwi"], 'y[2] is "kiwi", which the model does not know; expected one of "apple", "fig", "pear"'),
        (CLASSIFIER, X, NUMBERS, "y has 2 dimensions; expected 1: the class of each sample"),
        (REGRESSOR, X, NUMBERS[:, 0], "y has 1 column, the model has 2 outputs"),
        (REGRESSOR, WITH_NAN, NUMBERS, "from_sklearn: data.X[2][3] is nan; expected a finite number"),
        (fitted(MLPClassifier, KINDS, FRAME), FRAME[["b", "a", "c"]], KINDS, 'X has the columns "b", "a", "c"; the model was fitted with "a", "b", "c"'),
    ],
    ids=["not-fitted", "class", "other-model", "pipeline", "identity", "exponential", "narrow", "flat", "ragged", "text", "short", "unknown-class", "wide-classes", "few-outputs", "nan", "order"],
)  # fmt: skip
def test_what_is_refused(model, X, y, message):
    with pytest.raises(LessonError) as caught:
        Lesson.from_sklearn(model, X, y)
    assert str(caught.value) == message


def test_neither_library_is_imported():
    source = "import sys, mlp2xlsx; print({'sklearn', 'torch', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("set()\n", "")
