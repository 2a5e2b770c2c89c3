"""Whether the first line holds names: told, or asked; and what stands above it."""

from importlib import resources

import pytest

from tests.helpers import message
from tests.tables.reading import SOFTMAX, lesson, said, table

NAMES = {
    "pandas-array": ("0,1,2,3\n5.1,3.5,1.4,0\n4.9,3.0,1.4,1\n", ("0", "1", "2", "3")),
    "pandas-array-with-classes": ("0,1,2,3\n5.1,3.5,1.4,x\n4.9,3.0,1.4,y\n", ("0", "1", "2", "3")),
    "pandas-index": (",0,1\n0,5.1,3.5\n1,4.9,3.0\n", ("column 1", "0", "1")),
    "unnamed": ("Unnamed: 0,a,b\n0,5.1,3.5\n1,4.9,3.0\n", ("column 1", "a", "b")),
    "shuffled-index": (",a\n7,1.5\n3,2.5\n", ("column 1", "a")),
    "missing-below": ("a,b\nNA,x\n1,y\n2,?\n", ("a", "b")),
    "odd-numbers-below": ("a;b\n1.299,99;−3,5\n1 200;0,5\n", ("a", "b")),
}


@pytest.mark.parametrize(
    ("content", "names"),
    NAMES.values(),
    ids=NAMES,
)
def test_names(content, names):
    found = table(content)
    assert (found.names, found.first) == (names, 1)


@pytest.mark.parametrize(
    "content",
    ["5.1,a\n4.9,a\n4.7,b\n", "1.299,99;0,5\n2.000,00;1,5\n", "1,0\n2,1\n3,0\n", "1,2,3\n2,3,4\n9,9,9\n", "NA,1\n2,1\n5,7\n"],
    ids=["class-again", "odd-numbers", "numbers", "counting-all", "missing-first"],
)  # fmt: skip
def test_samples(content):
    assert table(content).first == 0


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("1,2\n3,5\n4,9\n", '"1" a value'),
        ("0,1\n1.5,2\n4,9\n", '"0" a value'),
        ("5.1,a\n4.9,b\n", '"5.1" a value'),
        ("2019,kind\n1,a\n2,b\n", '"2019" a value'),
        ("abc,3\n1,4\n2,5\n", '"3" a value, "abc" a name'),
        ("NA,x\n1,y\n2,z\n", '"NA" a value'),
        (",x\n5,y\n7,z\n", '"" a value'),
    ],
    ids=["two-that-count", "two-from-0", "classes-once", "a-year", "odd-first-cell", "missing", "nothing"],
)
def test_what_cannot_be_told_is_asked(content, what):
    asked = f"data.csv line 1 could be the names of the columns or the first sample ({what})"
    assert message(table, content) == f"{asked}; say --header yes or --header no"
    samples = content.count("\n")
    assert len(table(content, header=True).lines) == samples - 1
    assert len(table(content, header=False).lines) == samples


def test_a_number_of_thousands_of_digits_is_no_count():
    assert table(f"{'1' * 5000},a\n{'2' * 5000},a\n").first == 0


def test_a_lesson_file_is_told_so_in_its_own_words():
    content = "2019,kind\n1,a\n2,b\n"
    assert said(content).endswith('; say data.header = "yes" or data.header = "no"')
    assert lesson(content, 'header = "yes"').features == ("2019",)
    assert lesson(content, 'header = "no"', target="2").features == ("column 1",)
    assert said(content, "header = true") == (
        'my.toml: data.header: found true (a boolean), expected "yes" or "no"'
    )


@pytest.mark.parametrize("name", ["iris.csv", "wine_data.csv", "breast_cancer.csv"])
def test_the_tables_of_scikit_learn_count_in_front(name):
    content = (resources.files("sklearn.datasets.data") / name).read_bytes()
    assert " names in its place, or delete it and say data.header = " in said(content)
    samples = content.partition(b"\n")[2]
    width = samples.partition(b"\n")[0].count(b",") + 1
    assert lesson(samples, 'header = "no"', SOFTMAX, target=width).X.shape[1] == width - 1


def test_counts_in_front_are_told_and_the_chain_ends():
    samples = "5.1,3.5,1.4,0.2,0\n4.9,3.0,1.4,0.2,0\n6.4,3.2,4.5,1.5,1\n"
    content = f"3,4,setosa,versicolor,virginica\n{samples}"
    assert said(content) == (
        "data.csv line 1 counts 3 samples and 4 features, and names no columns; "
        'put 5 names in its place, or delete it and say data.header = "no"'
    )
    assert len(lesson(samples, 'header = "no"', target="5").X) == 3
    assert len(lesson(f"a,b,c,d,kind\n{samples}").X) == 3


@pytest.mark.parametrize("first", ["# by hand", "#", "# a, b, c", '"# a; b"'])
def test_a_line_for_people_is_skipped(first):
    found = table(f"{first}\n#again\nheight,width\n1,2\n3,4\n")
    assert (found.names, found.first, found.comments) == (("height", "width"), 3, 2)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Class 3b\na;b;c\n1;2;3\n", 'data.csv line 1 holds "Class 3b" and nothing else; expected the names of the columns; delete what stands above them'),
        ("Class 3b,,\na,b,c\n1,2,3\n", 'data.csv line 1 holds "Class 3b" and nothing else; expected the names of the columns; delete what stands above them'),
        ("a b\n1 5 6\n2 7 8\n", "data.csv line 1 has 2 names, every other line 3 cells; add the name that is missing, in front where R has left out that of the row numbers"),
        ("a,b\n1,2\n3,4\na,b\n5,6\n", "data.csv line 4 repeats the names of the columns; delete it"),
    ],
    ids=["title", "title-with-commas", "r-row-names", "joined"],
)  # fmt: skip
def test_what_stands_where_names_should(content, expected):
    assert message(table, content) == expected


@pytest.mark.parametrize("name", ["Unnamed: 0", "", "id", "PassengerId", "Index", "序号"])
@pytest.mark.parametrize("start", [0, 1])
def test_numbers_of_lines_are_left_out(name, start):
    found = lesson(f"{name},a,kind\n{start},5,x\n{start + 1},7,y\n{start + 2},9,x\n")
    assert found.features == ("a",)
    assert "left out: " in found.understood


def test_numbers_of_lines_stay_where_they_are_asked_for_or_say_something():
    assert lesson("id,a,kind\n1,5,x\n2,7,y\n", 'features = ["id"]').features == ("id",)
    assert lesson("id,a,kind\n4,5,x\n2,7,y\n").features == ("id", "a")
    assert lesson("age,a,kind\n1,5,x\n2,7,y\n").features == ("age", "a")
    assert lesson("id,kind\n1,x\n2,y\n").features == ("id",)
