"""The article's iteration worked out by hand, and what students make of it.

It is written in NumPy alone, with nothing of the package: neither the expressions of its steps and
mistakes, nor its way to judge a number. So it can say what a submission is worth before it is graded.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Numbers = Mapping[str, Matrix]
Rule = Callable[[Numbers], Matrix]

SHOWN = 3  # decimals of the sheets
# With the article's rate of 0.1 the weights change so little that in step 9 nobody can tell the old ones from
# the new ones by numbers of 3 decimals; with 1 nothing is lost when the rate is forgotten.
LR = 0.5


def sigmoid(z: Matrix) -> Matrix:
    return 1 / (1 + np.exp(-z))


def out_change(v: Numbers) -> Matrix:
    return v["hiddenlayer_activations"].T @ v["d_output"]


def hidden_change(v: Numbers) -> Matrix:
    return v["X"].T @ v["d_hiddenlayer"]


def samples(v: Numbers, name: str) -> Matrix:
    return v[name].sum(axis=0, keepdims=True)


def back(v: Numbers, weights: Matrix) -> Matrix:
    return v["d_output"] @ weights.T


STEPS: dict[str, tuple[int, Rule]] = {
    "hidden_layer_input": (3, lambda v: v["X"] @ v["wh"] + v["bh"]),
    "hiddenlayer_activations": (4, lambda v: sigmoid(v["hidden_layer_input"])),
    "output_layer_input": (5, lambda v: v["hiddenlayer_activations"] @ v["wout"] + v["bout"]),
    "output": (5, lambda v: sigmoid(v["output_layer_input"])),
    "E": (6, lambda v: v["y"] - v["output"]),
    "slope_output_layer": (7, lambda v: v["output"] * (1 - v["output"])),
    "slope_hidden_layer": (7, lambda v: v["hiddenlayer_activations"] * (1 - v["hiddenlayer_activations"])),
    "d_output": (8, lambda v: v["E"] * v["slope_output_layer"]),
    "Error_at_hidden_layer": (9, lambda v: back(v, v["wout"])),
    "d_hiddenlayer": (10, lambda v: v["Error_at_hidden_layer"] * v["slope_hidden_layer"]),
    "next_wout": (11, lambda v: v["wout"] + LR * out_change(v)),
    "next_wh": (11, lambda v: v["wh"] + LR * hidden_change(v)),
    "next_bout": (12, lambda v: v["bout"] + LR * samples(v, "d_output")),
    "next_bh": (12, lambda v: v["bh"] + LR * samples(v, "d_hiddenlayer")),
}
SHAPES = dict.fromkeys(STEPS, (3, 1)) | {
    "hidden_layer_input": (3, 3),
    "hiddenlayer_activations": (3, 3),
    "slope_hidden_layer": (3, 3),
    "Error_at_hidden_layer": (3, 3),
    "d_hiddenlayer": (3, 3),
    "next_wh": (4, 3),
    "next_bout": (1, 1),
    "next_bh": (1, 3),
}
STEP_NUMBERS = tuple(range(3, 13))
GIVEN = {"X": (3, 4), "y": (3, 1), "wh": (4, 3), "bh": (1, 3), "wout": (3, 1), "bout": (1, 1)}


def updates(before: str, change: Rule) -> dict[str, Rule]:
    """What can go wrong with one update, the change being given."""
    return {
        "lr_forgotten": lambda v: v[before] + change(v),
        "lr_twice": lambda v: v[before] + LR * LR * change(v),
        "not_added": lambda v: LR * change(v),
        "subtracted": lambda v: v[before] - LR * change(v),
    }


# The transpose cannot be left out for next_wh: X (3×4) does not fit d_hiddenlayer (3×3).
MISTAKES: dict[str, dict[str, Rule]] = {
    "hidden_layer_input": {"bias_forgotten": lambda v: v["X"] @ v["wh"]},
    "hiddenlayer_activations": {"activation_forgotten": lambda v: v["hidden_layer_input"]},
    "output_layer_input": {"bias_forgotten": lambda v: v["hiddenlayer_activations"] @ v["wout"]},
    "output": {"activation_forgotten": lambda v: v["output_layer_input"]},
    "E": {"sign_reversed": lambda v: v["output"] - v["y"]},
    "slope_output_layer": {
        "slope_of_input": lambda v: v["output_layer_input"] * (1 - v["output_layer_input"]),
    },
    "slope_hidden_layer": {
        "slope_of_input": lambda v: v["hidden_layer_input"] * (1 - v["hidden_layer_input"]),
    },
    "d_output": {"lr_too_early": lambda v: LR * v["E"] * v["slope_output_layer"]},
    "Error_at_hidden_layer": {
        "updated_weights": lambda v: back(v, v["wout"] + LR * out_change(v)),
        "transpose_missing": lambda v: back(v, v["wout"]).T,
    },
    "d_hiddenlayer": {"lr_too_early": lambda v: LR * v["Error_at_hidden_layer"] * v["slope_hidden_layer"]},
    "next_wout": {
        **updates("wout", out_change),
        "transpose_missing": lambda v: v["wout"] + LR * v["hiddenlayer_activations"] @ v["d_output"],
    },
    "next_wh": updates("wh", hidden_change),
    "next_bout": {
        **updates("bout", lambda v: samples(v, "d_output")),
        "wrong_axis": lambda v: v["bout"] + LR * v["d_output"].sum(axis=1)[None, :1],
    },
    "next_bh": {
        **updates("bh", lambda v: samples(v, "d_hiddenlayer")),
        "wrong_axis": lambda v: v["bh"] + LR * v["d_hiddenlayer"].sum(axis=1)[None, :3],
    },
}

# The same by one formula for the whole matrix, with the names that the workbook defines.
BLOCKS = {
    "hidden_layer_input": "MMULT(X,wh)+bh",
    "hiddenlayer_activations": "1/(1+EXP(-hidden_layer_input))",
    "output_layer_input": "MMULT(hiddenlayer_activations,wout)+bout",
    "output": "1/(1+EXP(-output_layer_input))",
    "E": "y-output",
    "slope_output_layer": "output*(1-output)",
    "slope_hidden_layer": "hiddenlayer_activations*(1-hiddenlayer_activations)",
    "d_output": "E*slope_output_layer",
    "Error_at_hidden_layer": "MMULT(d_output,TRANSPOSE(wout))",
    "d_hiddenlayer": "Error_at_hidden_layer*slope_hidden_layer",
    "next_wout": "wout+lr*MMULT(TRANSPOSE(hiddenlayer_activations),d_output)",
    "next_wh": "wh+lr*MMULT(TRANSPOSE(X),d_hiddenlayer)",
    "next_bout": "bout+lr*SUM(d_output)",
    "next_bh": "bh+lr*MMULT({1,1,1},d_hiddenlayer)",
}

Carry = Literal["exact", "typed", "true"]


class AmbiguousError(Exception):
    """With these numbers nobody could say whether a cell is right, or which mistake was made."""


@dataclass(frozen=True)
class Learner:
    """How a student works.

    Attributes
    ----------
    decimals
        How many are typed; None for all digits.
    carry
        What is computed on with: the student's exact numbers, those that were typed, or the true ones.
    mistake
        A matrix and the mistake that is made there.
    slip
        A matrix, a cell of it, and how much too large its number is.
    """

    decimals: int | None = None
    carry: Carry = "exact"
    mistake: tuple[str, str] | None = None
    slip: tuple[str, int, int, float] | None = None

    def work(self, given: Numbers) -> dict[str, Matrix]:
        """Give the numbers that the student types, by matrix."""
        true, known, typed = dict(given), dict(given), {}
        for name, (_, rule) in STEPS.items():
            true[name] = rule(true)
            chosen = MISTAKES[name][self.mistake[1]] if self.mistake and self.mistake[0] == name else rule
            exact = chosen(true if self.carry == "true" else known)
            if self.slip and self.slip[0] == name:
                exact = exact.copy()
                exact[self.slip[1], self.slip[2]] += self.slip[3]
            typed[name] = exact if self.decimals is None else np.round(exact, self.decimals) + 0.0
            known[name] = typed[name] if self.carry == "typed" else exact
        return typed


def truth(given: Numbers) -> dict[str, Matrix]:
    return Learner().work(given)


def wrong_cells(given: Numbers, typed: Numbers, name: str, made: str | None = None) -> NDArray[np.bool_]:
    """Tell which cells of a matrix are visibly wrong, and make sure that nobody could see it otherwise.

    A number may be right by chance: the diagonal of a matrix that should have been transposed, a
    gradient of zero that the learning rate was forgotten for, a 0.2910 that a cell keeps as 0.291. It may
    also be so near to the right one that it depends on how the student has rounded the numbers before.
    Such numbers prove nothing about the marking: what is right counts, and what is neither is not planted.

    Parameters
    ----------
    given, typed
        What the student started from, and typed.
    name
        The matrix.
    made
        The mistake that it shows, if any: no other one may look the same.

    Raises
    ------
    AmbiguousError
        When a cell is neither visibly right nor visibly wrong, or another mistake explains the matrix.
    """
    own, true = {**given, **typed}, {**given, **truth(given)}
    _, rule = STEPS[name]
    unit = half_units(typed[name])
    near, far = np.zeros(SHAPES[name], bool), np.ones(SHAPES[name], bool)
    for values in (own, true):
        distance = np.abs(typed[name] - rule(values))
        # The student has computed on with more digits than were typed, if need be.
        near |= distance <= unit + _reach(rule, values, 0.0)
        far &= distance > unit + 1.5 * _reach(rule, values, _half_unit(SHOWN))
    if not (near | far).all():
        raise AmbiguousError(f"{name} is neither right nor wrong")
    if far.any():
        for key, mistaken in MISTAKES[name].items():
            if key != made and any(_explains(mistaken, values, typed[name]) for values in (own, true)):
                raise AmbiguousError(f"{name} could be {key}")
    elif made is not None:
        raise AmbiguousError(f"{made} makes no difference to {name}")
    return ~near


def _explains(mistaken: Rule, values: Numbers, typed: Matrix) -> bool:
    room = half_units(typed) + 1.5 * _reach(mistaken, values, _half_unit(SHOWN))
    return bool((np.abs(typed - mistaken(values)) <= room).all())


def half_units(values: Matrix) -> Matrix:
    """Half a unit of the last decimal of each number, as a cell keeps it: without zeros at its end."""
    texts = (np.format_float_positional(value, trim="-") for value in values.ravel())
    decimals = [max(2, len(text.partition(".")[2])) for text in texts]
    return np.reshape([_half_unit(count) for count in decimals], values.shape)


def _half_unit(decimals: int) -> float:
    return 0.5 * 10.0**-decimals + 1e-9


def _reach(rule: Rule, values: Numbers, least: float) -> Matrix:
    """How far a result moves when every number before it is off by half a unit, or by more if that is less."""
    here = rule(values)
    moved = np.zeros_like(here)
    for name in STEPS.keys() & values.keys():
        steps = np.maximum(half_units(values[name]), least)
        for cell in np.ndindex(SHAPES[name]):
            changed = values[name].copy()
            changed[cell] += steps[cell]
            moved += np.abs(rule({**values, name: changed}) - here)
    return moved


@dataclass(frozen=True)
class Worth:
    """What a submission must get: cells that count and all cells by step, and the mistakes that are named."""

    cells: Mapping[int, tuple[int, int]]
    mistakes: frozenset[tuple[int, str, str]] = frozenset()

    def lines(self) -> list[str]:
        """The cells of the table of grades."""
        scores = [counting / count for counting, count in self.cells.values()]
        return [f"{round(score, 2):g}" for score in (*scores, sum(scores))]


def worth(lost: Mapping[str, int] | None = None, mistakes: Iterator[tuple[str, str]] | tuple = ()) -> Worth:
    """Worth of a submission in which some matrices have cells that do not count."""
    lost = lost or {}
    cells = {}
    for number in STEP_NUMBERS:
        names = [name for name, (step, _) in STEPS.items() if step == number]
        count = sum(SHAPES[name][0] * SHAPES[name][1] for name in names)
        cells[number] = count - sum(lost.get(name, 0) for name in names), count
    return Worth(cells, frozenset((STEPS[name][0], name, key) for name, key in mistakes))
