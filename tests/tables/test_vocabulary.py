"""Words among the inputs: columns of 0 and 1, in live formulas; what cannot be words is refused."""

import openpyxl
import pytest

from mlp2xlsx import build
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.lesson import parse
from mlp2xlsx.verify import verify
from mlp2xlsx.verify.inputs import read_inputs
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.tables.reading import again, lesson, said, same

pytestmark = pytest.mark.usefixtures("expected_once")

PEOPLE = "port,sex,age,kind\nC,f,20,no\nQ,m,30,yes\nS,f,40,no\nS,m,50,yes\n"
ENCODED = [[1, 0, 0, 0, 20], [0, 1, 0, 1, 30], [0, 0, 1, 0, 40], [0, 0, 1, 1, 50]]
RUN = "[training]\niterations = 2\n"


def test_each_word_has_a_column_and_two_share_one():
    found = lesson(PEOPLE)
    assert found.X.tolist() == ENCODED
    assert found.input_names == ("port = C", "port = Q", "port = S", "sex = m", "age")
    same(again(found), found)


def test_the_lesson_may_give_the_words_in_another_order():
    found = lesson(PEOPLE, 'vocabulary = { sex = ["m", "f"] }')
    assert found.input_names[3] == "sex = f"
    assert found.X[:, 3].tolist() == [1, 0, 1, 0]


def test_words_are_not_scaled():
    assert lesson(PEOPLE, 'scale = "minmax"').X.tolist()[1] == [0, 1, 0, 1, 1 / 3]


NAMES = "who,age,kind\n" + "".join(f"{chr(97 + k % 11)}x,{k},{'ab'[k % 2]}\n" for k in range(22))
REFUSED = {
    "too-many": (NAMES, "", 'data.csv: the feature "who" has 11 different words; expected at most 10; say data.features = ["age"]'),
    "one": ("s,age,kind\nx,1,a\nx,2,b\n", "", 'data.csv: the feature "s" is "x" for every sample; say data.features = ["age"]'),
    "missing": (PEOPLE.replace("Q", "?"), "", 'data.csv has 1 missing value: line 3 ("port": "?"); fill them in, leave these lines out, or say data.features = ["sex", "age"]'),
    "alike": (PEOPLE.replace("Q", "s"), "", 'data.csv line 4: the word "S" is "s" elsewhere; write both alike, or give one another name'),
    "unknown": (PEOPLE, 'vocabulary = { port = ["C", "Q"] }', 'data.csv line 4: "S" in column "port" is none of the words "C", "Q"'),
    "no-feature": (PEOPLE, 'vocabulary = { harbour = ["C", "Q"] }', 'my.toml: data.vocabulary: "harbour" is no feature; expected one of "port", "sex", "age"'),
}  # fmt: skip


@pytest.mark.parametrize(("content", "data", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused(content, data, expected):
    assert said(content, data) == expected


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")
    (folder / "data.csv").write_text(PEOPLE, encoding="utf-8")
    text = f'[data]\ncsv = "data.csv"\ntarget = "kind"\nscale = "minmax"\n{RUN}'
    return build(parse(text, "my.toml", "my", folder), folder / "people.xlsx").path


def test_a_workbook_follows_its_words_and_refuses_others(path):
    assert verify(path, quick=True).ok
    contents = read_contents(path)
    title, box = contents.place("X_raw")
    assert contents.sheets[title].constants[box.row, box.col] == "C"
    contents.sheets[title].constants[box.row, box.col] = "q"  # as spreadsheets compare
    assert read_inputs(contents).current.X[0].tolist()[:3] == [0, 1, 0]
    contents.sheets[title].constants[box.row, box.col] = "X"
    with pytest.raises(WorkbookError, match=r'\(X_raw\): found "X", expected one of C, Q, S'):
        read_inputs(contents)


def test_a_formula_that_asks_for_another_word_is_found(path, tmp_path):
    book = openpyxl.load_workbook(path)
    title, box = read_contents(path).place("X")
    cell = book[title].cell(box.row, box.col + 1)
    assert '"Q"' in cell.value
    cell.value = cell.value.replace("Q", "S")
    spoilt = tmp_path / "spoilt.xlsx"
    book.save(spoilt)
    assert not verify(spoilt, quick=True, arithmetic_only=True).ok


@pytest.mark.parametrize("given", ["low,high", "high,low"])
def test_classes_may_be_given_an_order(given):
    content = "a,kind\n1,low\n2,high\n"
    first, second = given.split(",")
    found = lesson(content, f'classes = ["{first}", "{second}"]')
    assert found.y[:, 0].tolist() == [float(second == "low"), float(second == "high")]
