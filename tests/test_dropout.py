"""Dropout: masks that are drawn and recorded, in training alone; in use no neuron is left out."""

import io

import numpy as np
import openpyxl
import pytest

from mlp2xlsx import load, parse, train, verify
from mlp2xlsx.classroom.exercise import Assignment, Exercise, check_iterations, steps_to_fill
from mlp2xlsx.classroom.marking.marking import mark
from mlp2xlsx.errors import UsageError, WorkbookError
from mlp2xlsx.explain.program import program
from mlp2xlsx.resources import texts
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets import registry
from mlp2xlsx.xlsx.address import a1
from tests.cases import FEW_OF_IRIS, few, shipped
from tests.classroom.filling import right_answers, submitted
from tests.classroom.lessons import LI
from tests.render.running import run_rscript
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

N = 60
ARTICLE = load("article").replace(iterations=N, dropout=0.5)
LESSONS = {
    "article": ARTICLE,
    "two-hidden": load("two-hidden").replace(iterations=4, dropout=[0.2, 0.5], language="zh"),
    "batches": load("sgd").replace(iterations=6, dropout=0.4, batch=2, shuffle=True),
    "shown": load("regression").replace(iterations=9, dropout=0.5, show=[4, 9]),
    "linear": load("xor").replace(iterations=4, dropout=0.1, activation="linear", hidden=[3], initial={}),
    FEW_OF_IRIS: shipped(FEW_OF_IRIS).replace(iterations=2, dropout=0.25),
}
every_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)


def with_only(patch, *keys):
    """Make some sheets of a workbook, where nothing on the others is looked at."""
    patch.setattr(registry, "KINDS", {key: registry.KINDS[key] for key in keys})


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_training_against_the_loop_written_out():
    """The article's own loop, with two lines for dropout as PyTorch has it, over all iterations."""
    trace, X, y, lr = train(ARTICLE), ARTICLE.X, ARTICLE.y, ARTICLE.lr
    wh, bh, wout, bout = (matrix.copy() for matrix in ARTICLE.initial_parameters().values())
    for k in range(N):
        mask = trace["mask"][k]
        hidden = sigmoid(X @ wh + bh)
        dropped = hidden * mask / (1 - 0.5)
        output = sigmoid(dropped @ wout + bout)
        assert trace["output"][k] == pytest.approx(output, rel=1e-12)
        d_output = (y - output) * output * (1 - output)
        d_hidden = (d_output @ wout.T) * mask / (1 - 0.5) * hidden * (1 - hidden)
        wout, bout = wout + dropped.T @ d_output * lr, bout + d_output.sum(axis=0) * lr
        wh, bh = wh + X.T @ d_hidden * lr, bh + d_hidden.sum(axis=0) * lr
    assert trace["next_wh"][-1] == pytest.approx(wh, rel=1e-12)


def test_masks_are_drawn_with_the_seed_and_as_often_as_said():
    lesson = ARTICLE.replace(iterations=3000, dropout=0.2)
    masks = train(lesson)["mask"]
    assert set(masks.ravel()) == {0.0, 1.0}
    assert masks.mean() == pytest.approx(0.8, abs=0.01)  # three standard deviations
    assert np.array_equal(masks, train(lesson)["mask"])
    assert np.array_equal(masks[:5], train(lesson.replace(iterations=5))["mask"])
    assert not np.array_equal(masks, train(lesson.replace(seed=2))["mask"])
    assert np.array_equal(lesson.initial_parameters()["wh"], load("article").initial_parameters()["wh"])


@every_lesson
def test_a_lesson_is_written_and_read(lesson):
    again = parse(lesson.to_toml(), "again.toml", "again")
    assert again.network == lesson.network
    assert np.array_equal(train(again)["output"], train(lesson)["output"])


def test_no_dropout_is_none():
    assert load("article").replace(dropout=[0]).network == load("article").network


@pytest.mark.parametrize("name", few("batches", of=LESSONS))
def test_every_lesson_verifies(workbook, name):
    report = verify(workbook(name), quick=True)
    assert report.ok, list(report.lines())


@pytest.mark.needs("soffice")
@pytest.mark.slow
@pytest.mark.parametrize("name", ["two-hidden", "batches", FEW_OF_IRIS])
def test_libreoffice_agrees(workbook, name):
    report = verify(workbook(name), "libreoffice", quick=True)
    assert report.ok, list(report.lines())


@every_lesson
def test_the_network_is_used_without_dropout(monkeypatch, lesson):
    """On `Try it`, and what else is made of `forward`: the very outputs of the network that has none."""
    with_only(monkeypatch, "setup", "try_it")

    def tried(one, weights):
        sheet = make(train(one.replace(iterations=1, show=[], initial=weights))).sheets
        title = {"en": "Try it", "zh": "试一试"}[one.language]
        return [live.value for live in sheet[title].live.values() if live.name == "output"]

    weights = lesson.initial_parameters()
    outputs = tried(lesson, weights)
    assert outputs
    assert outputs == tried(lesson.replace(dropout=0), weights)
    assert not {"mask", "mask_1"} & {result.name for result in lesson.one_iteration.forward}


def test_the_gradient_check_holds_with_the_masks_of_the_iteration(monkeypatch):
    with_only(monkeypatch, "setup", "step", "math")
    for iteration in (1, N):
        sheet = make(train(ARTICLE), iteration=iteration).sheets["Math"]
        assert "all 19 slopes agree" in str(sheet.live[4, 1].value)


def test_a_step_of_its_own_shows_the_mask():
    book = make(train(ARTICLE), iteration=2, asked={"dropped_activations": (1, 2)})
    sheet, step = book.sheets["Step 05"], book.context.steps[4]
    assert (step.kind, [result.name for result in step.results]) == (
        "dropout",
        ["dropped_activations", "mask"],
    )
    chooser = book.context.heads[4].choosers()["dropped_activations"]
    row = chooser.box.row
    mask = book.context.chosen("mask")[0, 1]
    assert f"×{mask:.0f} / 0.5 = " in sheet.live[row, 3].value
    said = [str(cell.value) for line in sheet.ws.iter_rows() for cell in line if cell.value is not None]
    assert any("inverted dropout, as in PyTorch" in text for text in said)
    assert any(text.startswith("mask: 1 for a neuron that takes part") for text in said)


@pytest.mark.parametrize("name", ["article", "two-hidden", "batches"])
def test_python_makes_the_same_numbers(name):
    lesson, names = LESSONS[name], {}
    exec(program(lesson, "python"), names)
    trace = train(lesson)
    for matrix in ("output", "next_wout", lesson.network.dropping[-1].dropped):
        assert np.array_equal(names[matrix], trace[matrix][-1])


@pytest.mark.needs("Rscript")
@pytest.mark.parametrize("name", ["article", "batches"])
def test_r_makes_the_same_numbers(name):
    lesson = LESSONS[name]
    printed = run_rscript(f'{program(lesson, "r")}cat("|", format(next_wh, digits = 17))\n')
    numbers = [float(text) for text in printed.rpartition("|")[2].split()]
    assert numbers == pytest.approx(train(lesson)["next_wh"][-1].ravel(order="F"), rel=1e-12)


@pytest.mark.parametrize("what", ["mask", "formula"])
def test_what_is_spoilt_is_found(workbook, tmp_path, what):
    """Another neuron left out on `Training`; nothing divided on the step."""
    package = Package.read(workbook("batches"))
    if what == "mask":
        sheet, box = "Training", make(train(LESSONS["batches"])).context.training.boxes["mask"]
        address = a1(box.row, box.col)
        cell = package.cell(sheet, address)
        cell.value(1 - float(cell.cached))
    else:
        sheet, address = package.where("dropped_activations")
        cell = package.cell(sheet, address)
        assert cell.text.endswith("/0.6")
        cell.formula(cell.text.removesuffix("/0.6"))
    report = verify(package.save(tmp_path / "spoilt.xlsx"), quick=True, arithmetic_only=True)
    assert any(f"{sheet}!{address}" in line for line in report.lines())
    assert not report.ok


def test_a_handout_asks_for_what_is_dropped_but_not_for_the_mask():
    asked = Exercise(Assignment(ARTICLE.replace(iterations=1), 7, steps_to_fill(ARTICLE, [5, 11])), LI)
    right = {name: matrix.tolist() for name, matrix in right_answers(asked).items()}
    assert list(right) == ["dropped_activations", "d_hiddenlayer"]
    found, _ = mark(asked, submitted(asked, right))
    assert found.scores == {5: 1.0, 11: 1.0}
    halved = right | {"dropped_activations": (np.array(right["dropped_activations"]) / 2).tolist()}
    found, content = mark(asked, submitted(asked, halved))
    assert found.scores[5] < 1
    said = [
        cell.value
        for row in openpyxl.load_workbook(io.BytesIO(content))["Setup"]
        for cell in row
        if cell.value
    ]
    assert texts("en")["mistakes"]["not_enlarged"][:40] in " ".join(map(str, said))


def test_a_later_iteration_of_a_handout_has_its_own_masks():
    later = Exercise(Assignment(ARTICLE.replace(iterations=1), 7, (5,), iteration=9), LI)
    assert np.array_equal(later.given["mask"], train(ARTICLE)["mask"][8])
    assert not np.array_equal(later.given["mask"], train(ARTICLE)["mask"][0])


def test_several_iterations_of_a_handout_are_refused():
    with pytest.raises(UsageError, match="leaves out other neurons in each iteration; expected a single"):
        check_iterations(ARTICLE, 1, 2)
    with pytest.raises(UsageError, match=r"trains nothing, training\.iterations is 0; expected 1"):
        check_iterations(load("article").replace(iterations=0), 2, 1)


def test_a_lesson_that_draws_without_end_is_refused(workbook, tmp_path):
    package = Package.read(workbook("shown"))
    changed = package.edit(lambda part, data: data.replace(b"iterations = 9", b"iterations = 900000000"))
    with pytest.raises(WorkbookError):
        verify(changed.save(tmp_path / "endless.xlsx"), quick=True)
