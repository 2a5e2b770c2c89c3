import csv
import io
from math import inf

import numpy as np
import pytest

from mlp2xlsx.classroom.results import tables
from mlp2xlsx.classroom.results.tables import csv_text


def test_lines_end_as_excel_writes_them():
    assert csv_text([["id", "name"], ["s001", "Li Lei"]]) == "id,name\r\ns001,Li Lei\r\n"
    assert csv_text([]) == ""


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("Li, Lei", '"Li, Lei"'),
        ('Li "Leo" Lei', '"Li ""Leo"" Lei"'),
        ("two\nlines", '"two\nlines"'),
        ("two\r\nlines", '"two\r\nlines"'),
        ("two\rlines", '"two\rlines"'),
        ("李雷", "李雷"),
        (" a ", " a "),
        ("", '""'),
    ],
    ids=["comma", "quotes", "line-break", "crlf", "cr", "chinese", "blanks", "empty"],
)
def test_quotes(cell, written):
    assert csv_text([[cell]]) == f"{written}\r\n"
    assert next(csv.reader(io.StringIO(csv_text([[cell]]), newline=""))) == [cell]


HOSTILE = {
    "equals": '=HYPERLINK("http://evil.example","Li Lei")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1+1)",
    "tab": "\t1",
    "carriage-return": "\r1",
    "line-feed": "\n1",
    "wide-equals": "＝1+1",
    "wide-plus": "＋1",
    "wide-minus": "－1",
    "wide-at": "＠SUM(1)",
    "small-equals": "﹦1+1",
    "sign-alone": "-",
}


@pytest.mark.parametrize("cell", HOSTILE.values(), ids=HOSTILE)
def test_no_text_is_a_formula(cell):
    assert next(csv.reader(io.StringIO(csv_text([["s001", cell]]), newline=""))) == ["s001", f"'{cell}"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
@pytest.mark.parametrize(
    "separator", [";", "\t", ",", "\n", "\r\n"], ids=["semicolon", "tab", "comma", "lf", "crlf"]
)
@pytest.mark.parametrize("start", ["Li Lei", '"', "", "李雷"], ids=["name", "quote", "nothing", "chinese"])
def test_no_cell_is_a_formula_whatever_the_separator(sign, separator, start):
    written = csv_text([["s001", f"{start}{separator}{sign}1+1", 0.5]])
    for other in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=other):
            for cell in row:
                assert cell[:1] not in set("=+-@＝"), (other, row)


def test_without_the_apostrophe_a_semicolon_makes_a_formula(monkeypatch):
    monkeypatch.setattr(tables, "_ENDS_A_CELL", frozenset(","))
    written = csv_text([["s001", "Li Lei;=1+1"]])
    [row] = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    assert row[1] == "=1+1"


@pytest.mark.parametrize("cell", ["a=b", "s-1", "li@school.example", "'quoted", "1 + 1", "–"])
def test_other_texts_stay(cell):
    assert csv_text([[cell]]) == f"{cell}\r\n"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.89, "0.89"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1.0, "1"),
        (-0.5, "-0.5"),
        (1e-9, "1e-09"),
        (7, "7"),
        (-7, "-7"),
        (10**20, "100000000000000000000"),
        (np.float64(0.89), "0.89"),
        (inf, "inf"),
    ],
)
def test_numbers_are_no_texts(number, written):
    assert csv_text([[number]]) == f"{written}\r\n"
