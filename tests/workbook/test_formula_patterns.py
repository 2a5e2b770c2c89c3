"""Every pattern of formula: no array formulas, and over ranges nothing in which programs differ.

LibreOffice 7 leaves cells stale that read an array formula. Over a range that is not flagged as one, most
functions are errors or silently other numbers in some program, when the formula is loaded from a file.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from openpyxl import Workbook
from openpyxl.utils import range_boundaries
from openpyxl.workbook.defined_name import DefinedName

from mlp2xlsx import build, load, override
from mlp2xlsx.engines import ENGINES, engine
from mlp2xlsx.engines.readback import Saved
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.reading.cells import CellError
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents
from tests.cases import FEW_OF_IRIS, LIGHT, few, shipped, with_few_samples
from tests.helpers import present
from tests.workbook.formula_trees import Node, Size, computed, faults, over_ranges, pattern, tree

VARIANTS = {"plain": {}, "show": {"show": [1, 2]}, "batches": {"batch": 2, "validation": 0.34}}
# Its formulas are those of others.
ONLY_PLAIN = (FEW_OF_IRIS,)
# Among their formulas is each pattern over ranges.
FAST = (
    *("xor-plain", "and-or-plain", "few-of-iris-plain", "worked-example-show", "sgd-show"),
    *("two-hidden-batches", "regression-batches"),
)
# LibreOffice and Gnumeric save 15 digits; sums of some products differ by a few more units in the last place.
CLOSE = {"rtol": 1e-11, "atol": 1e-12}
PROGRAMS = {"libreoffice": "soffice", "gnumeric": "ssconvert"}
every_engine = pytest.mark.parametrize(
    "name",
    few(
        *("ironcalc", *PROGRAMS),
        of=[
            pytest.param(name, marks=[pytest.mark.needs(PROGRAMS[name])] if name in PROGRAMS else [])
            for name in ENGINES
        ],
    ),
)


ROWS_OF_RANGE = re.compile(r"([0-9]+)(:\$?[A-Z]+\$?)([0-9]+)")


class Found(NamedTuple):
    """A formula: where it stands, its text, and how large the ranges it reads are."""

    book: str
    sheet: str
    cell: tuple[int, int]
    text: str
    size: Size


def place(contents: Contents, sheet: str, word: str) -> tuple[str, Box]:
    """Sheet and place that a reference in a formula, or a name, stands for."""
    if contents.names.get(word) is not None:
        return contents.place(word)
    title, _, cells = word.rpartition("!")
    left, top, right, bottom = range_boundaries(cells.replace("$", ""))
    return title.strip("'").replace("''", "'") or sheet, Box(top, left, bottom - top + 1, right - left + 1)


def all_lessons() -> dict[str, Lesson]:
    """All lessons that ship, in each variant that the lesson can have."""
    found = {}
    for name, (variant, options) in product(LIGHT, VARIANTS.items()):
        if variant == "plain" or name not in ONLY_PLAIN:
            lesson = with_few_samples(load("iris")) if name == FEW_OF_IRIS else shipped(name)
            with suppress(LessonError):  # one sample makes no batch of two, and keeps none for validation
                found[f"{name}-{variant}"] = override(lesson, iterations=2, **options)
    return found


def built(lessons: Mapping[str, Lesson], folder: Path) -> dict[str, Contents]:
    """Workbooks of some lessons, read again."""
    return {
        name: read_contents(build(lesson, folder / f"{name}.xlsx").path) for name, lesson in lessons.items()
    }


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Contents]:
    """The workbooks that have each pattern."""
    lessons = all_lessons()
    return built({name: lessons[name] for name in FAST}, tmp_path_factory.mktemp("patterns"))


@pytest.fixture(scope="module")
def other_books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Contents]:
    """All others."""
    lessons = {name: lesson for name, lesson in all_lessons().items() if name not in FAST}
    return built(lessons, tmp_path_factory.mktemp("others"))


@pytest.fixture(scope="module")
def formulas(books: Mapping[str, Contents]) -> dict[str, Found]:
    return one_of_each(books)


def one_of_each(books: Mapping[str, Contents]) -> dict[str, Found]:
    """One formula for each pattern and sheet."""
    found: dict[str, Found] = {}
    for book, contents in books.items():
        for title, sheet in contents.sheets.items():
            known = cache(lambda word, title=title, contents=contents: size_of(contents, title, word))
            alike = {without_rows(formula.text): (cell, formula) for cell, formula in sheet.formulas.items()}
            for cell, formula in alike.values():
                key = f"{title}: {pattern(tree(formula.text), known)}"
                found.setdefault(key, Found(book, title, cell, formula.text, known))
    return found


def without_rows(text: str) -> str:
    """Make a formula the same as those that differ in row numbers only: most need not be taken apart."""
    within_rows = ROWS_OF_RANGE.sub(lambda at: f"{at[2]}{'row' if at[1] == at[3] else 'rows'}", text)
    return re.sub(r"[0-9]+", "", within_rows)


def size_of(contents: Contents, sheet: str, word: str) -> tuple[int, int]:
    _, box = place(contents, sheet, word)
    return box.n_rows, box.n_cols


@pytest.mark.slow
def test_all_variants_are_there(books: Mapping[str, Contents], other_books: Mapping[str, Contents]) -> None:
    every = {**books, **other_books}
    assert {name.rpartition("-")[0] for name in every} == set(LIGHT)
    assert {name.rpartition("-")[2] for name in every} == set(VARIANTS)
    assert {title for contents in every.values() for title in contents.sheets} >= {
        "Check",
        "Evaluate",
        "Math",
        "Training",
    }


@pytest.mark.slow
def test_no_other_workbook_has_another_pattern(
    formulas: Mapping[str, Found], other_books: Mapping[str, Contents]
) -> None:
    others = one_of_each(other_books)
    assert over_ranges_in(others) <= over_ranges_in(formulas)
    assert array_formulas(other_books) == []
    assert wrong(others) == {}


def over_ranges_in(formulas: Mapping[str, Found]) -> set[str]:
    return {
        pattern(node, found.size)
        for found in formulas.values()
        for node in over_ranges(tree(found.text), found.size)
    }


def array_formulas(books: Mapping[str, Contents]) -> list[tuple[str, str, tuple[int, int]]]:
    return [
        (book, title, cell)
        for book, contents in books.items()
        for title, sheet in contents.sheets.items()
        for cell, formula in sheet.formulas.items()
        if formula.ref is not None
    ]


def wrong(formulas: Mapping[str, Found]) -> dict[tuple[str, str, tuple[int, int]], tuple[list[str], str]]:
    """Where something stands over a range in which programs differ, and what is said of it."""
    return {
        (found.book, found.sheet, found.cell): (said, found.text)
        for found in formulas.values()
        if (said := sorted(set(faults(tree(found.text), found.size))))
    }


def test_no_formula_is_an_array_formula(books: Mapping[str, Contents]) -> None:
    assert array_formulas(books) == []


def test_over_ranges_stands_only_what_every_program_agrees_on(formulas: Mapping[str, Found]) -> None:
    assert wrong(formulas) == {}


class Piece(NamedTuple):
    """A part of a formula that makes one value of several, and the ranges that it reads."""

    node: Node
    values: dict[str, np.ndarray]


@pytest.fixture(scope="module")
def pieces(books: Mapping[str, Contents], formulas: Mapping[str, Found]) -> dict[str, Piece]:
    """One piece for each pattern over ranges, with the numbers that its workbook has there."""
    opened = cache(lambda book: Saved(books[book].path))
    made: dict[str, Piece] = {}
    for found in formulas.values():
        root = tree(found.text)
        for node in over_ranges(root, found.size):
            words = pattern(node, found.size)
            if words not in made and not list(faults(node, found.size)):
                places = {word: place(books[found.book], found.sheet, word) for word in node.ranges()}
                values = {
                    word: numbers(opened(found.book), title, box) for word, (title, box) in places.items()
                }
                made[words] = Piece(node, values)
    return made


def numbers(saved: Saved, title: str, box: Box) -> np.ndarray:
    """What is in some cells: numbers, texts, and None where there is neither."""
    found = np.empty((box.n_rows, box.n_cols), object)
    for i, j in np.ndindex(found.shape):
        value = saved.value(title, box.row + i, box.col + j)
        found[i, j] = float(value) if isinstance(value, int | float) else value or None
    if found.size == 1 and found[0, 0] is None:
        found[0, 0] = 1.0  # no cell is asked for in a new workbook: then the first one will do
    return found


FIRST_COL = 3  # the formulas are in the first one


def answers(name: str, pieces: Mapping[str, Piece], folder: Path) -> dict[str, tuple[object, object]]:
    """What NumPy and an engine make of pieces of formulas, each on plain numbers of its own."""
    book, expected, at = Workbook(), {}, {}
    sheet, row = book.active, 1
    for words, (node, values) in pieces.items():
        col, renamed, corners = FIRST_COL, {}, {}
        for number, (word, cells) in enumerate(values.items()):
            box = Box(row, col, *cells.shape)
            for (i, j), value in np.ndenumerate(cells):
                sheet.cell(row + i, col + j).value = value
            renamed[word], corners[word], col = box.ref, (row, col), col + cells.shape[1] + 1
            if word.isidentifier():
                renamed[word] = f"name_{row}_{number}"
                reference = f"{sheet.title}!{box.text(fixed=True)}"
                book.defined_names[renamed[word]] = DefinedName(renamed[word], attr_text=reference)
        sheet.cell(row, 1).value = f"={node.text(renamed)}"
        at[words] = row
        try:
            expected[words] = computed(node, values, corners)
        except IndexError:
            expected[words] = CellError("#REF!")
        row += max(len(cells) for cells in values.values()) + 1
    path = folder / "pieces.xlsx"
    book.save(path)
    [found] = [
        {words: scenario.value(sheet.title, place, 1) for words, place in at.items()}
        for scenario in engine(name).scenarios(read_contents(path), [{}])
    ]
    return {words: (expected[words], found[words]) for words in pieces}


def differing(answered: Mapping[str, tuple[object, object]]) -> dict[str, tuple[object, object]]:
    return {words: both for words, both in answered.items() if not same(*both)}


def same(one: object, other: object) -> bool:
    if isinstance(one, int | float) and isinstance(other, float):
        return bool(np.allclose(one, other, **CLOSE))
    if isinstance(one, CellError):
        return isinstance(other, CellError)
    return one == other


@every_engine
def test_every_pattern_over_ranges_is_numpys_in_every_engine(
    name: str, pieces: Mapping[str, Piece], tmp_path: Path
) -> None:
    assert {"SUM(MMULT(row,column),cell)", "SUMPRODUCT(column,column)"} <= pieces.keys()
    assert differing(answers(name, pieces, tmp_path)) == {}


CELLS = np.array([[0.5], [-1.25], [2.0]], object)
# What is refused, and the words for it; the first ones are other numbers or errors in some engine.
FORBIDDEN = {
    "SUMPRODUCT(EXP(A1:A3))": "EXP over a range",
    "SUMPRODUCT(TANH(MMULT(A1:A3,B1)))": "TANH over a range",
    "MAX(ABS(A1:A3))": "ABS over a range",
    "SUMPRODUCT(LN(A1:A3^2))": "LN over a range",
    "SUM(IF(A1:A3>0,1,0))": "IF over a range",
}
ALSO_FORBIDDEN = {
    "SUM(A1:A3*A1:A3)": "SUM over a computed range",
    "MAX(-A1:A3)": "MAX over a computed range",
    "A1:A3*2": "several values in one cell",
    "MMULT(A1:A3,B1)": "several values in one cell",
    "1+SUM(A1:A3)+SQRT(MMULT(A1:A3,B1))": "SQRT over a range",
    "ADDRESS(ROW(A1:A3),1)": "ADDRESS over a range",
}
ALLOWED = (
    "SUM(MMULT(A1:C1,A1:A3),B1)",
    "SUMPRODUCT((A1:A3-SUMPRODUCT(A1:A3,A1:A3)>0)*1)",
    "1/(1+EXP(-MAX(-700,A1)))",
    "MAX(MAX(A1:A3),-MIN(A1:A3))",
    'IF(COUNT(A1:A3)<3,"",SUMXMY2(A1:A3,B1:B3))',
    "SUMPRODUCT(ROW(A1:A3)*COLUMN(A1:A3)*A1:A3)",
    "INDEX(A1:A3,MATCH(2,A1:A3,0))",
)


def by_address(word: str) -> tuple[int, int]:
    left, top, right, bottom = range_boundaries(word)
    return bottom - top + 1, right - left + 1


@pytest.mark.parametrize(("text", "said"), (FORBIDDEN | ALSO_FORBIDDEN).items())
def test_a_forbidden_pattern_is_seen(text: str, said: str) -> None:
    assert said in list(faults(tree(text), by_address))


@pytest.mark.parametrize("text", ALLOWED)
def test_an_allowed_pattern_is_let_pass(text: str) -> None:
    assert list(faults(tree(text), by_address)) == []


@pytest.fixture(scope="module")
def differing_somewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The forbidden patterns that are not NumPy's numbers, by engine."""
    nodes = {text: tree(text) for text in FORBIDDEN}
    made = {
        text: Piece(node, {word: CELLS[: by_address(word)[0]] for word in node.ranges()})
        for text, node in nodes.items()
    }
    folder = tmp_path_factory.mktemp("forbidden")
    return {name: set(differing(answers(name, made, folder))) for name in present()}


@pytest.mark.parametrize("text", FORBIDDEN)
@pytest.mark.needs(*PROGRAMS.values())
def test_a_forbidden_pattern_is_another_number_somewhere(
    text: str, differing_somewhere: Mapping[str, set[str]]
) -> None:
    assert text in set().union(*differing_somewhere.values())
