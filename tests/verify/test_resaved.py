"""No false alarms: many lessons, and their workbooks saved again by other programs, which rewrite something."""

import subprocess
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from mlp2xlsx import Report, load, override, verify
from mlp2xlsx.lesson import Lesson
from tests.cases import LIGHT, few, shipped
from tests.verify.helpers import built, fault_lines, only_edits, small
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")


def random_lesson(seed: int) -> Lesson:
    """Make a lesson of random shapes, single rows, columns and cells among them."""
    random = np.random.default_rng(seed)
    n_samples, n_inputs, n_outputs = (int(n) for n in random.integers(1, 5, 3))
    hidden = [int(n) for n in random.integers(1, 5, random.integers(0, 3))]
    return load("article").replace(
        X=np.round(random.normal(size=(n_samples, n_inputs)), 3),
        y=np.round(random.uniform(size=(n_samples, n_outputs)), 2),
        hidden=hidden,
        initial={},
        seed=seed,
        lr=float(random.choice([0.01, 0.3, 2.0])),
        iterations=int(random.integers(1, 8)),
    )


# Their shapes show in the first dozen.
N_RANDOM = 13
LESSONS: dict[str, Callable[[], Lesson]] = {
    "article": lambda: override(load("article"), iterations=6),
    **{name: lambda name=name: shipped(name).replace(iterations=3) for name in LIGHT if name != "article"},
    "zh": lambda: override(load("article"), iterations=6, language="zh"),
    "3-2": lambda: override(load("article"), iterations=6, hidden=[3, 2], seed=5),
    "no-hidden": lambda: override(load("article"), iterations=6, hidden=[]),
    **{f"seed{seed}": partial(random_lesson, seed) for seed in range(N_RANDOM)},
}
EDITED = {"lr": 0.7, "X": -1.25, "iteration": 5.0}
# Titles that a person has given to sheets.
RENAMED = {
    "en": {"Training": "Übung & R1C1", "Step 04": "Fehler", "Python": "C", "Setup": "开始"},
    "zh": {"训练": "Training", "第04步": "第 4 步：误差"},
}
OTHERS = ("edited", *(f"renamed-{language}" for language in RENAMED))
FAST = ("edited", "renamed-en")

Saver = Callable[[list[Path]], list[Path]]


def renamed(language: str, path: Path) -> Package:
    """A small workbook, built at a path, in which some sheets have got other titles."""
    found = Package.read(small(path, language=language))
    for old, new in RENAMED[language].items():
        found.rename(old, new)
    return found


def libreoffice(sources: list[Path]) -> list[Path]:
    folder = sources[0].parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ["--headless", "--convert-to", "xlsx", "--outdir", str(folder / "libreoffice")]
    run(["soffice", profile, *options, *map(str, sources)])
    return [folder / "libreoffice" / source.name for source in sources]


def gnumeric(sources: list[Path]) -> list[Path]:
    targets = [source.with_suffix(".gnumeric.xlsx") for source in sources]
    for source, target in zip(sources, targets, strict=True):
        run(["ssconvert", "--export-type=Gnumeric_Excel:xlsx2", str(source), str(target)])
    return targets


def by_openpyxl(sources: list[Path]) -> list[Path]:
    targets = [source.with_suffix(".openpyxl.xlsx") for source in sources]
    for source, target in zip(sources, targets, strict=True):
        openpyxl.load_workbook(source).save(target)
    return targets


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=600)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The workbooks as they are built, and some that a person has changed."""
    folder = tmp_path_factory.mktemp("lessons")

    @cache
    def get(name: str) -> Path:
        if name in LESSONS:
            return built(LESSONS[name](), folder / f"{name}.xlsx")
        path = folder / f"{name}.xlsx"
        if name != "edited":
            return renamed(name.removeprefix("renamed-"), path).save(path)
        package = Package.read(get("no-hidden"))
        for changed, value in EDITED.items():
            package.at(changed).value(value)
        return package.save(path)

    return get


SAVERS: dict[str, Saver] = {"libreoffice": libreoffice, "gnumeric": gnumeric, "openpyxl": by_openpyxl}
TOOLS = {"libreoffice": "soffice", "gnumeric": "ssconvert"}
PROGRAMS = [
    pytest.param(name, marks=[pytest.mark.needs(TOOLS[name])] if name in TOOLS else []) for name in SAVERS
]
each_program = pytest.mark.parametrize("program", PROGRAMS)
# Of random shapes, which are built alike, each is taken by one of the programs, or fresh.
FRESH = "fresh"
WALKED = {
    form: [
        *(name for name in LESSONS if not name.startswith("seed")),
        *(*OTHERS, *(f"seed{seed}" for seed in range(turn, N_RANDOM, len(SAVERS) + 1))),
    ]
    for turn, form in enumerate([FRESH, *SAVERS])
}


@pytest.fixture(scope="module")
def saved(fresh: Callable[[str], Path]) -> Callable[[str, str], Path]:
    """The same, saved again; each program runs once for the fast ones, and once for all others."""

    @cache
    def together(program: str, fast: bool) -> dict[str, Path]:
        names = [name for name in WALKED[program] if (name in FAST) is fast]
        return dict(zip(names, SAVERS[program]([fresh(name) for name in names]), strict=True))

    return lambda program, name: together(program, name in FAST)[name]


def test_each_lesson_is_looked_at() -> None:
    assert {name for names in WALKED.values() for name in names} == {*LESSONS, *OTHERS}


@pytest.mark.parametrize("name", few(*FAST, of=WALKED[FRESH]))
def test_fresh(fresh: Callable[[str], Path], name: str) -> None:
    report = verify(fresh(name), quick=name != "edited")
    assert report.ok, fault_lines(report)[:3]
    assert report.rewritten == []


@pytest.mark.parametrize(
    ("name", "program"),
    few(
        *(f"{name}-{program}" for name in FAST for program in SAVERS),
        of=[
            pytest.param(name, *program.values, marks=program.marks)
            for program in PROGRAMS
            for name in WALKED[str(program.values[0])]
        ],
    ),
)
def test_saved_again(saved: Callable[[str, str], Path], name: str, program: str) -> None:
    report = verify(saved(program, name), quick=True)
    assert report.ok, fault_lines(report)[:3]
    assert report.rewritten == []


@each_program
def test_a_spoilt_formula_still_fails(
    saved: Callable[[str, str], Path], tmp_path: Path, program: str
) -> None:
    spoilt = Package.read(saved(program, "edited"))
    (sheet, address), cell = spoilt.where("E", 1), spoilt.at("E", 1)
    before, after = cell.text, cell.text.replace("-", "+")
    cell.formula(after)
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"), quick=True)
    assert fault_lines(report)[0] == f"{sheet}!{address} (E): holds ={after}, expected ={before}"


@each_program
@pytest.mark.slow
@pytest.mark.needs("soffice", "uno")
def test_libreoffice_calculates_them_too(
    saved: Callable[[str, str], Path], program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_edits(monkeypatch, "y")
    report = verify(saved(program, "edited"), "libreoffice")
    assert calculated(report) == [0, 0]
    # openpyxl keeps no results; the others save those that they have read, of other inputs.
    [one] = report.checked
    assert bool(one.gaps) is (program != "openpyxl")
    assert report.ok is (program == "openpyxl"), fault_lines(report)[:3]
    as_built = verify(saved(program, "article"), "libreoffice")
    assert as_built.ok, fault_lines(as_built)[:3]
    assert sum(run.by_hand for run in as_built.checked[0].runs) == 2


@pytest.mark.slow
@pytest.mark.needs("soffice")
def test_libreoffice_calculates_what_is_spoilt_too(saved: Callable[[str, str], Path], tmp_path: Path) -> None:
    spoilt = Package.read(saved("libreoffice", "edited"))
    cell = next(cell for cell, formula, _ in spoilt.formulas("Training") if "MMULT(" in formula)
    spoilt.cell("Training", cell).formula("initial_bout")
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"), "libreoffice", quick=True)
    assert any(calculated(report))


def calculated(report: Report) -> list[int]:
    """How many cells differ in each run that calculates all of them."""
    return [run.differing for run in report.checked[0].runs if not run.by_hand]
