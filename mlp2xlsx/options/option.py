"""An option: what a lesson file may say about one thing, and what that is on the command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

from mlp2xlsx.options.checks import Given

Others = Mapping[str, Any]
"""The other values of a lesson by their names, in final form, and how many samples it has: `n_samples`."""


def unchecked(given: Given, _: Others) -> object:
    """Return what was given: the data are checked as a whole elsewhere, and so are the initial values."""
    return given.value


@dataclass(frozen=True, kw_only=True)
class Option:
    """What a lesson file may say about one thing.

    Attributes
    ----------
    key
        Where it stands: `training.lr`; without a point above all tables.
    check
        Returns what was given in its final form, or raises a `LessonError`.
    default
        The value where a lesson says nothing, in the form of a lesson file; None where there is none.
    writes
        What a lesson file says of a lesson, None for nothing; by default the attribute of the option's
        name, in the table `network` that of the network.
    instead_of
        The name of another option, for which this is another way to say it.
    model_says
        Whether a model of another library says it, so that the caller need not.
    flag
        What follows the two dashes on the command line; None where it cannot be given there.
    argument
        What `argparse` needs to know of the flag: `type` reads a word in the form of a lesson file.
    line
        Where the flag stands in the help: behind those with smaller numbers.
    """

    key: str
    check: Callable[[Given, Others], Any] = unchecked
    default: object = None
    writes: Callable[[Any], object] | None = None
    instead_of: str | None = None
    model_says: bool = False
    flag: str | None = None
    argument: Mapping[str, Any] = field(default_factory=dict)
    line: int = 1_000

    @cached_property
    def name(self) -> str:
        """The last part of the key, which is the name of the value in a lesson as well."""
        return self.key.rpartition(".")[2]

    @cached_property
    def section(self) -> str:
        """The table of the file that it stands in; empty above all of them."""
        return self.key.rpartition(".")[0]

    @cached_property
    def is_alone(self) -> bool:
        """Whether it is checked by itself, unlike the data and the initial values."""
        return self.key.partition(".")[0] not in ("data", "initial")

    def written(self, lesson: Any) -> object:
        """Return what a lesson file says of a lesson; None for nothing."""
        of = attrgetter(self.key if self.section == "network" else self.name)
        return of(lesson) if self.writes is None else self.writes(lesson)
