"""What no lesson may say: one line, with the place, what was found and what was expected."""

import pytest

from tests.helpers import message
from tests.lesson.helpers import ACTIVATIONS, DATA, of

NOTHING_ELSE = "expected one of title, text, purpose, task, data, network, initial, training, display, en, zh"


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
        "[training]\niterations = -5",
        "training.iterations: found -5, expected a whole number from 0 to 1000000000",
    ),
    (
        "[training]\niterations = 10.0",
        "training.iterations: found 10.0, expected a whole number from 0 to 1000000000",
    ),
    (
        "[training]\niterations = 1000000001",
        "training.iterations: found 1000000001, expected a whole number from 0 to 1000000000",
    ),
    ("[network]\ndropout = 1", "network.dropout: found 1, expected a probability from 0 to below 1"),
    ("[network]\ndropout = -0.5", "network.dropout: found -0.5, expected a probability from 0 to below 1"),
    (
        "[network]\ndropout = ['half']",
        'network.dropout: found "half" (a string), expected a probability from 0 to below 1',
    ),
    (
        "[network]\nhidden = [2]\ndropout = [0.5, 0.5]",
        "network.dropout: has 2 numbers for 1 hidden layers; expected one for each, or one for all",
    ),
    (
        "[network]\nhidden = []\ndropout = 0.5",
        "network.dropout: there is no hidden layer to leave neurons out of; expected 0",
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
        f'network.activation: found "sigmod", expected {ACTIVATIONS}',
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
        "unknown key network.hiden; expected one of hidden, activation, output, loss, bias, dropout, temperature"
        " (did you mean hidden?)",
    ),
    (
        "[network]\nlr = 3",
        "unknown key network.lr; expected one of hidden, activation, output, loss, bias, dropout, temperature"
        " (did you mean training.lr?)",
    ),
    (
        "x = [[1]]",
        "unknown key data.x; expected one of X, y, csv, generate, features, target, classes, vocabulary, scale, encoding, sheet, header, decimal, X_validation, y_validation, validation (did you mean X?)",
    ),
    (
        "[zh]\ntitel = 'a'",
        "unknown key zh.titel; expected one of title, text, purpose, task (did you mean title?)",
    ),
    ("[trianing]", f"unknown key trianing; {NOTHING_ELSE} (did you mean training?)"),
    ("[ko]", f"unknown key ko; {NOTHING_ELSE}"),
    ('["a\\nb"]', f"unknown key a\\nb; {NOTHING_ELSE}"),
    (
        "[initial]\nwh_1 = [[1]]",
        "unknown key initial.wh_1; expected one of wh, bh, wout, bout, method (did you mean wh?)",
    ),
    ("[initial]\nlr = 1", "unknown key initial.lr; expected one of wh, bh, wout, bout, method"),
    (
        "[initial]\nwh = [[1]]\n[network]\nhidden = [2, 2]",
        "unknown key initial.wh; expected one of wh_1, bh_1, wh_2, bh_2, wout, bout, method (did you mean wh_2?)",
    ),
    (
        "[initial]\nwh = [[1]]\n[network]\nhidden = []",
        "unknown key initial.wh; expected one of wout, bout, method",
    ),
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
    ("bout = 0.69", "bout: found 0.69, expected a matrix, such as [[0, 1], [1, 0]], or the name of a method"),
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
    ("", "my.toml: data.X is missing; expected [data] with X and y, with csv, or with generate"),
    (
        "[data]\nX = [[1]]",
        "my.toml: data.y is missing; expected [data] with X and y, with csv, or with generate",
    ),
    (
        "[data]\nX = [[1], [2], [3]]\ny = [1, 1, 0]",
        "my.toml: data.y is a flat list; expected one list per sample, such as [[1], [1], [0]]",
    ),
    ("data = 3", "my.toml: data: found 3, expected a table, [data]"),
    ("[[data]]\nX = [[1]]", "my.toml: data: found a list, expected a table, [data]"),
    (
        f"initial = 3\n{DATA}",
        "my.toml: initial: found 3, expected a table, [initial], or the name of a method",
    ),
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
