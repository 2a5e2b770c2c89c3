"""Models of scikit-learn as lessons: the same outputs, the same updates, the same names."""

import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from mlp2xlsx import Lesson, train
from mlp2xlsx.errors import LessonError
from tests.helpers import verified

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
ACTIVATIONS = {"logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "identity": "linear"}


def fitted(kind, y, X=X, **options):
    """A model after a few steps: enough that nothing in it is 0 or equal by chance."""
    return fitted_to(kind(**{"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 1, **options}), y, X)


def fitted_to(model, y, X=X):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


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
    lesson = Lesson.from_sklearn(fitted(MLPClassifier, KINDS), X, KINDS, optimizer="gd")
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


@pytest.mark.slow
@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_its_workbook_is_right(tmp_path, task):
    kind, y, _ = TASKS[task]
    lesson = Lesson.from_sklearn(fitted(kind, y), X, y, iterations=2)
    report = verified(lesson, tmp_path / "model.xlsx", arithmetic_only=False)
    assert report.ok, "\n".join(report.lines())


def test_the_workbook_of_a_pipeline_scales_by_itself(tmp_path):
    model = make_pipeline(StandardScaler(), MLPClassifier((2,), max_iter=5, random_state=1))
    some, kinds = X[:6], KINDS[:6]
    lesson = Lesson.from_sklearn(fitted_to(model, kinds, some), some, kinds, iterations=2)
    report = verified(lesson, tmp_path / "pipeline.xlsx")
    assert report.ok, "\n".join(report.lines())
    assert any(one.sheet == "Data" for run in report.checked[0].runs for one in run.matched)


SMALL = MLPClassifier((4,), max_iter=5, random_state=1)
SIZES = {"hidden_layer_sizes": [(2,), (4,)]}


def pipeline(*before):
    return make_pipeline(*before, clone(SMALL))


# What stands around a model, and the scaling of the lesson.
WRAPPED = {
    "zscore": (pipeline(StandardScaler()), "zscore"),
    "minmax": (pipeline(MinMaxScaler()), "minmax"),
    "nothing": (pipeline("passthrough"), "none"),
    "search": (GridSearchCV(SMALL, SIZES, cv=2), "none"),
    "search-of-pipelines": (
        GridSearchCV(pipeline(StandardScaler()), {"mlpclassifier__alpha": [0, 1]}, cv=2),
        "zscore",
    ),
    "search-in-a-pipeline": (make_pipeline(MinMaxScaler(), GridSearchCV(SMALL, SIZES, cv=2)), "minmax"),
}


@pytest.mark.parametrize(("model", "scale"), WRAPPED.values(), ids=WRAPPED)
def test_a_model_is_found_in_what_is_around_it(model, scale):
    frame = pd.DataFrame(X * [1, 100, 1e-3] + [0, 1000, 0], columns=["a", "b", "c"])
    fitted_to(model, KINDS, frame)
    lesson = Lesson.from_sklearn(model, frame, KINDS, iterations=1)
    assert (lesson.scale, lesson.features) == (scale, ("a", "b", "c"))
    assert np.array_equal(lesson.X_given, frame)
    np.testing.assert_allclose(train(lesson)["output"][0], model.predict_proba(frame), rtol=1e-9)


def test_what_a_message_advises_works():
    """Another scaler's inputs are passed as it makes them."""
    around = fitted_to(pipeline(StandardScaler(), PCA(2)), KINDS)
    lesson = Lesson.from_sklearn(around[-1], around[:-1].transform(X), KINDS, iterations=1)
    np.testing.assert_allclose(train(lesson)["output"][0], around.predict_proba(X), **ROUNDING)


def with_(model, **attributes):
    for name, value in attributes.items():
        setattr(model, name, value)
    return model


CLASSIFIER, REGRESSOR = fitted(MLPClassifier, KINDS), fitted(MLPRegressor, NUMBERS)
FRAME = pd.DataFrame(X, columns=["a", "b", "c"])
WITH_NAN = X.copy()
WITH_NAN[1, 2] = np.nan
INSTEAD = "pass pipeline[-1] as the model and pipeline[:-1].transform(X) as X"
NO_ANSWERS = "y is no table of answers to the 2 labels that the MLPClassifier was fitted to; expected a row per sample with 0 or 1 for each label, as MultiLabelBinarizer makes them"  # fmt: skip


REFUSED = {
    "not-fitted": (MLPClassifier(), X, KINDS, "the MLPClassifier is not fitted; call its fit(X, y) first"),
    "class": (MLPClassifier, X, KINDS, "from_sklearn: found the class MLPClassifier, expected an MLPClassifier or MLPRegressor"),
    "other-model": (LogisticRegression().fit(X, KINDS), X, KINDS, "from_sklearn: found LogisticRegression, expected an MLPClassifier or MLPRegressor"),
    "scaler-not-fitted": (make_pipeline(StandardScaler(), CLASSIFIER), X, KINDS, "the StandardScaler of the pipeline is not fitted; call the pipeline's fit(X, y) first"),
    "other-transformer": (fitted_to(pipeline(PCA(2)), KINDS), X, KINDS, f"from_sklearn: the pipeline has PCA before the model, which has no place in a workbook; {INSTEAD}"),
    "two-scalers": (fitted_to(pipeline(MinMaxScaler(), StandardScaler()), KINDS), X, KINDS, f"from_sklearn: the pipeline has MinMaxScaler and StandardScaler before the model, a workbook scales once; {INSTEAD}"),
    "half-a-scaler": (fitted_to(pipeline(StandardScaler(with_mean=False)), KINDS), X, KINDS, f"from_sklearn: the StandardScaler of the pipeline has with_mean=False, a workbook scales as with True; {INSTEAD}"),
    "other-range": (fitted_to(pipeline(MinMaxScaler((-1, 1))), KINDS), X, KINDS, f"from_sklearn: the MinMaxScaler of the pipeline has feature_range=(-1, 1), a workbook scales as with (0, 1); {INSTEAD}"),
    "other-samples": (fitted_to(pipeline(MinMaxScaler()), KINDS), X * 2, KINDS, f"from_sklearn: the MinMaxScaler of the pipeline was fitted to other samples than X, with a smallest number of {X[:, 0].min():.6g} instead of {2 * X[:, 0].min():.6g} in column 1; {INSTEAD}"),
    "constant": (fitted_to(pipeline(StandardScaler()), KINDS, X * [1, 0, 1]), X * [1, 0, 1], KINDS, f"from_sklearn: column 2 of X is the same in every sample, which cannot be scaled; {INSTEAD}"),
    "search-not-fitted": (GridSearchCV(SMALL, SIZES), X, KINDS, "the GridSearchCV is not fitted; call its fit(X, y) first"),
    "search-without-model": (fitted_to(GridSearchCV(SMALL, SIZES, cv=2, refit=False), KINDS), X, KINDS, "the GridSearchCV has kept no model (refit=False); pass a model that is fitted with its best_params_"),
    "several-models": (fitted_to(MultiOutputRegressor(MLPRegressor(max_iter=5)), NUMBERS), X, NUMBERS, "from_sklearn: found MultiOutputRegressor, expected an MLPClassifier or MLPRegressor; it holds several models: pass one of its estimators_, and as y what that one learns"),
    "targets-transformed": (fitted_to(TransformedTargetRegressor(MLPRegressor(max_iter=5)), NUMBERS), X, NUMBERS, "from_sklearn: found TransformedTargetRegressor, expected an MLPClassifier or MLPRegressor; pass its regressor_ as the model, and as y what its transformer_ makes of yours"),
    "one-class": (fitted(MLPClassifier, ["fig"] * 12), X, ["fig"] * 12, 'the MLPClassifier knows one class only, "fig"; expected a model that is fitted to two or more'),
    "poisson": (with_(fitted(MLPRegressor, NUMBERS), loss="poisson"), X, NUMBERS, 'the MLPRegressor was fitted with loss="poisson", whose outputs have no step in a workbook; expected loss="squared_error"'),
    "one-answer": (fitted(MLPClassifier, YES_OR_NO), X, YES_OR_NO[:, 0], NO_ANSWERS),
    "no-answers": (fitted(MLPClassifier, YES_OR_NO), X, YES_OR_NO * 2, NO_ANSWERS),
    "sets": (fitted(MLPClassifier, YES_OR_NO), X, [("a",), ("a", "b"), ()] * 4, NO_ANSWERS),
    "other-activation": (with_(fitted(MLPClassifier, KINDS), activation="step"), X, KINDS, 'the hidden layers of the MLPClassifier use "step", which has no step in a workbook; expected "logistic", "tanh", "relu" or "identity"'),
    "exponential": (with_(fitted(MLPRegressor, NUMBERS), out_activation_="exp"), X, NUMBERS, 'the outputs of the MLPRegressor use "exp", which has no step in a workbook; expected "identity", "logistic" or "softmax"'),
    "narrow": (CLASSIFIER, X[:, :2], KINDS, "X has 2 columns, the model has 3 inputs"),
    "flat": (CLASSIFIER, X[:, 0], KINDS, "X has 1 dimension; expected 2: a row per sample, a column per input"),
    "ragged": (CLASSIFIER, [[1, 2, 3], [4]], KINDS, "X is no matrix; expected rows of the same length"),
    "text": (CLASSIFIER, X.astype(str), KINDS, "X holds texts; expected real numbers"),
    "short": (CLASSIFIER, X, KINDS[:5], "from_sklearn: data.y has 5 rows, data.X has 12; expected one row per sample in both"),
    "unknown-class": (CLASSIFIER, X, ["fig", "kiwi"], 'y[2] is "kiwi", which the model does not know; expected one of "apple", "fig", "pear"'),
    "wide-classes": (CLASSIFIER, X, NUMBERS, "y has 2 dimensions; expected 1: the class of each sample"),
    "few-outputs": (REGRESSOR, X, NUMBERS[:, 0], "y has 1 column, the model has 2 outputs"),
    "nan": (REGRESSOR, WITH_NAN, NUMBERS, "from_sklearn: data.X[2][3] is nan; expected a finite number"),
    "order": (fitted(MLPClassifier, KINDS, FRAME), FRAME[["b", "a", "c"]], KINDS, 'X has the columns "b", "a", "c"; the model was fitted with "a", "b", "c"'),
}  # fmt: skip


@pytest.mark.parametrize(("model", "X", "y", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(model, X, y, message):
    with pytest.raises(LessonError) as caught:
        Lesson.from_sklearn(model, X, y)
    assert str(caught.value) == message


def test_neither_library_is_imported():
    source = "import sys, mlp2xlsx; print({'sklearn', 'torch', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("set()\n", "")
