"""Lessons drawn at random over all that a lesson can be, so that soon each choice has met each other one."""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from mlp2xlsx import build, verify
from mlp2xlsx.lesson import Lesson, parse
from mlp2xlsx.lesson.file import to_toml
from mlp2xlsx.lesson.tables.generated import KINDS
from mlp2xlsx.mathematics.optimizers import OPTIMIZERS
from mlp2xlsx.mathematics.penalties import BEGINS, PENALTIES
from mlp2xlsx.options.training import hidden_activations

SEED = 11
SHOWN = 20
"""How many are built and verified by the tests, most of them slow; `python -m tests.drawn_lessons` takes all."""
ALL = 200
ITERATIONS = 3
TABLES = ("words", "classes")
NUMBERS = {
    **{"momentum": 0.7, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "weight_decay": 0.2},
    **{"l2_penalty": 0.05, "l1_penalty": 0.02},
}
SCHEDULED: dict[str, dict[str, Any]] = {
    "constant": {},
    "step": {"lr_decay": 0.8, "lr_every": 1},
    "exponential": {"lr_decay": 0.9},
    "cosine": {"lr_period": 6},
    "warmup": {"lr_warmup": 3},
    "table": {"lr_table": [[1, 0.02], [2, 0.04]]},
}
UNSAID, EACH = "nothing said", "one for each"
INITIAL: dict[str, dict[str, Any]] = {
    UNSAID: {},
    "uniform": {"low": -0.6, "high": 0.9},
    "normal": {},
    "normal with numbers": {"mean": 0.1, "std": 0.4},
    "zeros": {},
    "constant": {"value": 0.3},
    "xavier": {"gain": 1.4},
    "he": {},
    "one drawn in its own way": {"method": "he", "gain": 1.1},
    "one given": {"method": "normal"},
}
OWN_WAYS: tuple[Any, ...] = (
    "zeros",
    {"method": "uniform", "low": -1},
    {"method": "normal", "std": 0.2},
    {"method": "constant", "value": -0.2},
)
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "data": ("numbers", *TABLES, *KINDS),
    "scale": ("none", "minmax", "zscore"),
    "validation": ("none", "share", "given"),
    "hidden": ((), (2,), (3, 2)),
    "activation": ("none", *hidden_activations(), EACH),
    "output": ("sigmoid", "softmax", "linear"),
    "loss": ("half_squared_error", "cross_entropy"),
    "temperature": (1, 2),
    "bias": ("trained", "frozen", "none"),
    "dropout": ("none", "everywhere", "last"),
    "initial": tuple(INITIAL),
    "optimizer": tuple(OPTIMIZERS),
    "schedule": tuple(SCHEDULED),
    "penalties": (*PENALTIES, "none", "all", "all, later"),
    "batch": ("full", "one", "some"),
    "shuffle": (False, True),
    "show": ("all", "some"),
    "compare": ("nothing", "seed=1,2", "optimizer=gd,adam"),
    "language": ("en", "zh"),
}
"""What there is to be chosen, and from what."""

Choice = dict[str, Any]
Pair = tuple[tuple[str, Any], tuple[str, Any]]
APART: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("hidden", "activation", lambda hidden, activation: bool(hidden) == (activation == "none")),
    ("activation", "dropout", lambda activation, dropout: activation == "none" and dropout != "none"),
    ("data", "loss", lambda data, loss: (data, loss) == ("sine", "cross_entropy")),
    ("hidden", "dropout", lambda hidden, dropout: not hidden and dropout != "none"),
    ("data", "output", lambda data, output: data == "sine" and output != "linear"),
    ("output", "temperature", lambda output, temperature: output != "softmax" and temperature != 1),
    ("data", "temperature", lambda data, temperature: data == "sine" and temperature != 1),
    ("output", "loss", lambda output, loss: (output, loss) == ("linear", "cross_entropy")),
    ("data", "validation", lambda data, validation: data in KINDS and validation == "given"),
)
"""What cannot go together: it is refused, or means nothing."""


def pairs_of(choice: Choice, of: str = "") -> Iterator[Pair]:
    """Yield every two of the values of a choice, with their options; or those with the value of one option."""
    named = [(option, choice[option]) for option in CHOICES if option in choice]
    yield from (pair for pair in combinations(named, 2) if not of or of in (pair[0][0], pair[1][0]))


def goes_together(choice: Choice) -> bool:
    """Whether a choice, which need not be whole, is of values that go together."""
    return not any(
        one in choice and other in choice and clash(choice[one], choice[other]) for one, other, clash in APART
    )


def all_pairs() -> set[Pair]:
    """All that goes together, two by two."""
    each = ((option, value) for option, values in CHOICES.items() for value in values)
    return {pair for pair in combinations(each, 2) if pair[0][0] != pair[1][0] and goes_together(dict(pair))}


@cache
def choices(count: int) -> tuple[Choice, ...]:
    """Choose for so many lessons.

    Option after option, in an order that is drawn, a value is drawn from those that go with the ones chosen
    before, and have met fewest of them in the lessons before.
    """
    random, met, found = np.random.default_rng(SEED), set[Pair](), list[Choice]()
    for _ in range(count):
        choice: Choice = {}
        for option in random.permutation(list(CHOICES)).tolist():
            tried = [choice | {option: value} for value in CHOICES[option]]
            tried = [one for one in tried if goes_together(one)]
            new = [sum(pair not in met for pair in pairs_of(one, option)) for one in tried]
            best = [one for one, number in zip(tried, new, strict=True) if number == max(new)]
            choice = best[random.integers(len(best))]
        met |= {*pairs_of(choice)}
        found.append(choice)
    return tuple(found)


def drawn_lesson(number: int) -> Lesson:
    """The lesson of a number from 0 on, small, with numbers of its own."""
    choice, random = choices(ALL)[number], np.random.default_rng([SEED, number])
    with TemporaryDirectory() as folder:
        tables = {
            "data": _data(choice, random, Path(folder)),
            "network": _network(choice, random),
            "initial": _initial(choice),
            "training": _training(choice, random, number),
            "display": _display(choice),
        }
        lesson = parse(to_toml(tables), f"drawn {number}", f"drawn-{number}", Path(folder))
        if choice["initial"] not in ("one drawn in its own way", "one given"):
            return lesson
        shapes = lesson.network.parameters()
        name = str(random.choice(list(shapes)))
        own: Any = random.normal(size=shapes[name]).round(2).tolist()
        if choice["initial"] == "one drawn in its own way":
            own = OWN_WAYS[random.integers(len(OWN_WAYS))]
        tables["initial"][name] = own
        return parse(to_toml(tables), f"drawn {number}", f"drawn-{number}", Path(folder))


def _data(choice: Choice, random: np.random.Generator, folder: Path) -> dict[str, Any]:
    """The table `[data]`; some of them name files, which are written."""
    kind, validation = choice["data"], choice["validation"]
    said: dict[str, Any] = {"scale": choice["scale"]}
    kept = 0
    if validation == "share":
        said["validation"], kept = 0.4, 2
    if kind in TABLES:
        for name in ("data", *(["more"] if validation == "given" else [])):
            lines = _words_of(choice, random) if kind == "words" else _classes_of(choice, random)
            (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
        more = {"validation": "more.csv"} if validation == "given" else {}
        ordered = {"classes": ["low", "middle", "high"]} if kind == "classes" else {}
        return said | more | ordered | {"csv": "data.csv", "target": "y"}
    if kind in KINDS:
        numbers = {"samples": kept + int(random.integers(4, 6)), "noise": float(random.integers(3)) / 10}
        return said | {"generate": {"kind": kind, **numbers, "seed": int(random.integers(100))}}
    n_inputs, n_outputs = (
        int(size) for size in random.integers([1, 1 + (choice["output"] == "softmax")], [4, 3])
    )
    for end in ("", *(["_validation"] if validation == "given" else [])):
        n = kept + int(random.integers(3, 6))
        said[f"X{end}"] = random.normal(size=(n, n_inputs)).round(2).tolist()
        said[f"y{end}"] = _targets(choice["output"], n, n_outputs, random)
    return said


def _targets(output: str, n: int, n_outputs: int, random: np.random.Generator) -> list[list[float]]:
    if output == "softmax":
        return np.eye(n_outputs)[random.integers(0, n_outputs, n)].tolist()
    whole = random.integers(0, 2, (n, n_outputs)).astype(float)
    return (whole if output == "sigmoid" else random.normal(size=whole.shape).round(2)).tolist()


def _words_of(choice: Choice, random: np.random.Generator) -> list[str]:
    """A table with two columns of words, of three and of two, and one of numbers."""
    ports = ["Cork", "Bath", "Deal", *random.choice(["Cork", "Bath", "Deal"], 2)]
    targets = _targets(choice["output"] if choice["output"] == "linear" else "sigmoid", 5, 1, random)
    targets[:2] = [[0.0], [1.0]]
    rows = zip(ports, ["f", "m", "m", "f", "m"], random.normal(size=5).round(2), targets, strict=True)
    return ["port,sex,x,y", *(f"{port},{sex},{x},{y:g}" for port, sex, x, [y] in rows)]


def _classes_of(choice: Choice, random: np.random.Generator) -> list[str]:
    """A table whose target is one of three classes."""
    classes = random.permutation(["low", "middle", "high", "low", "high", "middle"]).tolist()
    return [
        "x1,x2,y",
        *(
            f"{a},{b},{name}"
            for (a, b), name in zip(random.normal(size=(6, 2)).round(2), classes, strict=True)
        ),
    ]


def _network(choice: Choice, random: np.random.Generator) -> dict[str, Any]:
    hidden, activation = choice["hidden"], choice["activation"]
    words = {"none": "linear", EACH: random.permutation(hidden_activations())[: len(hidden)].tolist()}
    dropout = {"none": 0, "everywhere": 0.4, "last": [0] * (len(hidden) - 1) + [0.3]}
    return {
        "hidden": list(hidden),
        "activation": words.get(activation, activation),
        "dropout": dropout[choice["dropout"]],
        **{option: choice[option] for option in ("output", "loss", "bias")},
        **({"temperature": choice["temperature"]} if choice["temperature"] != 1 else {}),
    }


def _initial(choice: Choice) -> dict[str, Any]:
    """The table `[initial]`, without the parameter that has a way or values of its own."""
    word = choice["initial"]
    return ({} if word == UNSAID else {"method": word.split()[0]}) | INITIAL[word]


def _training(choice: Choice, random: np.random.Generator, number: int) -> dict[str, Any]:
    schedule, penalties = choice["schedule"], choice["penalties"]
    penalized = {"none": [], "all": [*PENALTIES], "all, later": [*PENALTIES]}.get(penalties, [penalties])
    read = [*OPTIMIZERS[choice["optimizer"]].scalars]
    read += [name for one in penalized for name in PENALTIES[one].scalars]
    said = [name for name in read if name in NUMBERS and random.integers(2)]
    return {
        "iterations": ITERATIONS,
        "seed": number,
        "optimizer": choice["optimizer"],
        "schedule": schedule,
        "penalties": penalized,
        "batch": {"full": "full", "one": 1, "some": 2}[choice["batch"]],
        "shuffle": choice["shuffle"],
        **({} if schedule == "table" else {"lr": 0.02}),
        **SCHEDULED[schedule],
        **({BEGINS: 2} if penalties == "all, later" else {}),
        **{name: NUMBERS[name] for name in said},
    }


def _display(choice: Choice) -> dict[str, Any]:
    shown = {"show": [1, ITERATIONS]} if choice["show"] == "some" else {}
    compared = {"compare": choice["compare"]} if choice["compare"] != "nothing" else {}
    return {"language": choice["language"], **shown, **compared}


def main(first: str = "0", after: str = str(ALL)) -> None:
    """Build and verify the lessons from one number on, up to another."""
    with TemporaryDirectory() as folder:
        for number in range(int(first), int(after)):
            path = Path(folder, f"{number}.xlsx")
            build(drawn_lesson(number), path)
            report = verify(path, quick=True)
            print(number, "ok" if report.ok else "\n".join(report.lines()), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
