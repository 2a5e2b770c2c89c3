"""Sheets that a person has given another title: found by the names on them, and called as they are now."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mlp2xlsx import verify
from mlp2xlsx.errors import WorkbookError
from tests.verify.helpers import fault_lines, small
from tests.verify.test_resaved import RENAMED, renamed
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")


@pytest.fixture(scope="module", params=RENAMED)
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """A workbook in which some sheets have been renamed; test_resaved has it saved again by other programs."""
    return renamed(request.param, tmp_path_factory.mktemp("renamed") / "out.xlsx")


def test_it_is_what_it_was(package: Package, tmp_path: Path) -> None:
    report = verify(package.save(tmp_path / "out.xlsx"), quick=True)
    assert (fault_lines(report), report.rewritten) == ([], [])
    assert report.ok
    titles = {matched.sheet for checked in report.checked for run in checked.runs for matched in run.matched}
    assert titles <= package.sheets.keys()


@pytest.mark.parametrize("engine", ["libreoffice", "gnumeric"])
@pytest.mark.needs("soffice")
@pytest.mark.needs("ssconvert")
@pytest.mark.slow
def test_every_engine_finds_them(package: Package, tmp_path: Path, engine: str) -> None:
    report = verify(package.save(tmp_path / "out.xlsx"), engine=engine, quick=True)
    assert report.ok, fault_lines(report)[:3]


def test_a_spoilt_formula_is_told_by_the_title_of_now(package: Package, tmp_path: Path) -> None:
    spoilt = package.copy()
    sheet, address = spoilt.where("E", 1)
    before = spoilt.at("E", 1).text
    spoilt.at("E", 1).formula(before.replace("-", "+"))
    report = verify(spoilt.save(tmp_path / "out.xlsx"), quick=True)
    assert sheet in (title for titles in RENAMED.values() for title in titles.values())
    assert fault_lines(report)[0] == (
        f"{sheet}!{address} (E): holds ={before.replace('-', '+')}, expected ={before}"
    )


def test_a_formula_that_reads_another_sheet_is_seen(package: Package, tmp_path: Path) -> None:
    """The next step's copy of the error, taken from the sheet before."""
    spoilt = package.copy()
    sheet, _ = spoilt.where("slope_output_layer")
    mine, _ = spoilt.where("E")
    other, _ = spoilt.where("output")
    address, before, _ = next(found for found in spoilt.formulas(sheet) if f"'{mine}'!" in found[1])
    after = f"'{other}'!" + before.partition("!")[2]
    spoilt.cell(sheet, address).formula(after)
    lines = fault_lines(verify(spoilt.save(tmp_path / "out.xlsx"), quick=True))
    assert any(line.startswith(f"{sheet}!{address} (E): holds ={after}, expected =") for line in lines)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda data: data.replace(b'name="sheet_loss"', b'name="sheet_losses"'), "the name is missing, expected Loss!A1"),
        (lambda data: data.replace(b">Loss!$A$1<", b">Check!$A$1<"), "stands for Check!A1, expected Loss!A1"),
    ],
    ids=["lost", "elsewhere"],
)  # fmt: skip
def test_a_name_that_is_wrong_is_a_fault(
    tmp_path: Path, change: Callable[[bytes], bytes], fault: str
) -> None:
    package = Package.read(small(tmp_path / "out.xlsx"))
    package.replace("xl/workbook.xml", change)
    report = verify(package.save(tmp_path / "changed.xlsx"), quick=True)
    assert [str(problem) for problem in report.problems] == [f"names (sheet_loss): {fault}"]


def test_a_title_that_no_engine_reads_is_refused(tmp_path: Path) -> None:
    package = Package.read(small(tmp_path / "out.xlsx")).rename("Training", "Go {1}")
    path = package.save(tmp_path / "changed.xlsx")
    with pytest.raises(WorkbookError) as caught:
        verify(path)
    assert str(caught.value) == f'{path}: a sheet is called "Go {{1}}"; rename it without !, {{ and }}'
