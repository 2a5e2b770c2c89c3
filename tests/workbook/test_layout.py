"""A workbook says in which layout it was made, whichever program has saved it since."""

from hashlib import sha256
from pathlib import Path

import pytest

from mlp2xlsx import build, load, train
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.layout.version import FIRST_LAYOUT, LAYOUT, layout_name, layout_of, made_by
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few
from tests.classroom.lessons import exercise
from tests.verify.test_resaved import SAVERS, TOOLS

# Starting LibreOffice takes the longest.
EACH = few(
    *(name for name in SAVERS if name != "libreoffice"),
    of=[
        pytest.param(name, marks=[pytest.mark.needs(TOOLS[name])] if name in TOOLS else []) for name in SAVERS
    ],
)


# Digests of sheets, names and formulas of the present layout; see `test_the_layout_is_as_it_was`.
KEPT = {
    "article": "583cf60b9346e5e7",
    "sgd": "e6fe840f609c3b3e",
    "momentum": "4abc521afdc553d9",
}


def digest(book: Book) -> str:
    """What makes a layout: the keys of the sheets, the defined names, and every formula with its place."""
    lines = [*(f"{name} {title} {box.ref}" for name, (title, box) in book.names.items())]
    for title, sheet in book.sheets.items():
        lines += [f"{title} {row} {col} {sheet.formula_text(row, col)}" for row, col in sheet.live]
    return sha256("\n".join(lines).encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", KEPT)
def test_the_layout_is_as_it_was(name: str) -> None:
    found = digest(make(train(load(name).replace(iterations=2))))
    assert found == KEPT[name], (
        f"sheets, names or formulas are no longer those of layout {LAYOUT}: keep what it hands out and go on to "
        f"layout {LAYOUT + 1}, as CONTRIBUTING.md says, or, before it was handed out, keep {found}"
    )


def test_other_numbers_are_no_other_layout_and_other_formulas_are() -> None:
    lesson = load("article").replace(iterations=2)
    assert digest(make(train(lesson.replace(lr=0.2)))) == KEPT["article"]
    assert digest(make(train(lesson.replace(iterations=3)))) != KEPT["article"]


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
