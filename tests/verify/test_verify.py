"""What `verify` says of good workbooks, and how; the command line around it."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from mlp2xlsx import Report, load, override, verify
from mlp2xlsx.cli import main
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.engines.formulon import Formulon
from mlp2xlsx.engines.gnumeric import Gnumeric
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.training import train
from mlp2xlsx.verify.inputs import Inputs, as_inputs
from mlp2xlsx.verify.perturb import perturbed
from mlp2xlsx.workbook.layout.given import first_tried
from tests.cases import few
from tests.verify.helpers import PICTURES, STEPS, article, at_once, fault_lines, lint
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

TOOLS = {
    "ironcalc": (),
    "libreoffice": ("soffice", "uno"),
    "gnumeric": ("ssconvert",),
    "formulon": ("formulon",),
}
N = 6
VARIANTS = {
    "article": {},  # whose report is looked at below
    "3-2": {"hidden": [3, 2], "seed": 11},
    "no-hidden": {"hidden": [], "seed": 4},
    "one-iteration": {"iterations": 1},
}
# Where a workbook takes seconds, those that differ most.
IN_TURN = {
    "ironcalc": ("3-2", "no-hidden", "one-iteration"),
    "gnumeric": VARIANTS,
    "libreoffice": ("3-2", "one-iteration"),
    "formulon": ("3-2",),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return article(tmp_path_factory.mktemp("verify") / "article.xlsx", N)


@pytest.mark.parametrize(
    ("variant", "engine"),
    few(
        "no-hidden-ironcalc",
        of=[
            pytest.param(variant, engine, marks=pytest.mark.needs(*TOOLS[engine]), id=f"{variant}-{engine}")
            for engine, variants in IN_TURN.items()
            for variant in variants
        ],
    ),
)
def test_fresh_builds_pass(tmp_path: Path, variant: str, engine: str) -> None:
    built = article(tmp_path / "built.xlsx", **({"iterations": N} | VARIANTS[variant]))  # type: ignore[arg-type]
    assert lint(built) == []
    report = verify(built, engine, quick=True)
    assert report.ok, fault_lines(report)[:3]
    assert [one.engine for one in report.checked] == [engine]


# What is in a report.


@pytest.fixture(scope="module")
def report(path: Path) -> Report:
    return verify(path)


@pytest.fixture(scope="module")
def document(report: Report) -> dict:  # type: ignore[type-arg]
    return dict(json.loads(json.dumps(report.as_json(), allow_nan=False)))


def test_every_kind_of_input_is_changed_alone_and_all_at_once(document: dict) -> None:  # type: ignore[type-arg]
    [engine] = document["engines"]
    changed = [tuple(run["changed"]) for run in engine["runs"]]
    kinds = tuple(as_inputs(load("article"), 1))
    assert changed == [(), *((kind,) for kind in kinds), kinds]
    assert set(kinds) >= {"X", "y", "lr", "iteration", "initial_wh", "initial_bout"}


def n_formulas(package: Package) -> dict[str, int]:
    """How many formulas each sheet has that has any."""
    counts = {sheet: len(list(package.formulas(sheet))) for sheet in package.sheets}
    return {sheet: count for sheet, count in counts.items() if count}


def n_training(package: Package) -> int:
    """How many numbers the matrices of all iterations have, with what they start from and come to."""
    sizes: Counter[str] = Counter()
    for name, place in package.names.items():
        assert place is not None
        sheet, box = place
        if sheet in STEPS and not name.startswith(("asked_", "sheet_")):
            sizes["after" if name.startswith("next_") else "each"] += box.n_rows * box.n_cols
        elif name in ("X", "y", "lr"):
            sizes["given"] += box.n_rows * box.n_cols
    return sizes["each"] * N + sizes["after"] + sizes["given"]


def test_cells_and_differences_of_every_sheet_and_matrix(path: Path, document: dict) -> None:  # type: ignore[type-arg]
    package = Package.read(path)
    [engine] = document["engines"]
    for run in engine["runs"]:
        cells: dict[str, int] = {}
        for matrix in run["matrices"]:
            cells[matrix["sheet"]] = cells.get(matrix["sheet"], 0) + matrix["cells"]
            assert (matrix["differing"], matrix["mismatches"]) == (0, [])
            assert 0 <= matrix["largest"] < 1e-9
            assert bool(matrix["largest"]) == bool(re.fullmatch("[A-Z]+[0-9]+", matrix["largest_cell"]))
        assert list(cells) == ["Setup", *STEPS, "Training", *PICTURES, "Math", "Check"]
        assert cells == n_formulas(package)
        assert cells["Training"] == n_training(package)
    assert engine["cells"] == sum(cells.values())


def test_lines_for_a_person(path: Path, report: Report) -> None:
    assert lint(path) == []
    package = Package.read(path)
    first, *sheets, last = report.lines()
    cells = f"{sum(n_formulas(package).values()):,}"
    assert re.fullmatch(rf"ironcalc: {cells} formula cells, 10 runs, \d+\.\d s", first)
    assert [line.split("  ")[1] for line in sheets] == [
        "Setup",
        *STEPS,
        "Training",
        *PICTURES,
        "Math",
        "Check",
    ]
    assert re.match(
        rf"^  Training {{3,}}{n_training(package):,} cells  largest difference \d\.\de-1\d at \w+ [A-Z]+\d+$",
        sheets[13],
    )
    assert last == f"{path}: matches NumPy"
    everything = list(report.lines(everything=True))
    assert len(everything) > 150
    assert any(re.match(r"  Step 03 +hidden_layer_input +10 cells", line) for line in everything)


def test_everything_is_described_when_asked_for(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    for row in range(3):
        package.at("output", row).formula("0.5")
    spoilt = package.save(tmp_path / "spoilt.xlsx")
    report = verify(spoilt, quick=True, everything=True, arithmetic_only=True)
    matrices = [one for engine in report.checked for run in engine.runs for one in run.matched]
    assert sum(one.differing for one in matrices) > 100
    assert all(len(one.mismatches) == one.differing for one in matrices)


def test_a_fault_in_lines_and_in_json(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    (sheet, address), cell = package.where("output", 1), package.at("output", 1)
    built = cell.text
    cell.formula("0.5")
    report = verify(package.save(tmp_path / "spoilt.xlsx"), quick=True, arithmetic_only=True)
    lines = list(report.lines())
    place = f"{sheet}!{address} (output)"
    assert f"{place}: holds =0.5, expected ={built}" in lines
    assert any(
        re.match(re.escape(place) + r": expected 0\.\d+, found 0\.5 \(ironcalc, .*\); =0\.5$", line)
        for line in lines
    )
    assert lines[-1].endswith("spoilt.xlsx: does NOT match NumPy")
    assert lines[-2].startswith("… and ")
    assert lines[-2].endswith(" more; pass --all to see them")
    assert sum(line.startswith(("Setup", "Step", "Math", "Check")) for line in lines) == 20
    document = report.as_json()
    assert document["ok"] is False
    assert document["rewritten"] == [
        {
            "sheet": sheet,
            "cell": address,
            "name": "output",
            "formula": "=0.5",
            "built": f"={built}",
            "same": False,
        }
    ]
    run = document["engines"][0]["runs"][0]
    [matrix] = [one for one in run["matrices"] if (one["sheet"], one["name"]) == (sheet, "output")]
    [mismatch] = matrix["mismatches"]
    assert (mismatch["cell"], mismatch["found"], mismatch["formula"]) == (address, 0.5, "=0.5")
    assert mismatch["changed"] is True


def test_errors_and_texts_are_mismatches(path: Path, tmp_path: Path) -> None:
    package = Package.read(path)
    for i, formula in enumerate(['"0.2"', "1/0", "1=1"]):
        package.at("E", i).formula(formula)
    spoilt = package.save(tmp_path / "spoilt.xlsx")
    document = verify(spoilt, quick=True, arithmetic_only=True).as_json()
    run = document["engines"][0]["runs"][0]
    [matrix] = [one for one in run["matrices"] if (one["sheet"], one["name"]) == ("Step 06", "E")]
    assert sorted(str(one["found"]) for one in matrix["mismatches"]) == ["#DIV/0!", "0.2", "True"]


# The same seed makes the same changes.


def test_seeds() -> None:
    lesson = override(load("article"), iterations=5)

    def made(seed: int) -> list[dict[str, list[object]]]:
        scenarios = perturbed(
            Inputs(lesson, lesson, 2, {}, first_tried(lesson), False), seed, train, one_by_one=True
        )
        return [
            {name: values.tolist() for name, values in as_inputs(one.lesson, one.iteration).items()}
            for one in scenarios
        ]

    assert made(1) == made(1)
    assert made(1) != made(2)
    plain = {name: values.tolist() for name, values in as_inputs(lesson, 2).items()}
    *single, together = made(1)
    assert [[name for name in plain if one[name] != plain[name]] for one in single] == [
        [name] for name in plain
    ]
    assert all(together[name] != plain[name] for name in plain)


# The command line.


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return article(tmp_path_factory.mktemp("small") / "small.xlsx", 1, hidden=[])


@pytest.fixture
def inputs_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once(monkeypatch)


def test_exit_status_of_a_good_workbook(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(small)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[-1] == f"{small}: matches NumPy"


@pytest.mark.usefixtures("inputs_at_once")
def test_json_of_the_command_line(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(small), "--json", "--seed", "3"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    assert json.loads(out)["ok"] is True


@pytest.mark.usefixtures("inputs_at_once")
def test_exit_status_of_a_spoilt_workbook(
    small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package = Package.read(small)
    package.at("loss_history").value(float(package.at("loss_history").cached))
    spoilt = package.save(tmp_path / "spoilt.xlsx")
    assert main(["verify", str(spoilt)]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[-1] == f"{spoilt}: does NOT match NumPy"


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["verify"], 2, "the following arguments are required: FILE.xlsx; see python -m mlp2xlsx verify --help"),
        (
            ["verify", "a.xlsx", "--engine", "excel"],
            2,
            "argument --engine: invalid choice: 'excel' (choose from 'ironcalc', 'libreoffice', 'gnumeric', 'formulon', 'all'); "
            "see python -m mlp2xlsx verify --help",
        ),
        (["verify", "no/such.xlsx"], 1, "no/such.xlsx does not exist; expected a workbook that mlp2xlsx built"),
        (["verify", "."], 1, ". is a directory; expected a workbook that mlp2xlsx built"),
    ],
    ids=["no-file", "no-such-engine", "missing", "directory"],
)  # fmt: skip
def test_messages(words: list[str], status: int, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        found = main(words)
    except SystemExit as stop:
        found = int(str(stop.code))
    assert (found, *capsys.readouterr()) == (status, "", f"mlp2xlsx: {message}\n")


@pytest.mark.usefixtures("inputs_at_once")
def test_all_engines_says_which_are_absent(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(LibreOffice, "programs", ("no-such-soffice",))
    monkeypatch.setattr(Gnumeric, "programs", ("no-such-ssconvert",))
    monkeypatch.setattr(Formulon, "missing", classmethod(lambda _: "formulon is missing: get it"))
    assert main(["verify", str(small), "--engine", "all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("not used: ")] == [
        "not used: libreoffice is not installed (no-such-soffice is not in PATH): "
        "apt-get install libreoffice-calc, or https://www.libreoffice.org/download",
        "not used: gnumeric is not installed (no-such-ssconvert is not in PATH): "
        "apt-get install gnumeric, or http://www.gnumeric.org",
        "not used: formulon is missing: get it",
    ]
    assert lines[-1] == f"{small}: matches NumPy"


@pytest.mark.needs("soffice", "ssconvert", "formulon")
def test_all_engines(small: Path) -> None:
    """What a person sees after an edit is looked at in test_by_hand."""
    report = verify(small, "all", quick=True)
    assert report.ok
    assert [one.engine for one in report.checked] == list(ENGINES)
    assert report.absent == []
    assert len({one.cells for one in report.checked}) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_a_named_engine_that_is_absent(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], engine: str
) -> None:
    monkeypatch.setattr(ENGINES[engine], "missing", classmethod(lambda _: f"{engine} is missing: get it"))
    assert main(["verify", str(path), "--engine", engine]) == 1
    assert tuple(capsys.readouterr()) == ("", f"mlp2xlsx: {engine} is missing: get it\n")
