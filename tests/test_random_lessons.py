"""Random lessons over all combinations of what a network can be: built, recalculated, perturbed, run."""

import subprocess
from itertools import combinations, product

import numpy as np
import pytest

from mlp2xlsx import build, parse, train, verify
from mlp2xlsx.explain.program import program
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from tests.cases import few, few_values
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")

COMBINATIONS = [
    combination
    for combination in product(
        ["sigmoid", "tanh", "relu", "linear"],
        ["sigmoid", "softmax", "linear"],
        ["half_squared_error", "cross_entropy"],
        ["trained", "frozen", "none"],
        [[], [2], [3, 2]],
        [False, True],
    )
    if combination[1:3] != ("linear", "cross_entropy")
]
CHOSEN = np.random.default_rng(0).permutation(len(COMBINATIONS))[:50].tolist()


def pairs(combinations_of_values):
    """Every value of one setting together with every value of another."""
    return {
        tuple((i, str(values[i])) for i in pair)
        for values in combinations_of_values
        for pair in combinations(range(len(values)), 2)
    }


def test_each_choice_is_there_with_each_other():
    assert len(set(CHOSEN)) == 50
    assert pairs(COMBINATIONS[number] for number in CHOSEN) == pairs(COMBINATIONS)


OPTIMIZED = [*OPTIMIZERS]
SCHEDULED = {
    "constant": "",
    "step": "lr_decay = 0.8\nlr_every = 2",
    "exponential": "lr_decay = 0.9",
    "cosine": "lr_period = 6",
    "warmup": "lr_warmup = 3",
    "table": "lr_table = [[1, 0.02], [3, 0.04]]",
}
PENALIZED = [[], ["l2"], ["l1"], ["l2", "l1"]]


def training(number):
    """Optimiser, schedule and penalties: the first eight lessons have all of each, and fifty each with each."""
    rank = CHOSEN.index(number)
    return OPTIMIZED[rank % 7], [*SCHEDULED][rank % 6], PENALIZED[rank // 2 % 4]


def test_each_way_to_train_is_there_with_each_other():
    trained = [training(number) for number in CHOSEN]
    everything = product(OPTIMIZED, SCHEDULED, PENALIZED)
    assert pairs(trained) == pairs(everything)
    assert all(len({str(values[k]) for values in trained[:8]}) == n for k, n in enumerate((7, 6, 4)))


def lesson(number):
    """A small lesson with data and sizes of its own; some have dropout, every third one shuffles its batches."""
    activation, output, loss, bias, hidden, batched = COMBINATIONS[number]
    optimizer, schedule, penalties = training(number)
    random = np.random.default_rng(number)
    n, n_inputs, n_outputs = (
        int(size) for size in random.integers([2, 1, 1 + (output == "softmax")], [6, 4, 4])
    )
    y = {
        "softmax": lambda: np.eye(n_outputs)[random.integers(0, n_outputs, n)],
        "sigmoid": lambda: random.integers(0, 2, (n, n_outputs)).astype(float),
        "linear": lambda: random.normal(size=(n, n_outputs)).round(2),
    }[output]()
    batch = int(random.integers(1, n)) if batched else '"full"'
    return parse(
        f"""
        [data]
        X = {random.normal(size=(n, n_inputs)).round(2).tolist()}
        y = {y.tolist()}
        [network]
        hidden = {hidden}
        activation = "{activation}"
        output = "{output}"
        loss = "{loss}"
        bias = "{bias}"
        {f"temperature = {1 + number % 3}" if output == "softmax" else ""}
        dropout = {0.4 if hidden and CHOSEN.index(number) % 3 == 1 else 0}
        [training]
        iterations = 4
        {"lr = 0.02" if schedule != "table" else ""}
        {SCHEDULED[schedule]}
        schedule = "{schedule}"
        optimizer = "{optimizer}"
        penalties = {penalties}
        batch = {batch}
        shuffle = {str(number % 3 == 0).lower()}
        seed = {number}
        """,
        "random.toml",
        "random",
    )


def named(number):
    parts = (*COMBINATIONS[number], *training(number))
    return "-".join(str(part) for part in parts).replace(" ", "")


@pytest.mark.parametrize("number", few_values(*map(named, CHOSEN[:8]), of={named(n): n for n in CHOSEN}))
def test_the_workbook_computes_what_numpy_computes(number, tmp_path):
    path = tmp_path / "random.xlsx"
    build(lesson(number), path)
    report = verify(path, quick=True)
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    "engine",
    few(
        "gnumeric",
        of=[
            pytest.param("libreoffice", marks=pytest.mark.needs("soffice")),
            pytest.param("gnumeric", marks=pytest.mark.needs("ssconvert")),
        ],
    ),
)
@pytest.mark.parametrize("number", few_values(named(CHOSEN[0]), of={named(n): n for n in CHOSEN[:4]}))
def test_other_engines_agree(number, engine, tmp_path):
    path = tmp_path / "random.xlsx"
    build(lesson(number), path)
    report = verify(path, engine, quick=True)
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    ("matrix", "position", "value"),
    [
        ("E", 1, "linear"),
        ("output_exponentials", 1, "softmax"),
        ("loss_history", 2, "cross_entropy"),
        ("wout", 3, "frozen"),
        ("slope_hidden_layer_2", 4, [3, 2]),
        ("X_batch", 5, True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_formula_in_one_of_them_is_found(matrix, position, value, tmp_path):
    number = next(n for n in CHOSEN if COMBINATIONS[n][position] == value)
    path = tmp_path / "random.xlsx"
    build(lesson(number), path)
    package = Package.read(path)
    cell = package.at(matrix)
    cell.formula(f"({cell.text})*1.001")
    package.save(path)
    report = verify(path, quick=True)
    assert not report.ok
    assert any(run.differing for one in report.checked for run in one.runs)


@pytest.mark.parametrize("number", CHOSEN[:12], ids=named)
def test_the_python_program_makes_the_same_numbers(number):
    one = lesson(number)
    found = {}
    exec(program(one, "python").replace("print(", "str("), found)
    trace = train(one)
    for name in one.network.trained():
        np.testing.assert_allclose(found[name], trace[f"next_{name}"][-1], rtol=1e-12, atol=1e-12)


@pytest.mark.needs("Rscript")
def test_the_r_programs_make_the_same_numbers(tmp_path):
    """All in one run of R: starting it takes longer than they do."""
    lessons = [lesson(number) for number in CHOSEN[:12]]
    script = tmp_path / "programs.R"
    source = []
    for one in lessons:
        source.append(program(one, "r"))
        source += [f'cat("\\n@", sprintf("%.17g", t({name})), "\\n")' for name in one.network.trained()]
    script.write_text("\n".join(source), encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", script], capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.stderr == ""
    printed = iter([line.split()[1:] for line in done.stdout.splitlines() if line.startswith("@")])
    for one in lessons:
        trace = train(one)
        for name in one.network.trained():
            expected = trace[f"next_{name}"][-1].ravel()
            np.testing.assert_allclose(
                [float(word) for word in next(printed)], expected, rtol=1e-12, atol=1e-12
            )
