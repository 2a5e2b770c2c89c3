"""IronCalc, a spreadsheet engine that runs inside this process and keeps no cached value of a formula."""

import contextlib
import math
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mlp2xlsx.engines.base import Address, Block, Edits, Engine, OfSheets, Recalculated
from mlp2xlsx.engines.plain import write_plain
from mlp2xlsx.engines.process import working_folder
from mlp2xlsx.engines.uncached import exact_text
from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.cells import CellError, CellValue
from mlp2xlsx.xlsx.reading.contents import Contents

if TYPE_CHECKING:
    import ironcalc

_WHAT = ("no number", "no word")
_CELLS_AT_ONCE = 50_000  # whose values are held as objects
# Two threads that put the descriptors aside at once would leave them silenced.
_SILENCE = threading.Lock()


class IronCalc(Engine):
    """IronCalc, loaded once; from one scenario to the next only the inputs are set."""

    name = "ironcalc"

    @classmethod
    def missing(cls) -> str | None:
        """One line on what is missing and how to get it; None when the engine can be used."""
        try:
            import ironcalc  # noqa: F401
        except ImportError as error:
            return f'ironcalc cannot be imported ({error}): pip install "ironcalc>=0.9,<0.10"'
        return None

    def scenarios(self, contents: Contents, inputs: Sequence[Edits]) -> Iterator[Recalculated]:
        """Recalculate a workbook once for each scenario."""
        self.need()
        model = _load(contents)
        sheets = OfSheets((one["name"], i) for i, one in enumerate(model.get_worksheets_properties()))
        originals: dict[Address, float | str | None] = {}
        view: _View | None = None
        for scenario in inputs:
            if view is not None:
                view.expire()
            for (sheet, row, col), original in originals.items():
                if original is None:
                    model.clear_cell_contents(sheets[sheet], row, col)
                else:
                    model.set_user_input(sheets[sheet], row, col, _as_typed(original))
            for address, value in scenario.items():
                sheet, row, col = address
                originals.setdefault(address, _original(contents, address, type(value)))
                model.set_user_input(sheets[sheet], row, col, _as_typed(value))
            with _silenced(), _translated(contents.path):
                model.evaluate()
            view = _View(model, sheets)
            yield view


class _View(Recalculated):
    """The model as it is between two scenarios."""

    def __init__(self, model: "ironcalc.Model", sheets: OfSheets[int]) -> None:
        from ironcalc import CellType

        self._error = CellType.ErrorValue
        self._model: ironcalc.Model | None = model
        self._sheets = sheets

    def expire(self) -> None:
        """Refuse all further reading: the model is about to hold other values."""
        self._model = None

    def value(self, sheet: str, row: int, col: int) -> CellValue:
        """Value of one cell."""
        model, index = self._find(sheet)
        value = model.get_cell_value(index, row, col)
        # An error is handed over as its text.
        if isinstance(value, str) and model.get_cell_type(index, row, col) == self._error:
            return CellError(value)
        return value

    def numbers(self, sheet: str, rows: Sequence[int], cols: Sequence[int]) -> Block:
        """Numbers where some rows and columns cross, NaN for whatever is no number."""
        model, index = self._find(sheet)
        get = model.get_cell_value
        found = np.empty((len(rows), len(cols)))
        at_once = max(1, _CELLS_AT_ONCE // max(1, len(cols)))
        for start in range(0, len(rows), at_once):
            values = [get(index, row, col) for row in rows[start : start + at_once] for col in cols]
            if set(map(type, values)) != {float}:
                values = [value if value.__class__ is float else math.nan for value in values]
            found[start : start + at_once] = np.array(values).reshape(-1, len(cols))
        return found

    def _find(self, sheet: str) -> tuple["ironcalc.Model", int]:
        if self._model is None:
            raise RuntimeError("a scenario must be read before the next one is asked for")
        return self._model, self._sheets[sheet]


def _as_typed(value: float | str) -> str:
    """What a person types: a word behind the mark that makes it one, whatever else it could be."""
    return f"'{value}" if isinstance(value, str) else exact_text(value)


def _original(contents: Contents, address: Address, kind: type) -> float | str | None:
    """Number or word of an input cell, whichever it is to hold; None for an empty one."""
    title, row, col = address
    if title not in contents.sheets:
        raise EngineError(f'the workbook has no sheet "{title}"')
    sheet = contents.sheets[title]
    original = sheet.constants.get((row, col))
    if isinstance(original, float | str) and isinstance(original, kind):
        return original
    inside = any(
        area.row <= row <= area.last_row and area.col <= col <= area.last_col
        for one in sheet.formulas.values()
        if (area := one.area) is not None
    )
    if original is not None or (row, col) in sheet.formulas or inside:
        raise EngineError(
            f"{title}, row {row}, column {col} holds {_WHAT[kind is str]} that could be changed"
        )
    return None


def _load(contents: Contents) -> "ironcalc.Model":
    """Load a workbook."""
    import ironcalc

    with working_folder(f"ironcalc could not recalculate {contents.path}") as folder:
        source = folder / "workbook.xlsx"
        write_plain(contents, source)
        with _silenced(), _translated(contents.path):
            return ironcalc.load_from_xlsx(str(source), "en", "UTC")


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn a failure of IronCalc into an EngineError."""
    try:
        yield
    except BaseException as error:
        # A panic in Rust is not an Exception, and its class can only be known by name.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise EngineError(f"ironcalc cannot calculate {path}: {' '.join(str(error).split())}") from error
        raise


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Keep off stdout and stderr what IronCalc prints about damaged files, a backtrace among it.

    It writes to the file descriptors, where redirecting `sys.stdout` has no effect.
    """
    with _SILENCE, contextlib.ExitStack() as stack:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        stack.callback(os.close, nowhere)
        for descriptor in (1, 2):
            with contextlib.suppress(OSError):  # closed, as in a program without a terminal
                saved = os.dup(descriptor)
                stack.callback(os.close, saved)
                stack.callback(os.dup2, saved, descriptor)
                os.dup2(nowhere, descriptor)
        yield


ENGINE = IronCalc
