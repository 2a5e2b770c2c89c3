"""The sheet `Weights`: which numbers it lists, and what its charts show."""

from functools import cache

import numpy as np
import openpyxl
import pytest

from mlp2xlsx import load, train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.sheets.weights import MOST_LINES, MOST_STEPS
from mlp2xlsx.xlsx.writing import charts
from tests.cases import few
from tests.workbook.opened import Reopened
from tests.workbook.test_sheets import text

ARTICLE = load("article")
LESSONS = {
    "one-iteration": ARTICLE.replace(iterations=1),
    "every-iteration": ARTICLE.replace(iterations=7),
    "some-iterations": ARTICLE.replace(iterations=250),
    "shown": ARTICLE.replace(iterations=40, show=[1, 5, 20, 40]),
    "one-shown": ARTICLE.replace(iterations=40, show=[7]),
    "batches": ARTICLE.replace(iterations=9, batch=2),
    "no-biases": load("xor").replace(iterations=9, bias="none"),
    "no-hidden-layer": load("and-or").replace(iterations=9),
    "large": ARTICLE.replace(iterations=5, hidden=[6, 5], initial={}),
}
CHOSEN = 30
# Others list no other numbers, and have no other charts.
FAST = (
    *("one-iteration", "every-iteration", "some-iterations", "shown"),
    *("batches", "no-hidden-layer", "large"),
)
each_lesson = pytest.mark.parametrize("name", few(*FAST, of=LESSONS))


class Listed:
    """The sheet of a lesson, as openpyxl reads it."""

    def __init__(self, lesson, iteration=None):
        self.trace = train(lesson)
        saved = Reopened(make(self.trace, iteration=iteration or self.trace.shown[-1]))
        self.ws, self.values = (book["Weights"] for book in saved.formulas_and_values("Weights"))
        [self.heading] = [
            row for row in range(1, self.ws.max_row) if self.ws.cell(row, 1).value == "iteration"
        ]
        self.first = self.heading + 3
        self.iterations = [self.ws.cell(row, 1).value for row in range(self.first, self.ws.max_row + 1)]

    def columns(self):
        """Yield the name of each matrix, and of each line: its column."""
        name = None
        for col in range(3, self.ws.max_column + 1):
            above = self.ws.cell(self.heading - 1, col).value
            name = above.split(" ")[0] if above else name
            if self.ws.cell(self.heading, col).value:
                yield name, self.ws.cell(self.heading, col).value, col


@cache
def listed_of(name):
    """The sheet of one of the lessons, made once; nobody changes it."""
    return Listed(LESSONS[name], CHOSEN if name == "some-iterations" else None)


@each_lesson
def test_every_number_is_that_of_its_iteration(name):
    listed = listed_of(name)
    where = [listed.trace.shown.index(iteration) for iteration in listed.iterations]
    for matrix, line, col in listed.columns():
        first, _, second = line.partition("→")
        expected = listed.trace[matrix][where, int(first or 1) - 1, int(second) - 1]
        rows = range(listed.first, listed.ws.max_row + 1)
        assert [listed.values.cell(row, col).value for row in rows] == expected.tolist()
        assert all(str(listed.ws.cell(row, col).value).startswith("=Training!") for row in rows)


@each_lesson
def test_the_first_and_the_last_iteration_are_listed_and_few_between(name):
    listed = listed_of(name)
    assert [listed.iterations[0], listed.iterations[-1]] == [listed.trace.shown[0], listed.trace.shown[-1]]
    assert len(listed.iterations) <= MOST_STEPS + 1
    if len(listed.trace.shown) <= MOST_STEPS:
        assert listed.iterations == list(listed.trace.shown)


@each_lesson
def test_there_is_a_chart_for_each_matrix_with_a_line_for_each_weight(name):
    listed = listed_of(name)
    parameters = listed.trace.lesson.network.parameters()
    assert len(listed.ws._charts) == len(parameters)
    for (matrix, (rows, cols)), chart in zip(parameters.items(), listed.ws._charts, strict=True):
        *lines, mark = [(series.tx.v, series.yVal.numRef.f.replace("$", "")) for series in chart.series]
        drawn = {line: col for of, line, col in listed.columns() if of == matrix}
        assert len(drawn) == min(rows * cols, MOST_LINES)
        letters = {line: openpyxl.utils.get_column_letter(col) for line, col in drawn.items()}
        last = listed.ws.max_row
        ends = f":{{}}{last}" if last > listed.first else ""
        assert lines == [
            (line, f"'Weights'!{col}{listed.first}{ends.format(col)}") for line, col in letters.items()
        ]
        first = next(iter(letters.values()))
        assert mark == ("chosen", f"'Weights'!{first}{listed.first - 2}:{first}{listed.first - 1}")


def test_of_a_large_matrix_all_that_leads_into_its_first_neurons_is_drawn():
    listed = listed_of("large")
    lines = [line for matrix, line, _ in listed.columns() if matrix == "wh_1"]
    assert lines == [f"{i}→{j}" for j in (1, 2, 3) for i in (1, 2, 3, 4)]
    title = listed.ws._charts[0].title.tx.rich.p[0].r[0].t
    assert title == "wh_1: weights, inputs → hidden layer 1 (12 of 24)"
    assert str(listed.ws["A5"].value).startswith("A chart with too many lines")
    assert listed_of("every-iteration").ws["A5"].value is None


def alike_in_colour_and_dash(n_in_group):
    lines = [(line.colour, line.dash) for line in charts.distinct_lines(n_in_group, MOST_LINES)]
    return len(lines) - len(set(lines))


@pytest.mark.parametrize("n_in_group", [1, 2, 3, 4, 6, 8])
def test_no_two_lines_have_one_colour_and_one_dash(n_in_group):
    assert alike_in_colour_and_dash(n_in_group) == 0


def test_lines_that_are_drawn_alike_are_found(monkeypatch):
    """The twin: as many dashes as colours, which come back together."""
    monkeypatch.setattr(charts, "DASHES", charts.DASHES[: len(charts.COLOURS)])
    assert alike_in_colour_and_dash(1) == 6


def test_the_upright_line_stands_at_the_chosen_iteration_from_the_smallest_to_the_largest():
    listed = listed_of("some-iterations")
    assert [text(listed.ws.cell(listed.first - row, 1)) for row in (2, 1)] == ["=iteration"] * 2
    for matrix in ("wh", "bh", "wout", "bout"):
        values = np.array([[listed.values.cell(row, col).value for row in range(listed.first, listed.ws.max_row + 1)]
                           for name, _, col in listed.columns() if name == matrix])  # fmt: skip
        col = next(col for name, _, col in listed.columns() if name == matrix)
        ends = [listed.values.cell(listed.first - row, col).value for row in (2, 1)]
        assert ends == [values.min(), values.max()]


def test_numbers_that_would_not_fit_get_wider_columns():
    large = ARTICLE.replace(
        iterations=2, X=[[123456, 0, 1, 0]] * 3, lr=1e-9, initial=ARTICLE.initial | {"wh": [[1e-3] * 3] * 4}
    )
    sheets = (make(train(lesson)).sheets["Weights"].ws for lesson in (large, LESSONS["every-iteration"]))
    wide, narrow = (sheet.column_dimensions["A"].width for sheet in sheets)
    assert wide > narrow
