"""A workbook of which rounding alone makes something is as honest as any other, and a spoilt one is still found.

Its gradients add up to 0 but for rounding, and are divided by what is hardly more.
"""

from pathlib import Path

import pytest

from mlp2xlsx import verify
from mlp2xlsx.engines import engine
from mlp2xlsx.training import Trace
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.layout.places import place_training
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few_values
from tests.drawn_lessons import drawn_lesson
from tests.verify.helpers import built
from tests.xlsx.editing import Package

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
    monkeypatch.setattr(Trace, "rounded", ())
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
