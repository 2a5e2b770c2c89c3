"""Workbooks after a person, or another program, has changed them; cached values stay as they were."""

import re
import shutil
from pathlib import Path

import pytest

from mlp2xlsx import verify
from mlp2xlsx.cli import main
from mlp2xlsx.errors import WorkbookError
from tests.cases import few
from tests.verify.helpers import article, calculated_in_process, fault_lines, only_edits, small
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

N = 6


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small(tmp_path_factory.mktemp("edited") / "small.xlsx", N)


@pytest.fixture
def package(path: Path) -> Package:
    return Package.read(path)


CHANGED = [
    ("lr", 0, 0, 2.5),
    ("lr", 0, 0, 1e-9),
    ("X", 2, 1, -0.75),
    ("X", 0, 3, 0.0),
    ("y", 1, 0, 0.5),
    ("initial_wh", 3, 2, -4.0),
    ("initial_bh", 0, 1, 1e6),
    ("initial_wout", 0, 0, 0.0),
    ("initial_bout", 0, 0, -600.0),
    ("iteration", 0, 0, 2.0),
    ("iteration", 0, 0, float(N)),
]


@pytest.mark.parametrize(
    ("name", "i", "j", "value"),
    few("initial_bh-0-1-1000000.0", of=[pytest.param(*one) for one in CHANGED]),
)
def test_changed_inputs_pass(
    tmp_path: Path,
    name: str,
    i: int,
    j: int,
    value: float,
) -> None:
    package = Package.read(article(tmp_path / "article.xlsx", N))
    package.at(name, i, j).value(value)
    report = verify(package.save(tmp_path / "edited.xlsx"), quick=True, arithmetic_only=True)
    assert report.ok, fault_lines(report)[:3]


def test_many_inputs_at_once_pass(package: Package, tmp_path: Path) -> None:
    for name, i, j, value in [
        ("lr", 0, 0, 0.7),
        ("X", 1, 1, 3.0),
        ("y", 2, 0, 0.9),
        ("iteration", 0, 0, 4.0),
    ]:
        package.at(name, i, j).value(value)
    assert verify(package.save(tmp_path / "edited.xlsx"), quick=True, arithmetic_only=True).ok


@pytest.mark.needs("soffice", "uno")
def test_results_that_nothing_has_calculated_are_told(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens such a file in LibreOffice sees the old results, until they calculate it by force."""
    only_edits(monkeypatch, "iteration")
    calculated_in_process(monkeypatch)
    package.at("lr").value(2.5)
    edited = package.save(tmp_path / "edited.xlsx")
    report = verify(edited, "libreoffice")
    [one] = report.checked
    assert [(run.changed == (), run.by_hand) for run in one.runs] == [
        (True, False),
        (False, False),
        (True, True),
    ]
    assert [bool(run.differing) for run in one.runs] == [False, False, True]
    lines = list(report.lines())
    assert any(
        re.fullmatch(r"  as it is opened: [\d,]+ cells are stale, first [\w ]+![A-Z]+\d+ \(.+\)", line)
        for line in lines
    )
    assert (
        "libreoffice: not checked as a person edits it: the file holds results that do not follow from its "
        "inputs; calculate it (Ctrl+Shift+F9 in LibreOffice), save it and check it again"
    ) in lines
    assert lines[-1] == f"{edited}: does NOT match NumPy"


@pytest.mark.slow
@pytest.mark.needs("soffice", "uno")
def test_a_wrong_formula_is_no_want_of_calculating(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_edits(monkeypatch, "iteration")
    package.at("E").formula("0.25")
    package.at("lr").value(2.5)
    [one] = verify(package.save(tmp_path / "edited.xlsx"), "libreoffice").checked
    assert one.gaps == ()
    assert one.runs[0].differing
    assert [run.changed for run in one.runs if run.by_hand] == [(), ("iteration",)]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("lr", "fast", '(lr): found "fast", expected a number'),
        ("lr", None, "(lr): found nothing, expected a number"),
        ("lr", 0.0, "lr: found 0.0, expected a number above 0"),
        ("lr", -1.0, "lr: found -1.0, expected a number above 0"),
        ("X", "1,5", '(X): found "1,5", expected a number'),
        ("y", None, "(y): found nothing, expected a number"),
        ("initial_wout", "", '(initial_wout): found "", expected a number'),
        ("iteration", 0.0, f"(iteration): found 0, expected a whole number from 1 to {N}"),
        ("iteration", 1.5, f"(iteration): found 1.5, expected a whole number from 1 to {N}"),
        ("iteration", N + 1.0, f"(iteration): found {N + 1}, expected a whole number from 1 to {N}"),
        ("iteration", -1.0, f"(iteration): found -1, expected a whole number from 1 to {N}"),
        ("iteration", "3", '(iteration): found "3", expected a number'),
    ],
)  # fmt: skip
def test_unusable_inputs_are_one_line(
    package: Package,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: float | str | None,
    message: str,
) -> None:
    package.at(name).value(value)
    edited = package.save(tmp_path / "edited.xlsx")
    assert main(["verify", str(edited)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"mlp2xlsx: {edited}")
    assert err.endswith(f"{message}\n")
    assert err.count("\n") == 1


def test_a_formula_in_an_input_cell_is_one_line(package: Package, tmp_path: Path) -> None:
    package.at("lr").add_formula("0.1*1")
    with pytest.raises(WorkbookError, match=r"Setup![A-Z]+[0-9]+ \(lr\): found a formula, expected a number"):
        verify(package.save(tmp_path / "edited.xlsx"))


def test_inputs_that_cannot_be_trained_are_one_line(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    package.at("X").value(1e200)
    package.at("initial_wout").value(1e200)
    assert main(["verify", str(package.save(tmp_path / "edited.xlsx"))]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mlp2xlsx: training diverges at iteration 1: output_layer_input holds inf; ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", few("E", of=["output_layer_input", "E", "next_bout", "loss_history"]))
def test_the_right_number_in_place_of_a_formula_fails(package: Package, tmp_path: Path, name: str) -> None:
    (sheet, address), cell = package.where(name), package.at(name)
    cached = float(cell.cached)
    cell.value(cached)
    report = verify(package.save(tmp_path / "edited.xlsx"), quick=True, arithmetic_only=True)
    assert not report.ok
    assert fault_lines(report)[0] == f"{sheet}!{address} ({name}): holds {cached!r}, expected a formula"


def test_formulas_of_a_persons_own_are_left_alone(package: Package, tmp_path: Path) -> None:
    own = {"B90": "SUM(F11:H14)", "B91": "NOSUCH(1)+Loss!B7", "B92": "B91&B91", "B93": "PI()"}
    for cell, formula in own.items():
        package.cell("Setup", "B1").beside(cell).add_formula(formula)
    report = verify(package.save(tmp_path / "edited.xlsx"), quick=True, arithmetic_only=True)
    assert report.ok, fault_lines(report)


def test_shared_formulas_as_excel_writes_them(package: Package, tmp_path: Path) -> None:
    sheet = package.where("E")[0]
    column = [package.where("E", i)[1] for i in range(3)]
    original = package.at("E").text
    package.at("E").share("0", ref=f"{column[0]}:{column[2]}")
    for cell in column[1:]:
        package.cell(sheet, cell).share("0")
    assert [package.at("E", i).text for i in range(3)] == [original, "", ""]
    assert verify(package.save(tmp_path / "shared.xlsx"), quick=True, arithmetic_only=True).ok
    package.at("E").formula(original.replace("-", "+"))
    report = verify(package.save(tmp_path / "spoilt.xlsx"), quick=True, arithmetic_only=True)
    assert [line.split(" (")[0] for line in fault_lines(report)[:3]] == [f"{sheet}!{cell}" for cell in column]


def test_the_file_is_only_read(path: Path, tmp_path: Path) -> None:
    copy = shutil.copyfile(path, tmp_path / "copy.xlsx")
    verify(copy, quick=True, arithmetic_only=True)
    assert copy.read_bytes() == path.read_bytes()
    assert list(tmp_path.iterdir()) == [copy]
