"""Everything of a sheet that is no cell, as features: rules, validations, links, charts, what is hidden."""

from collections.abc import Iterator
from itertools import combinations

from mlp2xlsx.verify.appearance.change import Change
from mlp2xlsx.verify.appearance.model import Shows
from mlp2xlsx.verify.appearance.regions import MIDDLE, boxes, corner, joined, moved, overlap, written
from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.number_formats import shown_by
from mlp2xlsx.xlsx.reading.seen.drawn import Drawn
from mlp2xlsx.xlsx.reading.seen.looks import FORMAT, Shown
from mlp2xlsx.xlsx.reading.seen.sheet import Rule

Feature = tuple[str, str]
"""Aspect, and where on the sheet."""

_MOST_RULES = 300  # of a sheet, that are looked at in pairs


def features(sheet: Shows, lost: frozenset[str]) -> dict[Feature, str]:
    """What a sheet shows besides its cells and charts, by aspect and place."""
    found: dict[Feature, str] = {}
    for where, what in (*_rules(sheet, lost), *_order(sheet, lost)):
        found["colouring rule", where] = what
    for where, what in _validations(sheet):
        found["validation", where] = what
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


class _Known:
    """A rule as it is compared: what it does, its cells, and its place in the order."""

    def __init__(self, sheet: Shows, rule: Rule, lost: frozenset[str]) -> None:
        self.boxes = boxes(rule.cells)
        start = corner(self.boxes)
        self.formulas = tuple(moved(formula, start) for formula in rule.formulas)
        effect = {**sheet.side.seen.styles.rule(rule.style), **rule.effect}
        self.effect = effect_said({key: what for key, what in effect.items() if key not in lost})
        self.kind = rule.kind
        self.stops = rule.stops and "stops" not in lost

    @property
    def key(self) -> tuple[object, ...]:
        return self.kind, self.formulas, self.effect, self.stops

    def said(self, start: tuple[int, int]) -> str:
        """What the rule does, its formula as the first of its cells reads it."""
        formulas = (moved(formula, MIDDLE, start) for formula in self.formulas)
        kind = "" if self.kind == "expression" else f"{self.kind} "
        stops = ", and no other rule" if self.stops else ""
        formula = f"={'; '.join(formulas)} → " if self.formulas else ""
        return f"{kind}{formula}{self.effect}{stops}"


def _rules(sheet: Shows, lost: frozenset[str]) -> Iterator[Feature]:
    """Yield what holds for each range, in the order in which it holds."""
    by_key: dict[tuple[object, ...], tuple[_Known, list[Box]]] = {}
    for rule in sorted(sheet.seen.rules, key=lambda rule: rule.priority):
        if rule.kind.startswith("colorScale") and "colour scales" in lost:
            continue
        known = _Known(sheet, rule, lost)
        by_key.setdefault(known.key, (known, []))[1].extend(known.boxes)
    at: dict[tuple[Box, ...], list[_Known]] = {}
    for known, cells in by_key.values():
        at.setdefault(joined(cells), []).append(known)
    for region, rules in at.items():
        yield written(region), " | ".join(rule.said(corner(list(region))) for rule in rules)


def _order(sheet: Shows, lost: frozenset[str]) -> Iterator[Feature]:
    """Yield which of two rules for the same cells comes first, where the cells of one are not the other's."""
    if "order of rules" in lost:
        return
    rules = [
        _Known(sheet, rule, lost)
        for rule in sorted(sheet.seen.rules, key=lambda one: one.priority)[:_MOST_RULES]
    ]
    for one, other in combinations(rules, 2):
        if one.effect != other.effect and one.boxes != other.boxes and overlap(one.boxes, other.boxes):
            first, second = sorted([written(one.boxes), written(other.boxes)])
            start = one.boxes[0]
            yield f"{first} and {second}", f"first {one.said((start.row, start.col))}"


def _validations(sheet: Shows) -> Iterator[Feature]:
    found: dict[tuple[object, ...], tuple[str, list[Box]]] = {}
    for one in sheet.seen.validations:
        cells = boxes(one.cells)
        formulas = tuple(
            _plain_number(moved(sheet.side.as_built(text), corner(cells))) for text in one.formulas
        )
        words = ", ".join(f"{key} {text}" for key, text in one.words)
        said = f"{words}: {' to '.join(formulas)}" if formulas else words
        found.setdefault((one.words, formulas), (said, []))[1].extend(cells)
    for said, cells in found.values():
        yield written(joined(cells)), said


def _plain_number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.replace("'", "")


def effect_said(effect: Shown) -> str:
    """What a rule changes, in words; a number format by what it shows."""
    said = [f"{key} {what}" for key, what in sorted(effect.items()) if key != FORMAT]
    if FORMAT in effect and shown_by(effect[FORMAT]) != shown_by("General"):
        said.append(f"{FORMAT} {effect[FORMAT]}")
    return ", ".join(said) or "nothing"


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
