"""What a lesson says of itself, on `Setup`."""

from itertools import takewhile

import pytest

from mlp2xlsx import load, override, resources, train
from mlp2xlsx.options.table import TEXTS
from mlp2xlsx.verify.inputs import read_inputs
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.reading.contents import read_contents
from mlp2xlsx.xlsx.text_width import broken, display_width
from tests.workbook.opened import Reopened

ONE = override(load("article"), iterations=1)
HEADING = resources.texts("en")["setup"]["about_heading"]


def setup_of(lesson):
    return make(train(lesson)).sheets["Setup"].ws


def said(sheet, language="en"):
    """The lines under the heading, each with its letters' slant: purpose and text differ in it."""
    heading = resources.texts(language)["setup"]["about_heading"]
    start = next((cell.row for cell in sheet["B"] if cell.value == heading), sheet.max_row)
    following = takewhile(lambda cell: not cell.font.bold, sheet["B"][start:])
    lines = [(cell.value or "", cell.font.italic) for cell in following]
    while lines and not lines[-1][0]:
        lines.pop()
    return lines


def test_purpose_and_text_stand_first():
    sheet = setup_of(ONE)
    assert sheet["B5"].value == HEADING
    assert joined(said(sheet)) == [ONE.purpose, ONE.text]


def joined(lines):
    """Purpose and text, put together again."""
    return [" ".join(line for line, slanted in lines if slanted is kind) for kind in (True, False)]


def test_a_lesson_that_says_nothing_has_no_place_for_it():
    sheet = setup_of(ONE.replace(text=" \n", purpose=" "))
    assert said(sheet) == []
    assert sheet["B5"].value == resources.texts("en")["setup"]["try_heading"]


@pytest.mark.parametrize("key", ["text", "purpose"])
def test_one_of_them_is_enough(key):
    words = {"text": "", "purpose": ""} | {key: "a word"}
    assert said(setup_of(ONE.replace(**words))) == [("a word", key == "purpose")]


def test_a_long_text_has_a_row_for_each_line():
    text = "\n".join(["short", "word " * 100, "", "字" * 200])
    sheet = setup_of(ONE.replace(text=text))
    lines = [line for line, slanted in said(sheet) if not slanted]
    assert lines[0] == "short"
    assert "".join(lines[1:]).replace(" ", "") == "word" * 100 + "字" * 200
    width = sum(sheet.column_dimensions[letter].width for letter in "BCD")
    assert all(display_width(line) <= 1.15 * width for line in lines)
    start = next(cell.row for cell in sheet["B"] if cell.value == "short")
    assert all(sheet.row_dimensions[start + row].height >= 15 for row in range(len(lines)))
    assert sheet.cell(start + len(lines) + 1, 2).value == resources.texts("en")["setup"]["try_heading"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two  three", ["one two", "three"]),
        ("字" * 7, ["字" * 5, "字" * 2]),
        ("一二三四五，六", ["一二三四", "五，六"]),
        ("一二三四（五）", ["一二三四", "（五）"]),
        ("don’t x", ["don’t x"]),
        ("a" * 45, ["a" * 40, "a" * 5]),
        ("a\nb", ["a", "b"]),
        ("a\n\n", ["a", "", ""]),
    ],
)
def test_lines(text, lines):
    assert broken(text, 10.2) == lines


def test_the_text_is_that_of_the_language():
    workbook = Reopened(make(train(ONE.replace(language="zh")))).read("设置")
    chinese = ONE.translations["zh"]
    setup = workbook["设置"]
    assert setup["B1"].value == workbook.properties.title == chinese["title"]
    assert [text.replace(" ", "") for text in joined(said(setup, "zh"))] == [
        chinese[key].replace(" ", "") for key in ("purpose", "text")
    ]


def test_a_language_without_texts_has_those_of_the_lesson():
    assert ONE.replace(language="en").words == {key: getattr(ONE, key) for key in TEXTS}


def test_the_embedded_lesson_keeps_them(tmp_path):
    lesson = ONE.replace(text='Says "=1+1".\n\n  第二行 ', purpose="\\n")
    path = tmp_path / "out.xlsx"
    with path.open("wb") as stream:
        make(train(lesson)).save(stream)
    embedded = read_inputs(read_contents(path)).recorded
    assert (embedded.text, embedded.purpose) == (lesson.text, lesson.purpose)
    assert embedded.translations == {}  # the sheet has one language
