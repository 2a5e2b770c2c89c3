"""The table of options: one more row is one more option, and a row with a part left out is refused."""

import re
import tomllib
from dataclasses import fields, make_dataclass, replace
from pathlib import Path

import openpyxl
import pytest

import mlp2xlsx
from mlp2xlsx.cli import main
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import Lesson, load, model, override, parse
from mlp2xlsx.lesson.file import to_toml
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.options import checks
from mlp2xlsx.options.option import Option, unchecked
from mlp2xlsx.options.table import LANGUAGES, OPTIONS, TEXTS, flags, keys_of, register_option, try_default
from mlp2xlsx.options.training import OPTIMIZER, PENALTY
from mlp2xlsx.options.typed import decimal, whole_number
from tests.helpers import message

DATA = "[data]\nX = [[0, 1], [1, 0]]\ny = [[1], [0]]\n"
# Fields that no option has the name of: they follow from others, or hold several.
EVERY = [*OPTIONS.values(), OPTIMIZER, PENALTY]
DERIVED = {
    "name",
    "translations",
    "X_raw",
    "network",
    "numbers",
    "understood",
    "kept",
    "drawings",
    "span",
    "penalties_later",
    "tempered",
}
# What says where the data are, how they are read, and what is kept of them.
OF_A_FILE = {"csv", "generate", "encoding", "sheet", "header", "decimal", "X_validation", "y_validation"}
SIZES = {"n_inputs", "n_outputs"}

PULL = Option(
    key="training.pull",
    check=lambda given, _: checks.between(given, 0),
    default=0.9,
    flag="pull",
    argument={"type": decimal, "metavar": "M", "help": "how much of the last update goes on"},
    line=85,
)
PACE = Option(
    key="training.pace",
    check=lambda given, _: checks.word(given, ("constant", "steps")),
    default="constant",
    flag="pace",
    argument={"type": str, "metavar": "HOW", "help": "constant or steps"},
)
WIDTH = Option(
    key="network.width",
    check=lambda given, _: checks.whole(given, 1, 9),
    default=1,
    flag="width",
    argument={"type": whole_number, "metavar": "W", "help": "how wide"},
)
DOZENS = Option(
    key="training.dozens",
    check=lambda given, _: 12 * checks.whole(given, 1, 9),
    writes=lambda _: None,
    instead_of="iterations",
    flag="dozens",
    argument={"type": whole_number, "metavar": "N", "help": "twelve updates each"},
)
# A row, another value for it, a value that it refuses, and what it expects.
ROWS = pytest.mark.parametrize(
    ("row", "value", "wrong", "expected"),
    [
        (PULL, 0.5, -1.0, "a number above 0"),
        (PACE, "steps", "sgd", '"constant" or "steps"'),
        (WIDTH, 4, 10, "a whole number from 1 to 9"),
    ],
    ids=["number", "word", "of the network"],
)


@pytest.fixture
def options():
    """The table, to which nothing is added for good."""
    before = OPTIONS.copy()
    yield before
    OPTIONS.clear()
    OPTIONS.update(before)


@pytest.fixture
def add(options, monkeypatch):
    """Adds a row, and its field to the network or the lesson."""

    def add(row):
        register_option(row)
        kind = Network if row.section == "network" else Lesson
        field = [(row.name, object, row.default)]
        wider = make_dataclass(kind.__name__, field, bases=(kind,), frozen=True, eq=kind is Network)
        monkeypatch.setattr(model, kind.__name__, wider)

    return add


def value_of(lesson, row):
    return getattr(lesson.network if row.section == "network" else lesson, row.name)


def line_of(row, value):
    return to_toml({row.name: value}).strip()


@ROWS
def test_a_row_is_a_key_of_the_file(add, row, value, wrong, expected):
    add(row)
    section = f"{DATA}[{row.section}]\n"
    assert value_of(parse(DATA, "my.toml", "my"), row) == row.default
    assert value_of(parse(section + line_of(row, value), "my.toml", "my"), row) == value
    said = message(parse, section + line_of(row, wrong), "my.toml", "my")
    assert said.startswith(f"my.toml: {row.key}: found ")
    assert said.endswith(f", expected {expected}")
    near = f"{row.name}x"
    assert message(parse, f"{section}{near} = 1", "my.toml", "my").endswith(f"(did you mean {row.name}?)")
    assert message(parse, f"{DATA}[display]\n{row.name} = 1", "my.toml", "my").endswith(
        f"(did you mean {row.key}?)"
    )


@ROWS
def test_a_row_is_written(add, row, value, wrong, expected):
    add(row)
    lesson = load("article").replace(**{row.name: value})
    written = lesson.to_toml()
    assert list(tomllib.loads(written)[row.section].items())[-1] == (row.name, value)
    assert value_of(parse(written, "again", "again"), row) == value


@ROWS
def test_a_row_can_be_overridden_and_replaced(add, row, value, wrong, expected):
    add(row)
    article = load("article")
    assert value_of(article, row) == row.default
    assert value_of(override(article, **{row.flag: value}), row) == value
    assert value_of(override(article, **{row.flag: value}, lr=0.5), row) == value
    assert message(override, article, **{row.flag: wrong}).startswith(f"--{row.flag}: found ")
    assert message(article.replace, **{row.name: wrong}).startswith(f"article: {row.key}: found ")


@ROWS
def test_a_row_is_a_flag_and_a_line_of_the_help(add, capsys, tmp_path, row, value, wrong, expected):
    add(row)
    with pytest.raises(SystemExit):
        main(["build", "--help"])
    [line] = [text for text in capsys.readouterr().out.splitlines() if f"--{row.flag} " in text]
    assert line.split() == [f"--{row.flag}", row.argument["metavar"], *row.argument["help"].split()]
    path = str(tmp_path / "out.xlsx")
    assert main(["build", path, f"--{row.flag}", str(wrong)]) == 2
    assert capsys.readouterr().err == f"mlp2xlsx: {message(override, load('article'), **{row.flag: wrong})}\n"
    assert main(["build", path, f"--{row.flag}x", "1"]) == 2
    assert f"(did you mean --{row.flag}?)" in capsys.readouterr().err


@ROWS
def test_a_row_goes_with_the_workbook(add, tmp_path, row, value, wrong, expected):
    add(row)
    path = tmp_path / "out.xlsx"
    words = ["build", str(path), f"--{row.flag}", str(value), "--iterations", "2", "--no-verify"]
    assert main(words) == 0
    book = openpyxl.load_workbook(path)
    title, cells = next(book.defined_names["lesson"].destinations)
    assert line_of(row, value) in [cell.value for line in book[title][cells] for cell in line]
    # What is seen does not depend on which option it is.
    assert mlp2xlsx.verify(path, quick=True, arithmetic_only=row is not PACE).ok


def test_the_lines_of_the_help_are_in_the_order_of_the_rows_lines(add):
    add(PULL)
    names = [*flags()]
    assert names[names.index("lr") + 1] == "pull"
    assert names[-1] == "language"
    add(PACE)
    assert [*flags()][-1] == "pace"


def test_another_way_to_say_it(options, capsys):
    register_option(DOZENS)
    assert override(load("article"), dozens=2).iterations == 24
    assert load("article").replace(dozens=3).iterations == 36
    both = f"{DATA}[training]\ndozens = 1\nepochs = 1"
    assert message(parse, both, "my.toml", "my") == (
        "my.toml: training.dozens: epochs is given too; expected one of them"
    )
    with pytest.raises(SystemExit):
        main(["build", "out.xlsx", "--epochs", "1", "--dozens", "2"])
    assert "argument --dozens: not allowed with argument --epochs" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (replace(PULL, check=unchecked), "check is missing"),
        (replace(PULL, default=None), "default is missing"),
        (replace(PULL, argument={}), "type of its argument is missing"),
        (
            replace(PULL, argument={**PULL.argument, "metavar": ""}),
            "metavar of its argument is missing",
        ),
        (replace(PULL, argument={"type": str, "metavar": "M"}), "help of its argument is missing"),
        (replace(PULL, instead_of="speed"), "there is no option speed to stand for"),
        (replace(PULL, flag="lr"), "there is a flag --lr already"),
        (replace(PULL, flag=""), "'' cannot be a flag and a name"),
        (replace(PULL, flag="mo-mentum"), "'mo-mentum' cannot be a flag and a name"),
        (replace(PULL, key="training.lr"), "there is an option lr already"),
        (replace(PULL, key="display.lr"), "there is an option lr already"),
    ],
    ids=[
        "check",
        "default",
        "type",
        "metavar",
        "help",
        "stands for",
        "flag",
        "no flag",
        "hyphen",
        "key",
        "name",
    ],
)
def test_a_part_that_is_missing_is_named(options, row, said):
    with pytest.raises(ValueError, match=re.escape(f"option {row.key}: {said}")):
        register_option(row)
    assert options == OPTIONS


def test_a_default_that_the_check_refuses(options):
    with pytest.raises(LessonError) as caught:
        register_option(replace(PULL, default=-1))
    assert str(caught.value) == "option training.pull: default: found -1, expected a number above 0"
    assert options == OPTIONS


def test_a_row_without_a_key_cannot_be_written():
    with pytest.raises(TypeError, match="key"):
        Option(default=3)


@pytest.mark.parametrize(("row", "kind"), [(PULL, "Lesson"), (WIDTH, "Network")], ids=["lesson", "network"])
def test_a_row_without_its_field_is_named(options, row, kind):
    register_option(row)
    with pytest.raises(TypeError, match=f"unexpected keyword argument '{row.name}'"):
        load("article")


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_accepts_its_default(name):
    try_default(OPTIONS[name])


# Every option is in the table, and every flag in the README


def undocumented():
    """Flags of the table that the commands in the README do not show."""
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    return {flag for flag in flags() if not re.search(rf"--{flag}\b", readme)}


def test_the_readme_shows_every_flag():
    assert undocumented() == set()


def test_a_flag_that_the_readme_does_not_show_would_be_seen(options):
    register_option(PULL)
    assert undocumented() == {"pull"}


def without_a_row(rows):
    """Fields of a lesson and of its network that no row is about, and rows that have no field."""
    own = {row.name for row in rows if row.instead_of is None and row.name not in OF_A_FILE} - {*SCALARS}
    known = {field.name for field in (*fields(Lesson), *fields(Network))} - DERIVED - SIZES
    return own ^ known


def test_every_field_is_a_row_and_every_row_a_field():
    assert without_a_row(EVERY) == set()
    assert {*keys_of("network")} - {*SCALARS} == {field.name for field in fields(Network)} - SIZES - DERIVED


def test_a_field_without_a_row_would_be_seen():
    assert without_a_row(row for row in EVERY if row.name != "seed") == {"seed"}
    assert without_a_row([*EVERY, PULL]) == {"pull"}


@pytest.mark.parametrize("name", ["article", "iris", "sgd"])
def test_what_is_written_is_what_the_rows_write(name):
    written = tomllib.loads(load(name).to_toml())
    tables = {key: [*value] if isinstance(value, dict) else None for key, value in written.items()}
    for section in ("network", "training", "display"):
        assert tables[section] == [
            key for key in keys_of(section) if OPTIONS[key].written(load(name)) is not None
        ]
    assert [*written][: len(TEXTS) + 1] == [*TEXTS, "data"]
    assert {*written} - {*TEXTS} <= {"data", "network", "initial", "training", "display", *LANGUAGES}


@pytest.mark.parametrize("call", [override, Lesson.replace], ids=["override", "replace"])
def test_what_there_is_no_row_for_is_refused(call):
    with pytest.raises(TypeError, match="pull"):
        call(load("article"), pull=1)
