"""Titles of sheets: in the workbook's language, everywhere the same, and none that a spreadsheet refuses."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from lxml import etree

import mlp2xlsx
from mlp2xlsx import resources
from mlp2xlsx.errors import LimitError
from mlp2xlsx.workbook.layout.titles import (
    named_sheets,
    renamed_sheets,
    sheet_titles,
    step_sheets,
    title_in,
)
from mlp2xlsx.xlsx.address import Box, quoted
from mlp2xlsx.xlsx.titles import retitled, title_fault
from tests.workbook.test_accessible import each_kind, parts

ENGLISH = sheet_titles("en", 12)
CHINESE = sheet_titles("zh", 12)
PLACE = Box(1, 1, 1, 1)
# `Python` and `Setup` by themselves may be the language and a word; in a reference each is a sheet.
IN_TEXTS = [title for title in ENGLISH.values() if title != "Python"]
ENGLISH_WORD = re.compile(rf"\b({'|'.join(map(re.escape, IN_TEXTS))})\b")
ENGLISH_SHEET = re.compile(rf"(?<!\w)'?({'|'.join(map(re.escape, ENGLISH.values()))})'?!")
# What the article, the formats of files and the functions of programs are called.
NAMES = re.compile(r"《[^》]*》|Math\.\w+|\[Code\]")


def test_english_titles_are_a_contract():
    steps = [f"Step {number:02}" for number in range(1, 13)]
    others = ["Training", "Loss", "Compare", "Evaluate", "Weights", "Network", "Surface", "Curve", "Try it"]
    assert [*ENGLISH.values()] == ["Setup", "Data", *steps, *others, "Math", "Code", "Python", "Check"]


def test_chinese_titles():
    some = {
        key: CHINESE[key] for key in ("setup", "step_01", "step_12", "training", "loss", "python", "check")
    }
    assert [*some.values()] == ["设置", "第01步", "第12步", "训练", "损失", "NumPy 记录", "核对"]


def said(files):
    """Every text, formula, link, description and name of a workbook, with the part it stands in."""
    for part, data in files.items():
        if part.startswith("docProps") or not part.endswith(".xml"):
            continue
        for element in etree.fromstring(data).iter():
            if element.text:
                yield part, element.text
            if not part.endswith("styles.xml"):
                yield from ((part, value) for value in element.attrib.values())


def left_in_english(files):
    """Where an English title of a sheet is left over."""
    return [
        text
        for _, text in said(files)
        if ENGLISH_SHEET.search(text) or ENGLISH_WORD.search(NAMES.sub("", text))
    ]


@each_kind
def test_no_english_title_is_left_in_a_chinese_workbook(kind):
    assert left_in_english(parts(kind, "zh")) == []


@pytest.mark.parametrize("text", ["在 Setup 表改选", "Training!B7", "'Step 03'!G31", "Python!A1", "看 Loss"])
def test_an_english_title_would_be_seen(text):
    assert left_in_english({"xl/sheet.xml": f"<f>{text}</f>".encode()}) == [text]


@each_kind
@pytest.mark.parametrize("language", resources.languages())
def test_every_sheet_carries_its_name(kind, language):
    book = etree.fromstring(parts(kind, language)["xl/workbook.xml"])
    tabs = [sheet.get("name") for sheet in book.iter("{*}sheet")]
    names = {name.get("name"): name.text for name in book.iter("{*}definedName")}
    keys = {title: key for key, title in sheet_titles(language, 99).items()}
    assert {f"sheet_{keys[tab]}": f"{quoted(tab)}!$A$1" for tab in tabs} == {
        name: place for name, place in names.items() if name.startswith("sheet_")
    }


@pytest.mark.parametrize(
    ("title", "written"),
    {
        "Training": "Training",
        "Step 01": "'Step 01'",
        "训练": "'训练'",
        "第01步": "'第01步'",
        "NumPy 记录": "'NumPy 记录'",
        "R1C1": "'R1C1'",
        "c": "'c'",
        "AB12": "'AB12'",
        "True": "'True'",
        "Étape 01": "'Étape 01'",
        "2nd": "'2nd'",
        "L'étape 01": "'L''étape 01'",
    }.items(),
)
def test_a_title_is_quoted_where_it_could_be_anything_else(title, written):
    assert quoted(title) == written


@pytest.mark.parametrize("good", ["R1C1", "Étape 01", "训练", "x" * 31, "Historys", "1"])
def test_what_may_be_a_title(good):
    assert title_fault(good) is None


@pytest.mark.parametrize(
    ("bad", "fault"),
    {
        "": "has 0 characters, the title of a sheet has 1 to 31",
        "x" * 32: "has 32 characters, the title of a sheet has 1 to 31",
        "🙂" * 16: "has 32 characters, the title of a sheet has 1 to 31",
        **{
            f"a{sign}b": f"holds {sign!r}, which the title of a sheet must not" for sign in "[]:*?/\\{}\"'!\n"
        },
        "HISTORY": "is a name that spreadsheets keep for themselves",
    }.items(),
)
def test_what_may_not(bad, fault):
    assert title_fault(bad) == fault


@pytest.mark.parametrize(
    ("key", "title", "fault"),
    [
        ("loss", "a/b", "sheets.loss: \"a/b\" holds '/', which the title of a sheet must not"),
        ("loss", "训练", 'sheets.loss: "训练" is another sheet\'s title, too (sheets.training)'),
        ("check", "numpy 记录", 'sheets.check: "numpy 记录" is another sheet\'s title, too (sheets.python)'),
        ("step", "步", 'sheets.step: "步" is another sheet\'s title, too (sheets.step)'),
    ],
    ids=["sign", "twice", "case", "steps alike"],
)
def test_a_bad_title_is_refused_by_the_key_of_its_text(monkeypatch, tmp_path, key, title, fault):
    monkeypatch.setitem(resources.texts("zh")["sheets"], key, title)
    with pytest.raises(LimitError) as caught:
        mlp2xlsx.build(mlp2xlsx.load("article").replace(language="zh", iterations=2), tmp_path / "out.xlsx")
    assert str(caught.value) == f"texts of zh, {fault}; choose another"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("formula", "followed"),
    {
        "Loss!B2+1": "'My ''loss'''!B2+1",
        "SUM('Step 01'!$A$1:$B$2,Loss!C3)": "SUM(Étape!$A$1:$B$2,'My ''loss'''!C3)",
        'IF(A1=0,"Loss!A1",Loss!A1)': "IF(A1=0,\"Loss!A1\",'My ''loss'''!A1)",
        "Training!B{3}+Losses!A1": "Training!B{3}+Losses!A1",
    }.items(),
)
def test_a_formula_follows(formula, followed):
    titles = {"Loss": "My 'loss'", "Step 01": "Étape"}
    assert retitled(formula, titles) == followed.replace("Étape", "'Étape'")


@pytest.mark.parametrize(
    ("now", "sheets", "found"),
    [
        ({}, {"Setup", "Loss"}, {}),
        ({"sheet_loss": ("L", PLACE)}, {"Setup", "L"}, {"Loss": "L"}),
        ({"sheet_loss": ("gone", PLACE)}, {"Setup", "Loss"}, {}),
        ({"sheet_loss": ("Setup", PLACE)}, {"Setup", "Loss"}, {}),
        ({"sheet_loss": ("Setup", PLACE), "sheet_setup": ("Loss", PLACE)}, {"Setup", "Loss"}, {"Loss": "Setup", "Setup": "Loss"}),
    ],
    ids=["names lost", "renamed", "no such sheet", "two of one", "exchanged"],
)  # fmt: skip
def test_which_sheets_were_renamed(now, sheets, found):
    before = named_sheets({"setup": "Setup", "loss": "Loss"})
    assert renamed_sheets(before, now, sheets) == found


def test_older_layouts_have_english_titles():
    assert title_in({"layout_3": None}, "training") == "Training"
    assert title_in({"layout_4": None}, "training") is None
    assert title_in({"layout_4": None} | named_sheets({"training": "训练"}), "training") == "训练"
    assert step_sheets("zh", [3, 12], layout=3) == ["Step 03", "Step 12"]
    assert step_sheets("zh", [3, 12]) == ["第03步", "第12步"]


# A language that nobody has written: titles that read as addresses, as a truth value, with signs.
THIRD = {
    "setup": "R1C1",
    "data": "AB12",
    "step": "Étape {number:02}",
    "training": "TRUE",
    "loss": "Perte & gain",
    "evaluate": "B7 = 7",
    "compare": "C8 & C9",
    "weights": "C",
    "network": "2 réseaux",
    "surface": "A1",
    "curve": "Ähm-Kurve",
    "try_it": "Versuch’s",
    "math": "Math. & co",
    "code": "<Code>",
    "python": "Vu (NumPy), 1+1=2",
    "check": "XFD1048576",
}
# What LibreOffice shows after each edit does not depend on titles: the file is opened once.
RUN = """
import importlib, sys
from pathlib import Path
from mlp2xlsx import resources
resources.TEMPLATES = Path(sys.argv.pop(1))
from mlp2xlsx.cli import main
importlib.import_module("mlp2xlsx.verify.verifying").single_edits = lambda *_: ()
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def third(tmp_path_factory):
    """Templates with a third language: one file more, and nothing else."""
    folder = tmp_path_factory.mktemp("third") / "templates"
    shutil.copytree(resources.TEMPLATES, folder)
    source = (folder / "texts" / "en.toml").read_text(encoding="utf-8")
    for key, title in THIRD.items():
        source, count = re.subn(
            rf'(\[sheets\][^\[]*?\n{key} = )"[^"\n]*"', lambda m, t=title: f'{m[1]}"{t}"', source
        )
        assert count == 1
    (folder / "texts" / "xx.toml").write_text(source, encoding="utf-8")
    assert tomllib.loads(source)["sheets"] == THIRD
    return folder


@pytest.fixture(scope="module")
def built(third):
    path, lesson = third / "out.xlsx", ["--lesson", "regression", "--scale", "zscore", "--iterations", 3]
    done = run(third, "build", path, *lesson, "--language", "xx", "--no-verify")
    assert done.returncode == 0, done.stderr
    return path


def run(third: Path, *words: object):
    return subprocess.run(
        [sys.executable, "-c", RUN, third, *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )


@pytest.mark.parametrize(
    "engine",
    [
        "ironcalc",
        pytest.param("libreoffice", marks=[pytest.mark.needs("soffice"), pytest.mark.slow]),
        pytest.param("gnumeric", marks=[pytest.mark.needs("ssconvert"), pytest.mark.slow]),
    ],
)
def test_a_third_language_is_one_file(third, built, engine):
    checked = run(third, "verify", built, "--engine", engine)
    assert checked.returncode == 0, checked.stdout
    assert "Étape 03" in checked.stdout
