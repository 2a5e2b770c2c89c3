import gc
import os
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import IO

import pytest

from mlp2xlsx import build
from mlp2xlsx.classroom import files
from mlp2xlsx.engines.formulon import Formulon
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.verify.structure import check_structure
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.helpers import form_of
from tests.verify.helpers import trained_once

# They take longest: begun last, one of them would keep a single process busy when all others are done.
FIRST = (
    *("test_by_hand.py", "test_texts.py", "test_resaved.py", "test_shipped_lessons.py", "test_sabotage.py"),
    *("test_evaluate_sheet.py", "test_sabotaged.py", "test_step_sheets.py", "test_layouts.py"),
    *("test_optimizers.py", "test_innocent.py", "test_files.py", "test_simulated_class.py"),
    *("test_math_sheet.py", "test_check_sheet.py", "test_real_editing.py", "test_data_sheet.py"),
    *("test_verify.py", "test_text.py", "test_recalculated.py", "test_older.py", "test_engines.py"),
    *("test_random_lessons.py", "test_hostile_submissions.py", "test_corrupted.py", "test_typed.py"),
)


def pytest_configure(config: pytest.Config) -> None:
    # Where Python is told to keep no bytecode, each that a test starts would compile the whole package again.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # xdist would begin with the modules that have most tests, however little time those take.
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


def pytest_collection_finish() -> None:
    # Thousands of collected tests stay; looking through them for garbage again and again takes a sixth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        for tool in marker.args:
            if not is_there(tool):
                absent = f"{tool} is not installed"
                # In CI a check that did not run must not look like one that passed.
                if os.environ.get("CI", "").lower() == "true":
                    pytest.fail(absent, pytrace=False)
                pytest.skip(absent)


def is_there(tool: str) -> bool:
    """Whether a program is in PATH, or what is an engine's own way of being there."""
    if tool == "uno":  # LibreOffice's module, in whichever Python
        return LibreOffice.missing_by_hand() is None
    return Formulon.missing() is None if tool == "formulon" else shutil.which(tool) is not None


@pytest.fixture(scope="module")
def workbook(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Tells the paths of the workbooks of a module's `LESSONS` by their names; each is built once."""
    folder = tmp_path_factory.mktemp("workbooks")

    @cache
    def path(name: str) -> Path:
        return build(request.module.LESSONS[name], folder / f"{name}.xlsx").path

    return path


@pytest.fixture(scope="session", autouse=True)
def _linted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Look for structural faults in the workbooks that tests make, once for each set of formulas."""
    save, path, lock = Book.save, tmp_path_factory.mktemp("linted") / "linted.xlsx", Lock()
    known: set[int] = set()

    def save_and_lint(book: Book, stream: IO[bytes], done: Callable[[int], object] | None = None) -> None:
        save(book, stream, done)
        with lock:  # threads may save at the same time
            lint_saved(book, stream, path, known)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Book, "save", save_and_lint)
        yield


@pytest.fixture(scope="session", autouse=True)
def _at_once() -> Iterator[None]:
    """Wait for no disk, and look for no garbage after each stencil: in all that pytest holds, that takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "gc", SimpleNamespace(collect=lambda: 0))
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="module")
def expected_once() -> Iterator[None]:
    """In a module that checks one workbook again and again: what is expected of it is worked out once."""
    with trained_once():
        yield


def lint_saved(book: Book, stream: IO[bytes], path: Path, known: set[int]) -> None:
    """Check the file that a workbook was saved to, unless one with the same formulas has been already."""
    formulas = hash(form_of(book))
    if formulas in known:
        return
    stream.flush()
    if stream.readable():
        stream.seek(0)
        path.write_bytes(stream.read())
    else:
        path = Path(stream.name)
    assert [str(problem) for problem in check_structure(read_contents(path), book)] == []
    with zipfile.ZipFile(path) as archive:
        assert unreadable({name: archive.read(name) for name in archive.namelist()}) == []
    known.add(formulas)


def unreadable(parts: Mapping[str, bytes]) -> list[str]:
    """Parts with texts in the cells themselves, which some programs show as blanks, or with array formulas."""
    return [name for name, data in parts.items() if b'"inlineStr"' in data or b't="array"' in data]
