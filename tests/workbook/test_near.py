"""On each step sheet, what is computed and what it comes from on one screen, whatever the lesson."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest

from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.iteration import Iteration
from mlp2xlsx.mathematics.leaves import names
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from mlp2xlsx.mathematics.schedules import SCHEDULES
from mlp2xlsx.mathematics.steps import SAMPLE, Step
from mlp2xlsx.resources import lesson_names
from mlp2xlsx.workbook.layout.canvas import LEFT_WIDTH, ROW_WORD_COL, Canvas, place
from mlp2xlsx.workbook.layout.head import Head
from mlp2xlsx.workbook.layout.near import SCREEN_ROWS, SCREEN_WIDTH, place_steps
from tests.cases import shipped
from tests.workbook.test_canvas import NETWORKS, overlap, with_name

WIDTH = 7.0  # room for -12.345
WIDE = 11.0  # room for ten decimals in smaller letters
ROWS_IN_VIEW = 28  # of a small screen, below the names of the columns
# Three matrices of eight or twelve neurons side by side are wider than a small screen.
BEYOND = {
    ("overfitting", "downhill"): {"wh", "d_hiddenlayer"},
    ("spiral", "hidden_delta"): {"Error_at_hidden_layer"},
    ("spiral", "downhill"): {"d_hiddenlayer"},
}
ON_ONE_CANVAS = ("and-or", "article", "initial-values", "sgd", "worked-example", "xor")


def canvases(iteration: Iteration) -> tuple[Canvas, list[Canvas]]:
    whole = place(iteration, WIDTH)
    return whole, place_steps(iteration, whole, WIDTH)


def needed(step: Step, canvas: Canvas) -> set[str]:
    """What is to be seen of a step; not what it brings in without a word, such as moments that start at 0."""
    read = {name for result in step.results for name in names(result.expr)}
    return ((read | {result.name for result in step.results}) - step.plain) & canvas.boxes.keys()


def off_screen(step: Step, canvas: Canvas) -> Iterator[str]:
    """Name what a step needs whose first cell is not on the screen."""
    widths = {1: LEFT_WIDTH, **canvas.widths}
    for name in needed(step, canvas):
        box = canvas.boxes[name]
        right = sum(widths[col] for col in range(1, box.col + 1))
        if right > SCREEN_WIDTH or box.row > SCREEN_ROWS:
            yield name


@pytest.mark.parametrize("name", lesson_names())
def test_every_step_of_a_lesson_that_ships_has_its_first_cells_on_the_screen(name: str) -> None:
    one = shipped(name).one_iteration
    whole, steps = canvases(one)
    for step, canvas in zip(one.steps, steps, strict=True):
        assert set(off_screen(step, canvas)) == BEYOND.get((name, step.kind), set()), step.kind
    assert all(canvas is whole for canvas in steps) == (name in ON_ONE_CANVAS)


def test_the_whole_canvas_of_a_large_lesson_is_not_on_the_screen() -> None:
    """The twin: what the steps would need to see."""
    one = shipped("iris").one_iteration
    whole, _ = canvases(one)
    missed = {step.kind: set(off_screen(step, whole)) for step in one.steps}
    assert missed["output_delta"] == {"d_output", "E"}
    assert not missed["hidden_input"]


LARGE = {
    **NETWORKS,
    "many samples": (Network(4, (3,), 1), 30, None),
    "a batch of many": (Network(4, (3,), 1), 60, 30),
    "deep": (Network(3, (4, 4, 4), 2), 9, None),
}


@pytest.mark.parametrize(("network", "n", "batch"), LARGE.values(), ids=LARGE.keys())
def test_nothing_overlaps_and_everything_has_its_place(network: Network, n: int, batch: int | None) -> None:
    one = iteration_of(network, n, batch)
    for canvas in canvases(one)[1]:
        shapes = {name: (box.n_rows, box.n_cols) for name, box in canvas.boxes.items()}
        assert shapes == one.shapes | {"lr": (1, 1)}
        for name, other in combinations(canvas.boxes, 2):
            assert not overlap(with_name(canvas, name), with_name(canvas, other)), f"{name} and {other}"


OPTIMIZED = [
    *((optimizer, "constant", ()) for optimizer in OPTIMIZERS),
    *(("adam", schedule, ("l2", "l1")) for schedule in SCHEDULES),
]


@pytest.mark.parametrize(("optimizer", "schedule", "penalties"), OPTIMIZED, ids=str)
def test_what_an_optimiser_keeps_is_wholly_on_the_screen(
    optimizer: str, schedule: str, penalties: Sequence[str]
) -> None:
    """The article's network, with room for ten decimals, or with penalties for six: not the first cells alone."""
    width = 8.0 if penalties else WIDE
    article = shipped("article").network
    one = iteration_of(article, 3, None, optimizer, penalties, schedule, 3)
    whole = place(one, width)
    for step, canvas in zip(one.steps, place_steps(one, whole, width), strict=True):
        height = Head.of(step).height
        widths = {1: LEFT_WIDTH, **canvas.widths}
        for name, other in combinations(canvas.boxes, 2):
            assert not overlap(with_name(canvas, name), with_name(canvas, other)), f"{name} and {other}"
        for name in needed(step, canvas) if step.variant in OPTIMIZERS else ():
            box = canvas.boxes[name]
            right = sum(widths[col] for col in range(1, box.last_col + 1))
            # Updates may run on to the right, as with plain gradient descent.
            assert right <= SCREEN_WIDTH or name not in one.kept, (step.kind, name)
            assert box.last_row + height <= ROWS_IN_VIEW, (step.kind, name)


@pytest.mark.parametrize("batch", [4, 30])
def test_where_rows_are_left_matrices_of_as_many_columns_stand_below_each_other(batch: int) -> None:
    """Of a small batch; of a large one there is no room, and they stand side by side."""
    one = iteration_of(shipped("iris").network, 150, batch)
    boxes = {step.kind: canvas.boxes for step, canvas in zip(one.steps, canvases(one)[1], strict=True)}
    for kind, names_ in {
        "hidden_delta": ("d_hiddenlayer", "slope_hidden_layer", "Error_at_hidden_layer"),
        "update_weights": ("wh", "next_wh"),
        "update_biases": ("bh", "next_bh"),
    }.items():
        cols = {boxes[kind][name].col for name in names_}
        assert (len(cols) == 1) is (batch == 4), kind


def test_a_row_and_a_column_meet_in_the_cell_they_make() -> None:
    one = shipped("iris").one_iteration
    _, steps = canvases(one)
    boxes = dict(zip([step.kind for step in one.steps], (each.boxes for each in steps), strict=True))
    hidden = boxes["hidden_input"]
    X, wh, made = (hidden[name] for name in ("X", "wh", "hidden_layer_input"))
    assert (X.row, wh.col) == (made.row, made.col)
    assert X.last_col < made.col
    assert wh.last_row < made.row
    # What has no row of its own on the whole canvas: all of them are samples.
    assert {boxes["hidden_delta"][name].row for name in ("d_hiddenlayer", "Error_at_hidden_layer")} == {
        boxes["hidden_delta"]["slope_hidden_layer"].row
    }


NUMBERED = {
    "titanic": shipped("titanic").one_iteration,
    "adam": shipped("adam").one_iteration,
    "batches": iteration_of(shipped("iris").network, 150, 30),
}


@pytest.mark.parametrize("one", NUMBERED.values(), ids=NUMBERED.keys())
def test_samples_are_numbered_beside_what_has_a_row_for_each(one: Iteration) -> None:
    """And nowhere where such matrices begin in several rows."""
    sampled = {one.inputs, one.targets}
    for layer in one.network.layers:
        sampled |= {layer.input, layer.activations, layer.slope, layer.delta, layer.error}
    counts = set()
    for step, canvas in zip(one.steps, canvases(one)[1], strict=True):
        rows = {canvas.boxes[name].row for name in needed(step, canvas) & sampled}
        beside = canvas.boxes.get(SAMPLE)
        numbered = {beside.row} if beside is not None and beside.col == ROW_WORD_COL else set()
        numbered |= {canvas.samples_row} - {None}
        assert numbered == (rows if len(rows) == 1 else set()), step.kind
        counts.add(len(rows))
    assert 1 in counts
