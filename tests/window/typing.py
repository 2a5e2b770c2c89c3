"""What a person types into a workbook in LibreOffice's window, what its cells hold then, and what is seen.

And, without a window, how wide everything is drawn.
"""

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from mlp2xlsx.engines.by_hand import python_of
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.engines.process import run_program

needs_window = pytest.mark.needs("soffice", "uno", "Xvfb", "xdotool")

OK, CANCEL = ("Tab", "Return"), ("Escape",)
"""The keys that answer a message."""

_TYPING, _MEASURING = (Path(__file__).with_name(name) for name in ("typing_script.py", "measuring.py"))

Typed = tuple[str, str, str]
"""A sheet, an address on it, and a text; formulas as LibreOffice has them: `'Step 03'.G31` and semicolons."""


class Seen(NamedTuple):
    """The rows and columns of a sheet that are wholly on the screen, its frozen rows apart."""

    first_row: int
    last_row: int
    first_col: int
    last_col: int


class Drawn(NamedTuple):
    """A filled cell as it is drawn; lengths in twentieths of a point."""

    row: int
    col: int
    text: str
    width: int
    side: str
    wrapped: bool
    shrunk: bool
    number: bool
    indent: int


class Measured(NamedTuple):
    """A sheet as it is drawn: its cells, the widths of its columns, and the rows and columns that begin pages."""

    cells: list[Drawn]
    columns: list[int]
    breaks: tuple[list[int], list[int]]


class Held(NamedTuple):
    """What a cell holds after something was typed, and the title of the message that came up."""

    formula: str
    shown: str
    message: str


def type_into(
    workbook: Path, typed: Iterable[Typed], saved: Path, *, answer: tuple[str, ...] = CANCEL
) -> list[Held]:
    """Open a workbook in a window, type, and save it to another file."""
    plan = {"typed": list(typed), "answer": answer, "saved": saved.absolute().as_uri()}
    held, _ = _in_a_window(workbook, plan)
    return [Held(*one) for one in held]


def look_at(workbook: Path, titles: Sequence[str], size: tuple[int, int], saved: Path) -> dict[str, Seen]:
    """Open a workbook in a window that fills a screen of some pixels, and look at sheets as they open."""
    plan = {"size": list(map(str, size)), "looked_at": list(titles), "saved": saved.absolute().as_uri()}
    _, found = _in_a_window(workbook, plan)
    return {title: Seen(*one) for title, one in zip(titles, found, strict=True)}


def measure(workbook: Path) -> dict[str, Measured]:
    """Measure what is drawn on the sheets of a workbook."""
    return {
        title: Measured([Drawn(*cell) for cell in one["cells"]], one["columns"], tuple(one["breaks"]))
        for title, one in _told_by(_MEASURING, workbook, {}).items()
    }


def _in_a_window(workbook: Path, plan: Mapping[str, object]) -> tuple[Any, Any]:
    """What cells hold that were typed into, and what is seen of sheets."""
    usual = {"size": ["1366", "768"], "typed": [], "answer": CANCEL, "looked_at": []}
    held, seen = _told_by(_TYPING, workbook, {**usual, **plan})
    return held, seen


def _told_by(script: Path, workbook: Path, plan: Mapping[str, object]) -> Any:
    """What a script finds that works with LibreOffice by a plan."""
    program = LibreOffice.program()
    python = program and python_of(program)
    assert program
    assert python
    with TemporaryDirectory(prefix="window-") as name:
        folder = Path(name)
        # LibreOffice leaves a lock beside a file that it was not asked to close.
        shutil.copyfile(workbook, folder / "workbook.xlsx")
        whole = {
            "program": program,
            "profile": (folder / "profile").as_uri(),
            "workbook": str(folder / "workbook.xlsx"),
            "pipe": folder.name.replace("-", "").replace("_", ""),
            "held": str(folder / "held"),
            **plan,
        }
        (folder / "plan").write_text(json.dumps(whole), encoding="utf-8")
        said = run_program([*python, str(script), "plan"], folder, 600)
        assert (folder / "held").is_file(), said
        return json.loads((folder / "held").read_text(encoding="utf-8"))


def in_calc(formula: str) -> str:
    """The formula as it is typed in LibreOffice: `'Step 03'.G31` and semicolons."""
    return "=" + formula.replace("!", ".").replace(",", ";")
