"""Workbooks as PDF files, printed by LibreOffice."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from mlp2xlsx.engines.libreoffice import LibreOffice, command, write_profile
from mlp2xlsx.engines.process import run_program
from mlp2xlsx.errors import EngineError

_SECONDS_TO_START = 60.0
_SECONDS_PER_FILE, _SECONDS_PER_MB = 5.0, 30.0
_AT_ONCE = 25  # files; their pages are on the disk until they are taken


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
    [(_, pages)] = write_pdfs([workbook])
    stream.write(pages)


def write_pdfs(workbooks: Sequence[Path]) -> Iterator[tuple[Path, bytes]]:
    """Print many workbooks, some at a time, and yield each with its pages.

    Raises
    ------
    EngineError
        When LibreOffice is absent, fails or takes too long.
    """
    LibreOffice.need()
    program = LibreOffice.program() or LibreOffice.name
    for first in range(0, len(workbooks), _AT_ONCE):
        some = workbooks[first : first + _AT_ONCE]
        with TemporaryDirectory(prefix="mlp2xlsx-") as name:
            folder = Path(name).resolve()
            write_profile(folder)
            names = [f"printed-{number}.xlsx" for number in range(len(some))]
            for workbook, copy in zip(some, names, strict=True):
                shutil.copyfile(workbook, folder / copy)
            size = sum(workbook.stat().st_size for workbook in some)
            limit = _SECONDS_TO_START + _SECONDS_PER_FILE * len(some) + _SECONDS_PER_MB * size / 1e6
            said = run_program(command(program, folder, "pdf:calc_pdf_Export", names), folder, limit)
            for workbook, copy in zip(some, names, strict=True):
                pages = (folder / "out" / copy).with_suffix(".pdf")
                if said is None:
                    raise EngineError(
                        f"LibreOffice took more than {limit:.0f} s to print {workbook} and was stopped"
                    )
                if not pages.is_file():
                    raise EngineError(f"LibreOffice could not print {workbook}: {said or 'no result'}")
                yield workbook, pages.read_bytes()
