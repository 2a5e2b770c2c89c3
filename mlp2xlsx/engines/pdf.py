"""A workbook as a PDF, printed by LibreOffice."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from mlp2xlsx.engines.libreoffice import LibreOffice, command, write_profile
from mlp2xlsx.engines.process import run_program
from mlp2xlsx.errors import EngineError

_SECONDS_TO_START = 60.0
_SECONDS_PER_MB = 30.0


def write_pdf(workbook: Path, stream: IO[bytes]) -> None:
    """Print a workbook to an open binary file, each sheet as its page setup says.

    Parameters
    ----------
    workbook
        A finished .xlsx file; its formulas are calculated anew.
    stream
        Where the pages go.

    Raises
    ------
    EngineError
        When LibreOffice is absent, fails or takes too long.
    """
    LibreOffice.need()
    with TemporaryDirectory(prefix="mlp2xlsx-") as name:
        folder = Path(name).resolve()
        write_profile(folder)
        shutil.copyfile(workbook, folder / "printed.xlsx")
        limit = _SECONDS_TO_START + _SECONDS_PER_MB * workbook.stat().st_size / 1e6
        program = LibreOffice.program() or LibreOffice.name
        said = run_program(command(program, folder, "pdf:calc_pdf_Export", ["printed.xlsx"]), folder, limit)
        pages = folder / "out" / "printed.pdf"
        if said is None:
            raise EngineError(f"LibreOffice took more than {limit:.0f} s to print {workbook} and was stopped")
        if not pages.is_file():
            raise EngineError(f"LibreOffice could not print {workbook}: {said or 'no result'}")
        with pages.open("rb") as printed:
            shutil.copyfileobj(printed, stream)
