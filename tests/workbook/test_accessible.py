"""What every reader needs of a workbook, whether they see it, hear it, or see no colours: in its parts."""

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mlp2xlsx import load, train
from mlp2xlsx.classroom.grading import grade
from mlp2xlsx.classroom.handouts import handout
from mlp2xlsx.workbook.book import make
from tests.cases import FEW_OF_IRIS, few, shipped
from tests.classroom.lessons import LESSONS
from tests.workbook.obstacles import (
    BLACK,
    CHECKS,
    DRAWING,
    WHITE,
    alike_in_grey,
    by_colour_alone,
    contrast,
    faint,
    languages,
    merged,
    other_oranges,
    silent,
    trees,
    unreachable,
    untitled_axes,
)

LESSON_KINDS = {
    "article": load("article").replace(iterations=20),
    "show": load("article").replace(iterations=20, show=[1, 5, 20]),
    "sgd": load("sgd").replace(iterations=6),
    "iris": shipped(FEW_OF_IRIS).replace(iterations=2),
    "two-hidden": load("two-hidden").replace(iterations=3),
    "xor": load("xor").replace(iterations=3),
    "regression": load("regression").replace(iterations=3),
    "classes": load("xor").replace(
        iterations=1, y=[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]], output="softmax", initial={}
    ),
}
CLASS_KINDS = ("handouts", "key", "feedback")  # to be filled in, with all numbers, and marked
TAGS = {"en": "en-US", "zh": "zh-CN"}
each_kind = pytest.mark.parametrize(
    "kind", few("article", "show", "classes", "handouts", "feedback", of=[*LESSON_KINDS, *CLASS_KINDS])
)
each_language = pytest.mark.parametrize("language", TAGS)


@cache
def parts(kind, language):
    """The parts of a workbook, by name."""
    if kind in LESSON_KINDS:
        stream = io.BytesIO()
        make(train(LESSON_KINDS[kind].replace(language=language))).save(stream)
    else:
        stream = io.BytesIO(of_a_class(language)[kind])
    with zipfile.ZipFile(stream) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def of_a_class(language):
    """A handout, its key and the marked workbook."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / "class"
        handout(home, LESSONS["and-or"].replace(language=language))
        grade(home, home / "handouts", Path(folder) / "grades.csv")
        return {kind: next((home / kind).rglob("*.xlsx")).read_bytes() for kind in CLASS_KINDS}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@each_language
@each_kind
def test_every_workbook_is_for_every_reader(kind, language, check):
    assert check(parts(kind, language)) == []


@each_language
@each_kind
def test_a_workbook_says_its_language(kind, language):
    files = parts(kind, language)
    assert set(languages(files)) == {TAGS[language]}
    assert len(languages(files)) == 1 + len(trees(files, "xl/charts/chart"))


@each_kind
def test_what_is_said_of_a_drawing_is_said_in_its_language(kind):
    for language in TAGS:
        for tree in trees(parts(kind, language), "xl/drawings/").values():
            texts = [about.get("descr") for about in tree.iter(f"{DRAWING}cNvPr")]
            assert {bool(re.search("[\u4e00-\u9fff]", text)) for text in texts} == {language == "zh"}


def test_there_are_charts_and_they_say_different_things():
    said = [
        about.get("descr")
        for tree in trees(parts("article", "en"), "xl/drawings/").values()
        for about in tree.iter(f"{DRAWING}cNvPr")
    ]
    assert len(said) == len(set(said)) == 7


SPOILT = {
    "no-description": (silent, "xl/drawings/drawing1.xml", rb' descr="[^"]*"', b""),
    "one-word": (silent, "xl/drawings/drawing1.xml", rb' descr="[^"]*"', b' descr="Chart 1"'),
    "no-title": (silent, "xl/drawings/drawing1.xml", rb' title="[^"]*"', b""),
    "no-axis-title": (untitled_axes, "xl/charts/chart1.xml", rb">iteration<", b"><"),
    "one-dash": (alike_in_grey, "xl/charts/chart4.xml", rb'prstDash val="\w+"', b'prstDash val="solid"'),
    "orange-line": (other_oranges, "xl/charts/chart2.xml", rb"B0125B", b"D9730D"),
    "merged": (merged, "xl/worksheets/sheet1.xml", rb"</sheetData>",
               b'</sheetData><mergeCells><mergeCell ref="B1:C1"/></mergeCells>'),
    "not-to-be-selected": (unreachable, "xl/worksheets/sheet3.xml", rb'selectLockedCells="0"',
                           b'selectLockedCells="1"'),
    "grey": (faint, "xl/styles.xml", rb"FF6B6B6B", b"FF808080"),
    "dark-yellow": (faint, "xl/styles.xml", rb"FFFFE14D", b"FF8A7A20"),
    "no-bold-red": (by_colour_alone, "xl/styles.xml", rb'<dxf><font><b val="1" ?/></font>', b"<dxf>"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_in_the_way_of_a_reader_is_found(name):
    check, part, pattern, other = SPOILT[name]
    files = parts("article", "en")
    spoilt, count = re.subn(pattern, other, files[part])
    assert count > 0
    assert check(files | {part: spoilt}) != []


def test_a_colour_that_follows_another_cell_than_its_own_is_found():
    files = parts("classes", "en")
    spoilt = {name: re.sub(rb"<formula>C7=", b"<formula>C8=", data) for name, data in files.items()}
    assert spoilt != files
    assert by_colour_alone(spoilt) != []


@pytest.mark.parametrize(
    ("letters_on_ground", "expected"),
    [((BLACK, WHITE), 21.0), (("FF777777", WHITE), 4.48), ((WHITE, WHITE), 1.0)],
    ids=["black", "grey", "white"],
)
def test_contrast(letters_on_ground, expected):
    """The grey is the classic one that just fails."""
    assert contrast(*letters_on_ground) == pytest.approx(expected, abs=0.005)
