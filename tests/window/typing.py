"""What a person types into a workbook in LibreOffice's window, and what its cells hold then."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from mlp2xlsx.engines.by_hand import python_of
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.engines.process import run_program

needs_window = pytest.mark.needs("soffice", "uno", "Xvfb", "xdotool")

OK, CANCEL = ("Tab", "Return"), ("Escape",)
"""The keys that answer a message."""

_SCRIPT = Path(__file__).with_name("typing_script.py")

Typed = tuple[str, str, str]
"""A sheet, an address on it, and a text; formulas as LibreOffice has them: `'Step 03'.G31` and semicolons."""


class Held(NamedTuple):
    """What a cell holds after something was typed, and the title of the message that came up."""

    formula: str
    shown: str
    message: str


def type_into(
    workbook: Path, typed: Iterable[Typed], saved: Path, *, answer: tuple[str, ...] = CANCEL
) -> list[Held]:
    """Open a workbook in a window, type, and save it to another file."""
    program = LibreOffice.program()
    python = program and python_of(program)
    assert program
    assert python
    with TemporaryDirectory(prefix="window-") as name:
        folder = Path(name)
        # LibreOffice leaves a lock beside a file that it was not asked to close.
        shutil.copyfile(workbook, folder / "workbook.xlsx")
        plan = {
            "program": program,
            "profile": (folder / "profile").as_uri(),
            "workbook": str(folder / "workbook.xlsx"),
            "pipe": folder.name.replace("-", "").replace("_", ""),
            "typed": list(typed),
            "answer": answer,
            "saved": saved.absolute().as_uri(),
            "held": str(folder / "held"),
        }
        (folder / "plan").write_text(json.dumps(plan), encoding="utf-8")
        said = run_program([*python, str(_SCRIPT), "plan"], folder, 600)
        assert (folder / "held").is_file(), said
        return [Held(*one) for one in json.loads((folder / "held").read_text(encoding="utf-8"))]


def in_calc(formula: str) -> str:
    """The formula as it is typed in LibreOffice: `'Step 03'.G31` and semicolons."""
    return "=" + formula.replace("!", ".").replace(",", ";")
