import random
from pathlib import Path

import numpy as np
import pytest

from mlp2xlsx.cli import main
from mlp2xlsx.errors import DataError, LessonError
from mlp2xlsx.explain.program import program
from mlp2xlsx.lesson import file as lesson_file
from mlp2xlsx.lesson import load, override, parse
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.scaling import SCALINGS
from mlp2xlsx.lesson.tables.table import read_table
from tests.helpers import message

PLAIN = "height,width,kind\n1,2.5,b\n2,-3e1,a\n.5,+4,b\n"
SOFTMAX = '[network]\noutput = "softmax"\n'
LINEAR = '[network]\noutput = "linear"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def table(content, **hints):
    Path("data.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(Path("data.csv"), "data.csv", **hints)


def read(path, source, **hints):
    return read_table(path, source, Hints(**hints))


def lesson(content, data='target = "kind"', rest=""):
    table_of = content if isinstance(content, bytes) else content.encode()
    Path("data.csv").write_bytes(table_of)
    return parse(f'[data]\ncsv = "data.csv"\n{data}\n{rest}', "my.toml", "my", Path())


def again(one):
    """A lesson written and read, with no file at hand."""
    return parse(one.to_toml(), "again", one.name)


def same(one, other):
    assert one.to_toml() == other.to_toml()
    for name in ("X", "y", "X_raw"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None)
        assert a is None or a.tobytes() == b.tobytes()
    for name in ("features", "target", "classes", "scale"):
        assert getattr(one, name) == getattr(other, name)


# Tables


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
    assert message(read, Path("data.csv"), "data.csv") == (
        "data.csv is larger than 20 MB; expected a smaller table"
    )


def test_no_file_and_a_directory():
    assert (
        message(read, Path("no.csv"), "no.csv") == "no.csv does not exist; expected a CSV file or a workbook"
    )
    assert message(read, Path(), ".") == ". is a directory; expected a CSV file or a workbook"


# Columns


def test_all_columns_but_the_target():
    found = lesson(PLAIN)
    assert found.features == ("height", "width")
    assert found.target == ("kind",)
    assert found.X.tolist() == [[1, 2.5], [2, -30], [0.5, 4]]
    assert found.network.n_inputs == 2
    assert not found.X.flags.writeable
    assert not found.y.flags.writeable


@pytest.mark.parametrize(
    ("content", "data", "features", "X"),
    [
        (PLAIN, 'target = "kind"\nfeatures = ["width"]', ("width",), [[2.5], [-30], [4]]),
        (PLAIN, 'target = "kind"\nfeatures = ["width", "height"]', ("width", "height"), [[2.5, 1], [-30, 2], [4, 0.5]]),
        ("1,2,0\n3,4,1\n", "target = 3", ("column 1", "column 2"), [[1, 2], [3, 4]]),
        ("1,2,0\n3,4,1\n", 'target = "column 3"\nfeatures = [2]', ("column 2",), [[2], [4]]),
        ("1,2,0\n3,4,1\n", 'target = "3"\nfeatures = ["1"]', ("column 1",), [[1], [3]]),
        (",a,kind\n1,5,x\n2,6,y\n", 'target = "kind"', ("a",), [[5], [6]]),
        (",a,kind\n1,5,x\n2,6,y\n", 'target = "kind"\nfeatures = ["column 1", "a"]', ("column 1", "a"), [[1, 5], [2, 6]]),
        ("a;kind\n1,5;x\n-2,25;y\n", 'target = "kind"', ("a",), [[1.5], [-2.25]]),
        ("a;b;kind\n0,125;1;x\n0,250;2;y\n", 'target = "kind"', ("a", "b"), [[0.125, 1], [0.25, 2]]),
    ],
    ids=["chosen", "in-their-order", "number", "called", "number-as-text", "row-numbers", "row-numbers-wanted",
         "decimal-commas", "three-decimals"],
)  # fmt: skip
def test_features(content, data, features, X):
    found = lesson(content, data)
    assert found.features == features
    assert found.X.tolist() == X
    same(again(found), found)


@pytest.mark.parametrize(
    ("rest", "y", "classes"),
    [
        ("", [[1], [0], [1]], ("a", "b")),
        (LINEAR, [[1], [0], [1]], ("a", "b")),
        (SOFTMAX, [[0, 1], [1, 0], [0, 1]], ("a", "b")),
    ],
    ids=["sigmoid", "linear", "softmax"],
)
def test_two_classes(rest, y, classes):
    found = lesson(PLAIN, rest=rest)
    assert found.y.tolist() == y
    assert found.classes == classes
    same(again(found), found)


def test_more_classes_have_a_column_each_in_alphabetical_order():
    for rest in ("", SOFTMAX):
        found = lesson("a,kind\n1,c\n2,a\n3,b\n4,a\n", rest=rest)
        assert found.classes == ("a", "b", "c")
        assert found.y.tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]


def test_classes_that_are_numbers_come_by_their_size():
    found = lesson("a,kind\n1,10\n2,9\n3,10\n", rest=SOFTMAX)
    assert found.classes == ("9", "10")
    assert found.y.tolist() == [[0, 1], [1, 0], [0, 1]]


def test_classes_in_an_order_of_ones_own():
    data = 'target = "kind"\nclasses = ["b", "a"]'
    assert lesson(PLAIN, data).y.tolist() == [[0], [1], [0]]
    assert lesson(PLAIN, data, SOFTMAX).y.tolist() == [[1, 0], [0, 1], [1, 0]]


def test_numbers_stay_numbers():
    found = lesson("a,kind\n1,0.25\n2,1\n", rest="")
    assert (found.y.tolist(), found.classes, found.target) == ([[0.25], [1]], (), ("kind",))


def test_several_targets():
    found = lesson("a,b,c\n1,2,3\n4,5,6\n", 'target = ["c", "b"]', LINEAR)
    assert (found.y.tolist(), found.target) == ([[3, 2], [6, 5]], ("c", "b"))
    same(again(found), found)


BAD_CELLS = [
    ("h,kind\n" + "1,a\n" * 5 + "abc,b\n", "", 'data.csv line 7: "abc" in column "h" is not a number; correct it, or leave the line out'),
    ("h,kind\n1,a\n2,a\nx,b\n2,a\ny,b\nz,a\n1,a\n", "", 'data.csv line 4: "x" in column "h" is not a number, nor are 2 others in that column; correct them'),
    ("h,kind\n1,a\n1_000,b\n", "", 'data.csv line 3: "1_000" in column "h" is not a number; correct it, or leave the line out'),
    ("h,kind\n1,a\n5²,b\n", "", 'data.csv line 3: "5²" in column "h" is not a number; write 5 instead'),
    ("h;kind\n1.5;a\n1,5;b\n", "", 'data.csv line 3: column "h" has "1,5" with a comma, line 2 "1.5" with a point; write it as 1.5'),
    ("h,kind\n1,a\n1e400,b\n", "", 'data.csv line 3: "1e400" in column "h" is too large a number'),
    ("h,g,kind\n1,x,a\n1,y,b\n", "", 'data.csv line 2: "x" in column "g" is not a number, nor is any other in that column; say data.features = ["h"]'),
    (f"h,kind\n1,a\n{'x' * 100},b\n2,a\n", "", f'data.csv line 3: "{"x" * 59}…" in column "h" is not a number; correct it, or leave the line out'),
    ("h,kind\n1,0.5\n2,many\n", "", 'data.csv line 3: "many" in column "kind" is not a number; correct it, or leave the line out'),
    ("h;kind\n1,234;a\n22,345;b\n", "", 'data.csv line 2: column "h" has "1,234", which could be 1.234 or 1234; say data.decimal = "." or data.decimal = ","'),
    ("h,kind\n1,a\n,b\n", "", 'data.csv has 1 missing value: line 3 ("h"); fill them in, or leave these lines out'),
    ("h,kind\n" + "1,a\n,\n,b\n2,\n" * 3, "", 'data.csv has 6 missing values: line 4 ("h"), line 5 ("kind"), line 8 ("h"), line 9 ("kind"), line 12 ("h") and 1 more; fill them in, or leave these lines out'),
    ("h,kind\n1,a\n2,a\n", "", 'data.csv: the target "kind" is "a" in every line; expected two classes or more'),
    ("h,kind\n" + "".join(f"{i},c{i}\n" for i in range(101)), "", 'data.csv: the target "kind" has 101 different values; expected at most 100 classes'),
    ("h,kind\n1,2\n2,0.5\n", "", 'data.csv line 2: the target "kind" is 2, but sigmoid outputs stay between 0 and 1; say output = "linear" for numbers'),
    ("h,kind\n1,2\n2,1\n", "", 'data.csv line 2: the target "kind" is 2, but sigmoid outputs stay between 0 and 1; say output = "softmax" and loss = "cross_entropy" for classes, or output = "linear" for numbers'),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "rest", "expected"), BAD_CELLS, ids=[text[9:50] for *_, text in BAD_CELLS]
)
def test_refused_cells(content, rest, expected):
    assert message(lesson, content, rest=rest) == expected


def test_cells_of_other_columns_do_not_matter():
    found = lesson("h,note,kind\n1,,a\n2,n/a,b\n", 'target = "kind"\nfeatures = ["h"]')
    assert found.X.tolist() == [[1], [2]]


ONE_OF = 'expected one of "height", "width", "kind"'
BAD_KEYS = [
    ("", "my.toml: data.target is missing; expected the name of the column to be learnt"),
    ('target = "knd"', f'my.toml: data.target: data.csv has no column "knd"; {ONE_OF} (did you mean "kind"?)'),
    ('target = "zzz"', f'my.toml: data.target: data.csv has no column "zzz"; {ONE_OF}'),
    ("target = 3", f"my.toml: data.target: data.csv has no column 3; {ONE_OF}"),
    ("target = true", "my.toml: data.target: found true (a boolean), expected the name of a column, or a list of names"),
    ("target = []", "my.toml: data.target is empty; expected the names of columns"),
    ('target = ["kind", "kind"]', 'my.toml: data.target: "kind" is there twice; expected it once'),
    ('target = "kind"\nfeatures = ["hieght"]', f'my.toml: data.features: data.csv has no column "hieght"; {ONE_OF} (did you mean "height"?)'),
    ('target = "kind"\nfeatures = ["kind"]', 'my.toml: data.features: "kind" is the target; expected other columns'),
    ('target = ["height", "width", "kind"]', "my.toml: data.target: data.csv has no other column to learn from"),
    ('target = "kind"\nX = [[1]]', "my.toml: data.csv: data.X is given too; expected one of them"),
    ('target = "kind"\nclasses = ["a"]', 'my.toml: data.classes has 1 name; expected two or more'),
    ('target = "kind"\nclasses = ["a", "c"]', 'data.csv line 2: "b" in column "kind" is none of the classes "a", "c"'),
    ('target = ["height", "width"]\nclasses = ["a", "c"]', "my.toml: data.classes: expected one target with classes, not several"),
    ('target = "kind"\nscale = "log"', 'my.toml: data.scale: found "log", expected "none", "minmax" or "zscore"'),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), BAD_KEYS, ids=[text[9:60] for _, text in BAD_KEYS])
def test_refused_keys(data, expected):
    assert message(lesson, PLAIN, data) == expected


def test_a_file_without_names_is_asked_by_number():
    assert message(lesson, "1,2\n3,4\n", "target = 3") == (
        "my.toml: data.target: data.csv has no column 3; expected a number from 1 to 2, for it names no columns"
    )


def test_a_table_is_looked_for_beside_its_lesson():
    folder = Path("lessons")
    folder.mkdir()
    (folder / "my.csv").write_text(PLAIN, encoding="utf-8")
    (folder / "my.toml").write_text('[data]\ncsv = "my.csv"\ntarget = "kind"', encoding="utf-8")
    assert load("lessons/my.toml").features == ("height", "width")
    absolute = (folder / "my.csv").resolve()
    (folder / "my.toml").write_text(f"[data]\ncsv = '{absolute}'\ntarget = 'kind'", encoding="utf-8")
    assert load("lessons/my.toml").features == ("height", "width")
    (folder / "my.toml").write_text("[data]\ncsv = 'no.csv'\ntarget = 'kind'", encoding="utf-8")
    assert message(load, "lessons/my.toml") == "no.csv does not exist; expected a CSV file or a workbook"
    (folder / "my.toml").write_text("[data]\ncsv = ' '\ntarget = 'kind'", encoding="utf-8")
    assert message(load, "lessons/my.toml") == (
        'lessons/my.toml: data.csv: found " ", expected the name of a CSV file'
    )


def test_a_text_by_itself_reads_no_file():
    """A workbook from somebody else holds a lesson; it must not choose files to be read."""
    Path("data.csv").write_text(PLAIN, encoding="utf-8")
    assert message(parse, '[data]\ncsv = "data.csv"\ntarget = "kind"', "out.xlsx", "x") == (
        "out.xlsx: data.csv: only a lesson in a file can name another file; expected X and y"
    )


# Names in a lesson of one's own

OWN = "[data]\nX = [[1, 2], [3, 4]]\ny = [[1], [0]]\n"
TWO = "[data]\nX = [[1, 2], [3, 4]]\ny = [[1, 0], [0, 1]]\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (OWN, ((), (), ())),
        (f'{OWN}features = ["a", "b"]\ntarget = "c"', (("a", "b"), ("c",), ())),
        (f'{OWN}target = "c"\nclasses = ["no", "yes"]', ((), ("c",), ("no", "yes"))),
        (f'{TWO}target = "c"\nclasses = ["no", "yes"]', ((), ("c",), ("no", "yes"))),
        (f'{TWO}target = ["c", "d"]', ((), ("c", "d"), ())),
    ],
    ids=["none", "names", "one-column", "two-columns", "two-targets"],
)
def test_names(text, names):
    found = parse(text, "my.toml", "my")
    assert (found.features, found.target, found.classes) == names
    same(again(found), found)


BAD_NAMES = [
    ('features = ["a"]', "data.features has 1 name, data.X has 2 columns; expected one per column"),
    ('features = "a"', "data.features has 1 name, data.X has 2 columns; expected one per column"),
    ("features = 3", "data.features: found 3, expected a list of names"),
    ("features = [1, 2]", "data.features: found 1, expected a string"),
    ('features = ["a", "a"]', 'data.features: "a" is there twice; expected different names'),
    ('features = ["a", " "]', "data.features holds an empty name; expected a word"),
    (
        'features = ["a", "b\\u0007"]',
        "data.features contains the control character U+0007; expected plain text",
    ),
    ('features = ["a", "b\\nc"]', "data.features contains a line break; expected one line"),
    (f'features = ["a", "{"x" * 201}"]', "data.features has 201 characters; expected at most 200"),
    ('target = ["a", "b"]', "data.target has 2 names, data.y has 1 column; expected one per column"),
    ('classes = ["a", "b", "c"]', "data.classes has 3 names, data.y has 1 column; expected one per column"),
    ('classes = ["a"]', "data.classes has 1 name; expected two or more"),
]


@pytest.mark.parametrize(("line", "expected"), BAD_NAMES, ids=[line for line, _ in BAD_NAMES])
def test_refused_names(line, expected):
    assert message(parse, OWN + line, "my.toml", "my") == f"my.toml: {expected}"


# Scaling

RAW = [[1.0, 100.0], [2.0, 300.0], [4.0, 200.0]]
SCALED = f"[data]\nX = {RAW}\ny = [[1], [0], [1]]\n"


def test_minmax():
    found = parse(f'{SCALED}scale = "minmax"', "my.toml", "my")
    assert found.X_raw.tolist() == RAW
    np.testing.assert_allclose(found.X, [[0, 0], [1 / 3, 1], [1, 0.5]], rtol=1e-15)
    same(again(found), found)


def test_zscore():
    found = parse(f'{SCALED}scale = "zscore"', "my.toml", "my")
    np.testing.assert_allclose(
        found.X, (np.array(RAW) - np.mean(RAW, axis=0)) / np.std(RAW, axis=0), rtol=1e-14
    )
    np.testing.assert_allclose([found.X.mean(axis=0), found.X.std(axis=0)], [[0, 0], [1, 1]], atol=1e-15)
    assert not found.X.flags.writeable
    same(again(found), found)


def test_nothing_is_scaled_unasked():
    for line in ("", 'scale = "none"'):
        found = parse(SCALED + line, "my.toml", "my")
        assert (found.X.tolist(), found.X_raw, found.scale) == (RAW, None, "none")
        assert found.X_given is found.X


def test_a_large_mean_costs_no_digits():
    X = np.random.default_rng(1).normal(1e6, 1, (1000, 1))
    scaled = SCALINGS["zscore"].apply(X)
    exact = X.astype(np.longdouble)
    np.testing.assert_allclose(scaled, (exact - exact.mean()) / exact.std(), atol=3e-10)


def test_a_program_starts_from_the_scaled_numbers():
    found = parse(f'{SCALED}scale = "minmax"', "my.toml", "my")
    for language, comment in (("python", "X = np.array([[0, 0], ["), ("r", "X <- matrix(c(0, 0, ")):
        lines = program(found, language).splitlines()
        said = lines.index("# X is scaled already: (x - smallest) / (largest - smallest), column by column.")
        assert lines[said + 1].startswith(comment)
    assert "scaled" not in program(parse(SCALED, "my.toml", "my"), "python")


def test_replaced_raw_numbers_are_scaled_anew():
    found = parse(f'{SCALED}scale = "minmax"', "my.toml", "my")
    other = found.replace(X_raw=np.array(RAW) * 10)
    np.testing.assert_allclose(other.X, found.X, rtol=1e-15)
    assert other.X_raw.tolist() == (np.array(RAW) * 10).tolist()
    assert found.replace(scale="none").X.tolist() == RAW
    assert found.replace(scale="none", X=[[1, 2]] * 3).X_raw is None
    plain = parse(SCALED, "my.toml", "my")
    assert plain.replace(X_raw=[[1, 2]] * 3).X.tolist() == [[1, 2]] * 3
    assert plain.replace(scale="minmax").X_raw.tolist() == RAW
    assert message(found.replace, X=RAW) == ("my: X is computed from X_raw (scale = minmax); expected X_raw")


@pytest.mark.parametrize("scale", ["minmax", "zscore"])
def test_what_cannot_be_scaled(scale):
    data = f'target = "kind"\nscale = "{scale}"'
    assert message(lesson, "a,b,kind\n1,3,x\n2,3,y\n", data) == (
        'my.toml: data.scale: column "b" of data.csv is 3 in every sample, which cannot be scaled; leave the column out of the features'
    )
    assert message(
        parse, f"[data]\nX = [[0.1], [0.1]]\ny = [[1], [0]]\nscale = '{scale}'", "my.toml", "my"
    ) == (
        "my.toml: data.scale: column 1 of X is 0.1 in every sample, which cannot be scaled; leave the column out of the features"
    )
    assert message(lesson, "a,kind\n-1.7e308,x\n1.7e308,y\n", data) == (
        'my.toml: data.scale: the numbers in column "a" of data.csv are too far apart, or too close together, to be scaled'
    )


# On the command line


def test_other_data_for_a_lesson():
    Path("my data.csv").write_text("a,b,kind\n1,2,x\n3,5,y\n2,2,z\n", encoding="utf-8")
    iris = load("iris")
    found = override(iris, data="my data.csv", target="kind", hidden=[2], lr=0.5)
    assert (found.title, found.text, found.translations) == ("my data", "", {})
    assert (found.features, found.classes, found.scale) == (("a", "b"), ("x", "y", "z"), "zscore")
    assert (found.network.n_inputs, found.network.hidden, found.network.n_outputs) == (2, (2,), 3)
    assert (found.network.output, found.iterations, found.lr) == ("softmax", iris.iterations, 0.5)
    assert override(iris, data=Path("my data.csv"), target=("kind",), features=("b",)).features == ("b",)
    assert override(iris, data="my data.csv", target="kind", scale="none").X_raw is None
    same(again(found), found)


def test_other_data_keep_the_initial_values_that_fit():
    Path("my.csv").write_text("a,b,kind\n1,2,0\n3,5,1\n", encoding="utf-8")
    found = override(load("article"), data="my.csv", target="kind")
    assert list(found.initial) == ["bh", "wout", "bout"]


def test_other_data_may_have_fewer_samples_than_the_batches_of_the_lesson():
    Path("my.csv").write_text("a,b,kind\n1,2,0\n3,5,1\n", encoding="utf-8")
    lesson = load("sgd").replace(X=np.eye(5), y=np.ones((5, 1)), batch=4, initial={})
    assert message(override, lesson, data="my.csv", target="kind") == (
        'sgd: training.batch: found 4, expected "full" or a number of samples from 1 to 2'
    )
    assert override(lesson, data="my.csv", target="kind", batch=1, epochs=3).iterations == 6


def test_the_targets_of_a_softmax_are_shares():
    Path("my.csv").write_text("a,b,c\n1,0,1\n3,1,1\n", encoding="utf-8")
    iris = load("iris")
    assert message(override, iris, data="my.csv", target=["b", "c"]) == (
        "my.csv: data.y row 2 adds up to 2; softmax with cross_entropy needs rows that add up to 1, "
        'such as [0, 1, 0]; for several answers use output = "sigmoid"'
    )
    assert override(iris.replace(loss="half_squared_error"), data="my.csv", target=["b", "c"]).y.shape == (
        2,
        2,
    )


def test_the_lesson_may_say_what_the_target_is():
    Path("my.csv").write_text("a,b,species\n1,2,x\n3,5,y\n", encoding="utf-8")
    assert override(load("iris"), data="my.csv").target == ("species",)
    Path("my.csv").write_text("a,b,kind\n1,2,x\n3,5,y\n", encoding="utf-8")
    assert message(override, load("iris"), data="my.csv") == (
        '--target (by default that of the lesson iris): my.csv has no column "species"; '
        'expected one of "a", "b", "kind"'
    )


@pytest.mark.parametrize(
    ("options", "expected", "kind"),
    [
        ({"data": "my.csv"}, "--target is missing; expected the column of my.csv that is to be learnt", LessonError),
        ({"data": "my.csv", "target": "x"}, '--target: my.csv has no column "x"; expected one of "a", "b", "c"', LessonError),
        ({"data": "my.csv", "target": "b", "features": ["d"]}, '--features: my.csv has no column "d"; expected one of "a", "b", "c"', LessonError),
        ({"data": "my.csv", "target": "b", "scale": "log"}, '--scale: found "log", expected "none", "minmax" or "zscore"', LessonError),
        ({"data": "my.csv", "target": "b", "scale": "minmax"}, '--scale: column "c" of my.csv is 2 in every sample, which cannot be scaled; leave the column out of the features', DataError),
        ({"data": "", "target": "b"}, '--data: found "", expected the name of a CSV file', LessonError),
        ({"data": "no.csv", "target": "b"}, "no.csv does not exist; expected a CSV file or a workbook", DataError),
        ({"target": "b"}, "--target is about a table; expected --data FILE with it", LessonError),
        ({"features": ["b"]}, "--features is about a table; expected --data FILE with it", LessonError),
    ],
    ids=str,
)  # fmt: skip
def test_refused_options(options, expected, kind):
    Path("my.csv").write_text("a,b,c\n1,1,2\n3,0,2\n", encoding="utf-8")
    assert message(override, load("article"), **options) == expected
    with pytest.raises(LessonError) as caught:
        override(load("article"), **options)
    assert type(caught.value) is kind


READ = 'target "c" of numbers, UTF-8, with commas between, decimal point, names in line 1'


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--target", "c", "--features", "a"], 0, f'my.csv: 2 samples, 1 feature ("a"), {READ}'),
        (["--target", "c", "--features", ' a ,"b, too"', "--scale", "minmax"], 0, f'my.csv: 2 samples, 2 features ("a", "b, too"), {READ}'),
        (["--target", "a,c"], 1, 'my.csv line 3: the target "a" is 3, but sigmoid outputs stay between 0 and 1; say --lesson regression for numbers'),
        (["--target", "c", "--features", "a,d"], 2, '--features: my.csv has no column "d"; expected one of "a", "b, too", "c"'),
        ([], 2, "--target is missing; expected the column of my.csv that is to be learnt"),
        (["--target", ""], 2, "--target is missing; expected the column of my.csv that is to be learnt"),
        (["--target", "c", "--scale", "log"], 2, '--scale: found "log", expected "none", "minmax" or "zscore"'),
    ],
    ids=["features", "quoted", "out-of-reach", "unknown", "no-target", "empty", "scale"],
)  # fmt: skip
def test_the_command_line(capsys, words, status, said):
    Path("my.csv").write_text('a,"b, too",c\n1,1,1\n3,0,0\n', encoding="utf-8")
    options = ["--iterations", "2", "--no-verify", "--force", "--data", "my.csv"]
    assert main(["build", "out.xlsx", *options, *words]) == status
    err = capsys.readouterr().err
    assert err == f"mlp2xlsx: {said}\n"
    assert Path("out.xlsx").exists() == (status == 0)


def test_a_dry_run_only_says_what_is_read(capsys):
    Path("my.csv").write_text('a,"b, too",c\n1,1,1\n3,0,0\n', encoding="utf-8")
    assert main(["build", "out.xlsx", "--data", "my.csv", "--target", "c", "--dry-run"]) == 0
    assert capsys.readouterr().out == f'my.csv: 2 samples, 2 features ("a", "b, too"), {READ}\n'
    assert main(["build", "out.xlsx", "--lesson", "xor", "--dry-run"]) == 0
    assert capsys.readouterr().out == "xor: no table is read\n"
    assert not Path("out.xlsx").exists()


def test_the_lessons_own_data_can_be_scaled():
    assert override(load("iris"), scale="minmax").X.max() == 1
    assert override(load("iris"), scale="none").X_raw is None


def test_iris():
    iris = load("iris")
    assert iris.X_raw.shape == (150, 4)
    assert iris.y.sum(axis=0).tolist() == [50, 50, 50]
    # The means that R prints for summary(iris).
    np.testing.assert_allclose(iris.X_raw.mean(axis=0), [5.843333, 3.057333, 3.758, 1.199333], atol=5e-7)
    # Two flowers that some copies have wrong, as in Fisher's paper.
    assert iris.X_raw[[34, 37]].tolist() == [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]]


# Garbage


def test_garbage_makes_a_lesson_or_one_line():
    pieces = [
        b",",
        b";",
        b"\t",
        b'"',
        b"\r",
        b"\n",
        b"\x00",
        b"\xff",
        "异".encode("gbk"),
        "é".encode(),
        b"1e999",
        b"nan",
        b"-",
        b" ",
    ]
    rng = random.Random(3)
    made = 0
    for _ in range(300):
        content = bytearray(PLAIN.encode())
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(content) + 1)
            content[at : at + rng.randint(0, 2)] = rng.choice(pieces)
        try:
            found = lesson(bytes(content), rest=rng.choice(["", SOFTMAX, LINEAR]))
        except LessonError as error:
            said = str(error)
        else:
            same(again(found), found)
            said = ""
            made += 1
        assert len(said.splitlines()) == bool(said)
        assert len(said) < 400
    assert 20 < made < 280
