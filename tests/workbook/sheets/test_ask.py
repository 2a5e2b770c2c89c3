"""Asking one cell: its colours, its worked line, and what it does not depend on."""

import math
import re
from copy import copy
from functools import cache
from pathlib import Path

import ironcalc
import numpy as np
import openpyxl
import pytest

from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.mathematics.expr import Apply, TakeRows
from mlp2xlsx.mathematics.readings import readings
from mlp2xlsx.training import train
from mlp2xlsx.verify.compare import same_text
from mlp2xlsx.verify.structure import built_cells
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.step.ask import asked_name, worked_line
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.xlsx.reading.contents import Contents, SheetContents
from tests.cases import FEW_OF_IRIS, LIGHT, few, shipped, with_few_samples
from tests.cells_read import reads
from tests.classroom.lessons import exercise
from tests.workbook.rules import ORANGE, YELLOW, coloured

# One with each kind of step, and with a scale, a softmax and batches.
FAST = ("article", "two-hidden", "sgd", FEW_OF_IRIS)


@cache
def short(name, **changes):
    """A shipped lesson with few iterations, so that a batch is not the first one only; of iris, few flowers."""
    lesson = with_few_samples(shipped(name)) if name == FEW_OF_IRIS else shipped(name)
    return train(lesson.replace(iterations=2, **changes))


@cache
def made(name):
    """Its workbook; nobody changes it for good."""
    return make(short(name))


@pytest.fixture(scope="module", params=few(*FAST, of=[*LIGHT, "initial-values"]))
def lesson(request):
    return request.param


@pytest.fixture(scope="module")
def trace(lesson):
    return short(lesson)


@pytest.fixture(scope="module")
def book(lesson):
    return made(lesson)


@pytest.fixture(scope="module")
def boxes(book):
    """Where the matrices stand, by the title of the sheet."""
    context = book.context
    return dict(zip(context.step_titles, (each.boxes for each in context.step_canvases), strict=True))


def results(trace):
    for number, step in enumerate(trace.lesson.one_iteration.steps, start=1):
        for result in step.results:
            yield f"Step {number:02}", step, result


def chooser_of(book, result):
    return book.names[asked_name(result.name)][1]


def choice_of(book, result, i, j):
    """The row and the column that are chosen, in their cells; of a single one there is no choice."""
    box = chooser_of(book, result)
    at = zip((box.col, box.last_col), (i + 1, j + 1), result.expr.shape, strict=True)
    return {(box.row, col): number for col, number, count in at if count > 1}


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
        sheet, box = book.sheets[title], boxes[title][result.name]
        for i, j in cells_of(box):
            here, choice = (box.row + i, box.col + j), choice_of(book, result, i, j)
            colours = coloured(sheet.ws, choice)
            if not choice:  # a matrix of one cell is not asked for
                continue
            assert {cell for cell, colour in colours.items() if colour == YELLOW} == {here}
            orange = {cell for cell, colour in colours.items() if colour == ORANGE}
            assert orange == referred(sheet.formula_text(*here)), f"{title} {result.name}[{i + 1}, {j + 1}]"
            asked += 1
    sizes = [math.prod(result.expr.shape) for _, _, result in results(trace)]
    assert asked == sum(size for size in sizes if size > 1)


def test_with_nothing_asked_everything_is_coloured(trace, book, boxes):
    for title, step, _ in results(trace):
        colours = coloured(book.sheets[title].ws, {})
        made = {result.name for result in step.results}
        read = {one.name for result in step.results if not result.given for one in readings(result.expr)}
        for colour, names in ((YELLOW, made), (ORANGE, read - made)):
            expected = {
                (boxes[title][name].row + i, boxes[title][name].col + j)
                for name in names & boxes[title].keys()
                for i, j in cells_of(boxes[title][name])
            }
            assert {cell for cell, one in colours.items() if one == colour} == expected


def test_a_row_alone_can_be_asked():
    """Of what is not chosen, every one counts."""
    book = made("article")
    box = book.names["hidden_layer_input"][1]
    chooser = book.names["asked_hidden_layer_input"][1]
    colours = coloured(book.sheets["Step 03"].ws, {(chooser.row, chooser.col): 2})
    assert {cell for cell, one in colours.items() if one == YELLOW} == {
        (box.row + 1, box.col + j) for j in range(3)
    }


def test_the_rules_can_be_seen_to_fail(trace, book, boxes):
    """A rule that is one row off does not colour what the formula names."""
    title, _, result = next(one for one in results(trace) if not one[2].given and one[2].expr.shape[0] > 1)
    sheet, box, choice = book.sheets[title], boxes[title][result.name], choice_of(book, result, 0, 0)
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


@pytest.fixture(scope="module", params=["article", "two-hidden"])
def handed_out(request):
    """A workbook in which nothing is filled in yet."""
    return exercise(shipped(request.param), practice=True).book()


def white_inputs(book):
    """Names of what a step is computed from that is not orange as long as nothing is filled in."""
    for number, step in enumerate(book.context.steps, start=1):
        page = StepPage(book.context, number)
        colours = coloured(book.sheets[page.title].ws, {}, filled_in=False)
        results = {result.name for result in step.results if not result.given}
        read = {one.name for result in step.results for one in readings(result.expr) if not step.brings_in}
        for name in (read - results) & page.boxes.keys():
            if {colours.get(cell) for cell in page.boxes[name].cells()} != {ORANGE}:
                yield f"{page.title}: {name}"


def test_before_anything_is_filled_in_what_it_is_computed_from_is_orange(handed_out):
    assert list(white_inputs(handed_out)) == []
    for number, step in enumerate(handed_out.context.steps, start=1):
        page = StepPage(handed_out.context, number)
        colours = coloured(handed_out.sheets[page.title].ws, {}, filled_in=False)
        for result in (one for one in step.results if not one.given):  # an answer keeps its own look
            assert not {colours.get(cell) for cell in page.boxes[result.name].cells()} - {None}


def test_an_input_that_stays_white_is_found():
    """The twin: a workbook that is computed, if its cells had no numbers."""
    assert "Step 03: X" in set(white_inputs(made("article")))


_LINE = re.compile(
    r"(?P<name>\w+)\[(?P<row>\d+), (?P<col>\d+)\] = (?:(?P<sum>.+) = )?(?P<value>[−\d.e+]+)(?:, .+)?"
)


def evaluated(text):
    """The value of a worked line's arithmetic, by Python."""
    for sign, meant in (("×", "*"), ("−", "-"), ("e^(", "exp("), ("²", "**2")):
        text = text.replace(sign, meant)
    text = re.sub(r"\[(.+) > 0\]", r"float(\1 > 0)", text)
    names = {"exp": lambda z: math.exp(min(z, 700)), "tanh": math.tanh, "max": max, "float": float}
    return eval(text, {"__builtins__": {}}, names)


def test_the_worked_line_comes_to_the_value(lesson):
    """For every result cell of every step; with nine decimals, so that little is lost by rounding."""
    for name, line, value in lines(make(short(lesson, decimals=9)), every=True):
        match = _LINE.fullmatch(line)
        assert match["name"] == name
        assert float(match["value"].replace("−", "-")) == pytest.approx(value, abs=1e-9)
        if match["sum"] and "…" not in line and not re.match(r"\w+\[", match["sum"]):
            # Each of at most a dozen numbers is off by half a unit of the ninth decimal.
            assert evaluated(match["sum"]) == pytest.approx(value, rel=1e-6, abs=1e-7), line


def test_every_kind_of_arithmetic_was_worked_out():
    """These lessons leave none of the words of the line unused."""
    said = " ".join(line for name in FAST for _, line, _ in lines(made(name), every=False))
    for word in ("×", " − ", " + ", "1 / (1 + e^(−", "tanh(", "e^(", " / (", "²", " … ", "X["):
        assert word in said, word


def lines(book, *, every):
    """Name, worked line and value of every cell that can be asked for, or of the first of each matrix."""
    trace = book.context.trace
    for title, _, result in results(trace):
        rows, cols = result.expr.shape if every else (1, 1)
        for i, j in np.ndindex(rows, cols):
            yield result.name, said(book, title, result, (i + 1, j + 1)), trace[result.name][0, i, j]


def said(book, title, result, choice):
    """What a workbook comes with where a cell is asked for."""
    page = StepPage(book.context, book.context.step_titles.index(title) + 1)
    return worked_line(page, result, choice).text


@pytest.fixture(scope="module")
def article_in_engine(tmp_path_factory):
    book = made("article")
    return book, *load_engine(book, tmp_path_factory.mktemp("ask") / "book.xlsx")


def load_engine(book, path):
    with path.open("wb") as stream:
        book.save(stream)
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
    model.evaluate()
    return model, [sheet["name"] for sheet in model.get_worksheets_properties()]


def test_an_engine_works_the_line_out(trace, book, tmp_path):
    """What a spreadsheet says, against what Python says; two cells of each matrix."""
    model, titles = load_engine(book, tmp_path / "book.xlsx")
    for corner in (0, -1):
        asked = {
            result.name: tuple(range(1, n + 1)[corner] for n in result.expr.shape)
            for _, _, result in results(trace)
        }
        for title, _, result in results(trace):
            choice = choice_of(book, result, *(number - 1 for number in asked[result.name]))
            for cell, number in choice.items():
                model.set_user_input(titles.index(title), *cell, str(number))
        model.evaluate()
        for title, _, result in results(trace):
            row = chooser_of(book, result).row
            found = model.get_cell_value(titles.index(title), row, 3)
            assert same_text(said(book, title, result, asked[result.name]), found), found


WHOLE, ROW, COLUMN = "asked_hidden_layer_input", "asked_E", "asked_bh"


@pytest.mark.parametrize(
    ("name", "row", "col", "said"),
    [
        (
            WHOLE,
            "",
            "",
            "hidden_layer_input: choose a row and a column on the left, to see where that cell comes from",
        ),
        (WHOLE, "2", "", "hidden_layer_input: choose the column, too"),
        (WHOLE, "", "2", "hidden_layer_input: choose the row, too"),
        (WHOLE, "9", "1", "hidden_layer_input has no such cell"),
        (WHOLE, "0", "1", "hidden_layer_input has no such cell"),
        (ROW, "", None, "E: choose a row on the left, to see where that cell comes from"),
        (ROW, "2", None, "E[2, 1] = 1 − 0.798 = 0.202"),
        (ROW, "4", None, "E has no such cell"),
        (COLUMN, None, "", "bh: choose a column on the left, to see where that cell comes from"),
        (COLUMN, None, "3", "bh[1, 3] = 0.080, as on Setup"),
    ],
)
def test_what_a_choice_says_and_half_a_choice_and_a_wrong_one(article_in_engine, name, row, col, said):
    """As an engine has it, and as a workbook comes with it."""
    book, model, titles = article_in_engine
    title, chooser = book.names[name]
    for offset, number in enumerate((row, col)):
        if number is not None:
            model.set_user_input(titles.index(title), chooser.row, chooser.col + offset, number)
    model.evaluate()
    found = model.get_cell_value(titles.index(title), chooser.row, 3)
    assert found.startswith(said)
    matrix = name.removeprefix("asked_")
    if "no such" not in said:
        choice = tuple(int(number) if number else None for number in (row, col))
        assert (
            make(short("article"), asked={matrix: choice}).sheets[title].live[chooser.row, 3].value == found
        )


def test_a_matrix_of_one_cell_needs_no_choice():
    book = made("article")
    title, chooser = book.names["asked_bout"]
    assert book.sheets[title].live[chooser.row, 3].value.startswith("bout[1, 1] = 0.690, as on Setup;")
    assert all(book.sheets[title].ws.cell(chooser.row, col).protection.locked for col in (1, 2))


@pytest.mark.parametrize(
    ("lesson", "iteration", "said"),
    [
        (shipped("article"), 1, "wh[2, 1] = 0.100, as on Setup; the lesson gives it, unless you changed it"),
        (shipped("article"), 2, "wh[2, 1] = 0.099, that is next_wh[2, 1] of iteration 1"),
        (
            shipped("article").replace(show=[2]),
            2,
            "wh[2, 1] = 0.099, as recorded when the workbook was built",
        ),
        (shipped("article").replace(language="zh"), 1, "如果没有改过，就是课程给定的"),
        (shipped("article").replace(language="zh"), 2, "wh[2, 1] = 0.099，即第 1 次迭代的 next_wh[2, 1]"),
        (shipped("regression"), 1, "drawn evenly between 0 and 1 with seed 2, unless you changed it"),
        (shipped("regression").replace(language="zh"), 1, "是用种子 2 在 0 与 1 之间均匀抽取的"),
    ],
    ids=["given", "updated", "recorded", "given, zh", "updated, zh", "drawn", "drawn, zh"],
)
def test_a_weight_says_where_it_comes_from(lesson, iteration, said):
    """In a fresh workbook; that engines have the same text is shown with what else a choice says."""
    trace = train(lesson.replace(iterations=2))
    asked = {"wh": (min(2, trace["wh"].shape[1]), 1)}
    book = make(trace, iteration=iteration, asked=asked)
    title, chooser = book.names["asked_wh"]
    assert book.sheets[title].live[chooser.row, 3].value.endswith(said)


def test_a_workbook_comes_with_a_cell_of_the_first_result_asked_for():
    book = made("article")
    title, chooser = book.names["asked_hidden_layer_input"]
    ws = book.sheets[title].ws
    assert [ws.cell(chooser.row, chooser.col + k).value for k in range(2)] == [2, 1]
    said = "hidden_layer_input[2, 1] = 1×0.420 + 0×0.100 + 1×0.600 + 1×0.920 + 0.460 = 2.400"
    assert book.sheets[title].live[chooser.row, 3].value == said


_MOST_ASKED = 100  # cells of one step; iris has 1,200


def test_only_what_reads_a_cell_follows_it(trace, book, boxes):
    """All other cells of a step's inputs are overtyped at once: what does not read them stays."""
    random = np.random.default_rng(1)
    for number, step in enumerate(trace.lesson.one_iteration.steps, start=1):
        made = [result for result in step.results if not result.given]
        title, own = f"Step {number:02}", {result.name for result in made}
        asked = [(result, cell) for result in made for cell in np.ndindex(result.expr.shape)]
        chosen = [asked[k] for k in random.permutation(len(asked))[:_MOST_ASKED]]
        inputs = {
            cell for result in made for cell in all_reads(result) if cell.name in boxes[title].keys() - own
        }
        alone = step_alone(book, title, boxes[title], made)
        places = boxes[title]
        changed = [changes(inputs - sources(cell, made), title, places, book) for cell in chosen]
        for (result, cell), found in zip(chosen, IronCalc().scenarios(alone, changed), strict=True):
            before = value_of_book(book, title, places, result, cell)
            assert value_of(found, title, places, result, cell) == before


def test_what_reads_a_changed_cell_follows_it(trace, book, boxes):
    """The twin: what the first cell of a matrix reads is overtyped, and it follows."""
    for number, step in enumerate(trace.lesson.one_iteration.steps, start=1):
        made = [result for result in step.results if not result.given]
        title, own = f"Step {number:02}", {result.name for result in made}
        places = boxes[title]
        alone = step_alone(book, title, places, made)
        for result in made:
            inputs = {cell for cell in sources((result, (0, 0)), made) if cell.name in places.keys() - own}
            steps_up = isinstance(result.expr, Apply) and result.expr.function == "positive"
            if inputs and not (steps_up or isinstance(result.expr, TakeRows)):  # the same for many numbers
                [found] = IronCalc().scenarios(alone, [changes(inputs, title, places, book)])
                before = value_of_book(book, title, places, result, (0, 0))
                assert value_of(found, title, places, result, (0, 0)) != before, result.name


def step_alone(book, title, boxes, made):
    """One step sheet with its inputs as plain numbers, and the sheets that batches are taken from."""
    cells = built_cells(book)
    here = SheetContents()
    own = {(boxes[r.name].row + i, boxes[r.name].col + j) for r in made for i, j in cells_of(boxes[r.name])}
    for here_at, formula in cells[title].formulas.items():
        value = book.sheets[title].live[here_at].value
        if here_at in own:
            here.formulas[here_at] = formula
        elif not isinstance(value, str):
            here.constants[here_at] = float(value)
    given = {name: cells[name] for name in ("Setup", "Data") if name in cells}
    for sheet in given.values():
        sheet.formulas.clear()
    if "Data" in given:  # scaled there by formulas
        live = book.sheets["Data"].live
        given["Data"].constants |= {cell: one.value for cell, one in live.items()}
    return Contents(Path("a step by itself"), {title: here, **given}, dict(book.names))


def changes(cells, title, boxes, book):
    """Other numbers for some cells of a step sheet."""
    live = book.sheets[title].live
    places = [(boxes[name].row + i, boxes[name].col + j) for name, i, j in cells]
    return {(title, *cell): float(live[cell].value) + 0.1 * k for k, cell in enumerate(sorted(places), 1)}


def value_of(found, title, boxes, result, cell):
    box = boxes[result.name]
    return found.value(title, box.row + cell[0], box.col + cell[1])


def value_of_book(book, title, boxes, result, cell):
    """The value without any change; programs differ in the last bits."""
    box = boxes[result.name]
    live = book.sheets[title].live[box.row + cell[0], box.col + cell[1]]
    return pytest.approx(live.value, rel=1e-12, abs=1e-14)


def sources(asked, made):
    """Which cells a result reads, directly or through another result of the step."""
    result, (row, col) = asked
    own = {one.name: one for one in made}
    found, todo = set(), list(reads(result.expr, row, col))
    while todo:
        cell = todo.pop()
        if cell in found:
            continue
        found.add(cell)
        if cell.name in own:
            todo += reads(own[cell.name].expr, cell.row, cell.col)
    return found


def all_reads(result):
    rows, cols = result.expr.shape
    return {cell for i in range(rows) for j in range(cols) for cell in reads(result.expr, i, j)}


def displayed(sheet):
    """Every number of a sheet without its sign, as its number format shows it."""
    shown = set()
    for row in sheet.ws.iter_rows():
        for cell in row:
            value = sheet.live[cell.row, cell.column].value if cell.data_type == "f" else cell.value
            if isinstance(value, float | int):
                decimals = len(cell.number_format.partition(".")[2])
                shown.add(
                    f"{abs(value):g}" if cell.number_format == "General" else f"{abs(value):.{decimals}f}"
                )
    return shown


def not_displayed(book, title):
    """Numbers with decimals in the worked lines of a step that no cell shows like that."""
    sheet = book.sheets[title]
    lines = [live.value for (_, col), live in sheet.live.items() if col == 3 and " = " in str(live.value)]
    assert lines
    used = {number for line in lines for number in re.findall(r"\d+\.\d+", line.partition(" = ")[2])}
    return sorted(used - displayed(sheet))


ANYWHERE = {"article": {}, "a small lr": {"lr": 1e-4}, "two decimals": {"decimals": 2}}


@pytest.mark.parametrize("changes", ANYWHERE.values(), ids=ANYWHERE)
def test_a_worked_line_has_the_numbers_that_the_cells_show(changes):
    trace = short("article", **changes)
    book = make(trace, asked=dict.fromkeys(trace.lesson.one_iteration.shapes, (1, 1)))
    for title in book.context.step_titles[2:]:
        assert not_displayed(book, title) == []


def test_a_number_that_no_cell_shows_like_that_is_found():
    trace = short("article")
    book = make(trace, asked=dict.fromkeys(trace.lesson.one_iteration.shapes, (1, 1)))
    title, box = book.names["next_bout"]
    cell = book.sheets[title].ws.cell(box.row, box.col)
    cell._style = copy(cell._style)  # which it shares with others
    cell.number_format = "0.000"
    assert not_displayed(book, title) == ["0.68363"]
