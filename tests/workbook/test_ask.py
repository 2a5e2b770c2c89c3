"""Asking one cell: its colours, its worked line, and what it does not depend on."""

import math
import re

import ironcalc
import numpy as np
import openpyxl
import pytest

from mlp2xlsx import load, resources
from mlp2xlsx.expr import readings, reads
from mlp2xlsx.training import train
from mlp2xlsx.verify.compare import same_text
from mlp2xlsx.workbook.ask import asked_name, worked_line
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.canvas import place
from mlp2xlsx.workbook.step_sheet import canvas_row
from tests.workbook.rules import ORANGE, YELLOW, coloured

LESSONS = resources.lesson_names()


def short(name, **changes):
    """A shipped lesson with few iterations, so that a batch is not the first one only."""
    return train(load(name).replace(iterations=2, **changes))


@pytest.fixture(scope="module", params=LESSONS)
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def trace(lesson):
    return short(lesson)


@pytest.fixture(scope="module")
def book(trace):
    return make(trace)


@pytest.fixture(scope="module")
def boxes(trace):
    return place(trace.lesson.network, trace.steps, canvas_row(trace.steps)).boxes


def results(trace):
    for number, step in enumerate(trace.steps, start=1):
        for result in step.results:
            yield f"Step {number:02}", step, result


def chooser_of(book, result):
    return book.names[asked_name(result.name)][1]


def cells_of(box):
    return ((i, j) for i in range(box.n_rows) for j in range(box.n_cols))


def referred(formula):
    """The cells of its own sheet that a formula names."""
    own = re.sub(r"(?:'[^']*'|\w+)!\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?", "", formula)
    found = set()
    for ref in re.findall(r"\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(])", own):
        first_col, first_row, last_col, last_row = openpyxl.utils.range_boundaries(ref.replace("$", ""))
        found |= {(r, c) for r in range(first_row, last_row + 1) for c in range(first_col, last_col + 1)}
    return found


def test_the_orange_cells_are_those_the_formula_names(trace, book, boxes):
    """For every result cell of every step: what is coloured, against the references in the cell's formula."""
    asked = 0
    for title, _, result in results(trace):
        sheet, box, chooser = book.sheets[title], boxes[result.name], chooser_of(book, result)
        for i, j in cells_of(box):
            here = (box.row + i, box.col + j)
            colours = coloured(
                sheet.ws, {(chooser.row, chooser.col): i + 1, (chooser.row, chooser.last_col): j + 1}
            )
            assert {cell for cell, colour in colours.items() if colour == YELLOW} == {here}
            orange = {cell for cell, colour in colours.items() if colour == ORANGE}
            assert orange == referred(sheet.formula_text(*here)), f"{title} {result.name}[{i + 1}, {j + 1}]"
            asked += 1
    assert asked == sum(math.prod(result.expr.shape) for _, _, result in results(trace))


def test_with_nothing_asked_everything_is_coloured(trace, book, boxes):
    for title, step, _ in results(trace):
        colours = coloured(book.sheets[title].ws, {})
        made = {result.name for result in step.results}
        read = {one.name for result in step.results if not result.given for one in readings(result.expr)}
        for colour, names in ((YELLOW, made), (ORANGE, read - made)):
            expected = {
                (boxes[name].row + i, boxes[name].col + j)
                for name in names & boxes.keys()
                for i, j in cells_of(boxes[name])
            }
            assert {cell for cell, one in colours.items() if one == colour} == expected


def test_a_row_alone_can_be_asked(book, boxes):
    """Of what is not chosen, every one counts."""
    book = make(short("article"))
    box = book.names["hidden_layer_input"][1]
    chooser = book.names["asked_hidden_layer_input"][1]
    colours = coloured(book.sheets["Step 03"].ws, {(chooser.row, chooser.col): 2})
    assert {cell for cell, one in colours.items() if one == YELLOW} == {
        (box.row + 1, box.col + j) for j in range(3)
    }


def test_the_rules_can_be_seen_to_fail(trace, book, boxes):
    """A rule that is one row off does not colour what the formula names."""
    title, _, result = next(one for one in results(trace) if not one[2].given)
    sheet, box, chooser = book.sheets[title], boxes[result.name], chooser_of(book, result)
    choice = {(chooser.row, chooser.col): 1, (chooser.row, chooser.last_col): 1}
    rules = [rule for area in sheet.ws.conditional_formatting for rule in area.rules]
    saved = [rule.formula for rule in rules]
    try:
        for rule in rules:
            rule.formula = [
                re.sub(r"(ROW\(\w+\))-(\d+)", lambda m: f"{m[1]}-{int(m[2]) + 1}", rule.formula[0])
            ]
        colours = coloured(sheet.ws, choice)
    finally:
        for rule, formula in zip(rules, saved, strict=True):
            rule.formula = formula
    assert {cell for cell, one in colours.items() if one == YELLOW} != {(box.row, box.col)}


_LINE = re.compile(r"(?P<name>\w+)\[(?P<row>\d+), (?P<col>\d+)\] = (?:(?P<sum>.+) = )?(?P<value>\S+)")


def evaluated(text):
    """The value of a worked line's arithmetic, by Python."""
    for sign, meant in (("×", "*"), ("−", "-"), ("e^(", "exp("), ("²", "**2")):
        text = text.replace(sign, meant)
    text = re.sub(r"\[(.+) > 0\]", r"float(\1 > 0)", text)
    names = {"exp": lambda z: math.exp(min(z, 700)), "tanh": math.tanh, "max": max, "float": float}
    return eval(text, {"__builtins__": {}}, names)


def test_the_worked_line_comes_to_the_value(lesson):
    """For every result cell of every step; with nine decimals, so that little is lost by rounding."""
    trace = short(lesson, decimals=9)
    for name, line, value in lines(trace, every=True):
        match = _LINE.fullmatch(line)
        assert match["name"] == name
        assert float(match["value"]) == pytest.approx(value, abs=1e-9)
        if match["sum"] and "…" not in line and not re.match(r"[Xy]\[", match["sum"]):
            # Each of at most a dozen numbers is off by half a unit of the ninth decimal.
            assert evaluated(match["sum"]) == pytest.approx(value, rel=1e-6, abs=1e-7), line


def test_every_kind_of_arithmetic_was_worked_out():
    """The lessons that ship leave none of the words of the line unused, but those of the article."""
    said = " ".join(line for name in LESSONS for _, line, _ in lines(short(name), every=False))
    for word in ("×", " − ", " + ", "1 / (1 + e^(−", "tanh(", "e^(", " / (", "²", " … ", "X["):
        assert word in said, word


def lines(trace, *, every):
    """Name, worked line and value of every cell that can be asked for, or of the first of each matrix."""
    context = make(trace).context
    for _, step, result in results(trace):
        rows, cols = result.expr.shape if every else (1, 1)
        for i, j in np.ndindex(rows, cols):
            line = worked_line(context, step, result, (i + 1, j + 1)).text
            yield result.name, line, trace[result.name][0, i, j]


def load_engine(book, path):
    with path.open("wb") as stream:
        book.save(stream)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    return model, [sheet["name"] for sheet in model.get_worksheets_properties()]


def test_an_engine_works_the_line_out(trace, tmp_path):
    """What a spreadsheet says, against what Python says; two cells of each matrix."""
    book = make(trace)
    model, titles = load_engine(book, tmp_path / "book.xlsx")
    for corner in (0, -1):
        asked = {
            result.name: tuple(range(1, n + 1)[corner] for n in result.expr.shape)
            for _, _, result in results(trace)
        }
        expected = make(trace, asked=asked)
        for title, _, result in results(trace):
            chooser = chooser_of(book, result)
            for offset, number in enumerate(asked[result.name]):
                model.set_user_input(titles.index(title), chooser.row, chooser.col + offset, str(number))
        model.evaluate()
        for title, _, result in results(trace):
            row = chooser_of(book, result).row
            found = model.get_cell_value(titles.index(title), row, 3)
            assert same_text(expected.sheets[title].live[row, 3].value, found), found


@pytest.mark.parametrize(("row", "col"), [("2", ""), ("", "2"), ("9", "1"), ("0", "1")])
def test_half_a_choice_and_a_wrong_one(tmp_path, row, col):
    book = make(short("article"))
    model, titles = load_engine(book, tmp_path / "book.xlsx")
    chooser = book.names["asked_hidden_layer_input"][1]
    for offset, number in enumerate((row, col)):
        model.set_user_input(titles.index("Step 03"), chooser.row, chooser.col + offset, number)
    model.evaluate()
    found = model.get_cell_value(titles.index("Step 03"), chooser.row, 3)
    assert found == ("hidden_layer_input has no such cell" if row and col else "hidden_layer_input")


_MOST_CHANGED, _MANY_CELLS, _FEW_CHANGED = 8, 3000, 2


def test_only_what_reads_a_cell_follows_it(trace, book, boxes, tmp_path):
    """One input cell of a step sheet is overtyped: cells that do not read it, by way of others or not, stay."""
    model, titles = load_engine(book, tmp_path / "book.xlsx")
    random = np.random.default_rng(1)
    followed = 0
    # A large workbook takes half a second for each.
    most = (
        _FEW_CHANGED
        if sum(math.prod(box_shape(box)) for box in boxes.values()) > _MANY_CELLS
        else _MOST_CHANGED
    )
    for number, step in enumerate(trace.steps, start=1):
        index = titles.index(f"Step {number:02}")
        made = [result for result in step.results if not result.given]
        own = {result.name for result in made}
        inputs = sorted(
            {
                (name, i, j)
                for result in made
                for name, i, j in all_reads(result)
                if name in boxes.keys() - own
            }
        )
        model.evaluate()
        before = values(model, index, made, boxes)
        for k in random.permutation(len(inputs))[:most].tolist():
            name, i, j = inputs[k]
            row, col = boxes[name].row + i, boxes[name].col + j
            formula = book.sheets[f"Step {number:02}"].formula_text(row, col)
            old = float(book.sheets[f"Step {number:02}"].live[row, col].value)
            model.set_user_input(index, row, col, repr(old + 0.37))
            model.evaluate()
            after = values(model, index, made, boxes)
            model.set_user_input(index, row, col, f"={formula}")
            changed = {cell for cell in before if before[cell] != after[cell]}
            assert changed <= followers((name, i, j), made)
            followed += len(changed)
    assert followed > 0


def box_shape(box):
    return box.n_rows, box.n_cols


def all_reads(result):
    rows, cols = result.expr.shape
    return {cell for i in range(rows) for j in range(cols) for cell in reads(result.expr, i, j)}


def followers(cell, made):
    """Which results of one step read a cell, directly or through another result of the step."""
    found, todo = set(), [cell]
    while todo:
        source = todo.pop()
        for result in made:
            for i, j in np.ndindex(result.expr.shape):
                if source in reads(result.expr, i, j) and (result.name, i, j) not in found:
                    found.add((result.name, i, j))
                    todo.append((result.name, i, j))
    return found


def values(model, index, made, boxes):
    return {
        (result.name, i, j): model.get_cell_value(
            index, boxes[result.name].row + i, boxes[result.name].col + j
        )
        for result in made
        for i, j in np.ndindex(result.expr.shape)
    }
