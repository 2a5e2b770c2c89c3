"""What every kind of sheet is made from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.mathematics.expr import Apply
from mlp2xlsx.mathematics.iteration import Iteration, next_name
from mlp2xlsx.mathematics.leaves import nodes
from mlp2xlsx.mathematics.measures import Measure
from mlp2xlsx.mathematics.optimizers import EPSILON
from mlp2xlsx.mathematics.penalties import PENALTY_ON
from mlp2xlsx.mathematics.readings import readings
from mlp2xlsx.mathematics.schedules import COUNT, RATE
from mlp2xlsx.mathematics.steps import Step, X, Y
from mlp2xlsx.render.excel import Reference
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.training import Trace
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.layout.canvas import Canvas
from mlp2xlsx.workbook.layout.head import Head
from mlp2xlsx.workbook.layout.places import DataPlaces, SetupPlaces, TrainingPlaces
from mlp2xlsx.workbook.layout.titles import sheet_titles, step_key
from mlp2xlsx.xlsx.address import Box

FEWEST_OF_UPDATES = 5
_MOST_OF_UPDATES = 10

Choice = tuple[int | None, int | None]
"""Row and column of the cell that is asked for, from 1; None where nothing is chosen."""


@dataclass(frozen=True)
class Context:
    """One workbook's numbers, texts and places.

    Attributes
    ----------
    lesson
        What is trained, with the inputs as they stand on `Setup` and `Data`.
    trace
        The training of the lesson: what the formulas should come to.
    recorded
        The training when the workbook was built, shown on `Python`; the same as `trace` in a build.
    iteration
        Which iteration the step sheets show, from 1.
    asked
        Row and column that are chosen of matrices on the step sheets, from 1; None for what is not chosen.
    tried
        The inputs that are tried, as they are typed, shape (1, n_inputs).
    draws_gradients
        Whether `Network` shows gradients, and not weights.
    texts
        The texts of the lesson's language.
    canvas, setup, training
        Where matrices stand by themselves, on `Setup` and on `Training`.
    near
        Where they stand on each step sheet without its head.
    data
        Where they stand on `Data`; None when there is no such sheet.
    links
        Keys of the sheets that `Setup` links to besides the steps, and the key of what is said of each.
    decimals_of_updates, decimals_of_kept
        How many decimals show what an update changes, and what an optimiser keeps.
    handout
        What is left to be filled in; None in a workbook that does it all by itself. A number that is not
        known before something is filled in is NaN in `trace`.
    """

    lesson: Lesson
    trace: Trace
    recorded: Trace
    iteration: int
    asked: Mapping[str, Choice]
    tried: FloatMatrix
    draws_gradients: bool
    texts: Mapping[str, Any]
    canvas: Canvas
    near: Sequence[Canvas]
    setup: SetupPlaces
    training: TrainingPlaces
    data: DataPlaces | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    decimals_of_updates: int = FEWEST_OF_UPDATES
    decimals_of_kept: int = FEWEST_OF_UPDATES
    handout: Handout | None = None

    @cached_property
    def titles(self) -> dict[str, str]:
        """What the sheets are called, by their keys."""
        return sheet_titles(self.lesson.language, len(self.steps))

    @cached_property
    def inputs(self) -> dict[str, tuple[str, Box]]:
        """Sheet and place of everything that an iteration is given, by defined name."""
        on_data = self.data.boxes if self.data is not None else {}
        on_setup = {name: (self.titles["setup"], box) for name, box in self.setup.boxes.items()}
        return on_setup | {name: (self.titles["data"], box) for name, box in on_data.items()}

    @cached_property
    def heads(self) -> list[Head]:
        """The head of each step sheet."""
        return [Head.of(step) for step in self.steps]

    @cached_property
    def step_canvases(self) -> list[Canvas]:
        """Where matrices stand on each step sheet, below its head."""
        return [canvas.moved(head.height) for canvas, head in zip(self.near, self.heads, strict=True)]

    @cached_property
    def made_on(self) -> dict[str, tuple[str, Box]]:
        """Step sheet and place of every matrix of an iteration, by name."""
        return {
            result.name: (title, canvas.boxes[result.name])
            for title, canvas, step in zip(self.step_titles, self.step_canvases, self.steps, strict=True)
            for result in step.results
        }

    @cached_property
    def used(self) -> dict[str, tuple[str, Box]]:
        """Sheet and place of what the network in use is given beside its inputs, by name."""
        network = self.lesson.network
        parameters = {name: self.made_on[name] for name in network.parameters()}
        return parameters | {name: self.inputs[name] for name in network.scalars}

    def text(self, section: str, key: str) -> str:
        """A text of a section; for a lesson without training the one that says so, where there is one."""
        words = self.texts[section]
        untrained = f"{key}_forward"
        return str(words[untrained if not self.lesson.trains and untrained in words else key])

    def input_reference(self, name: str) -> Reference:
        """How a formula on another sheet refers to an input: where it stands, wherever the formula is."""
        title, box = self.inputs[name]
        return box.fixed_reference(title)

    def role(self, name: str, beside: Step | None = None) -> str:
        """How a matrix is shown: as it was typed, or with a fixed number of decimals.

        Parameters
        ----------
        name
            The matrix.
        beside
            The step whose sheet shows it. Where that is an update or on the way back, all that is computed
            there, and that it is computed from, has as many decimals as what is updated, so that sums and
            products come out; and more where an optimiser keeps it.
        """
        one = self.one_iteration
        counted = (COUNT, next_name(COUNT), PENALTY_ON)
        numbers = (Y, one.targets, *one.drawn, *one.scalars, *one.columns, *counted)
        typed = name in numbers or (name in (X, one.inputs) and self.data is None)
        if typed:
            return "given"
        results = beside.results if beside is not None else ()
        for role, small in (("kept", one.kept), ("updated", one.updated.keys() | one.backward | {RATE})):
            exprs = [result.expr for result in results if result.name in small]
            if name in small or name in {reading.name for expr in exprs for reading in readings(expr)}:
                return role
        return "value"

    @property
    def rounded(self) -> Sequence[Trace]:
        """The recorded run as other programs may compute it, where an optimiser divides by what may be 0."""
        return self.recorded.rounded if EPSILON.name in self.one_iteration.scalars else ()

    @property
    def decimals(self) -> Mapping[str, int]:
        """How many decimals numbers are shown with, by their role; as they were typed where it has none."""
        decimals = self.lesson.decimals
        updated = max(decimals, self.decimals_of_updates)
        return {"value": decimals, "updated": updated, "kept": max(updated, self.decimals_of_kept)}

    def look(self, purpose: str, role: str) -> str:
        """The look for a purpose of what a role shows; what was typed has that of a lesson's own decimals."""
        return f"{purpose}_{role if role in self.decimals else 'value'}"

    @property
    def one_iteration(self) -> Iteration:
        """What an iteration computes, and what it carries on to the next."""
        return self.lesson.one_iteration

    @property
    def measures(self) -> Mapping[str, Measure]:
        """What says how good the network is, over the samples of an iteration."""
        return self.one_iteration.measures

    def chosen(self, name: str) -> FloatMatrix:
        """A matrix of the chosen iteration; a number of training as a 1×1 matrix."""
        return self.trace.at(name, self.iteration)

    @property
    def shown(self) -> Sequence[int]:
        """Numbers of the iterations that are live."""
        return self.trace.shown

    @property
    def position(self) -> int:
        """Which of the shown iterations the step sheets show, from 1."""
        return self.shown.index(self.iteration) + 1

    @cached_property
    def step_keys(self) -> list[str]:
        """Keys of the sheets of the steps."""
        return [step_key(number) for number in range(1, len(self.steps) + 1)]

    @cached_property
    def step_titles(self) -> list[str]:
        """Titles of the sheets of the steps."""
        return [self.titles[key] for key in self.step_keys]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of one iteration."""
        return self.one_iteration.steps


def decimals_for_class(iteration: Iteration) -> int:
    """In how many decimals a workbook that is filled in shows what an optimiser keeps; squares are small.

    They are the same for a whole class, whatever the numbers of a student.
    """
    parts = (node for name in iteration.kept for node in nodes(iteration.exprs[name]))
    squares = any(isinstance(node, Apply) and node.function == "square" for node in parts)
    return _MOST_OF_UPDATES if squares else FEWEST_OF_UPDATES


def decimals_of_change(trace: Trace, names: Iterable[str]) -> int:
    """Count the decimals in which every one of some matrices is seen to change in the first iteration.

    Two digits of its largest change; with a small lr that takes more than a lesson's other numbers do. A
    change too small for any width, as of a saturated neuron, does not count.
    """
    updates = trace.lesson.one_iteration.updates
    found = [(trace[name][0], trace[updates[name]][0]) for name in names if name in updates]
    largest = [float(np.abs(new - old).max()) for old, new in found]
    smallest = min((change for change in largest if change >= 10.0**-_MOST_OF_UPDATES), default=1.0)
    return int(np.clip(np.ceil(-np.log10(smallest)) + 1, FEWEST_OF_UPDATES, _MOST_OF_UPDATES))
