"""The sheet `Math`: its links, and a gradient check that holds, and that fails when a step is wrong."""

import re

import numpy as np
import pytest

from mlp2xlsx import build, load, override, train, verify
from mlp2xlsx.resources import lesson_names
from mlp2xlsx.verify.compare import compare
from mlp2xlsx.verify.contents import read_contents
from mlp2xlsx.verify.engines import ENGINES
from mlp2xlsx.verify.engines.base import Recalculated
from mlp2xlsx.workbook import gradient_check
from mlp2xlsx.workbook.book import make
from tests.verify.helpers import Package

ARTICLE = load("article").replace(iterations=5)
AGREES, DIFFERS = "agrees to 6 digits", "differs"
CLASSES = {"y": [[1, 0], [1, 0], [0, 1]], "output": "softmax", "initial": {}}
OTHERS = {
    "relu": ARTICLE.replace(activation="relu", hidden=[3, 2], initial={}),
    "cross-entropy": ARTICLE.replace(loss="cross_entropy", activation="tanh"),
    "softmax": ARTICLE.replace(**CLASSES, loss="cross_entropy"),
    "softmax-of-squares": ARTICLE.replace(**CLASSES, activation="relu"),
    "no-biases": ARTICLE.replace(bias="none", hidden=[], initial={}),
    "batches": ARTICLE.replace(batch=2, shuffle=True),
    "some-iterations": ARTICLE.replace(show=[2, 4]),
}


def math_sheet(lesson, iteration=1):
    return make(train(lesson), iteration=iteration).sheets["Math"]


def column(sheet, heading):
    """The live values below a heading of the table."""
    [head] = [cell for row in sheet.ws.iter_rows() for cell in row if cell.value == heading]
    below = [(row, col) for row, col in sheet.live if col == head.column and row > head.row]
    return [sheet.live[place].value for place in sorted(below)]


def texts(sheet):
    return [cell._value for row in sheet.ws.iter_rows() for cell in row if isinstance(cell._value, str)]


@pytest.mark.parametrize("name", lesson_names())
def test_backpropagation_agrees_with_what_is_measured(name):
    lesson = load(name)
    if name == "iris":
        lesson = override(lesson, iterations=5)
    lesson = lesson.replace(show=sorted({1, 2, lesson.iterations // 2, lesson.iterations}))
    trace = train(lesson)
    for iteration in lesson.show:
        sheet = make(trace, iteration=iteration).sheets["Math"]
        measured, slopes = (np.array(column(sheet, key)) for key in ("measured slope", "backpropagation"))
        assert set(column(sheet, "verdict")) == {AGREES}
        assert (np.abs(measured - slopes) <= 1e-6 * np.abs(slopes)).all(), iteration
        verdict = f"Gradient check: all {len(slopes)} slopes agree with backpropagation."
        assert sheet.live[4, 1].value == verdict


@pytest.mark.parametrize("name", OTHERS)
def test_other_networks_agree_and_verify(name, tmp_path):
    build(OTHERS[name], tmp_path / "lesson.xlsx")
    report = verify(tmp_path / "lesson.xlsx")
    assert report.ok, "\n".join(report.lines())
    assert set(column(math_sheet(OTHERS[name], OTHERS[name].shown[0]), "verdict")) == {AGREES}


def recalculated(path, engine="ironcalc"):
    """What an engine makes of the table: the verdict on top, and the verdict of each parameter."""
    contents = read_contents(path)
    [found] = ENGINES[engine]().scenarios(contents, [{}])
    labels = {
        text: row
        for (row, col), text in contents.sheets["Math"].constants.items()
        if col == 1 and re.fullmatch(r"\w+\[\d+, \d+\]", str(text))
    }
    return found.value("Math", 4, 1), {text: found.value("Math", row, 8) for text, row in labels.items()}


@pytest.fixture(scope="module")
def article(tmp_path_factory):
    path = tmp_path_factory.mktemp("math") / "article.xlsx"
    build(ARTICLE, path)
    return path


@pytest.mark.parametrize(
    "engine",
    [
        "ironcalc",
        pytest.param("libreoffice", marks=pytest.mark.needs("soffice")),
        pytest.param("gnumeric", marks=pytest.mark.needs("ssconvert")),
    ],
)
def test_engines_agree(article, engine):
    verdict, lines = recalculated(article, engine)
    assert verdict == "Gradient check: all 19 slopes agree with backpropagation."
    assert len(lines) == 19
    assert set(lines.values()) == {AGREES}


# What is wrong, the matrix whose first cell is rewritten, how, and the parameters that still agree.
SPOILT = {
    "wrong sign of the error": ("E", lambda text: f"-({text})", ""),
    "dropped hidden bias": ("hidden_layer_input", lambda text: re.sub(r"\+[^+]*$", "", text), ""),
    "dropped output bias": ("output_layer_input", lambda text: re.sub(r"\+[^+]*$", "", text), ""),
    "wrong output slope": ("slope_output_layer", lambda text: re.sub(r"1-", "2-", text), ""),
    "wrong hidden slope": ("slope_hidden_layer", lambda text: re.sub(r"1-", "2-", text), "wout bout"),
    "slope forgotten": ("d_output", lambda text: text.partition("*")[0], ""),
    "wrong hidden error": ("Error_at_hidden_layer", lambda text: f"2*{text}", "wout bout"),
    "wrong hidden delta": ("d_hiddenlayer", lambda text: f"-({text})", "wout bout"),
}


@pytest.mark.parametrize(("name", "change", "still"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_step_turns_the_verdict(article, tmp_path, name, change, still):
    package = Package.read(article)
    cell = package.at(name)
    assert change(cell.text) != cell.text
    cell.formula(change(cell.text))
    verdict, lines = recalculated(package.save(tmp_path / "spoilt.xlsx"))
    differing = {text.partition("[")[0] for text, said in lines.items() if said == DIFFERS}
    assert differing
    assert differing.isdisjoint(still.split())
    count = list(lines.values()).count(DIFFERS)
    assert verdict == f"Gradient check: {count} of 19 slopes differ from backpropagation."
    assert not verify(tmp_path / "spoilt.xlsx", quick=True).ok


def test_an_error_is_no_agreement(article, tmp_path):
    package = Package.read(article)
    package.at("d_hiddenlayer").formula("1/0")  # of the first hidden neuron
    verdict, lines = recalculated(package.save(tmp_path / "error.xlsx"))
    assert verdict == "Gradient check: 5 of 19 slopes differ from backpropagation."
    assert list(lines.values()).count(AGREES) == 14


def test_rounding_gets_room_where_losses_are_subtracted_and_only_there():
    live = math_sheet(ARTICLE).live.values()
    assert {one.name for one in live if one.room} == {"measured slope", "difference"}
    [room] = {one.room for one in live if one.room}
    # Some units in the last place of a loss, 0.35, divided by the step of 1e-5.
    assert 1e-10 < room < 1e-8


class Moved(Recalculated):
    """A recalculated workbook that is off by some amount in one cell of Math."""

    def __init__(self, found, place, amount):
        self.found, self.place, self.amount = found, place, amount

    def sheets(self):
        return self.found.sheets()

    def value(self, sheet, row, col):
        value = self.found.value(sheet, row, col)
        return value + self.amount if sheet == "Math" and (row, col) == self.place else value

    def numbers(self, sheet, rows, cols):
        return self.found.numbers(sheet, rows, cols)


@pytest.mark.parametrize(("column_of", "share", "good"), [(5, 0.9, True), (5, 1.1, False), (3, 0.9, False)])
def test_the_room_is_used_where_it_is_given(article, column_of, share, good):
    """The measured slope may be off by its room, and a loss, which is not subtracted yet, may not."""
    book, contents = make(train(ARTICLE)), read_contents(article)
    [found] = ENGINES["ironcalc"]().scenarios(contents, [{}])
    live = book.sheets["Math"].live
    row = min(row for (row, col), one in live.items() if one.name == "measured slope")
    moved = Moved(found, (row, column_of), share * live[row, 5].room)
    matched = compare(book, moved, contents.sheets, None)
    assert all(result.differing == 0 for result in matched) is good


def test_many_parameters_are_cut_off_evenly():
    sheet = math_sheet(override(load("iris"), iterations=1))
    assert "These are 60 of 67 parameters: the first of each matrix." in texts(sheet)
    labels = [text for text in texts(sheet) if re.fullmatch(r"\w+\[\d+, \d+\]", text)]
    counts = {
        name: sum(text.startswith(f"{name}[") for text in labels) for name in ("wh", "bh", "wout", "bout")
    }
    assert counts == {"wh": 25, "bh": 8, "wout": 24, "bout": 3}
    assert labels[:2] == ["wh[1, 1]", "wh[1, 2]"]
    assert not any("parameters: the first" in text for text in texts(math_sheet(ARTICLE)))


def test_a_large_network_with_many_samples_lists_few():
    random = np.random.default_rng(1)
    lesson = ARTICLE.replace(
        X=random.normal(size=(400, 50)),
        y=random.uniform(size=(400, 1)),
        hidden=[20],
        initial={},
        iterations=1,
    )
    assert 4 <= len(column(math_sheet(lesson), "verdict")) < 30


@pytest.mark.parametrize(
    ("hidden", "activation", "nested", "fits"),
    [
        (4, "sigmoid", 64, True),
        (7, "sigmoid", 64, False),
        (9, "sigmoid", 64, False),
        (7, "tanh", 64, True),
        (7, "tanh", 20, False),
    ],
)
def test_a_loss_that_fits_no_formula_is_not_checked(monkeypatch, hidden, activation, nested, fits):
    monkeypatch.setattr(gradient_check, "_MOST_NESTED", nested)
    lesson = ARTICLE.replace(hidden=[2] * hidden, activation=activation, initial={}, iterations=1)
    sheet = math_sheet(lesson)
    assert any("too many layers" in text for text in texts(sheet)) is not fits
    formulas = [sheet.formula_text(*place) for place, one in sheet.live.items() if one.name == "nudged loss"]
    assert bool(formulas) is fits
    assert max(map(len, formulas), default=0) < 8192


def test_kinks_are_explained_where_there_are_some():
    assert any("kink" in text for text in texts(math_sheet(OTHERS["relu"])))
    assert not any("kink" in text for text in texts(math_sheet(ARTICLE)))


def test_every_line_links_to_the_step_that_computes_it():
    sheet = math_sheet(ARTICLE)
    links = {
        sheet.ws.cell(row, 2).value: cell.hyperlink.location
        for (cell,) in sheet.ws.iter_rows(min_row=6, max_col=1)
        if cell.hyperlink and (row := cell.row)
    }
    found = {formula.split(" = ")[0]: target for formula, target in links.items()}
    assert found == {
        "loss": "Loss!A1",
        "∂loss/∂output": "'Step 06'!A1",
        "∂output/∂output_layer_input": "'Step 07'!A1",
        "∂loss/∂output_layer_input": "'Step 08'!A1",
        "∂output_layer_input/∂wout": "'Step 04'!A1",
        "∂loss/∂wout": "'Step 11'!A1",
        "∂output_layer_input/∂bout": "'Step 12'!A1",
        "∂output_layer_input/∂hiddenlayer_activations": "'Step 02'!A1",
        "∂loss/∂hiddenlayer_activations": "'Step 09'!A1",
        "∂hiddenlayer_activations/∂hidden_layer_input": "'Step 07'!A1",
        "∂loss/∂hidden_layer_input": "'Step 10'!A1",
        "∂hidden_layer_input/∂wh": "'Step 01'!A1",
        "∂loss/∂wh": "'Step 11'!A1",
        "∂hidden_layer_input/∂bh": "'Step 12'!A1",
        "next_wout": "'Step 11'!A1",
    }
    assert sheet.ws["A3"].hyperlink.location == "Setup!A1"
    target = sheet.ws["B3"].hyperlink.location
    assert sheet.ws[target.removeprefix("Math!")].value == "Gradient check"
