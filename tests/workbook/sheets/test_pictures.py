"""The sheets with pictures, recalculated by every engine, and spoilt."""

import random
import re
from functools import cache

import pytest

from mlp2xlsx import build, load, train, verify
from mlp2xlsx.workbook.book import make
from tests.cases import FEW_OF_IRIS, GNUMERIC, LIBREOFFICE, few, shipped
from tests.workbook.opened import found_otherwise
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

ARTICLE, XOR, REGRESSION = load("article"), load("xor"), load("regression")
LESSONS = {
    "article": ARTICLE.replace(iterations=250),
    "one-iteration": ARTICLE.replace(iterations=1),
    "shown": ARTICLE.replace(iterations=40, show=[1, 5, 20, 40]),
    "large": ARTICLE.replace(iterations=5, hidden=[6, 5], initial={}),
    "batches": ARTICLE.replace(iterations=9, batch=2),
    FEW_OF_IRIS: shipped(FEW_OF_IRIS).replace(iterations=3),
    "xor": XOR.replace(iterations=30),
    "two-hidden": load("two-hidden").replace(iterations=5),
    "one-sample": load("worked-example").replace(iterations=4),
    "softmax": XOR.replace(
        iterations=5, y=[[1, 0], [0, 1], [0, 1], [1, 0]], output="softmax", scale="zscore"
    ),
    "relu-batches": XOR.replace(
        iterations=6, activation="relu", output="linear", lr=0.1, batch=3, shuffle=True
    ),
    "regression": REGRESSION.replace(iterations=30),
    "curves": REGRESSION.replace(
        iterations=9,
        show=[1, 4, 9],
        y=[[n, 1, 0] for n in range(13)],
        scale="minmax",
        target=["a", "b", "c"],
        hidden=[3, 2],
        lr=0.001,
    ),
    "linear-layers": REGRESSION.replace(iterations=5, activation="linear", hidden=[3, 2], initial={}),
    "no-biases": REGRESSION.replace(iterations=4, hidden=[], bias="none"),
}
ENGINES = [
    "ironcalc",
    LIBREOFFICE,
    GNUMERIC,
]


@pytest.fixture(scope="module")
def path_of(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")

    @cache
    def path(name):
        build(LESSONS[name], folder / f"{name}.xlsx")
        return folder / f"{name}.xlsx"

    return path


@cache
def book_of(name):
    """What the workbook of a lesson is written from; nobody changes it."""
    return make(train(LESSONS[name]))


@pytest.mark.parametrize("name", few("shown", "relu-batches", "regression", of=LESSONS))
def test_every_lesson_verifies(path_of, name):
    report = verify(path_of(name), quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())


@pytest.mark.parametrize(
    ("name", "engine"),
    few(
        "shown-gnumeric",
        of=[
            *(
                pytest.param(name, *ENGINES[1].values, marks=ENGINES[1].marks)
                for name in ("relu-batches", "softmax", "curves")
            ),
            *(
                pytest.param(name, *ENGINES[2].values, marks=ENGINES[2].marks)
                for name in ("article", "shown", "linear-layers", "curves")
            ),
        ],
    ),
)
def test_other_engines_agree(path_of, name, engine):
    report = verify(path_of(name), engine, quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())


def test_numbers_that_grow_move_no_cell_of_a_curve():
    """Columns are as wide as the numbers of the build need, and gaps as wide as the columns leave them."""

    def places(book):
        return [(block.name, block.box) for block in book.sheets["Curve"].bands[0].blocks]

    lesson = REGRESSION.replace(iterations=3)
    larger = {name: values * 1e4 for name, values in lesson.initial_parameters().items()}
    built, grown = train(lesson), train(lesson.replace(initial=larger, lr=1e-12))
    assert places(make(grown, recorded=built)) == places(make(built))
    assert places(make(grown)) != places(make(built))


# A lesson that has the sheet, and a formula of it with what it is spoilt to.
SPOILT = {
    "Loss": ("relu-batches", r"INDEX\(loss_history,iteration\)", "INDEX(loss_history,iteration+1)"),
    "Weights": ("relu-batches", r"Training!([A-Z]+)(\d+)", r"Training!\g<1>\g<2>+1E-6"),
    "Surface": ("relu-batches", r"([A-Z]+)(\d+)", r"\g<1>\g<2>*0.9"),
    "Curve": ("regression", r"TANH\((.*)\)", r"TANH(\g<1>+1E-6)"),
    "Network": ("relu-batches", r"INDEX\(wh,(\d),(\d)\)", r"-INDEX(wh,\g<1>,\g<2>)"),
}


@pytest.mark.parametrize("engine", few("ironcalc", of=ENGINES[::2]))  # LibreOffice takes the longest
@pytest.mark.parametrize("sheet", SPOILT)
def test_a_spoilt_formula_shows_in_the_numbers(path_of, tmp_path, sheet, engine):
    name, pattern, other = SPOILT[sheet]
    package = Package.read(path_of(name))
    found = [address for address, formula, _ in package.formulas(sheet) if re.fullmatch(pattern, formula)]
    cell = package.cell(sheet, random.Random(1).choice(found))
    cell.formula(re.sub(pattern, other, cell.text))
    differing = found_otherwise(package.save(tmp_path / "spoilt.xlsx"), book_of(name), engine)
    assert {address.partition("!")[0] for address in differing} == {sheet}
