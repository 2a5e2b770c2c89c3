"""A workbook as a PDF, printed by LibreOffice."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from mlp2xlsx.engines.libreoffice import LibreOffice, command, write_profile
from mlp2xlsx.engines.process import make_files

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
        limit = round(_SECONDS_TO_START + _SECONDS_PER_MB * workbook.stat().st_size / 1e6)
        program = LibreOffice.program() or LibreOffice.name
        printing = command(program, folder, "pdf:calc_pdf_Export", ["printed.xlsx"])
        pages = folder / "out" / "printed.pdf"
        make_files([pages], printing, folder, limit, "LibreOffice", f"print {workbook}")
        with pages.open("rb") as printed:
            shutil.copyfileobj(printed, stream)
