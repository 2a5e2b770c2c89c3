"""What the sheet `Check` says of a workbook as it is, with other inputs, and with other formulas."""

import re

import numpy as np
import pytest

from mlp2xlsx import build, load, override, train, verify
from mlp2xlsx.verify.contents import read_contents
from mlp2xlsx.verify.engines import ENGINES
from mlp2xlsx.workbook.address import Box, a1
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.comparison import InputPair, Pair
from mlp2xlsx.workbook.places import place_training
from mlp2xlsx.workbook.term import Term, choose, sentence
from tests.verify.helpers import Package

N = 6
ARTICLE = override(load("article"), iterations=N)
SOFFICE, SSCONVERT = pytest.mark.needs("soffice"), pytest.mark.needs("ssconvert")
every_engine = pytest.mark.parametrize(
    "engine",
    ["ironcalc", pytest.param("libreoffice", marks=SOFFICE), pytest.param("gnumeric", marks=SSCONVERT)],
)
in_process_or_quick = pytest.mark.parametrize(
    "engine", ["ironcalc", pytest.param("gnumeric", marks=SSCONVERT)]
)
MATCH = "The live numbers match the recorded run."
FOLLOW = ", so 000 numbers differ from the recorded run."
NO_EFFECT = ", but all numbers are still those of the recorded run."
LOOK_THERE = "Look at the formula of that cell, and at what it is computed from."
LOOK_AROUND = "Look at the formula of that cell, at that iteration on Training, and at the one before it."


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return built(ARTICLE, tmp_path_factory.mktemp("check") / "article.xlsx")


def built(lesson, path):
    build(lesson, path)
    return path


def said(path, engine="ironcalc", changes=({},)):
    """Verdict and advice after each of some changes of inputs; counts above 0 as 000."""
    contents = read_contents(path)
    for found in ENGINES[engine]().scenarios(contents, list(changes)):
        verdict, advice = (found.value("Check", row, 1) for row in (4, 5))
        yield re.sub(r"so [1-9]\d* numbers", "so 000 numbers", verdict), advice


def changes(package, *inputs):
    """The addresses of inputs with their new numbers."""
    cells = {}
    for name, i, j, value in inputs:
        title, box = package.names[name]
        cells[title, box.row + i, box.col + j] = value
    return cells


def place(package, name, i, j):
    sheet, address = package.where(name, i, j)
    return f"{sheet}!{address} ({name})"


# Other inputs

ONE = {
    "lr": ("lr", 0, 0, 0.5),
    "X": ("X", 1, 2, 3.0),
    "y": ("y", 2, 0, 0.5),
    "a weight": ("initial_wh", 3, 2, 0.5),
    "the only bias": ("initial_bout", 0, 0, 0.5),
}
SEVERAL = {
    "of one matrix": [("X", 1, 3, 3.0), ("X", 2, 0, 3.0), ("X", 2, 1, 7.0)],
    "of several": [("lr", 0, 0, 2.0), ("initial_wout", 0, 0, 0.5)],
}


@every_engine
def test_changed_inputs_are_named(path, engine):
    package = Package.read(path)
    cases = [
        ([], MATCH),
        ([("iteration", 0, 0, 3.0)], MATCH),
        *(([one], f"An input was changed: {place(package, *one[:3])}{FOLLOW}") for one in ONE.values()),
        *(
            (some, f"Inputs were changed: {place(package, *some[0][:3])} and {len(some) - 1} more{FOLLOW}")
            for some in SEVERAL.values()
        ),
    ]
    if engine == "libreoffice":  # a second for each
        cases = cases[2::3]
    found = said(path, engine, [changes(package, *inputs) for inputs, _ in cases])
    assert [verdict for verdict, _ in found] == [expected for _, expected in cases]


@pytest.mark.parametrize(
    "inputs", [*([one] for one in ONE.values()), *SEVERAL.values()], ids=[*ONE, *SEVERAL]
)
def test_numpy_expects_the_same_sentence(path, tmp_path, inputs):
    package = Package.read(path)
    for name, i, j, value in inputs:
        package.at(name, i, j).value(value)
    edited = package.save(tmp_path / "edited.xlsx")
    report = verify(edited, quick=True)
    assert report.ok, list(report.lines())
    [(verdict, _)] = said(edited)
    assert place(package, *inputs[0][:3]) in verdict


@in_process_or_quick
def test_a_text_among_the_inputs(path, tmp_path, engine):
    package = Package.read(path)
    package.at("X", 1, 2).value("much")
    [(verdict, _)] = said(package.save(tmp_path / "text.xlsx"), engine)
    assert verdict == f"An input was changed: {place(package, 'X', 1, 2)}{FOLLOW}"


def test_an_input_without_effect(tmp_path):
    path = built(ARTICLE.replace(iterations=1, batch=1), tmp_path / "one.xlsx")
    package = Package.read(path)
    found = said(path, changes=[changes(package, (name, i, 0, 7.0)) for name in ("X", "y") for i in (2, 0)])
    assert [verdict.partition(",")[::2] for verdict, _ in found] == [
        (f"An input was changed: {place(package, name, i, 0)}", effect[1:])
        for name in ("X", "y")
        for i, effect in ((2, NO_EFFECT), (0, FOLLOW))
    ]


LARGE = {
    "scaled": (load("iris").replace(iterations=2), "X_raw", 149, 3),
    "in batches": (load("iris").replace(iterations=4, batch=7, shuffle=True), "X_raw", 149, 3),
    "unscaled": (load("regression").replace(iterations=2), "X", 1, 0),
    "two hidden layers": (load("two-hidden").replace(iterations=2), "initial_wh_2", 1, 1),
    "no hidden layer": (load("and-or").replace(iterations=2), "initial_wout", 1, 1),
    "some iterations": (ARTICLE.replace(iterations=50, show=[1, 7, 30]), "X", 0, 1),
    "one iteration": (ARTICLE.replace(iterations=1), "X", 0, 1),
}


@pytest.mark.parametrize(("lesson", "name", "i", "j"), LARGE.values(), ids=LARGE)
def test_other_lessons(tmp_path, lesson, name, i, j):
    path = built(lesson, tmp_path / "built.xlsx")
    package = Package.read(path)
    found = said(path, changes=[{}, changes(package, (name, i, j, 0.25))])
    assert [verdict.partition(",")[0] for verdict, _ in found] == [
        MATCH,
        f"An input was changed: {place(package, name, i, j)}",
    ]


def test_an_overtyped_record_is_no_match(path, tmp_path):
    """The twin of the tests above: it is the sheet Python that they are compared with."""
    package = Package.read(path)
    package.cell("Python", "G8").value(0.5)  # the first number of wh
    [(verdict, _)] = said(package.save(tmp_path / "overtyped.xlsx"))
    assert verdict == f"An input was changed: {place(package, 'initial_wh', 0, 0)}{FOLLOW}"


# Other formulas


def training(lesson, name, iteration, i=0, j=0):
    """Address of a matrix of an iteration on Training."""
    places = place_training(train(lesson).steps, some=bool(lesson.show))
    box = places.at(name, list(lesson.shown).index(iteration) + 1)
    return a1(box.row + i, box.col + j)


@pytest.mark.parametrize(
    ("name", "iteration"),
    [("hidden_layer_input", 1), ("E", 1), ("next_wh", 1), ("wout", N), ("output", N), ("d_output", N), ("next_bh", N)],
)  # fmt: skip
def test_a_changed_formula_of_the_first_or_last_iteration(path, tmp_path, name, iteration):
    package = Package.read(path)
    address = training(ARTICLE, name, iteration)
    cell = package.cell("Training", address)
    cell.formula(f"{cell.text}+1/8")
    expected = f"A formula was changed: {name} differs first, at Training!{address} in iteration {iteration}."
    assert list(said(package.save(tmp_path / "spoilt.xlsx"))) == [(expected, LOOK_THERE)]


@every_engine
def test_a_changed_formula_between(path, tmp_path, engine):
    package = Package.read(path)
    cell = package.cell("Training", training(ARTICLE, "next_wh", 3))
    cell.formula(f"{cell.text}+1/8")
    expected = "A formula was changed: loss_history differs first, at Loss!B11 in iteration 4."
    assert list(said(package.save(tmp_path / "spoilt.xlsx"), engine)) == [(expected, LOOK_AROUND)]


@pytest.mark.parametrize(("row", "iteration"), [(8, 1), (10, 3), (7 + N, N)])
def test_a_changed_formula_of_a_loss(path, tmp_path, row, iteration):
    package = Package.read(path)
    package.cell("Loss", f"B{row}").formula("1/8")
    expected = f"A formula was changed: loss_history differs first, at Loss!B{row} in iteration {iteration}."
    assert list(said(package.save(tmp_path / "spoilt.xlsx"))) == [(expected, LOOK_AROUND)]


@in_process_or_quick
def test_an_overtyped_block_names_the_cell_and_not_only_the_matrix(path, tmp_path, engine):
    package = Package.read(path)
    address = training(ARTICLE, "E", 1, 2)
    cell = package.cell("Training", training(ARTICLE, "E", 1))
    operand = cell.text.partition("-")[2]
    cell.formula(f"IF(ROW({operand})={re.sub('[A-Z]', '', address)},1,{cell.text})")
    [(verdict, _)] = said(package.save(tmp_path / "spoilt.xlsx"), engine)
    assert verdict == f"A formula was changed: E differs first, at Training!{address} in iteration 1."


@in_process_or_quick
def test_an_error_value_is_a_difference(path, tmp_path, engine):
    package = Package.read(path)
    address = training(ARTICLE, "output", 1)
    package.cell("Training", address).formula("1/0")
    [(verdict, _)] = said(package.save(tmp_path / "spoilt.xlsx"), engine)
    assert verdict == f"A formula was changed: output differs first, at Training!{address} in iteration 1."


def test_some_iterations(tmp_path):
    lesson = ARTICLE.replace(iterations=50, show=[1, 7, 30])
    package = Package.read(built(lesson, tmp_path / "some.xlsx"))
    for name, iteration, expected in (
        ("output", 7, "loss_history differs first, at Loss!B14 in iteration 7."),
        ("output", 30, "output differs first, at Training!{address} in iteration 30."),
    ):
        spoilt, address = package.copy(), training(lesson, name, iteration)
        spoilt.cell("Training", address).formula("1/8")
        [(verdict, _)] = said(spoilt.save(tmp_path / "spoilt.xlsx"))
        assert verdict == "A formula was changed: " + expected.format(address=address)


# The parts


def pair(kind, live, recorded):
    return kind("S", Box(1, 1, 1, 1), "R!A1", np.array([[live]]), np.array([[recorded]]))


@pytest.mark.parametrize(
    ("live", "recorded", "differs"),
    [
        (0.1, 0.1, False),
        (0.0, 0.0, False),
        (1e-20, 2e-20, True),
        (0.0, 1e-20, True),
        (1e-20, 0.0, True),
        (-5.0, 5.0, True),
        (0.1, np.nextafter(0.1, 1), False),  # as a program may round it that saves the file again
        (1e300, 1e300, False),
        (1.7e308, 1.7e308, False),
        (1e6, 1e6 + 1e-4, True),
    ],
)
def test_inputs_are_compared_whatever_their_unit(live, recorded, differs):
    assert pair(InputPair, live, recorded).differs().item() is differs


@pytest.mark.parametrize(
    ("live", "recorded", "differs"),
    [(1e-13, 0.0, False), (2e-12, 0.0, True), (1e6, 1e6 + 1e-4, False), (1e6, 1e6 + 1e-2, True)],
)
def test_results_are_compared_as_they_are_in_verify(live, recorded, differs):
    assert pair(Pair, live, recorded).differs().item() is differs


def test_a_sentence_is_a_formula_and_a_text():
    terms = {"n": Term("A1", 3.0), "what": Term("B1", "cells")}
    made = sentence('a "{n}" of {what}', terms)
    assert made == Term('"a """&A1&""" of "&B1', 'a "3" of cells')
    several = terms["n"].compared(">", 1)
    assert choose(several, made, Term('"one"', "one")).value == made.value
    assert choose(several, made, Term("C1", "x")).text == f"IF(A1>1,{made.text},C1)"
    assert choose(terms["n"].compared("=", 1), made, Term("C1", "x")).value == "x"
    assert not terms["what"].compared("<", 1).value


def test_links_lead_to_the_matrices(path):
    sheet = make(train(ARTICLE)).sheets["Check"].ws
    links = {
        cell.value: cell.hyperlink.location
        for (cell,) in sheet.iter_rows(min_row=6, max_col=1)
        if cell.hyperlink
    }
    package = Package.read(path)
    title, box = package.names["initial_wh"]
    assert links["initial_wh"] == f"{title}!{box.ref}"
    assert links["output"].startswith(f"Training!{training(ARTICLE, 'output', 1)}:")
    assert links["loss_history"] == f"Loss!B8:B{7 + N}"


def test_texts_fit_into_formulas(path):
    """Excel's limits: 255 characters between quotes, 8,192 in a formula."""
    formulas = [text for _, text, _ in Package.read(path).formulas("Check")]
    assert max(map(len, formulas)) < 8_192
    assert max(len(text) for formula in formulas for text in re.findall('"[^"]*"', formula)) <= 257
