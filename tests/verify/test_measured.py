"""The measuring of hostile files fails when it should."""

import sys
from pathlib import Path

import pytest

from tests.verify import measured, serving
from tests.verify.helpers import article
from tests.verify.measured import Done, Process, check, one_line

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is measured as on Unix")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return article(tmp_path_factory.mktemp("measured") / "article.xlsx", 2)


def test_a_good_file(path: Path) -> None:
    done = check(path)
    assert (done.status, done.err) == (0, "")
    assert done.seconds > 0
    assert done.megabytes > 20


@pytest.mark.parametrize("bound", ["SECONDS", "MEGABYTES"])
def test_too_much(path: Path, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(measured, bound, 0)
    with pytest.raises(AssertionError):
        check(path)


def test_another_line(tmp_path: Path) -> None:
    (tmp_path / "text.xlsx").write_text("hello")
    one_line(tmp_path / "text.xlsx", " is not a readable .xlsx file: it is no zip archive")
    with pytest.raises(AssertionError):
        one_line(tmp_path / "text.xlsx", ": is something else")


@pytest.mark.parametrize("patience", [300.0, 0.0], ids=["crash", "hang"])
def test_a_process_that_ends(path: Path, monkeypatch: pytest.MonkeyPatch, patience: float) -> None:
    process = Process()
    if patience:
        process._start().kill()
    monkeypatch.setattr(measured, "PATIENCE", patience)
    with pytest.raises(AssertionError, match="ended the process with status -9"):
        process.run(["verify", str(path)])


def test_a_traceback(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: list[str]) -> int:
        raise KeyError("a bug")

    monkeypatch.setattr(serving, "main", fail)
    monkeypatch.setattr(measured.PROCESS, "run", lambda words: Done(**serving.serve(words)))  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="KeyError"):
        check(path)
