"""Workbooks of other optimisers, schedules and penalties: what stands on their sheets, and that faults are seen."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from mlp2xlsx import build, load, train, verify
from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.expr import Number, Scalar
from mlp2xlsx.mathematics.penalties import PENALTIES
from mlp2xlsx.mathematics.schedules import RATE
from mlp2xlsx.workbook.book import make
from tests.cases import few
from tests.verify.helpers import only_edits
from tests.workbook.opened import found_otherwise
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

CASES = {
    "momentum": {"optimizer": "momentum", "schedule": "warmup", "lr_warmup": 3},
    "nesterov-l2": {"optimizer": "nesterov", "l2_penalty": 0.05, "penalty_from": 3},
    "adagrad": {"optimizer": "adagrad", "schedule": "exponential", "lr_decay": 0.9},
    "rmsprop": {"optimizer": "rmsprop", "schedule": "step", "lr_every": 2},
    "adam-table": {
        "optimizer": "adam",
        "lr_table": [[1, 0.1], [3, 0.05]],
        "l1_penalty": 0.02,
        "penalty_from": 2,
    },
    "adamw": {"optimizer": "adamw", "schedule": "cosine", "lr_period": 5},
}


MATRICES = (
    "next_m_wout",
    "next_v_bout",
    "m_hat_wout",
    "next_beta2_t",
    RATE,
    "next_n_updates",
    "downhill_bout",
)


def lesson_of(name, **changes):
    """Without a hidden layer: the steps of an optimiser are the same, and there are fewer cells."""
    return load("and-or").replace(iterations=4, **{**CASES[name], **changes})


@pytest.fixture(scope="module")
def adam(tmp_path_factory):
    """Adam with a table of learning rates and a penalty, built once."""
    path = tmp_path_factory.mktemp("adam") / "adam.xlsx"
    build(lesson_of("adam-table"), path)
    return path


@cache
def adam_book():
    return make(train(lesson_of("adam-table")))


@pytest.mark.slow
def test_every_input_is_perturbed_by_itself(adam):
    report = verify(adam)
    assert report.ok, "\n".join(report.lines())
    changed = {name for one in report.checked for run in one.runs for name in run.changed}
    assert changed >= {"lr_from", "lr_rate", "beta1", "beta2", "epsilon", "l1_penalty", "penalty_from"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "name"),
    [
        *(
            pytest.param("libreoffice", name, marks=pytest.mark.needs("soffice"))
            for name in ("adam-table", "nesterov-l2", "rmsprop")
        ),
        *(("formulon", name) for name in ("momentum", "adagrad", "adamw")),
    ],
)
def test_other_engines_follow(name, engine, tmp_path, monkeypatch):
    only_edits(monkeypatch, "y", "lr_rate", "penalty_from")
    build(lesson_of(name), tmp_path / "out.xlsx")
    report = verify(tmp_path / "out.xlsx", engine)
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    "matrix",
    few("next_v_bout", "m_hat_wout", RATE, of=MATRICES),
)
def test_a_wrong_formula_is_seen(adam, matrix, tmp_path):
    package = Package.read(adam)
    cell = package.at(matrix)
    cell.formula(f"({cell.text})*1.001")
    sheet, address = package.where(matrix)
    assert f"{sheet}!{address}" in found_otherwise(package.save(tmp_path / "wrong.xlsx"), adam_book())


def test_a_formula_of_the_penalty_is_seen(adam, tmp_path):
    package = Package.read(adam)
    cell = package.at("loss_history", 3, 2)  # a penalty from the second iteration on
    cell.formula(f"({cell.text})*1.001")
    sheet, address = package.where("loss_history", 3, 2)
    assert f"{sheet}!{address}" in found_otherwise(package.save(tmp_path / "wrong.xlsx"), adam_book())
    assert found_otherwise(adam, adam_book()) == []


def test_both_parts_of_the_loss_stand_beside_it():
    trace = train(load("article").replace(iterations=4, optimizer="adamw", l2_penalty=0.1))
    sheet = make(trace).sheets["Loss"]
    blocks = {block.name: block.values[:, 0, 0] for bands in sheet.bands for block in bands.blocks}
    weights = [trace["wh"], trace["wout"]]
    squares = sum((matrix**2).sum(axis=(1, 2)) for matrix in weights)
    np.testing.assert_allclose(blocks["penalty"], 0.05 * squares, rtol=1e-12)
    np.testing.assert_allclose(blocks["data_loss"] + blocks["penalty"], trace.loss, rtol=1e-12)
    np.testing.assert_allclose(blocks["weights_size"], np.sqrt(squares), rtol=1e-12)


def test_squares_have_more_decimals_than_weights():
    """On the step of an update they stand side by side."""
    context = make(train(lesson_of("adam-table"))).context
    [update] = (step for step in context.steps if step.kind == "update_weights")
    roles = {name: context.role(name, update) for name in ("wout", "next_wout", "v_hat_wout", "m_hat_wout")}
    assert roles == {"wout": "updated", "next_wout": "updated", "v_hat_wout": "kept", "m_hat_wout": "kept"}
    assert context.decimals["updated"] == 5 < context.decimals["kept"]


def gradient_check(lesson):
    """What the verdict on `Math` says."""
    sheet = make(train(lesson)).sheets["Math"]
    return sheet.live[4, 1].value


def test_the_gradient_check_covers_penalties(monkeypatch):
    lesson = load("article").replace(iterations=1, l2_penalty=0.1, l1_penalty=0.02)
    assert gradient_check(lesson) == "Gradient check: all 19 slopes agree with backpropagation."
    row = PENALTIES["l2"]
    wrong = replace(row, slope=lambda weights: weights * Scalar("l2_penalty") * Number(2))
    monkeypatch.setitem(PENALTIES, "l2", wrong)
    iteration_of.cache_clear()
    found = gradient_check(load("article").replace(iterations=1, l2_penalty=0.1))
    iteration_of.cache_clear()  # of the wrong one nobody else is to hear
    assert "agree with" not in found


def test_a_plain_workbook_has_no_parts_of_the_loss():
    sheet = make(train(load("article").replace(iterations=2))).sheets["Loss"]
    assert {block.name for bands in sheet.bands for block in bands.blocks} == {
        "iteration",
        "loss_history",
        "output",
    }
