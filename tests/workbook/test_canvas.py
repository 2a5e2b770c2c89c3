from itertools import combinations

import numpy as np
import pytest

from mlp2xlsx import load
from mlp2xlsx.mathematics.backpropagation import iteration_of
from mlp2xlsx.mathematics.iteration import next_name
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.workbook.layout.canvas import LEFT_WIDTH, place
from mlp2xlsx.workbook.layout.places import place_setup, place_training
from mlp2xlsx.xlsx.address import Box

LETTER = 0.8  # of a name, in digits
NETWORKS = {
    "article": (Network(4, (3,), 1), 3, None),
    "no hidden layer": (Network(2, (), 1), 4, None),
    "two hidden layers": (Network(2, (3, 2), 2), 5, None),
    "one of everything": (Network(1, (1,), 1), 1, None),
    "wide": (Network(7, (9, 1, 4), 3), 2, None),
    "softmax": (Network(2, (3,), 4, "tanh", "softmax", "cross_entropy"), 3, None),
    "no biases": (Network(2, (3,), 2, "relu", bias="none"), 3, None),
    "frozen biases": (Network(2, (3,), 2, bias="frozen"), 3, None),
    "no slopes": (Network(2, (), 2, output="linear"), 3, None),
    "batch": (Network(2, (3,), 1), 6, 2),
}
each_network = pytest.mark.parametrize(("network", "n", "batch"), NETWORKS.values(), ids=NETWORKS.keys())


def canvas_of(network, n, batch):
    return place(iteration_of(network, n, batch))


def boxes_of(network, n, batch):
    return canvas_of(network, n, batch).boxes


def with_label(box: Box) -> Box:
    return Box(box.row - 1, box.col, box.n_rows + 1, box.n_cols)


def with_name(canvas, name) -> Box:
    """A matrix with its name above it, or to its left."""
    box = canvas.boxes[name]
    row, col = canvas.name_place(name)
    return Box(row, col, box.last_row - row + 1, box.last_col - col + 1)


def overlap(a: Box, b: Box) -> bool:
    return a.row <= b.last_row and b.row <= a.last_row and a.col <= b.last_col and b.col <= a.last_col


def all_places(network, n, batch):
    run = iteration_of(network, n, batch)
    lesson = load("article").replace(
        X=np.zeros((n, network.n_inputs)), y=np.zeros((n, network.n_outputs)), hidden=list(network.hidden),
        bias=network.bias, batch=batch or "full", initial={},
    )  # fmt: skip
    return {
        "setup": {k: b for k, b in place_setup(lesson).boxes.items() if k not in ("iteration", "lr")},
        "training": place_training(run).boxes,
        "training of some": place_training(run, some=True).boxes,
    }


@each_network
def test_no_two_matrices_overlap_with_their_labels(network, n, batch):
    for kind, boxes in all_places(network, n, batch).items():
        for (name, a), (other, b) in combinations(boxes.items(), 2):
            assert not overlap(with_label(a), with_label(b)), f"{kind}: {name} and {other}"


@each_network
def test_no_two_matrices_of_a_canvas_overlap_with_their_names(network, n, batch):
    canvas = canvas_of(network, n, batch)
    for name, other in combinations(canvas.boxes, 2):
        assert not overlap(with_name(canvas, name), with_name(canvas, other)), f"{name} and {other}"
    assert min(with_name(canvas, name).row for name in canvas.boxes) == canvas.first_row


@each_network
def test_every_matrix_of_the_steps_has_a_place_of_its_shape(network, n, batch):
    boxes = boxes_of(network, n, batch)
    shapes = {
        result.name: result.expr.shape
        for step in iteration_of(network, n, batch).steps
        for result in step.results
    }
    assert {name: (box.n_rows, box.n_cols) for name, box in boxes.items()} == shapes | {"lr": (1, 1)}


@each_network
def test_falk_scheme(network, n, batch):
    """Sample rows line up, and a weight matrix stands above the columns it produces."""
    boxes = boxes_of(network, n, batch)
    data = ["X", "y"] if batch is None else ["X_batch", "y_batch", "sample"]
    forward = [*data, *(name for layer in network.layers for name in (layer.input, layer.activations))]
    assert len({boxes[name].row for name in forward}) == 1
    for layer in network.layers:
        assert boxes[layer.weights].col == boxes[layer.input].col == boxes[layer.delta].col
        assert boxes[layer.weights].last_row < boxes[layer.input].row
        if network.has_bias:
            assert boxes[layer.weights].last_row + 1 == boxes[layer.bias].row < boxes[layer.input].row
            assert boxes[layer.weights].col == boxes[layer.bias].col
        update = boxes[next_name(layer.weights)]
        assert (update.row, update.n_rows) == (boxes[layer.weights].row, layer.n_inputs)
        assert update.col > boxes[layer.weights].last_col
        if layer.slope in boxes:
            assert boxes[layer.slope].col == boxes[layer.activations].col


@each_network
def test_the_forward_pass_runs_left_to_right(network, n, batch):
    boxes = boxes_of(network, n, batch)
    X, y = ("X", "y") if batch is None else ("X_batch", "y_batch")
    order = [X, *(name for layer in network.layers for name in (layer.input, layer.activations)), y, "E"]
    cols = [boxes[name].col for name in order]
    assert cols == sorted(set(cols))


@each_network
def test_names_have_room_before_what_stands_beside_them(network, n, batch):
    """Of a name above its matrix what comes to the right in the row; a name to the left fills its gap."""
    canvas = canvas_of(network, n, batch)
    for name, box in canvas.boxes.items():
        row, col = canvas.name_place(name)
        if name in canvas.beside:
            assert canvas.widths[col] >= len(name) * LETTER, name
            continue
        later = [
            other.col
            for other in canvas.boxes.values()
            if other.col > col and other.row - 1 <= row <= other.last_row
        ]
        if later:
            widths = {1: LEFT_WIDTH, **canvas.widths}
            room = sum(widths[each] for each in range(box.col, min(later)))
            assert room >= len(name) * LETTER, name
