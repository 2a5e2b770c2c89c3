"""The foot of a printed page: as much of the title as Excel takes."""

import io

import openpyxl
import pytest

from mlp2xlsx import load, train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.writing.footer import footer_text

OTHERS = "&C&A&R&P / &N"
MOST = 255  # of the whole footer, by Excel's documents
ROOM = MOST - len("&L") - len(OTHERS)


def units(text):
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("short & sweet", "short && sweet"),
        ("x" * 300, "x" * ROOM),
        ("&" * 300, "&&" * (ROOM // 2)),
        ("x" + "&" * 300, "x" + "&&" * ((ROOM - 1) // 2)),
        ("\U0001f9e0" * 300, "\U0001f9e0" * (ROOM // 2)),
        ("x" + "\U0001f9e0" * 300, "x" + "\U0001f9e0" * ((ROOM - 1) // 2)),
        ("字" * 300, "字" * ROOM),
    ],
    ids=["short", "long", "and", "odd-and", "surrogates", "odd-surrogates", "chinese"],
)
def test_no_more_than_there_is_room_for(title, kept):
    assert footer_text(title, OTHERS) == kept
    assert units(f"&L{kept}{OTHERS}") <= MOST


def test_the_room_is_used_up():
    assert units(f"&L{footer_text('x' * 300, OTHERS)}{OTHERS}") == MOST


def test_a_text_that_reads_like_a_character_is_escaped_and_counts_as_it_is_meant():
    assert footer_text("_x0041_" * 100, OTHERS).count("_x005F_x0041_") == ROOM // len("_x0041_")


@pytest.mark.parametrize("title", ["&" * 200, "\U0001f9e0" * 200])
def test_every_sheet_of_a_workbook_has_such_a_footer(title):
    stream = io.BytesIO()
    make(train(load("article").replace(title=title, iterations=1))).save(stream)
    for sheet in openpyxl.load_workbook(stream):
        assert 240 <= units(str(sheet.oddFooter)) <= MOST, sheet.title
