"""The sheet `Math`: its links, and a gradient check that holds, and that fails when a step is wrong."""

import re
from collections import Counter

import ironcalc
import numpy as np
import pytest

from mlp2xlsx import build, load, override, train, verify
from mlp2xlsx.engines import ENGINES
from mlp2xlsx.engines.base import Recalculated
from mlp2xlsx.verify.compare import compare
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.math import gradient_plan
from mlp2xlsx.workbook.sheets.math.gradient_check import verdict_place
from mlp2xlsx.workbook.sheets.math.gradient_plan import MOST_CELLS, plan_check
from mlp2xlsx.workbook.sheets.math.places import math_places
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.contents import read_contents
from mlp2xlsx.xlsx.references import position
from tests.cases import FEW_OF_IRIS, GNUMERIC, LIBREOFFICE, SHIPPED, few, few_values, shipped
from tests.verify.helpers import Remembered
from tests.workbook.opened import found_otherwise
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

ARTICLE = load("article").replace(iterations=5)
AGREES, DIFFERS = "agrees", "differs"
LABEL = re.compile(r"\w+\[\d+, \d+\]")
CLASSES = {"y": [[1, 0], [1, 0], [0, 1]], "output": "softmax", "initial": {}}
OTHERS = {
    "relu": ARTICLE.replace(activation="relu", hidden=[3, 2], initial={}),
    "cross-entropy": ARTICLE.replace(loss="cross_entropy", activation="tanh"),
    "softmax": ARTICLE.replace(**CLASSES, loss="cross_entropy"),
    "softmax-of-squares": ARTICLE.replace(**CLASSES, activation="relu"),
    "no-biases": ARTICLE.replace(bias="none", hidden=[], initial={}),
    "batches": ARTICLE.replace(batch=2, shuffle=True),
    "deep": ARTICLE.replace(hidden=[2, 3, 2, 1, 2], initial={}, iterations=1),
    "some-iterations": ARTICLE.replace(show=[2, 4]),
}


MADE = Remembered(lambda lesson, iteration: make(train(lesson), iteration=iteration))


def math_sheet(lesson, iteration=1):
    return MADE(lesson, iteration).sheets["Math"]


def column(sheet, heading):
    """The live values below a heading of the table."""
    [head] = [cell for row in sheet.ws.iter_rows() for cell in row if cell.value == heading]
    below = [(row, col) for row, col in sheet.live if col == head.column and row > head.row]
    lines = sum(one.name == "measured slope" for one in sheet.live.values())
    return [sheet.live[place].value for place in sorted(below)[:lines]]


def texts(sheet):
    return [cell._value for row in sheet.ws.iter_rows() for cell in row if isinstance(cell._value, str)]


@pytest.mark.parametrize("name", SHIPPED)
def test_backpropagation_agrees_with_what_is_measured(name):
    lesson = shipped(name)
    if "iris" in name:
        lesson = override(lesson, iterations=2)
    lesson = lesson.replace(show=sorted({1, lesson.iterations}))
    trace = train(lesson)
    for iteration in lesson.show:
        sheet = make(trace, iteration=iteration).sheets["Math"]
        measured, slopes = (np.array(column(sheet, key)) for key in ("measured slope", "backpropagation"))
        assert set(column(sheet, "verdict")) == {AGREES}
        # Slopes are rounded to as many decimals as rounding leaves.
        shown = max(5e-9, 1e-13 * trace.loss[0] / 1e-5)
        assert (np.abs(measured - slopes) <= 1e-6 * np.abs(slopes) + 10 * shown).all(), iteration
        listed, total = len(slopes), sum(trace[name][0].size for name in lesson.one_iteration.gradients)
        verdict = f"Gradient check: all {listed} slopes agree with backpropagation."
        if listed < total:
            verdict = f"Gradient check: {listed} of {total} slopes were measured, and all agree with backpropagation."
        assert sheet.live[4, 1].value == verdict


@pytest.mark.parametrize("name", few("batches", of=OTHERS))
def test_other_networks_agree_and_verify(name, tmp_path):
    build(OTHERS[name], tmp_path / "lesson.xlsx")
    report = verify(tmp_path / "lesson.xlsx", quick=True, arithmetic_only=True)
    assert report.ok, "\n".join(report.lines())
    assert set(column(math_sheet(OTHERS[name], OTHERS[name].shown[0]), "verdict")) == {AGREES}


def rows_of_table(contents):
    """The row of each parameter in the table."""
    return {
        text: row
        for (row, col), text in contents.sheets["Math"].constants.items()
        if col == 1 and LABEL.fullmatch(str(text))
    }


def recalculated(path, engine="ironcalc"):
    """What an engine makes of the table: the verdict on top, and the verdict of each parameter."""
    contents = read_contents(path)
    [found] = ENGINES[engine]().scenarios(contents, [{}])
    rows = rows_of_table(contents)
    return found.value("Math", 4, 1), {text: found.value("Math", row, 8) for text, row in rows.items()}


class Typed:
    """The article's workbook in IronCalc, loaded once: a cell is overtyped, looked at, and put back."""

    def __init__(self, path):
        self.rows = rows_of_table(read_contents(path))
        self.model = ironcalc.load_from_xlsx(str(path), "en", "UTC")
        self.titles = [sheet["name"] for sheet in self.model.get_worksheets_properties()]

    def recalculated(self, title, address, change):
        """What `recalculated` tells after a cell holds what `change` makes of its formula."""
        cell = (self.titles.index(title), *position(address))
        before = self.model.get_cell_content(*cell)
        after = change(before)
        if after:
            self.model.set_user_input(*cell, after)
        else:
            self.model.clear_cell_contents(*cell)
        self.model.evaluate()
        math = self.titles.index("Math")
        verdicts = {text: self.model.get_cell_value(math, row, 8) for text, row in self.rows.items()}
        verdict = self.model.get_cell_value(math, 4, 1)
        self.model.set_user_input(*cell, before)
        return verdict, verdicts


@pytest.fixture(scope="module")
def article(tmp_path_factory):
    path = tmp_path_factory.mktemp("math") / "article.xlsx"
    build(ARTICLE, path)
    return path


@pytest.fixture(scope="module")
def typed(article):
    return Typed(article)


@pytest.mark.parametrize(
    "engine",
    few(
        "ironcalc",
        of=[
            "ironcalc",
            LIBREOFFICE,
            GNUMERIC,
        ],
    ),
)
def test_engines_agree(article, engine):
    if engine == "ironcalc":
        assert found_otherwise(article, article_book()) == []
    verdict, lines = recalculated(article, engine)
    assert verdict == "Gradient check: all 19 slopes agree with backpropagation."
    assert len(lines) == 19
    assert set(lines.values()) == {AGREES}


@pytest.mark.parametrize(
    ("engine", "name"),
    few(
        "gnumeric-softmax",
        of=[
            *(pytest.param("gnumeric", name, marks=pytest.mark.needs("ssconvert")) for name in OTHERS),
            *(
                pytest.param("libreoffice", name, marks=pytest.mark.needs("soffice"))
                for name in ("cross-entropy", "softmax-of-squares")
            ),
        ],
    ),
)
def test_engines_agree_on_other_networks(engine, name, tmp_path):
    lesson = OTHERS[name].replace(iterations=1, show=[])
    build(lesson, tmp_path / "lesson.xlsx")
    contents = read_contents(tmp_path / "lesson.xlsx")
    [found] = ENGINES[engine]().scenarios(contents, [{}])
    matched = compare(make(train(lesson)), found, contents.sheets, None)
    on_math = {one.name: one.differing for one in matched if one.sheet == "Math"}
    assert {"nudged pass", "pass as it is", "measured slope", "verdict"} <= on_math.keys()
    assert not any(on_math.values()), on_math


# What is wrong, the matrix whose first cell is rewritten, how, and the parameters that still agree.
SPOILT = {
    "wrong sign of the error": ("E", lambda text: f"-({text})", ""),
    "dropped hidden bias": ("hidden_layer_input", lambda text: re.sub(r",[^,)]*\)$", ")", text), ""),
    "dropped output bias": ("output_layer_input", lambda text: re.sub(r",[^,)]*\)$", ")", text), ""),
    "wrong output slope": ("slope_output_layer", lambda text: re.sub(r"1-", "2-", text), ""),
    "wrong hidden slope": ("slope_hidden_layer", lambda text: re.sub(r"1-", "2-", text), "wout bout"),
    "slope forgotten": ("d_output", lambda text: text.partition("*")[0], ""),
    "wrong hidden error": ("Error_at_hidden_layer", lambda text: f"2*{text}", "wout bout"),
    "wrong hidden delta": ("d_hiddenlayer", lambda text: f"-({text})", "wout bout"),
}


@pytest.mark.parametrize(
    ("name", "change", "still"),
    few_values("dropped hidden bias", "wrong output slope", "wrong hidden delta", of=SPOILT),
)
def test_a_spoilt_step_turns_the_verdict(article, tmp_path, name, change, still):
    package = Package.read(article)
    cell = package.at(name)
    assert change(cell.text) != cell.text
    cell.formula(change(cell.text))
    verdict, lines = recalculated(package.save(tmp_path / "spoilt.xlsx"))
    differing = {text.partition("[")[0] for text, said in lines.items() if said == DIFFERS}
    assert differing
    assert differing.isdisjoint(still.split())
    count = list(lines.values()).count(DIFFERS)
    assert verdict == f"Gradient check: {count} of 19 slopes differ from backpropagation."
    assert found_otherwise(tmp_path / "spoilt.xlsx", article_book())


def test_an_error_is_no_agreement(article, tmp_path):
    package = Package.read(article)
    package.at("d_hiddenlayer").formula("1/0")  # of the first hidden neuron
    verdict, lines = recalculated(package.save(tmp_path / "error.xlsx"))
    assert verdict == "Gradient check: 5 of 19 slopes differ from backpropagation."
    assert list(lines.values()).count(AGREES) == 14
    assert set(lines.values()) == {AGREES, DIFFERS}


def article_book():
    return MADE(ARTICLE, 1)


def place_of(label, column):
    """Address of a cell of `Math`, by what stands at the beginning of its row."""
    cells = [cell for (cell,) in article_book().sheets["Math"].ws.iter_rows(max_col=1) if cell.value == label]
    return "Math", f"{column}{cells[-1].row}"


def step_cell(title, name):
    """The first cell of a matrix on its step sheet."""
    _, box = article_book().context.made_on[name]
    return title, a1(box.row, box.col)


# Where something is missing, a matrix of a step or a line and column of Math, and which lines then differ.
MISSING = {
    "data": (("Step 01", "X"), ""),
    "targets": (("Step 01", "y"), ""),
    "a weight": (("Step 02", "wh"), ""),
    "a bias": (("Step 02", "bout"), ""),
    "an activation": (("Step 04", "hiddenlayer_activations"), "wout[1, 1]"),
    "the output's delta": (("Step 08", "d_output"), "wout[1, 1]"),
    "a hidden delta": (("Step 10", "d_hiddenlayer"), "wh[1, 1]"),
    "the pass as it is": (("as it is", "B"), ""),
    "its loss": (("as it is", "AC"), ""),
    "a nudged input": (("wh[1, 1] + ε", "B"), "wh[1, 1]"),
    "a nudged loss": (("wh[2, 1] − ε", "AC"), "wh[2, 1]"),
    "a loss in the table": (("wh[2, 1]", "C"), "wh[2, 1]"),
    "a measured slope": (("wh[2, 1]", "E"), "wh[2, 1]"),
    "a slope": (("wh[2, 1]", "F"), "wh[2, 1]"),
    "a difference": (("wh[2, 1]", "G"), "wh[2, 1]"),
    "epsilon": (("ε", "B"), ""),
    "the count of numbers": (("numbers", "B"), ""),
}


@pytest.mark.parametrize("kind", few("text", of=["empty", "text", "error"]))
@pytest.mark.parametrize(("place", "differing"), MISSING.values(), ids=MISSING)
def test_what_is_no_number_is_no_agreement(typed, place, differing, kind):
    title, address = (step_cell if place[0].startswith("Step") else place_of)(*place)
    text = {"empty": "", "text": "'0", "error": "#DIV/0!"}[kind]
    verdict, lines = typed.recalculated(title, address, lambda _: text)
    differ = {label for label, said in lines.items() if said == DIFFERS}
    assert set(lines.values()) <= {AGREES, DIFFERS}
    assert {differing} <= differ if differing else differ == lines.keys()
    assert verdict == f"Gradient check: {len(differ)} of 19 slopes differ from backpropagation."


def test_what_is_put_back_agrees_again(typed):
    """The twin: the cells are typed into one after the other, in one workbook."""
    place = place_of("wh[2, 1]", "E")
    typed.recalculated(*place, lambda _: "'0")
    verdict, lines = typed.recalculated(*place, lambda formula: formula)
    assert verdict == "Gradient check: all 19 slopes agree with backpropagation."
    assert set(lines.values()) == {AGREES}


@pytest.mark.parametrize("column", few("K", of=["B", "K", "T", "W"]))
@pytest.mark.parametrize("change", ["1.0001*({})", "{}+1E-7"])
def test_a_spoilt_nudge_is_seen(article, tmp_path, column, change):
    package = Package.read(article)
    cell = package.cell(*place_of("wh[1, 1] + ε", column))
    cell.formula(change.format(cell.text))
    verdict, lines = recalculated(package.save(tmp_path / "spoilt.xlsx"))
    assert [label for label, said in lines.items() if said == DIFFERS] == ["wh[1, 1]"]
    assert verdict == "Gradient check: 1 of 19 slopes differ from backpropagation."
    assert found_otherwise(tmp_path / "spoilt.xlsx", article_book())


def test_the_verdict_has_a_place_that_other_sheets_can_read(article, tmp_path):
    place = verdict_place(article_book().context)
    assert (place.title, place.sentence.ref, place.listed) == ("Math", "A4", 19)

    def agreeing(path):
        [found] = ENGINES["ironcalc"]().scenarios(read_contents(path), [{}])
        return found.value(place.title, place.agreeing.row, place.agreeing.col)

    assert agreeing(article) == place.listed
    package = Package.read(article)
    package.at("d_hiddenlayer").formula("1/0")
    assert agreeing(package.save(tmp_path / "error.xlsx")) == 14


def test_the_passes_are_not_printed():
    sheet = math_sheet(ARTICLE)
    last = sheet.ws.print_area.rpartition("$")[2]
    rows = {cell.row: cell.value for (cell,) in sheet.ws.iter_rows(max_col=1) if cell.value}
    assert sheet.ws.print_area == f"'Math'!$A$1:$J${last}"
    assert rows[int(last)] == "bout[1, 1]"
    assert min(row for row in rows if row > int(last)) == next(
        row for row, text in rows.items() if text == "The passes"
    )


def test_rounding_gets_room_where_losses_are_subtracted_and_only_there():
    live = math_sheet(ARTICLE).live.values()
    assert {one.name for one in live if one.room} == {"measured slope", "difference"}
    rooms = {one.room for one in live if one.room}
    # Some units in the last place of a loss, 0.35, divided by the step of 1e-5; and the last decimal shown.
    assert all(1e-8 < room < 1.1e-7 for room in rooms)


class Moved(Recalculated):
    """A recalculated workbook that is off by some amount in one cell of Math."""

    def __init__(self, found, place, amount):
        self.found, self.place, self.amount = found, place, amount

    def value(self, sheet, row, col):
        value = self.found.value(sheet, row, col)
        return value + self.amount if sheet == "Math" and (row, col) == self.place else value

    def numbers(self, sheet, rows, cols):
        return self.found.numbers(sheet, rows, cols)


@pytest.mark.parametrize(("column_of", "share", "good"), [(5, 0.9, True), (5, 1.1, False), (3, 0.9, False)])
def test_the_room_is_used_where_it_is_given(article, column_of, share, good):
    """The measured slope may be off by its room, and a loss, which is not subtracted yet, may not."""
    book, contents = article_book(), read_contents(article)
    [found] = ENGINES["ironcalc"]().scenarios(contents, [{}])
    live = book.sheets["Math"].live
    row = min(row for (row, col), one in live.items() if one.name == "measured slope")
    moved = Moved(found, (row, column_of), share * live[row, 5].room)
    matched = compare(book, moved, contents.sheets, None)
    assert all(result.differing == 0 for result in matched) is good


def listed(sheet):
    """How many cells of each parameter the table lists."""
    found = [text for text in texts(sheet) if LABEL.fullmatch(text)]
    return Counter(text.partition("[")[0] for text in found), found


def batch_of_iris(batch):
    return math_sheet(shipped(FEW_OF_IRIS).replace(iterations=1, batch=batch))


def test_many_parameters_are_cut_off_evenly():
    counts, labels = listed(batch_of_iris(2))
    assert "These are 60 of 67 parameters, from each matrix the first ones." in texts(batch_of_iris(2))
    assert counts == {"wh": 25, "bh": 8, "wout": 24, "bout": 3}
    assert labels[:2] == ["wh[1, 1]", "wh[1, 2]"]
    assert not any("parameters: the first" in text for text in texts(math_sheet(ARTICLE)))


def test_many_samples_leave_room_for_fewer_parameters():
    counts, labels = listed(batch_of_iris(10))
    assert 4 < len(labels) < 60
    assert counts.pop("bout") == 3  # all there are
    assert max(counts.values()) - min(counts.values()) <= 1
    assert f"These are {len(labels)} of 67 parameters, from each matrix the first ones." in texts(
        batch_of_iris(10)
    )


@pytest.mark.parametrize(
    ("name", "batch"), few_values("some", of={"some": (FEW_OF_IRIS, 10), "all": ("iris", 60)})
)
def test_matrices_that_do_not_fit_are_counted(monkeypatch, name, batch):
    monkeypatch.setattr(gradient_plan, "MOST_CELLS", MOST_CELLS * batch // 60)  # as for a batch of 60
    sheet = make(train(shipped(name).replace(iterations=1, batch=batch))).sheets["Math"]
    counts, labels = listed(sheet)
    assert set(counts) == {"wout", "bout"}
    assert any(
        text.startswith(f"These are {len(labels)} of 67 parameters, from 2 of 4 matrices")
        for text in texts(sheet)
    )


@pytest.mark.parametrize(
    ("name", "count"), few_values("some", of={"some": (FEW_OF_IRIS, 13), "all": ("iris", 150)})
)
def test_where_no_parameter_fits_the_first_samples_are_tried(monkeypatch, name, count):
    monkeypatch.setattr(gradient_plan, "MOST_CELLS", MOST_CELLS * count // 150)  # as for the whole of iris
    sheet = make(train(shipped(name).replace(iterations=1))).sheets["Math"]
    [note] = [text for text in texts(sheet) if text.startswith("Only the first")]
    n_samples = int(note.split()[3])
    assert count / 5 < n_samples < count
    assert listed(sheet)[0] == {"wh": 1, "bh": 1, "wout": 1, "bout": 1}
    assert set(column(sheet, "verdict")) == {AGREES}


LESSONS = {
    "article": ARTICLE,
    "iris": override(load("iris"), iterations=1),
    "iris-in-batches": shipped(FEW_OF_IRIS).replace(iterations=1, batch=10),
    "wide": ARTICLE.replace(hidden=[60, 60], initial={}),
    "deep": ARTICLE.replace(hidden=[3] * 12, initial={}),
    **OTHERS,
}


FAST = ("article", "iris-in-batches", "softmax", "no-biases")


@pytest.mark.parametrize("lesson", few_values(*FAST, of=LESSONS))
def test_all_passes_fit_the_cells_they_may_take(lesson):
    book = MADE(lesson, lesson.shown[0])
    plan = plan_check(book.context)
    written = [one.name for one in book.sheets["Math"].live.values()]
    assert written.count("pass as it is") + written.count("nudged pass") == plan.n_cells <= MOST_CELLS
    assert len(plan.listed) == written.count("measured slope") > 0


def test_a_network_too_large_for_any_pass_still_has_one_slope_checked(monkeypatch):
    monkeypatch.setattr(gradient_plan, "MOST_CELLS", 10)
    sheet = make(train(ARTICLE)).sheets["Math"]
    assert listed(sheet)[1] == ["wout[1, 1]"]
    assert column(sheet, "verdict") == [AGREES]


@pytest.mark.parametrize("activation", few("tanh", of=["sigmoid", "tanh", "relu", "linear"]))
def test_a_deep_network_is_checked_too(activation):
    sheet = math_sheet(ARTICLE.replace(hidden=[2] * 9, activation=activation, initial={}, seed=3))
    assert len(listed(sheet)[0]) == 20
    assert set(column(sheet, "verdict")) == {AGREES}


PLAIN = "COUNT|COUNTIF|INDEX|MATCH|MAX|MIN|MMULT|ROW|SUM|SUMPRODUCT|SUMSQ|SUMXMY2"


def ranges_elsewhere(formula):
    """What is left of a formula that has a range anywhere but in a function that may have one."""
    left, before = re.sub(r'"[^"]*"', "", formula), None
    while before != left:
        before, left = left, re.sub(rf"\b({PLAIN})\([^()]*\)", "0", left)
    return left if ":" in left else ""


@pytest.mark.parametrize("lesson", few_values(*FAST, of=LESSONS))
def test_every_formula_is_plain_and_ranges_stand_where_they_may(lesson):
    sheet = math_sheet(lesson, lesson.shown[0])
    assert not [text for place in sheet.live if (text := ranges_elsewhere(sheet.formula_text(*place)))]


@pytest.mark.parametrize("bad", ["SUM(ABS(A1:A2))", "EXP(-A1:A2)", "IF(A1:A2>0,1,0)", "SUM(LN(A1:A2)*B1:B2)"])
def test_a_range_in_a_function_of_one_cell_is_seen(bad):
    assert ranges_elsewhere(bad)
    assert not ranges_elsewhere("EXP(-MAX(-700,SUM(MMULT(A1:B1,C1:C2),D1)))")


def test_kinks_are_explained_where_there_are_some():
    assert any("kink" in text for text in texts(math_sheet(OTHERS["relu"])))
    assert not any("kink" in text for text in texts(math_sheet(ARTICLE)))


def test_every_line_links_to_the_step_that_computes_it():
    book = article_book()
    sheet, below = book.sheets["Math"], math_places(book.context).article
    links = {
        sheet.ws.cell(row, 2).value: cell.hyperlink.location
        for (cell,) in sheet.ws.iter_rows(min_row=6, max_row=below, max_col=1)
        if cell.hyperlink and (row := cell.row)
    }
    found = {formula.split(" = ")[0]: target for formula, target in links.items()}
    assert found == {
        "loss": "Loss!A1",
        "∂loss/∂output": "'Step 06'!A1",
        "∂output/∂output_layer_input": "'Step 07'!A1",
        "∂loss/∂output_layer_input": "'Step 08'!A1",
        "∂output_layer_input/∂wout": "'Step 04'!A1",
        "∂loss/∂wout": "'Step 11'!A1",
        "∂output_layer_input/∂bout": "'Step 12'!A1",
        "∂output_layer_input/∂hiddenlayer_activations": "'Step 02'!A1",
        "∂loss/∂hiddenlayer_activations": "'Step 09'!A1",
        "∂hiddenlayer_activations/∂hidden_layer_input": "'Step 07'!A1",
        "∂loss/∂hidden_layer_input": "'Step 10'!A1",
        "∂hidden_layer_input/∂wh": "'Step 01'!A1",
        "∂loss/∂wh": "'Step 11'!A1",
        "∂hidden_layer_input/∂bh": "'Step 12'!A1",
        "next_wout": "'Step 11'!A1",
    }
    assert sheet.ws["A3"].hyperlink.location == "Setup!A1"
    target = sheet.ws["B3"].hyperlink.location
    assert sheet.ws[target.removeprefix("Math!")].value == "Gradient check"
