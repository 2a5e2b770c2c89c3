"""What a workbook shows, compared with what its lesson would build."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from mlp2xlsx.verify.appearance.added import added_cells, added_objects
from mlp2xlsx.verify.appearance.cells import CellCheck
from mlp2xlsx.verify.appearance.change import Appearance, Change, first_added, sorted_changes
from mlp2xlsx.verify.appearance.holding import changed_holdings, changed_order, rules, validations
from mlp2xlsx.verify.appearance.model import Cell, Repeats, Side
from mlp2xlsx.verify.appearance.programs import lost_by, saved_by
from mlp2xlsx.verify.appearance.things import Feature, changed_features, charts, features, hidden, settings
from mlp2xlsx.workbook.book import Book
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents

NOT_RENAMED: Mapping[str, str] = {}


def compare_appearance(
    contents: Contents,
    book: Book,
    *,
    results: bool,
    judged: Collection[tuple[str, str]] = (),
    renamed: Mapping[str, str] = NOT_RENAMED,
) -> Appearance:
    """Compare what a workbook shows with what its lesson would build.

    Parameters
    ----------
    contents
        The file, read with its looks.
    book
        What the lesson builds.
    results
        Whether what formulas have left in the file is that of the inputs that it was built with.
    judged
        Sheets and addresses of what the arithmetic has named already.
    renamed
        Titles that sheets have been given since, by those that they were built with.
    """
    repeats = {title: sheet.bands for title, sheet in book.sheets.items()}
    return compare_files(contents, rebuilt(book), repeats, results=results, judged=judged, renamed=renamed)


def rebuilt(book: Book) -> Contents:
    """Write a book, with the first repetition only of rows that repeat, and read it like any file."""
    sheets = {}
    for title, sheet in book.sheets.items():
        sheets[title] = one = copy(sheet)
        one.bands = [_first(bands) for bands in sheet.bands]
    stream = BytesIO()
    replace(book, sheets=sheets).save(stream)
    return read_contents(Path("rebuilt.xlsx"), content=stream.getvalue(), looks=True)


def compare_files(
    contents: Contents,
    built: Contents,
    repeats: Mapping[str, Sequence[Bands]],
    *,
    results: bool,
    judged: Collection[tuple[str, str]] = (),
    renamed: Mapping[str, str] = NOT_RENAMED,
) -> Appearance:
    """Compare what two files show.

    Parameters
    ----------
    contents, built
        The file, and the one that it should look like; both read with their looks.
    repeats
        Rows of which the second file has the first repetition only, by sheet title.
    results
        Whether what formulas have left is to be compared, too.
    judged
        Sheets and addresses of what has been named already.
    renamed
        Titles that sheets have been given since, by those that they were built with.
    """
    titles = {title: renamed.get(title, title) for title in built.sheets}
    titles = {title: here for title, here in titles.items() if here in contents.sheets}
    expected = Side(built, {title: title for title in titles})
    found = Side(contents, titles)
    program = saved_by(found.seen, expected.seen)
    lost = lost_by(program)
    differences = list(_compared(expected, found, repeats, lost, judged, results=results))
    changes, more = sorted_changes(one for one in differences if isinstance(one, Change))
    added = first_added(one for one in differences if isinstance(one, str))
    return Appearance(program, tuple(sorted(lost)), changes, more, added)


def _compared(
    expected: Side,
    found: Side,
    repeats: Mapping[str, Sequence[Bands]],
    lost: frozenset[str],
    judged: Collection[tuple[str, str]],
    *,
    results: bool,
) -> Iterator[Change | str]:
    yield from _of_workbook(expected, found, lost)
    for title, here in found.titles.items():
        one, other = expected.sheet(title), found.sheet(title)
        rows = [Repeats(bands) for bands in repeats.get(title, ())]
        cells = CellCheck(here, one, other, rows, lost, judged, results=results)
        yield from cells.changes()
        built, now = rules(one, lost), rules(other, lost)
        yield from changed_holdings(here, "colouring rule", built, now)
        yield from changed_order(here, built, now)
        yield from changed_holdings(here, "validation", validations(one), validations(other))
        linked = features(other)
        yield from changed_features(here, _lasting(features(one), linked, found), linked, lost)
        drawn = expected.seen.drawn[title]
        used = _used([*one.seen.styles], rows, [chart.over for chart in drawn])
        if "hidden" not in lost:
            yield from hidden(here, one, other, used)
        changes, left = charts(here, drawn, found.seen.drawn[here], lost, found.as_built)
        yield from changes
        not_charts = [thing for thing in found.seen.drawn[here] if not thing.is_chart]
        yield from added_cells(here, other, cells.ours)
        yield from added_objects(here, other, [*left, *not_charts], found.seen.comments[here], used)
    ours = set(found.titles.values())
    yield from (f"the sheet {title}" for title in found.contents.sheets if title not in ours)


def _lasting(built: Mapping[Feature, str], now: Mapping[Feature, str], found: Side) -> dict[Feature, str]:
    """Leave out links that are gone: they do not follow a sheet's new title, and Gnumeric drops dead ones."""
    renamed = {title for title, here in found.titles.items() if title != here}
    return {
        (aspect, where): what
        for (aspect, where), what in built.items()
        if aspect != "link" or now.get((aspect, where)) or what.partition("!")[0] not in renamed
    }


def _of_workbook(expected: Side, found: Side, lost: frozenset[str]) -> Iterator[Change]:
    """Yield what differs of the workbook as a whole."""
    order = [title for here in found.contents.sheets for title, one in found.titles.items() if one == here]
    built = [title for title in expected.contents.sheets if title in found.titles]
    if order != built:
        first = next(n for n, (one, other) in enumerate(zip(built, order, strict=True)) if one != other)
        yield Change("order of sheets", "workbook", "", f"{built[first]} as {first + 1}.", f"{order[first]}")
    for title, here in found.titles.items():
        was, now = expected.seen.states.get(title, "shown"), found.seen.states.get(here, "shown")
        if was != now:
            yield Change("hidden", here, "", was, now)
    one, other = (settings(side.seen.settings) for side in (expected, found))
    yield from changed_features("workbook", one, other, lost)


def _used(cells: list[Cell], rows: list[Repeats], charts: list[Box | None]) -> Box:
    """The cells from the first to the last that a sheet is built with."""
    covered = [(box.last_row, box.last_col) for box in charts if box is not None]
    repeated = [(one.bands.last_row, one.bands.last_col) for one in rows]
    used = [(1, 1), *cells, *repeated, *covered]
    return Box(1, 1, max(row for row, _ in used), max(col for _, col in used))


def _first(bands: Bands) -> Bands:
    """The first repetition of rows that repeat."""
    blocks = tuple(replace(block, values=block.values[:1]) for block in bands.blocks)
    return replace(bands, count=1, blocks=blocks)
