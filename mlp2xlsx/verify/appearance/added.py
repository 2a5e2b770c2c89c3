"""What a person has added to a workbook: beside ours, or so that it could be taken for ours."""

import re
from collections.abc import Callable, Iterator

from mlp2xlsx.verify.appearance.cells import value_said
from mlp2xlsx.verify.appearance.change import Change, cells_listed
from mlp2xlsx.verify.appearance.model import Cell, Shows
from mlp2xlsx.words import one_line, shortened
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.reading.seen.drawn import Drawn

# What sounds like the outcome of a check, in the languages of the texts.
_CLAIM = re.compile(
    r"numpy|verif(?!y\b)|\bmatch(?:es|ed)?\b|\bagrees?\b|certified|approved|\bpassed\b|[✓✔☑✅]"
    r"|验证|核实|核对无误|一致|相符|通过|无误|認證|驗證",
    re.IGNORECASE,
)
_LONGEST = 60
_MOST_CLAIMS, _MOST_CELLS = 100, 2_000  # of a sheet


def claims(text: str) -> bool:
    """Whether a text sounds like the outcome of a check."""
    return _CLAIM.search(text) is not None


def added_cells(title: str, found: Shows, ours: Callable[[Cell], bool]) -> Iterator[Change | str]:
    """Yield what was added to the cells of a sheet: changes where something is claimed, the rest in words."""
    harmless: list[Cell] = []
    n_claims = 0
    for cell in found.filled():
        if ours(cell):
            continue
        formula = found.cells.formulas.get(cell)
        text = value_said(found.cells.constants.get(cell)) if formula is None else f"={formula.text}"
        left = found.seen.results.get(cell)
        if claims(text) or (isinstance(left, str) and claims(left)):
            n_claims += 1
            if n_claims <= _MOST_CLAIMS:
                yield Change("claim", title, a1(*cell), "", text)
        elif len(harmless) < _MOST_CELLS:
            harmless.append(cell)
    if harmless:
        yield f"{title}!{cells_listed(harmless)}"


def added_objects(
    title: str, found: Shows, drawn: list[Drawn], comments: dict[str, str], used: Box
) -> Iterator[Change | str]:
    """Yield what was drawn over a sheet, and its comments: a change where it covers cells of ours.

    Parameters
    ----------
    title, found
        The sheet.
    drawn
        What is drawn over it that is not ours.
    comments
        Texts by the address of their cell.
    used
        The cells that the sheet is built with.
    """
    for one in drawn:
        where = "" if one.over is None else f" over {one.over.ref}"
        text = f' "{one_line(shortened(one.text, _LONGEST))}"' if one.text else ""
        if claims(one.text) or one.over is None or _overlaps(one.over, used):
            yield Change("drawn object", title, where.removeprefix(" over "), "", f"{one.kind}{text}")
        else:
            yield f"{title}, {one.kind}{where}"
    for address, text in comments.items():
        if claims(text):
            yield Change("claim", title, address, "", f'a comment "{one_line(shortened(text, _LONGEST))}"')
        else:
            yield f"{title}!{address} (a comment)"
    for what in found.seen.objects:
        yield Change("drawn object", title, "", "", what)


def _overlaps(one: Box, other: Box) -> bool:
    return (
        one.row <= other.last_row
        and other.row <= one.last_row
        and one.col <= other.last_col
        and other.col <= one.last_col
    )
