"""Sentences with live numbers, and training at a glance."""

import re

import numpy as np
import pytest

from mlp2xlsx import train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.places import SETUP_INPUT_COL
from mlp2xlsx.xlsx.live_text import Part, live_text
from tests.cases import SHIPPED, shipped


def test_a_sentence_is_made_of_its_parts():
    parts = {"loss": Part("FIXED(B7,3,TRUE)", "0.354"), "k": Part("iteration", "1")}
    assert live_text('At {k} the "loss" is {loss}.', parts) == Part(
        '"At "&iteration&" the ""loss"" is "&FIXED(B7,3,TRUE)&"."', 'At 1 the "loss" is 0.354.'
    )


def test_a_part_may_come_first_or_twice():
    parts = {"a": Part("A1", "x")}
    assert live_text("{a}, {a}", parts) == Part('A1&", "&A1', "x, x")


@pytest.fixture(scope="module", params=SHIPPED)
def book(request):
    return make(train(shipped(request.param).replace(iterations=2)), iteration=2)


def live_texts(book):
    return [live.value for live in book.sheets["Setup"].live.values() if isinstance(live.value, str)]


def test_the_largest_error_is_named(book):
    sentence, *_ = live_texts(book)
    found = re.fullmatch(
        r"Iteration 2 of 2: largest error, sign aside: ([\d.]+), on sample (\d+)\.", sentence
    )
    trace = book.context.trace
    errors = np.abs(trace["E"][1])
    decimals = len(found[1].partition(".")[2])
    assert float(found[1]) == pytest.approx(errors.max(), abs=0.51 * 10**-decimals)
    row = int(np.flatnonzero((errors >= errors.max() * (1 - 1e-9)).any(axis=1))[0])
    sample = trace["sample"][1][row, 0] if "sample" in trace else row + 1
    assert int(found[2]) == sample


def test_what_was_learnt_is_said_in_numbers(book):
    """The loss from the first iteration to the last, and which outputs are right then; of a batch nothing."""
    trace = book.context.trace
    said = live_texts(book)[1:]
    if trace.lesson.batch is not None:
        assert said == []
        return
    losses = [f"{loss:.6f}" for loss in (trace.loss[0], trace.loss[-1])]
    y, output = trace.lesson.y, trace["output"][-1]
    right = ""
    if trace.lesson.classes and y.shape[1] > 1:
        hits = (y.argmax(axis=1) == output.argmax(axis=1)).sum()
        right = f"; right at the end: {hits} of {len(y)} samples"
    elif trace.lesson.network.output == "sigmoid":
        hits = ((output > 0.5) == (y > 0.5)).sum()
        right = f"; right at the end: {hits} of {y.size} outputs"
    begins = "Loss" if right else "First to last iteration: loss"
    assert said == [f"{begins} from {losses[0]} to {losses[1]}{right}."]


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, True),
        ({"y": [[1], [0.6], [0]]}, False),
        ({"output": "linear"}, False),
        ({"show": [1, 2]}, False),
        ({"show": [1, 3]}, True),
    ],
    ids=["yes or no", "in between", "numbers", "without the last", "with the last"],
)
def test_only_what_can_be_right_is_counted(changes, counted):
    [_, sentence] = live_texts(make(train(shipped("article").replace(iterations=3, **changes))))
    assert ("at the end: 2 of 3" in sentence) is counted


def test_targets_stand_beside_outputs(book):
    """Each row of the table is one sample of the iteration; of classes, each is there."""
    sheet, trace = book.sheets["Setup"], book.context.trace
    samples = {
        row: int(cell.value)
        for row in range(book.context.setup.glance_row + 6, book.context.setup.weights_row)
        if isinstance((cell := sheet.ws.cell(row, SETUP_INPUT_COL)).value, int)
    }
    if trace.lesson.batch is None:
        assert len(samples) == min(len(trace.lesson.X), 6)
    if len(trace.lesson.classes) > 2:
        assert {int(trace.lesson.y[k - 1].argmax()) for k in samples.values()} == {0, 1, 2}
    outputs = min(trace.lesson.y.shape[1], 4)
    for row, sample in samples.items():
        shown = [sheet.live[row, SETUP_INPUT_COL + 1 + j].value for j in range(2 * outputs)]
        expected = [*trace["y"][1][sample - 1, :outputs], *trace["output"][1][sample - 1, :outputs]]
        assert shown == expected
