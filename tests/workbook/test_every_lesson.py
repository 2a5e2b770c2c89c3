"""What is so on the sheets of each lesson that ships: texts have room, links lead where they say, programs are whole."""

from functools import cache

import pytest

from mlp2xlsx import load, override, train
from mlp2xlsx.explain.program import program
from mlp2xlsx.resources import languages, texts
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.code import FIRST_ROW
from mlp2xlsx.workbook.sheets.math.places import glossary_place, math_places
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.text_width import is_wide
from tests.cases import SHIPPED, shipped
from tests.workbook.sheets.test_code_sheet import COLUMNS, column
from tests.workbook.sheets.test_math_article import ARTICLE, cell_texts, math_of


@cache
def made(name, language):
    """The workbook of a shipped lesson; nobody changes it."""
    return make(train(override(shipped(name), iterations=2, language=language)))


def texts_without_room(book):
    """Where a text of one line is wider than its column, and a filled cell beside it cuts it off.

    Letters are taken as narrow as those of Calibri, so that what is found is cut off for every reader.
    """
    for title, sheet in book.sheets.items():
        widths = {col: found.width for col, found in sheet.ws.column_dimensions.items()}
        for (row, col), cell in sheet.ws._cells.items():
            look = cell.alignment
            if cell.data_type != "s" or look.wrap_text or look.shrink_to_fit:
                continue
            sides = {"center": (col - 1, col + 1), "right": (col - 1,)}.get(look.horizontal, (col + 1,))
            beside = [sheet.ws._cells.get((row, side)) for side in sides]
            filled = any(one is not None and one._value is not None for one in beside)
            letters = sum(2 if is_wide(letter) else 0.85 for letter in cell._value) * cell.font.size / 11
            if filled and letters > widths.get(cell.column_letter, 8.43):
                yield f"{title}!{cell.coordinate} {cell._value}"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SHIPPED)
def test_no_text_is_cut_off(name, language):
    assert not list(texts_without_room(made(name, language)))


def test_a_text_that_is_cut_off_is_found():
    book = make(train(override(load("regression"), iterations=2)))
    book.sheets["Curve"].widths({1: 4})
    book.sheets["Loss"].widths({2: 4})
    assert [found.split(" ", 1)[1] for found in texts_without_room(book)] == [
        "target",
        "‹ Setup",
        "centre",
    ]


HEADINGS = {"check": "gradient_check", "glossary": "glossary", "article": "article"}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SHIPPED)
def test_the_links_on_top_lead_to_their_headings(name, language):
    book = made(name, language)
    ws, places, titles = math_of(book).ws, math_places(book.context), book.context.titles
    rows = {key: row for key in HEADINGS if (row := getattr(places, key)) is not None}
    led = {cell.hyperlink.location.replace("'", "") for cell in ws[3] if cell.hyperlink}
    assert led - {f"{titles['setup']}!A1"} == {f"{titles['math']}!{a1(row, 1)}" for row in rows.values()}
    for key, row in rows.items():
        assert ws.cell(row, 1).value == texts(language)[HEADINGS[key]]["heading"]
    assert glossary_place(book.context) == (titles["math"], Box(places.glossary, 1, 1, 1))


def too_wide(sheet):
    """Lines of text that end beyond what is printed, in letters as narrow as those of Calibri."""
    last = sheet.ws[sheet.ws.print_area.split("!")[1].replace("$", "")][-1][-1]
    sizes = sheet.ws.column_dimensions
    widths = {
        cell.column: sizes[cell.column_letter].width if cell.column_letter in sizes else 8.43
        for cell in sheet.ws[1][: last.column]
    }
    for (row, col), text in cell_texts(sheet.ws).items():
        if isinstance(text, str) and not text.startswith("=") and row <= last.row:
            room = sum(width for number, width in widths.items() if number >= col)
            size = sheet.ws.cell(row, col).font.size / 11
            if sum(2 if is_wide(letter) else 0.85 for letter in text) * size > room:
                yield text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", SHIPPED)
def test_no_line_of_math_runs_off_the_page(name, language):
    assert list(too_wide(math_of(made(name, language)))) == []


def test_a_line_that_runs_off_the_page_is_seen():
    book = make(train(ARTICLE))
    sheet = math_of(book)
    sheet.put(math_places(book.context).glossary + 1, 2, "x" * 180, "text")
    assert list(too_wide(sheet)) == ["x" * 180]


@pytest.fixture(params=SHIPPED)
def book(request):
    return made(request.param, "en")


def test_the_cells_are_the_lines_of_the_programs(book):
    sheet = book.sheets["Code"].ws
    for language in COLUMNS:
        assert column(sheet, language) == program(book.context.lesson, language)
        assert {cell.font.name for cell in sheet[COLUMNS[language]][FIRST_ROW - 1 :]} <= {
            "Courier New",
            "Calibri",  # of cells below the shorter program
        }


def test_no_line_of_a_program_is_wider_than_its_columns(book):
    """And the way to the second program stands where it is seen."""
    sheet = book.sheets["Code"].ws
    for language, letters in {"python": "AB", "r": "CD"}.items():
        longest = max(map(len, program(book.context.lesson, language).splitlines()))
        assert longest * 8 / 7 < sum(sheet.column_dimensions[letter].width for letter in letters) < 155
    assert sheet.column_dimensions["A"].width <= 20
    assert (sheet["B3"].value, sheet["B3"].hyperlink.location) == ("R ›", "Code!C5")
    assert sheet["C5"].value == "R"
