"""The handouts as they were given out: where the answers stand, and what is locked.

The file that the class keeps says so. Where it is gone, or is another one by now, it can be made again; but
only in the present layout, so that the handouts of an older one have to be there.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mlp2xlsx.classroom.each import each
from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.records import ClassFolder, Records
from mlp2xlsx.classroom.submissions.contents import contents_of, handout_id, numbers_at
from mlp2xlsx.errors import ClassError, WorkbookError
from mlp2xlsx.mathematics.iteration import initial_name
from mlp2xlsx.verify.appearance.comparing import rebuilt
from mlp2xlsx.verify.structure import built_cells
from mlp2xlsx.words import one_line
from mlp2xlsx.workbook.layout.given import given_inputs, number_in_cell
from mlp2xlsx.workbook.layout.titles import NAMES, renamed_places, renamed_sheets
from mlp2xlsx.workbook.layout.version import LAYOUT, layout_of, made_by
from mlp2xlsx.workbook.sheets.setup.handout import HANDOUT_NAME
from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.formulas import same_formula
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.reading.contents import Contents, SheetContents
from mlp2xlsx.xlsx.references import Place

_SAME = 1e-9
_MOST_NAMED = 3


@dataclass(frozen=True)
class Original:
    """A handout as it was given out.

    Attributes
    ----------
    layout
        In which layout it was made.
    names
        The defined names: sheet and place; None for one that is not a place.
    cells
        Formulas and plain values by sheet title; nothing where the answers go.
    shown
        The file itself, read with what it shows.
    """

    layout: int
    names: Mapping[str, Place | None]
    cells: Mapping[str, SheetContents]
    shown: Contents

    def places(self, names: Iterable[str]) -> dict[str, Place]:
        """Sheet and place of some of the names."""
        return {name: place for name in names if (place := self.names.get(name)) is not None}

    def called_as_in(self, contents: Contents) -> "Original":
        """Return the same handout, its sheets called as they are in a file: a person may rename them."""
        titles = renamed_sheets(self.names, contents.names, contents.sheets)
        if not titles:
            return self
        cells = {titles.get(title, title): sheet.retitled(titles) for title, sheet in self.cells.items()}
        return replace(self, names=renamed_places(self.names, titles), cells=cells)


@dataclass(frozen=True)
class KeptFile:
    """The file that a class keeps of a handout, for whoever reads it, be it on another machine.

    Attributes
    ----------
    path
        Where it is.
    content
        Its bytes; None where it cannot be read.
    again
        Whether it can be made again: it was made in the present layout.
    """

    path: str
    content: bytes | None
    again: bool


def kept_handout(home: ClassFolder, records: Records, exercise: Exercise) -> KeptFile:
    """Read the file that a class keeps of a student's handout."""
    path = home.handouts / f"{exercise.student.file}.xlsx"
    try:
        content = path.read_bytes()
    except OSError:
        content = None
    return KeptFile(str(path), content, records.layout == LAYOUT)


def remade(exercise: Exercise) -> Original:
    """Make a handout again, in the present layout."""
    book = exercise.book()
    return Original(LAYOUT, dict(book.names), built_cells(book), rebuilt(book))


def original(exercise: Exercise, file: KeptFile) -> Original:
    """Return a handout as it was given out.

    Parameters
    ----------
    exercise
        What was asked.
    file
        What the class keeps of it.

    Raises
    ------
    ClassError
        When the file is not that handout, and it cannot be made again.
    """
    try:
        found = _read(exercise, file)
    except ValueError as error:
        if file.again:
            return remade(exercise)
        raise ClassError(
            f"{file.path} {error}, and version {LAYOUT} of the layout cannot make it again; "
            "put back the file that was handed out"
        ) from None
    filled = [
        (sheet, cell)
        for title, box in found.places(exercise.blank).values()
        for sheet in [found.cells[title]]
        for cell in box.cells()
        if cell in sheet.formulas or cell in sheet.constants
    ]
    if filled and file.again:  # who fills in the kept file itself may have changed more of it
        return remade(exercise)
    for sheet, cell in filled:
        sheet.formulas.pop(cell, None)
        sheet.constants.pop(cell, None)
    return found


def check_originals(files: Iterable[tuple[Exercise, KeptFile]], executor: Executor | None) -> None:
    """Make sure that every handout is known as it was given out.

    Raises
    ------
    ClassError
        For the first that is not.
    """
    for _, outcome in each(_check, files, executor):
        if isinstance(outcome, Exception):
            raise outcome


def _check(sent: tuple[Exercise, KeptFile]) -> None:
    exercise, file = sent
    original(exercise.anew(), file)


def _read(exercise: Exercise, file: KeptFile) -> Original:
    """Read the kept file.

    Raises
    ------
    ValueError
        Saying why it is not this handout.
    """
    if file.content is None:
        raise ValueError("cannot be read")
    try:
        contents = contents_of(file.content, exercise.most_cells, looks=True)
    except WorkbookError:
        raise ValueError("is no workbook, or damaged") from None
    layout = layout_of(contents.names)
    if layout > LAYOUT:
        raise ClassError(
            f"{file.path} was {made_by(layout)}; grade with the mlp2xlsx that made it, or a newer one"
        )
    ident = handout_id(contents, contents.names.get(HANDOUT_NAME))
    if ident != exercise.ident:
        raise ValueError(f"is the handout {one_line(ident) or 'of nobody'}, expected {exercise.ident}")
    given = given_inputs(exercise.lesson)
    for name, shape in {name: one.shape for name, one in (given | exercise.blank).items()}.items():
        place = contents.names.get(name)
        if place is None or place[0] not in contents.sheets or (place[1].n_rows, place[1].n_cols) != shape:
            raise ValueError(f"has no range named {name} of {shape[0]}×{shape[1]} cells")
    for name, values in given.items():
        number = partial(number_in_cell, exercise.lesson, name)
        if not np.allclose(numbers_at(contents, contents.place(name), number), values, _SAME, _SAME):
            raise ValueError(f"starts from another {name} than {exercise.who} was given")
    return Original(layout, contents.names, contents.sheets, contents)


def known_places(home: ClassFolder, records: Records) -> dict[int, dict[str, Place]]:
    """Places where handouts have their id, what they start from, their answers and their sheets, by layout.

    Raises
    ------
    ClassError
        When that is known of no handout.
    """
    found: dict[int, dict[str, Place]] = {}
    refused = []
    for exercise in records.exercises():
        try:
            one = original(exercise, kept_handout(home, records, exercise))
        except ClassError as error:
            refused.append(error)
            continue
        starts = map(initial_name, exercise.lesson.network.parameters())
        sheets = (name for name in one.names if name.startswith(NAMES))
        found.setdefault(one.layout, one.places([HANDOUT_NAME, *starts, *exercise.blank, *sheets]))
        if records.layout == LAYOUT:  # all of them were made in it
            break
    if not found:
        raise refused[0]
    return found


def tampered(
    original: Mapping[str, SheetContents], sheets: Mapping[str, SheetContents], words: Place | None
) -> Iterator[str]:
    """Yield the places of cells that are not as they were given out; of texts, the words of the data only.

    Parameters
    ----------
    original, sheets
        The cells as they were given out, and as they are, by the titles of their sheets.
    words
        Where the data are typed, on a sheet of their own; None where there is no such sheet.
    """
    given = {(words[0], *cell) for cell in words[1].cells()} if words is not None else set()
    for title, cells in original.items():
        sheet = sheets.get(title)
        if sheet is None:
            yield title
            continue
        for (row, col), built in cells.formulas.items():
            now = sheet.formulas.get((row, col))
            if now is None or not same_formula(now.text, built.text):
                yield f"{title}!{a1(row, col)}"
        for (row, col), value in cells.constants.items():
            found = sheet.constants.get((row, col))
            is_given = isinstance(value, float) or (title, row, col) in given
            if is_given and not _same(value, found):
                yield f"{title}!{a1(row, col)}"


def tampered_shown(places: list[str]) -> str:
    """Name the first of some places, and how many more there are."""
    named = ", ".join(places[:_MOST_NAMED])
    more = len(places) - _MOST_NAMED
    return f"{named} (+{more})" if more > 0 else named


def _same(value: CellValue, found: CellValue) -> bool:
    if not isinstance(value, float):
        return value == found
    return isinstance(found, float) and abs(found - value) <= _SAME * max(1.0, abs(value))
