"""The check of a finished workbook: read it, train on its inputs, recalculate, compare, change, compare."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mlp2xlsx import choices
from mlp2xlsx.engines import ENGINES, engine
from mlp2xlsx.engines.base import Engine, Recalculated
from mlp2xlsx.errors import WorkbookError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.training import Trace, train
from mlp2xlsx.verify.appearance import compare_appearance
from mlp2xlsx.verify.compare import Matched, compare
from mlp2xlsx.verify.inputs import Inputs, read_inputs
from mlp2xlsx.verify.older import verify_older
from mlp2xlsx.verify.perturb import Scenario, changed_cells, perturbed, single_edits
from mlp2xlsx.verify.proof import same_function
from mlp2xlsx.verify.report import MOST_SHOWN, Checked, Report, Run
from mlp2xlsx.verify.rewritten import Foreign, Rewritten, check_foreign, find_foreign
from mlp2xlsx.verify.structure import check_structure
from mlp2xlsx.workbook.book import Book, make
from mlp2xlsx.workbook.context import Choice
from mlp2xlsx.workbook.layout.given import first_tried
from mlp2xlsx.workbook.layout.titles import named_sheets, renamed_sheets, sheet_titles, title_in
from mlp2xlsx.workbook.layout.version import LAYOUT, layout_of, made_by
from mlp2xlsx.workbook.sheets.registry import KINDS
from mlp2xlsx.workbook.sheets.step.ask import first_asked
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents, read_later
from mlp2xlsx.xlsx.references import Place

DEFAULT_ENGINE = choices.ENGINES[0]
# With more formulas, or a program that has to be started anew, the inputs are changed all at once and
# not one by one as well: the check finds the same faults, in two runs instead of ten.
_MANY_CELLS = 20_000
_MOST_JUDGED = 300
_NOT_IN_TITLES = set("!{}")  # see `title_fault`
_OUT_OF_DATE = (
    "the file holds results that do not follow from its inputs; "
    "calculate it (Ctrl+Shift+F9 in LibreOffice), save it and check it again"
)


def verify(
    path: str | Path,
    engine: str = DEFAULT_ENGINE,
    *,
    everything: bool = False,
    seed: int = 1,
    quick: bool = False,
    arithmetic_only: bool = False,
    built: Book | None = None,
) -> Report:
    """Check that a workbook computes what NumPy computes, for its own inputs and for others, and looks so.

    Parameters
    ----------
    path
        A workbook that mlp2xlsx built, as it is or with inputs changed by a person. One of an older layout is
        checked by its defined names; see `verify_older`.
    engine
        `"ironcalc"`, `"libreoffice"`, `"gnumeric"`, `"formulon"`, or `"all"` for every one that is present.
    everything
        Whether to describe every cell that differs, instead of the worst ones.
    seed
        Chooses the changes of the inputs; the same seed makes the same changes.
    quick
        Whether to change all inputs at once only, and not one kind after the other as well, nor to look at
        what a person sees when it is opened and after each kind of edit.
    arithmetic_only
        Whether texts, formats, colours, charts and sheets are not compared with what the lesson builds.
    built
        What the file was written from, if that is at hand: where the lesson and the inputs that are read
        from the file are the same, it need not be worked out again.

    Returns
    -------
    Report
        What was compared, and every difference.

    Raises
    ------
    WorkbookError
        When the file is damaged, was not made by mlp2xlsx, or by one with a newer layout.
    EngineError
        When an engine is absent or fails.
    DivergenceError
        When NumPy's own training leaves the range of numbers for the inputs in the workbook.
    """
    path = Path(path)
    engines, absent = _engines(engine)
    contents = read_contents(path, put_off=_repeating, looks=not arithmetic_only)
    outside = any(one.name != DEFAULT_ENGINE for one in engines)
    most = None if everything else MOST_SHOWN
    layout = layout_of(contents.names)
    if layout > LAYOUT:
        raise WorkbookError(f"{path} was {made_by(layout)}; use the mlp2xlsx that made it, or a newer one")
    if layout < LAYOUT:
        contents = read_later(contents, {})
        few = quick or outside or contents.n_formulas > _MANY_CELLS
        return verify_older(contents, engines, absent, seed, most, few=few)
    inputs = read_inputs(contents)
    titles = _renamed(inputs.recorded, contents)
    known = built if built is not None and not titles and _is_of(inputs, built) else None
    recorded = train(inputs.recorded, saturating=True) if known is None else known.context.trace

    def train_on(lesson: Lesson) -> Trace:
        return train(lesson, saturating=True, recorded=recorded)

    def made(scenario: Scenario, trace: Trace) -> Book:
        with np.errstate(all="ignore"):  # inputs may be so large that sums of them are none
            book = make(
                trace,
                recorded=recorded,
                iteration=scenario.iteration,
                asked=scenario.asked,
                tried=scenario.tried,
                draws_gradients=scenario.draws_gradients,
            )
        if titles:
            book.follow(titles)
        return book

    trace = recorded if inputs.unchanged else train_on(inputs.current)
    as_it_is = Scenario(
        (), inputs.current, inputs.iteration, inputs.asked, inputs.tried, inputs.draws_gradients, trace
    )
    book = made(as_it_is, as_it_is.trace) if known is None else known
    contents = read_later(contents, book.bands())
    foreign = find_foreign(contents, book)
    problems = [*check_structure(contents, book), *check_foreign(foreign, contents, outside=outside)]
    appearance = None
    if not arithmetic_only:
        named = {(problem.sheet, problem.cell) for problem in problems}
        untouched = _shows(inputs, 1, first_asked(inputs.recorded.one_iteration.steps), draws_gradients=False)
        as_built = book if untouched and not titles else make(recorded)
        appearance = compare_appearance(contents, as_built, results=untouched, judged=named, renamed=titles)
    if any(problem.blocks for problem in problems):
        return Report(str(path), problems, foreign.rewritten, [], absent, appearance=appearance)
    rewritten = list(_judged(foreign, contents))
    one_by_one = not quick and not outside and contents.n_formulas <= _MANY_CELLS
    scenarios = [
        as_it_is,
        *perturbed(inputs, seed, train_on, one_by_one=one_by_one),
    ]
    looked_into = not quick and any(one.by_hand for one in engines)
    edits = [as_it_is, *single_edits(inputs, seed, train_on)] if looked_into else []
    # What a person has added is nothing that has to be right, and nothing to be run in this process.
    ours = replace(contents, sheets=foreign.left_out(contents)) if foreign.added else contents

    def matched(scenario: Scenario, found: Recalculated) -> list[Matched]:
        expected = made(scenario, scenario.trace) if scenario.changed else book
        results = compare(expected, found, contents.sheets, most)
        if any(result.differing for result in results):
            # A run that rounding alone sends elsewhere is no fault of the workbook.
            rounded = [made(scenario, trace) for trace in scenario.trace.rounded]
            results = compare(expected, found, contents.sheets, most, rounded)
        return results

    checked = [_checked(one, ours, scenarios, edits, matched) for one in engines]
    return Report(str(path), problems, rewritten, checked, absent, appearance=appearance)


def _shows(inputs: Inputs, iteration: int, asked: Mapping[str, Choice], *, draws_gradients: bool) -> bool:
    """Whether nothing was typed since the workbook was built, and just this is chosen in it."""
    chosen = all(choice == asked.get(name, (None, None)) for name, choice in inputs.asked.items())
    tried = np.array_equal(inputs.tried, first_tried(inputs.recorded))
    drawn = inputs.draws_gradients == draws_gradients
    return inputs.unchanged and inputs.iteration == iteration and chosen and tried and drawn


def _checked(
    engine: Engine,
    contents: Contents,
    scenarios: Sequence[Scenario],
    edits: Sequence[Scenario],
    matched: Callable[[Scenario, Recalculated], list[Matched]],
) -> Checked:
    """Let one engine recalculate all scenarios, and look at what a person sees before and after edits."""
    start = time.perf_counter()
    found = engine.scenarios(contents, [changed_cells(contents, scenario) for scenario in scenarios])
    runs = [Run(one.changed, matched(one, cells)) for one, cells in zip(scenarios, found, strict=True)]
    missing = engine.missing_by_hand()
    if engine.by_hand and edits and missing is None:
        seen = engine.edited(contents, [changed_cells(contents, edit) for edit in edits])
        looked = [Run(one.changed, matched(one, cells), True) for one, cells in zip(edits, seen, strict=True)]
        # After each edit the cells that were out of date before it would be found again.
        missing = _OUT_OF_DATE if looked[0].differing and not runs[0].differing else None
        runs += looked if missing is None else looked[:1]
    gaps = () if missing is None or not edits else (f"not checked as a person edits it: {missing}",)
    return Checked(engine.name, runs, time.perf_counter() - start, gaps)


def _repeating(names: Mapping[str, Place | None]) -> list[str]:
    """Titles of the sheets that are nothing but rows that repeat."""
    found = (title_in(names, kind.key) for kind in KINDS.values() if kind.repeats)
    return [title for title in found if title is not None]


def _renamed(lesson: Lesson, contents: Contents) -> dict[str, str]:
    """Titles that a person has given to sheets, by those that they were built with."""
    built = named_sheets(sheet_titles(lesson.language, len(lesson.one_iteration.steps)))
    titles = renamed_sheets(built, contents.names, contents.sheets)
    for title in titles.values():
        if set(title) & _NOT_IN_TITLES:
            raise WorkbookError(
                f'{contents.path}: a sheet is called "{title}"; rename it without !, {{ and }}'
            )
    return titles


def _is_of(inputs: Inputs, built: Book) -> bool:
    """Whether a workbook in the making is that of the inputs, with nothing changed since."""
    context = built.context
    return (
        _shows(inputs, context.iteration, context.asked, draws_gradients=context.draws_gradients)
        and inputs.recorded.to_toml() == context.lesson.in_its_language.to_toml()
    )


def _judged(foreign: Foreign, contents: Contents) -> Iterator[Rewritten]:
    """Tell formulas that come to the same from others, as long as there are not too many."""
    for number, one in enumerate(foreign.rewritten):
        yield replace(one, same=number < _MOST_JUDGED and same_function(one, contents.names))


def _engines(name: str) -> tuple[Sequence[Engine], list[str]]:
    """Engines to use, and why others are not used."""
    if name != "all":
        return [engine(name)], []
    reasons = {kind: kind.missing() for kind in ENGINES.values()}
    return [kind() for kind, reason in reasons.items() if reason is None], [r for r in reasons.values() if r]
