"""A workbook says in which layout it was made, whichever program has saved it since."""

from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from mlp2xlsx import build, load, train
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.layout.version import FIRST_LAYOUT, LAYOUT, layout_name, layout_of, made_by
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import FEW_OF_IRIS, few, shipped
from tests.classroom.lessons import exercise
from tests.helpers import form_of
from tests.verify.test_resaved import SAVERS, TOOLS

# Starting LibreOffice takes the longest.
EACH = few(
    *(name for name in SAVERS if name != "libreoffice"),
    of=[
        pytest.param(name, marks=[pytest.mark.needs(TOOLS[name])] if name in TOOLS else []) for name in SAVERS
    ],
)


WORDLESS = {"text": "", "purpose": "", "task": ""}  # which say nothing of the layout, and move what is below
LESSONS = {
    "article": load("article").replace(iterations=2, **WORDLESS),
    "batches": load("sgd").replace(iterations=2, **WORDLESS),
    "momentum": load("momentum").replace(iterations=2, **WORDLESS),
    "curve": load("regression").replace(iterations=2, compare="lr=0.1,0.2", **WORDLESS),
    "classes": shipped(FEW_OF_IRIS).replace(iterations=2, validation=0.25, dropout=0.5, **WORDLESS),
    "some": load("xor").replace(iterations=20, show=[1, 20], language="zh", **WORDLESS),
}
# Digests of what the present layout is made of; see `test_the_layout_is_as_it_was`.
KEPT = {
    "article": "83d206834e6c4afe",
    "batches": "370537e1bd3536bd",
    "momentum": "4d8aca71c3286b6e",
    "curve": "e5f45c85412a4cc8",
    "classes": "0ed06bf39f4d43a3",
    "some": "8e79b2b933822b9a",
    "handout": "7e35d6e912f6619a",
}


@cache
def book_of(name: str) -> Book:
    return exercise().book() if name == "handout" else make(train(LESSONS[name]))


def digest(book: Book) -> str:
    return sha256(form_of(book).encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", KEPT)
def test_the_layout_is_as_it_was(name: str) -> None:
    found = digest(book_of(name))
    assert found == KEPT[name], (
        f"sheets, names or formulas are no longer those of layout {LAYOUT}: keep what it hands out and go on to "
        f"layout {LAYOUT + 1}, as CONTRIBUTING.md says, or, where it has not been handed out yet, keep {found}"
    )


@pytest.mark.parametrize("title", ["Step 03", "Training", "Loss", "Check"])
def test_one_formula_that_is_another_would_be_seen(title: str) -> None:
    book = make(train(LESSONS["article"]))
    assert digest(book) == KEPT["article"]
    sheet = book.sheets[title]
    if sheet.bands:
        block = next(one for bands in sheet.bands for one in bands.blocks if one.formulas is not None)
        sheet.bands[0] = replace(sheet.bands[0], blocks=[replace(block, formulas=None)])
    else:
        sheet.ws.cell(*next(iter(sheet.live))).value = "=1+1"
    assert digest(book) != KEPT["article"]


def test_other_numbers_are_no_other_layout() -> None:
    assert digest(make(train(LESSONS["article"].replace(lr=0.2)))) == KEPT["article"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("layout")
    build(load("article").replace(iterations=2), folder / "built.xlsx")
    with (folder / "handout.xlsx").open("wb") as stream:
        exercise().book().save(stream)
    return [folder / "built.xlsx", folder / "handout.xlsx"]


def test_a_workbook_and_a_handout_name_their_layout(made: list[Path]) -> None:
    assert [layout_of(read_contents(path).names) for path in made] == [LAYOUT, LAYOUT]


@pytest.mark.parametrize("program", EACH)
def test_the_name_is_kept_by_other_programs(made: list[Path], program: str) -> None:
    saved = SAVERS[program](made)
    assert [layout_of(read_contents(path).names) for path in saved] == [LAYOUT, LAYOUT]


NO_LAYOUT = ["X", "lr", "layout", "layout_", "layout_0", "my_layout_9", "layout_2x"]


@pytest.mark.parametrize("name", ["ones", "ONES", "handout"])
def test_without_a_name_it_is_the_first_by_what_that_one_had(name: str) -> None:
    assert layout_of([*NO_LAYOUT, name]) == FIRST_LAYOUT


def test_without_either_the_name_was_lost() -> None:
    assert layout_of(NO_LAYOUT) == LAYOUT


def test_the_newest_of_several_names_counts() -> None:
    assert layout_of(["X", layout_name(3), layout_name(12), layout_name(1).upper()]) == 12


def test_what_is_said_of_another() -> None:
    assert made_by(LAYOUT + 1) == f"made by version {LAYOUT + 1} of the layout, this is {LAYOUT}"
