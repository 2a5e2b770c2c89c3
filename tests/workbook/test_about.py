"""What a lesson says of itself, on `Setup`."""

import io

import openpyxl
import pytest

from mlp2xlsx import load, override, resources, train
from mlp2xlsx.verify.inputs import read_inputs
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.reading.contents import read_contents
from mlp2xlsx.xlsx.text_width import n_lines

ONE = override(load("article"), iterations=1)
HEADING = resources.texts("en")["setup"]["about_heading"]


def opened(lesson):
    stream = io.BytesIO()
    make(train(lesson)).save(stream)
    return openpyxl.load_workbook(stream)


def said(sheet, language="en"):
    """The texts under the heading, with the rows that each has."""
    heading = resources.texts(language)["setup"]["about_heading"]
    rows = {block.min_row: block for block in sheet.merged_cells.ranges if block.min_col == 2}
    start = next((cell.row for cell in sheet["B"] if cell.value == heading), None)
    found = []
    row = start + 1 if start else None
    while row in rows:
        found.append((sheet.cell(row, 2).value, rows[row].max_row - row + 1))
        row = rows[row].max_row + 1
    return found


def test_purpose_and_text_stand_first():
    sheet = opened(ONE)["Setup"]
    assert sheet["B5"].value == HEADING
    assert [text for text, _ in said(sheet)] == [ONE.purpose, ONE.text]


def test_a_lesson_that_says_nothing_has_no_place_for_it():
    sheet = opened(ONE.replace(text=" \n", purpose=" "))["Setup"]
    assert said(sheet) == []
    assert sheet["B5"].value == resources.texts("en")["setup"]["try_heading"]


@pytest.mark.parametrize("key", ["text", "purpose"])
def test_one_of_them_is_enough(key):
    words = {"text": "", "purpose": ""} | {key: "a word"}
    assert said(opened(ONE.replace(**words))["Setup"]) == [("a word", 1)]


def test_a_long_text_has_rows_enough_and_wraps():
    text = "\n".join(["short", "word " * 100, "", "字" * 200])
    sheet = opened(ONE.replace(text=text))["Setup"]
    shown, rows = said(sheet)[1]
    assert shown == text
    width = sum(sheet.column_dimensions[letter].width for letter in "BCD")
    assert rows >= 1 + 500 / width + 1 + 400 / width
    start = next(cell.row for cell in sheet["B"] if cell.value == text)
    assert sheet.cell(start, 2).alignment.wrap_text
    assert all(sheet.row_dimensions[row].height >= 15 for row in range(start, start + rows))
    assert sheet.cell(start + rows + 1, 2).value == resources.texts("en")["setup"]["try_heading"]


@pytest.mark.parametrize(
    ("text", "lines"), [("", 1), ("a" * 10, 2), ("字" * 10, 2), ("a\nb", 2), ("a\n\n", 3)]
)
def test_lines(text, lines):
    assert n_lines(text, 10.2) == lines


def test_the_text_is_that_of_the_language():
    workbook = opened(ONE.replace(language="zh"))
    chinese = ONE.translations["zh"]
    assert workbook["Setup"]["B1"].value == workbook.properties.title == chinese["title"]
    assert [text for text, _ in said(workbook["Setup"], "zh")] == [chinese["purpose"], chinese["text"]]


def test_a_language_without_texts_has_those_of_the_lesson():
    assert ONE.replace(language="en").words == {
        "title": ONE.title,
        "text": ONE.text,
        "purpose": ONE.purpose,
    }


def test_the_embedded_lesson_keeps_them(tmp_path):
    lesson = ONE.replace(text='Says "=1+1".\n\n  第二行 ', purpose="\\n")
    path = tmp_path / "out.xlsx"
    with path.open("wb") as stream:
        make(train(lesson)).save(stream)
    embedded = read_inputs(read_contents(path)).recorded
    assert (embedded.text, embedded.purpose) == (lesson.text, lesson.purpose)
    assert embedded.translations == lesson.translations
