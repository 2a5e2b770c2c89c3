"""LibreOffice as a person uses it: the file as it is, one edit, and what is to be seen then.

A forced recalculation proves a state that no person sees. Here the file is opened with the values it
holds, a cell gets another number as if it were typed, and only what LibreOffice itself takes to
depend on that cell is calculated.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from mlp2xlsx.engines.base import Edits
from mlp2xlsx.engines.process import make_files
from mlp2xlsx.engines.readback import Seen
from mlp2xlsx.engines.uncached import exact_text
from mlp2xlsx.xlsx.reading.contents import Contents

HOW_TO_GET = "apt-get install python3-uno"

_SCRIPT = Path(__file__).with_name("uno_edits.py")
# LibreOffice's own Python, beside it or, on a Mac, in the folder of its resources.
_BESIDE = ("python", "python.exe", "../Resources/python")
_SECONDS_TO_ASK = 30.0
_MOST_CELLS = 50_000_000  # in the areas of all sheets


@cache
def python_of(program: str) -> tuple[str, ...] | None:
    """Command of a Python that can talk to LibreOffice; None when there is none.

    Parameters
    ----------
    program
        Path of soffice.
    """
    beside = Path(program).resolve().parent
    # The system's, whatever environment is in PATH; -I: our environment's modules are not for it.
    systems = [[found, "-I"] for found in [shutil.which("python3", path=os.defpath)] if found]
    for command in [*([str(beside / name)] for name in _BESIDE), *systems]:
        if os.access(command[0], os.X_OK) and _has_uno(command):
            return tuple(command)
    return None


def _has_uno(command: list[str]) -> bool:
    try:
        asked = subprocess.run([*command, "-c", "import uno"], capture_output=True, timeout=_SECONDS_TO_ASK)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def edited(
    program: str,
    python: Sequence[str],
    folder: Path,
    contents: Contents,
    edits: Sequence[Edits],
    limit: float,
) -> Iterator[Seen]:
    """Open a workbook for each edit, make it, and look at every cell.

    Parameters
    ----------
    program, python
        LibreOffice, and the Python that talks to it.
    folder
        A folder with a profile in it, where what is seen is kept meanwhile.
    contents
        The workbook as it was read.
    edits
        The cells to change, with their new numbers and words.
    limit
        Seconds that all of it may take.

    Raises
    ------
    EngineError
        When LibreOffice fails or takes too long, or the sheets reach too far.
    """
    shutil.copyfile(contents.path, folder / "workbook.xlsx")  # LibreOffice puts a lock beside what it opens
    for value in (value for edit in edits for value in edit.values() if not isinstance(value, str)):
        exact_text(value)  # finite
    plan = {
        "program": program,
        "profile": (folder / "profile").as_uri(),
        "workbook": (folder / "workbook.xlsx").as_uri(),
        "pipe": folder.name.replace("-", "").replace("_", ""),
        "most": _MOST_CELLS,
        "edits": [[[*address, value] for address, value in edit.items()] for edit in edits],
    }
    (folder / "plan").write_text(json.dumps(plan), encoding="utf-8")
    numbers = [folder / f"{number}.numbers" for number in range(len(edits))]
    others = [file.with_suffix(".others") for file in numbers]
    script = [*python, str(_SCRIPT), "plan"]
    make_files(others, script, folder, limit, "libreoffice", f"edit {contents.path}")
    for files in zip(numbers, others, strict=True):
        yield Seen(*files)
        files[0].unlink()
