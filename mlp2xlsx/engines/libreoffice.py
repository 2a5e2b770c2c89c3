"""LibreOffice, the program that most who do not have Excel open a workbook with."""

import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from mlp2xlsx.engines import by_hand
from mlp2xlsx.engines.base import Edits, Recalculated
from mlp2xlsx.engines.convert import Converter
from mlp2xlsx.engines.process import make_files, working_folder
from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.contents import Contents

# 0: always recalculate; LibreOffice believes the cached values of most files otherwise.
_RECALCULATE = ("org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "0")
_SETTINGS = (
    # 1: never (ScLkUpdMode in its source); a workbook must not make it reach for other files.
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    # 3: very high, and none at all.
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
)

_ITEM = '<item oor:path="/{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'

_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n{}</oor:items>\n'
)

# What ten edits of one workbook took, of which each opens it anew, ten times over.
_SECONDS_TO_START = 60.0
_SECONDS_PER_EDIT = 15.0
_SECONDS_PER_MB = 13.0
_SECONDS_TO_PRINT, _SECONDS_TO_PRINT_A_MB = 5.0, 30.0
_PRINTED_AT_ONCE = 25  # files; their pages are on the disk until they are taken


class LibreOffice(Converter):
    """LibreOffice Calc, run without a window in a profile of its own that is thrown away.

    Numbers come back rounded to 15 digits: that is how it writes .xlsx files.
    """

    name = "libreoffice"
    programs = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
    how_to_get = "apt-get install libreoffice-calc, or https://www.libreoffice.org/download"
    batch_bytes = 16_000_000
    by_hand = True

    @classmethod
    def missing_by_hand(cls) -> str | None:
        """One line on what `edited` needs besides the program, and how to get it; None when it is there."""
        program = cls.program()
        if program is None:
            return cls.missing()
        if by_hand.python_of(program) is None:
            return f"no Python has LibreOffice's module uno: {by_hand.HOW_TO_GET}"
        return None

    def _prepare(self, folder: Path) -> None:
        write_profile(folder)

    def _command(self, program: str, folder: Path, names: list[str]) -> list[str]:
        return command(program, folder, "xlsx:Calc MS Excel 2007 XML", names)

    def edited(self, contents: Contents, edits: Sequence[Edits]) -> Iterator[Recalculated]:
        """Open a workbook as it is for each edit, make that edit, and force nothing."""
        program = self.program()
        python = program and by_hand.python_of(program)
        if program is None or not python:
            raise EngineError(self.missing_by_hand() or f"{self.name} is not installed")
        with working_folder(f"{self.name} could not edit {contents.path}") as folder:
            with zipfile.ZipFile(contents.path) as archive:
                megabytes = sum(part.file_size for part in archive.infolist()) / 1e6
            usual = _SECONDS_TO_START + (_SECONDS_PER_EDIT + _SECONDS_PER_MB * megabytes) * len(edits)
            limit = usual if self.time_limit is None else self.time_limit
            write_profile(folder, recalculate=False)
            yield from by_hand.edited(program, python, folder, contents, edits, limit)


def write_profile(folder: Path, *, recalculate: bool = True) -> None:
    """Put a profile with our settings into an empty folder.

    Parameters
    ----------
    folder
        Where it goes.
    recalculate
        Whether every file is calculated when it is opened, which a person's LibreOffice does not do.
    """
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    settings = (_RECALCULATE, *_SETTINGS) if recalculate else _SETTINGS
    items = "".join(_ITEM.format(*setting) for setting in settings)
    (user / "registrymodifications.xcu").write_text(_PROFILE.format(items), encoding="utf-8")


def command(program: str, folder: Path, kind: str, names: list[str]) -> list[str]:
    """Command that converts files of a folder with such a profile into its subfolder `out`.

    Parameters
    ----------
    program
        Path of soffice.
    folder
        Where profile and files are.
    kind
        LibreOffice's name of the file type to make, `xlsx:…` or `pdf:…`.
    names
        The files.
    """
    # With a profile shared with another run, this one would hand its files to the other.
    profile = (folder / "profile").as_uri()
    options = ["--headless", "--norestore", "--convert-to", kind, "--outdir", "out"]
    return [program, f"-env:UserInstallation={profile}", *options, *names]


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
    for first in range(0, len(workbooks), _PRINTED_AT_ONCE):
        some = workbooks[first : first + _PRINTED_AT_ONCE]
        with TemporaryDirectory(prefix="mlp2xlsx-") as name:
            folder = Path(name).resolve()
            write_profile(folder)
            names = [f"printed-{number}.xlsx" for number in range(len(some))]
            for workbook, copy in zip(some, names, strict=True):
                shutil.copyfile(workbook, folder / copy)
            size = sum(workbook.stat().st_size for workbook in some) / 1e6
            limit = round(_SECONDS_TO_START + _SECONDS_TO_PRINT * len(some) + _SECONDS_TO_PRINT_A_MB * size)
            printing = command(program, folder, "pdf:calc_pdf_Export", names)
            made = [(folder / "out" / copy).with_suffix(".pdf") for copy in names]
            what = f"print {some[0]}" if len(some) == 1 else f"print {some[0]} and {len(some) - 1} more"
            make_files(made, printing, folder, limit, "LibreOffice", what)
            for workbook, pages in zip(some, made, strict=True):
                yield workbook, pages.read_bytes()


ENGINE = LibreOffice
