"""The sheet `Evaluate`: all samples at an iteration, against formulas that are written out here once more."""

import re
from functools import cache

import numpy as np
import pytest

from mlp2xlsx import load, override, train, verify
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.lesson import parse
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.evaluate import places
from mlp2xlsx.workbook.sheets.evaluate.places import has_evaluation, live_positions, n_evaluated_cells
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few, few_values
from tests.verify.helpers import built, fault_lines, only_edits
from tests.workbook.opened import Reopened, found_otherwise
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

IRIS = load("iris")
SMALL = IRIS.replace(X_raw=IRIS.X_given[::6], y=IRIS.y[::6], iterations=6, validation=0.4)
LESSONS = {
    "article": load("article").replace(iterations=4),
    "iris": SMALL,
    "batches": SMALL.replace(batch=5, iterations=9),
    "sgd": load("sgd").replace(epochs=2),
    "regression": load("regression").replace(iterations=30, validation=0.25),
    "two-outputs": load("regression").replace(
        y=np.column_stack([np.linspace(0, 1, 13), np.arange(13.0)]), target=[], validation=0.3, iterations=5
    ),
    "shown": SMALL.replace(iterations=30, show=[2, 7, 30]),
    "adam-l2": SMALL.replace(optimizer="adam", penalties=["l2"], l2_penalty=0.02, lr=0.05, iterations=5),
    "one-iteration": load("sgd").replace(iterations=1, validation=0.34),
    # Its loss of validation is least in the iteration 8, which is not live, and ten samples have each class.
    "rising": load("overfitting").replace(iterations=12, show=[1, 12]),
}
each_lesson = pytest.mark.parametrize("name", few("article", "batches", "regression", of=LESSONS))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def outputs(lesson, trace, iteration, X):
    """The forward pass of one hidden layer, by hand."""
    wh, bh, wout, bout = (trace.at(name, iteration) for name in ("wh", "bh", "wout", "bout"))
    hidden = X @ wh + bh
    hidden = np.tanh(hidden) if lesson.network.activation == "tanh" else sigmoid(hidden)
    out = hidden @ wout + bout
    if lesson.network.output == "softmax":
        return np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
    return out if lesson.network.output == "linear" else sigmoid(out)


def parts(lesson):
    found = {"training": (lesson.X, lesson.y)}
    if lesson.validation:
        found["validation"] = lesson.validation.X, lesson.validation.y
    return found


def mean_loss(lesson, y, out):
    if lesson.network.loss == "cross_entropy":
        if lesson.network.output == "sigmoid":
            return -np.log(np.where(y == 1, out, 1 - out)).sum() / len(y)
        return -np.log((y * out).sum(axis=1)).mean()
    return ((y - out) ** 2).sum() / 2 / len(y)


class Opened:
    """The sheet of a lesson as openpyxl reads it, with the results that stand in the file."""

    def __init__(self, lesson, iteration):
        self.trace, self.iteration = train(lesson), iteration
        saved = Reopened(make(self.trace, iteration=iteration))
        self.book = saved.read("Setup", "Evaluate", data_only=True)
        self.ws = self.book["Evaluate"]

    def row(self, text, start=1):
        """The first row from one on with a text in column A."""
        return next(r for r in range(start, self.ws.max_row + 1) if self.ws.cell(r, 1).value == text)

    def measures(self, text):
        """The numbers of a measure, one for each set of samples."""
        row = self.row(text)
        return [v for v in (self.ws.cell(row, col).value for col in (2, 3)) if isinstance(v, int | float)]

    def table(self, text, n):
        row = self.row(text)
        return [[self.ws.cell(row + 1 + i, 2 + j).value for j in range(n + 4)] for i in range(n)]


@cache
def opened(name):
    """A lesson with its sheet, at the second iteration where there is one; made once, nobody changes it."""
    lesson = LESSONS[name]
    return lesson, Opened(lesson, lesson.shown[:2][-1])


@each_lesson
def test_the_loss_per_sample_is_that_of_all_samples(name):
    lesson, sheet = opened(name)
    for found, (X, y) in zip(sheet.measures("loss per sample"), parts(lesson).values(), strict=True):
        out = outputs(lesson, sheet.trace, sheet.iteration, X)
        assert found == pytest.approx(mean_loss(lesson, y, out), rel=1e-12)


@pytest.mark.parametrize("name", few("iris", "article", of=["article", "iris", "batches", "sgd", "shown"]))
def test_the_confusion_matrix_and_what_follows_from_it(name):
    lesson, sheet = opened(name)
    n = max(2, lesson.network.n_outputs)
    base = np.bincount([label(row) for row in lesson.y]).argmax()
    for number, (part, (X, y)) in enumerate(parts(lesson).items()):
        out = outputs(lesson, sheet.trace, sheet.iteration, X)
        true, said = [label(row) for row in y], [label(row) for row in out]
        matrix = np.zeros((n, n))
        for i, j in zip(true, said, strict=True):
            matrix[i, j] += 1
        right = np.diag(matrix)
        with np.errstate(invalid="ignore"):
            recall, precision = right / matrix.sum(axis=1), right / matrix.sum(axis=0)
        table = sheet.table({"training": "Training", "validation": "Validation"}[part] + ", true class", n)
        expected = np.column_stack([matrix, matrix.sum(axis=1), matrix.sum(axis=0), recall, precision])
        numbers = [[np.nan if value == "–" else value for value in row] for row in table]
        np.testing.assert_allclose(np.array(numbers, float), expected, rtol=1e-12)
        assert sheet.measures("right")[number] == right.sum()
        assert sheet.measures("accuracy")[number] == pytest.approx(right.sum() / len(y))
        assert sheet.measures("commonest class alone")[number] == pytest.approx(true.count(base) / len(y))


def test_whether_a_sample_is_right_is_a_number_that_is_read_as_a_word():
    lesson, sheet = opened("article")
    row = sheet.row("sample")
    cells = [sheet.ws.cell(row + 1 + i, 4) for i in range(len(lesson.y))]
    assert sheet.ws.cell(row, 4).value == "right?"
    assert [cell.value for cell in cells] == [
        sheet.ws.cell(cell.row, 2).value == sheet.ws.cell(cell.row, 3).value for cell in cells
    ]
    assert {cell.number_format for cell in cells} == {'[=0]"no";"yes"'}


def label(row):
    return int(row.argmax()) if len(row) > 1 else int(row[0] > 0.5)


@pytest.mark.parametrize("name", ["regression", "two-outputs"])
def test_how_far_numbers_are_off(name):
    lesson, sheet = opened(name)
    names = [f", output {n + 1}" for n in range(2)] if name == "two-outputs" else [""]
    for column, of in enumerate(names):
        for number, (X, y) in enumerate(parts(lesson).values()):
            error = (y - outputs(lesson, sheet.trace, sheet.iteration, X))[:, column]
            spread = y[:, column] - y[:, column].mean()
            rmse, r_squared = np.sqrt((error**2).mean()), 1 - (error**2).sum() / (spread**2).sum()
            assert sheet.measures(f"RMSE{of}")[number] == pytest.approx(rmse, rel=1e-12)
            assert sheet.measures(f"R²{of}")[number] == pytest.approx(r_squared, rel=1e-9)


def test_of_equal_targets_there_is_no_r_squared():
    lesson = parse("[data]\nX=[[1],[2]]\ny=[[3],[3]]\n[network]\noutput='linear'\n", "a", "a")
    lesson = lesson.replace(iterations=2, lr=0.01)
    sheet = Opened(lesson, 1)
    assert sheet.ws.cell(sheet.row("R²"), 2).value == "–"


@pytest.mark.parametrize(
    "name", few("batches", "regression", of=["iris", "batches", "sgd", "regression", "shown"])
)
def test_the_curve_is_that_of_the_weights_of_each_iteration(name):
    lesson, sheet = opened(name)
    whole = lesson.replace(show=[])
    trace = train(whole)
    first = sheet.row("iteration") + 2
    n_columns = len(parts(lesson)) * (1 if name == "regression" else 2)
    losses = []
    for row, iteration in enumerate(lesson.evaluated, first):
        found = [sheet.ws.cell(row, col).value for col in range(1, 2 + n_columns)]
        expected = [iteration]
        for X, y in parts(lesson).values():
            out = outputs(lesson, trace, iteration, X)
            expected.append(mean_loss(lesson, y, out))
            if name != "regression":
                expected.append(np.mean([label(a) == label(b) for a, b in zip(y, out, strict=True)]))
        np.testing.assert_allclose(found, expected, rtol=1e-9)
        losses.append(expected[-1 if name == "regression" else -2])
    least = lesson.evaluated[int(np.argmin(losses))]
    assert f"at iteration {least}," in sheet.ws.cell(7, 1).value
    assert sheet.ws.cell(sheet.row("iteration") + 2 + len(lesson.evaluated), 2).value is None


@pytest.mark.parametrize(
    ("lesson", "expected"),
    [
        ("article", ()),
        ("iris", (1, 2, 3, 4, 5, 6)),
        ("shown", (*range(1, 31),)),
        ("sgd", (1, 4, 6)),
        ("one-iteration", (1,)),
    ],
)
def test_which_iterations_are_evaluated(lesson, expected):
    assert LESSONS[lesson].evaluated == expected


def test_there_are_some_fifty_points_at_the_beginning_of_epochs():
    found = load("sgd").evaluated
    assert found[-1] == 900
    assert 40 < len(found) <= 52
    assert all(number % 3 == 1 for number in found[:-1])


def test_live_points_keep_to_the_budget(monkeypatch):
    lesson = IRIS.replace(validation=0.25)
    positions = [position for some in live_positions(lesson) for position in some]
    assert positions[0] == 1
    assert positions[-1] == lesson.iterations
    assert set(positions) < set(lesson.evaluated)
    assert (len(positions) + 1) * n_evaluated_cells(lesson) <= places.MOST_CELLS
    assert (len(positions) * 1.6 + 1) * n_evaluated_cells(lesson) > places.MOST_CELLS
    monkeypatch.setattr(places, "MOST_CELLS", 1_000)
    assert live_positions(lesson) == ()


def test_too_many_samples_are_a_recorded_line(monkeypatch, tmp_path):
    monkeypatch.setattr(places, "MOST_CELLS", 100)
    lesson = IRIS.replace(X_raw=IRIS.X_given[::15], y=IRIS.y[::15], iterations=3, validation=0.4, batch=3)
    assert not has_evaluation(lesson)
    path = built(lesson.replace(title="Too many"), tmp_path / "many.xlsx")
    book = make(train(lesson))
    assert found_otherwise(path, book) == []
    assert "Evaluate" not in book.sheets
    recorded, said = train(lesson).curve[-1], book.sheets["Loss"].ws["B3"].value
    assert f"loss per sample {recorded[0]:.4g} (training)" in said
    assert f"accuracy {recorded[-1]:.1%} (validation)" in said


# In LibreOffice classes, several numbers, and rows that are recorded: what the formulas are made of.
PROGRAMS = {
    "ironcalc": ((), LESSONS),
    "libreoffice": (["soffice"], ["batches", "two-outputs", "rising"]),
    "gnumeric": (["ssconvert"], LESSONS),
}
PLACES = [
    pytest.param(name, engine, id=f"{name}-{engine}", marks=[pytest.mark.needs(one) for one in needed])
    for engine, (needed, names) in PROGRAMS.items()
    for name in names
]


@pytest.mark.parametrize(("name", "engine"), few("batches-ironcalc", of=PLACES))
def test_it_is_verified_with_other_inputs(tmp_path, name, engine, monkeypatch):
    """With LibreOffice after the edits as well that change what is evaluated, with nothing forced."""
    only_edits(monkeypatch, "X", "X_raw", "y_validation", "iteration")
    report = verify(built(LESSONS[name], tmp_path / "one.xlsx"), engine, quick=engine == "ironcalc")
    assert report.ok, report.lines()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return Package.read(built(LESSONS["batches"], tmp_path_factory.mktemp("evaluate") / "batches.xlsx"))


def verdicts(path, *changes):
    found = ENGINES["ironcalc"]().scenarios(read_contents(path), [{}, *changes])
    return [one.value("Check", 4, 1) for one in found]


@pytest.mark.parametrize(
    ("cell", "formula", "said"),
    [
        ("B13", "0.5", "A formula was changed on the sheet Evaluate: Evaluate, chosen differs first"),
        ("B11", "0.5", "A formula was changed on the sheet Evaluate: Evaluate, chosen differs first"),
        ("D30", "0.5", "A formula was changed on the sheet Evaluate: Evaluate, curve differs first"),
    ],
    ids=["loss", "accuracy", "curve"],
)
def test_check_sees_a_changed_formula(package, tmp_path, cell, formula, said):
    spoilt = package.copy()
    spoilt.cell("Evaluate", cell).formula(formula)
    [verdict] = verdicts(spoilt.save(tmp_path / "spoilt.xlsx"))
    assert said in verdict


def test_check_finds_a_match_and_names_a_changed_sample_of_validation(package, tmp_path):
    path = package.copy().save(tmp_path / "whole.xlsx")
    title, box = read_contents(path).names["y_validation"]
    match, said = verdicts(path, {(title, box.row, box.col): 0.25})
    assert match == "The live numbers match the recorded run."
    assert said.startswith("An input was changed: Data!L30 (y_validation), so ")


@pytest.fixture(scope="module")
def rising(tmp_path_factory):
    return Package.read(built(LESSONS["rising"], tmp_path_factory.mktemp("rising") / "rising.xlsx"))


def of_evaluate(package, beginning):
    """Address and formula of the cell on the sheet whose formula begins so."""
    [found] = [one[:2] for one in package.formulas("Evaluate") if one[1].startswith(beginning)]
    return found


OTHER = 1 - float(LESSONS["rising"].y[0, 0])


@pytest.fixture(scope="module")
def rising_says(rising, tmp_path_factory):
    """What stands in column A, by its row: as built, and with another target of the first sample."""
    contents = read_contents(rising.copy().save(tmp_path_factory.mktemp("rising") / "rising.xlsx"))
    title, box = contents.names["y"]
    found = ENGINES["ironcalc"]().scenarios(contents, [{}, {(title, box.row, box.col): OTHER}])
    return [{row: one.value("Evaluate", row, 1) for row in (5, 7)} for one in found]


def test_the_least_is_that_of_live_rows_and_says_so(rising_says):
    """A recorded row does not follow what a person changes: it must not win against those that do."""
    assert train(LESSONS["rising"]).curve[:, 2].argmin() == 7
    said = "The loss of the validation samples is least at iteration 12, of the live ones listed below."
    assert rising_says[0][7] == said


def test_a_rule_that_sees_no_ties_is_found(rising, tmp_path):
    spoilt = rising.copy()
    address, formula = of_evaluate(spoilt, '"Training: "')
    spoilt.cell("Evaluate", address).formula(formula.replace(">1,", ">2,"))
    path = spoilt.save(tmp_path / "spoilt.xlsx")
    assert found_otherwise(path, make(train(LESSONS["rising"]))) == [f"Evaluate!{address}"]


SPOILT = {
    "least-of-all-rows": ("MIN(AA", lambda text: re.sub("AA", "D", text)),
    "always-a-tie": ('"Training: "', lambda text: text.replace(">1,", ">0,")),
}


@pytest.mark.parametrize(("beginning", "spoil"), few_values(of=SPOILT))
def test_another_rule_for_the_least_or_for_ties_is_found(rising, tmp_path, beginning, spoil):
    spoilt = rising.copy()
    address, formula = of_evaluate(spoilt, beginning)
    assert spoil(formula) != formula
    spoilt.cell("Evaluate", address).formula(spoil(formula))
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"), quick=True, arithmetic_only=True)
    assert fault_lines(report)[0].startswith(f"Evaluate!{address} ")


def test_words_about_ties_follow_the_targets(rising_says):
    said = [one[5].partition("always saying ")[2] for one in rising_says]
    assert said == [
        "A, one of the commonest classes of training: 10.",
        f"{'AB'[int(OTHER)]}, the commonest class of training: 11.",
    ]


def test_a_mini_batch_says_on_setup_how_good_all_samples_are():
    _, sheet = opened("sgd")
    setup = sheet.book["Setup"]
    [row] = [r for r in range(1, 40) if setup.cell(r, 6).value == "loss per sample, all"]
    assert setup.cell(row, 8).value == sheet.measures("loss per sample")[0]


@pytest.mark.parametrize(("name", "outputs"), [("article", 3), ("regression", 4), ("overfitting", 2)])
def test_both_curves_are_on_a_small_screen(name, outputs):
    """The list beside the charts leaves them room."""
    lesson = LESSONS[name] if name in LESSONS else load(name).replace(iterations=3)
    sheet = make(train(lesson)).sheets["Loss"]
    heads = [cell.value for cell in sheet.ws[4] if str(cell.value).startswith("output")]
    assert len(heads) == outputs
    assert len(sheet.ws._charts) > 2 or name == "article"


def test_override_keeps_a_share():
    assert len(override(load("xor"), validation=0.25).validation.y) == 1
