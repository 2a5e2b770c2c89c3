"""What every engine makes of a workbook, and what none of them takes."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlp2xlsx.engines import (
    CellError,
    CellValue,
    Edits,
    Recalculated,
    convert,
    engine,
    formulon,
    libreoffice,
    plain,
)
from mlp2xlsx.engines.gnumeric import Gnumeric
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.engines.uncached import DECOY
from mlp2xlsx.errors import EngineError, MlpError
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import GNUMERIC, LIBREOFFICE, few
from tests.engines.conftest import COMMENTED
from tests.xlsx.editing import Package

FORMULON = pytest.param("formulon", marks=pytest.mark.needs("formulon"))
# formulon takes a second to start.
every_engine = pytest.mark.parametrize(
    "name", few("ironcalc", "libreoffice", "gnumeric", of=["ironcalc", LIBREOFFICE, GNUMERIC, FORMULON])
)

LR = ("Setup", 1, 1)
X_01 = ("Setup", 2, 2)
W_21 = ("Setup", 6, 2)
EMPTY = ("Setup", 1, 5)

SCENARIOS: list[Edits] = [
    {},
    {LR: 1.5, X_01: 2.0000000000000004, W_21: -1e-05, (COMMENTED, 1, 1): 1.0},
    {EMPTY: 3.0},
    {},
]


class Snapshot:
    """What one scenario gave, for a look after the engine has gone on."""

    def __init__(self, scenario: Recalculated) -> None:
        self.block = scenario.block("Step 03", 1, 1, 12, 11)
        self.inner = scenario.block("Step 03", 2, 7, 2, 2)
        self.setup = scenario.block("Setup", 1, 1, 6, 3)
        self.values: list[CellValue] = [scenario.value("Step 03", row, 10) for row in range(1, 12)]
        self.commented = scenario.value(COMMENTED, 1, 2)
        self.refused = [
            *map(
                said, (lambda: scenario.value("Step 99", 1, 1), lambda: scenario.block("Step 99", 1, 1, 1, 1))
            )
        ]


def said(look: Callable[[], object]) -> str:
    """What a look is refused with; nothing where it is not."""
    try:
        look()
    except EngineError as error:
        return str(error)
    return ""


def solve(path: Path, name: str, scenarios: list[Edits]) -> list[Snapshot]:
    return [Snapshot(scenario) for scenario in engine(name).scenarios(read_contents(path), scenarios)]


@pytest.fixture(scope="module")
def solved(workbook: Path) -> Callable[[str], list[Snapshot]]:
    """Snapshots of `SCENARIOS` by engine; each engine is run once for all tests."""
    done: dict[str, list[Snapshot]] = {}

    def get(name: str) -> list[Snapshot]:
        if name not in done:
            done[name] = solve(workbook, name, SCENARIOS)
        return done[name]

    return get


def expected(inputs: Edits) -> dict[str, np.ndarray]:
    lr = inputs.get(LR, 0.5)
    X = np.array([[1.0, inputs.get(X_01, 0.25), -2.0], [0.1, 3.0, 0.0]])
    w = np.array([[0.3, -1.0], [2.0, 0.7], [1e-3, inputs.get(W_21, 4.0)]])
    z = X @ w
    return {"z": z, "sigmoid": 1 / (1 + np.exp(-z)), "transposed": X.T * lr, "squares": np.sum(X * X)}


def close(actual: Any, wanted: Any) -> None:
    np.testing.assert_allclose(actual, wanted, rtol=1e-9, atol=1e-12)


@every_engine
@pytest.mark.parametrize("index", range(len(SCENARIOS)))
def test_values_after_each_change_of_inputs(
    solved: Callable[[str], list[Snapshot]], name: str, index: int
) -> None:
    snapshots = solved(name)
    assert len(snapshots) == len(SCENARIOS)
    block, wanted = snapshots[index].block, expected(SCENARIOS[index])
    close(block[0:2, 0:2], wanted["z"])
    close(block[0:2, 3:5], wanted["sigmoid"])
    close(block[0:3, 6:8], wanted["transposed"])
    close(block[4, 0], wanted["squares"])
    close(snapshots[index].inner, wanted["transposed"][1:])


@every_engine
def test_kinds_of_value(solved: Callable[[str], list[Snapshot]], name: str) -> None:
    as_it_is, other, filled, again = solved(name)
    division, overflow = CellError("#DIV/0!"), CellError("#NUM!")
    assert as_it_is.values[:8] == [4.0, "lr = 0.5", division, overflow, False, "", 1.0, "plain"]
    close(as_it_is.values[8], 4 / 3)
    assert as_it_is.values[9:] == ["#N/A", None]
    assert as_it_is.values[4] is False
    assert other.values[1] == "lr = 1.5"
    assert other.values[4] is True
    assert filled.values[6] == 4.0
    assert again.values == as_it_is.values


@every_engine
def test_block_is_nan_where_there_is_no_number(solved: Callable[[str], list[Snapshot]], name: str) -> None:
    column = solved(name)[0].block[:, 9]
    assert np.flatnonzero(~np.isnan(column)).tolist() == [0, 6, 8]
    assert np.isnan(solved(name)[0].block[:, [2, 5, 10]]).all()


@every_engine
def test_inputs_return_exactly(solved: Callable[[str], list[Snapshot]], name: str) -> None:
    first, *_, last = solved(name)
    np.testing.assert_array_equal(first.setup, last.setup)
    np.testing.assert_array_equal(first.block, last.block)


@every_engine
def test_cached_values_are_never_handed_back(solved: Callable[[str], list[Snapshot]], name: str) -> None:
    # The file says 5 for every formula and 7 for the rest of every block.
    for snapshot in solved(name):
        assert snapshot.values[0] == 4.0
        assert not np.isin(snapshot.block, [5.0, 7.0, DECOY]).any()


@pytest.mark.parametrize(
    ("name", "wrong"),
    few(
        *("libreoffice-5.0", "gnumeric-5.0"),
        of=[
            pytest.param("libreoffice", 5.0, marks=LIBREOFFICE.marks),
            pytest.param("gnumeric", 5.0, marks=GNUMERIC.marks),
            pytest.param("formulon", 5.0, marks=FORMULON.marks),
        ],
    ),
)
def test_cached_values_would_be_handed_back(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, wrong: float
) -> None:
    # Without our precautions all believe the file: the test above can fail.
    monkeypatch.setattr(convert, "uncached", shutil.copyfile)
    take_away_recalculation(monkeypatch, tmp_path)
    [snapshot] = solve(workbook, name, [{}])
    assert snapshot.values[0] == wrong


@pytest.mark.parametrize("name", few("gnumeric", of=[LIBREOFFICE, GNUMERIC, FORMULON]))
def test_each_precaution_shows_alone(
    workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(convert, "uncached", shutil.copyfile)
        [recalculated] = solve(workbook, name, [{}])
        assert recalculated.values[0] == 4.0
    take_away_recalculation(monkeypatch, tmp_path)
    [stripped] = solve(workbook, name, [{}])
    assert stripped.values[0] == DECOY


def take_away_recalculation(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(libreoffice, "_RECALCULATE", libreoffice._SETTINGS[0])
    script = formulon._SCRIPT.read_text()
    assert "workbook.recalc()" in script
    (folder / "formulon_run.py").write_text(script.replace("workbook.recalc()", "pass"))
    monkeypatch.setattr(formulon, "_SCRIPT", folder / "formulon_run.py")
    command = Gnumeric._command
    monkeypatch.setattr(
        Gnumeric, "_command", lambda *args: [arg for arg in command(*args) if arg != "--recalc"]
    )


@every_engine
@pytest.mark.parametrize(
    ("address", "message"),
    [
        pytest.param(("Step 03", 1, 10), "no number that could be changed", id="formula"),
        pytest.param(("Step 03", 2, 2), "no number that could be changed", id="inside-a-block"),
        pytest.param(("Step 03", 8, 10), "no number that could be changed", id="text"),
        pytest.param(("Nowhere", 1, 1), 'no sheet "Nowhere"', id="sheet"),
    ],
)
def test_only_inputs_can_be_changed(
    workbook: Path, name: str, address: tuple[str, int, int], message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        solve(workbook, name, [{address: 1.0}])


@every_engine
@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_inputs_must_be_finite(workbook: Path, name: str, number: float) -> None:
    with pytest.raises(EngineError, match="cannot be set to"):
        solve(workbook, name, [{LR: number}])


@every_engine
def test_unknown_sheet(solved: Callable[[str], list[Snapshot]], name: str) -> None:
    for snapshot in solved(name):
        assert ['no sheet "Step 99"' in one for one in snapshot.refused] == [True, True]


@every_engine
def test_comments_and_namesakes(solved: Callable[[str], list[Snapshot]], name: str) -> None:
    assert [snapshot.commented for snapshot in solved(name)] == [42.0, 23.0, 42.0, 42.0]


DAMAGE = {
    "no workbook": lambda name, data: None if name == "xl/workbook.xml" else data,
    "no sheet": lambda name, data: None if "sheet2" in name else data,
    "links": lambda name, data: b"<a/>" if name == "xl/_rels/workbook.xml.rels" else data,
    "cut short": lambda name, data: data[: len(data) // 2] if "sheet2" in name else data,
}


@every_engine
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_file_is_one_line(
    workbook: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    name: str,
    damage: Callable[[str, bytes], bytes | None],
) -> None:
    damaged = Package.read(workbook).edit(damage).save(tmp_path / "damaged.xlsx")
    with pytest.raises(MlpError, match="damaged") as caught:
        solve(damaged, name, [{}])
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@every_engine
@pytest.mark.parametrize("content", [b"PK nonsense", b"", None])
def test_no_workbook_at_all(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / "book.xlsx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MlpError, match=r"book\.xlsx"):
        solve(path, name, [{}])


def test_panic_in_ironcalc(
    workbook: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plain, "_STYLES", "<a/>")
    with pytest.raises(EngineError, match=r"ironcalc cannot calculate .*workbook\.xlsx"):
        solve(workbook, "ironcalc", [{}])
    assert capfd.readouterr() == ("", "")
    os.write(2, b"stderr is back")
    assert capfd.readouterr() == ("", "stderr is back")


def test_ironcalc_view_expires(workbook: Path) -> None:
    scenarios = IronCalc().scenarios(read_contents(workbook), [{}, {}])
    first = next(scenarios)
    assert first.value("Step 03", 1, 10) == 4.0
    next(scenarios)
    with pytest.raises(RuntimeError, match="before the next"):
        first.value("Step 03", 1, 10)


def test_ironcalc_takes_every_double_exactly(workbook: Path) -> None:
    bits = np.random.default_rng(1).integers(0, 2**63, 300, dtype=np.uint64)
    numbers = [float(x) for x in bits.view(np.float64) if np.isfinite(x)] + [5e-324, 1.7976931348623157e308]
    scenarios = IronCalc().scenarios(
        read_contents(workbook), [scenario for x in numbers for scenario in ({LR: x}, {})]
    )
    for number in numbers:
        assert next(scenarios).value(*LR) == number
        assert next(scenarios).value(*LR) == 0.5


@pytest.mark.needs("soffice")
def test_two_libreoffices_at_once(workbook: Path) -> None:
    found: list[CellValue] = []

    def work(lr: float) -> None:
        [snapshot] = solve(workbook, "libreoffice", [{LR: lr}])
        found.append(snapshot.values[1])

    threads = [threading.Thread(target=work, args=(lr,)) for lr in (2.0, 3.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, found)) == ["lr = 2", "lr = 3"]
