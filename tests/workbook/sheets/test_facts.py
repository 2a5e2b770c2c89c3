"""What `Setup` says of the network, of its inputs and outputs and of its batches; and what `Loss` promises."""

import numpy as np
import pytest

from mlp2xlsx import load, override, train
from mlp2xlsx.workbook.book import make
from mlp2xlsx.workbook.layout.places import SETUP_INPUT_COL

ARTICLE = override(load("article"), iterations=4)
CLASSES = ARTICLE.replace(
    **{"y": [[1, 0], [1, 0], [0, 1]], "output": "softmax", "loss": "cross_entropy", "initial": {}},
    features=["a", "b", "c", "d"],
    target="animal",
    classes=["cat", "dog"],
)
WIDE = ARTICLE.replace(X=[[0] * 6, [1] * 6, [0] * 6], features=list("abcdef"), hidden=[], initial={})

LINES = {
    "article": (
        ARTICLE,
        "Samples: 3 · Neurons: 4-3-1 · Hidden layers: sigmoid · Output: sigmoid · "
        "Loss: half the squared errors · Batch: all 3 samples · Iterations: 4",
        "Inputs (X): 4 numbers a sample · Outputs (y): 1. The lesson does not say what they stand for.",
    ),
    "classes in batches": (
        CLASSES.replace(batch=2),
        "Samples: 3 · Neurons: 4-3-2 · Hidden layers: sigmoid · Output: softmax · "
        "Loss: cross-entropy · Batch: 2 of 3 samples · Iterations: 4",
        "Inputs (X): a, b, c, d · Outputs (y): animal (cat, dog)",
    ),
    "many names": (
        WIDE,
        "Samples: 3 · Neurons: 6-1 · Output: sigmoid · "
        "Loss: half the squared errors · Batch: all 3 samples · Iterations: 4",
        "Inputs (X): a, b, c, d, …",
    ),
}


def column(lesson, title, letter, iteration=1):
    return [cell._value for cell in make(train(lesson), iteration=iteration).sheets[title].ws[letter]]


def without_spaces(text):
    return "".join(text.split())


def read(lesson):
    """The texts on the left of `Setup` as one, without spaces: a paragraph has a row for each line."""
    return without_spaces("".join(str(text or "") for text in column(lesson, "Setup", "B")))


@pytest.mark.parametrize(("lesson", "network", "names"), LINES.values(), ids=LINES)
def test_the_network_and_its_names_have_a_line_each(lesson, network, names):
    assert column(lesson, "Setup", "B")[2:4] == [network, names]


BATCHES = {
    "one by one": (
        {"batch": 1, "shuffle": True},
        "a batch of 1 of the 3 samples",
        "takes 3 iterations",
        "shuffled",
    ),
    "a share": (
        {"batch": 2},
        "a batch of 2 of the 3 samples",
        "takes 1.5 iterations",
        "in the order of the data",
    ),
}


@pytest.mark.parametrize(("changes", *["batch", "epoch", "order"]), BATCHES.values(), ids=BATCHES)
def test_a_batch_and_an_epoch_are_explained_where_there_are_some(changes, batch, epoch, order):
    begins = without_spaces("An iteration is one update")
    text = read(ARTICLE.replace(**changes)).partition(begins)[2]
    assert all(without_spaces(words) in text for words in (batch, epoch, order))
    assert begins not in read(ARTICLE)


def second_try(**changes):
    texts = column(ARTICLE.replace(**changes), "Setup", "B")
    start = next(k for k, text in enumerate(texts) if str(text).startswith("2."))
    end = next(k for k, text in enumerate(texts) if str(text).startswith("3."))
    return " ".join(texts[start:end])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "set iteration to 4 and look at the steps again: compare the errors"),
        ({"batch": 1}, "set iteration to 4, the last one that sees what iteration 1 sees (sample 1):"),
        ({"batch": 1, "iterations": 6}, "set iteration to 4, the last one"),
        (
            {"X": np.eye(4), "y": [[1]] * 4, "batch": 2},
            "set iteration to 3, the last one that sees what iteration 1 sees (sample 1, 2):",
        ),
        (
            {"batch": 2, "iterations": 2},
            "set iteration to 2 and compare: the step sheets show another batch then, the sheet Evaluate all samples.",
        ),
    ],
    ids=["all samples", "the last", "before the last", "several", "none"],
)
def test_only_errors_of_the_same_samples_are_to_be_compared(changes, said):
    assert said in second_try(**changes)


@pytest.mark.parametrize(("batch", "listed"), [("full", 0), (1, 1), (2, 2)])
def test_beside_the_loss_of_a_batch_stand_its_samples(batch, listed):
    book = make(train(ARTICLE.replace(batch=batch)))
    loss, trace = book.sheets["Loss"], book.context.trace
    assert [cell._value for cell in loss.ws[4]].count("sample") == listed
    found = [
        block.values[:, 0, 0].tolist()
        for bands in loss.bands
        for block in bands.blocks
        if block.name == "sample"
    ]
    assert found == [trace["sample"][:, k, 0].tolist() for k in range(listed)]


def test_samples_of_a_large_batch_are_not_listed_but_their_place_is_named():
    large = ARTICLE.replace(X=[[0] * 4] * 9, y=[[1]] * 9, batch=7)
    book = make(train(large))
    assert "The sheet Training lists them." in book.sheets["Loss"].ws["B3"]._value
    assert "sample" not in [cell._value for cell in book.sheets["Loss"].ws[4]]


SHOWN = {
    "all outputs": (ARTICLE, [], "outputs against targets"),
    "a batch": (ARTICLE.replace(batch=2), ["sees 2 of the 3 samples"], "the samples that it sees"),
    "classes": (CLASSES, ["first sample of each class", "Accuracy:"], "outputs against targets"),
    "classes in batches": (CLASSES.replace(batch=2), ["sees 2 of", "Accuracy:"], "samples that it sees"),
    "some iterations": (ARTICLE.replace(show=[1, 3]), ["Black rows are live"], "outputs against targets"),
    "classes, some iterations": (CLASSES.replace(show=[3]), ["Black rows", "Accuracy:"], "outputs against"),
}


@pytest.mark.parametrize(("lesson", "said", "promised"), SHOWN.values(), ids=SHOWN)
def test_loss_promises_what_it_shows(lesson, said, promised):
    """On `Setup` and in its own third row; the outputs have columns of their own where they are promised."""
    book = make(train(lesson))
    ws, setup = book.sheets["Loss"].ws, book.sheets["Setup"].ws
    text = ws["B3"]._value or ""
    assert all(words in text for words in said)
    assert bool(text) is bool(said)
    [link] = [cell.row for cell in setup["B"] if cell._value == "Loss"]
    assert promised in setup.cell(link, 3)._value
    headings = [cell._value for cell in ws[4]]
    assert any("sample" in str(head) or "output" in str(head) for head in headings) is (
        "samples" in promised or "outputs" in promised
    )
    assert ("accuracy" in headings) is any("Accuracy" in words for words in said)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "as the lesson gives them"),
        ({"initial": {}, "seed": 42}, "drawn evenly between 0 and 1 with seed 42"),
        (
            {"initial": {"method": "he"}, "seed": 7},
            "rule of Kaiming He, seed 7; biases at 0",
        ),
        (
            {"initial": {"wh": "zeros", "method": "constant"}},
            "wh starting at 0; bh, wout, bout starting at 0.5, as all do",
        ),
        ({"initial": {"method": "he"}, "bias": "none"}, "step 2 says of each where it is from"),
        ({"initial": {}, "seed": 42, "language": "zh"}, "用种子 42 在 0 与 1 之间均匀抽取"),
    ],
    ids=["given", "drawn", "rule", "in two ways", "in too many ways", "drawn, zh"],
)
def test_starting_weights_say_where_they_come_from(changes, said):
    book = make(train(load("article").replace(iterations=1, **changes)))
    setup = book.sheets[book.context.titles["setup"]].ws
    assert setup.cell(book.context.setup.weights_row, SETUP_INPUT_COL).value.endswith(f"{said}")
