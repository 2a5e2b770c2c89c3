"""The sheet `Network`: every weight has its line, and no line stands for anything else."""

from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from mlp2xlsx import load, train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.network.places import MOST_CONNECTIONS, MOST_NEURONS, lay_out
from tests.cases import few_values, with_few_samples
from tests.workbook.opened import Reopened

ARTICLE = load("article").replace(iterations=5)
LESSONS = {
    "article": ARTICLE,
    "two-hidden": load("two-hidden").replace(iterations=5),
    "no-hidden-layer": load("and-or").replace(iterations=5),
    "no-biases": load("xor").replace(iterations=5, bias="none"),
    "named": with_few_samples(load("iris")).replace(iterations=2),
    "large": ARTICLE.replace(hidden=[20], initial={}),
}
each_lesson = pytest.mark.parametrize("name", LESSONS)


class Drawn:
    """The sheet of a lesson, and the lines that its chart shows."""

    def __init__(self, lesson, iteration=None):
        self.trace = train(lesson)
        self.iteration = iteration or self.trace.shown[-1]
        saved = Reopened(make(self.trace, iteration=self.iteration))
        self.ws, self.values = (book["Network"] for book in saved.formulas_and_values("Network"))
        [self.chart] = self.ws._charts
        [self.heading] = [
            row for row in range(1, self.ws.max_row) if self.ws.cell(row, 1).value == "connection"
        ]

    def numbers(self, source):
        """The cells that a series reads, row by row."""
        cells = self.values[source.numRef.f.rsplit("!", 1)[1].replace("$", "")]
        rows = cells if isinstance(cells, tuple) else ((cells,),)
        return [row[0].value for row in rows]

    def name(self, series):
        """What a cell calls a series."""
        return self.values[series.tx.strRef.f.rsplit("!", 1)[1]].value

    def lines(self):
        """Yield the kind of each line that shows, and its ends."""
        for series, kind in zip(self.chart.series[:6], (3, 2, 1, -3, -2, -1), strict=True):
            x, y = self.numbers(series.xVal), self.numbers(series.yVal)
            assert y[2::3] == [None] * len(y[2::3])  # the gaps
            assert None not in x
            for i in range(0, len(x), 3):
                if (x[i], y[i]) != (x[i + 1], y[i + 1]):
                    yield kind, (x[i], y[i]), (x[i + 1], y[i + 1])


made = cache(lambda name, iteration: Drawn(LESSONS[name], iteration))


def drawn_of(name, iteration=None):
    """The sheet of one of the lessons, made once; nobody changes it."""
    return made(name, iteration)


def expected_lines(trace, iteration):
    layout, parameters = lay_out(trace.lesson.network), trace.lesson.network.parameters()
    largest = max(np.abs(trace[name]).max() for name in parameters)
    for connection in layout.connections:
        weight = trace[connection.matrix][iteration - 1, connection.row, connection.col]
        size = sum(abs(weight) > largest / part for part in (2, 8, 64))
        if size:
            yield size * int(np.sign(weight)), *layout.ends(connection)


@pytest.mark.parametrize(
    ("name", "iteration"),
    few_values(
        *("no-hidden-layer-first", *(f"{name}-last" for name in LESSONS)),
        of={f"{name}-{when}": (name, at) for name in LESSONS for when, at in (("first", 1), ("last", None))},
    ),
)
def test_each_weight_has_the_line_of_its_sign_and_size(name, iteration):
    drawn = drawn_of(name, iteration)
    found = list(drawn.lines())
    assert sorted(found) == sorted(expected_lines(drawn.trace, drawn.iteration))
    assert len({(start, end) for _, start, end in found}) == len(found)


def test_signs_and_sizes_on_the_limits():
    weights = [[4, 2, 2.001, -4], [0.5, 0.501, -0.5, -0.501], [0.0625, 0.063, 0, -2], [-0.063, -2.001, 1, -1]]
    lesson = ARTICLE.replace(
        hidden=[4], iterations=1, lr=1e-9, bias="none",
        initial={"wh": weights, "wout": [[1.0], [1.0], [1.0], [1.0]]},
    )  # fmt: skip
    drawn = Drawn(lesson)
    rows = range(drawn.heading + 2, drawn.heading + 2 + 3 * 16, 3)
    kinds = [drawn.values.cell(row, 7).value for row in rows]
    assert kinds == [3, 2, 3, -3, 1, 2, -1, -2, 0, 1, 0, -2, -1, -3, 2, -2]


@each_lesson
def test_every_neuron_has_a_circle_with_its_name(name):
    drawn = drawn_of(name)
    layout = lay_out(drawn.trace.lesson.network)
    points = drawn.chart.series[6 : 6 + len(layout.neurons)]
    for neuron, series in zip(layout.neurons, points, strict=True):
        assert [drawn.numbers(series.xVal), drawn.numbers(series.yVal)] == [[neuron.x], [neuron.y]]
        label = drawn.ws[series.tx.strRef.f.rsplit("!", 1)[1]].value
        assert series.dLbls.showSerName
        assert series.marker.symbol == ("square" if neuron.number is None else "circle")
        if name not in ("named", "no-hidden-layer"):
            assert label == ("+1" if neuron.number is None else str(neuron.number + 1))
    names = [drawn.ws[series.tx.strRef.f.rsplit("!", 1)[1]].value for series in points]
    if name == "no-hidden-layer":
        assert names == ["1", "2", "+1", "AND", "OR"]
    if name == "named":
        assert names[:4] == ["sepal length", "sepal width", "petal length", "petal width"]
        assert names[-3:] == ["setosa", "versicolor", "virginica"]


@each_lesson
def test_only_the_kinds_of_lines_are_in_the_legend(name):
    drawn = drawn_of(name)
    chart, parameters = drawn.chart, drawn.trace.lesson.network.parameters()
    largest = max(np.abs(drawn.trace[parameter]).max() for parameter in parameters)
    assert [drawn.name(series) for series in chart.series[:6]] == [
        text.format(largest / part) for text in ("positive, above {:.3f}", "negative, below −{:.3f}") for part in (2, 8, 64)
    ]  # fmt: skip
    assert [entry.idx for entry in chart.legend.legendEntry if entry.delete] == list(
        range(6, len(chart.series))
    )


def test_positive_and_negative_differ_in_colour_and_in_dash():
    lines = [series.graphicalProperties.line for series in drawn_of("article").chart.series[:6]]
    assert {line.prstDash for line in lines[:3]} == {"solid"}
    assert {line.prstDash for line in lines[3:]} == {"sysDash"}
    assert {line.solidFill.srgbClr for line in lines[:3]} == {"1F4E9E"}
    assert {line.solidFill.srgbClr for line in lines[3:]} == {"B0125B"}
    widths = [line.w for line in lines]
    assert widths[:3] == widths[3:] == sorted(set(widths), reverse=True)


@each_lesson
def test_the_numbers_on_the_lines_are_the_weights_and_do_not_touch(name):
    drawn = drawn_of(name)
    layout = lay_out(drawn.trace.lesson.network)
    places = list(layout.numbered())
    numbers = [series for series in drawn.chart.series[6:] if series.dLbls.spPr is not None]
    for (one, point), series in zip(places, numbers, strict=True):
        weight = drawn.trace[one.matrix][drawn.iteration - 1, one.row, one.col]
        assert drawn.name(series) == f"{weight:.2f}".replace("-0.00", "0.00").replace("-", "−")
        assert (*drawn.numbers(series.xVal), *drawn.numbers(series.yVal)) == point
    by_height = sorted((start.layer, y) for (start, y) in ((one.start, point[1]) for one, point in places))
    between = [(b - a) * layout.units[1] for (i, a), (j, b) in pairwise(by_height) if i == j]
    assert all(distance > 0.4 for distance in between)  # cm: more than letters of 10 points are high


def test_of_close_lines_the_numbers_are_left_out_and_it_is_said_where_they_are():
    assert list(lay_out(load("iris").network).numbered()) == []
    assert str(drawn_of("named").values["A6"].value).startswith("Where lines lie too close")


def test_a_large_network_is_drawn_in_part_and_says_so():
    drawn = drawn_of("large")
    layout = lay_out(LESSONS["large"].network)
    assert layout.most == MOST_NEURONS
    assert (
        drawn.values["A6"].value.partition(" Where")[0]
        == f"A large network cannot be drawn whole: these are the first {MOST_NEURONS} neurons of each layer."
    )
    assert drawn_of("article").ws["A6"].value is None


@pytest.mark.parametrize("hidden", [[], [3], [30], [30] * 3, [40] * 12])
def test_a_drawing_has_no_more_lines_than_can_be_told_apart(hidden):
    network = ARTICLE.replace(hidden=hidden, initial={}).network
    layout = lay_out(network)
    assert len(layout.connections) <= MOST_CONNECTIONS
    shapes = network.parameters()
    for one in layout.connections:
        rows, cols = shapes[one.matrix]
        assert one.row < rows
        assert one.col < cols
    if layout.most == MOST_NEURONS and max(hidden, default=0) <= MOST_NEURONS:
        assert len(layout.connections) == sum(rows * cols for rows, cols in shapes.values())


def test_lines_begin_and_end_outside_of_the_neurons():
    layout = lay_out(load("iris").network)
    width, height = layout.units
    for one in layout.connections:
        for neuron, (x, y) in zip((one.start, one.end), layout.ends(one), strict=True):
            distance = np.hypot((x - neuron.x) * width, (y - neuron.y) * height)
            assert layout.radius < distance < 2 * layout.radius
