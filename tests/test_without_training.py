"""Lessons without training: a network in cells that computes and learns nothing."""

import warnings

import numpy as np
import openpyxl
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mlp2xlsx import Lesson, build, load, parse, train, verify
from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
from mlp2xlsx.classroom.marking.marking import mark
from mlp2xlsx.errors import LessonError
from mlp2xlsx.explain.program import program
from tests.cases import FEW_OF_IRIS, few, shipped
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import LI
from tests.render.running import run_rscript
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

ARTICLE = load("article").replace(iterations=0)
LESSONS = {
    "article": ARTICLE,
    FEW_OF_IRIS: shipped(FEW_OF_IRIS).replace(iterations=0, language="zh"),
    "regression": load("regression").replace(iterations=0),
    "xor": load("xor").replace(iterations=0),
    "two-hidden": load("two-hidden").replace(iterations=0, activation="relu"),
    "one-sample": load("worked-example").replace(iterations=0),
    "one-weight": load("regression").replace(iterations=0, hidden=[], bias="none", initial={}),
}
OF_TRAINING = {"Training", "Loss", "Weights", "Math", "Check"}


@pytest.mark.parametrize("name", few("article", FEW_OF_IRIS, "regression", "one-weight", of=LESSONS))
def test_every_one_verifies(workbook, name):
    report = verify(workbook(name), quick=name != "article")
    assert report.ok, list(report.lines())


@pytest.mark.needs("soffice")
@pytest.mark.parametrize("name", few("xor", of=["xor", "regression", FEW_OF_IRIS]))
@pytest.mark.slow
def test_libreoffice_agrees(workbook, name):
    report = verify(workbook(name), "libreoffice", quick=True)
    assert report.ok, list(report.lines())


def test_nothing_of_training_is_there(workbook):
    xlsx = openpyxl.load_workbook(workbook("article"))
    steps = [f"Step 0{number}" for number in range(1, 6)]
    assert xlsx.sheetnames == ["Setup", *steps, "Network", "Try it", "Code", "Python"]
    assert not {"iteration", "lr", "loss_history", "next_wh", "E"} & set(xlsx.defined_names)
    assert {"X", "y", "initial_wh", "wh", "output", "X_new", "lesson"} <= set(xlsx.defined_names)
    texts = [
        str(cell.value) for ws in xlsx for row in ws.iter_rows() for cell in row if cell.value is not None
    ]
    links = [
        cell.hyperlink.location for ws in xlsx for row in ws.iter_rows() for cell in row if cell.hyperlink
    ]
    assert not [link for link in links if link.split("!")[0].strip("'") not in xlsx.sheetnames]
    assert not [text for text in texts if "iteration" in text and text.startswith("=")]


def test_the_outputs_are_those_of_the_weights_as_they_are():
    trace = train(ARTICLE)
    weights = ARTICLE.initial_parameters()
    hidden = 1 / (1 + np.exp(-(ARTICLE.X @ weights["wh"] + weights["bh"])))
    output = 1 / (1 + np.exp(-(hidden @ weights["wout"] + weights["bout"])))
    assert trace["output"][0] == pytest.approx(output, rel=1e-12)
    assert (trace.shown, len(trace.loss)) == (range(1, 2), 0)
    assert parse(ARTICLE.to_toml(), "again.toml", "again").iterations == 0


def test_build_says_that_nothing_is_trained(tmp_path):
    said = str(build(ARTICLE, tmp_path / "out.xlsx"))
    assert ": 10 sheets, not trained, " in said
    assert "loss" not in said


def test_a_model_of_scikit_learn_as_a_calculator():
    X = np.random.default_rng(4).normal(size=(12, 3)) * [1, 10, 100] + 5
    kinds = np.array(["pear", "apple", "fig"])[np.arange(12) % 3]
    network = MLPClassifier((4,), max_iter=5, random_state=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = make_pipeline(StandardScaler(), network).fit(X, kinds)
    lesson = Lesson.from_sklearn(model, X, kinds, iterations=0)
    assert not lesson.trains
    assert train(lesson)["output"][0] == pytest.approx(model.predict_proba(X), rel=1e-12)


@pytest.mark.parametrize("name", ["article", FEW_OF_IRIS, "one-weight"])
def test_python_makes_the_same_outputs(name):
    names = {}
    exec(program(LESSONS[name], "python"), names)
    assert np.array_equal(names["output"], train(LESSONS[name])["output"][0])
    assert "next_wout" not in names


@pytest.mark.needs("Rscript")
def test_r_makes_the_same_outputs():
    printed = run_rscript(program(ARTICLE, "r") + 'cat("|", format(output, digits = 17))\n')
    numbers = [float(text) for text in printed.rpartition("|")[2].split()]
    assert numbers == pytest.approx(train(ARTICLE)["output"][0].ravel(), rel=1e-12)


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"batch": 2}, "training.batch"), ({"show": [1]}, "display.show")],
    ids=["batch", "show"],
)
def test_what_says_how_to_train_is_refused(changes, key):
    with pytest.raises(LessonError, match=f"{key}: nothing is trained, training.iterations is 0"):
        ARTICLE.replace(**changes)


def test_a_handout_asks_for_the_forward_steps():
    asked = Exercise(Assignment(ARTICLE, 7, steps_to_fill(ARTICLE)), LI)
    right = {name: matrix.tolist() for name, matrix in right_answers(asked).items()}
    assert list(right) == ["hidden_layer_input", "hiddenlayer_activations", "output_layer_input", "output"]
    found, _ = mark(asked, submitted(asked, right))
    assert found.scores == {3: 1.0, 4: 1.0, 5: 1.0}
    right["output"][0][0] += 0.1
    found, _ = mark(asked, submitted(asked, right))
    assert found.scores[5] < 1.0


@pytest.mark.parametrize(
    ("sheet", "old", "new"),
    [("Step 03", "MMULT(", "1.01*MMULT("), ("Network", "MAX(", "1.01*MAX(")],
    ids=["step", "drawing"],
)
def test_a_spoilt_formula_is_found(workbook, tmp_path, sheet, old, new):
    package = Package.read(workbook("article"))
    address, text, _ = next(found for found in package.formulas(sheet) if old in found[1])
    package.cell(sheet, address).formula(text.replace(old, new))
    report = verify(package.save(tmp_path / "spoilt.xlsx"), quick=True)
    assert not report.ok
    assert any(f"{sheet}!{address}" in line for line in report.lines())
