"""What holds for ranges of cells, colouring rules and validations, compared cell for cell."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from mlp2xlsx.verify.appearance.change import Change
from mlp2xlsx.verify.appearance.model import Shows
from mlp2xlsx.verify.appearance.regions import (
    MIDDLE,
    boxes,
    corner,
    moved,
    overlap,
    ranges_listed,
    without,
)
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.number_formats import shown_by
from mlp2xlsx.xlsx.reading.seen.looks import FORMAT, Looks

_MOST_IN_PAIRS = 300  # of a sheet
_BETWEEN = " to "


@dataclass
class Holding:
    """Something that holds for some cells, wherever its formulas are written for.

    Attributes
    ----------
    before, after
        What is said of it before its formulas and after them.
    formulas
        Its formulas, as they would read in the middle of a sheet.
    cells
        Where it holds.
    ranks
        Of colouring rules, which one in the order it is for each of the cells.
    """

    before: str
    formulas: tuple[str, ...]
    after: str
    cells: list[Box] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)

    def rank_at(self, cell: Box) -> int:
        """How early it comes among all that holds for a cell; the same rule may stand in several places."""
        there = zip(self.cells, self.ranks, strict=True)
        return min((rank for box, rank in there if overlap([box], [cell])), default=0)

    def said(self, cells: tuple[Box, ...]) -> str:
        """What holds, as the first of some cells reads it."""
        start = corner(list(cells))
        formulas = _BETWEEN.join(_plain(moved(formula, MIDDLE, start)) for formula in self.formulas)
        return " ".join(filter(None, (self.before, formulas, self.after)))


Holdings = Mapping[Hashable, Holding]


def rules(sheet: Shows, lost: frozenset[str]) -> Holdings:
    """The colouring rules of a sheet, in the order in which they hold."""
    found: dict[Hashable, Holding] = {}
    for rank, rule in enumerate(sorted(sheet.seen.rules, key=lambda rule: rule.priority)):
        if rule.kind.startswith("colorScale") and "colour scales" in lost:
            continue
        cells = boxes(rule.cells)
        formulas = tuple(moved(formula, corner(cells)) for formula in rule.formulas)
        effect = effect_said({**sheet.side.seen.styles.rule(rule.style), **rule.effect})
        stops = ", and no other rule" if rule.stops and "stops" not in lost else ""
        before = "where" if rule.kind == "expression" else rule.kind
        one = Holding(before, formulas, f"→ {effect}{stops}")
        known = found.setdefault((one.before, formulas, one.after), one)
        known.cells.extend(cells)
        known.ranks.extend([rank] * len(cells))
    return found


def validations(sheet: Shows) -> Holdings:
    """What may be typed into cells of a sheet."""
    found: dict[Hashable, Holding] = {}
    for one in sheet.seen.validations:
        cells = boxes(one.cells)
        formulas = tuple(_plain(moved(sheet.side.as_built(text), corner(cells))) for text in one.formulas)
        words = tuple(f"{key} {text}" for key, text in one.words)
        known = found.setdefault((words, formulas), Holding(", ".join(words), formulas, ""))
        known.cells.extend(cells)
    return found


def changed_holdings(title: str, aspect: str, expected: Holdings, found: Holdings) -> Iterator[Change]:
    """Yield where something holds no more, or holds now; both in one where the cells are the same."""
    gone, new = (_differing(these, those) for these, those in ((expected, found), (found, expected)))
    for cells in dict.fromkeys((*gone, *new)):
        yield Change(aspect, title, ranges_listed(cells), gone.get(cells, ""), new.get(cells, ""))


def _differing(these: Holdings, those: Holdings) -> dict[tuple[Box, ...], str]:
    """What holds for which cells in one of two workbooks only."""
    found: dict[tuple[Box, ...], str] = {}
    for key, one in these.items():
        other = those.get(key)
        if other is not None and one.cells == other.cells:
            continue
        cells = without(one.cells, [] if other is None else other.cells)
        if cells:
            said = one.said(cells)
            found[cells] = f"{found[cells]} | {said}" if cells in found else said
    return found


def changed_order(title: str, expected: Holdings, found: Holdings) -> Iterator[Change]:
    """Yield pairs of rules for the same cells that hold in another order."""
    common = [key for key in expected if key in found][:_MOST_IN_PAIRS]
    if all(expected[key] == found[key] for key in common):
        return
    for first, second in combinations(common, 2):
        one, other = expected[first], expected[second]
        both = next((box for box in one.cells if overlap([box], other.cells)), None)
        if both is None or one.after == other.after:
            continue
        cell = next(Box(*place, 1, 1) for place in both.cells() if overlap([Box(*place, 1, 1)], other.cells))
        was, now = (these[first].rank_at(cell) > these[second].rank_at(cell) for these in (expected, found))
        if was != now:
            where = (cell,)
            yield Change(
                "colouring rule",
                title,
                ranges_listed(where),
                f"first {one.said(where)}",
                f"first {other.said(where)}",
            )


def _plain(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.replace("'", "")


def effect_said(effect: Looks) -> str:
    """What a rule changes, in words; a number format by what it shows."""
    said = [f"{key} {what}" for key, what in sorted(effect.items()) if key != FORMAT]
    if FORMAT in effect and shown_by(effect[FORMAT]) != shown_by("General"):
        said.append(f"{FORMAT} {effect[FORMAT]}")
    return ", ".join(said) or "nothing"
