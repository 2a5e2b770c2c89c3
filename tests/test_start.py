"""What is loaded when: nobody waits for what is not needed."""

import os
import pickle
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import mlp2xlsx
from mlp2xlsx import choices
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.explain.program import PROGRAMS
from mlp2xlsx.lesson.tables.scaling import NONE, SCALINGS
from mlp2xlsx.verify import DEFAULT_ENGINE
from tests.cases import few

HEAVY = {"numpy", "openpyxl", "lxml", "ironcalc", "tqdm"}
OURS = {"mlp2xlsx.workbook", "mlp2xlsx.verify", "mlp2xlsx.classroom"}


def loaded(source, *words):
    """The heavy modules, and our own large rooms, that a process has loaded when it ends."""
    report = f"import atexit, sys; atexit.register(lambda: print('loaded:', *sys.modules))\n{source}"
    done = subprocess.run([sys.executable, "-c", report, *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    names = set(done.stdout.rpartition("loaded:")[2].split())
    assert "mlp2xlsx" in names
    return names & (HEAVY | OURS)


def loaded_by(*words):
    return loaded("import sys; from mlp2xlsx.cli import main; sys.exit(main(sys.argv[1:]))", *words)


ASKED = [
    ["--help"],
    ["--version"],
    *([name, "--help"] for name in ("build", "verify", "code", "lessons", "handout", "grade")),
]
ASKING = f"""
from mlp2xlsx.cli import main
for words in {ASKED}:
    try:
        main(words)
    except SystemExit as stop:
        assert stop.code == 0, words
    else:
        raise AssertionError(words)
"""


def test_help_loads_nothing_heavy():
    """Each in turn, in one process: what one of them loads is still there at the end."""
    assert loaded(ASKING) == set()


def test_a_heavy_module_would_be_seen():
    assert loaded("import mlp2xlsx, numpy, openpyxl, lxml") >= {"numpy", "openpyxl", "lxml"}


@pytest.mark.parametrize(
    "words", [["lessons"], ["lessons", "show", "xor"], ["code", "--to", "r"]], ids=" ".join
)
def test_a_lesson_needs_no_workbook(words):
    assert loaded_by(*words) <= {"numpy"}


def test_a_build_without_a_check_does_not_load_the_check(tmp_path):
    words = ["build", str(tmp_path / "out.xlsx"), "--iterations", "0"]
    assert not loaded_by(*words, "--no-verify") & {"mlp2xlsx.verify", "mlp2xlsx.classroom", "ironcalc"}
    assert loaded_by(*words, "--force") >= {"mlp2xlsx.verify", "ironcalc"}


def test_the_words_to_choose_from_are_those_that_mean_something():
    assert [kind.name for kind in ENGINES.values()] == [*choices.ENGINES]
    assert DEFAULT_ENGINE == "ironcalc"
    assert (*PROGRAMS, "torch") == choices.LANGUAGES
    assert (NONE, *SCALINGS) == choices.SCALES


@pytest.mark.parametrize("name", few("verify", of=mlp2xlsx.__all__))
def test_public_names_come_from_the_package(name):
    source = f"import mlp2xlsx; assert {name!r} in dir(mlp2xlsx); found = mlp2xlsx.{name}"
    also = f"from mlp2xlsx import {name}; assert {name} is found and callable(found)"
    # Importing the room of the same name must not take the function's place.
    after = f"import mlp2xlsx.engines; assert mlp2xlsx.{name} is found"
    before = f"import mlp2xlsx.engines\n{source}"
    for lines in (f"{source}\n{also}\n{after}", before):
        done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")


def test_public_functions_can_be_sent_to_other_processes():
    for name in mlp2xlsx.__all__:
        found = getattr(mlp2xlsx, name)
        assert pickle.loads(pickle.dumps(found)) is found


def test_an_unknown_name_is_no_part_of_the_package():
    with pytest.raises(AttributeError, match="module 'mlp2xlsx' has no attribute 'nosuch'"):
        _ = mlp2xlsx.nosuch


def without(*modules, words):
    """Run a command in a process that cannot import these modules."""
    source = f"import sys; sys.modules |= dict.fromkeys({modules}); from mlp2xlsx.cli import run; run()"
    return subprocess.run([sys.executable, "-c", source, *words], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    ("missing", "words", "said"),
    [
        ("numpy", ["build", "out.xlsx"], ".* has no numpy: run the Python of .*"),
        ("openpyxl", ["verify", __file__], ".* has no openpyxl: run the Python of .*"),
        ("lxml.etree", ["verify", __file__], ".* has no lxml: run the Python of .*"),
        ("lxml.etree", ["build", "out.xlsx"], "openpyxl goes without lxml here: install lxml, .*"),
        ("ironcalc", ["verify", __file__], ".*pip install .*ironcalc.*"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else value.partition(" ")[0],
)
def test_what_is_not_installed_is_said_in_one_line(tmp_path, monkeypatch, missing, words, said):
    monkeypatch.chdir(tmp_path)
    done = without(missing, words=words)
    assert re.fullmatch(f"mlp2xlsx: {said}\n", done.stderr)
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])


def test_a_missing_module_of_ours_is_a_fault_of_the_program():
    assert "Traceback" in without("mlp2xlsx.lesson", words=["lessons"]).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    "words",
    [["verify", "out.xlsx"], ["lessons"], ["build", "out.xlsx"], ["grade", "a", "b", "--out", "c"]],
    ids=" ".join,
)
def test_ctrl_c_while_a_command_loads_numpy(tmp_path, words):
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "mlp2xlsx", *words],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(mlp2xlsx.__file__).parents[1])},
    )
    while not process.stderr.readline().rstrip().endswith("numpy.version"):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    lines = [line for line in err.splitlines() if not line.startswith("import time:")]
    assert (process.returncode, lines) == (130, ["mlp2xlsx: interrupted"])
