"""The sheet `Try it`: what is typed there goes through the network of the chosen iteration, by its formulas."""

import numpy as np
import pytest

from mlp2xlsx import load, train, verify
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.errors import DivergenceError, WorkbookError
from mlp2xlsx.resources import texts
from mlp2xlsx.verify.compare import same_text
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.try_it.places import TryPlaces
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few, with_few_samples
from tests.workbook.opened import found_otherwise
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

REGRESSION = load("regression")
LESSONS = {
    "article": load("article").replace(iterations=6),
    "classes": with_few_samples(load("iris")).replace(iterations=3, classes=["se", "ver", 'a "virgin"']),
    "two classes": load("xor").replace(
        iterations=3, classes=["even", "odd"], scale="minmax", target="parity"
    ),
    "many inputs": load("xor").replace(
        iterations=2, X=np.linspace(-1, 1, 18).reshape(2, 9), y=np.eye(4)[:2], hidden=[7, 2], initial={}
    ),
    "numbers": REGRESSION.replace(iterations=3, activation="relu", target="y {0}"),
    "some": load("article").replace(iterations=9, show=[2, 9]),
    "batches": load("and-or").replace(iterations=5, batch=2),
    "large weights": REGRESSION.replace(iterations=1, initial={"wh": [[-2.0, 0.5]]}),
}
ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "linear": lambda z: z,
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(),
}


def answered(lesson, iteration, tried):
    """The outputs for some inputs, by weights that training leaves; nothing of the package but those."""
    trace = train(lesson)
    a = np.asarray(tried, float)
    if lesson.scale == "minmax":
        a = (a - lesson.X_raw.min(axis=0)) / np.ptp(lesson.X_raw, axis=0)
    elif lesson.scale == "zscore":
        a = (a - lesson.X_raw.mean(axis=0)) / lesson.X_raw.std(axis=0)
    network = lesson.network
    for layer in network.layers:
        weights, bias = (trace.at(name, iteration) for name in (layer.weights, layer.bias))
        a = ACTIVATIONS[layer.activation](a @ weights + bias[0])
    return a


@pytest.mark.parametrize(
    "name", few(*(name for name in LESSONS if name not in ("some", "batches", "large weights")), of=LESSONS)
)
def test_what_is_typed_goes_through_the_network_of_the_chosen_iteration(workbook, name):
    lesson, contents = LESSONS[name], read_contents(workbook(name))
    (title, box), (setup, chosen) = (contents.place(known) for known in ("X_new", "iteration"))
    iteration = lesson.shown[-1]
    tried = lesson.X_given.mean(axis=0) + 0.37 * np.arange(1, box.n_cols + 1)
    edits = {(title, box.row, box.col + j): value for j, value in enumerate(tried.tolist())}
    places = TryPlaces(lesson)
    [found] = IronCalc().scenarios(contents, [{**edits, (setup, chosen.row, chosen.col): float(iteration)}])
    output = found.block(title, places.output.row, places.output.col, 1, places.output.n_cols)
    assert output[0] == pytest.approx(answered(lesson, iteration, tried), rel=1e-12, abs=1e-12)
    expected = make(train(lesson), iteration=iteration, tried=tried[None]).sheets[title]
    for row in (places.answer_row + 1, *range(places.lines_row + 1, places.numbers_row - 1)):
        col = 1 if row == places.answer_row + 1 else 2
        assert same_text(expected.live[row, col].value, found.value(title, row, col))


def said(lesson, tried=None, row=None):
    """The answer, or the text of a row of lines."""
    places, book = TryPlaces(lesson), make(train(lesson), tried=tried)
    at = (places.answer_row + 1, 1) if row is None else (places.lines_row + row, 2)
    return book.sheets[texts(lesson.language)["sheets"]["try_it"]].live[at].value


def test_a_workbook_comes_with_the_first_sample():
    lesson = LESSONS["article"]
    assert said(lesson) == "output: the network says 0.789"  # as on step 5, row 1
    assert said(lesson, row=1) == (
        "1×0.420 + 0×0.100 + 1×0.600 + 0×0.920 + 0.460 = 1.480 → 1 / (1 + e^(−1.480)) = 0.815"
    )
    assert said(lesson.replace(language="zh")) == "输出：网络算出 0.789"


def test_the_answer_is_a_class_where_classes_are_known():
    zeros = {name: values * 0 for name, values in LESSONS["classes"].initial_parameters().items()}
    equal = LESSONS["classes"].replace(initial=zeros)
    assert said(equal) == "se: of all outputs its own is the largest, 0.333"  # the first, of equal ones
    last = equal.replace(initial=zeros | {"bout": [[0, 0, 1]]})
    assert said(last) == 'a "virgin": of all outputs its own is the largest, 0.576'


@pytest.mark.parametrize(("bias", "name"), [(0, "odd"), (-0.01, "even")])
def test_of_two_classes_one_half_decides(bias, name):
    two = LESSONS["two classes"]
    zeros = {name: values * 0 for name, values in two.initial_parameters().items()}
    value = "0.500" if bias == 0 else "0.498"
    assert said(two.replace(initial=zeros | {"bout": [[bias]]})) == (
        f"{name}: the output is {value}; from 0.5 on that means odd, below it even"
    )


@pytest.mark.parametrize("name", few("two classes", of=LESSONS))
def test_every_lesson_verifies(workbook, name):
    report = verify(workbook(name), quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("libreoffice", marks=[pytest.mark.needs("soffice"), pytest.mark.slow]),
        pytest.param("gnumeric", marks=pytest.mark.needs("ssconvert")),
    ],
)
@pytest.mark.slow
def test_other_engines_agree(workbook, engine):
    report = verify(workbook("classes"), engine, quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())


def test_other_inputs_are_no_fault_and_change_nothing_else(workbook, tmp_path):
    package = Package.read(workbook("two classes"))
    package.at("X_new", 0, 1).value(0.25)
    report = verify(package.save(tmp_path / "typed.xlsx"), quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())
    check = IronCalc().scenarios(read_contents(tmp_path / "typed.xlsx"), [{}])
    assert next(iter(check)).value("Check", 4, 1) == texts("en")["check"]["match"]


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("three", WorkbookError, r'Try it!B\d+ \(X_new\): found "three", expected a number'),
        (
            1e308,
            DivergenceError,
            r"sheet Try it, B\d+ \(X_new\): .* hidden_layer_input holds -inf; type smaller",
        ),
    ],
    ids=["text", "too large"],
)
def test_what_cannot_be_tried_is_said_in_a_line(workbook, tmp_path, typed, error, words):
    package = Package.read(workbook("large weights"))
    package.at("X_new").value(typed)
    with pytest.raises(error, match=words):
        verify(package.save(tmp_path / "typed.xlsx"), quick=True, arithmetic_only=True)


@pytest.mark.parametrize("row", ["output", "lines", "answer"])
def test_a_spoilt_formula_is_found(workbook, tmp_path, row):
    """The twin: another weight, another input in a line, another class."""
    places, package = TryPlaces(LESSONS["classes"]), Package.read(workbook("classes"))
    address, old, new = {
        "output": (f"B{places.boxes['hidden_layer_input'].row}", "MMULT(", "1.0001*MMULT("),
        "lines": (f"B{places.lines_row + 1}", "INDEX(wh,1,1)", "INDEX(wh,2,1)"),
        "answer": (f"A{places.answer_row + 1}", "MATCH(1,", "MATCH(0,"),
    }[row]
    cell = package.cell("Try it", address)
    assert old in cell.text
    cell.formula(cell.text.replace(old, new))
    book = make(train(LESSONS["classes"]))
    assert f"Try it!{address}" in found_otherwise(package.save(tmp_path / "spoilt.xlsx"), book)
