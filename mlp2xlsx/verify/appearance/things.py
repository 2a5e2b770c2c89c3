"""Everything of a sheet that has one place, as features: links, settings, charts, and what is hidden."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from mlp2xlsx.verify.appearance.change import Change
from mlp2xlsx.verify.appearance.model import Shows
from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.reading.seen.drawn import Drawn

Feature = tuple[str, str]
"""Aspect, and where on the sheet."""


_MOST_CHARTS = 50  # of a sheet


def features(sheet: Shows) -> dict[Feature, str]:
    """Links and settings of a sheet, by aspect and place."""
    found: dict[Feature, str] = {}
    for link in sheet.seen.links:
        outside = sheet.side.seen.outside.get(_title(sheet), {}).get(link.outside or "", "")
        target = (
            f"{outside}#{link.place}" if link.place and not outside.startswith("#") else outside or link.place
        )
        found["link", link.cells] = sheet.side.as_built(target.lstrip("#").replace("'", "").replace("$", ""))
    for name, what in sheet.seen.settings.items():
        found["protection" if name in ("password", "cells") else "setting", name] = what
    return found


def _title(sheet: Shows) -> str:
    return next(title for title, one in sheet.side.seen.sheets.items() if one is sheet.seen)


def changed_features(
    title: str, expected: dict[Feature, str], found: dict[Feature, str], lost: frozenset[str]
) -> Iterator[Change]:
    """Yield the features that are new or differ, and then those that are missing."""
    for key in (*found, *(key for key in expected if key not in found)):
        aspect, where = key
        one, other = expected.get(key, ""), found.get(key, "")
        if one != other and aspect not in lost and f"{aspect} {where}" not in lost:
            yield Change(aspect, title, where, one, other)


def hidden(title: str, expected: Shows, found: Shows, used: Box) -> Iterator[Change]:
    """Yield the rows and columns of ours that are not shown."""
    rows = sorted(set(found.seen.hidden_rows) - set(expected.seen.hidden_rows))
    rows = [row for row in rows if used.row <= row <= used.last_row]
    if rows:
        listed = ", ".join(map(str, rows[:5]))
        yield Change("hidden", title, f"rows {shortened(listed)}", "shown", f"{len(rows)} hidden")
    known = {col for cols in expected.seen.hidden_cols for col in cols}
    cols = sorted(
        {col for span in found.seen.hidden_cols for col in span if used.col <= col <= used.last_col} - known
    )
    if cols:
        listed = ", ".join(Box(1, col, 1, 1).ref.rstrip("1") for col in cols[:5])
        yield Change("hidden", title, f"columns {listed}", "shown", f"{len(cols)} hidden")


def charts(
    title: str,
    expected: list[Drawn],
    found: list[Drawn],
    lost: frozenset[str],
    as_built: Callable[[str], str],
) -> tuple[list[Change], list[Drawn]]:
    """Compare charts, each with the one that is most like it; the second value are those that are left.

    Parameters
    ----------
    title
        What the sheet is called.
    expected, found
        What is drawn over it, as it is built and as it is.
    lost
        What the program that saved the file does not keep.
    as_built
        Writes references to sheets as if they had the titles that they are built with.
    """
    changes: list[Change] = []
    built = [_of_chart(one, str) for one in expected]
    there = [_of_chart(one, as_built) for one in found if one.is_chart]
    left = [one for one in found if one.is_chart][:_MOST_CHARTS]
    alike = [
        (len(one.items() & other.items()), number, index)
        for number, one in enumerate(built)
        for index, other in enumerate(there[:_MOST_CHARTS])
    ]
    pairs: dict[int, int] = {}
    for _, number, index in sorted(alike, key=lambda pair: -pair[0]):
        if number not in pairs and index not in pairs.values():
            pairs[number] = index
    for number, features_built in enumerate(built):
        said = features_built.get(("description", "title read aloud"), "")
        where = f"chart {number + 1}{f' ({said})' if said else ''}"
        if number not in pairs:
            changes += [] if "chart" in lost else [Change("chart", title, where, "a chart", "")]
            continue
        for change in changed_features(title, features_built, there[pairs[number]], lost):
            if not _lost(change.where, lost):
                changes.append(replace(change, where=f"{where}, {change.where}"))
    return changes, [one for index, one in enumerate(left) if index not in pairs.values()]


def _of_chart(drawn: Drawn, read: Callable[[str], str]) -> dict[Feature, str]:
    return {_aspect(name): read(what) for name, what in drawn.features.items()}


def _aspect(name: str) -> Feature:
    return ("description" if name.endswith("read aloud") else "chart"), name


def _lost(name: str, lost: frozenset[str]) -> bool:
    """Whether a property of charts is not kept, be it of an axis or of a series."""
    return f"chart {name.rpartition(', ')[2]}" in lost or f"chart {name}" in lost
