"""Every kind of workbook as LibreOffice draws it: each text and number whole, no page breaks in the picture."""

from pathlib import Path

import pytest

from mlp2xlsx import load, train
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.workbook.book import Book, make
from tests.cases import FEW_OF_IRIS, few_values, shipped, with_few_samples
from tests.classroom.lessons import CLASSES
from tests.window.cut_off import cut_off, off_screen, page_breaks
from tests.window.typing import measure, needs_window

KINDS = ("article", "sgd", FEW_OF_IRIS, "two-hidden", "xor", "regression", "and-or", "titanic")
LANGUAGES = ("en", "zh")
# What no other lesson has is measured in both; else a sheet of the one language is much like that of another lesson.
IN_BOTH = ("article", "regression")
CASES = {
    f"{name}-{language}": (name, language)
    for turn, name in enumerate(KINDS)
    for language in (LANGUAGES if name in IN_BOTH else LANGUAGES[turn % 2 :][:1])
}


def saved(book: Book, path: Path) -> Path:
    with path.open("wb") as stream:
        book.save(stream)
    return path


def lesson_of(name: str, language: str) -> Lesson:
    return with_few_samples(shipped(name)).replace(iterations=3, language=language)


@needs_window
@pytest.mark.parametrize(("name", "language"), few_values("article-en", of=CASES))
def test_texts_and_numbers_are_drawn_whole(name: str, language: str, tmp_path: Path) -> None:
    path = saved(make(train(lesson_of(name, language))), tmp_path / "made.xlsx")
    sheets = measure(path)
    assert cut_off(sheets) == []
    assert page_breaks(sheets) == []
    assert off_screen(sheets) == []


TRAINED = {
    "momentum": {"optimizer": "momentum", "schedule": "step"},
    "adam": {"optimizer": "adam", "schedule": "cosine", "l2_penalty": 0.02},
    "adamw": {"optimizer": "adamw", "lr_table": [[1, 0.1], [3, 0.05]], "l1_penalty": 0.02, "penalty_from": 2},
    "temperature": {**CLASSES, "loss": "cross_entropy", "temperature": 2},
}


@pytest.mark.slow
@needs_window
@pytest.mark.parametrize(("name", "language"), [*zip(TRAINED, LANGUAGES * 2, strict=True)])
def test_other_ways_to_train_are_drawn_whole(name: str, language: str, tmp_path: Path) -> None:
    lesson = lesson_of("article", language).replace(**TRAINED[name])
    sheets = measure(saved(make(train(lesson)), tmp_path / "made.xlsx"))
    assert cut_off(sheets) == []
    assert page_breaks(sheets) == []
    assert off_screen(sheets) == []


@pytest.mark.slow
@needs_window
@pytest.mark.parametrize(
    ("language", "practice"), [("zh", False), ("en", True)], ids=["graded-zh", "practice-en"]
)
def test_texts_of_a_handout_are_drawn_whole(language: str, practice: bool, tmp_path: Path) -> None:
    """And those of its key, and of what is handed back."""
    home = tmp_path / "class"
    handout(home, lesson_of("article", language), practice=practice)
    if not practice:
        grade(home, home / "handouts", tmp_path / "grades.csv")
    for path in sorted(home.rglob("*.xlsx")):
        sheets = measure(path)
        assert (path.name, cut_off(sheets), page_breaks(sheets)) == (path.name, [], [])


@needs_window
def test_what_is_not_drawn_whole_is_found(tmp_path: Path) -> None:
    """The twin: a narrow column of numbers, a long text beside a filled cell, rows that are repeated on paper."""
    book = make(train(load("and-or").replace(iterations=2)))
    loss, step = book.sheets["Loss"], book.sheets["Step 03"]
    loss.widths({2: 4})
    loss.ws.print_title_rows = "4:4"
    box = book.names["output_layer_input"][1]
    step.put(box.row, box.col - 1, "much too long for a gap", "text")
    book.sheets["Math"].put(2, 1, "word " * 50, "text")
    sheets = measure(saved(book, tmp_path / "made.xlsx"))
    found = cut_off(sheets)
    assert any(line.startswith("Loss!R7C2 is shown as ###") for line in found)
    assert f"Step 03!R{box.row}C{box.col - 1} is cut off: much too long for a gap" in found
    assert off_screen(sheets) == [f"Math!R2C1: {'word ' * 50}"]
    assert "Step 03" in {line.partition(":")[0] for line in page_breaks(sheets)}
