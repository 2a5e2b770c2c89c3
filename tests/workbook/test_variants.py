"""The sheets of networks other than the article's: softmax, no biases, frozen ones, batches, and so on."""

import numpy as np
import pytest

from mlp2xlsx import load, train
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.render.math import Math
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.version import LAYOUT
from mlp2xlsx.xlsx.address import Box
from tests.cells_read import reads
from tests.workbook.opened import Reopened
from tests.workbook.rules import ORANGE, YELLOW, coloured
from tests.workbook.test_sheets import _referred, counted_from, named, text

ARTICLE = load("article").replace(iterations=4)
CLASSES = {"y": [[1, 0], [1, 0], [0, 1]], "output": "softmax", "initial": {}}
NO_BIASES = {name: array for name, array in ARTICLE.initial.items() if name.startswith("w")}
LESSONS = {
    "softmax": ARTICLE.replace(**CLASSES, loss="cross_entropy", activation="tanh"),
    "softmax-of-squares": ARTICLE.replace(**CLASSES, activation="relu"),
    "cross-entropy": ARTICLE.replace(loss="cross_entropy"),
    "linear": ARTICLE.replace(hidden=[], output="linear", initial={}),
    "frozen-biases": ARTICLE.replace(bias="frozen"),
    "no-biases": ARTICLE.replace(bias="none", initial=NO_BIASES),
    "two-hidden": ARTICLE.replace(hidden=[2, 3], activation="relu", output="linear", initial={}),
    "batches": ARTICLE.replace(batch=2, shuffle=True),
}


class Opened:
    """A workbook at the third iteration, beside what it was made of."""

    def __init__(self, lesson):
        self.trace = train(lesson)
        book = make(self.trace, iteration=3, asked={})
        sheets = ["Setup", *book.context.step_titles, "Training", "Loss"]
        self.xlsx, self.values = Reopened(book).formulas_and_values(*sheets)
        context = book.context
        places = (each.boxes for each in context.step_canvases)
        self.boxes = dict(zip(context.step_titles, places, strict=True))
        self.first_rows = dict(
            zip(context.step_titles, (each.height + 1 for each in context.heads), strict=True)
        )

    def first(self, name):
        return text(named(self.xlsx, name)[0][0])

    def steps(self):
        return (
            (f"Step {number:02}", step)
            for number, step in enumerate(self.trace.lesson.one_iteration.steps, start=1)
        )


@pytest.fixture(scope="module")
def opened():
    return {name: Opened(lesson) for name, lesson in LESSONS.items()}


each_lesson = pytest.mark.parametrize("name", LESSONS)


@each_lesson
def test_every_step_has_a_sheet_with_the_names_of_its_results(opened, name):
    one = opened[name]
    sheets = [sheet for sheet, _ in one.steps()]
    after = [title for title in one.xlsx.sheetnames if title not in ("Setup", "Data", *sheets)]
    assert one.xlsx.sheetnames == ["Setup", *sheets, *after]
    assert after[:2] == ["Training", "Loss"]
    for sheet, step in one.steps():
        for result in step.results:
            where = "Setup" if result.name in ("X", "y") else f"'{sheet}'"
            assert one.xlsx.defined_names[result.name].attr_text.startswith(f"{where}!")
    others = set(one.xlsx.defined_names) - set(one.trace)
    inputs = {f"initial_{parameter}" for parameter in one.trace.lesson.network.parameters()}
    batch = set() if one.trace.lesson.batch is None else {"X", "y"}
    asked = {f"asked_{name}" for name in one.trace}
    sheets_named = {name for name in others if name.startswith("sheet_")}
    assert len(sheets_named) == len(one.xlsx.sheetnames)
    assert others - sheets_named == inputs | batch | asked | {
        "iteration",
        "X_new",
        "network_shows",
        "lr",
        f"layout_{LAYOUT}",
        "loss_history",
        "lesson",
    }


@each_lesson
def test_formulas_refer_to_the_cells_that_reads_says(opened, name):
    one = opened[name]
    checked = 0
    for sheet, step in one.steps():
        ws, boxes = one.xlsx[sheet], one.boxes[sheet]
        for result in (result for result in step.results if not result.given):
            for i, row in enumerate(named(one.xlsx, result.name)):
                for j, cell in enumerate(row):
                    expected = {
                        (boxes[read].row + r, boxes[read].col + c)
                        for read, r, c in reads(result.expr, i, j)
                        if read in boxes  # a batch is taken from all the data, which are on Setup
                    }
                    assert _referred(ws, text(cell)) == expected, f"{ws.title}!{cell.coordinate}"
                    checked += 1
    assert checked == sum(
        array[0].size for array in (one.trace[r.name] for r in one.trace.lesson.one_iteration.computed)
    )


@each_lesson
def test_results_are_yellow_and_what_they_are_computed_from_is_orange(opened, name):
    one = opened[name]
    for sheet, step in one.steps():
        colours = coloured(one.xlsx[sheet], {})
        made = {result.name for result in step.results}
        read = {read for result in step.results if not result.given for read in names(result.expr)} - made
        for colour, matrices in ((YELLOW, made), (ORANGE, read)):
            expected = {
                (cell.row, cell.column)
                for matrix in matrices & one.boxes[sheet].keys()
                for row in _rows(one.xlsx[sheet][one.boxes[sheet][matrix].ref])
                for cell in row
            }
            assert {cell for cell, found in colours.items() if found == colour} == expected, sheet


def _rows(area):
    return area if isinstance(area, tuple) else ((area,),)


@each_lesson
def test_the_caption_is_the_mathematics_of_the_step(opened, name):
    one = opened[name]
    for sheet, step in one.steps():
        if not all(result.given for result in step.results) and step.kind != "read":
            captions = {cell.value for cell in one.xlsx[sheet]["C"]}
            expected = {f"{result.name} = {Math().render(result.expr)}" for result in step.results}
            assert expected <= captions, sheet


@each_lesson
def test_cached_values_are_those_of_numpy(opened, name):
    one = opened[name]
    for matrix in one.trace:
        found = [[cell.value for cell in row] for row in named(one.values, matrix)]
        np.testing.assert_array_equal(np.array(found, float), one.trace[matrix][2], err_msg=matrix)


@pytest.mark.parametrize(
    ("name", "formulas"),
    [
        (
            "softmax",
            {
                "output_exponentials": "=EXP(MAX(-700,MIN(700,F6)))",
                "output": "=I6/SUM($I6:$J6)",
                "hiddenlayer_activations": "=TANH(B1)",
                "slope_hidden_layer": "=1-B1*B1",
                "d_output": "=E1",
            },
        ),
        (
            "softmax-of-squares",
            {
                "hiddenlayer_activations": "=MAX(0,B1)",
                "slope_hidden_layer": "=IF(B1>0,1,0)",
                "d_output": "=E1*(H1-SUMPRODUCT($H1:$I1,$E1:$F1))",
            },
        ),
        ("cross-entropy", {"d_output": "=U7"}),
        ("linear", {"output": "=G7", "d_output": "=M7"}),
        ("no-biases", {"hidden_layer_input": "=SUM(MMULT($B6:$E6,G$1:G$4))"}),
        (
            "batches",
            {
                "sample": "=INDEX(Training!$B$6:$B$22,(iteration-1)*5+1)",
                "X_batch": "=INDEX(X,$A7,1)",
                "y_batch": "=INDEX(y,$A7,1)",
                "next_wh": "=G1+SUMPRODUCT($B$7:$B$8,G$13:G$14)*$B$13",
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_first_formula_of_a_matrix(opened, name, formulas):
    """Row numbers count from the row of the topmost names, 0; with two outputs, only what is needed is near."""
    one = opened[name]
    found = {}
    for matrix in formulas:
        sheet = named(one.xlsx, matrix)[0][0].parent.title
        found[matrix] = counted_from(one.first_rows[sheet], one.first(matrix))
    assert found == formulas


def block(opened, name, matrix, band=2):
    """The formula of a matrix in a band of `Training`, and where it stands."""
    ws = opened[name].xlsx["Training"]
    [label] = [cell for cell in ws[5] if str(cell.value).startswith(f"{matrix} (")]
    height = next(row for row in range(7, 40) if ws.cell(row, 1).value is not None) - 6
    cell = ws.cell(6 + (band - 1) * height, label.column)
    return text(cell)


@pytest.mark.parametrize(
    ("name", "formulas"),
    [
        (
            "softmax",
            {
                "output_exponentials": "=EXP(MAX(-700,MIN(700,X11)))",
                "output": "=AA11/SUM(AA11:AB11)",
                "slope_hidden_layer": "=1-T11*T11",
                "d_output": "=AG11",
            },
        ),
        (
            "softmax-of-squares",
            {
                "hiddenlayer_activations": "=MAX(0,P11)",
                "slope_hidden_layer": "=IF(T11>0,1,0)",
                "d_output": "=AD11*(AG11-SUMPRODUCT(AG11:AH11,AD11:AE11))",
            },
        ),
        (
            "frozen-biases",
            {"bh": "=F6", "bout": "=L6", "wout": "=J6+SUMPRODUCT(R6:R8,AH6:AH8)*{lr}"},
        ),
        ("no-biases", {"hidden_layer_input": "=SUM(MMULT({X},B11:B14))"}),
        (
            "batches",
            {
                "X_batch": "=INDEX(X,B11,1)",
                "y_batch": "=INDEX(y,B11,1)",
                "wh": "=K6+SUMPRODUCT(D6:D7,AW6:AW7)*{lr}",
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_second_band_of_training(opened, name, formulas):
    copies = place_copies(opened[name].trace)
    expected = {matrix: formula.format_map(copies) for matrix, formula in formulas.items()}
    assert {matrix: block(opened, name, matrix) for matrix in formulas} == expected


def place_copies(trace):
    """Where `Training` repeats the learning rate, and the inputs of the first sample if there are any."""
    copies = make(trace).context.training.copies
    first = {name: Box(box.row, box.col, 1, box.n_cols) for name, box in copies.items()}
    return {name: box.text(fixed=True) for name, box in first.items()}


def test_the_order_of_the_samples_is_recorded_and_visible(opened):
    one = opened["batches"]
    found = [block(opened, "batches", "sample", band) for band in range(1, 5)]
    assert found == one.trace["sample"][:, 0, 0].tolist()
    sheet = one.xlsx["Training"]
    assert [sheet["B6"].value, sheet["B7"].value] == one.trace["sample"][0, :, 0].tolist()


LOSSES = {
    "softmax": "=-SUM(Training!AY6:AZ8)",
    "softmax-of-squares": "=SUMSQ(Training!AG6:AH8)/2",
    "cross-entropy": "=-SUM(Training!AP6:AP8)",
    "linear": "=SUMSQ(Training!J6:J8)/2",
    "batches": "=SUMSQ(Training!AI6:AI7)/2",
}


@pytest.mark.parametrize(("name", "formula"), LOSSES.items(), ids=LOSSES)
def test_the_loss(opened, name, formula):
    assert opened[name].first("loss_history") == formula


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("softmax", "={y}*LN(AD6+1E-300)"),
        ("cross-entropy", "={y}*LN(X6+1E-300)+(1-{y})*LN(1/(1+EXP(-MAX(-700,-V6)))+1E-300)"),
    ],
    ids=["softmax", "cross-entropy"],
)
def test_each_term_of_cross_entropy_has_a_cell(opened, name, formula):
    y = make(opened[name].trace).context.training.copies["y"]
    first = Box(y.row, y.col, 1, 1).text(fixed=True)
    assert block(opened, name, "loss_terms", band=1) == formula.format(y=first)


@each_lesson
def test_accuracy_is_shown_where_there_are_classes(opened, name):
    one = opened[name]
    titles = [cell.value for cell in one.xlsx["Loss"][4]]
    assert ("accuracy" in titles) is (one.trace.lesson.network.output == "softmax")
