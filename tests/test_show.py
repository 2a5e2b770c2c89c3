"""Showing some iterations only: those are live, from recorded weights; the rest is recorded."""

import io

import numpy as np
import openpyxl
import pytest

from mlp2xlsx import load, override, train, verify
from mlp2xlsx.errors import LessonError, LimitError
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.limits import check_comfort, estimated_cells
from tests.cases import few
from tests.helpers import verified
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

SHOWN = (1, 5, 20, 40)


@pytest.fixture(scope="module")
def lesson():
    return override(load("article"), iterations=50, show=[40, 5, 20])


@pytest.fixture(scope="module")
def trace(lesson):
    return train(lesson)


def test_the_first_iteration_is_always_shown_and_they_ascend(lesson):
    assert lesson.show == tuple(lesson.shown) == SHOWN


def test_the_shown_iterations_are_those_of_the_whole_run(lesson, trace):
    whole = train(override(lesson, show=[]))
    assert set(trace) == set(whole)
    for name in trace:
        np.testing.assert_array_equal(trace[name], whole[name][[k - 1 for k in SHOWN]])
    np.testing.assert_array_equal(trace.loss, whole.loss)


def test_other_inputs_change_each_shown_iteration_but_not_where_it_starts(lesson, trace):
    other = train(lesson.replace(lr=0.3), recorded=trace)
    np.testing.assert_array_equal(other["wh"], trace["wh"])
    np.testing.assert_array_equal(other["output"], trace["output"])
    assert (other["next_wh"] != trace["next_wh"]).any(axis=(1, 2)).all()


def test_the_sheets_hold_only_the_shown_iterations(trace):
    stream = io.BytesIO()
    make(trace, iteration=20).save(stream)
    workbook = openpyxl.load_workbook(stream)
    training = workbook["Training"]
    numbers = [training.cell(row, 1).value for row in range(6, training.max_row + 1)]
    assert [number for number in numbers if number is not None] == list(SHOWN)
    assert training["B6"].value.startswith("=Setup!")
    assert training["B11"].value == trace["wh"][1, 0, 0]
    live = [cell.row - 6 for cell in workbook["Loss"]["B"][6:] if cell.data_type == "f"]
    assert live == list(SHOWN)
    [rule] = [one for one in workbook["Setup"].data_validations.dataValidation if one.type == "list"]
    assert rule.formula1 == '"1,5,20,40"'


@pytest.fixture(scope="module")
def path(trace, tmp_path_factory):
    path = tmp_path_factory.mktemp("show") / "show.xlsx"
    with path.open("wb") as stream:
        make(trace).save(stream)
    return path


@pytest.mark.parametrize(
    ("engine", "quick"),
    few(
        "ironcalc",
        of=[
            pytest.param("ironcalc", True, id="ironcalc"),
            pytest.param("ironcalc", False, id="ironcalc-each-input-alone"),
            pytest.param("libreoffice", True, id="libreoffice", marks=pytest.mark.needs("soffice")),
            pytest.param("gnumeric", True, id="gnumeric", marks=pytest.mark.needs("ssconvert")),
        ],
    ),
)
def test_it_verifies(path, engine, quick):
    """What is typed into such a workbook in LibreOffice: tests/engines/test_by_hand.py."""
    assert verify(path, engine, quick=quick).ok


@pytest.mark.slow
def test_a_batch_lesson_verifies(lesson, tmp_path):
    batches = lesson.replace(batch=2, shuffle=True)
    assert verified(batches, tmp_path / "show.xlsx", arithmetic_only=False).ok


def test_a_wrong_formula_is_found(path, tmp_path):
    package = Package.read(path)
    cell = package.at("E")
    cell.formula(cell.text.replace("-", "+"))
    assert not verify(package.save(tmp_path / "spoilt.xlsx"), quick=True, arithmetic_only=True).ok


def test_numbers_beyond_the_iterations_are_refused():
    with pytest.raises(LessonError) as error:
        override(load("article"), iterations=50, show=[51])
    assert str(error.value) == "--show: found 51, expected a whole number from 1 to 50"


def test_a_workbook_that_opens_slowly_is_refused_with_what_to_do():
    lesson = override(load("article"), iterations=30_000)
    with pytest.raises(LimitError) as error:
        check_comfort(lesson)
    assert str(error.value) == (
        "the workbook would hold about 2,433,272 formula cells (49 MB), a spreadsheet opens up to 1,000,000 "
        "comfortably; show some of the iterations (--show 1,10,100), make at most 12,305, or pass --force"
    )
    check_comfort(override(lesson, show=[1, 10, 100]))
    check_comfort(override(lesson, iterations=12_305))
    with pytest.raises(LimitError):
        check_comfort(override(lesson, iterations=12_306))


def test_a_single_iteration_that_is_too_large_leaves_other_advice():
    with pytest.raises(LimitError) as error:
        check_comfort(override(load("iris"), iterations=1, hidden=[1500, 1500]))
    advice = (
        "comfortably; use fewer samples, inputs or neurons, learn from batches (--batch 10), or pass --force"
    )
    assert advice in str(error.value)


@pytest.mark.parametrize("show", [[], [1, 3]], ids=["all", "some"])
def test_the_estimate_is_close(show):
    lesson = override(load("article"), iterations=100, show=show)
    book = make(train(lesson))
    live = sum(len(sheet.live) for sheet in book.sheets.values())
    bands = [block for sheet in book.sheets.values() for bands in sheet.bands for block in bands.blocks]
    live += sum(block.values.size for block in bands if block.formulas is not None)
    # The other sheets have some thousand cells, however many iterations there are.
    assert estimated_cells(lesson) == pytest.approx(live, rel=0.25, abs=4000)


@pytest.mark.parametrize(
    ("show", "live"), [([], "all iterations, live"), ([5], "some of the iterations, live")]
)
def test_setup_says_what_is_live_and_what_can_be_tried(show, live):
    """Where the iterations start from recorded weights, another learning rate leaves the loss as it is."""
    book = make(train(override(load("article"), iterations=10, show=show)))
    said = [cell._value for cell in book.sheets["Setup"].ws._cells.values() if isinstance(cell._value, str)]
    assert [text.startswith(live) for text in said if "iterations, live" in text] == [True]
    [third] = [text for text in said if text.startswith("3. ")]
    assert third.startswith("3. Change a target" if show else "3. Set lr to another number")
