"""Everything of a sheet that has one place, as features: links, settings, charts, and what is hidden."""

from collections.abc import Iterator

from mlp2xlsx.verify.appearance.change import Change
from mlp2xlsx.verify.appearance.model import Shows
from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.reading.seen.drawn import Drawn

Feature = tuple[str, str]
"""Aspect, and where on the sheet."""


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
    title: str, expected: list[Drawn], found: list[Drawn], lost: frozenset[str]
) -> tuple[list[Change], list[Drawn]]:
    """Compare charts, each with the one that is most like it; the second value are those that are left."""
    changes: list[Change] = []
    left = [one for one in found if one.is_chart]
    for number, chart in enumerate(expected, start=1):
        where = f"chart {number}{f' ({name})' if (name := chart.features.get('title read aloud')) else ''}"
        if not left:
            if "chart" not in lost:
                changes.append(Change("chart", title, where, "a chart", ""))
            continue
        best = max(left, key=lambda one: len(chart.features.items() & one.features.items()))
        left.remove(best)
        one, other = ({_aspect(key): what for key, what in drawn.features.items()} for drawn in (chart, best))
        changes += (
            Change(aspect, title, f"{where}, {where_in}", change.expected, change.found)
            for change in changed_features(title, one, other, lost)
            for aspect, where_in in [(change.aspect, change.where)]
            if not _lost(where_in, lost)
        )
    return changes, left


def _aspect(name: str) -> Feature:
    return ("description" if name.endswith("read aloud") else "chart"), name


def _lost(name: str, lost: frozenset[str]) -> bool:
    """Whether a property of charts is not kept, be it of an axis or of a series."""
    return f"chart {name.rpartition(', ')[2]}" in lost or f"chart {name}" in lost
