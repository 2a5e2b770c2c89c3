"""What a check found, for a person and for a program."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mlp2xlsx.numerals import number_text
from mlp2xlsx.verify.appearance.change import Appearance
from mlp2xlsx.verify.compare import Matched, Mismatch
from mlp2xlsx.verify.rewritten import Rewritten
from mlp2xlsx.verify.structure import Problem
from mlp2xlsx.workbook.layout.version import LAYOUT, made_by

MOST_SHOWN = 20


@dataclass(frozen=True)
class Run:
    """One comparison: which inputs were changed for it, and what each matrix came to.

    Attributes
    ----------
    changed
        The inputs, by name.
    matched
        One entry for each matrix.
    by_hand
        Whether it is what a person sees after that edit, or without one, with nothing forced.
    """

    changed: tuple[str, ...]
    matched: list[Matched]
    by_hand: bool = False

    @property
    def differing(self) -> int:
        """How many cells are beyond the tolerance."""
        return sum(result.differing for result in self.matched)

    @property
    def what(self) -> str:
        """The run in words."""
        if not self.changed:
            return "as it is opened" if self.by_hand else "as it is"
        return f"{'as a person edits it:' if self.by_hand else 'with changed'} {', '.join(self.changed)}"


@dataclass(frozen=True)
class Checked:
    """All comparisons by one engine, how long they took, and what it could not compare."""

    engine: str
    runs: list[Run]
    seconds: float
    gaps: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """How many formula cells one run compares."""
        return sum(result.cells for result in self.runs[0].matched)


@dataclass(frozen=True)
class Report:
    """The outcome of `verify`.

    Attributes
    ----------
    path
        The workbook.
    problems
        Faults of the file itself.
    rewritten
        The formulas that are not the ones the workbook was built with.
    checked
        One entry for each engine that was used; none when the problems made it unsafe to use any.
    absent
        Why other engines were not used, one line each.
    layout
        In which layout the workbook was made; of an older one only the named matrices are compared.
    appearance
        What became of what is seen; None where that was not compared.
    """

    path: str
    problems: list[Problem]
    rewritten: list[Rewritten]
    checked: list[Checked]
    absent: list[str]
    layout: int = LAYOUT
    appearance: Appearance | None = None

    @property
    def ok(self) -> bool:
        """Whether every formula computes what NumPy computes, for all inputs, and all is seen as built."""
        return self.arithmetic_ok and (self.appearance is None or self.appearance.ok)

    @property
    def arithmetic_ok(self) -> bool:
        """Whether every formula computes what NumPy computes, for all inputs."""
        return bool(self.checked) and not self.n_faults

    @property
    def n_faults(self) -> int:
        """How many problems, wrong formulas, and wrong values in all runs there are."""
        wrong = sum(not one.same for one in self.rewritten)
        return len(self.problems) + wrong + sum(run.differing for one in self.checked for run in one.runs)

    def summary(self) -> str:
        """One line: how much was compared, by which engine, and how far off the farthest cell was."""
        if not self.ok:
            return self.verdict
        parts = []
        for one in self.checked:
            largest = max((result.largest for run in one.runs for result in run.matched), default=None)
            off = f"{largest:.1e}" if largest is not None else "0"
            parts.append(f"{one.cells:,} cells checked by {one.engine}, largest difference {off}")
        return "; ".join(parts)

    @property
    def verdict(self) -> str:
        """Both outcomes in a few words."""
        matches = "matches NumPy" if self.arithmetic_ok else "does NOT match NumPy"
        if self.appearance is None or self.appearance.ok:
            return matches
        return f"{matches}, {'but' if self.arithmetic_ok else 'and'} its appearance was changed"

    def lines(self, *, everything: bool = False) -> Iterator[str]:
        """Yield a summary for a person; the last line is the verdict."""
        for one in self.checked:
            yield from _engine_lines(one, everything=everything)
        for reason in self.absent:
            yield f"not used: {reason}"
        if not self.checked:
            yield "nothing was calculated: these faults have to be mended first"
        wrong = (str(one) for one in self.rewritten if not one.same)
        faults = [*map(str, self.problems), *wrong, *self._mismatches()]
        shown = faults if everything else faults[:MOST_SHOWN]
        yield from shown
        if self.n_faults > len(shown):
            hint = "" if everything else "; pass --all to see them"
            yield f"… and {self.n_faults - len(shown):,} more{hint}"
        yield from (f"note: {judged}" for judged in self.rewritten if judged.same)
        if self.layout != LAYOUT:
            yield (
                f"note: {made_by(self.layout)}; what has a defined name was checked, and nothing else: "
                "what is seen is that version's"
            )
        if self.appearance is not None:
            yield from self.appearance.lines(None if everything else MOST_SHOWN)
        yield f"{self.path}: {self.verdict}"

    def _mismatches(self) -> Iterator[str]:
        """Yield the mismatches of all runs, worst first, each cell once."""
        found: dict[tuple[str, str], tuple[Mismatch, str, str]] = {}
        for one in self.checked:
            for run in one.runs:
                for result in run.matched:
                    for mismatch in result.mismatches:
                        found.setdefault((mismatch.sheet, mismatch.cell), (mismatch, one.engine, run.what))
        for mismatch, engine, what in sorted(found.values(), key=lambda entry: entry[0].rank):
            yield (
                f"{mismatch.sheet}!{mismatch.cell} ({mismatch.name}): expected {_shown(mismatch.expected)}, "
                f"found {_shown(mismatch.found)} ({engine}, {what}); {mismatch.formula or 'no formula'}"
            )

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {
            "path": self.path,
            "layout": self.layout,
            "ok": self.ok,
            "arithmetic_ok": self.arithmetic_ok,
            "appearance": None if self.appearance is None else self.appearance.as_json(),
            "problems": [vars(problem) for problem in self.problems],
            "rewritten": [
                {
                    "sheet": one.sheet,
                    "cell": one.box.ref,
                    "name": one.name,
                    "formula": f"={one.formula}",
                    "built": f"={one.built}",
                    "same": one.same,
                }
                for one in self.rewritten
            ],
            "engines": [
                {
                    "engine": one.engine,
                    "seconds": round(one.seconds, 3),
                    "cells": one.cells,
                    "runs": [_run_json(run) for run in one.runs],
                    "gaps": list(one.gaps),
                }
                for one in self.checked
            ],
            "absent": self.absent,
        }


def _engine_lines(one: Checked, *, everything: bool) -> Iterator[str]:
    """Yield a table, one line per sheet, or per matrix when everything is asked for."""
    rows: dict[tuple[str, str], Matched] = {}
    for run in one.runs:
        for result in run.matched:
            key = (result.sheet, result.name if everything else "")
            total = rows.setdefault(key, Matched(result.sheet, key[1]))
            total.differing += result.differing
            if run is one.runs[0]:
                total.cells += result.cells
            total.note(result.largest, f"{result.name} {result.largest_cell}")
    edits = sum(run.by_hand and bool(run.changed) for run in one.runs)
    forced = sum(not run.by_hand for run in one.runs)
    runs = f"{forced} runs" if forced > 1 else "1 run"
    seen = f", {edits} as a person edits it" if edits else ""
    yield f"{one.engine}: {one.cells:,} formula cells, {runs}{seen}, {one.seconds:.1f} s"
    for (sheet, name), total in rows.items():
        where = f"  largest difference {total.largest:.1e} at {total.largest_cell}" if total.largest else ""
        differing = f"  {total.differing:,} DIFFER" if total.differing else ""
        yield f"  {sheet:9} {name:24} {total.cells:>9,} cells{differing}{where}".rstrip()
    yield from (f"  {run.what}: {_first_stale(run)}" for run in one.runs if run.by_hand and run.differing)
    yield from (f"{one.engine}: {gap}" for gap in one.gaps)


def _first_stale(run: Run) -> str:
    """How many cells are wrong after an edit, and the first of those that are described."""
    matched = next(result for result in run.matched if result.differing)
    first = min(matched.mismatches, key=lambda one: (one.row, one.col))
    cells = "1 cell is" if run.differing == 1 else f"{run.differing:,} cells are"
    return f"{cells} stale, first {first.sheet}!{first.cell} ({first.name})"


def _run_json(run: Run) -> dict[str, Any]:
    return {
        "changed": list(run.changed),
        "by_hand": run.by_hand,
        "differing": run.differing,
        "matrices": [
            {
                "sheet": result.sheet,
                "name": result.name,
                "cells": result.cells,
                "differing": result.differing,
                "largest": result.largest,
                "largest_cell": result.largest_cell,
                "mismatches": [
                    {
                        "cell": mismatch.cell,
                        "expected": mismatch.expected,
                        "found": _plain(mismatch.found),
                        "formula": mismatch.formula,
                        "changed": mismatch.changed,
                    }
                    for mismatch in result.mismatches
                ],
            }
            for result in run.matched
        ],
    }


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _shown(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "nothing" if value is None else f'"{value}"' if isinstance(value, str) else str(value)
    return number_text(value)
