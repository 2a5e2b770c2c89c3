"""A step sheet on the screen, as it opens: what is computed and from what, and how."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from mlp2xlsx import load, train
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.xlsx.address import Box
from tests.window.typing import Seen, look_at, needs_window

SMALL, LARGE = (1366, 768), (1920, 1080)
_LETTER = 0.9  # of bold or monospaced text, in digits


@pytest.fixture(scope="module")
def book() -> Book:
    return make(train(load("article").replace(iterations=2)))


def out_of_sight(context: Context, seen: dict[str, Seen], *, whole: bool) -> Iterator[str]:
    """Name what is not wholly on the screen: what a step computes and reads, or the whole picture."""
    for title, canvas, step in zip(context.step_titles, context.step_canvases, context.steps, strict=True):
        read = {name for result in step.results for name in names(result.expr)}
        wanted = (
            canvas.boxes.keys()
            if whole
            else (read | {one.name for one in step.results}) & canvas.boxes.keys()
        )
        for name in wanted:
            if not _within(canvas.boxes[name], seen[title]):
                yield f"{title}: {name}"


def first_cells_out_of_sight(context: Context, seen: dict[str, Seen]) -> Iterator[str]:
    """Name what a step of a larger lesson computes or reads whose first cell is not on the screen."""
    for title, canvas, step in zip(context.step_titles, context.step_canvases, context.steps, strict=True):
        read = {name for result in step.results for name in names(result.expr)}
        for name in (read | {one.name for one in step.results}) & canvas.boxes.keys():
            box = canvas.boxes[name]
            if not _within(Box(box.row, box.col, 1, 1), seen[title]):
                yield f"{title}: {name}"


def _within(box: Box, seen: Seen) -> bool:
    return (
        seen.first_row <= box.row
        and box.last_row <= seen.last_row
        and seen.first_col <= box.col
        and box.last_col <= seen.last_col
    )


def cut_off_lines(book: Book, seen: dict[str, Seen]) -> Iterator[str]:
    """Name the formulas and lines of the head that are wider than the screen, whichever cell is asked for."""
    context = book.context
    for title, head, canvas in zip(context.step_titles, context.heads, context.step_canvases, strict=True):
        widths = canvas.widths
        room = sum(widths.get(col, 8.43) for col in range(3, seen[title].last_col + 1))
        for row in range(2, head.height + 1):
            live = book.sheets[title].live.get((row, 3))
            text = live.value if live is not None else book.sheets[title].ws.cell(row, 3).value or ""
            if len(str(text)) * _LETTER > room:
                yield f"{title}: {text}"


@pytest.mark.slow
@needs_window
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["1366x768", "1920x1080"])
def test_a_step_sheet_opens_with_its_picture_in_view(
    book: Book, size: tuple[int, int], tmp_path: Path
) -> None:
    with (tmp_path / "article.xlsx").open("wb") as stream:
        book.save(stream)
    titles = book.context.step_titles
    seen = look_at(tmp_path / "article.xlsx", titles, size, tmp_path / "saved.xlsx")
    for title, head in zip(titles, book.context.heads, strict=True):
        assert book.sheets[title].ws.freeze_panes == f"A{head.height + 1}"  # formula and worked line stay
    assert list(out_of_sight(book.context, seen, whole=size == LARGE)) == []
    assert list(cut_off_lines(book, seen)) == []


@pytest.mark.slow
@needs_window
@pytest.mark.parametrize("name", ["iris", "two-hidden", "sgd"])
def test_a_step_sheet_of_a_larger_lesson_opens_with_its_first_cells_in_view(
    name: str, tmp_path: Path
) -> None:
    book = make(train(load(name).replace(iterations=2)))
    with (tmp_path / "larger.xlsx").open("wb") as stream:
        book.save(stream)
    seen = look_at(tmp_path / "larger.xlsx", book.context.step_titles, SMALL, tmp_path / "saved.xlsx")
    assert list(first_cells_out_of_sight(book.context, seen)) == []
    assert list(cut_off_lines(book, seen)) == []


@pytest.mark.slow
@needs_window
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_what_an_optimiser_keeps_is_in_view(optimizer: str, tmp_path: Path) -> None:
    book = make(train(load("article").replace(iterations=2, optimizer=optimizer)))
    with (tmp_path / "kept.xlsx").open("wb") as stream:
        book.save(stream)
    context = book.context
    titles = [
        title
        for title, step in zip(context.step_titles, context.steps, strict=True)
        if step.variant == optimizer
    ]
    seen = look_at(tmp_path / "kept.xlsx", context.step_titles, SMALL, tmp_path / "saved.xlsx")
    out = [line for line in out_of_sight(context, seen, whole=False) if line.partition(":")[0] in titles]
    assert out == []
    assert list(cut_off_lines(book, seen)) == []


@pytest.mark.slow
@needs_window
def test_a_handout_opens_on_its_first_answer_cell(tmp_path: Path) -> None:
    handout(tmp_path / "class", load("article"), blank={3, 4})
    [path] = (tmp_path / "class" / "handouts").glob("*.xlsx")
    opened = load_workbook(path)
    assert opened.active.title == "Step 03"
    assert opened.active.sheet_view.selection[-1].activeCell == "G12"
    seen = look_at(path, ["Step 03"], SMALL, tmp_path / "saved.xlsx")["Step 03"]
    assert (seen.first_row, seen.first_col) == (5, 1)  # below the head, which asks the question
    assert _within(Box(6, 2, 9, 8), seen)  # answers, inputs and weights


def test_what_is_out_of_sight_is_found(book: Book) -> None:
    """The twin: a screen on which the last column and the lowest rows do not fit."""
    seen = {title: Seen(5, 18, 1, 20) for title in book.context.step_titles}
    assert set(out_of_sight(book.context, seen, whole=False)) >= {"Step 06: E", "Step 10: d_hiddenlayer"}
    assert set(first_cells_out_of_sight(book.context, seen)) >= {"Step 06: E"}
    narrow = {title: Seen(5, 18, 1, 5) for title in book.context.step_titles}
    assert any("hidden_layer_input[2, 1]" in line for line in cut_off_lines(book, narrow))
