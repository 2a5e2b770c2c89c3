"""The score of `verify`: formulas spoilt one by one, with all cached values left as they were.

No mutant is left out as equivalent: the tests below would list it as missed. A formula that reads other
cells than it should is a fault even if those are empty.
"""

import random
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import pytest

from mlp2xlsx import Report, verify
from mlp2xlsx.verify import verifying
from mlp2xlsx.verify.rewritten import Foreign
from mlp2xlsx.xlsx.formulas import parsed
from tests.cases import few, few_values
from tests.verify.helpers import STEPS, article, fault_lines, small
from tests.verify.mutations import MUTATIONS, mutants
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

# How many mutants of each kind a sheet gets.
ALL = dict.fromkeys(STEPS, 1) | {
    "Setup": 1, "Training": 3, "Loss": 1, "Evaluate": 2, "Weights": 1, "Network": 1, "Try it": 1, "Math": 2,
    "Check": 2,
}  # fmt: skip
# What stands on Math for saturated neurons only shows in no value.
SOME = dict.fromkeys(STEPS[2::3], 1) | {
    "Training": 3, "Loss": 1, "Evaluate": 1, "Weights": 1, "Network": 1, "Try it": 1,
}  # fmt: skip
# Of a network without a hidden layer, whose steps are 8.
FEW = {"Step 07": 1, "Training": 1, "Math": 1, "Check": 1}
STALE = "stale_number"
# Beside the choosers of a step, of a matrix of one cell, and on the sheet Try it.
WORKED = re.compile('^IF\\(COUNT\\(|^IFERROR\\("| → ')


class Mutant(NamedTuple):
    sheet: str
    cell: str
    kind: str
    built: str
    text: str | float

    def apply(self, package: Package, path: Path) -> Path:
        spoilt = package.copy()
        cell = spoilt.cell(self.sheet, self.cell)
        if self.kind == STALE:
            cell.value(self.text)
        else:
            cell.formula(str(self.text))
        return spoilt.save(path)

    def named(self, line: str) -> bool:
        """Whether a line of a report is about this cell, or the block that it begins."""
        return re.match(rf"{self.sheet}!{self.cell}[: (]", line) is not None


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package.read(article(tmp_path_factory.mktemp("sabotage") / "article.xlsx", iterations=3))


@pytest.fixture(scope="module")
def shallow(tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The same without a hidden layer."""
    return Package.read(small(tmp_path_factory.mktemp("sabotage") / "shallow.xlsx", iterations=3))


def sample(package: Package, counts: dict[str, int], seed: int = 1, *, worked: bool = True) -> list[Mutant]:
    """Draw mutants of every kind from every sheet that has formulas, with or without the worked lines."""
    chosen: list[Mutant] = []
    for sheet, count in counts.items():
        by_kind: dict[str, list[Mutant]] = {kind: [] for kind in (*MUTATIONS, STALE)}
        for cell, formula, cached in package.formulas(sheet):
            if not worked and WORKED.search(formula):
                continue
            for kind, text in mutants(formula):
                by_kind[kind].append(Mutant(sheet, cell, kind, formula, text))
            by_kind[STALE] += (Mutant(sheet, cell, STALE, formula, value) for value in stale(cached))
        for kind, made in by_kind.items():
            chosen += random.Random(f"{seed} {sheet} {kind}").sample(made, min(count, len(made)))
    return chosen


def stale(cached: str) -> Iterator[float | str]:
    """The value that is right at this moment, and one that is not."""
    try:
        yield float(cached)
        yield float(cached) + 1e-3
    except ValueError:
        yield cached
        yield f"{cached}."


@pytest.mark.parametrize(("counts", "least"), few_values("few", of={"few": (FEW, 35), "all": (ALL, 200)}))
def test_every_mutant_is_caught_and_its_cell_named_first(
    package: Package, shallow: Package, tmp_path: Path, counts: dict[str, int], least: int
) -> None:
    package = package if counts is ALL else shallow
    chosen = sample(package, counts)
    assert len(chosen) >= least
    assert {mutant.kind for mutant in chosen} == {*MUTATIONS, STALE}
    missed, unnamed = [], []
    for number, mutant in enumerate(chosen):
        # Beside what is calculated, the looks of a few are looked at.
        mutated = mutant.apply(package, tmp_path / "mutant.xlsx")
        report = verify(mutated, quick=True, arithmetic_only=counts is ALL or number % 5 > 0)
        if report.ok:
            missed.append(mutant)
        elif not mutant.named(fault_lines(report)[0]):
            unnamed.append(mutant)
    assert missed == []
    assert unnamed == []


def by_value(mutant: Mutant, package: Package, folder: Path, engine: str = "ironcalc") -> bool:
    """Whether recalculation shows a mutant."""
    mutated = mutant.apply(package, folder / "mutant.xlsx")
    report = verify(mutated, engine, quick=True, arithmetic_only=True)
    return any(run.differing for one in report.checked for run in one.runs)


@pytest.fixture
def values_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the comparison of texts."""
    monkeypatch.setattr(verifying, "find_foreign", lambda *_: Foreign([], {}))


@pytest.mark.usefixtures("values_only")
@pytest.mark.parametrize("counts", few_values("few", of={"few": {"Training": 1}, "some": SOME}))
def test_recalculation_alone_shows_what_can_show_in_values(
    package: Package, shallow: Package, tmp_path: Path, counts: dict[str, int]
) -> None:
    package = package if counts is SOME else shallow
    # A worked line tells of one cell; most of what is wrong with it would show for another.
    chosen = sample(package, counts, worked=False)
    hidden = [mutant for mutant in chosen if not by_value(mutant, package, tmp_path)]
    assert len(hidden) < len(chosen) / 8
    for mutant in hidden:
        # A range may reach cells that are empty, or make numbers beyond those that are shown, and
        # case distinctions have cases that do not occur.
        assert mutant.kind == "range_resized" or not parsed(mutant.built).smooth, mutant


OUTSIDE = {"operator_exchanged", "factor_dropped", "operand_moved", "function_exchanged", STALE}


@pytest.mark.usefixtures("values_only")
@pytest.mark.parametrize(
    ("engine", "count"),
    few(
        "libreoffice-1",
        of=[
            *(pytest.param("libreoffice", count, marks=pytest.mark.needs("soffice")) for count in (1, 3)),
            *(pytest.param("gnumeric", count, marks=pytest.mark.needs("ssconvert")) for count in (2, 4)),
        ],
    ),
)
def test_other_engines_do_not_believe_cached_values(
    package: Package, shallow: Package, tmp_path: Path, engine: str, count: int
) -> None:
    package, counts = (shallow, {"Training": 1}) if count == 1 else (package, SOME)
    chosen = [mutant for mutant in sample(package, counts, seed=2, worked=False) if mutant.kind in OUTSIDE]
    random.Random(1).shuffle(chosen)
    some = list(islice((one for one in chosen if by_value(one, package, tmp_path)), count))
    assert len(some) == count
    assert [mutant for mutant in some if not by_value(mutant, package, tmp_path, engine)] == []


def each(template: str, letters: str, numbers: range) -> str:
    """Write a sum out: a term for each letter, or for each number."""
    pairs = zip(letters, numbers, strict=True) if len(letters) > 1 else ((letters, n) for n in numbers)
    return "+".join(template.format(letter, number) for letter, number in pairs)


# The same function of the same cells, by the identity that is named.
SAME: dict[str, tuple[str, str, Callable[[re.Match[str]], str]]] = {
    "a·b = b·a": ("Step 10", r"(\w+)\*(\w+)", lambda m: f"{m[2]}*{m[1]}"),
    "a·b = b·a in every iteration": ("Training", r"(\w+)\*(\w+)", lambda m: f"{m[2]} * {m[1]}"),
    "a−b = −b+a": ("Step 06", r"(\w+)-(\w+)", lambda m: f"-{m[2]}+{m[1]}"),
    "a·(1−a) = a−a²": ("Step 07", r"(\w+)\*\(1-\1\)", lambda m: f"{m[1]}-{m[1]}^2"),
    "1×1 product": ("Step 09", r"(\$\w+)\*(\$\w+\$\w+)", lambda m: f"MMULT({m[1]},{m[2]})"),
    "product written out": (
        "Step 03",
        r"SUM\(MMULT\(\$B(\d+):\$E\1,(\w)\$(\d+):\2\$(\d+)\),(.*)\)",
        lambda m: (
            each(f"{{}}{m[1]}*{m[2].lower()}{{}}", "BCDE", range(int(m[3]), int(m[4]) + 1)) + f"+{m[5]}"
        ),
    ),
    "sum written out": (
        "Step 12",
        r"(\w+)\+SUM\((\w)\$(\d+):\2\$(\d+)\)(.*)",
        lambda m: f"{m[1]}+({each('{}{}', m[2], range(int(m[3]), int(m[4]) + 1))}){m[5]}",
    ),
    "a = a·1": ("Step 05", "lr", lambda m: "lr*1"),
    "(Aᵀ)ᵀ = A": (
        "Training",
        r"SUM\(MMULT\(([$\w]+:[$\w]+),(.*)\)",
        lambda m: f"SUM(MMULT(TRANSPOSE(TRANSPOSE({m[1]})),{m[2]})",
    ),
    "(−a)² = a²": (
        "Loss",
        r"SUMSQ\((Training!\w+:\w+)\)/2",
        lambda m: f"SUM((0-{m[1]})^2)/2",
    ),
}


@pytest.fixture(scope="module")
def rewritten(package: Package, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Mutant], Report]:
    """One workbook with all of them, and what is said of it."""
    made = {}
    for name, (sheet, pattern, rewrite) in SAME.items():
        cell, match = next(
            (cell, match)
            for cell, text, _ in package.formulas(sheet)
            if (match := re.fullmatch(pattern, text))
        )
        made[name] = Mutant(sheet, cell, "", match[0], rewrite(match))
    path = tmp_path_factory.mktemp("same") / "same.xlsx"
    for mutant in made.values():
        package = Package.read(mutant.apply(package, path))
    return made, verify(path, quick=True)


def notes(report: Report) -> list[str]:
    return [line for line in report.lines() if line.startswith("note: ")]


def test_nothing_else_is_said_of_equal_formulas(rewritten: tuple[dict[str, Mutant], Report]) -> None:
    made, report = rewritten
    assert report.ok, fault_lines(report)
    assert len(notes(report)) == len({(mutant.sheet, mutant.cell) for mutant in made.values()}) == len(SAME)


@pytest.mark.parametrize("name", SAME)
def test_equal_formulas_pass_with_a_note(name: str, rewritten: tuple[dict[str, Mutant], Report]) -> None:
    made, report = rewritten
    mutant = made[name]
    [note] = [line for line in notes(report) if line.startswith(f"note: {mutant.sheet}!{mutant.cell}")]
    assert note.endswith(f": ={mutant.text} is the same function of the same cells as ={mutant.built}")
