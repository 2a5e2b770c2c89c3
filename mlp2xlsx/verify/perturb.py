"""Changing the inputs: what a workbook computes must follow NumPy for other inputs too."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from mlp2xlsx.engines.base import Address
from mlp2xlsx.errors import DivergenceError, EngineError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.scalars import SCALARS, SettableScalar
from mlp2xlsx.mathematics.schedules import RATES, RATES_FROM
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import Trace
from mlp2xlsx.verify.inputs import Inputs, as_inputs
from mlp2xlsx.workbook.context import Choice
from mlp2xlsx.workbook.layout.given import TRIED, as_typed, of_validation, put_in, words_at
from mlp2xlsx.workbook.sheets.network.choice import NETWORK_SHOWS, choices
from mlp2xlsx.workbook.sheets.step.ask import asked_name
from mlp2xlsx.xlsx.reading.contents import Contents

ASKED = "asked"
"""The choice of a row and a column on the step sheets, where what is changed is told by name."""

# A change that makes training diverge says nothing about the workbook; a smaller one is tried.
_TRIES = 12
_TARGETS = "y", of_validation("y")


@dataclass(frozen=True)
class Scenario:
    """Inputs other than those in the workbook, and the training run they lead to.

    Attributes
    ----------
    changed
        Which inputs were changed, by name, or `ASKED`; empty for the workbook as it is.
    lesson, iteration, asked, tried, draws_gradients
        All inputs, changed or not; `asked` are the cells of the step sheets that are worked out, `tried` what
        is typed in to be tried, and `draws_gradients` says what the drawing of the network shows.
    trace
        NumPy's run on them.
    """

    changed: tuple[str, ...]
    lesson: Lesson
    iteration: int
    asked: Mapping[str, Choice]
    tried: FloatMatrix
    draws_gradients: bool
    trace: Trace


Train = Callable[[Lesson], Trace]


def perturbed(inputs: Inputs, seed: int, train: Train, *, one_by_one: bool) -> Iterator[Scenario]:
    """Yield scenarios in which inputs are changed.

    Parameters
    ----------
    inputs
        The inputs as they stand in the workbook.
    seed
        Makes the same changes again.
    train
        Trains on the changed inputs.
    one_by_one
        Whether to change each kind of input by itself before all are changed at once. All at once shows
        every fault; one by one tells which input it has to do with.

    Raises
    ------
    EngineError
        When no change was found that training survives.
    """
    random = np.random.default_rng(seed)
    for kind in _changeable(inputs) if one_by_one else ():
        yield _scenario(inputs, (kind,), random, train)
    # What is asked for, tried and drawn changes nothing else: one scenario of all of it is enough.
    asked, tried = _other_cells(inputs.current, random), _other_tried(inputs, random)
    kinds = tuple(as_inputs(inputs.current, inputs.iteration))
    other = replace(inputs, asked=asked, tried=tried, draws_gradients=_draws_other(inputs))
    yield _scenario(other, kinds, random, train)


def single_edits(inputs: Inputs, seed: int, train: Train) -> Iterator[Scenario]:
    """Yield scenarios of one edit each: one number of every kind of input, and cells that are asked for.

    Fewer cells depend on one number than on all of them, so one that is not calculated again shows.

    Parameters
    ----------
    inputs, seed, train
        As for `perturbed`.

    Raises
    ------
    EngineError
        When no change was found that training survives.
    """
    random = np.random.default_rng(seed)
    lesson, iteration = inputs.current, inputs.iteration
    for name in _changeable(inputs):
        yield _scenario(inputs, (name,), random, train, single=True)
    as_it_is = Scenario(
        (), lesson, iteration, inputs.asked, inputs.tried, inputs.draws_gradients, train(lesson)
    )
    yield replace(as_it_is, changed=(ASKED,), asked=_other_cells(lesson, random))
    tried, col = inputs.tried.copy(), int(random.integers(inputs.tried.shape[1]))
    tried[0, col] = _other_tried(inputs, random)[0, col]
    yield replace(as_it_is, changed=(TRIED,), tried=tried)
    if lesson.trains:
        yield replace(as_it_is, changed=(NETWORK_SHOWS,), draws_gradients=_draws_other(inputs))


def _changeable(inputs: Inputs) -> list[str]:
    """Names of the inputs that can be another one; of a single iteration there is none to choose."""
    lesson = inputs.current
    kinds = as_inputs(lesson, inputs.iteration)
    return [kind for kind in kinds if kind != "iteration" or len(lesson.shown) > 1]


def _draws_other(inputs: Inputs) -> bool:
    """Whether the drawing of the network shows gradients, where the other of both is chosen."""
    return inputs.current.trains and not inputs.draws_gradients


def _other_cells(lesson: Lesson, random: np.random.Generator) -> dict[str, Choice]:
    """Ask for one cell of every matrix."""

    def other(count: int) -> int | None:
        return int(random.integers(count)) + 1 if count > 1 else None

    return {name: (other(rows), other(cols)) for name, (rows, cols) in lesson.one_iteration.shapes.items()}


def _other_tried(inputs: Inputs, random: np.random.Generator) -> FloatMatrix:
    """Try other inputs, as far from those that are typed in as the data are from each other."""
    spread = inputs.current.X_given.std(axis=0)
    steps = random.uniform(0.05, 0.3, inputs.tried.shape) * random.choice([-1.0, 1.0], inputs.tried.shape)
    tried = inputs.tried + steps * np.where(spread > 0, spread, 1.0)
    return _with_other_words(inputs.current, TRIED, inputs.tried, np.asarray(tried), random)


def changed_cells(
    contents: Contents, scenario: Scenario, *, chooses: bool = True
) -> dict[Address, float | str]:
    """Cells of the inputs that a scenario changes, with their new numbers and words.

    Parameters
    ----------
    contents
        The workbook.
    scenario
        What is changed.
    chooses
        Whether other cells of the step sheets are asked for, other inputs tried and the other of weights and
        gradients drawn, too.
    """
    cells: dict[Address, float | str] = {}
    values = as_inputs(scenario.lesson, scenario.iteration)
    changed = set(scenario.changed)
    if chooses and changed:
        values[TRIED] = scenario.tried
        changed.add(TRIED)
    for name in values.keys() & changed:
        title, box = contents.place(name)
        constants = contents.sheets[title].constants
        typed = chain.from_iterable(as_typed(scenario.lesson, name, values[name]))
        for (row, col), value in zip(box.cells(), typed, strict=True):
            if constants.get((row, col)) != value:
                cells[title, row, col] = value
    if chooses and changed and NETWORK_SHOWS in contents.names:
        title, box = contents.place(NETWORK_SHOWS)
        word = choices(scenario.lesson.language)[scenario.draws_gradients]
        if contents.sheets[title].constants.get((box.row, box.col)) != word:
            cells[title, box.row, box.col] = word
    for name, choice in scenario.asked.items() if chooses and changed else ():
        if asked_name(name) not in contents.names:  # a fault that is reported
            continue
        title, box = contents.place(asked_name(name))
        for col, number in zip((box.col, box.last_col), choice, strict=True):
            if number is not None:
                cells[title, box.row, col] = float(number)
    return cells


def _scenario(
    inputs: Inputs,
    names: tuple[str, ...],
    random: np.random.Generator,
    train: Train,
    *,
    single: bool = False,
) -> Scenario:
    """Change some kinds of inputs, less and less until training survives it."""
    lesson, iteration = inputs.current, inputs.iteration
    for attempt in range(_TRIES):
        changed = {
            name: _other(lesson, name, values, random, attempt)
            for name, values in as_inputs(lesson, iteration).items()
        }
        if single:
            changed = {name: _in_one_place(lesson, name, changed[name], random) for name in names}
        new = as_inputs(lesson, iteration) | {name: changed[name] for name in names if name != "iteration"}
        other = put_in(lesson, new)
        chosen = _other_iteration(iteration, lesson.shown, random) if "iteration" in names else iteration
        try:
            trace = train(other)
        except DivergenceError:
            continue
        return Scenario(names, other, chosen, inputs.asked, inputs.tried, inputs.draws_gradients, trace)
    raise EngineError(f"no change of {', '.join(names)} was found that training survives; try a smaller lr")


def _other(
    lesson: Lesson, name: str, values: FloatMatrix, random: np.random.Generator, attempt: int
) -> FloatMatrix:
    """Change every number by an amount of its own; less with each attempt."""
    size = 0.5**attempt
    if name in SCALARS:
        return _other_scalar(SCALARS[name], values, size * random.uniform(0.1, 0.4))
    if name == RATES_FROM:  # whole numbers that stay in their order: the last rate but the first begins later
        return values + np.eye(len(values))[-1:].T * (len(values) > 1) * random.integers(1, 4)
    if name == RATES:
        return values * (1 + size * random.uniform(0.1, 0.4, values.shape))
    steps: FloatMatrix = random.uniform(0.05, 0.3, values.shape) * random.choice([-1.0, 1.0], values.shape)
    if name in _TARGETS and lesson.network.loss == "cross_entropy":
        targets = values + np.abs(steps) * (1 - 2 * values)  # they have to stay between 0 and 1
        if lesson.network.output == "softmax":  # probabilities; else exponentials grow without end
            targets /= targets.sum(axis=1, keepdims=True)
        return targets
    if name in ("X_raw", of_validation("X_raw")):  # changed as much as training notices, whatever the unit
        steps *= values.std(axis=0)
    return _with_other_words(lesson, name, values, values + size * steps, random)


def _with_other_words(
    lesson: Lesson, name: str, values: FloatMatrix, changed: FloatMatrix, random: np.random.Generator
) -> FloatMatrix:
    """Put another word in the place of every word, and leave the numbers that were changed."""
    changed = changed.copy()
    for j in range(values.shape[1]):
        count = len(words_at(lesson, name, j))
        if count:
            changed[:, j] = (values[:, j] + random.integers(1, count, len(values))) % count
    return changed


def _other_scalar(scalar: SettableScalar, values: FloatMatrix, share: float) -> FloatMatrix:
    """Make a number of training larger by a share of itself, or go so far towards the end of its range."""
    larger = values * np.float64(1 + share) if values.any() else values + share
    return np.asarray(np.where(larger < scalar.below, larger, values + share * (scalar.below - values)))


def _in_one_place(
    lesson: Lesson, name: str, changed: FloatMatrix, random: np.random.Generator
) -> FloatMatrix:
    """Keep one of the changes; probabilities of a sample are changed together, for they add up to 1."""
    values = as_inputs(lesson, 0)[name].copy()
    row, col = (int(random.integers(size)) for size in values.shape)
    row = len(values) - 1 if name == RATES_FROM else row
    cells = (row, slice(None) if name in _TARGETS and lesson.network.output == "softmax" else col)
    values[cells] = changed[cells]
    return values


def _other_iteration(iteration: int, shown: Sequence[int], random: np.random.Generator) -> int:
    """Pick an iteration other than the one chosen, where there is another."""
    some = [shown[k] for k in random.integers(0, len(shown), 4).tolist()]
    others = [k for k in (shown[-1], *some) if k != iteration]
    return int(random.choice(others)) if others else iteration
