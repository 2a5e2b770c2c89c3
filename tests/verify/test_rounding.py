"""A workbook of which rounding alone makes something is as honest as any other, and a spoilt one is still found.

Its gradients add up to 0 but for rounding, and are divided by what is hardly more.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from mlp2xlsx import train, verify
from mlp2xlsx.engines import engine
from mlp2xlsx.engines.base import Block, Recalculated
from mlp2xlsx.verify import verifying
from mlp2xlsx.verify.compare import compare
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.places import place_training
from mlp2xlsx.workbook.sheets.check.comparison import ABSOLUTE, ROUNDING, limit, rounding_room
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few_values
from tests.drawn_lessons import drawn_lesson
from tests.verify.helpers import built
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

LESSON = drawn_lesson(5)
MATCH = "The live numbers match the recorded run."


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(LESSON, tmp_path_factory.mktemp("rounding") / "honest.xlsx")


def differing(path: Path) -> int:
    report = verify(path, quick=True, arithmetic_only=True)
    return sum(run.differing for one in report.checked for run in one.runs)


def said(path: Path) -> object:
    [found] = engine("ironcalc").scenarios(read_contents(path), [{}])
    return found.value("Check", 4, 1)


def test_an_honest_one_matches(path: Path) -> None:
    assert LESSON.scalars["epsilon"] == 1e-8
    assert differing(path) == 0
    assert said(path) == MATCH


def test_without_rounding_it_would_not(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "compare", lambda *given: compare(*given[:4]))
    assert differing(path) > 0
    monkeypatch.setattr(Context, "rounded", ())
    assert said(built(LESSON.replace(title="Sharp"), tmp_path / "sharp.xlsx")) != MATCH


@pytest.mark.parametrize(
    ("name", "iteration", "place", "seen"),
    few_values(
        "a small gradient",
        of={
            "a large gradient": ("downhill_wout", 1, (0, 0), 1e-6),
            "a small gradient": ("downhill_wh", 3, (0, 1), 1e-4),
            "an error": ("E", 3, (0, 0), 1e-6),
        },
    ),
)
def test_a_millionth_more_is_found_and_what_is_far_more_than_rounding_is_seen_on_check(
    path: Path, tmp_path: Path, name: str, iteration: int, place: tuple[int, int], seen: float
) -> None:
    box = place_training(LESSON.one_iteration, some=False).at(name, iteration)
    address = a1(box.row + place[0], box.col + place[1])
    formula = next(text for cell, text, _ in Package.read(path).formulas("Training") if cell == address)
    spoilt = {}
    for share in (1e-6, seen):
        package = Package.read(path)
        package.cell("Training", address).formula(f"({formula})*(1+{share})")
        spoilt[share] = package.save(tmp_path / f"{share}.xlsx")
    assert differing(spoilt[1e-6]) > 0
    assert name in str(said(spoilt[seen]))


class AsRounded(Recalculated):
    """An engine that rounds as another run does; of rows that repeat it knows nothing."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def value(self, sheet: str, row: int, col: int) -> CellValue:
        live = self.book.sheets[sheet].live.get((row, col))
        return None if live is None else live.value

    def numbers(self, sheet: str, rows: Sequence[int], cols: Sequence[int]) -> Block:
        return np.full((len(rows), len(cols)), np.nan)


@pytest.fixture(scope="module")
def books() -> list[Book]:
    """What is expected of the second iteration, and what other programs may make of it."""
    trace = train(LESSON)
    return [make(one, iteration=2, recorded=trace) for one in (trace, *trace.rounded)]


@pytest.mark.parametrize("allowed", [True, False])
def test_either_text_may_be_said_where_rounding_decides(path: Path, books: list[Book], allowed: bool) -> None:
    """Here: whether a measured slope agrees, of a weight that is nearer to the kink of its penalty than the step."""
    book, *others = books
    stands = read_contents(path).sheets
    found = [compare(book, AsRounded(other), stands, None, others if allowed else ()) for other in others]
    verdicts = [one for each in found for one in each if (one.sheet, one.name) == ("Math", "verdict")]
    assert any(one.differing for one in verdicts) is not allowed


def test_the_farthest_run_counts_for_all_along_the_axes() -> None:
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    up, down = np.array([[0.0, 0.25], [0.0, 0.0]]), np.array([[0.0, 0.0], [0.5, 0.0]])
    others = [values + up, values - down]
    assert rounding_room(values, others).tolist() == [[0, 0.25 * ROUNDING], [0.5 * ROUNDING, 0]]
    assert rounding_room(values, others, axis=(1,)).tolist() == [[0.25 * ROUNDING], [0.5 * ROUNDING]]
    assert rounding_room(values, others, axis=(0, 1)).tolist() == [[0.5 * ROUNDING]]
    assert rounding_room(values, (), axis=(0, 1)).tolist() == [[0]]
    assert (limit(values, others), limit(values, ())) == (10, ABSOLUTE)


@pytest.mark.parametrize("beyond", [np.nan, np.inf, -np.inf])
def test_where_rounding_leaves_the_range_of_numbers_anything_may_be(beyond: float) -> None:
    values = np.array([1.0, 2.0])
    others = [np.array([1.0, beyond]), values]
    assert rounding_room(values, others).tolist() == [0, np.inf]
    assert limit(values, others) == 1e300
    assert rounding_room(np.array([beyond]), [np.array([beyond])]).tolist() == [np.inf]
