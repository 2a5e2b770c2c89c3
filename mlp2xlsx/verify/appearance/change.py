"""What was found to look otherwise than it was built, for a person and for a program."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from mlp2xlsx.words import one_line, shortened
from mlp2xlsx.xlsx.address import Box

ASPECTS = (
    *("text", "number", "number format", "colouring rule", "result", "chart", "claim", "drawn object"),
    *("look", "hidden", "order of sheets", "description", "link", "validation", "setting", "protection"),
)
"""What can be changed, the most misleading first."""

_MOST_KEPT = 1_000
_MOST_ADDED = 50
_MOST_PLACES = 5
_MOST_CELLS = 2_000
_LONGEST = 400


@dataclass(frozen=True)
class Change:
    """Something that is not seen as it was built.

    Attributes
    ----------
    aspect
        Of what kind it is, one of `ASPECTS`.
    sheet, where
        The sheet, or `workbook`; the cells, the object or the property, empty for the whole of it.
    expected, found
        What was built, and what is there, in words.
    """

    aspect: str
    sheet: str
    where: str
    expected: str
    found: str

    @property
    def rank(self) -> int:
        """The more misleading, the smaller."""
        return ASPECTS.index(self.aspect)

    @property
    def place(self) -> str:
        """The sheet, and where on it."""
        if not self.where:
            return self.sheet
        return (
            f"{self.sheet}!{self.where}"
            if self.where[-1].isdigit() and " " not in self.where
            else f"{self.sheet}, {self.where}"
        )

    def __str__(self) -> str:
        return f"{self.place}: {self.aspect} is {_short(self.found)}, expected {_short(self.expected)}"


@dataclass
class Appearance:
    """What became of what is seen.

    Attributes
    ----------
    saved_by
        The program that saved the file last, where it is known to lose something; else empty.
    not_compared
        What that program does not keep.
    changes
        What is not seen as it was built, the most misleading first; not more than a thousand.
    more
        How many changes there are besides.
    added
        What a person has added beside ours: no fault.
    """

    saved_by: str = ""
    not_compared: tuple[str, ...] = ()
    changes: list[Change] = field(default_factory=list)
    more: int = 0
    added: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything is seen as it was built."""
        return not self.changes

    def lines(self, most: int | None) -> Iterator[str]:
        """Yield a line for each change, and for what was added or not compared.

        Parameters
        ----------
        most
            How many changes to show; None for all.
        """
        shown = self.changes[:most]
        for change in shown:
            yield f"appearance was changed: {change}"
        if len(self.changes) + self.more > len(shown):
            hint = "; pass --all to see them" if len(shown) < len(self.changes) else ""
            yield f"… and {len(self.changes) + self.more - len(shown):,} more changes of the appearance{hint}"
        if self.added:
            few = self.added[:_MOST_PLACES]
            more = len(self.added) - len(few)
            yield f"note: added by somebody: {', '.join(few)}{f' and {more} more' if more > 0 else ''}"
        if self.saved_by:
            lost = f"; not compared: {', '.join(self.not_compared)}" if self.not_compared else ""
            yield f"note: saved by {self.saved_by}{lost}"

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "ok": self.ok,
            "changes": [vars(change) for change in self.changes],
            "more": self.more,
            "added": self.added,
            "saved_by": self.saved_by,
            "not_compared": list(self.not_compared),
        }


def sorted_changes(changes: Iterable[Change]) -> tuple[list[Change], int]:
    """Sort changes, the most misleading first, and cut them; how many were cut is the second value."""
    found = sorted(changes, key=lambda change: change.rank)
    return found[:_MOST_KEPT], max(0, len(found) - _MOST_KEPT)


def first_added(added: Iterable[str]) -> list[str]:
    """Keep the first of many additions."""
    return list(islice(added, _MOST_ADDED))


def cells_listed(cells: Iterable[tuple[int, int]]) -> str:
    """Write cells as ranges, as in `B5:D8, F5`; of many, the first ones and how many more."""
    boxes: list[Box] = []
    for row, col in sorted(set(cells))[:_MOST_CELLS]:
        if boxes and boxes[-1].row == row and boxes[-1].last_col == col - 1:
            boxes[-1] = Box(row, boxes[-1].col, 1, boxes[-1].n_cols + 1)
        else:
            boxes.append(Box(row, col, 1, 1))
    whole: dict[tuple[int, int], Box] = {}
    found: list[Box] = []
    for box in boxes:
        above = whole.get((box.col, box.n_cols))
        if above is not None and above.last_row == box.row - 1:
            found.remove(above)
            box = Box(above.row, box.col, above.n_rows + 1, box.n_cols)
        whole[box.col, box.n_cols] = box
        found.append(box)
    more = len(found) - _MOST_PLACES
    return ", ".join(box.ref for box in found[:_MOST_PLACES]) + (f" (+{more})" if more > 0 else "")


def _short(text: str) -> str:
    return one_line(shortened(text, _LONGEST)) if text else "nothing"
