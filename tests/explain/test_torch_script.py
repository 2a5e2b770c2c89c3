"""Lessons as scripts for PyTorch: what they say, and where PyTorch is installed, what comes out of them."""

import io
import re
from contextlib import redirect_stdout
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from mlp2xlsx.explain.program import program
from mlp2xlsx.explain.torch_script import _ACTIVATIONS, _OPTIMIZERS, _PENALTIES, _RATES, torch_script
from mlp2xlsx.lesson import load
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from mlp2xlsx.mathematics.penalties import PENALTIES
from mlp2xlsx.mathematics.schedules import SCHEDULES
from mlp2xlsx.options.training import hidden_activations
from mlp2xlsx.training import train
from tests.helpers import message

ARTICLE = load("article")
random = np.random.default_rng(1)
DEEP = ARTICLE.replace(
    X=random.normal(size=(7, 4)),
    y=random.uniform(size=(7, 2)),
    hidden=[5, 3],
    initial={},
    iterations=60,
    lr=0.005,
    optimizer="momentum",
)


def said_in_torch(names, words):
    """What PyTorch has a word for; a row without one is refused, which is shown below."""
    return [name for name in names if name in words]


CLASSES = np.eye(2)[[0, 1, 1, 0, 1, 0, 1]]
LESSONS = {
    **{name: DEEP.replace(optimizer=name) for name in said_in_torch(OPTIMIZERS, _OPTIMIZERS)},
    "penalties": DEEP.replace(penalties=said_in_torch(PENALTIES, _PENALTIES), optimizer="adam"),
    **{
        name: DEEP.replace(schedule=name, **({"lr_table": [[1, 0.1], [5, 0.05]]} if name == "table" else {}))
        for name in said_in_torch(SCHEDULES, _RATES)
    },
    **{
        f"{name}-tanh": DEEP.replace(activation=[name, "tanh"])
        for name in said_in_torch(hidden_activations(), _ACTIVATIONS)
    },
    "linear": DEEP.replace(output="linear", batch=3),
    "softmax": DEEP.replace(y=CLASSES, output="softmax", loss="cross_entropy", batch=3, shuffle=True),
    "softmax-of-squares": DEEP.replace(y=CLASSES, output="softmax"),
    "temperature": DEEP.replace(y=CLASSES, output="softmax", loss="cross_entropy", temperature=3),
    "temperature-of-squares": DEEP.replace(y=CLASSES, output="softmax", temperature=0.5),
    "yes-or-no": DEEP.replace(loss="cross_entropy"),
    "frozen-biases": DEEP.replace(bias="frozen", optimizer="adamw"),
    "no-biases": DEEP.replace(bias="none", penalties=["l2"]),
    "no-hidden": DEEP.replace(hidden=[], initial={}),
    "iris": load("iris").replace(iterations=50),
}
SCRIPT = """\
# The training of one workbook as a program.
#
# The article's network
import torch
from torch import nn

torch.set_default_dtype(torch.float64)

X = torch.tensor([[0, 1]], dtype=torch.float64)
y = torch.tensor([[1]], dtype=torch.float64)
wh = torch.tensor([[0.5, 0.25], [1, -1]], dtype=torch.float64)
bh = torch.tensor([[0, 0]], dtype=torch.float64)
wout = torch.tensor([[2], [3]], dtype=torch.float64)
bout = torch.tensor([[0]], dtype=torch.float64)
lr = 0.1
l2_penalty = 0.01
lr_warmup = 100

network = nn.Sequential(
    nn.Linear(2, 2),
    nn.Tanh(),
    nn.Linear(2, 1),
)
with torch.no_grad():  # weights stand transposed here: a row for each neuron
    network[0].weight.copy_(wh.T)
    network[0].bias.copy_(bh[0])
    network[2].weight.copy_(wout.T)
    network[2].bias.copy_(bout[0])
weights = [network[0].weight, network[2].weight]
trained = list(network.parameters())


def rate(iteration):
    return lr * min((iteration + 1) / lr_warmup, 1)


optimizer = torch.optim.SGD(trained, lr=rate(0))

for iteration in range(3):
    z = network(X)  # the loss takes z, for the activation of the outputs is a part of it
    output = torch.sigmoid(z)
    # added up over the samples, not averaged
    loss = nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum")
    loss = loss + l2_penalty * sum((w**2).sum() for w in weights) / 2
    optimizer.param_groups[0]["lr"] = rate(iteration)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

wh = network[0].weight.detach().T.numpy()
bh = network[0].bias.detach()[None].numpy()
wout = network[2].weight.detach().T.numpy()
bout = network[2].bias.detach()[None].numpy()
output = output.detach().numpy()
print("output of Forward Propogation:\\n{}".format(output))
print("wout,bout of Backpropagation: \\n{},\\n{}".format(wout, bout))
"""


def test_a_script_from_top_to_bottom():
    lesson = ARTICLE.replace(
        X=[[0, 1]],
        y=[[1]],
        hidden=[2],
        activation="tanh",
        loss="cross_entropy",
        initial={"wh": [[0.5, 0.25], [1, -1]], "bh": [[0, 0]], "wout": [[2], [3]], "bout": [[0]]},
        penalties=["l2"],
        schedule="warmup",
        iterations=3,
    )
    assert torch_script(lesson) == SCRIPT


def test_these_have_a_word_in_pytorch():
    words = ["gd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw"]
    words += ["step", "exponential", "cosine", "warmup", "table", "penalties", "linear-tanh"]
    words += [f"{name}-tanh" for name in ("sigmoid", "tanh", "relu", "leaky_relu", "elu")]
    words += [f"{name}-tanh" for name in ("softplus", "gelu", "softsign")]
    assert {*words} <= LESSONS.keys()
    assert {"l2", "l1"} <= {*LESSONS["penalties"].penalties}


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_a_script_is_python_and_its_numbers_stand_in_short_lines(lesson):
    source = torch_script(lesson)
    compile(source, "lesson.py", "exec")
    numbers = [line for line in source.splitlines() if re.search(r"^    [-\[\d]|tensor\(", line)]
    assert len(numbers) >= len(lesson.initial_parameters())
    assert max(map(len, numbers)) <= 96


def test_comments_are_in_the_language_of_the_sheets():
    lesson = load("iris").replace(iterations=2)
    english, chinese = (torch_script(lesson.replace(language=spoken)) for spoken in ("en", "zh"))
    said = "".join(re.findall("#(.*)", chinese))
    assert "对样本求和，不取平均" in said
    assert not re.search("[A-Za-z]{3,}", said)
    assert [re.sub(" *#.*", "", line) for line in chinese.splitlines()] == [
        re.sub(" *#.*", "", line) for line in english.splitlines()
    ]


INSTEAD = "--to python writes it without PyTorch"


@pytest.mark.parametrize(
    ("lesson", "said"),
    {
        "thirds": (
            LESSONS["softmax"].replace(y=[[0.33, 0.66], *CLASSES[1:]]),
            "article: rows of y do not add up to 1, of which PyTorch's cross_entropy makes "
            f"something else; {INSTEAD}",
        ),
        "dropout": (
            DEEP.replace(dropout=0.5),
            f"article: PyTorch's dropout draws masks of its own, not those of the lesson; {INSTEAD}",
        ),
        "nothing-trained": (
            ARTICLE.replace(iterations=0),
            f"article: it trains nothing; {INSTEAD}",
        ),
        "kept": (
            replace(DEEP, kept={"velocity_wh_1": np.ones((4, 5))}),
            "article: it goes on from what its optimizer has kept, which a new one of PyTorch has not; "
            f"{INSTEAD}",
        ),
    }.values(),
    ids=["thirds", "dropout", "nothing-trained", "kept"],
)
def test_what_is_refused(lesson, said):
    assert message(torch_script, lesson) == said


@pytest.mark.parametrize(
    ("setting", "what", "known"),
    [
        ("optimizer", "optimizer", "gd, momentum"),
        ("schedule", "schedule", "constant, step"),
        ("penalties", "penalty", "l2 or l1; "),
    ],
    ids=["optimizer", "schedule", "penalty"],
)
def test_what_has_been_added_from_outside_is_refused(monkeypatch, setting, what, known):
    """A row of a table that PyTorch has no word for."""
    tables = {"optimizer": OPTIMIZERS, "schedule": SCHEDULES, "penalties": PENALTIES}
    row = next(iter(tables[setting].values()))
    monkeypatch.setitem(tables[setting], "lion", row)
    lesson = DEEP.replace(optimizer="gd").replace(**{setting: ["lion"] if what == "penalty" else "lion"})
    said = message(torch_script, lesson)
    assert said.startswith(f'article: PyTorch has no {what} "lion"; it has {known}')
    assert said.endswith(INSTEAD)


TORCH = find_spec("torch") is not None


def run(source):
    names, printed = {}, io.StringIO()
    with redirect_stdout(printed):
        exec(source, names)
    return names, printed.getvalue()


def difference(lesson, source):
    """The largest difference of the outputs and of a trained parameter from the lesson's own."""
    trace, (names, _) = train(lesson), run(source)
    trained = {name: trace[f"next_{name}"][-1] for name in lesson.network.trained()}
    expected = lesson.initial_parameters() | trained | {"output": trace["output"][-1]}
    return max(np.abs(names[name] - value).max() for name, value in expected.items())


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def check_numbers(lesson):
    """PyTorch adds up in an order of its own, from which roundings differ."""
    assert lesson.iterations >= 50
    assert difference(lesson, torch_script(lesson)) < 1e-12


@pytest.mark.slow
def check_another_number_is_seen():
    for name in OPTIMIZERS:
        source = torch_script(LESSONS[name])
        assert difference(LESSONS[name], source.replace("lr = 0.005", "lr = 0.00500001")) > 1e-11


@pytest.mark.slow
def check_it_prints_what_the_program_in_python_prints():
    for lesson in (ARTICLE.replace(iterations=50), LESSONS["no-biases"]):
        assert run(torch_script(lesson))[1] == run(program(lesson, "python"))[1]


if TORCH:  # it is large, and not needed to test the rest
    test_the_numbers_are_those_of_the_lesson = check_numbers
    test_a_script_with_another_number_is_seen = check_another_number_is_seen
    test_the_same_is_printed = check_it_prints_what_the_program_in_python_prints
