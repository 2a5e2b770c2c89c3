"""Workbooks of earlier layouts, as they were kept: honest ones still match NumPy, spoilt ones still do not."""

import json
from pathlib import Path

import pytest

from mlp2xlsx import verify
from mlp2xlsx.cli import main
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.verify import verifying
from mlp2xlsx.workbook.layout.version import LAYOUT, layout_name, made_by
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import GNUMERIC, LIBREOFFICE, few, few_values
from tests.fixtures.moving import move_canvases
from tests.verify.helpers import at_once, fault_lines, small
from tests.xlsx.editing import Package

FIXTURES = Path(__file__).parent.parent / "fixtures"
VERDICTS = {
    f"{path.parent.name}-{name}": (path.parent / "workbooks" / f"{name}.xlsx", ok)
    for path in sorted(FIXTURES.glob("*/verdicts.json"))
    for name, ok in json.loads(path.read_text()).items()
}
ARTICLE = FIXTURES / "layout-1/workbooks/article.xlsx"
# All of the last layout; of those before an honest one and a spoilt one, and of the first one of some iterations.
SHOWN = [
    name
    for name in VERDICTS
    if name.startswith("layout-5") or name.endswith(("-article", "-spoilt-step", "-1-show"))
]
EACH = pytest.mark.parametrize(("path", "ok"), few_values(*SHOWN, of=VERDICTS))
# One formula of each step that computes, spoilt in a way that leaves a number.
SPOILT = [
    *("hidden_layer_input", "hiddenlayer_activations", "output_layer_input", "output", "E"),
    *("slope_output_layer", "slope_hidden_layer", "d_output", "Error_at_hidden_layer", "d_hiddenlayer"),
    *("next_wout", "next_wh", "next_bout", "next_bh"),
]


@EACH
def test_the_verdict_is_what_it_was(path: Path, ok: bool) -> None:
    report = verify(path, quick=True)
    assert report.ok is ok
    assert report.checked[0].cells > 50


@pytest.mark.parametrize(
    ("path", "ok"),
    few_values("layout-1-article", "layout-1-article-spoilt-training", "layout-2-show", of=VERDICTS),
)
def test_wherever_todays_sheets_have_their_cells(
    path: Path, ok: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_canvases(monkeypatch)
    assert verify(path, quick=True).ok is ok


def test_compared_with_what_is_made_today_an_honest_one_would_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The twin: without its own places there are faults all over it, even with the input that it lacks."""
    move_canvases(monkeypatch)
    monkeypatch.setattr(verifying, "layout_of", lambda _: LAYOUT)
    title, box = read_contents(ARTICLE).place("X")
    tried = f'<definedName name="X_new">{Box(box.row, box.col, 1, box.n_cols).on(title)}</definedName></definedNames>'
    package = Package.read(ARTICLE)
    book = "xl/workbook.xml"
    package.parts[book] = package.parts[book].replace(b"</definedNames>", tried.encode())
    assert verify(package.save(tmp_path / "with-input.xlsx"), quick=True).n_faults > 50


@pytest.mark.parametrize(
    "engine",
    few(
        "gnumeric",
        of=[
            LIBREOFFICE,
            GNUMERIC,
        ],
    ),
)
@pytest.mark.parametrize(
    "name", few("layout-1-show", of=["layout-1-show", "layout-1-article-spoilt-training"])
)
def test_other_engines_say_the_same(name: str, engine: str) -> None:
    path, ok = VERDICTS[name]
    report = verify(path, engine)
    assert report.ok is ok
    gap = f"{engine}: not checked as a person edits it: an older layout has formulas that do not follow an edit there"
    assert (gap in report.lines()) is ENGINES[engine].by_hand
    assert not any(run.by_hand for run in report.checked[0].runs)


def test_it_says_which_layout_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at_once(monkeypatch)
    assert main(["verify", str(ARTICLE)]) == 0
    *_, note, verdict = capsys.readouterr().out.splitlines()
    checked = "what has a defined name was checked, and nothing else: what is seen is that version's"
    assert note == f"note: {made_by(1)}; {checked}"
    assert verdict == f"{ARTICLE}: matches NumPy"
    assert main(["verify", str(ARTICLE), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["layout"] == 1


def test_one_of_the_present_layout_is_checked_whole(tmp_path: Path) -> None:
    report = verify(small(tmp_path / "a.xlsx"), quick=True)
    assert report.layout == LAYOUT
    assert not any(line.startswith("note: ") for line in report.lines())
    assert "Check" in {result.sheet for result in report.checked[0].runs[0].matched}


def test_one_that_has_lost_the_name_of_its_layout_is_no_older_one(tmp_path: Path) -> None:
    unnamed = renamed(small(tmp_path / "a.xlsx"), tmp_path / "unnamed.xlsx", "another")
    report = verify(unnamed, quick=True)
    assert report.layout == LAYOUT
    assert [str(problem) for problem in report.problems] == [
        f"names ({layout_name()}): the name is missing, expected Setup!A1"
    ]


@pytest.fixture(scope="module")
def package() -> Package:
    return Package.read(ARTICLE)


@pytest.mark.parametrize("name", few("E", "next_wh", of=SPOILT))
def test_a_spoilt_formula_is_named_first(package: Package, tmp_path: Path, name: str) -> None:
    spoilt = package.copy()
    sheet, address = spoilt.where(name)
    cell = spoilt.at(name)
    cell.formula(f"({cell.text})*1.0001")
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"), quick=True)
    assert fault_lines(report)[0].startswith(f"{sheet}!{address} ({name}): expected ")


@pytest.mark.parametrize("name", few("wh", of=["output", "wh", "loss_history"]))
def test_a_number_in_the_place_of_a_formula_is_found(package: Package, tmp_path: Path, name: str) -> None:
    spoilt = package.copy()
    sheet, address = spoilt.where(name)
    cell = spoilt.at(name)
    cell.value(float(cell.cached))
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"), quick=True)
    assert not report.ok
    assert not report.checked[0].runs[0].differing
    assert fault_lines(report)[0].startswith(f"{sheet}!{address} ({name}): expected ")


def test_every_iteration_is_chosen_once(tmp_path: Path) -> None:
    """A spoilt start of any of them is seen, whatever iteration the workbook shows."""
    for row in (6, 11, 16, 21):
        spoilt = Package.read(ARTICLE)
        cell = spoilt.cell("Training", f"B{row}")
        cell.formula(f"{cell.text}+1E-6")
        assert not verify(spoilt.save(tmp_path / f"{row}.xlsx"), quick=True).ok, row


def test_a_name_that_is_gone_or_of_another_shape_is_a_fault(tmp_path: Path) -> None:
    book = "xl/workbook.xml"
    spoilt = Package.read(ARTICLE)
    title, box = read_contents(ARTICLE).place("E")
    whole, part = box.on(title).encode(), box.on(title).replace("$33", "$32").encode()
    assert whole in spoilt.parts[book]
    spoilt.parts[book] = spoilt.parts[book].replace(whole, part)
    spoilt.parts[book] = spoilt.parts[book].replace(b'name="d_output"', b'name="another"')
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"))
    assert [str(problem) for problem in report.problems] == [
        "names (E): stands for 2×1 cells, expected 3×1",
        "names (d_output): the name is missing, expected one for 3×1 cells",
    ]
    assert not report.ok
    assert report.checked == []


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("SUM(MMULT(A1:ZZ9000,A1:ZZ9000))", "reads up to 6,318,000 cells at once"),
        ("SUM(MMULT(A1:ZZ5000,A1:ZZ5000))", "the formulas take too long to calculate"),
    ],
)
def test_a_formula_without_end_is_not_run(tmp_path: Path, formula: str, why: str) -> None:
    spoilt = Package.read(ARTICLE)
    spoilt.at("E").formula(formula)
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"))
    assert report.checked == []
    assert any(why in str(problem) for problem in report.problems)


@pytest.mark.parametrize(
    "formula",
    few(
        *('REPT("x",1000000000)', "SUM(INDEX(X,1,1):INDEX(Training!XFD1048576,1,1))"),
        of=[
            'REPT("x",1000000000)',
            "E&E",
            "SUM(MMULT(A:XFD,A:XFD))",
            "SUM(1:1048576)",
            "SUM(INDEX(X,1,1):INDEX(Training!XFD1048576,1,1))",
        ],
    ),
)
def test_what_is_more_than_arithmetic_is_left_out(tmp_path: Path, formula: str) -> None:
    spoilt = Package.read(ARTICLE)
    spoilt.at("E").formula(formula)
    report = verify(spoilt.save(tmp_path / "spoilt.xlsx"), quick=True)
    assert "found nothing" in fault_lines(report)[0]


def renamed(path: Path, target: Path, name: str) -> Path:
    """Give the name of the layout another one."""
    package = Package.read(path)
    part = "xl/workbook.xml"
    assert layout_name().encode() in package.parts[part]
    package.parts[part] = package.parts[part].replace(layout_name().encode(), name.encode())
    return package.save(target)


def test_a_workbook_of_a_newer_layout_is_refused(tmp_path: Path) -> None:
    newer = renamed(small(tmp_path / "a.xlsx"), tmp_path / "newer.xlsx", layout_name(LAYOUT + 1))
    with pytest.raises(WorkbookError) as refused:
        verify(newer)
    assert str(refused.value) == (
        f"{newer} was {made_by(LAYOUT + 1)}; use the mlp2xlsx that made it, or a newer one"
    )


def test_a_handout_is_no_workbook_to_verify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = FIXTURES / "layout-1/classes/article/class/handouts/s001-Ada-Byron.xlsx"
    assert main(["verify", str(path)]) == 1
    assert "has no range named lesson: not a workbook that mlp2xlsx built" in capsys.readouterr().err
