"""What a student has filled in: read from the file, and recalculated on a handout that nobody has touched.

Nothing of a submission is trusted but what stands in the cells that are the student's own: numbers, and
formulas that call nothing but arithmetic. They are put into the handout as it was given out.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from mlp2xlsx.classroom.exercise import Exercise
from mlp2xlsx.classroom.marking.effort import LONGEST_TEXT, Allowance
from mlp2xlsx.classroom.marking.filled import Answers, Filled, numbers_of_cells, typed_into, with_number
from mlp2xlsx.classroom.marking.moving import nudges
from mlp2xlsx.classroom.originals import Original, tampered
from mlp2xlsx.engines import Address, Edits
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.errors import EngineError
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.formulas import Parsed, parsed, places_among
from mlp2xlsx.xlsx.reading.cells import CellError, CellValue
from mlp2xlsx.xlsx.reading.contents import Contents, FormulaCell, SheetContents
from mlp2xlsx.xlsx.references import Place

# Cells beside the handout's own that a student may compute in, and cells that one formula may read.
_MOST_ADDED, _MOST_READ = 2_000, 100_000
_LONGEST_SHOWN = 500  # characters of a formula that is not calculated
_ROUNDING = {"ROUND", "INT"}


Added = tuple[str, int, int, FormulaCell | CellValue]
_Results = Mapping[Address, CellValue]
_FilledRows = dict[str, list[list[Filled]]]


def read_answers(
    exercise: Exercise, contents: Contents, original: Original, *, only_formulas: bool
) -> Answers:
    """Read a submission.

    Parameters
    ----------
    exercise
        What was asked.
    contents
        The file that was handed in.
    original
        The handout as it was given out, and so what the rest of the workbook must be.
    only_formulas
        Whether only formulas count, so that it makes a difference where a number comes from.
    """
    return _Reader(exercise, contents, original, only_formulas).read()


class _Reader:
    def __init__(
        self, exercise: Exercise, contents: Contents, original: Original, only_formulas: bool
    ) -> None:
        self.contents = contents
        self.names = original.names
        self.original = original.cells
        self.boxes = original.places(exercise.blank)
        self.own = {cell: name for name, place in self.boxes.items() for cell in _cells_of(*place)}
        self.allowance = Allowance(len(self.own))
        self.nudges = nudges(exercise, original) if only_formulas else []

    def read(self) -> Answers:
        found = {cell: self._found(cell) for cell in self.own}
        self._spread(found)
        rows, *nudged = self._rows(found, [{}, *(nudge.edits for nudge in self.nudges)])
        moved = list(zip(self.nudges, map(numbers_of_cells, nudged), strict=True))
        changed = list(tampered(self.original, self.contents.sheets, self.names.get("X_raw")))
        return Answers(rows, changed, moved, partial(self._with_others, found))

    def _rows(self, found: Mapping[Address, Filled], scenarios: Sequence[Edits]) -> list[_FilledRows]:
        """The rows of cells of each matrix, calculated with some changes of the inputs each."""
        return [
            {name: _rows(filled, title, box) for name, (title, box) in self.boxes.items()}
            for result in self._recalculated(found, scenarios)
            for filled in [{cell: _calculated(cell, one, result) for cell, one in found.items()}]
        ]

    def _with_others(
        self, found: Mapping[Address, Filled], numbers: Mapping[str, FloatMatrix]
    ) -> dict[str, FloatMatrix]:
        """What the answers come to with other numbers in the place of some matrices, formulas or not."""
        changed = dict(found)
        for name, values in numbers.items():
            cells = zip(_cells_of(*self.boxes[name]), values.ravel().tolist(), strict=True)
            changed |= {cell: Filled(number=value) for cell, value in cells}
        return numbers_of_cells(self._rows(changed, [{}])[0])

    def _recalculated(
        self, found: Mapping[Address, Filled], scenarios: Sequence[Edits]
    ) -> list[_Results | None]:
        """Calculate the answers in the handout, with its inputs and with others.

        There is None where no formula is among them that the engine can calculate.

        Raises
        ------
        EngineError
            When it cannot even calculate the handout as it was given out, which is not the student's fault.
        """
        nothing: list[_Results | None] = [None] * len(scenarios)
        if not any(one.formula for one in found.values()):
            return nothing
        for added in (list(self._added()), []):
            with suppress(EngineError):
                return self._run(self._sheets(found, added), scenarios)
        self._run(self._sheets({}, []), scenarios)
        return nothing

    def _run(self, sheets: dict[str, SheetContents], scenarios: Sequence[Edits]) -> list[_Results | None]:
        contents = Contents(Path(self.contents.path), sheets, self.names)
        results = IronCalc().scenarios(contents, scenarios)
        # What is not read at once belongs to the next scenario.
        return [{cell: result.value(*cell) for cell in self.own} for result in results]

    def _sheet(self, title: str) -> SheetContents:
        return self.contents.sheets.get(title, SheetContents())

    def _found(self, cell: Address) -> Filled:
        """What stands in an answer cell, not calculated yet."""
        title, row, col = cell
        sheet = self._sheet(title)
        formula = sheet.formulas.get((row, col))
        return self._formula(formula, cell) if formula else typed_into(sheet.constants.get((row, col)))

    def _formula(self, formula: FormulaCell, cell: Address) -> Filled:
        shown = shortened(f"={formula.text}", _LONGEST_SHOWN)
        try:
            self._check(formula, cell)
        except ValueError as error:
            return Filled(shown=shown, fault=("refused", str(error)))
        read = parsed(formula.text)
        return Filled(
            shown=shown,
            formula=formula.text,
            ref=formula.ref or "",
            computed=bool(read.operands),
            rounded=bool(read.functions & _ROUNDING),
            reads_beside=self._reads_beside(read, cell[0]),
        )

    def _places(self, read: Parsed, title: str) -> list[Place]:
        return list(places_among(read.operands, title, self.names))

    def _reads_beside(self, read: Parsed, title: str) -> bool:
        known = self._places(read, title)
        return any(there not in self.original for there, _ in known) or any(
            map(self._is_added, (cell for place in known for cell in _cells_of(*place)))
        )

    def _is_added(self, cell: Address) -> bool:
        """Whether a student has written into a cell that the handout leaves empty, and does not ask for."""
        title, row, col = cell
        given, now, at = self.original[title], self._sheet(title), (row, col)
        is_given = at in given.formulas or at in given.constants or cell in self.own
        return not is_given and (at in now.formulas or at in now.constants)

    def _check(self, formula: FormulaCell, cell: Address) -> None:
        """Refuse what is more than arithmetic with cells of the handout.

        Raises
        ------
        ValueError
            Saying what it is.
        """
        title, row, col = cell
        self.allowance.read(formula.text)
        read = parsed(formula.text)
        for fault in read.faults:
            raise ValueError(fault)
        unusual = read.unusual()
        if unusual is not None:
            raise ValueError(f"it calls {unusual}")
        if sum(box.n_rows * box.n_cols for _, box in self._places(read, title)) > _MOST_READ:
            raise ValueError(f"it reads more than {_MOST_READ:,} cells")
        area = formula.area or Box(row, col, 1, 1)
        name = self.own.get(cell)
        if any(self.own.get(one) != name for one in _cells_of(title, area)):
            raise ValueError(f"it fills {area.ref}, which is more than one matrix")
        self.allowance.calculate(formula.text, self.names, title)

    def _spread(self, found: dict[Address, Filled]) -> None:
        """Note the other cells of array formulas: they hold nothing of their own."""
        for (title, row, col), one in list(found.items()):
            area = FormulaCell(one.formula, one.ref).area if one.ref else None
            for cell in _cells_of(title, area) if area is not None else ():
                if cell != (title, row, col):
                    found[cell] = one._replace(formula="")

    def _sheets(self, found: Mapping[Address, Filled], added: Iterable[Added]) -> dict[str, SheetContents]:
        """Put the answers, and what was computed beside them, into the cells of the handout."""
        sheets = {
            title: SheetContents(dict(cells.formulas), dict(cells.constants))
            for title, cells in self.original.items()
        }
        for (title, row, col), one in found.items():
            if one.formula:
                sheets[title].formulas[row, col] = FormulaCell(one.formula, one.ref or None)
            elif not math.isnan(one.number):
                sheets[title].constants[row, col] = one.number
        for title, row, col, held in added:
            here = sheets.setdefault(title, SheetContents())
            if isinstance(held, FormulaCell):
                here.formulas[row, col] = held
            else:
                here.constants[row, col] = held
        return sheets

    def _added(self) -> Iterator[Added]:
        """Yield what stands where the handout has nothing, as far as it is harmless and not too much."""
        count = 0
        for title, sheet in self.contents.sheets.items():
            for held_in in (sheet.formulas, sheet.constants):
                for (row, col), held in held_in.items():
                    if title in self.original and not self._is_added((title, row, col)):
                        continue
                    count += 1  # what is not harmless takes time, too
                    if count > _MOST_ADDED:
                        return
                    if isinstance(held, str) and len(held) > LONGEST_TEXT:
                        continue
                    if isinstance(held, FormulaCell) and not self._is_harmless(held, (title, row, col)):
                        continue
                    yield title, row, col, held

    def _is_harmless(self, formula: FormulaCell, cell: Address) -> bool:
        if formula.ref is not None and formula.area != Box(cell[1], cell[2], 1, 1):
            return False  # could fill what is not the student's
        try:
            self._check(formula, cell)
        except ValueError:
            return False
        return True


def _rows(filled: Mapping[Address, Filled], title: str, box: Box) -> list[list[Filled]]:
    cols = range(box.col, box.last_col + 1)
    return [[filled[title, row, col] for col in cols] for row in range(box.row, box.last_row + 1)]


def _cells_of(title: str, box: Box) -> Iterator[Address]:
    return ((title, *cell) for cell in box.cells())


def _calculated(cell: Address, one: Filled, result: _Results | None) -> Filled:
    """Put into an answer the number that its formula comes to."""
    if one.fault is not None or not (one.formula or one.ref):
        return one
    value = result[cell] if result is not None else CellError("#ERROR!")
    if isinstance(value, float):
        return with_number(one, value)
    if isinstance(value, CellError) or result is None:
        return one._replace(fault=("error", f"{value}"))
    # An empty text is what the handout's own formulas give as long as something before them is missing.
    return one._replace(fault=("text", shortened(str(value)))) if value not in (None, "") else one
