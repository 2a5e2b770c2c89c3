"""Random lessons over all combinations of what a lesson can be: built, recalculated, perturbed, run."""

import subprocess
from functools import cache

import numpy as np
import pytest

from mlp2xlsx import build, train, verify
from mlp2xlsx.explain.program import program
from mlp2xlsx.lesson.drawing import METHODS
from mlp2xlsx.mathematics.penalties import PENALTIES
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.mathematics.schedules import CONSTANT, SCHEDULES
from mlp2xlsx.workbook.sheets.check.comparison import ABSOLUTE, rounding_room
from tests.cases import GNUMERIC, LIBREOFFICE, few, few_values
from tests.drawn_lessons import (
    ALL,
    CHOICES,
    EACH,
    INITIAL,
    SHOWN,
    UNSAID,
    all_pairs,
    choices,
    drawn_lesson,
    pairs_of,
)
from tests.xlsx.editing import Package

pytestmark = pytest.mark.usefixtures("expected_once")


def named(number):
    said = choices(SHOWN)[number]
    words = [said[option] for option in ("data", "activation", "output", "initial", "optimizer", "schedule")]
    return "-".join([str(number), *words]).replace(" ", "-")


NAMED = {named(number): number for number in range(SHOWN)}
FIRST = [*NAMED][:4]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Tells the path of a drawn lesson's workbook by its number; each is built once."""
    folder = tmp_path_factory.mktemp("drawn")
    return cache(lambda number: build(drawn_lesson(number), folder / f"{number}.xlsx").path)


def test_rows_of_tables_are_there_to_be_chosen():
    """Those that `CHOICES` does not take from the tables themselves."""
    assert CHOICES["schedule"] == (CONSTANT, *SCHEDULES)
    methods = {said.get("method", word.split()[0]) for word, said in INITIAL.items() if word != UNSAID}
    assert methods == {*METHODS}
    assert {name for number in range(SHOWN) for name in drawn_lesson(number).scalars} == {*SCALARS}


def test_what_is_shown_has_each_value_of_each_option():
    drawn = {(option, value) for choice in choices(SHOWN) for option, value in choice.items()}
    assert drawn == {(option, value) for option, values in CHOICES.items() for value in values}


def test_all_of_them_have_each_value_with_each_other():
    assert {pair for choice in choices(ALL) for pair in pairs_of(choice)} == all_pairs()


def test_a_lesson_is_what_was_chosen():
    """No choice is lost on the way into the lesson."""
    for number, choice in enumerate(choices(SHOWN)):
        one = drawn_lesson(number)
        network, words = one.network, choice["activation"]
        of_layers = [layer.activation for layer in network.hidden_layers]
        assert len(of_layers) == len(choice["hidden"])
        assert len({*of_layers}) == len(of_layers) if words == EACH else {*of_layers} <= {words}
        assert (network.output, network.loss, network.bias) == tuple(
            choice[option] for option in ("output", "loss", "bias")
        )
        assert one.scalars.get("temperature", 1) == choice["temperature"]
        assert bool(network.dropping) == (choice["dropout"] != "none")
        assert bool(one.initial) == (choice["initial"] == "one given")
        assert bool(one.drawings.own) == (choice["initial"] == "one drawn in its own way")
        assert bool(one.words_of_features) == (choice["data"] == "words")
        assert bool(one.validation) == (choice["validation"] != "none")
        assert (one.batch is None) == (choice["batch"] == "full")
        for option in ("optimizer", "schedule", "shuffle", "scale", "language"):
            assert getattr(one, option) == choice[option]
        assert (one.penalties_later, len(one.penalties)) == {
            "none": (False, 0), "all": (False, len(PENALTIES)), "all, later": (True, len(PENALTIES)),
        }.get(choice["penalties"], (False, 1))  # fmt: skip
        assert (bool(one.show), one.compare) == (
            choice["show"] == "some",
            choice["compare"].removeprefix("nothing"),
        )


@pytest.mark.parametrize("number", few_values(FIRST[0], FIRST[1], FIRST[3], of=NAMED))
def test_the_workbook_computes_what_numpy_computes(path, number):
    report = verify(path(number), quick=True, arithmetic_only=True)
    assert report.ok, "\n".join(report.lines())


@pytest.mark.parametrize(
    "engine",
    few(
        "gnumeric",
        of=[
            LIBREOFFICE,
            GNUMERIC,
        ],
    ),
)
@pytest.mark.parametrize("number", few_values(FIRST[1], of={name: NAMED[name] for name in FIRST}))
def test_other_engines_agree(path, number, engine):
    report = verify(path(number), engine, quick=True, arithmetic_only=True)
    assert report.ok, "\n".join(report.lines())


SPOILT = {
    "linear": ("E", "output", "linear"),
    "softmax": ("output_exponentials", "output", "softmax"),
    "cross-entropy": ("loss_history", "loss", "cross_entropy"),
    "frozen": ("wout", "bias", "frozen"),
    "two-layers": ("slope_hidden_layer_2", "hidden", (3, 2)),
    "batches": ("X_batch", "batch", "some"),
}


@pytest.mark.parametrize(("matrix", "option", "value"), few_values("softmax", of=SPOILT))
def test_a_wrong_formula_in_one_of_them_is_found(path, matrix, option, value, tmp_path):
    number = next(n for n, choice in enumerate(choices(SHOWN)) if choice[option] == value)
    package = Package.read(path(number))
    cell = package.at(matrix)
    cell.formula(f"({cell.text})*1.001")
    report = verify(package.save(tmp_path / "spoilt.xlsx"), quick=True, arithmetic_only=True)
    assert not report.ok
    assert any(run.differing for one in report.checked for run in one.runs)


@cache
def trained(number):
    """The parameters that training changes, at its end, and how far from them rounding alone may lead."""
    one = drawn_lesson(number)
    trace, found = train(one), {}
    for name in one.network.trained():
        right, *rounded = (run[f"next_{name}"][-1] for run in (trace, *trace.rounded))
        found[name] = right, ABSOLUTE + rounding_room(right, rounded, axis=(0, 1)).item()
    return found


@pytest.mark.parametrize(
    "numbers", few_values("shown", of={"shown": range(SHOWN), "others": range(SHOWN, ALL)})
)
def test_the_python_programs_make_the_same_numbers(numbers):
    for number in numbers:
        found = {}
        exec(program(drawn_lesson(number), "python").replace("print(", "str("), found)
        for name, (expected, room) in trained(number).items():
            np.testing.assert_allclose(found[name], expected, 1e-12, room, err_msg=f"{number} {name}")


@pytest.mark.needs("Rscript")
def test_the_r_programs_make_the_same_numbers(tmp_path):
    """All in one run of R: starting it takes longer than they do."""
    script, source = tmp_path / "programs.R", []
    expected = [(number, name, *known) for number in range(SHOWN) for name, known in trained(number).items()]
    for number in range(SHOWN):
        one = drawn_lesson(number)
        source.append(program(one, "r"))
        source += [f'cat("\\n@", sprintf("%.17g", t({name})), "\\n")' for name in one.network.trained()]
    script.write_text("\n".join(source), encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", script], capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.stderr == ""
    printed = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("@")]
    for words, (number, name, value, room) in zip(printed, expected, strict=True):
        found = [float(word) for word in words]
        np.testing.assert_allclose(found, value.ravel(), 1e-12, room, err_msg=f"{number} {name}")
