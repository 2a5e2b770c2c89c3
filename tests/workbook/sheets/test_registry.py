"""The table of the kinds of sheets: one more row is one more sheet, and a row with a part left out is refused."""

import re
import sys
from dataclasses import replace

import openpyxl
import pytest

import mlp2xlsx
from mlp2xlsx import load, resources, train
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.errors import LimitError
from mlp2xlsx.render.excel import Formula
from mlp2xlsx.workbook import sheets
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.limits import COMFORTABLE_CELLS, check_comfort, check_limits
from mlp2xlsx.workbook.sheets.registry import KINDS, SheetKind, found_kinds, kinds_of, n_bands, register
from mlp2xlsx.xlsx.address import Box
from tests.cases import few
from tests.workbook.opened import found_otherwise

BEST = Box(3, 1, 1, 1)


def write_best(sheet, context):
    """The smallest loss of all iterations."""
    sheet.title("The best iteration", "The smallest loss:")
    sheet.formula(
        BEST.row, BEST.col, Formula("MIN(loss_history)", 0), float(context.trace.loss.min()), "value", "best"
    )


def write_wrong(sheet, context):
    sheet.formula(
        BEST.row, BEST.col, Formula("MAX(loss_history)", 0), float(context.trace.loss.min()), "value", "best"
    )


KIND = SheetKind(
    key="best",
    write=write_best,
    says="loss",
    names=lambda context: [("best_loss", (context.titles["best"], BEST))],
)


@pytest.fixture
def kinds():
    """The table, to which nothing is added for good; the sheet has a title in every language."""
    before, titles = KINDS.copy(), [resources.texts(language)["sheets"] for language in resources.languages()]
    for words in titles:
        words["best"] = "Best"
    yield before
    KINDS.clear()
    KINDS.update(before)
    for words in titles:
        del words["best"]


@pytest.fixture(params=few("ironcalc", of=ENGINES))
def engine(request):
    if ENGINES[request.param].missing() is not None:
        pytest.skip(f"{request.param} is not installed")
    return request.param


@pytest.fixture
def lesson():
    return load("article").replace(iterations=5)


@pytest.fixture
def built(kinds, lesson, tmp_path):
    def build(kind):
        register(kind)
        mlp2xlsx.build(lesson, tmp_path / "out.xlsx")
        return tmp_path / "out.xlsx"

    return build


def test_a_kind_of_sheet_is_one_row(built):
    path = built(KIND)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == "Best"
    assert book["Best"]["A3"].value == "=MIN(loss_history)"
    assert book.defined_names["best_loss"].attr_text == "Best!$A$3"
    links = [cell.value for row in book["Setup"].iter_rows() for cell in row if cell.hyperlink]
    assert links[-1] == "Best"


def test_it_is_verified(built, engine):
    assert mlp2xlsx.verify(built(KIND), engine=engine, quick=True).ok


def test_it_would_be_seen_to_be_wrong(built, lesson):
    path = built(replace(KIND, write=write_wrong))
    assert found_otherwise(path, make(train(lesson))) == ["Best!A3"]


def test_it_may_depend_on_the_lesson(kinds, lesson):
    register(replace(KIND, is_there=lambda lesson: lesson.iterations > 5, n_bands=lambda _: 7))
    before = n_bands(lesson)
    assert "best" not in [kind.key for kind in kinds_of(lesson)]
    longer = lesson.replace(iterations=6)
    assert kinds_of(longer)[-1].key == "best"
    assert n_bands(longer) - before > 7


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (replace(KIND, key="loss"), "there is a sheet loss already"),
        (replace(KIND, key="other"), "sheet other: sheets.other is missing in the texts of en"),
        (replace(KIND, write=None), "sheet best: write is missing"),
        (replace(KIND, says="nothing"), "sheet best: setup.nothing is missing in the texts of en"),
    ],
    ids=["taken", "no title", "no write", "no text"],
)
def test_a_part_that_is_missing_is_named(kinds, kind, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        register(kind)
    assert kinds == KINDS


def test_a_row_without_what_fills_the_sheet_cannot_be_written():
    with pytest.raises(TypeError, match="write"):
        SheetKind(key="best")


def test_every_title_has_its_sheet_in_the_order_of_the_tabs():
    assert list(resources.texts(resources.SOURCE)["sheets"]) == list(KINDS)


MODULE = """
from mlp2xlsx.workbook.sheets.kinds import SheetKind

SHEET = SheetKind(key="best", write=print)
"""


@pytest.fixture
def with_module(kinds, tmp_path, monkeypatch):
    """A module more in the folder of the sheets."""
    (tmp_path / "best.py").write_text(MODULE)
    monkeypatch.setattr(sheets, "__path__", [*sheets.__path__, str(tmp_path)])
    yield
    sys.modules.pop(f"{sheets.__name__}.best", None)
    sheets.__dict__.pop("best", None)


def test_a_module_in_the_folder_is_found(with_module, kinds):
    assert [kind.key for kind in found_kinds()] == [*kinds, "best"]


def test_a_title_without_a_sheet_is_refused(kinds):
    with pytest.raises(ValueError, match="sheet best: it has a title, and no module of mlp2xlsx"):
        found_kinds()


def test_a_tab_stands_where_its_title_does(with_module, kinds, monkeypatch):
    titles = resources.texts("en")["sheets"]
    monkeypatch.setitem(resources.texts("en"), "sheets", {"best": titles["best"], **titles})
    assert [kind.key for kind in found_kinds()] == ["best", *kinds]


def test_its_formulas_count_among_those_that_open_slowly(kinds, lesson):
    check_comfort(lesson)
    register(replace(KIND, n_formulas=lambda _: COMFORTABLE_CELLS))
    with pytest.raises(LimitError, match="a spreadsheet opens up to 1,000,000 comfortably"):
        check_comfort(lesson)


def test_it_may_be_too_wide(kinds, lesson):
    check_limits(lesson)
    register(replace(KIND, last_cols=lambda _: {"best": 20_000}))
    with pytest.raises(LimitError, match=r"^sheet Best would need 20,000 columns"):
        check_limits(lesson)
