"""A softmax with a temperature: a number on `Setup` that its inputs are divided by, there and back."""

import re

import numpy as np
import pytest

from mlp2xlsx import build, parse, train, verify
from mlp2xlsx.errors import LessonError
from mlp2xlsx.explain.chain_rule import chain_rule
from mlp2xlsx.explain.derivation import derive
from mlp2xlsx.explain.program import program
from mlp2xlsx.mathematics.network import EXPONENTIALS, TEMPERATURE
from mlp2xlsx.workbook.book import make
from tests.cases import few
from tests.helpers import verified
from tests.render.running import read_r, run_rscript
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

T = 2.5
LESSON = parse(
    f"""
    [data]
    X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    y = [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]
    [network]
    output = "softmax"
    loss = "cross_entropy"
    temperature = {T}
    [training]
    iterations = 6
    lr = 0.5
    """,
    "my.toml",
    "my",
)
WITHOUT = LESSON.to_toml().replace(f"temperature = {T}\n", "")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("temperature") / "out.xlsx"
    build(LESSON.replace(batch=2, iterations=3), path)
    return path


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def test_training_against_the_loop_written_out():
    trace, X, y = train(LESSON), LESSON.X, LESSON.y
    wh, bh, wout, bout = LESSON.initial_parameters().values()
    for k in range(6):
        hidden = sigmoid(X @ wh + bh)
        output = softmax((hidden @ wout + bout) / T)
        assert trace["output"][k] == pytest.approx(output, rel=1e-12)
        assert trace.loss[k] == pytest.approx(-(y * np.log(output)).sum(), rel=1e-12)
        d_output = (y - output) / T
        d_hidden = d_output @ wout.T * hidden * (1 - hidden)
        wout, bout = wout + hidden.T @ d_output * 0.5, bout + d_output.sum(axis=0) * 0.5
        wh, bh = wh + X.T @ d_hidden * 0.5, bh + d_hidden.sum(axis=0) * 0.5
    assert trace["next_wh"][-1] == pytest.approx(wh, rel=1e-12)


def test_above_1_it_makes_outputs_more_even_and_below_1_surer():
    largest = [train(LESSON.replace(temperature=t))["output"][0].max(axis=1) for t in (0.2, 1, 5, 1e6)]
    assert (np.diff(largest, axis=0) < 0).all()
    assert largest[-1] == pytest.approx(1 / 3, abs=1e-5)


@pytest.mark.parametrize("loss", ["cross_entropy", "half_squared_error"])
def test_1_is_the_plain_softmax_and_none_is_not_there(loss):
    plain = parse(WITHOUT, "plain.toml", "plain").replace(loss=loss)
    assert TEMPERATURE not in plain.scalars
    assert TEMPERATURE not in plain.to_toml()
    one = LESSON.replace(loss=loss, temperature=1)
    assert np.array_equal(train(one)["output"], train(plain)["output"])


def test_it_is_written_and_read():
    again = parse(LESSON.to_toml(), "again.toml", "again")
    assert (again.network, again.scalars) == (LESSON.network, {"lr": 0.5, TEMPERATURE: T})


@pytest.mark.parametrize("iterations", [6, 0], ids=["trained", "untrained"])
def test_another_output_has_none(iterations):
    with pytest.raises(LessonError) as caught:
        LESSON.replace(output="sigmoid", temperature=3, iterations=iterations)
    assert str(caught.value) == (
        'my: network.temperature: found output = "sigmoid", which has no temperature; '
        'expected output = "softmax", or no temperature'
    )
    assert not LESSON.replace(output="sigmoid").network.tempered


@pytest.mark.parametrize("temperature", [0, -1])
def test_it_is_above_0(temperature):
    with pytest.raises(LessonError, match=r"temperature: found .*, expected a number above 0"):
        LESSON.replace(temperature=temperature)


def test_a_workbook_follows_it_everywhere(path):
    """With batches, so that `Evaluate` computes all samples at other iterations, too."""
    report = verify(path, quick=True, arithmetic_only=True)
    assert report.ok, "\n".join(report.lines())
    assert TEMPERATURE in {name for one in report.checked for run in one.runs for name in run.changed}


@pytest.mark.slow
def test_nothing_on_its_sheets_is_taken_for_a_change(path):
    report = verify(path, quick=True)
    assert report.ok, "\n".join(report.lines())


def test_a_network_in_use_has_it(tmp_path):
    untrained = LESSON.replace(iterations=0, language="zh")
    report = verified(untrained, tmp_path / "out.xlsx", arithmetic_only=False)
    assert report.ok, "\n".join(report.lines())
    assert TEMPERATURE in {name for one in report.checked for run in one.runs for name in run.changed}


@pytest.mark.parametrize("matrix", few("d_output", of=[EXPONENTIALS, "d_output"]))
def test_a_temperature_left_out_of_a_formula_is_seen(path, tmp_path, matrix):
    package = Package.read(path)
    sheet, address = package.where(matrix)
    cell = package.cell(sheet, address)
    undivided = re.sub(r"/\$[A-Z]+\$\d+", "", cell.text)
    assert undivided != cell.text
    cell.formula(undivided)
    report = verify(package.save(tmp_path / "spoilt.xlsx"), quick=True, arithmetic_only=True)
    assert not report.ok
    assert any(f"{sheet}!{address}" in line for line in report.lines())


def test_the_sheets_say_what_it_does():
    book = make(train(LESSON))
    said = {
        str(cell.value)
        for sheet in book.sheets.values()
        for line in sheet.ws.iter_rows()
        for cell in line
        if cell.value is not None
    }
    for part in (
        "Softmax of the sums divided by",
        "it is the error, divided by the",
        "softmax divides by it",
    ):
        assert any(part in text for text in said)
    assert "all " in str(book.sheets["Math"].live[4, 1].value)


def test_the_chain_rule_has_it():
    steps = {step.kind: chain_rule(LESSON.network, step) for step in LESSON.one_iteration.steps}
    assert steps["error"] == "E = −∂loss/∂output_layer_input × temperature"
    assert steps["output_delta"] == "d_output = −∂loss/∂output_layer_input = E / temperature"
    lines = [factor.formula for part in derive(LESSON.one_iteration) for factor in part.factors]
    assert "∂outputⱼ/∂output_layer_inputₖ = outputⱼ × ([j = k] − outputₖ) / temperature" in lines
    assert "∂loss/∂output_layer_input = −(E / temperature) = −d_output" in lines


def test_python_makes_the_same_numbers():
    names = {}
    exec(program(LESSON, "python"), names)
    assert np.array_equal(names["next_wh"], train(LESSON)["next_wh"][-1])


@pytest.mark.needs("Rscript")
def test_r_makes_the_same_numbers():
    source = f'{program(LESSON, "r")}cat("|", dim(wh), sprintf("%.17g", t(wh)))\n'
    found = read_r(run_rscript(source).rpartition("|")[2])
    np.testing.assert_allclose(found, train(LESSON)["next_wh"][-1], rtol=1e-12)
