"""Engines that are programs: those that misbehave or are absent, and what they leave behind."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlp2xlsx.engines import (
    ENGINES,
    Engine,
    engine,
    process,
)
from mlp2xlsx.engines.formulon import Formulon
from mlp2xlsx.engines.gnumeric import Gnumeric
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.engines.uncached import uncached
from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.engines.test_engines import solve
from tests.helpers import present


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for programs, first in PATH; temporary files go next to it."""
    for folder in ("bin", "tmp"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    return tmp_path / "bin"


def program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def running(text: str) -> Iterator[str]:
    """Command lines of living processes that contain a text; zombies have none."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if text in line:
            yield line


def nothing_left(folder: Path) -> None:
    assert list(running(str(folder.parent))) == []
    assert list((folder.parent / "tmp").iterdir()) == []


SLOW = 'sh -c "sleep 60; : $PWD" & sleep 60; : the end'


@pytest.mark.parametrize(("kind", "name"), [(LibreOffice, "soffice"), (Gnumeric, "ssconvert")])
def test_time_limit(workbook: Path, fake: Path, kind: type[Engine], name: str) -> None:
    program(fake, name, SLOW)
    start = time.monotonic()
    with pytest.raises(EngineError, match=r"took more than 0\.5 s to recalculate .*workbook\.xlsx"):
        next(kind(time_limit=0.5).scenarios(read_contents(workbook), [{}]))
    assert time.monotonic() - start < 10
    nothing_left(fake)


@pytest.mark.needs("soffice")
def test_time_limit_on_libreoffice(workbook: Path, fake: Path) -> None:
    with pytest.raises(EngineError, match="was stopped"):
        next(LibreOffice(time_limit=0.7).scenarios(read_contents(workbook), [{}] * 50))
    nothing_left(fake)


# A member of the group ends, and its parent, which is in another, does not collect it.
ZOMBIE = """
import os, time
group, (ready, done) = os.getpgrp(), os.pipe()
if os.fork() == 0:
    os.setpgid(0, 0)
    if child := os.fork():
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        os.write(done, b"1")
        time.sleep(3)
    os.setpgid(0, group)
    os._exit(0)
os.read(ready, 1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody tells what a group consists of")
@pytest.mark.parametrize("told", [True, False], ids=["told", "not-told"])
def test_zombies_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: bool) -> None:
    if not told:
        monkeypatch.setattr(process, "_is_dead", lambda group: False)
        monkeypatch.setattr(process, "_GRACE", 1.5)
    start = time.monotonic()
    assert process.run_program([sys.executable, "-c", ZOMBIE], tmp_path, 10) == ""
    assert (time.monotonic() - start < 1.4) is told


def test_interrupt(workbook: Path, fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(fake, "soffice", SLOW)
    wait = subprocess.Popen.wait

    def interrupted(self: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if timeout is None:
            return wait(self)
        time.sleep(0.3)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        next(LibreOffice().scenarios(read_contents(workbook), [{}]))
    nothing_left(fake)


@pytest.mark.needs("ssconvert")
def test_abandoned_half_way(workbook: Path, fake: Path) -> None:
    scenarios = Gnumeric().scenarios(read_contents(workbook), [{}, {}])
    next(scenarios)
    del scenarios
    nothing_left(fake)


@pytest.mark.parametrize("status", [0, 1])
@pytest.mark.parametrize(("kind", "name"), [(LibreOffice, "soffice"), (Gnumeric, "ssconvert")])
def test_no_result(workbook: Path, fake: Path, kind: type[Engine], name: str, status: int) -> None:
    program(fake, name, f"echo first; echo 'no such filter' >&2; echo; exit {status}")
    with pytest.raises(EngineError, match=r"could not recalculate .*workbook\.xlsx: no such filter"):
        next(kind().scenarios(read_contents(workbook), [{}]))
    nothing_left(fake)


def test_program_that_cannot_start(workbook: Path, fake: Path) -> None:
    (fake / "soffice").write_bytes(b"\x7fELF nonsense")
    (fake / "soffice").chmod(0o755)
    with pytest.raises(EngineError, match="soffice cannot be started"):
        next(LibreOffice().scenarios(read_contents(workbook), [{}]))


@pytest.mark.parametrize(("kind", "name"), [(LibreOffice, "soffice"), (Gnumeric, "ssconvert")])
def test_no_room_for_temporary_files(workbook: Path, fake: Path, kind: type[Engine], name: str) -> None:
    program(fake, name, "exit 0")
    (fake.parent / "tmp").rmdir()
    with pytest.raises(EngineError, match=rf"could not recalculate .*workbook\.xlsx: {fake.parent}/tmp/"):
        next(kind().scenarios(read_contents(workbook), [{}]))


def test_small_workbooks_share_runs(workbook: Path, monkeypatch: pytest.MonkeyPatch, fake: Path) -> None:
    runs = []

    def run(command: list[str], folder: Path, _: float) -> str:
        runs.append([arg for arg in command if arg.endswith(".xlsx")])
        (folder / "out").mkdir(exist_ok=True)
        for name in runs[-1]:
            shutil.copyfile(folder / name, folder / "out" / name)
        return ""

    program(fake, "soffice", "exit 1")
    monkeypatch.setattr(process, "run_program", run)
    monkeypatch.setattr(LibreOffice, "batch_bytes", 50_000)
    size = 50_000 // workbook_size(workbook, fake)
    assert len(list(LibreOffice().scenarios(read_contents(workbook), [{}] * (size + 1)))) == size + 1
    assert [len(names) for names in runs] == [size, 1]


def workbook_size(workbook: Path, folder: Path) -> int:
    uncached(workbook, folder / "size.xlsx")
    return (folder / "size.xlsx").stat().st_size


# Which engines there are.


@pytest.mark.parametrize("kind", [LibreOffice, Gnumeric])
def test_absent_program(workbook: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Engine]) -> None:
    monkeypatch.setenv("PATH", "")
    assert kind.name not in present()
    for attempt in (lambda: engine(kind.name), lambda: next(kind().scenarios(read_contents(workbook), [{}]))):
        with pytest.raises(EngineError, match=f"{kind.name} is not installed .*: apt-get install"):
            attempt()


def test_absent_ironcalc(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ironcalc", None)
    with pytest.raises(EngineError, match="pip install"):
        engine("ironcalc")


@pytest.mark.parametrize("module", ["formulon", "wasmtime"])
def test_absent_formulon(workbook: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == module else find(name))
    assert "formulon" not in present()
    missing = rf'no module {module}\): pip install "mlp2xlsx\[engines\]"'
    for attempt in (lambda: engine("formulon"), lambda: solve(workbook, "formulon", [{}])):
        with pytest.raises(EngineError, match=missing):
            attempt()


@pytest.mark.needs("formulon")
def test_time_limit_on_formulon(workbook: Path, fake: Path) -> None:
    with pytest.raises(EngineError, match=r"formulon took more than 0\.2 s to recalculate"):
        next(Formulon(time_limit=0.2).scenarios(read_contents(workbook), [{}] * 50))
    nothing_left(fake)


def test_table_of_engines() -> None:
    assert list(ENGINES) == ["ironcalc", "libreoffice", "gnumeric", "formulon"]
    assert present()[0] == "ironcalc"
    with pytest.raises(
        EngineError, match='no engine "excel"; choose from ironcalc, libreoffice, gnumeric, formulon'
    ):
        engine("excel")
