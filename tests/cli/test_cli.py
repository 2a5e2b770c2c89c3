import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

import mlp2xlsx
from mlp2xlsx import load, override
from mlp2xlsx.cli import main
from mlp2xlsx.resources import lesson_names
from mlp2xlsx.workbook import limits
from mlp2xlsx.workbook.limits import estimated_cells
from tests.cases import few_values

MODULE = [sys.executable, "-m", "mlp2xlsx"]
NO_SUCH_LESSON = (
    f'unknown lesson "nosuch"; expected one of {", ".join(lesson_names())}, or the path of a .toml file'
)
COMMANDS = ["build", "verify", "lessons", "code", "handout", "grade"]


def run(*words, **kind):
    return subprocess.run([*MODULE, *map(str, words)], capture_output=True, text=True, timeout=120, **kind)


def test_build_ends_with_one_line(tmp_path, capsys):
    path = tmp_path / "out.xlsx"
    assert main(["build", str(path), "--iterations", "20"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    line = (
        re.escape(str(path))
        + r": \d\d sheets, 20 iterations, \d,\d{3} cells, final loss 0\.338501, \d+\.\d s; "
        r"\d,\d{3} cells checked by ironcalc, largest difference \d\.\de-1\d\n"
    )
    assert re.fullmatch(line, out)


@pytest.mark.parametrize("more", [["--verify"], ["--no-verify"]], ids=" ".join)
def test_the_last_line_tells_how_long_it_took(tmp_path, capsys, monkeypatch, more):
    def slow(function):
        def slowly(*arguments, **options):
            time.sleep(0.5)
            return function(*arguments, **options)

        return slowly

    monkeypatch.setattr("mlp2xlsx.building.build", slow(mlp2xlsx.build))
    monkeypatch.setattr(sys.modules["mlp2xlsx.verify"], "verify", slow(mlp2xlsx.verify))
    start = time.perf_counter()
    assert main(["build", str(tmp_path / "out.xlsx"), "--iterations", "2", *more]) == 0
    waited = time.perf_counter() - start
    said = float(re.search(r", (\d+\.\d) s(;|\n)", capsys.readouterr().out)[1])
    assert said == pytest.approx(waited, abs=0.15)
    assert said >= (1.0 if more == ["--verify"] else 0.5)


def test_epochs_and_batch(tmp_path, capsys):
    words = ["--lesson", "sgd", "--epochs", "2", "--batch", "2", "--no-verify"]
    assert main(["build", str(tmp_path / "out.xlsx"), *words]) == 0
    assert " sheets, 3 iterations, " in capsys.readouterr().out


def test_one_iteration_is_no_plural(tmp_path, capsys):
    assert main(["build", str(tmp_path / "out.xlsx"), "--iterations", "1", "--no-verify"]) == 0
    assert " sheets, 1 iteration, " in capsys.readouterr().out


def test_build_takes_the_options_of_the_lesson(tmp_path):
    path = tmp_path / "out.xlsx"
    options = ["--iterations", "3", "--lr", "0.5", "--hidden", "2", "2", "--seed", "7", "--decimals", "2"]
    assert main(["build", str(path), *options, "--no-verify"]) == 0
    workbook = openpyxl.load_workbook(path, data_only=True)
    assert workbook.sheetnames.count("Step 16") == 1
    names = workbook.defined_names
    assert "initial_wh_2" in names
    ref = names["lr"].attr_text.replace("$", "").split("!")[1]
    assert workbook["Setup"][ref].value == 0.5


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ([], 2, "the following arguments are required: COMMAND; see python -m mlp2xlsx --help"),
        (["biuld"], 2, None),
        (["build"], 2, "the following arguments are required: OUT.xlsx; see python -m mlp2xlsx build --help"),
        (["build", "out.xls"], 2, "out.xls: expected a name that ends in .xlsx, as in out.xlsx"),
        (["build", ""], 2, "an empty name: expected a name that ends in .xlsx, as in out.xlsx"),
        (["build", ".xlsx"], 2, ".xlsx: expected a name that ends in .xlsx, as in out.xlsx"),
        (["build", "out.xlsx", "--targt", "x"], 2, "unrecognized arguments: --targt x (did you mean --target?); see python -m mlp2xlsx build --help"),
        (["build", "out.xlsx", "two.xlsx"], 2, "unrecognized arguments: two.xlsx; see python -m mlp2xlsx build --help"),
        (["lessons", "--jsno"], 2, "unrecognized arguments: --jsno; see python -m mlp2xlsx lessons --help"),
        (["build", "out.xlsx", "--lr", "fast"], 2, 'argument --lr: found "fast", expected a number; see python -m mlp2xlsx build --help'),
        (["build", "out.xlsx", "--iterations", "1.5"], 2, 'argument --iterations: found "1.5", expected a whole number; see python -m mlp2xlsx build --help'),
        (["build", "out.xlsx", "--lr", "0"], 2, "--lr: found 0.0, expected a number above 0"),
        (["build", "out.xlsx", "--iterations", "-1"], 2, "--iterations: found -1, expected a whole number from 0 to 1000000000"),
        (["build", "out.xlsx", "--iterations", "2", "--epochs", "2"], 2, "argument --epochs: not allowed with argument --iterations; see python -m mlp2xlsx build --help"),
        (["build", "out.xlsx", "--batch", "some"], 2, '--batch: found "some", expected "full" or a number of samples from 1 to 3'),
        (["build", "out.xlsx", "--language", "xx"], 2, None),
        (["build", "out.xlsx", "--lesson", "nosuch"], 2, NO_SUCH_LESSON),
        (["code", "--lesson", "nosuch", "--to", "r"], 2, NO_SUCH_LESSON),
        (["build", "out.xlsx", "--lesson", "no/such.toml"], 1, None),
        (["build", "out.xlsx", "--iterations", "300000"], 1, None),
        (["build", "no/out.xlsx"], 1, "no/out.xlsx: no does not exist; make it first or choose another place"),
        (["build", "old.xlsx"], 1, "old.xlsx exists; pass --force to replace it"),
        (["build", "out.xlsx", "--lr", "1e6"], 1, "training diverges at iteration 2: hidden_layer_input holds 1050; try a smaller learning rate (--lr), smaller initial weights, or scaled data (--scale zscore)"),
        (["code", "--to", "cobol"], 2, None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(tmp_path, monkeypatch, capsys, words, status, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.xlsx").write_bytes(b"old")
    try:
        found = main(words)
    except SystemExit as stop:  # argparse's own way
        found = stop.code
    out, err = capsys.readouterr()
    assert (found, out) == (status, "")
    assert err.startswith("mlp2xlsx: ")
    assert err.count("\n") == 1
    if message is not None:
        assert err == f"mlp2xlsx: {message}\n"
    assert os.listdir(tmp_path) == ["old.xlsx"]
    assert (tmp_path / "old.xlsx").read_bytes() == b"old"


def test_a_workbook_that_opens_slowly_is_not_begun(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(limits, "COMFORTABLE_CELLS", 20_000)
    path = tmp_path / "out.xlsx"
    words = ["build", str(path), "--iterations", "300", "--no-verify"]
    assert main(words) == 1
    cells = estimated_cells(override(load("article"), iterations=300))
    assert f"about {cells:,} formula cells" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert main([*words, "--show", "1,300"]) == 0
    assert path.is_file()


def test_force_replaces(tmp_path):
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    assert main(["build", str(path), "--iterations", "2", "--force", "--no-verify"]) == 0
    assert openpyxl.load_workbook(path).sheetnames[0] == "Setup"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("number", "status"),
    few_values(
        *("Ctrl-C", "kill"),
        of={
            "Ctrl-C": (signal.SIGINT, 130),
            "kill": (signal.SIGTERM, 143),
            "terminal closed": (getattr(signal, "SIGHUP", None), 129),
        },
    ),
)
def test_a_stopped_build_leaves_nothing_behind(tmp_path, number, status):
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"old")
    words = ["build", str(path), "--force", "--iterations", "150000"]
    build = subprocess.Popen([*MODULE, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while build.poll() is None and len(os.listdir(tmp_path)) < 2:
        time.sleep(0.01)
    time.sleep(0.3)
    build.send_signal(number)
    out, err = build.communicate(timeout=60)
    assert (build.returncode, out) == (status, "")
    assert err.splitlines() in (["mlp2xlsx: interrupted"], [])
    assert os.listdir(tmp_path) == ["out.xlsx"]
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    "program",
    [["-m", "mlp2xlsx"], [str(Path(sys.executable).with_name("mlp2xlsx"))]],
    ids=["module", "console-script"],
)
def test_ctrl_c_while_the_program_is_being_loaded(tmp_path, program):
    words = ["build", str(tmp_path / "out.xlsx"), "--iterations", "20000", "--no-verify"]
    build = subprocess.Popen(
        [sys.executable, "-X", "importtime", *program, *words], stderr=subprocess.PIPE, text=True
    )
    # Python tells of each module that it has imported; most are still to come.
    while not build.stderr.readline().rstrip().endswith("mlp2xlsx.interrupt"):
        assert build.poll() is None
    time.sleep(0.02)
    build.send_signal(signal.SIGINT)
    _, err = build.communicate(timeout=60)
    lines = [line for line in err.splitlines() if not line.startswith("import time:")]
    assert (build.returncode, lines) == (130, ["mlp2xlsx: interrupted"])
    assert os.listdir(tmp_path) == []


def test_a_library_leaves_ctrl_c_alone():
    """Whatever is done about it where the tests were started."""
    asks = "signal.getsignal(signal.SIGINT)"
    source = f"import signal; before = {asks}; import mlp2xlsx; print({asks} is before)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60)
    assert done.stdout == "True\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_for_the_output(tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*MODULE, "lessons"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr == "mlp2xlsx: the output cannot be written: no space left on device\n"


def test_a_closed_pipe_is_no_error_message():
    reader = subprocess.run(
        f"{sys.executable} -m mlp2xlsx code --to python | head -1",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert reader.stdout == "# The training of one workbook as a program.\n"
    assert reader.stderr == ""


def test_lessons_are_listed_one_per_line(capsys):
    assert main(["lessons"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "  " in line]
    assert sorted(line.split()[0] for line in lines) == sorted(lesson_names())
    assert lines[0] == "article         the network that the article trains by hand: 4-3-1, sigmoid"


def test_code_prints_a_program(capsys):
    assert main(["code", "--to", "python"]) == 0
    source = capsys.readouterr().out
    assert "    hidden_layer_input = X @ wh + bh\n" in source
    compile(source, "article.py", "exec")


@pytest.mark.parametrize(
    "command", [[], *([command] for command in COMMANDS)], ids=lambda words: " ".join(words) or "top"
)
def test_help_fits_one_screen_and_shows_two_examples(monkeypatch, capsys, command):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    out = capsys.readouterr().out
    lines = out.splitlines()
    assert stop.value.code == 0
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert len(re.findall(r"^  python -m mlp2xlsx ", out, re.MULTILINE)) == 2


def test_the_program_that_is_started_prints_its_help_and_its_version():
    assert run("--help").stdout.startswith("usage: python -m mlp2xlsx ")
    assert re.fullmatch(r"mlp2xlsx \d+\.\d+\.\d+\n", run("--version").stdout)


def test_the_console_script_is_the_same_program():
    from importlib.metadata import entry_points

    [script] = [point for point in entry_points(group="console_scripts") if point.name == "mlp2xlsx"]
    assert script.value == "mlp2xlsx.cli:run"
