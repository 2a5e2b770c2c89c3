"""What an iteration is made of: named matrices, and the steps that compute them, one sheet each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlp2xlsx.mathematics.expr import Expr, Matrix

X, Y, SAMPLE, X_BATCH, Y_BATCH = "X", "y", "sample", "X_batch", "y_batch"
LOSS_TERMS, HITS = "loss_terms", "hits"


@dataclass(frozen=True)
class Result:
    """A named matrix and how it is computed; a given matrix is its own expression."""

    name: str
    expr: Expr

    @property
    def given(self) -> bool:
        """Whether the matrix comes from outside the iteration: data, or parameters as they stand."""
        return isinstance(self.expr, Matrix) and self.expr.name == self.name

    @property
    def matrix(self) -> Matrix:
        """The result as an operand of later steps."""
        return Matrix(self.name, self.expr.shape)


@dataclass(frozen=True)
class Step:
    """One step of the iteration, shown on one sheet.

    Attributes
    ----------
    kind
        What happens here; the key of the step's texts.
    variant
        Which of several ways, such as the activation; some texts depend on it.
    layer
        The number of the hidden layer it belongs to, where there are several; else None.
    results
        What it computes, one or more matrices.
    plain
        Names of those of which no cell is worked out: there is nothing to say but where they come from.
    iteration
        Which iteration it belongs to, from 1, where there are several in a row.
    names
        What its iteration calls the matrices of the first one, where that is something else.
    """

    kind: str
    variant: str
    layer: int | None
    results: tuple[Result, ...]
    plain: frozenset[str] = frozenset()
    iteration: int = 1
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def computed(self) -> tuple[Result, ...]:
        """What it computes, without what comes from outside."""
        return tuple(result for result in self.results if not result.given)

    @property
    def draws(self) -> bool:
        """Whether it takes numbers that were drawn beside those that it computes."""
        return self.results[-1].given and not self.brings_in

    @property
    def brings_in(self) -> bool:
        """Whether it begins with a matrix from outside: there is nothing to understand in its formulas."""
        return self.results[0].given
