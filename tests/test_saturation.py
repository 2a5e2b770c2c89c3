"""What a student may type: weights at which sigmoid and softmax are 0 or 1 to the last digit.

Each engine must give finite numbers, and all of them the same.
"""

import numpy as np
import pytest

from mlp2xlsx import build, load, parse, train, verify
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.errors import DivergenceError
from mlp2xlsx.mathematics.functions import FUNCTIONS
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few
from tests.helpers import unbounded
from tests.xlsx.editing import Package

ARTICLE = load("article").replace(iterations=4)
CLASSES = {"y": [[1, 0], [1, 0], [0, 1]], "output": "softmax"}


def with_weight(value, name="wout", **changes):
    """The article's lesson with its first weight replaced; with two outputs, the second has the opposite."""
    lesson = ARTICLE.replace(initial={}, **changes)
    initial = {key: array.copy() for key, array in lesson.initial_parameters().items()}
    initial |= {key: array for key, array in ARTICLE.initial.items() if array.shape == initial[key].shape}
    changed = initial[name].copy()
    changed[0] = [value, -value][: changed.shape[1]] if name == "wout" else value
    return lesson.replace(initial=initial | {name: changed})


LESSONS = {
    **{f"wout-{value}": with_weight(value) for value in (5000, -5000, -500)},
    **{f"wh-{value}": with_weight(value, "wh") for value in (5000, -5000)},
    **{f"cross-entropy-{value}": with_weight(value, loss="cross_entropy") for value in (5000, -5000)},
    "softmax": with_weight(5000, **CLASSES),
    "softmax-cross-entropy": with_weight(-5000, loss="cross_entropy", **CLASSES),
    "softmax-within-reach": with_weight(300, loss="cross_entropy", **CLASSES),
    "tanh": with_weight(5000, "wh", activation="tanh"),
    "relu": with_weight(5000, "wh", activation="relu", loss="cross_entropy"),
}
SOFFICE, SSCONVERT = pytest.mark.needs("soffice"), pytest.mark.needs("ssconvert")
# LibreOffice takes three seconds to start.
IN_LIBREOFFICE = ("wout--5000", "softmax", "relu")


def written(lesson, path):
    """The book that a file was written from."""
    book = make(train(lesson, saturating=True))
    with path.open("wb") as stream:
        book.save(stream)
    return book


def checked(path, engine, book=None):
    return verify(path, engine, quick=True, arithmetic_only=True, built=book)


@pytest.mark.parametrize(
    ("engine", "name"),
    few(
        *("ironcalc-relu", "ironcalc-softmax-within-reach", "gnumeric-softmax"),
        of=[
            *(pytest.param("ironcalc", name) for name in LESSONS),
            *(pytest.param("libreoffice", name, marks=SOFFICE) for name in IN_LIBREOFFICE),
            *(pytest.param("gnumeric", name, marks=SSCONVERT) for name in LESSONS),
        ],
    ),
)
def test_every_engine_gives_the_finite_numbers_of_numpy(engine, name, tmp_path):
    path = tmp_path / "saturated.xlsx"
    trace = written(LESSONS[name], path).context.trace
    contents = read_contents(path)
    [found] = ENGINES[engine]().scenarios(contents, [{}])
    for name in (*trace, "loss_history"):
        sheet, box = contents.names[name]
        expected = trace.loss[:, None] if name == "loss_history" else trace[name][0]
        values = found.block(sheet, box.row, box.col, box.n_rows, box.n_cols)
        assert np.isfinite(values).all(), name
        np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("engine", "name"),
    few(
        "ironcalc-cross-entropy--5000",
        of=[
            *(pytest.param("ironcalc", name) for name in LESSONS),
            pytest.param("libreoffice", "wout--500", marks=SOFFICE),
            pytest.param("gnumeric", "wout--5000", marks=SSCONVERT),
            # Numbers around 1e6, so that Check's largest difference is off by more than 1e-12.
            pytest.param("gnumeric", "softmax", marks=SSCONVERT),
        ],
    ),
)
def test_such_a_workbook_passes_the_check(engine, name, tmp_path):
    path = tmp_path / "saturated.xlsx"
    report = checked(path, engine, written(LESSONS[name], path))
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    ("engine", "name"),
    few(
        "ironcalc-softmax",
        of=[pytest.param("ironcalc", "softmax"), pytest.param("libreoffice", "wout--5000", marks=SOFFICE)],
    ),
)
def test_without_bounds_an_engine_has_no_number(engine, name, tmp_path, monkeypatch):
    for function, row in unbounded().items():
        monkeypatch.setitem(FUNCTIONS, function, row)
    path = tmp_path / "unbounded.xlsx"
    report = checked(path, engine, written(LESSONS[name], path))
    assert not report.ok
    assert "found #NUM!" in "\n".join(report.lines())


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("wout-5000", "output_layer_input holds 4074"),
        ("wout--5000", "output_layer_input holds -4072"),
        ("wh-5000", "hidden_layer_input holds 5001"),
        ("wh--5000", "hidden_layer_input holds -4999"),
        ("cross-entropy-5000", "output_layer_input holds 4074"),
        ("softmax", "output_layer_input holds 4074"),
    ],
)
def test_training_for_a_new_workbook_says_where_it_goes_too_far(name, found):
    with pytest.raises(DivergenceError) as caught:
        train(LESSONS[name])
    assert str(caught.value).startswith(f"training diverges at iteration 1: {found}; ")


@pytest.mark.parametrize("name", ["wout--500", "softmax-within-reach", "tanh"])
def test_what_does_not_overflow_is_no_divergence(name):
    train(LESSONS[name])


SATURATED = """
[data]
X = [[1, 0], [0, 1]]
y = [[1, 0], [0, 1]]
[network]
hidden = [2]
output = "{output}"
loss = "cross_entropy"
[initial]
wh = [[5000, -5000], [-5000, 5000]]
wout = [[900, -900], [-900, 900]]
[training]
iterations = 3
"""


@pytest.mark.parametrize(
    ("engine", "output"),
    few(
        "ironcalc-sigmoid",
        of=[
            pytest.param("ironcalc", "sigmoid"),
            pytest.param("ironcalc", "softmax"),
            pytest.param("libreoffice", "softmax", marks=SOFFICE),
            pytest.param("gnumeric", "sigmoid", marks=SSCONVERT),
            pytest.param("gnumeric", "softmax", marks=SSCONVERT),
        ],
    ),
)
def test_weights_that_are_typed_into_a_workbook(engine, output, tmp_path):
    path = tmp_path / "saturated.xlsx"
    tame = parse(SATURATED.format(output=output).replace("5000", "5").replace("900", "9"), "s.toml", "s")
    build(tame, path)
    package = Package.read(path)
    for name in ("initial_wh", "initial_wout"):
        for i, j in np.ndindex(2, 2):
            cell = package.at(name, i, j)
            cell.value(float(cell.cached) * 1000)
    package.save(path)
    report = checked(path, engine)
    assert report.ok, "\n".join(report.lines())
