import os
import random
import tomllib
from pathlib import Path

import numpy as np
import pytest

from mlp2xlsx import resources
from mlp2xlsx.errors import LessonError
from mlp2xlsx.lesson import Lesson, load, override, parse
from mlp2xlsx.lesson import file as lesson_file
from mlp2xlsx.lesson import format as lesson_format
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.resources import lesson_path
from tests.helpers import message

DATA = """[data]
X = [[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]]
y = [[1], [1], [0]]
"""
NOTHING_ELSE = "expected one of title, text, purpose, data, network, initial, training, display, en, zh"


def of(text, name="my"):
    return parse(text, "my.toml", name)


def fields(lesson):
    """All that a lesson holds, in a form that `==` compares bit for bit."""

    def plain(value):
        if isinstance(value, np.ndarray):
            return value.dtype.str, value.shape, value.tobytes(), value.flags.writeable
        if isinstance(value, dict):
            return {key: plain(entry) for key, entry in value.items()}
        return type(value), value

    return {name: plain(value) for name, value in vars(lesson).items()}


def changed_fields(before, after):
    a, b = fields(before), fields(after)
    return {name for name in a if a[name] != b[name]}


# Reading


def test_the_article():
    lesson = load("article")
    assert lesson.name == "article"
    assert lesson.title == "The article's network"
    assert lesson.X.tolist() == [[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]]
    assert lesson.y.tolist() == [[1], [1], [0]]
    assert lesson.network == Network(n_inputs=4, hidden=(3,), n_outputs=1)
    assert list(lesson.initial) == ["wh", "bh", "wout", "bout"]
    assert lesson.initial["bh"].tolist() == [[0.46, 0.72, 0.08]]
    assert (lesson.iterations, lesson.lr, lesson.batch, lesson.shuffle) == (1000, 0.1, None, False)
    assert (lesson.seed, lesson.decimals, lesson.language) == (1, 3, "en")


def test_only_data_is_needed_and_the_rest_is_as_in_the_article():
    lesson = of(DATA)
    assert lesson.title == "my"
    own = {"name", "title", "text", "purpose", "translations", "initial"}
    assert changed_fields(load("article"), lesson) <= own
    assert (lesson.text, lesson.purpose, lesson.translations, lesson.initial) == ("", "", {}, {})


def test_matrices_are_float64_and_read_only():
    lesson = of(DATA + "[initial]\nbh = [1, 2, 3]")
    arrays = [lesson.X, lesson.y, lesson.initial["bh"], *lesson.initial_parameters().values()]
    assert {(array.dtype.str, array.ndim, array.flags.writeable) for array in arrays} == {("<f8", 2, False)}


@pytest.mark.parametrize("bias", ["[0.1, 0.2, 0.3]", "[[0.1, 0.2, 0.3]]"], ids=["flat", "matrix"])
def test_a_bias_may_be_flat(bias):
    assert of(f"{DATA}[initial]\nbh = {bias}").initial["bh"].tolist() == [[0.1, 0.2, 0.3]]


@pytest.mark.parametrize("hidden", [[], [1], [2, 3], [4, 3, 2]], ids=str)
def test_any_number_of_hidden_layers(hidden):
    assert of(f"{DATA}[network]\nhidden = {hidden}").network.hidden == tuple(hidden)


@pytest.mark.parametrize("batch", ['"full"', "3"], ids=["full", "all-samples"])
def test_all_samples_are_the_full_batch(batch):
    assert of(f"{DATA}[training]\nbatch = {batch}").batch is None


def test_translations():
    lesson = of(DATA + '[zh]\ntitle = "异或"\ntext = "一\\n二"\n[en]')
    assert lesson.translations == {"zh": {"title": "异或", "text": "一\n二"}, "en": {}}


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("training.iterations", "1", 1),
        ("training.iterations", "1_000_000_000", 10**9),
        ("training.lr", "1", 1.0),
        ("training.lr", "5e-324", 5e-324),
        ("training.seed", "0", 0),
        ("training.seed", "4294967295", 2**32 - 1),
        ("display.decimals", "0", 0),
        ("display.decimals", "10", 10),
    ],
)
def test_the_ends_of_a_range_are_in_it(key, value, field):
    section, name = key.split(".")
    found = getattr(of(f"{DATA}[{section}]\n{name} = {value}"), name)
    assert (type(found), found) == (type(field), field)


def test_the_largest_numbers_of_the_data():
    assert of(f"[data]\nX = [[{2**53}, {-(2**53)}, 1e308]]\ny = [[-0.0]]").X.tolist() == [
        [2.0**53, -(2.0**53), 1e308]
    ]


@pytest.mark.parametrize(
    ("y", "total"),
    [("[[1, 1], [0, 1]]", 2), ("[[0, 0], [0, 1]]", 0), ("[[0.33, 0.33, 0.33], [1, 0, 0]]", None)],
    ids=["two-classes", "no-class", "rounded"],
)
def test_the_targets_of_a_softmax_are_shares(tmp_path, y, total):
    """The error is the gradient only then; whoever changes the cells of a workbook may find out."""
    path = tmp_path / "my.toml"
    network = 'output = "softmax"\nloss = "cross_entropy"'
    path.write_text(f"[data]\nX = [[1], [0]]\ny = {y}\n[network]\n{network}\n")
    if total is None:
        assert load(path).replace(y=np.ones((2, 3))).y.sum() == 6
        return
    assert message(load, path) == (
        f"{path}: data.y row 1 adds up to {total}; softmax with cross_entropy needs rows that add up to 1, "
        'such as [0, 1, 0]; for several answers use output = "sigmoid"'
    )


@pytest.mark.parametrize("name", ["data.csv", "out.XLSX"])
def test_a_table_is_no_lesson(name):
    assert message(load, name) == f"{name} is no lesson; expected a .toml file, or --data FILE"


# Refusals


def by_text(table):
    """Parameters with the text that is refused as their id."""
    return [pytest.param(*row, id=row[0].replace("\n", " ")[:40]) for row in table]


A_BATCH = '"full" or a number of samples from 1 to 3'
BAD_VALUES = [
    ("[training]\nlr = 'fast'", 'training.lr: found "fast" (a string), expected a number above 0'),
    ("[training]\nlr = 0", "training.lr: found 0, expected a number above 0"),
    ("[training]\nlr = -0.5", "training.lr: found -0.5, expected a number above 0"),
    ("[training]\nlr = true", "training.lr: found true (a boolean), expected a number above 0"),
    ("[training]\nlr = [1]", "training.lr: found a list, expected a number above 0"),
    (
        "[training]\nlr = 2020-01-01",
        "training.lr: found 2020-01-01 (a date or time), expected a number above 0",
    ),
    ("[training]\nlr = 1e400", "training.lr: found inf, expected a finite number above 0"),
    ("[training]\nlr = nan", "training.lr: found nan, expected a finite number above 0"),
    (
        f"[training]\nlr = 0x1{'0' * 5000}",
        "training.lr: found a whole number of 20001 bits, expected a finite number above 0",
    ),
    (
        "[training]\niterations = 0",
        "training.iterations: found 0, expected a whole number from 1 to 1000000000",
    ),
    (
        "[training]\niterations = -5",
        "training.iterations: found -5, expected a whole number from 1 to 1000000000",
    ),
    (
        "[training]\niterations = 10.0",
        "training.iterations: found 10.0, expected a whole number from 1 to 1000000000",
    ),
    (
        "[training]\niterations = 1000000001",
        "training.iterations: found 1000000001, expected a whole number from 1 to 1000000000",
    ),
    ("[training]\nseed = -1", "training.seed: found -1, expected a whole number from 0 to 4294967295"),
    (
        "[training]\nseed = 4294967296",
        "training.seed: found 4294967296, expected a whole number from 0 to 4294967295",
    ),
    ("[training]\nbatch = 4", f"training.batch: found 4, expected {A_BATCH}"),
    ("[training]\nbatch = 0", f"training.batch: found 0, expected {A_BATCH}"),
    ("[training]\nbatch = 3.0", f"training.batch: found 3.0, expected {A_BATCH}"),
    ("[training]\nbatch = true", f"training.batch: found true (a boolean), expected {A_BATCH}"),
    ("[training]\nshuffle = 0", "training.shuffle: found 0, expected true or false"),
    ("[display]\ndecimals = 11", "display.decimals: found 11, expected a whole number from 0 to 10"),
    ("[display]\nlanguage = 'fr'", 'display.language: found "fr", expected "en" or "zh"'),
    ("[network]\nhidden = 3", "network.hidden: found 3, expected a list of whole numbers, such as [3]"),
    ("[network]\nhidden = [3, 0]", "network.hidden: found 0, expected a whole number from 1 to 16384"),
    ("[network]\nhidden = [2.5]", "network.hidden: found 2.5, expected a whole number from 1 to 16384"),
    (
        "[network]\nhidden = [false]",
        "network.hidden: found false (a boolean), expected a whole number from 1 to 16384",
    ),
    (
        "[network]\nactivation = 'sigmod'",
        'network.activation: found "sigmod", expected "sigmoid", "tanh" or "relu"',
    ),
    ("[network]\nloss = 1", 'network.loss: found 1, expected "half_squared_error" or "cross_entropy"'),
    (
        f"[network]\nbias = '{'x' * 1000}'",
        f'network.bias: found "{"x" * 59}…", expected "trained", "frozen" or "none"',
    ),
    ("[network]\noutput = 'tanh'", 'network.output: found "tanh", expected "sigmoid", "softmax" or "linear"'),
    ("[zh]\ntitle = 3", "zh.title: found 3, expected a string"),
]

BAD_KEYS = [
    (
        "[network]\nhiden = [3]",
        "unknown key network.hiden; expected one of hidden, activation, output, loss, bias"
        " (did you mean hidden?)",
    ),
    (
        "[network]\nlr = 3",
        "unknown key network.lr; expected one of hidden, activation, output, loss, bias"
        " (did you mean training.lr?)",
    ),
    (
        "x = [[1]]",
        "unknown key data.x; expected one of X, y, csv, features, target, classes, scale, encoding, sheet, header, decimal (did you mean X?)",
    ),
    ("[zh]\ntitel = 'a'", "unknown key zh.titel; expected one of title, text, purpose (did you mean title?)"),
    ("[trianing]", f"unknown key trianing; {NOTHING_ELSE} (did you mean training?)"),
    ("[ko]", f"unknown key ko; {NOTHING_ELSE}"),
    ('["a\\nb"]', f"unknown key a\\nb; {NOTHING_ELSE}"),
    (
        "[initial]\nwh_1 = [[1]]",
        "unknown key initial.wh_1; expected one of wh, bh, wout, bout (did you mean wh?)",
    ),
    ("[initial]\nlr = 1", "unknown key initial.lr; expected one of wh, bh, wout, bout"),
    (
        "[initial]\nwh = [[1]]\n[network]\nhidden = [2, 2]",
        "unknown key initial.wh; expected one of wh_1, bh_1, wh_2, bh_2, wout, bout (did you mean wh_2?)",
    ),
    ("[initial]\nwh = [[1]]\n[network]\nhidden = []", "unknown key initial.wh; expected one of wout, bout"),
]

BAD_INITIAL = [
    ("wh = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]", "wh is 3×3, expected 4×3 (4 inputs × 3 neurons)"),
    (
        "wh = [1, 2, 3, 4, 5, 6]",
        "wh is a flat list; expected one list per input, such as [[1, 2, 3], [4, 5, 6]]",
    ),
    ("wout = [[1]]", "wout is 1×1, expected 3×1 (3 neurons × 1 output)"),
    ("wout = [1, 2, 3]", "wout is a flat list; expected one list per neuron, such as [[1], [2], [3]]"),
    ("bh = [1, 2]", "bh is 1×2, expected 1×3 (one per neuron)"),
    ("bh = [[1], [2], [3]]", "bh is 3×1, expected 1×3 (one per neuron)"),
    ("bout = [1, 2]", "bout is 1×2, expected 1×1 (one per output)"),
    ("bh = []", "bh is empty; expected one list per row"),
    ("bh = [1, nan, 3]", "bh[2] is nan; expected a finite number"),
    ("bh = [[1, nan, 3]]", "bh[1][2] is nan; expected a finite number"),
    ("bh = [1, 'a', 3]", 'bh[2]: found "a" (a string), expected a number'),
    ("bout = 0.69", "bout: found 0.69, expected a matrix, such as [[0, 1], [1, 0]]"),
]


@pytest.mark.parametrize(("tail", "expected"), by_text(BAD_VALUES + BAD_KEYS))
def test_refused(tail, expected):
    assert message(of, DATA + tail) == f"my.toml: {expected}"


@pytest.mark.parametrize(("line", "expected"), by_text(BAD_INITIAL))
def test_refused_initial_value(line, expected):
    assert message(of, f"{DATA}[initial]\n{line}") == f"my.toml: initial.{expected}"


@pytest.mark.parametrize(
    ("hidden", "line", "expected"),
    [
        ("[2, 3]", "wh_2 = [[1]]", "wh_2 is 1×1, expected 2×3 (2 neurons × 3 neurons)"),
        ("[]", "wout = [[1]]", "wout is 1×1, expected 4×1 (4 inputs × 1 output)"),
    ],
)
def test_refused_initial_value_of_other_depths(hidden, line, expected):
    text = f"{DATA}[network]\nhidden = {hidden}\n[initial]\n{line}"
    assert message(of, text) == f"my.toml: initial.{expected}"


BAD_INPUTS = [
    ("3", "data.X: found 3, expected a matrix, such as [[0, 1], [1, 0]]"),
    ("[]", "data.X is empty; expected one list per sample"),
    ("[[]]", "data.X row 1 is empty; expected at least one number"),
    ("[1, 1, 0]", "data.X is a flat list; expected one list per sample, such as [[1], [1], [0]]"),
    (
        "[1, 2, 3, 4, 5]",
        "data.X is a flat list; expected one list per sample, such as [[1], [2], [3], [4], …]",
    ),
    ("['a']", 'data.X row 1: found "a" (a string), expected a list of numbers'),
    ("[[1, 2], 3]", "data.X row 2: found 3, expected a list of numbers"),
    (
        "[[1, 2, 3, 4], [1, 2, 3]]",
        "data.X row 2 has 3 numbers, row 1 has 4; all rows need the same length",
    ),
    ("[[1, 2], [1]]", "data.X row 2 has 1 number, row 1 has 2; all rows need the same length"),
    ("[[1, 2, 3], [1, 2, nan]]", "data.X[2][3] is nan; expected a finite number"),
    ("[[1e400]]", "data.X[1][1] is inf; expected a finite number"),
    ("[[-inf]]", "data.X[1][1] is -inf; expected a finite number"),
    ("[[1, true]]", "data.X[1][2]: found true (a boolean), expected a number"),
    ("[['1']]", 'data.X[1][1]: found "1" (a string), expected a number'),
    ("[[[1]]]", "data.X[1][1]: found a list, expected a number"),
    ("[[{}]]", "data.X[1][1]: found a table, expected a number"),
    (
        "[[9007199254740993]]",
        "data.X[1][1] is 9007199254740993; expected at most 9007199254740992 (2**53), "
        "beyond which whole numbers are rounded",
    ),
    (
        f"[[-1{'0' * 400}]]",
        "data.X[1][1] is a whole number of 1329 bits; expected at most 9007199254740992 (2**53), "
        "beyond which whole numbers are rounded",
    ),
    ("[[1], [2]]", "data.y has 1 row, data.X has 2; expected one row per sample in both"),
]


@pytest.mark.parametrize(("X", "expected"), by_text(BAD_INPUTS))
def test_refused_inputs(X, expected):
    assert message(of, f"[data]\nX = {X}\ny = [[1]]") == f"my.toml: {expected}"


BAD_TEXTS = [
    ("", "my.toml: data.X is missing; expected [data] with X and y, or with csv"),
    ("[data]\nX = [[1]]", "my.toml: data.y is missing; expected [data] with X and y, or with csv"),
    (
        "[data]\nX = [[1], [2], [3]]\ny = [1, 1, 0]",
        "my.toml: data.y is a flat list; expected one list per sample, such as [[1], [1], [0]]",
    ),
    ("data = 3", "my.toml: data: found 3, expected a table, [data]"),
    ("[[data]]\nX = [[1]]", "my.toml: data: found a list, expected a table, [data]"),
    (f"initial = 3\n{DATA}", "my.toml: initial: found 3, expected a table, [initial]"),
    (f"zh = 'a'\n{DATA}", 'my.toml: zh: found "a" (a string), expected a table, [zh]'),
    (f"lr = 0.1\n{DATA}", f"my.toml: unknown key lr; {NOTHING_ELSE} (did you mean training.lr?)"),
    (f"title = 3\n{DATA}", "my.toml: title: found 3, expected a string"),
    (f"title = ' '\n{DATA}", "my.toml: title is empty; expected a few words"),
    (f'title = "a\\nb"\n{DATA}', "my.toml: title contains a line break; expected one line"),
    (f'purpose = "a\\nb"\n{DATA}', "my.toml: purpose contains a line break; expected one line"),
    (
        f'title = "a\\u0085b"\n{DATA}',
        "my.toml: title contains the control character U+0085; expected plain text",
    ),
    (
        f'text = "a\\rb"\n{DATA}',
        "my.toml: text contains the control character U+000D; expected plain text",
    ),
    (
        f'text = "a\\uFFFEb"\n{DATA}',
        "my.toml: text contains the control character U+FFFE; expected plain text",
    ),
    (f"title = '{'x' * 201}'\n{DATA}", "my.toml: title has 201 characters; expected at most 200"),
    (f"purpose = '{'x' * 1001}'\n{DATA}", "my.toml: purpose has 1001 characters; expected at most 1000"),
    (f"text = '{'x' * 10001}'\n{DATA}", "my.toml: text has 10001 characters; expected at most 10000"),
]


@pytest.mark.parametrize(("text", "expected"), by_text(BAD_TEXTS))
def test_refused_text(text, expected):
    assert message(of, text) == expected


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("\n\nfoo\n", " line 3: "),
        ("a = 1\nb = \n", " line 2: Invalid value"),
        ("a = [\n1,\n", " line 2: "),
        (f"{DATA}{DATA}", " line 4: Cannot declare ('data',) twice"),
        ("a = 1\r", " line 1: "),
        ('a = "\x00"', " line 1: Illegal character '\\x00'"),
        (f"a = {'[' * 100_000}", " is nested too deeply; expected lists of rows"),
        (f"a = {'1' * 5000}", ": found a number of thousands of digits, expected at most 2**53"),
    ],
    ids=["no-value", "empty-value", "file-ends", "twice", "lone-cr", "nul", "deep", "digits"],
)
def test_toml_errors_come_with_their_line(text, where):
    assert message(of, text).startswith(f"my.toml{where}")


def test_the_language_of_the_sheets():
    assert of(DATA + "[display]\nlanguage = 'zh'").language == "zh"


# Files


def test_a_file_is_called_as_it_was_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my lesson.toml").write_text(f"{DATA}[training]\nlr = 0", encoding="utf-8")
    expected = "my lesson.toml: training.lr: found 0, expected a number above 0"
    assert message(load, "my lesson.toml") == expected
    assert message(load, "./my lesson.toml") == f"./{expected}"
    assert message(load, Path("my lesson.toml")) == expected


def test_name_and_title_come_from_the_file(tmp_path):
    path = tmp_path / "异或.toml"
    path.write_text(DATA, encoding="utf-8")
    for lesson in (load(path), load(str(path))):
        assert (lesson.name, lesson.title) == ("异或", "异或")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_a_file_name_that_is_no_text(tmp_path):
    path = tmp_path / "a\nb\udcff.toml"
    path.write_text(DATA, encoding="utf-8")
    assert load(path).title == "a\\nb\\udcff"
    path.write_text("", encoding="utf-8")
    assert message(load, path).startswith(f"{tmp_path}/a\\nb\\udcff.toml: data.X is missing")


def test_a_shipped_name_comes_before_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("article").mkdir()
    assert load("article").title == "The article's network"
    assert message(load, "./article") == "./article is a directory; expected a .toml file"
    assert message(load, Path("article")) == "article is a directory; expected a .toml file"


def test_a_file_may_have_any_ending(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("xor2").write_text(DATA, encoding="utf-8")
    assert load("xor2").name == "xor2"


def test_neither_a_name_nor_a_file(monkeypatch):
    monkeypatch.setattr(resources, "lesson_names", lambda: ["article", "xor"])
    assert message(load, "xro") == (
        'unknown lesson "xro"; expected one of article, xor, or the path of a .toml file (did you mean xor?)'
    )
    assert message(load, "no/xor.toml") == (
        "no/xor.toml does not exist; expected a .toml file or one of article, xor"
    )


@pytest.mark.parametrize("path", ["\0.toml", f"{'x' * 5000}.toml", "\udcff.toml", "a\nb.toml"], ids=ascii)
def test_a_path_that_cannot_be(path):
    assert " does not exist; expected a .toml file or one of " in message(load, path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"title = 'a'\n# caf\xe9\n", " line 2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        (b"\xef\xbb\xbf#\n\xe9\n", " line 2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        (DATA.encode("utf-16") + b"\xd8", " line 4: byte 0xd8 is not UTF-8; save the file as UTF-8"),
    ],
    ids=["latin-1", "after-a-mark", "half-a-character"],
)
def test_not_utf8(tmp_path, content, expected):
    path = tmp_path / "my.toml"
    path.write_bytes(content)
    assert message(load, path) == f"{path}{expected}"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.decode().encode("utf-16"),
    ],
    ids=["mark", "crlf", "utf-16"],
)
def test_files_of_windows_editors(tmp_path, encode):
    path = tmp_path / "my.toml"
    path.write_bytes(encode(DATA.encode()))
    assert not changed_fields(load(path), of(DATA))


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "my.toml"
    with path.open("wb") as file:
        file.truncate(lesson_file.LARGEST_FILE + 1)
    assert message(load, path) == f"{path} is larger than 20 MB; expected a lesson file"


def test_a_file_that_cannot_be_read(tmp_path, monkeypatch):
    path = tmp_path / "my.toml"
    path.write_text(DATA, encoding="utf-8")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert message(load, path) == f"{path} cannot be read: Permission denied"


# Drawing


def test_drawn_as_the_articles_script_draws():
    np.random.seed(42)
    wh = np.random.uniform(size=(4, 3))
    bh = np.random.uniform(size=(1, 3))
    wout = np.random.uniform(size=(3, 1))
    bout = np.random.uniform(size=(1, 1))
    drawn = of(f"{DATA}[training]\nseed = 42").initial_parameters()
    assert list(drawn) == ["wh", "bh", "wout", "bout"]
    for name, expected in {"wh": wh, "bh": bh, "wout": wout, "bout": bout}.items():
        assert drawn[name].tobytes() == expected.tobytes(), name
        assert drawn[name].shape == expected.shape


def test_the_seed_matters():
    one, two = (of(f"{DATA}[training]\nseed = {seed}").initial_parameters() for seed in (1, 2))
    assert not np.array_equal(one["bout"], two["bout"])


def test_drawn_layer_by_layer_from_the_input_side():
    lesson = of(f"{DATA}[network]\nhidden = [3, 2]\n[training]\nseed = 7")
    np.random.seed(7)
    for name, shape in [
        ("wh_1", (4, 3)),
        ("bh_1", (1, 3)),
        ("wh_2", (3, 2)),
        ("bh_2", (1, 2)),
        ("wout", (2, 1)),
        ("bout", (1, 1)),
    ]:
        assert np.array_equal(lesson.initial_parameters()[name], np.random.uniform(size=shape)), name


def test_giving_one_does_not_change_the_others():
    drawn = of(DATA).initial_parameters()
    mixed = of(f"{DATA}[initial]\nbh = [1, 2, 3]").initial_parameters()
    assert list(mixed) == list(drawn)
    assert mixed["bh"].tolist() == [[1, 2, 3]]
    assert all(np.array_equal(mixed[name], drawn[name]) for name in ("wh", "wout", "bout"))


def test_drawing_leaves_the_global_state_alone():
    np.random.seed(3)
    expected = np.random.uniform()
    np.random.seed(3)
    of(DATA).initial_parameters()
    assert np.random.uniform() == expected


# Writing

AWKWARD = [
    0.1,
    1 / 3,
    5e-324,
    1.7976931348623157e308,
    -0.0,
    1e16,
    1e22,
    1e-7,
    123456789.123456789,
    2.0**-1074,
    3.0,
]


def awkward_lesson():
    text = f"""
title = 'quote " backslash \\ apostrophe \u2019 brace {{}} 异或 🙂 \\n # ='
text = "one\\ntwo \\"three\\" \\\\ 四\\n"
purpose = "é"
[data]
X = [{AWKWARD}, {AWKWARD[::-1]}]
y = [[1, 0], [0, 1]]
[network]
hidden = [2, 3]
[initial]
bh_2 = [0.1, 1e-300, -5]
wout = [[1, 2], [3, 4], [5, 6]]
[training]
iterations = 7
lr = 0.30000000000000004
batch = 2
seed = 4294967295
[display]
decimals = 2
[zh]
title = "异或"
[en]
"""
    return of(text, name="awkward")


@pytest.mark.parametrize(
    "lesson", [awkward_lesson, lambda: load("article"), lambda: of(DATA)], ids=["awkward", "article", "bare"]
)
def test_written_and_read_again_it_is_the_same(lesson):
    lesson = lesson()
    again = parse(lesson.to_toml(), "anything", lesson.name)
    assert not changed_fields(lesson, again)
    assert again.to_toml() == lesson.to_toml()
    parameters = zip(lesson.initial_parameters().items(), again.initial_parameters().items(), strict=True)
    assert all(a == b and np.array_equal(x, y) for (a, x), (b, y) in parameters)


def test_the_comparison_sees_the_last_bit():
    lesson = awkward_lesson()
    text = lesson.to_toml().replace("0.3333333333333333", "0.33333333333333337")
    assert changed_fields(lesson, parse(text, "anything", "awkward")) == {"X"}


def test_all_keys_are_written():
    written = tomllib.loads(load("article").to_toml())
    for section, keys in lesson_format.DEFAULTS.items():
        assert list(written[section]) == list(keys)
    assert list(written)[:4] == ["title", "text", "purpose", "data"]


@pytest.mark.parametrize("seed", range(20))
def test_random_matrices_survive(seed):
    bits = np.random.default_rng(seed).integers(0, 2**64, size=(5, 4), dtype=np.uint64)
    values = bits.view(np.float64)
    values[~np.isfinite(values)] = 0
    lesson = of(DATA).replace(X=values, y=values[:, :2])
    assert lesson.X.tobytes() == values.tobytes()
    assert not changed_fields(lesson, of(lesson.to_toml()))


# Replacing


def test_replaced_and_nothing_else():
    lesson = load("article")
    X = lesson.X + 0.5
    assert changed_fields(lesson, lesson.replace()) == set()
    assert changed_fields(lesson, lesson.replace(X=X)) == {"X"}
    assert np.array_equal(lesson.replace(X=X).X, X)
    assert changed_fields(lesson, lesson.replace(seed=2, lr=np.float64(0.2))) == {"seed", "lr"}
    assert changed_fields(lesson, lesson.replace(hidden=(3,), batch=np.int64(3))) == set()


def test_a_replaced_array_is_a_copy():
    X = np.ones((3, 4))
    lesson = load("article").replace(X=X)
    X[:] = 2
    assert lesson.X.max() == 1


def test_initial_values_are_replaced_together():
    lesson = load("article")
    assert list(lesson.replace(initial={"bout": [[1]], "wh": np.zeros((4, 3))}).initial) == ["wh", "bout"]
    assert lesson.replace(initial={}).initial == {}
    one_changed = {**lesson.initial_parameters(), "bout": np.array([[2.0]])}
    assert lesson.replace(initial=one_changed).initial["bout"].tolist() == [[2.0]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lr": 0}, "training.lr: found 0, expected a number above 0"),
        ({"X": [1, 2, 3]}, "data.X is a flat list; expected one list per sample, such as [[1], [2], [3]]"),
        ({"X": np.full((3, 4), np.nan)}, "data.X[1][1] is nan; expected a finite number"),
        ({"X": np.zeros((0, 4))}, "data.X is empty; expected one list per sample"),
        ({"y": np.zeros((2, 1))}, "data.y has 2 rows, data.X has 3; expected one row per sample in both"),
        ({"hidden": [2]}, "initial.wh is 4×3, expected 4×2 (4 inputs × 2 neurons)"),
        ({"activation": "step"}, 'network.activation: found "step", expected "sigmoid", "tanh" or "relu"'),
        ({"title": "a\ud800"}, "title contains the control character U+D800; expected plain text"),
    ],
    ids=["lr", "flat", "nan", "empty", "rows", "hidden", "activation", "surrogate"],
)
def test_a_replacement_is_checked(changes, expected):
    assert message(load("article").replace, **changes) == f"article: {expected}"
    assert message(load("article").replace, source="out.xlsx", **changes) == f"out.xlsx: {expected}"


def test_replacing_what_there_is_not():
    with pytest.raises(TypeError, match=r"^a lesson has no 'lern_rate' to replace$"):
        load("article").replace(lern_rate=1)


# Overriding


def test_overridden_and_nothing_else():
    lesson = load("article")
    assert changed_fields(lesson, override(lesson)) == set()
    for options in ({"iterations": 5}, {"lr": 1}, {"decimals": 2}, {"batch": 2}):
        assert changed_fields(lesson, override(lesson, **options)) == set(options)


@pytest.mark.parametrize(("batch", "iterations"), [(1, 15), (2, 8), (3, 5), ("full", 5)])
def test_epochs_are_passes_over_the_data(batch, iterations):
    """The last update of the last pass may run on into another one."""
    lesson = override(load("article"), epochs=5, batch=batch)
    assert lesson.iterations == iterations
    assert lesson.replace(epochs=5).iterations == iterations


def test_another_batch_keeps_the_number_of_updates():
    sgd = load("sgd")
    assert (sgd.iterations, override(sgd, batch="full").iterations) == (900, 900)


def test_a_seed_draws_everything_anew():
    lesson = load("article")
    assert changed_fields(lesson, override(lesson, seed=42)) == {"seed", "initial"}
    np.random.seed(42)
    assert np.array_equal(
        override(lesson, seed=42).initial_parameters()["wh"], np.random.uniform(size=(4, 3))
    )
    # The lesson's own seed is no exception.
    assert override(lesson, seed=lesson.seed).initial == {}


@pytest.mark.parametrize(
    ("hidden", "kept"),
    [
        ([3], ["wh", "bh", "wout", "bout"]),
        ([2], ["bout"]),
        ([4, 3], ["wout", "bout"]),
        ([], ["bout"]),
    ],
    ids=str,
)
def test_other_hidden_layers_keep_what_fits(hidden, kept):
    lesson = override(load("article"), hidden=hidden)
    assert lesson.network.hidden == tuple(hidden)
    assert list(lesson.initial) == kept
    assert not changed_fields(lesson, parse(lesson.to_toml(), "anything", "article"))


def test_what_a_lesson_says_of_its_hidden_layers_is_not_said_of_others():
    article = load("article")
    assert override(article, hidden=[3]).translations == article.translations != {}
    other = override(article, hidden=[4])
    assert (other.title, other.text, other.purpose) == (article.title, "", "")
    assert other.translations == {"zh": {"title": article.translations["zh"]["title"]}}
    assert article.text
    assert article.translations["zh"]["text"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"lr": 0}, "--lr: found 0, expected a number above 0"),
        ({"lr": float("nan")}, "--lr: found nan, expected a finite number above 0"),
        ({"iterations": 0}, "--iterations: found 0, expected a whole number from 1 to 1000000000"),
        ({"epochs": 0}, "--epochs: found 0, expected a whole number from 1 to 1000000000"),
        ({"epochs": 2, "iterations": 2}, "--epochs: --iterations is given too; expected one of them"),
        ({"batch": 4}, '--batch: found 4, expected "full" or a number of samples from 1 to 3'),
        ({"batch": "all"}, '--batch: found "all", expected "full" or a number of samples from 1 to 3'),
        ({"hidden": 3}, "--hidden: found 3, expected a list of whole numbers, such as [3]"),
        ({"hidden": [3, 0]}, "--hidden: found 0, expected a whole number from 1 to 16384"),
        ({"seed": -1}, "--seed: found -1, expected a whole number from 0 to 4294967295"),
        ({"decimals": 16}, "--decimals: found 16, expected a whole number from 0 to 10"),
        ({"language": "fr"}, '--language: found "fr", expected "en" or "zh"'),
    ],
    ids=str,
)
def test_an_option_is_checked_and_named(options, expected):
    assert message(override, load("article"), **options) == expected


# Garbage

PIECES = [
    *(
        "[",
        "]",
        "[[",
        "]]",
        '"',
        "'",
        "'''",
        "=",
        ",",
        ".",
        "#",
        "\n",
        "\r",
        "\x00",
        "\t",
        "{",
        "}",
        "-",
        "_",
    ),
    *("1", "0", "1e999", "-inf", "nan", "0x", "9" * 400, "9" * 5000, "true", "false", "1979-05-27T07:32:00Z"),
    *(
        "\\u0000",
        "\\uD800",
        "\ufeff",
        "\u2028",
        "异",
        "🙂",
        "wh",
        "X",
        "y",
        "lr",
        "full",
        "[data]",
        "[initial]",
    ),
    *("a.b.c = 1\n", "[[data]]\n", "X = 3\n", "hidden = []\n", "hidden = [1e3]\n", "title = '''\n\n'''\n"),
]


def mutated(text, rng):
    """Cut, double, move and insert pieces at random places."""
    for _ in range(rng.randint(1, 4)):
        start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
        end = min(end, start + rng.choice([1, 3, 10, 80]))
        cut, at = text[start:end], rng.randrange(len(text) + 1)
        text = rng.choice(
            [
                text[:start] + text[end:],
                text[:end] + cut + text[end:],
                text[:start] + rng.choice(PIECES) + text[end:],
                text[:at] + rng.choice(PIECES) + text[at:],
                text[:start] + str(rng.choice([0, -1, 2**70, 0.5, 1e308])) + text[end:],
            ]
        )
    return text


def lesson_or_line(text):
    try:
        return of(text)
    except LessonError as error:
        return str(error)


def test_garbage_makes_a_lesson_or_one_line():
    article = lesson_path("article").read_text(encoding="utf-8")
    rng = random.Random(20)
    lessons = 0
    for _ in range(400):
        text = mutated(article, rng)
        lesson = lesson_or_line(text)
        if isinstance(lesson, Lesson):
            assert not changed_fields(lesson, of(lesson.to_toml())), text
            lessons += 1
        else:
            assert lesson.startswith("my.toml"), text
            assert len(lesson.splitlines()) == 1, text
            assert len(lesson) < 400, text
    assert 20 < lessons < 380, "the mutations should leave some lessons whole, and break most"
