"""A file is read as a table, or refused in one line."""

from pathlib import Path

import pytest

from mlp2xlsx.lesson import file as lesson_file
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.table import read_table
from tests.helpers import message
from tests.tables.reading import table


@pytest.mark.parametrize(
    ("content", "names", "cells"),
    [
        ("a,b\n1,2\n3,4\n", ("a", "b"), [["1", "2"], ["3", "4"]]),
        ("a;b\n1;2\n3;4\n", ("a", "b"), [["1", "2"], ["3", "4"]]),
        ("a\tb\n1\t2\n3\t4", ("a", "b"), [["1", "2"], ["3", "4"]]),
        ("a,b\r\n1,2\r\n\r\n3,4\r\n\r\n", ("a", "b"), [["1", "2"], ["3", "4"]]),
        ("a,b\r1,2\r3,4\r", ("a", "b"), [["1", "2"], ["3", "4"]]),
        ("\n  \na,b\n,\n1,2\n,\n", ("a", "b"), [["1", "2"]]),
        (' a , "b, c" \n 1 , 2 \n'.replace('" \n', '"\n'), ("a", "b, c"), [["1", "2"]]),
        ('"a ""x""",b\n"1","2"\n', ('a "x"', "b"), [["1", "2"]]),
        ('5" nails,b\n1,2\n', ('5" nails', "b"), [["1", "2"]]),
        ("a;b\n1,5;2,5\n3,5;4,5\n", ("a", "b"), [["1,5", "2,5"], ["3,5", "4,5"]]),
        ("1,5;2,5\n3,5;4,5\n", ("column 1", "column 2"), [["1,5", "2,5"], ["3,5", "4,5"]]),
        ("name;age\nMüller, A;3\nMaier, B;4\n", ("name", "age"), [["Müller, A", "3"], ["Maier, B", "4"]]),
        ("a,b;c\n1,x;y\n", ("a", "b;c"), [["1", "x;y"]]),
        ("a,b|c\n1,x|y\n", ("a", "b|c"), [["1", "x|y"]]),
        ("a|b\n1,5|x\n2|y\n", ("a", "b"), [["1,5", "x"], ["2", "y"]]),
        ("a  b\n1.5   x\n 2 y\n", ("a", "b"), [["1.5", "x"], ["2", "y"]]),
        ("1,2\n3,4\n", ("column 1", "column 2"), [["1", "2"], ["3", "4"]]),
        ("5.1,setosa\n4.9,setosa\n", ("column 1", "column 2"), [["5.1", "setosa"], ["4.9", "setosa"]]),
        (',a,b\n1,5,6\n2,7,8\n', ("column 1", "a", "b"), [["1", "5", "6"], ["2", "7", "8"]]),
    ],
    ids=["comma", "semicolon", "tab", "crlf", "cr", "blank-lines", "blanks-and-quotes", "doubled-quotes", "inches",
         "decimal-comma", "decimal-comma-bare", "comma-inside", "semicolon-inside", "bar-inside", "bars", "blanks", "no-header", "no-header-with-classes",
         "row-numbers"],
)  # fmt: skip
def test_read(content, names, cells):
    found = table(content)
    assert found.names == names
    assert [line for _, line in found.lines] == cells


def test_lines_are_numbered_as_in_the_file():
    found = table('a,b\n\n1,"two\nlines"\n3,4\n')
    assert [number for number, _ in found.lines] == [3, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_encodings(encoding):
    assert table("身高,性别\n170,男\n160,女\n".encode(encoding)).names == ("身高", "性别")


@pytest.mark.parametrize(
    "names",
    ["A组,班", "身高（cm）,年级", "x,性别", "学号,喆"],
    ids=["in-a-word", "signs", "beside-latin", "very-rare-beside-a-known-word"],
)
def test_chinese_among_latin_letters_is_chinese(names):
    assert ",".join(table(f"{names}\n1,2\n".encode("gbk")).names) == names


@pytest.mark.parametrize("word", ["größe", "Länge", "Ähre", "°C", "µm", "niño"])
def test_western_accents_are_not_taken_for_chinese(word):
    content = f"{word},b\n1,2\n".encode("latin-1")
    assert content.decode("gb18030") != word
    [byte, *_] = (letter for letter in content if letter > 127)
    said = message(table, content)
    assert said.startswith(f"data.csv line 1: byte 0x{byte:02x} is not UTF-8; say --encoding with the name")
    assert f'cp1252 "{word}"' in said
    assert table(content, encoding="latin-1").names[0] == word


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "sep=|"])
def test_the_delimiter_that_a_file_names_for_excel(first):
    sign = first.strip('"')[-1]
    found = table(f"{first}\r\na{sign}b, c\r\n1,5{sign}2\r\n")
    assert (found.names, found.delimiter) == (("a", "b, c"), sign)
    assert found.lines == [(3, ["1,5", "2"])]


BAD_FILES = [
    ("", "data.csv is empty; expected the names of the columns and one line per sample"),
    ("\n , \n", "data.csv is empty; expected the names of the columns and one line per sample"),
    ("a,b\n", "data.csv has the names of the columns and nothing else; expected one line per sample"),
    ("a\n1\n2\n", "data.csv has one column; expected several, with commas, semicolons or tabs between"),
    ("day,a b\n1 Mar,2\n2 Mar\n3 Mar,4\n", "data.csv line 3 has 1 cell, line 1 has 2; all lines need the same number"),
    ("a,b,c\n1,2,3\n4,5\n", "data.csv line 3 has 2 cells, line 1 has 3; all lines need the same number"),
    ("\na,b\n\n1\n", "data.csv line 4 has 1 cell, line 2 has 2; all lines need the same number"),
    ("a,b\n1,2,3\n", "data.csv line 2 has 3 cells, line 1 has 2; all lines need the same number"),
    ("a,b,a\n1,2,3\n", 'data.csv line 1: two columns have the name "a"; rename one'),
    ('"a\nx",b\n1,2\n', "data.csv line 1: the name of column 1 contains a line break; expected plain text"),
    ("a\x07,b\n1,2\n", "data.csv line 1: the name of column 1 contains the control character U+0007; expected plain text"),
    (f"{'x' * 201},b\n1,2\n", "data.csv line 1: the name of column 1 has 201 characters; expected at most 200"),
    ('a,b\n1,"2\n3,4\n', "data.csv is not readable as CSV: a quote is opened and never closed, line 2"),
    ('a;b\n1;"2\n3;4\n', "data.csv is not readable as CSV: a quote is opened and never closed, line 2"),
    ('a,b\n1,"2"x\n', "data.csv is not readable as CSV: ',' expected after '\"', line 2"),
    (f"a,b\n1,{'2' * 200_000}\n", "data.csv is not readable as CSV: field larger than field limit (131072), line 2"),
    (b"a,b\n1,\xff\x07\n", "data.csv line 2: byte 0xff is not UTF-8; save the file as UTF-8"),
    (b"\xef\xbb\xbfa,b\n\n1,\xff\n", "data.csv line 3: byte 0xff is not UTF-8, as its mark says; save the file as UTF-8"),
    (b"GIF89a\x00\x01\x02", "data.csv is neither a text nor a workbook; save it as CSV (UTF-8) or .xlsx"),
    (b"PK\x03\x04\x00", "data.csv is not readable as a workbook: Cannot detect file format; save it as .xlsx, or as CSV (UTF-8)"),
    ("% made\n@RELATION iris\n", "data.csv is a file of Weka (.arff); open it in a program that reads it, save it as CSV or .xlsx"),
    ('[{"a": 1, "b": 2}]', "data.csv is JSON; open it in a program that reads it, save it as CSV or .xlsx"),
    (b"\x1f\x8b\x08\x00", "data.csv is neither a text nor a workbook; unpack it"),
    ("<html><table><tr><td>1", "data.csv is a web page or XML; open it in a program that reads it, save it as CSV or .xlsx"),
    ("a,b\n1,2\na,b\n3,4\n", "data.csv line 3 repeats the names of the columns; delete it"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), BAD_FILES, ids=[text[9:50] for _, text in BAD_FILES])
def test_refused_file(content, expected):
    assert message(table, content) == expected


def test_a_huge_file_is_not_read():
    with open("data.csv", "wb") as file:
        file.truncate(lesson_file.LARGEST_FILE + 1)
    assert message(read_table, Path("data.csv"), "data.csv", Hints()) == (
        "data.csv is larger than 20 MB; expected a smaller table"
    )


def test_no_file_and_a_directory():
    assert (
        message(read_table, Path("no.csv"), "no.csv", Hints())
        == "no.csv does not exist; expected a CSV file or a workbook"
    )
    assert message(read_table, Path(), ".", Hints()) == ". is a directory; expected a CSV file or a workbook"
