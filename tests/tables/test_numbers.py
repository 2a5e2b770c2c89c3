"""Numbers as people write them, by themselves and in a table."""

import math
import shlex

import pytest

from mlp2xlsx.classroom.marking.filled import typed_into
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.numbers import instead, number_in, numeral
from mlp2xlsx.options.typed import columns
from tests.tables.reading import lesson, said

NUMERALS = [
    # text, with a decimal point, with a decimal comma
    ("7", 7, 7),
    ("-7", -7, -7),
    ("045", 45, 45),
    ("1.5", 1.5, None),
    ("1,5", None, 1.5),
    (".5", 0.5, None),
    ("5.", 5, None),
    ("1.234", 1.234, 1234),
    ("1,234", 1234, 1.234),
    ("0.125", 0.125, None),
    ("1.2345", 1.2345, None),
    ("1234,567", None, 1234.567),
    ("1.299,99", None, 1299.99),
    ("1,299.99", 1299.99, None),
    ("1.234.567", None, 1234567),
    ("1,234,567.5", 1234567.5, None),
    ("1 200", 1200, 1200),
    ("1\u00a0200,5", None, 1200.5),
    ("12\u202f345\u202f678", 12345678, 12345678),
    ("1'200.5", 1200.5, None),
    ("1’200", 1200, 1200),
    ("−3,5", None, -3.5),
    ("–2", -2, -2),
    ("１．５", 1.5, None),
    ("－１２", -12, -12),
    ("٣٫٥", None, 3.5),
    ("२.५", 2.5, None),
    ("45%", 0.45, 0.45),
    ("12,5 %", None, 0.125),
    ("1.5e3", 1500, None),
    ("1,5E-3", None, 0.0015),
    ("1.234e5", 123400, None),
]
NONE = ["", "-", ".", "nan", "inf", "1_000", "1 2", "1.2.3", "1,23,456", "0x1F", "1/2", "5²", "①", "½", "True", "1e", "12:30", "2026-01-02", "1..5", "--1", "1-"]  # fmt: skip


@pytest.mark.parametrize(("text", "point", "comma"), NUMERALS, ids=[text for text, *_ in NUMERALS])
def test_numeral(text, point, comma):
    found = numeral(f" {text} ")
    assert (found.point, found.comma) == (point, comma)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_number(text):
    assert numeral(text) is None


def test_a_number_by_itself_has_decimals_where_it_could_have():
    assert [number_in(text) for text in ("1,234", "1.234", "1.299,99", "7", "x")] == [
        1.234,
        1.234,
        1299.99,
        7,
        None,
    ]


@pytest.mark.parametrize(("text", "point", "comma"), NUMERALS, ids=[text for text, *_ in NUMERALS])
def test_an_answer_that_is_a_text_is_read_alike(text, point, comma):
    number = typed_into(text).number
    assert number in (point, comma)
    assert number == number_in(text)


@pytest.mark.parametrize("text", NONE[1:])
def test_an_answer_that_is_no_number(text):
    assert math.isnan(typed_into(text).number)


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [("True", ".", "1"), ("FALSE", ".", "0"), ("5 kg", ".", "5"), ("€1,50", ".", "1.5"), ("€1,50", ",", "1,5"),
     ("5,5 °C", ",", "5,5"), ("1,234 m", ".", ""), ("yes", ".", ""), ("12:30", ".", "")],
)  # fmt: skip
def test_what_to_write_instead(text, decimal, expected):
    assert instead(text, decimal) == expected


READ = {
    "europe": ("a;b;kind\n1.299,99;0,5;x\n−3,5;1.000,00;y\n", [[1299.99, 0.5], [-3.5, 1000]]),
    "thousands-known-by-others": ("a;b;kind\n1.299,99;1.200;x\n3,5;7;y\n", [[1299.99, 1200], [3.5, 7]]),
    "america": ('a,b,kind\n"1,299.99","1,200",x\n3.5,7,y\n', [[1299.99, 1200], [3.5, 7]]),
    "comma-in-quotes": ('a,kind\n"1,5",x\n"2,25",y\n', [[1.5], [2.25]]),
    "blanks": ("a;kind\n1 200;x\n12\u00a0345,5;y\n", [[1200], [12345.5]]),
    "full-width": ("a,kind\n１．５,x\n２,y\n", [[1.5], [2]]),
    "percent": ("a,kind\n45%,x\n7.5 %,y\n", [[0.45], [0.075]]),
    "truths": ("a,kind\nTrue,x\nFALSE,y\n", [[1], [0]]),
    "three-decimals-beside-others": ("a;b;kind\n1.234;0.5;x\n2.345;7;y\n", [[1.234, 0.5], [2.345, 7]]),
    "three-decimals-between-commas": ("a,kind\n1.234,x\n2.345,y\n", [[1.234], [2.345]]),
}


@pytest.mark.parametrize(("content", "X"), READ.values(), ids=READ)
def test_read(content, X):
    assert lesson(content).X.tolist() == X


# What is said, the mend that it names, and what is read then.
MENDED = {
    "point-beside-comma": (
        "a;b;kind\n1.200;0,5;x\n3,5;7;y\n",
        'data.csv line 2: column "a" has "1.200", line 3 "3,5"; write it as 1,2 or 1200, whichever it is',
        {"1.200": "1200"}, "", [[1200, 0.5], [3.5, 7]],
    ),
    "comma-beside-point": (
        "a;b;kind\n1,200;0.5;x\n3.5;7;y\n",
        'data.csv line 2: column "a" has "1,200", line 3 "3.5"; write it as 1.2 or 1200, whichever it is',
        {"1,200": "1.2"}, "", [[1.2, 0.5], [3.5, 7]],
    ),
    "both-signs": (
        "a;kind\n1,5;x\n2.5;y\n3,5;x\n",
        'data.csv line 3: column "a" has "2.5" with a point, line 2 "1,5" with a comma; write it as 2,5',
        {"2.5": "2,5"}, "", [[1.5], [2.5], [3.5]],
    ),
    "both-signs-often": (
        "a;kind\n1,5;x\n2.5;y\n3,5;x\n0.5;x\n7,5;x\n",
        'data.csv line 3: column "a" has "2.5" with a point, line 2 "1,5" with a comma; write it as 2,5, and 1 other likewise',
        {"2.5": "2,5", "0.5": "0,5"}, "", [[1.5], [2.5], [3.5], [0.5], [7.5]],
    ),
    "thousands-or-decimals": (
        "a;kind\n1.234;x\n5.678;y\n",
        'data.csv line 2: column "a" has "1.234", which could be 1.234 or 1234; say data.decimal = "." or data.decimal = ","',
        {}, 'decimal = ","', [[1234], [5678]],
    ),
    "one-percent": (
        "a,kind\n45%,x\n0.5,y\n",
        'data.csv line 2: column "a" has "45%" among numbers that are no percentages; write it as 0.45, or all as percentages',
        {"45%": "0.45"}, "", [[0.45], [0.5]],
    ),
    "one-percent-with-a-comma": (
        "a;kind\n45%;x\n0,5;y\n",
        'data.csv line 2: column "a" has "45%" among numbers that are no percentages; write it as 0,45, or all as percentages',
        {"45%": "0,45"}, "", [[0.45], [0.5]],
    ),
    "one-truth": (
        "a,kind\n0,x\nTrue,y\n",
        'data.csv line 3: "True" in column "a" is not a number; write 1 instead',
        {"True": "1"}, "", [[0], [1]],
    ),
    "unit": (
        "a;kind\n1,5;x\n2,5 kg;y\n",
        'data.csv line 3: "2,5 kg" in column "a" is not a number; write 2,5 instead',
        {"2,5 kg": "2,5"}, "", [[1.5], [2.5]],
    ),
    "names-of-people": (
        "who,a,b,kind\nLi,1,2,x\nHan,3,4,y\n",
        'data.csv: the feature "who" is another word for every sample; say data.features = ["a", "b"]',
        {}, 'features = ["a", "b"]', [[1, 2], [3, 4]],
    ),
    "decimal-that-does-not-fit": (
        "a;kind\n1.5;x\n2;y\n",
        None, {"1.5": "1,5"}, 'decimal = ","', [[1.5], [2]],
    ),
}  # fmt: skip


def test_of_many_columns_those_are_named_that_are_to_go():
    names = [f"n{number}" for number in range(9)]
    content = f"who,{','.join(names)},kind\nLi,{'1,' * 9}x\nHan,{'2,' * 9}y\n"
    assert said(content).endswith('is another word for every sample; say data.features without "who"')


def test_features_are_written_as_the_command_line_takes_them():
    names = ["a", "b, too"]
    advice = Hints().say_names("features", names)
    assert advice == """--features 'a,"b, too"'"""
    assert columns(shlex.split(advice)[1]) == names


@pytest.mark.parametrize(("content", "expected", "typed", "key", "X"), MENDED.values(), ids=MENDED)
def test_what_is_said_leads_to_the_mend(content, expected, typed, key, X):
    if expected is not None:
        assert said(content) == expected
    else:
        assert said(content, key) == 'data.csv line 2: "1.5" in column "a" is not a number; write 1,5 instead'
    for odd, mend in typed.items():
        content = content.replace(odd, mend)
    assert lesson(content, key).X.tolist() == X
