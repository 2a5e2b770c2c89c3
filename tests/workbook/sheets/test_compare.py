"""The sheet `Compare`: each variant recorded as it trains, the workbook's own training live among them."""

import numpy as np
import pytest

from mlp2xlsx import build, load, override, train, verify
from mlp2xlsx.lesson import parse, variants
from mlp2xlsx.workbook.book import make
from tests.cases import few
from tests.helpers import message

pytestmark = pytest.mark.usefixtures("expected_once")

XOR = load("xor").replace(iterations=12)


@pytest.fixture(scope="module")
def book():
    return make(train(XOR.replace(compare="lr=0.5,2")))


def shown(sheet, row, col):
    """What a formula comes to, or the text or number in a cell."""
    live = sheet.live.get((row, col))
    return sheet.ws.cell(row, col).value if live is None else live.value


def table(book):
    """What stands in the rows of the table, by what each row is called."""
    sheet = book.sheets["Compare"]
    rows = range(6, 6 + 1 + len(variants(book.context.lesson)))
    return {str(shown(sheet, row, 1)): [shown(sheet, row, col) for col in range(2, 6)] for row in rows}


def test_each_variant_says_what_it_came_to(book):
    found = table(book)
    assert list(found) == ["this workbook, live", "lr = 0.5", "lr = 2"]
    for lr in (0.5, 2):
        loss = train(XOR.replace(lr=lr)).loss
        assert found[f"lr = {lr}"] == [loss[0], loss[-1], loss.min(), loss.argmin() + 1]


def test_the_workbooks_own_training_is_live(book):
    loss = train(XOR).loss
    assert table(book)["this workbook, live"] == [loss[0], loss[-1], loss.min(), loss.argmin() + 1]
    sheet = book.sheets["Compare"]
    assert all(sheet.ws.cell(6, col).data_type == "f" for col in range(2, 6))


def test_the_chart_has_a_line_for_each_and_one_that_is_live(book):
    [chart] = book.sheets["Compare"].ws._charts
    assert chart.series[0].yVal.numRef.f.startswith("'Loss'!")
    assert len(chart.series) == 3


def test_what_runs_away_is_said(tmp_path):
    lesson = load("regression").replace(iterations=60, compare="lr=0.02,1000")
    found = table(make(train(lesson)))
    assert found["lr = 1000"][0] == "runs away: its numbers grow beyond what a cell can hold"


@pytest.mark.parametrize(
    "compared",
    few("lr=0.5,2", of=["lr=0.5,2", "optimizer=gd,adam", "hidden=2,3", "seed=1,2", "initial=xavier,zeros"]),
)
def test_it_is_built_and_verified(compared, tmp_path):
    build(XOR.replace(compare=compared), tmp_path / "out.xlsx")
    assert verify(tmp_path / "out.xlsx", quick=True).ok


def test_a_variant_differs_in_its_value_alone():
    first, second = variants(XOR.replace(compare="hidden=2,3"))
    assert [one.lesson.network.hidden for one in (first, second)] == [(2,), (3,)]
    assert [one.says for one in (first, second)] == ["hidden = 2", "hidden = 3"]
    np.testing.assert_array_equal(train(first.lesson).loss, train(XOR).loss)


def test_it_goes_with_the_lesson():
    lesson = override(XOR, compare="lr=1,2")
    assert parse(lesson.to_toml(), "again", "again").compare == "lr=1,2"
    assert "compare" not in XOR.to_toml()


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        ("lr", 'xor: compare: found "lr", expected an option and its values, as in "lr=0.01,0.1,1"'),
        ("rate=1,2", "xor: compare: rate cannot be compared; expected one of "),
        ("data=a,b", "xor: compare: data cannot be compared; expected one of "),
        ("lr=1", 'xor: compare: found "lr=1", expected 2 to 6 different values'),
        ("lr=1,1", 'xor: compare: found "lr=1,1", expected 2 to 6 different values'),
        ("lr=1,2,3,4,5,6,7", "xor: compare: found "),
        ("lr=1,x", 'xor: compare lr = x: found "x", expected a number'),
        ("lr=1,-1", "xor: compare lr = -1: found -1.0, expected a number above 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(compared, said):
    found = message(variants, XOR.replace(compare=compared))
    assert found.startswith(said)
    assert "\n" not in found
