"""What the sheet `Check` says of a workbook as it is, with other inputs, and with other formulas."""

import re
from dataclasses import replace

import numpy as np
import pytest

from mlp2xlsx import load, override, train, verify
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.verify.structure import check_structure
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.places import place_training
from mlp2xlsx.workbook.sheets.check.checksums import Numbers
from mlp2xlsx.workbook.sheets.check.comparison import InputPair, Pair
from mlp2xlsx.workbook.sheets.evaluate import places
from mlp2xlsx.workbook.sheets.loss.sheet import loss_box
from mlp2xlsx.workbook.sheets.python import (
    canvases,
    recorded_input_box,
    recorded_loss_box,
    recorded_series_boxes,
)
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.reading.contents import read_contents
from mlp2xlsx.xlsx.term import Term, choose, sentence
from tests.cases import GNUMERIC, LIBREOFFICE, few, few_values, with_few_samples
from tests.verify.helpers import Remembered, built
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

N = 6
ARTICLE = override(load("article"), iterations=N)
SOFFICE, SSCONVERT = pytest.mark.needs("soffice"), pytest.mark.needs("ssconvert")
every_engine = pytest.mark.parametrize("engine", few("ironcalc", of=["ironcalc", LIBREOFFICE, GNUMERIC]))
in_process_or_quick = pytest.mark.parametrize("engine", few("ironcalc", of=["ironcalc", GNUMERIC]))
MATCH = "The live numbers match the recorded run."
FOLLOW = ", so 000 numbers differ from the recorded run."
NO_EFFECT = ", but all numbers are still those of the recorded run."
LOOK_THERE = "Look at the formula of that cell, and at what it is computed from."
LOOK_AROUND = "Look at the formula of that cell, at that iteration on Training, and at the one before it."


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return built(ARTICLE, tmp_path_factory.mktemp("check") / "article.xlsx")


def said(path, engine="ironcalc", changes=({},)):
    """Verdict, with what is said besides, and advice after each of some changes; counts above 0 as 000."""
    contents = read_contents(path)
    for found in ENGINES[engine]().scenarios(contents, list(changes)):
        verdict, advice, besides = (found.value("Check", row, 1) for row in (4, 5, 7))
        yield re.sub(r"so [1-9]\d* numbers", "so 000 numbers", f"{verdict} {besides or ''}".rstrip()), advice


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
    if engine != "ironcalc":  # a program started for each
        cases = cases[2::3]
    found = said(path, engine, [changes(package, *inputs) for inputs, _ in cases])
    assert [verdict for verdict, _ in found] == [expected for _, expected in cases]


@pytest.mark.parametrize(
    "inputs", few_values("several", of={"one": [ONE["a weight"]], "several": SEVERAL["of several"]})
)
def test_numpy_expects_the_same_sentence(path, tmp_path, inputs):
    package = Package.read(path)
    for name, i, j, value in inputs:
        package.at(name, i, j).value(value)
    edited = package.save(tmp_path / "edited.xlsx")
    report = verify(edited, quick=True, arithmetic_only=True)
    assert report.ok, list(report.lines())
    [(verdict, _)] = said(edited)
    assert place(package, *inputs[0][:3]) in verdict


@pytest.mark.parametrize("engine", ["ironcalc", GNUMERIC])
def test_a_text_among_the_inputs(path, tmp_path, engine):
    package = Package.read(path)
    package.at("X", 1, 2).value("much")
    [(verdict, _)] = said(package.save(tmp_path / "text.xlsx"), engine)
    assert verdict == f"An input was changed: {place(package, 'X', 1, 2)}{FOLLOW}"


def test_an_input_without_effect(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "MOST_CELLS", 0)  # on Evaluate, every sample has an effect
    path = built(ARTICLE.replace(iterations=1, batch=1, title="One"), tmp_path / "one.xlsx")
    package = Package.read(path)
    found = said(path, changes=[changes(package, (name, i, 0, 7.0)) for name in ("X", "y") for i in (2, 0)])
    assert [verdict.partition(",")[::2] for verdict, _ in found] == [
        (f"An input was changed: {place(package, name, i, 0)}", effect[1:])
        for name in ("X", "y")
        for i, effect in ((2, NO_EFFECT), (0, FOLLOW))
    ]


LARGE = {
    "scaled": (load("iris").replace(iterations=2), "X_raw", 149, 3),
    "in batches": (
        with_few_samples(load("iris")).replace(iterations=3, batch=4, shuffle=True),
        "X_raw",
        4,
        3,
    ),
    "unscaled": (load("regression").replace(iterations=2), "X", 1, 0),
    "two hidden layers": (load("two-hidden").replace(iterations=2), "initial_wh_2", 1, 1),
    "no hidden layer": (load("and-or").replace(iterations=2), "initial_wout", 1, 1),
    "some iterations": (ARTICLE.replace(iterations=50, show=[1, 7, 30]), "X", 0, 1),
    "one iteration": (ARTICLE.replace(iterations=1), "X", 0, 1),
}


@pytest.mark.parametrize(
    ("lesson", "name", "i", "j"),
    few_values("in batches", "no hidden layer", "some iterations", of=LARGE),
)
def test_other_lessons(tmp_path, lesson, name, i, j):
    path = built(lesson, tmp_path / "built.xlsx")
    package = Package.read(path)
    found = said(path, changes=[{}, changes(package, (name, i, j, 0.25))])
    assert [verdict.partition(",")[0] for verdict, _ in found] == [
        MATCH,
        f"An input was changed: {place(package, name, i, j)}",
    ]


# Recorded numbers


def recorded(name, sheet, ref):
    return f"A recorded number was changed: {name} differs from the build, at {sheet}!{ref}."


SOME = ARTICLE.replace(iterations=50, show=[1, 7, 30])
BATCHES = load("sgd").replace(iterations=9, batch=2)


def on_python(name, which):
    return lambda context: ("Python", canvases(context)[which][1].boxes[name])


def losses_left_out(first, last):
    """The losses of some iterations of which no matrix is live."""
    return lambda context: ("Loss", replace(loss_box(last).moved(first - 1), n_rows=last - first + 1))


def shown_weights(context):
    places, n = context.training, len(context.shown)
    return "Training", replace(
        places.at("wh", 2), n_rows=places.at("wh", n).last_row - places.at("wh", 2).row + 1
    )


def drawn(number):
    """What the charts of Loss draw beside the losses, as recorded."""
    return lambda context: ("Python", [*recorded_series_boxes(context).values()][number])


PENALIZED = ARTICLE.replace(iterations=4, penalties=["l2"])
RECORDS = {
    "an output that is drawn": (ARTICLE, "output, sample 2", drawn(1)),
    "the weights' size": (PENALIZED, "size of the weights", drawn(-1)),
    "the first weights": (ARTICLE, "wh", on_python("wh", 0)),
    "data": (ARTICLE, "X", on_python("X", 0)),
    "the learning rate": (ARTICLE, "lr", on_python("lr", 1)),
    "the last iteration": (ARTICLE, "E", on_python("E", 1)),
    "losses": (ARTICLE, "loss_history", lambda context: ("Python", recorded_loss_box(context))),
    "data of batches": (BATCHES, "X", lambda context: ("Python", recorded_input_box(context, "X"))),
    "losses that are left out": (SOME, "loss_history", losses_left_out(8, 29)),
    "the first losses left out": (SOME, "loss_history", losses_left_out(2, 6)),
    "weights of a shown iteration": (SOME, "wh", shown_weights),
}


context_of = Remembered(lambda lesson: make(train(lesson)).context)


# Of each of the places where numbers are recorded, one.
FAST_RECORDS = (
    *("an output that is drawn", "the first weights", "the learning rate", "losses"),
    *("data of batches", "losses that are left out", "weights of a shown iteration"),
)


@pytest.mark.parametrize(("lesson", "name", "where"), few_values(*FAST_RECORDS, of=RECORDS))
def test_a_recorded_number_that_was_changed_is_named(tmp_path, lesson, name, where):
    """And no innocent live cell, nor an input, whether one was changed as well or not."""
    package = Package.read(built(lesson, tmp_path / "built.xlsx"))
    sheet, box = where(context_of(lesson))
    cell = package.cell(sheet, a1(box.row, box.col))
    cell.value(float(cell.cached) + 0.01)
    lr = changes(package, ("lr", 0, 0, 0.25))
    found = said(package.save(tmp_path / "changed.xlsx"), changes=[{}, lr])
    assert [verdict for verdict, _ in found] == [recorded(name, sheet, box.ref)] * 2


@pytest.mark.parametrize("number", few_values("output", of={"output": 0, "weights-size": -1}))
def test_a_recorded_number_that_charts_draw_is_named_where_it_stands(tmp_path, number):
    path, book = built(PENALIZED, tmp_path / "built.xlsx"), make(train(PENALIZED))
    assert check_structure(read_contents(path), book) == []
    package = Package.read(path)
    sheet, box = drawn(number)(book.context)
    cell = package.cell(sheet, a1(box.row + 2, box.col))
    cell.value(float(cell.cached) + 1e-6)
    first, *_ = check_structure(read_contents(package.save(tmp_path / "changed.xlsx")), book)
    assert (first.sheet, first.cell) == ("Python", a1(box.row + 2, box.col))


@pytest.mark.parametrize("engine", few("ironcalc", of=["ironcalc", LIBREOFFICE, GNUMERIC]))
def test_an_overtyped_record_is_no_match(path, tmp_path, engine):
    package = Package.read(path)
    package.cell("Python", "G8").value(0.5)  # the first number of wh
    [(verdict, _)] = said(package.save(tmp_path / "overtyped.xlsx"), engine)
    assert verdict == recorded("wh", "Python", "G8:I11")


@every_engine
def test_a_list_of_samples_that_was_changed_is_named(tmp_path, engine):
    package = Package.read(built(BATCHES, tmp_path / "batches.xlsx"))
    for i in range(BATCHES.batch):
        cell = package.cell("Training", training(BATCHES, "sample", 4, i))
        cell.value(float(cell.cached) % len(BATCHES.X) + 1)
    lr = changes(package, ("lr", 0, 0, 0.25))
    (verdict, _), (with_input, _) = said(package.save(tmp_path / "changed.xlsx"), engine, [{}, lr])
    start = "The list of samples on Training was changed. First iteration whose loss differs: "
    assert verdict == f"{start}4."
    assert with_input.startswith(start)


def test_samples_that_change_places_are_noticed(tmp_path):
    """Their sum is the same."""
    package = Package.read(built(BATCHES, tmp_path / "batches.xlsx"))
    cells = [package.cell("Training", training(BATCHES, "sample", 5, i)) for i in range(BATCHES.batch)]
    numbers = [float(cell.cached) for cell in cells]
    assert numbers != numbers[::-1]
    for i, number in enumerate(numbers[::-1]):
        package.cell("Training", training(BATCHES, "sample", 5, i)).value(number)
    [(verdict, _)] = said(package.save(tmp_path / "changed.xlsx"))
    assert verdict == "The list of samples on Training was changed. First iteration whose loss differs: –."


# Formulas of step sheets


def spoilt(cell, kind):
    """Put something else in the place of a formula."""
    if kind == "another formula":
        cell.formula(f"{cell.text}+1/8")
    elif kind == "an error":
        cell.error("#DIV/0!")
    elif kind == "a truth value":
        cell.truth(True)
    else:
        cell.value({"nothing": None, "a text": "0.1", "a number": 0.1}[kind])


KINDS = ("another formula", "nothing", "a text", "a truth value", "a number", "an error")


@pytest.mark.parametrize(
    ("engine", "kind"),
    few(
        *(f"ironcalc-{kind}" for kind in KINDS),
        of=[
            *(pytest.param("ironcalc", kind) for kind in KINDS),
            *(pytest.param("gnumeric", kind, marks=SSCONVERT) for kind in KINDS),
            # It takes seconds to start; a truth value is a number to it.
            *(pytest.param("libreoffice", kind, marks=SOFFICE) for kind in ("nothing", "a truth value")),
        ],
    ),
)
def test_a_formula_of_a_step_sheet_is_named(path, tmp_path, engine, kind):
    """Also where an input was changed, or another iteration is shown."""
    package = Package.read(path)
    spoilt(package.at("E", 1), kind)
    sheet, address = package.where("E", 1)
    others = [changes(package, one) for one in (("iteration", 0, 0, 4.0), ("lr", 0, 0, 0.5))]
    found = said(package.save(tmp_path / "spoilt.xlsx"), engine, [{}, *others])
    expected = f"A formula was changed on a step sheet: E differs first, at '{sheet}'!{address}."
    changed = f"An input was changed: {place(package, 'lr', 0, 0)}{FOLLOW}"
    besides = (
        f" Besides, a formula was changed: E at '{sheet}'!{address} is not what it should repeat or compute."
    )
    assert [verdict for verdict, _ in found] == [expected, expected, changed + besides]


@every_engine
def test_what_a_step_sheet_repeats_is_looked_at_too(path, tmp_path, engine):
    package = Package.read(path)
    box = make(train(load("article").replace(iterations=1))).context.step_canvases[8].boxes["wh"]
    cell = package.cell("Step 09", a1(box.row, box.col + 1))  # where nothing is computed from it
    cell.formula(f"{cell.text}*2")
    [(verdict, _)] = said(package.save(tmp_path / "spoilt.xlsx"), engine)
    assert verdict == f"A formula was changed on a step sheet: wh differs first, at 'Step 09'!{box.ref}."


@every_engine
def test_a_formula_that_no_loss_depends_on_is_noticed(tmp_path, engine):
    package = Package.read(built(SOME, tmp_path / "some.xlsx"))
    cell = package.cell("Training", training(SOME, "slope_output_layer", 7))
    cell.formula(f"{cell.text}+1/8")
    others = changes(package, ("iteration", 0, 0, 7.0))
    found = said(package.save(tmp_path / "spoilt.xlsx"), engine, [{}, others])
    start = "A formula was changed: slope_output_layer differs between first and last iteration, "
    assert all(verdict.startswith(f"{start}at Training!") for verdict, _ in found)


@every_engine
def test_the_verdict_of_the_gradient_check_stands_below(path, tmp_path, engine):
    package = Package.read(path)
    spoilt(package.at("d_output"), "another formula")
    texts = []
    for file in (path, package.save(tmp_path / "spoilt.xlsx")):
        [found] = ENGINES[engine]().scenarios(read_contents(file), [{}])
        texts.append(found.value("Check", 6, 1))
        assert texts[-1] == found.value("Math", 4, 1)
    assert texts[0].endswith("agree with backpropagation.")
    assert texts[1].endswith("differ from backpropagation.")


# Other formulas


def training(lesson, name, iteration, i=0, j=0):
    """Address of a matrix of an iteration on Training."""
    places = place_training(lesson.one_iteration, some=bool(lesson.show))
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
    expected = "A formula was changed: loss_history differs first, at Loss!B10 in iteration 4."
    assert list(said(package.save(tmp_path / "spoilt.xlsx"), engine)) == [(expected, LOOK_AROUND)]


@pytest.mark.parametrize(("row", "iteration"), [(7, 1), (9, 3), (6 + N, N)])
def test_a_changed_formula_of_a_loss(path, tmp_path, row, iteration):
    package = Package.read(path)
    package.cell("Loss", f"B{row}").formula("1/8")
    expected = f"A formula was changed: loss_history differs first, at Loss!B{row} in iteration {iteration}."
    assert list(said(package.save(tmp_path / "spoilt.xlsx"))) == [(expected, LOOK_AROUND)]


@in_process_or_quick
def test_an_overtyped_cell_is_named_and_not_only_the_matrix(path, tmp_path, engine):
    package = Package.read(path)
    address = training(ARTICLE, "E", 1, 2)
    package.cell("Training", address).formula("1")
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
        ("output", 7, "loss_history differs first, at Loss!B13 in iteration 7."),
        ("output", 30, "output differs first, at Training!{address} in iteration 30."),
    ):
        spoilt, address = package.copy(), training(lesson, name, iteration)
        spoilt.cell("Training", address).formula("1/8")
        [(verdict, _)] = said(spoilt.save(tmp_path / "spoilt.xlsx"))
        assert verdict == "A formula was changed: " + expected.format(address=address)


# The parts


def pair(kind, live, recorded):
    return kind("S", Box(1, 1, 1, 1), lambda i, j: "R!A1", np.array([[live]]), np.array([[recorded]]))


def test_cells_that_change_places_have_another_weighted_mean():
    values = np.arange(12.0).reshape(2, 3, 2)
    numbers = Numbers("m", "S", Box(4, 2, 3, 2), values, values, height=5)
    weights = numbers.weights()
    assert numbers.whole.ref == "B4:C11"
    assert (weights[0, 0, 0], weights[1, 2, 1]) == (4 * 2, 11 * 3)
    turned = values[:, ::-1, ::-1]
    assert turned.mean() == values.mean()
    assert abs((turned * weights).sum() - (values * weights).sum()) / weights.sum() > numbers.room(weights)


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
    assert links["loss_history"] == f"Loss!B7:B{6 + N}"


def test_texts_fit_into_formulas(path):
    """Excel's limits: 255 characters between quotes, 8,192 in a formula."""
    formulas = [text for _, text, _ in Package.read(path).formulas("Check")]
    assert max(map(len, formulas)) < 8_192
    assert max(len(text) for formula in formulas for text in re.findall('"[^"]*"', formula)) <= 257
