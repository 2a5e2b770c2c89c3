"""What the README says works, and the wheel holds everything the checkout does."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

import mlp2xlsx
from mlp2xlsx.cli import main

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    words = [
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run([sys.executable, *words], check=True, timeout=300, capture_output=True)
    [path] = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_an_installed_wheel_builds_a_workbook(wheel, tmp_path):
    """Run away from the checkout, with nothing of the package but what the wheel holds."""
    words = ["-m", "mlp2xlsx", "build", "out.xlsx", "--iterations", "5"]
    start = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(wheel)!r}); import runpy; "
             "sys.argv[1:] = sys.argv[2:]; import mlp2xlsx; print(mlp2xlsx.__file__); "
             "runpy.run_module('mlp2xlsx', run_name='__main__')"]  # fmt: skip
    done = subprocess.run([*start, *words[1:]], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""
    assert Path(done.stdout.splitlines()[0]).is_relative_to(wheel)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx").sheetnames[0] == "Setup"


def test_an_installed_wheel_finds_the_table_of_a_lesson(wheel, tmp_path):
    source = f"import sys; sys.path.insert(0, {str(wheel)!r}); import mlp2xlsx; print(mlp2xlsx.load('iris').X.shape)"
    done = subprocess.run(
        [sys.executable, "-c", source], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert (done.stdout, done.stderr) == ("(150, 4)\n", "")


def test_the_wheel_holds_the_templates_and_the_type_marker(wheel):
    shipped = {path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*") if path.is_file()}
    held = {
        path.relative_to(wheel / "mlp2xlsx")
        for path in (wheel / "mlp2xlsx/templates").rglob("*")
        if path.is_file()
    }
    assert held == shipped
    assert (wheel / "mlp2xlsx/py.typed").is_file()


def code_blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_readme_commands_are_one_each_per_system():
    assert [block.count("\n") for block in code_blocks("sh")] == [1, 1]
    assert [block.count("\n") for block in code_blocks("bat")] == [1, 1]
    build, test = code_blocks("sh")
    assert build.endswith(".venv/bin/python -m mlp2xlsx build out.xlsx\n")
    assert test.endswith(".venv/bin/python -m pytest -n auto --dist loadscope\n")


def test_readme_python_runs(tmp_path, monkeypatch):
    source = "\n".join(code_blocks("python"))
    monkeypatch.chdir(tmp_path)
    exec(compile(source, "README.md", "exec"), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.xlsx", "out.xlsx"]


def test_readme_lesson_is_a_lesson():
    [text] = code_blocks("toml")
    lesson = mlp2xlsx.parse(text, "README.md", "readme")
    assert (lesson.title, lesson.seed, lesson.X.shape) == ("XOR", 42, (4, 2))


@pytest.mark.parametrize("command", ["build", "verify", "code"])
def test_readme_names_every_option(command, capsys):
    with pytest.raises(SystemExit):
        main([command, "--help"])
    options = set(re.findall(r"(?<!\w)--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    described = README.replace("--[no-]verify", "--verify --no-verify")
    assert {option for option in options if option not in described} == set()


def test_readme_pictures_and_links_exist():
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
