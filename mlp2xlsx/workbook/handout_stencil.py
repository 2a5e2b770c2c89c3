"""The handouts of a class, their keys and what is handed back: made once, and for each student filled in."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import replace

from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.tables.scaling import NONE, SCALINGS
from mlp2xlsx.mathematics.steps import Result
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.workbook.handout import Handout
from mlp2xlsx.workbook.handout_book import make_handout
from mlp2xlsx.workbook.layout.given import as_typed, given_inputs, words_at
from mlp2xlsx.workbook.layout.head import LINE_COL
from mlp2xlsx.workbook.sheets.heading import say_protected
from mlp2xlsx.workbook.sheets.setup.handout import write_handout_setup
from mlp2xlsx.workbook.sheets.step.answer_cells import answered_cells, marked_note
from mlp2xlsx.workbook.sheets.step.ask import worked_text
from mlp2xlsx.workbook.sheets.step.page import StepPage
from mlp2xlsx.workbook.sheets.step.sheet import known, whose
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.writing.sheet import Sheet, Value
from mlp2xlsx.xlsx.writing.stencil import Stencil, WholeCell

# They stand for a student in the workbook that is made once; no text of a sheet is like them.
_STUDENT, _IDENT = "\0student", "\0ident"
_ONLY = (0, 0)


class HandoutStencil:
    """What the workbooks of a class have in common: handouts, keys, or workbooks that are handed back.

    Parameters
    ----------
    lesson, handout, values, largest
        Those of any student of the class, as for `make_handout`. All that is said of the class must be the
        same for the others, and `handout_canvases` too.

    Attributes
    ----------
    n_open
        How many cells are filled in for each student.
    """

    def __init__(
        self, lesson: Lesson, handout: Handout, values: Mapping[str, FloatMatrix], largest: float
    ) -> None:
        one = replace(handout, student=handout.student and _STUDENT, ident=_IDENT)
        book = make_handout(lesson, one, values, largest)
        self._context, self._workbook = book.context, book.workbook
        self._pages = [StepPage(book.context, number) for number in range(1, len(book.context.steps) + 1)]
        self._worked = list(_worked_out(self._pages, handout))
        self._setup, *_ = book.sheets.values()
        self._stencil = Stencil(book.workbook, book.sheets, dict(self._open_cells(book.sheets, one)))
        self.n_open = self._stencil.n_open
        for sheet in book.workbook.worksheets:  # all that is still needed are the styles
            book.workbook.remove(sheet)

    def fill(self, lesson: Lesson, handout: Handout, values: Mapping[str, FloatMatrix]) -> bytes:
        """Make a student's workbook: the file that `make_handout` would be saved to."""
        held: dict[Hashable, Value | WholeCell | None] = {
            "student": handout.student,
            "ident": handout.ident,
            "whose": whose(handout),
        }
        for name, matrix in self._numbers(lesson, values):
            rows = enumerate(as_typed(lesson, name, matrix))
            held.update(
                ((name, i, j), value if isinstance(value, str) else known(value))
                for i, row in rows
                for j, value in enumerate(row)
            )
        for page, result in self._worked:
            held["worked", result.name] = worked_text(page, result, _ONLY, values)
        if not handout.marked:
            return self._stencil.fill(held, {})
        held.update(self._marks(handout))
        setup = self._setup_again(lesson, handout)
        try:
            return self._stencil.fill(held, {setup.name: setup})
        finally:
            self._workbook.remove(setup.ws)

    def _open_cells(
        self, sheets: Mapping[str, Sheet], handout: Handout
    ) -> Iterator[tuple[tuple[str, int, int], Hashable]]:
        """Yield the cells that are not the same for all, and what their contents are called."""
        whole = {handout.student: "student", handout.ident: "ident", whose(handout): "whose"}
        for title, sheet in sheets.items():
            plain = dict(sheet.plain_values())
            texts = ((place, whole.get(value)) for place, value in plain.items() if isinstance(value, str))
            yield from (((title, *place), key) for place, key in texts if key is not None)
            for name, box in self._boxes(title):
                for row, col in box.cells():
                    is_word = bool(words_at(self._context.lesson, name, col - box.col))
                    if (row, col) in sheet.live or isinstance(plain.get((row, col)), float) or is_word:
                        yield (title, row, col), (name, row - box.row, col - box.col)
        for page, result in self._worked:
            yield (page.title, _line(page, result), LINE_COL), ("worked", result.name)
        for page, result in self._marked(handout):
            box, name = page.boxes[result.name], result.name
            yield (page.title, _line(page, result), LINE_COL), ("note", name)
            for row, col in box.cells():
                yield (page.title, row, col), ("marked", name, row - box.row, col - box.col)

    def _boxes(self, title: str) -> Iterator[tuple[str, Box]]:
        """Yield the names of what stands on a sheet, and where."""
        context, data = self._context, self._context.data
        yield from ((name, box) for name, (on, box) in context.inputs.items() if on == title)
        yield from (each for page in self._pages if page.title == title for each in page.boxes.items())
        if data is not None and title == context.inputs["X"][0]:
            raw = data.boxes["X_raw"]
            yield from ((key, Box(row, raw.col, 1, raw.n_cols)) for key, row in data.statistics.items())

    def _numbers(
        self, lesson: Lesson, values: Mapping[str, FloatMatrix]
    ) -> Iterator[tuple[str, FloatMatrix]]:
        yield from values.items()
        yield from given_inputs(lesson).items()
        if lesson.scale != NONE:
            yield from SCALINGS[lesson.scale].describe(lesson.X_given).items()

    def _marked(self, handout: Handout) -> Iterator[tuple[StepPage, Result]]:
        for page in self._pages:
            yield from ((page, result) for result in page.step.results if result.name in handout.marked)

    def _marks(self, handout: Handout) -> Iterator[tuple[Hashable, Value | WholeCell | None]]:
        """Yield what is handed back, by the names of its cells."""
        for name, marked in handout.marked.items():
            yield ("note", name), marked_note(self._context, name, marked)
            for i, j, cell in answered_cells(marked):
                style = self._setup.styles.index(cell.mark)
                yield ("marked", name, i, j), WholeCell(style, cell.content, cell.formula)

    def _setup_again(self, lesson: Lesson, handout: Handout) -> Sheet:
        """Write the first sheet of what is handed back, which has as many lines as there is to be said."""
        title = self._setup.name
        if title in self._workbook:
            self._workbook.remove(self._workbook[title])
        sheet = Sheet(self._workbook.create_sheet(title, 0), self._setup.styles)
        context = replace(self._context, lesson=lesson, handout=handout)
        write_handout_setup(sheet, context, handout)
        say_protected(sheet, context)
        sheet.make_rows_higher()
        sheet.protect()
        return sheet


def _worked_out(pages: Iterable[StepPage], handout: Handout) -> Iterator[tuple[StepPage, Result]]:
    """Yield what is worked out in a line, in which no cell is to be chosen first."""
    for page in pages:
        choosers = page.head.choosers()
        yield from (
            (page, result)
            for result in page.step.results
            if result.name in choosers
            and not choosers[result.name].cells
            and result.name not in handout.blank
        )


def _line(page: StepPage, result: Result) -> int:
    """Row of the line that works a result out."""
    return page.head.choosers()[result.name].box.row
