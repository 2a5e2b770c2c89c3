"""Where the parts of `Math` begin, so that they, and other sheets, can lead there."""

from dataclasses import dataclass
from itertools import accumulate

from mlp2xlsx.explain.article import factors, is_the_articles, signs, slips
from mlp2xlsx.explain.derivation import derive
from mlp2xlsx.workbook.context import Context
from mlp2xlsx.workbook.sheets.math.glossary import words_here
from mlp2xlsx.xlsx.address import Box

CHAIN_ROW = 7
FACTOR_ROWS = 3  # the line, what it means, and a little room
_CHAIN_ROWS = 6


@dataclass(frozen=True)
class MathPlaces:
    """Rows of the headings.

    Attributes
    ----------
    parts
        The derivation: the loss, each layer, the update.
    article, formula, slips
        The article's signs, its final formula, and where it slips; None for a network that it does not treat.
    glossary, check
        Words and signs; the gradient check.
    """

    parts: tuple[int, ...]
    article: int | None
    formula: int | None
    slips: int | None
    glossary: int
    check: int


def math_places(context: Context) -> MathPlaces:
    """Lay the parts out, one below the other."""
    one = context.one_iteration
    heights = [len(part.factors) * FACTOR_ROWS + 2 for part in derive(one)]
    heights[-1] += one.network.bias == "frozen"  # which is said below the update
    *parts, row = accumulate(heights, initial=CHAIN_ROW + _CHAIN_ROWS)
    article = formula = slipping = None
    if is_the_articles(one):
        article, formula = row, row + 3 + len(signs(one)) + 1
        slipping = formula + 5 + len(factors(one)) + 1
        row = slipping + 1 + len(slips(one)) + 1
    check = row + 1 + len(words_here(context)) + 1
    return MathPlaces(tuple(parts), article, formula, slipping, row, check)


def glossary_place(context: Context) -> tuple[str, Box]:
    """Sheet and place of the words and signs, for a link on another sheet.

    A handout has no such sheet.
    """
    return context.titles["math"], Box(math_places(context).glossary, 1, 1, 1)
