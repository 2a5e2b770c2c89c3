"""The sheet `Network`: the reader chooses whether it shows weights or gradients, and both are right."""

import numpy as np
import pytest

from mlp2xlsx import load, train, verify
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.resources import texts
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.network.places import lay_out
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.contents import read_contents
from tests.cases import few, with_few_samples
from tests.workbook.opened import found_otherwise
from tests.xlsx.editing import Package

XOR = load("xor").replace(iterations=4)
LESSONS = {
    "article": load("article").replace(iterations=6),
    "batches": with_few_samples(load("iris")).replace(iterations=4, batch=4),
    "penalty": XOR.replace(l2_penalty=0.2, language="zh"),
    "frozen": XOR.replace(bias="frozen"),
}
pytestmark = pytest.mark.usefixtures("expected_once")
GRADIENT, SHOWN, LINE = 5, 6, 7
ITERATION = 3


def rows_of(contents, lesson):
    """Title of the sheet, and the row of each connection that has the numbers."""
    title, _ = contents.place("network_shows")
    head = texts(lesson.language)["network"]["connection"]
    [row] = [
        at for (at, col), found in contents.sheets[title].constants.items() if col == 1 and found == head
    ]
    return title, range(row + 2, row + 2 + 3 * len(lay_out(lesson.network).connections), 3)


def seen(path, lesson, *words):
    """What IronCalc finds of each connection after the choice of each word: number and line; and all texts."""
    contents, edits = read_contents(path), []
    for word in words:
        typed = {"iteration": float(ITERATION), "network_shows": word}
        places = {name: contents.place(name) for name in typed}
        edits.append({(title, box.row, box.col): typed[name] for name, (title, box) in places.items()})
    title, rows = rows_of(contents, lesson)
    for found in IronCalc().scenarios(contents, edits):
        numbers = [(found.value(title, row, SHOWN), found.value(title, row, LINE)) for row in rows]
        yield numbers, [found.value(title, row, 1) for row in range(1, rows[0])]


def recorded(lesson):
    """Weights before an update, and how far it takes them, by the rate: in plain descent the gradients."""
    trace, trained = train(lesson), lesson.network.trained()
    for one in lay_out(lesson.network).connections:
        before = trace.at(one.matrix, ITERATION)[one.row, one.col]
        name = f"next_{one.matrix}" if one.matrix in trained else one.matrix
        yield before, (before - trace.at(name, ITERATION)[one.row, one.col]) / lesson.lr


@pytest.mark.parametrize("name", LESSONS)
def test_numbers_and_lines_are_those_that_were_chosen(workbook, name):
    lesson, words = LESSONS[name], texts(LESSONS[name].language)["network"]
    weights, gradients = zip(*recorded(lesson), strict=True)
    every = max(np.abs(train(lesson)[each]).max() for each in lesson.network.parameters())
    choices = ((weights, "weights", every), (gradients, "gradients", np.abs(gradients).max()))
    found = seen(workbook(name), lesson, *(words[key] for _, key, _ in choices))
    for (chosen, key, largest), (numbers, said) in zip(choices, found, strict=True):
        assert [number for number, _ in numbers] == pytest.approx(chosen, rel=1e-9, abs=1e-12)
        sizes = [sum(abs(one) > largest / part for part in (2, 8, 64)) for one in chosen]
        assert [line for _, line in numbers] == [
            size * np.sign(one) for size, one in zip(sizes, chosen, strict=True)
        ]
        other = "_gradients" if key == "gradients" else ""
        assert said[3:5] == [words[f"legend{other}"], words[f"strength{other}"]]
        assert words[f"what{other}"].split("{of}")[0] in said[1]


def drawn(lesson, **choice):
    """Texts of the sheet, as the build writes them."""
    sheet = make(train(lesson), **choice).sheets["Network"]
    return {place: live.value for place, live in sheet.live.items() if isinstance(live.value, str)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "over all samples."),
        ({"batch": 2}, "over the samples of the batch."),
        ({"l1_penalty": 0.1}, "over all samples, with the penalty."),
        ({"dropout": 0.5}, "over all samples, without the neurons left out."),
    ],
    ids=["all", "batch", "penalty", "dropout"],
)
def test_a_line_says_which_gradients_these_are(changes, said):
    texts_of = drawn(XOR.replace(**changes), draws_gradients=True)
    assert texts_of[2, 1].split("takes it: ")[1].startswith(said)
    assert "gradient" not in drawn(XOR.replace(**changes))[2, 1]


def test_small_gradients_have_digits_and_none_at_all_are_no_lines():
    small = drawn(LESSONS["article"], draws_gradients=True).values()
    assert {"0.0637", "−0.0020", "positive, above 0.03184"} <= set(small)
    lesson = load("regression").replace(iterations=1, output="linear", lr=1.0)
    rest = lesson.replace(y=lesson.y * 0, initial={"wout": [[0.0]] * 2, "bout": [[0.0]]})
    sheet = make(train(rest), draws_gradients=True).sheets["Network"]
    assert [
        live.value for live in sheet.live.values() if live.name == "line" and live.value in range(-3, 4)
    ] == [0] * 7


def test_frozen_biases_have_no_gradient():
    texts_of = drawn(LESSONS["frozen"], draws_gradients=True)
    assert list(texts_of.values()).count("–") == 3
    assert texts_of[6, 1].startswith("No update takes the gradients of frozen biases")


def typed(workbook, tmp_path, name, word):
    package = Package.read(workbook(name))
    package.at("network_shows").value(word)
    return package.save(tmp_path / "typed.xlsx")


@pytest.mark.parametrize("name", few("penalty", of=LESSONS))
def test_verify_takes_either_choice(workbook, tmp_path, name):
    path = typed(workbook, tmp_path, name, texts(LESSONS[name].language)["network"]["gradients"])
    report = verify(path, quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())
    assert verify(workbook(name), quick=True, arithmetic_only=True).ok


@pytest.mark.parametrize("col", [GRADIENT, SHOWN], ids=["gradient", "shown"])
def test_a_weight_in_the_place_of_its_gradient_is_found(workbook, tmp_path, col):
    lesson, package = LESSONS["article"], Package.read(workbook("article"))
    title, rows = rows_of(read_contents(workbook("article")), lesson)
    package.cell(title, a1(rows[0], col)).formula("INDEX(wh,1,1)")
    package.at("network_shows").value("gradients")
    expected = make(train(lesson), draws_gradients=True)
    found = found_otherwise(package.save(tmp_path / "spoilt.xlsx"), expected)
    assert f"Network!{a1(rows[0], col)}" in found
    assert found_otherwise(typed(workbook, tmp_path, "article", "gradients"), expected) == []


def test_another_word_is_said_in_a_line(workbook, tmp_path):
    path = typed(workbook, tmp_path, "article", "slopes")
    with pytest.raises(
        WorkbookError, match=r'Network!J3 \(network_shows\): found "slopes", expected weights or gradients'
    ):
        verify(path, quick=True, arithmetic_only=True)


def test_a_network_that_is_not_trained_has_no_choice():
    book = make(train(XOR.replace(iterations=0)))
    assert "network_shows" not in book.names
    assert not book.sheets["Network"].ws.data_validations.dataValidation
