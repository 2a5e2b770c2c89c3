"""From the scores of the steps to points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mlp2xlsx.classroom.settings.settings import Settings


@dataclass(frozen=True)
class Counting:
    """What each step counts, and what the whole is worth.

    Attributes
    ----------
    weights
        By the number of each step that is filled in, in their order.
    points
        What the whole is worth.
    bonus
        Steps that are added on top.
    """

    weights: Mapping[int, float]
    points: float
    bonus: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def of(cls, settings: Settings, steps: Sequence[int]) -> "Counting":
        """Make it of the settings of a class; without any, each step is worth 1."""
        weights = {step: settings.weights.get(step, 1.0) for step in steps}
        bonus = frozenset(settings.bonus)
        asked = sum(weight for step, weight in weights.items() if step not in bonus)
        return cls(weights, asked if settings.points is None else settings.points, bonus)

    def total(self, scores: Mapping[int, float]) -> float:
        """Points for some scores, from 0 to 1 by the number of the step; a bonus may make it more."""
        asked = sum(weight for step, weight in self.weights.items() if step not in self.bonus)
        return (
            self.points / asked * sum(weight * scores.get(step, 0.0) for step, weight in self.weights.items())
        )
