"""Several iterations in a row as one: each begins with what the one before it has come to.

Of the later ones, every matrix has the number of its iteration in front of its name, and what they begin with
keeps the name of the update that it is: `it2_hidden_layer_input = X · next_wh + next_bh`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from mlp2xlsx.mathematics.expr import Expr, Matrix
from mlp2xlsx.mathematics.iteration import Iteration
from mlp2xlsx.mathematics.leaves import rewritten
from mlp2xlsx.mathematics.steps import Result, Step


@dataclass(frozen=True, eq=False)
class Unrolled(Iteration):
    """Some iterations in a row.

    Attributes
    ----------
    again
        What the later ones update, in the place of what each of these begins with.
    """

    again: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def updates(self) -> dict[str, str]:
        """Name of the updated matrix for each that is updated, in the order of the steps."""
        return {each.name: each.update.name for each in self.carried if each.update} | dict(self.again)


@lru_cache(maxsize=16)
def unrolled(one: Iteration, numbers: range) -> Iteration:
    """Put some iterations into a row; data are brought in by the first one alone.

    Parameters
    ----------
    one
        What each of them does, with all samples.
    numbers
        Which ones they are.
    """
    updates = {each.name: each.update.name for each in one.carried if each.update is not None}
    before: dict[str, str] = {}  # what the last one calls the matrices of the first
    steps, again, kept = [*one.steps], dict[str, str](), set(one.kept)
    for number in numbers[1:]:
        begins = {name: before.get(update, update) for name, update in updates.items()}
        before = {result.name: f"it{number}_{result.name}" for result in one.computed}
        renamed = before | begins
        steps += [_renamed(step, number, renamed) for step in one.steps if not step.brings_in]
        again |= {renamed[name]: renamed[update] for name, update in updates.items()}
        kept |= {renamed[name] for name in one.kept & renamed.keys()}
    fields = {name: getattr(one, name) for name in Iteration.__dataclass_fields__}
    return Unrolled(**fields | {"steps": tuple(steps), "kept": frozenset(kept)}, again=again)


def _renamed(step: Step, number: int, names: Mapping[str, str]) -> Step:
    results = tuple(Result(names[one.name], _called(one.expr, names)) for one in step.results)
    return replace(step, results=results, iteration=number, names=names)


def _called(expr: Expr, names: Mapping[str, str]) -> Expr:
    """Call the matrices of an expression otherwise."""

    def other(node: Expr) -> Expr | None:
        if not isinstance(node, Matrix):
            return None
        return replace(node, name=names[node.name]) if node.name in names else node

    return rewritten(expr, other)


def as_in_the_first(step: Step) -> Step:
    """Return a step of a later iteration as the first one has it; one of the first is returned as it is."""
    if not step.names:
        return step
    names = {here: name for name, here in step.names.items()}
    results = tuple(Result(names[one.name], _called(one.expr, names)) for one in step.results)
    return replace(step, results=results, names={})


def as_in(step: Step, expr: Expr) -> Expr:
    """Return an expression of the first iteration as that of a step has it."""
    return _called(expr, step.names)
