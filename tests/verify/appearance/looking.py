"""Workbooks as built and as other programs save them, and what is found to look otherwise in them."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from mlp2xlsx import load, override, train
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.verify.appearance import Appearance, Change, compare_files
from mlp2xlsx.verify.appearance.comparing import rebuilt
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.layout.titles import renamed_sheets, title_in
from mlp2xlsx.workbook.sheets.registry import KINDS
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents, read_later
from mlp2xlsx.xlsx.references import Place, typed_area
from tests.verify.test_resaved import by_openpyxl, gnumeric, libreoffice

FORMS: dict[str, Callable[[list[Path]], list[Path]]] = {
    "as built": lambda sources: sources,
    "LibreOffice": libreoffice,
    "Gnumeric": gnumeric,
    "openpyxl": by_openpyxl,
}


@cache
def article(language: str) -> Lesson:
    return override(load("article"), iterations=6, language=language)


@cache
def read(path: Path) -> tuple[bytes, Contents]:
    """The bytes of a file, and what stands in it, which nothing changes."""
    return path.read_bytes(), read_contents(path, looks=True)


@cache
def expected_of(lesson: Lesson) -> tuple[Book, Contents]:
    """What a lesson's workbook should look like: it is written once for all that is done to it."""
    book = make(train(lesson, saturating=True))
    return book, rebuilt(book)


def appearance(path: Path, lesson: Lesson) -> Appearance:
    """What is found to look otherwise in a lesson's workbook; nothing is calculated."""
    book, expected = expected_of(lesson)
    contents = read_contents(path, put_off=_repeating, looks=True)
    renamed = renamed_sheets(expected.names, contents.names, contents.sheets)
    bands = {renamed.get(title, title): bands for title, bands in book.bands().items()}
    contents = read_later(contents, bands)
    return compare_files(contents, expected, book.bands(), results=True, renamed=renamed)


def _repeating(names: Mapping[str, Place | None]) -> list[str]:
    titles = (title_in(names, kind.key) for kind in KINDS.values() if kind.repeats)
    return [title for title in titles if title is not None]


def is_at(change: Change, where: str) -> bool:
    """Whether a change is at a cell, or speaks of a thing."""
    cell = typed_area(where) if where else None
    if cell is None:
        return where in change.where
    boxes = (typed_area(one) for one in change.where.partition(" (+")[0].split(", "))
    return any(
        box is not None and box.row <= cell.row <= box.last_row and box.col <= cell.col <= box.last_col
        for box in boxes
    )
