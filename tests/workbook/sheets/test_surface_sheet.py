"""The sheets `Surface` and `Curve`: what a network puts out between the samples, and at them."""

import re
from functools import cache
from itertools import product

import numpy as np
import pytest

from mlp2xlsx import load, train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.references import position
from tests.cases import FEW_OF_IRIS, few, few_values, shipped
from tests.workbook.opened import Reopened
from tests.workbook.test_sheets import named, text

XOR, REGRESSION = load("xor"), load("regression")
SURFACES = {
    "xor": XOR.replace(iterations=20),
    "two-hidden": load("two-hidden").replace(iterations=20),
    "and-or": load("and-or").replace(iterations=20),
    "softmax": XOR.replace(iterations=20, y=[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]], output="softmax"),
    "linear": XOR.replace(iterations=20, output="linear", lr=0.1),
    "scaled": XOR.replace(iterations=20, X=[[10, 3], [10, 7], [30, 3], [30, 7]], scale="minmax"),
    "batches": XOR.replace(iterations=20, batch=1),
    "one-sample": load("worked-example").replace(iterations=20),
    "wide": XOR.replace(iterations=2, hidden=[60], initial={}),
    "kept": load("overfitting").replace(iterations=2),
    "kept-classes": XOR.replace(
        iterations=20,
        X=[[0, 0], [0, 1], [1, 0], [1, 1], [0, 0.5], [0.9, 1.3]],
        y=[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]],
        output="softmax",
        initial={},
        validation=0.4,
        target=[],
        classes=["elm", "oak", "yew"],
    ),
    "four-outputs": XOR.replace(iterations=2, y=[[0, 1, 0, 1]] * 4, initial={}),
}
CURVES = {
    "regression": REGRESSION.replace(iterations=20),
    "shown": REGRESSION.replace(iterations=50, show=[1, 30]),
    "sigmoid": REGRESSION.replace(iterations=20, output="sigmoid"),
    "scaled": REGRESSION.replace(iterations=20, scale="zscore"),
    "one-sample": REGRESSION.replace(iterations=20, X=[[2]], y=[[1]]),
}


# Their samples do not all lie on points of the grid; a batch has not all of them.
OFF_THE_GRID = {"batches", "kept", "kept-classes"}


class Opened:
    """A workbook at an iteration, with the values that are stored in it."""

    def __init__(self, lesson, iteration=None):
        self.trace = train(lesson)
        self.position = self.trace.shown.index(iteration or self.trace.shown[-1])
        saved = Reopened(make(self.trace, iteration=self.trace.shown[self.position]))
        self.xlsx, self.values = saved.formulas_and_values("Setup", "Data", "Surface", "Curve")

    def forward(self, X):
        """Run the network over other inputs: written out once more, apart from the steps."""
        network, parameters = self.trace.lesson.network, self.trace
        functions = {
            "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
            "tanh": np.tanh,
            "linear": lambda z: z,
            "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
        }
        for layer in network.layers:
            z = X @ parameters[layer.weights][self.position] + parameters[layer.bias][self.position]
            X = functions[layer.activation](z)
        return X


def test_both_axes_have_two_decimals():
    sheet = make(train(XOR.replace(iterations=2))).sheets["Surface"]
    axes = [place for place, live in sheet.live.items() if live.name == "axis" and place[1] < 24]
    assert len(axes) == 2 * 21
    assert {sheet.ws.cell(*place).number_format for place in axes} == {"0.00"}


LESSONS = {**SURFACES, **{f"curve of {name}": lesson for name, lesson in CURVES.items()}}
made = cache(lambda name, iteration: Opened(LESSONS[name], iteration))


def opened_of(name, iteration=None):
    """The workbook of one of the lessons above, made once; nobody changes it."""
    return made(name, iteration)


CLASSES = "classes"


class Grid:
    """The grid of one output, or that of the classes."""

    def __init__(self, opened, number):
        ws, values = opened.xlsx["Surface"], opened.values["Surface"]
        areas = {str(area.sqref): area.rules for area in ws.conditional_formatting}
        scaled = [ref for ref, rules in areas.items() if rules[-1].type == "colorScale"]
        self.ref = next(ref for ref in areas if ref.startswith("C")) if number == CLASSES else scaled[number]
        self.rules = areas[self.ref]
        self.scale = self.rules[-1]
        self.cells = ws[self.ref]
        self.numbers = np.array([[cell.value for cell in row] for row in values[self.ref]])
        first, last = self.cells[0][0], self.cells[-1][-1]
        self.across = [values.cell(last.row + 1, col).value for col in range(first.column, last.column + 1)]
        self.up = [values.cell(row, 2).value for row in range(first.row, last.row + 1)]


@pytest.mark.parametrize("name", few("two-hidden", "softmax", "linear", "scaled", "one-sample", of=SURFACES))
@pytest.mark.parametrize("iteration", [pytest.param(1, marks=pytest.mark.slow), None])
def test_the_surface_is_what_the_network_puts_out(name, iteration):
    opened = opened_of(name, iteration)
    n_outputs = opened.trace.lesson.network.n_outputs
    for number in range(min(n_outputs, 3)):
        grid = Grid(opened, number)
        points = np.array([[x, height] for height in grid.up for x in grid.across])
        expected = opened.forward(points)[:, number].reshape(grid.numbers.shape)
        np.testing.assert_allclose(grid.numbers, expected, rtol=1e-12, atol=1e-12)
    if name == "softmax":
        said = Grid(opened, CLASSES)
        assert (said.across, said.up) == (grid.across, grid.up)
        assert said.numbers.ravel().tolist() == (opened.forward(points).argmax(axis=1) + 1).tolist()


@pytest.mark.parametrize("name", few("two-hidden", "softmax", of=sorted(set(SURFACES) - OFF_THE_GRID)))
def test_at_a_sample_the_surface_is_the_output_of_that_sample(name):
    opened = opened_of(name)
    for sample, (x, height) in enumerate(opened.trace.lesson.X):
        for number in range(min(opened.trace.lesson.network.n_outputs, 3)):
            grid = Grid(opened, number)
            assert x == pytest.approx(min(grid.across, key=lambda value: abs(value - x)), abs=1e-12)
            i = int(np.argmin(np.abs(np.array(grid.up) - height)))
            j = int(np.argmin(np.abs(np.array(grid.across) - x)))
            expected = opened.trace["output"][opened.position, sample, number]
            assert grid.numbers[i, j] == pytest.approx(expected, abs=1e-12)


def test_the_second_input_rises_upwards_and_data_have_a_margin():
    grid = Grid(opened_of("xor"), 0)
    assert grid.up == grid.across[::-1] == sorted(grid.up, reverse=True)
    assert len(grid.up) == 21
    assert (grid.across[0], grid.across[2], grid.across[18], grid.across[20]) == (-0.125, 0, 1, 1.125)


def test_every_number_of_the_grid_is_live_and_so_are_the_axes():
    opened = opened_of("xor")
    ws = opened.xlsx["Surface"]
    grid = Grid(opened, 0)
    assert all(str(cell.value).startswith("=") for row in grid.cells for cell in row)
    first, *_, last = [row[0].coordinate for row in named(opened.xlsx, "X")]
    data = "Setup!" + Box(*position(first), 4, 1).text(fixed=True)
    assert data.endswith(last[-2:])
    assert text(ws["Z13"]) == f"=(MIN({data})+MAX({data}))/2"
    assert text(ws["C28"]) == "=$Z$13-10*$Z$14"


def near(grid, samples):
    """The points nearest to some samples, by row and column from 0."""
    return {
        (int(np.abs(np.array(grid.up) - up).argmin()), int(np.abs(np.array(grid.across) - x).argmin()))
        for x, up in samples
    }


@pytest.mark.parametrize(("name", "number"), [("xor", 0), ("kept", 0), ("kept-classes", CLASSES)])
def test_training_samples_are_framed_and_those_of_validation_dashed(name, number):
    opened = opened_of(name)
    lesson, grid = opened.trace.lesson, Grid(opened, number)
    framed = {"thin": set(), "dashed": set()}
    for rule in grid.rules:
        if rule.dxf is not None and rule.dxf.border is not None:
            [(row, col, mark)] = re.findall(r"([A-Z]+)(\d+)=(\d)\)?$", rule.formula[0])
            ws = opened.values["Surface"]
            marks = ws[row + col].offset
            points = product(range(len(grid.up)), range(len(grid.across)))
            here = {(i, j) for i, j in points if marks(i, j).value == int(mark)}
            framed[rule.dxf.border.left.style] |= here
    trained = near(grid, lesson.X)
    kept = near(grid, lesson.validation.X) - trained if lesson.validation is not None else set()
    assert framed == {"thin": trained, "dashed": kept}
    assert bool(kept) == (name != "xor")


@pytest.mark.parametrize("name", ["xor", "kept-classes"])
def test_samples_are_listed_with_their_targets_or_classes(name):
    opened = opened_of(name)
    lesson = opened.trace.lesson
    cells = [[cell.value for cell in row[24:28]] for row in opened.values["Surface"].iter_rows(11, 40)]
    sets = [(lesson.X, lesson.y)]
    sets += [(lesson.validation.X, lesson.validation.y)] if lesson.validation is not None else []
    assert [row for row in cells if isinstance(row[0], int)] == [
        [number, *x, y[0] if len(y) == 1 else y.argmax() + 1]
        for X, Y in sets
        for number, (x, y) in enumerate(zip(X, Y, strict=True), 1)
    ]


def test_each_class_has_a_colour_and_a_number_in_the_legend():
    opened = opened_of("kept-classes")
    grid, ws = Grid(opened, CLASSES), opened.xlsx["Surface"]
    painted = {rule.formula[0]: rule.dxf.fill.bgColor.rgb for rule in grid.rules if rule.dxf.border is None}
    legend = {row[24].value: (row[24].fill.fgColor.rgb, row[25].value) for row in ws.iter_rows(7, 9)}
    assert {int(formula.partition("=")[2]): colour for formula, colour in painted.items()} == {
        number: colour for number, (colour, _) in legend.items()
    }
    assert [text for _, text in legend.values()] == ["elm", "oak", "yew"]
    assert len(set(painted.values())) == 3


@pytest.mark.parametrize(
    ("name", "goal"),
    [
        ("xor", "Goal: find weights with which the number in every framed cell comes close to the target"),
        (
            "kept",
            "Goal: find weights with which every framed cell is on the right side of 0.5: above it for B",
        ),
        ("kept-classes", "Goal: find weights with which every framed cell has the number and the colour"),
    ],
)
def test_the_sheet_says_what_is_to_be_found(name, goal):
    ws = opened_of(name).xlsx["Surface"]
    assert ws["A4"].value.startswith(goal)
    assert ws["A5"].value.startswith("A cell is a pair of inputs: ")


@pytest.mark.parametrize(
    ("name", "kinds"), [("xor", ["num", "num", "num"]), ("linear", ["min", "percent", "max"])]
)
def test_colours_span_what_outputs_can_be(name, kinds):
    scale = Grid(opened_of(name), 0).scale.colorScale
    assert [one.type for one in scale.cfvo] == kinds
    if kinds[0] == "num":
        assert [float(one.val) for one in scale.cfvo] == [0, 0.5, 1]


def test_many_samples_are_not_all_marked():
    many = XOR.replace(iterations=1, X=[[k, -k] for k in range(61)], y=[[0]] * 61, lr=1e-3)
    ws = make(train(many)).sheets["Surface"].ws
    assert "Only the first 60 samples of each kind" in ws["A5"].value
    marks = [row[2].value for row in ws.iter_rows(80) if "COUNTIF" in str(row[2].value)]
    assert len(marks) == 21
    assert all("$AC$18:$AC$77" in mark for mark in marks)


def test_scaled_inputs_are_said_to_be_scaled():
    surface, curve = opened_of("scaled").xlsx["Surface"], opened_of("curve of scaled", 1).xlsx["Curve"]
    assert "as X on the sheet Data" in surface["A5"].value
    assert "as X on the sheet Data" in curve["A4"].value
    surface, curve = opened_of("xor").xlsx["Surface"], opened_of("curve of regression").xlsx["Curve"]
    assert "scaled" not in str(surface["A5"].value)
    assert "scaled" not in str(curve["A4"].value)


@pytest.mark.slow
def test_a_wide_network_has_fewer_points():
    assert len(Grid(opened_of("wide"), 0).up) == 17


@pytest.mark.parametrize(
    ("name", "iteration"),
    few_values(
        *("regression-last", "shown-first", "sigmoid-last", "scaled-first", "one-sample-last"),
        of={f"{name}-{when}": (name, at) for name in CURVES for when, at in (("first", 1), ("last", None))},
    ),
)
def test_the_curve_is_what_the_network_puts_out(name, iteration):
    opened = opened_of(f"curve of {name}", iteration)
    [chart] = opened.xlsx["Curve"]._charts
    curve, data = chart.series
    x, output = (numbers(opened, source) for source in (curve.xVal, curve.yVal))
    assert len(x) == 41
    np.testing.assert_allclose(output, opened.forward(np.array([x]).T)[:, 0], rtol=1e-12, atol=1e-12)
    X = opened.trace.lesson.X[:, 0]
    if len(X) > 1:
        assert [x[0], x[-1]] == pytest.approx([X.min(), X.max()], abs=1e-12)
        first = opened.trace["output"][opened.position, int(np.argmin(X)), 0]
        assert output[0] == pytest.approx(first, abs=1e-12)
    assert numbers(opened, data.xVal) == X.tolist()
    assert numbers(opened, data.yVal) == opened.trace.lesson.y[:, 0].tolist()


def numbers(opened, source):
    """The numbers that a chart reads."""
    sheet, ref = source.numRef.f.replace("$", "").rsplit("!", 1)
    cells = opened.values[sheet.strip("'")][ref]
    return [row[0].value for row in (cells if isinstance(cells, tuple) else ((cells,),))]


def test_each_output_has_a_curve_and_its_data():
    lesson = REGRESSION.replace(iterations=2, y=[[1, 2, 3, 4]] * 13, target=[], lr=1e-4)
    [chart] = make(train(lesson)).sheets["Curve"].ws._charts
    names = [f"output {number}, {what}" for number in (1, 2, 3) for what in ("network", "data")]
    assert [series.tx.v for series in chart.series] == names


def test_a_curve_is_drawn_as_far_as_validation_goes_and_shows_it():
    lesson = REGRESSION.replace(iterations=2, validation=0.3, seed=5)
    opened = Opened(lesson)
    [chart] = opened.xlsx["Curve"]._charts
    curve, _, kept = chart.series
    assert kept.tx.v.endswith(", validation")
    assert numbers(opened, kept.xVal) == lesson.validation.X[:, 0].tolist()
    assert numbers(opened, kept.yVal) == lesson.validation.y[:, 0].tolist()
    ends = numbers(opened, curve.xVal)[:: len(numbers(opened, curve.xVal)) - 1]
    everything = np.vstack([lesson.X, lesson.validation.X])
    assert ends == pytest.approx([everything.min(), everything.max()], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "sheets"),
    [
        ("article", set()),
        (FEW_OF_IRIS, set()),
        ("xor", {"Surface"}),
        ("regression", {"Curve"}),
    ],
)
def test_only_networks_with_one_or_two_inputs_have_these_sheets(name, sheets):
    made = make(train(shipped(name).replace(iterations=1))).sheets
    assert {"Surface", "Curve"} & made.keys() == sheets
    links = {
        cell.hyperlink.location for row in made["Setup"].ws.iter_rows() for cell in row if cell.hyperlink
    }
    assert {"Surface!A1", "Curve!A1"} & links == {f"{sheet}!A1" for sheet in sheets}
    assert [made[sheet].ws["A3"].hyperlink.location for sheet in sheets] == ["Setup!A1"] * len(sheets)
