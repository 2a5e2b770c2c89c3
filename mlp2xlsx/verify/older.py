"""The check of a workbook that an older version of the layout made: by its defined names.

Nothing of it is compared with what is made today; its array formulas are calculated as they stand. What no
defined name reaches is not checked, and that is said.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from mlp2xlsx.engines.base import Engine
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.training import Trace, train
from mlp2xlsx.verify.inputs import Inputs, as_inputs, read_inputs
from mlp2xlsx.verify.named import Computed, check_names, compare_named, computed
from mlp2xlsx.verify.perturb import Scenario, Train, changed_cells, perturbed
from mlp2xlsx.verify.report import Checked, Report, Run
from mlp2xlsx.verify.rewritten import work
from mlp2xlsx.verify.structure import Problem, check_file
from mlp2xlsx.words import shortened
from mlp2xlsx.workbook.layout.version import layout_of
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.formulas import ARITHMETIC, Parsed, parsed, places
from mlp2xlsx.xlsx.reading.contents import Contents, SheetContents
from mlp2xlsx.xlsx.references import Place, is_range, ranges_in, sheet_and_reference

# Iterations that are chosen one after the other: by an engine in this process, or by one that starts anew.
_MOST_CHOSEN, _FEW_CHOSEN = 12, 2
# Multiplications that a cell of the file may stand for, and that any file may have: some seconds.
_MOST_EACH, _MOST_ANYWAY = 2_000, 200_000_000
_NOT_BY_HAND = (
    "not checked as a person edits it: an older layout has formulas that do not follow an edit there"
)
_LOOKING_UP = {"COLUMN", "MATCH", "ROW", "SUMSQ", "SUMXMY2"}
_SIGNS = {*"+-*/^%=<>{}", "<=", ">=", "<>"}
_DIGITS = re.compile(r"[0-9]+")


def verify_older(
    contents: Contents,
    engines: Sequence[Engine],
    absent: list[str],
    seed: int,
    most: int | None,
    *,
    few: bool,
) -> Report:
    """Check that the named matrices are what NumPy computes, for the workbook's own inputs and for others.

    Parameters
    ----------
    contents
        The workbook.
    engines, absent
        What recalculates it, and why others do not.
    seed
        Chooses the changes of the inputs.
    most
        How many mismatches to describe for each matrix; None for all of them.
    few
        Whether to change all inputs at once only, and not one kind after the other as well.
    """
    inputs = read_inputs(contents, chooses=False)
    recorded = train(inputs.recorded, saturating=True)

    def train_on(lesson: Lesson) -> Trace:
        return train(lesson, saturating=True, recorded=recorded)

    trace = train_on(inputs.current)
    current = Scenario((), inputs.current, inputs.iteration, {}, inputs.tried, inputs.draws_gradients, trace)
    problems = [*check_file(contents), *check_names(contents, _computed(current))]
    ours = replace(contents, sheets=dict(_arithmetic(contents, problems)))
    layout = layout_of(contents.names)
    if any(problem.blocks for problem in problems):
        return Report(str(contents.path), problems, [], [], absent, layout)
    scenarios = [current, *_changed(inputs, seed, train_on, few=few)]
    changes = [changed_cells(contents, scenario, chooses=False) for scenario in scenarios]
    checked = []
    for one in engines:
        start, runs = time.perf_counter(), []
        for scenario, found in zip(scenarios, one.scenarios(ours, changes), strict=True):
            given = as_inputs(scenario.lesson, scenario.iteration)
            matched = compare_named(_computed(scenario), given, found, contents, most)
            if any(result.differing for result in matched):
                rounded = [_computed(replace(scenario, trace=trace)) for trace in scenario.trace.rounded]
                matched = compare_named(_computed(scenario), given, found, contents, most, rounded)
            runs.append(Run(scenario.changed, matched))
        gaps = (_NOT_BY_HAND,) if one.by_hand else ()
        checked.append(Checked(one.name, runs, time.perf_counter() - start, gaps))
    return Report(str(contents.path), problems, [], checked, absent, layout)


def _computed(scenario: Scenario) -> list[Computed]:
    return list(computed(scenario.lesson, scenario.iteration, scenario.trace))


def _changed(inputs: Inputs, seed: int, train_on: Train, *, few: bool) -> Iterator[Scenario]:
    """Yield changes of the inputs, and with all of them changed one iteration after the other."""
    last = None
    for last in perturbed(inputs, seed, train_on, one_by_one=not few):
        yield last
    if last is not None:
        shown, most = inputs.current.shown, _FEW_CHOSEN if few else _MOST_CHOSEN
        chosen = {shown[round(k)] for k in np.linspace(0, len(shown) - 1, most)} - {last.iteration}
        yield from (replace(last, iteration=iteration) for iteration in sorted(chosen))


def _arithmetic(contents: Contents, problems: list[Problem]) -> Iterator[tuple[str, SheetContents]]:
    """Yield the sheets without formulas that make texts: no matrix reads those, and they can be endless."""
    names = _names(contents)
    total, cells = 0, 0
    for title, sheet in contents.sheets.items():
        known: dict[str, Parsed | None] = {}
        kept = {}
        cells += sheet.cells
        for place, formula in sheet.formulas.items():
            shape = _shape(formula.text)
            if shape not in known:
                known[shape] = _harmless(shape, title, names)
            read = known[shape]
            if read is None:
                continue
            kept[place] = formula
            try:
                total += work(read.functions, _read(formula.text, read, title, names))
            except ValueError as error:
                text = f"{error}: ={shortened(formula.text)}"
                problems.append(Problem(title, a1(*place), "", text, blocks=True))
                break
        yield title, SheetContents(kept, sheet.constants, sheet.formats, sheet.cells)
    if total > _MOST_ANYWAY + _MOST_EACH * cells:
        problems.append(Problem("all sheets", "", "", "the formulas take too long to calculate", blocks=True))


def _shape(text: str) -> str:
    """Write a formula, or a name, alike for all that differ only in numbers."""
    return _DIGITS.sub("1", text)


def _names(contents: Contents) -> dict[str, Place]:
    """Named ranges by the shape of the name; the largest where names differ only in numbers."""
    found: dict[str, Place] = {}
    for name, place in contents.names.items():
        if place is not None:
            key = _shape(name).upper()
            found[key] = max(found.get(key, place), place, key=lambda one: one[1].n_rows * one[1].n_cols)
    return found


def _harmless(shape: str, title: str, names: Mapping[str, Place]) -> Parsed | None:
    """Take a formula apart; None where it is more than arithmetic with ranges of the workbook."""
    try:
        read = parsed(shape)
        places(read.operands, title, names)
    except ValueError:
        return None
    references = (sheet_and_reference(operand)[1] for operand in read.operands)
    whole_lines = any(":" in reference and not is_range(reference) for reference in references)
    known = read.operators <= _SIGNS and read.functions <= ARITHMETIC | _LOOKING_UP
    return read if known and not whole_lines and not read.faults else None


def _read(text: str, read: Parsed, title: str, names: Mapping[str, Place]) -> list[Place]:
    """Ranges that a formula reads; single cells take no time."""
    named = [names[operand.upper()] for operand in read.operands if operand.upper() in names]
    return [*named, *places(ranges_in(text), title, {})]
