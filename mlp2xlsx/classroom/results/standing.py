"""What became of one student, or of one file where there is no roster."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlp2xlsx.classroom.marking import Mark
from mlp2xlsx.classroom.marking.terms import Terms
from mlp2xlsx.classroom.notices import Notice


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of a class.

    Attributes
    ----------
    name, id
        Who it is.
    file
        What the marked workbook is called, without its extension.
    mark
        What was found; None where nothing was graded.
    terms
        On which it was marked.
    why
        Why nothing was graded, as far as something came in.
    copied
        Whose numbers are among the answers; empty where nobody's are.
    """

    name: str
    id: str
    file: str
    mark: Mark | None
    terms: Terms
    why: Sequence[Notice] = ()
    copied: str = ""

    @property
    def who(self) -> str:
        """The student as the report names them."""
        return f"{self.name} ({self.id})" if self.name and self.id else self.name or self.id

    @property
    def counts(self) -> bool:
        """Whether there is a grade: of what was handed in, or given by the teacher."""
        return self.mark is not None or bool(self.terms.given)

    @property
    def scores(self) -> dict[int, float]:
        """Score of each step by its number, from 0 to 1, with what the teacher gave; 0 without a grade."""
        return self.terms.scores({} if self.mark is None else self.mark.scores)

    def score(self, step: int) -> float | None:
        """Score of a step, from 0 to 1; None where nothing was handed in and the teacher gave nothing."""
        if step in self.terms.given:
            return self.terms.given[step].mark
        if self.mark is None:
            return None
        return self.mark.score(step) if step in self.mark.cells else 0.0

    @property
    def total(self) -> float:
        """Points of the whole; 0 without a grade."""
        return self.terms.total({} if self.mark is None else self.mark.scores)
