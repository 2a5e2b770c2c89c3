"""On which terms a submission is marked: what the teacher has decided, for one student."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from mlp2xlsx.classroom.exercise import Assignment
from mlp2xlsx.classroom.settings.counting import Counting
from mlp2xlsx.classroom.settings.overrides import Override
from mlp2xlsx.classroom.settings.settings import ANSWER, Settings


@dataclass(frozen=True)
class Terms:
    """The terms of one submission.

    Attributes
    ----------
    counting
        What each step counts.
    formulas
        Whether only formulas count.
    decimals
        How many decimals a typed number needs, by the number of the step, where that is not 2.
    show
        What the marked workbook says of a wrong number.
    given
        Marks that the teacher has given, by the number of the step; None for the whole.
    days_late, share
        How late it is, and what share of the total that leaves, from 0 to 1.
    copied
        Matrices whose numbers are worth nothing, for they are those of another's handout.
    """

    counting: Counting
    formulas: bool
    decimals: Mapping[int, int] = field(default_factory=dict)
    show: str = ANSWER
    given: Mapping[int | None, Override] = field(default_factory=dict)
    days_late: int = 0
    share: float = 1.0
    copied: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: Settings, assignment: Assignment) -> "Terms":
        """Make those that are the same for a whole class."""
        formulas = assignment.formulas if settings.formulas is None else settings.formulas
        counting = Counting.of(settings, assignment.steps)
        return cls(counting, formulas, settings.decimals, settings.show)

    def scores(self, found: Mapping[int, float]) -> dict[int, float]:
        """Scores of the steps, from 0 to 1: those found, and in their place those that the teacher gave."""
        steps = self.counting.weights
        return {step: self.given[step].mark if step in self.given else found.get(step, 0.0) for step in steps}

    def total(self, found: Mapping[int, float]) -> float:
        """Points of the whole; what the teacher gives for it counts as it is, however late it came."""
        if None in self.given:
            return self.given[None].mark
        return self.share * self.counting.total(self.scores(found))

    def fingerprint(self, assignment: Assignment) -> str:
        """Write down in what they differ from those of a class without settings; empty where in nothing.

        What is copied is left out: it is known only when all are marked.
        """
        own = replace(self, copied=())
        return "" if own == usual_terms(assignment) else repr(own)


@lru_cache(maxsize=8)
def usual_terms(assignment: Assignment) -> Terms:
    """Return the terms where a teacher has decided nothing."""
    return Terms.of(Settings(), assignment)
