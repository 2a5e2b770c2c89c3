"""Engines that are outside programs: they load a workbook, calculate it and save it again."""

import os
import shutil
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from mlp2xlsx.engines.base import Edits, Engine, Recalculated
from mlp2xlsx.engines.process import make_files, working_folder
from mlp2xlsx.engines.readback import Saved
from mlp2xlsx.engines.uncached import uncached, write_changed
from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.contents import Contents

# Twenty times what LibreOffice took where it was measured: 10 s for 15 MB.
_SECONDS_TO_START = 60.0
_SECONDS_PER_MB = 13.0
_MB = 1e6


class Converter(Engine):
    """An engine that is asked to convert .xlsx files, without cached values, to .xlsx files."""

    programs: ClassVar[tuple[str, ...]]
    """Names, or absolute paths, under which the program may be found."""

    how_to_get: ClassVar[str]
    """How to install it."""

    batch_bytes: ClassVar[int] = 0
    """How much one run may be given to convert, so that small workbooks share the time it takes to start."""

    @classmethod
    def missing(cls) -> str | None:
        """One line on what is missing and how to get it; None when the engine can be used."""
        if cls.program() is None:
            return f"{cls.name} is not installed ({cls.programs[0]} is not in PATH): {cls.how_to_get}"
        return None

    @classmethod
    def program(cls) -> str | None:
        """Path of the program; None when it is not installed."""
        found = next(filter(None, map(shutil.which, cls.programs)), None)
        # PATH may hold relative folders, and the program is run in another one.
        return found and os.path.abspath(found)

    @abstractmethod
    def _command(self, program: str, folder: Path, names: list[str]) -> list[str]:
        """Command that converts these files in `folder` to files of the same names in `folder`/out."""

    def _prepare(self, folder: Path) -> None:
        """Put into the empty `folder` what the program needs besides the workbooks."""
        (folder / "out").mkdir()

    def scenarios(self, contents: Contents, inputs: Sequence[Edits]) -> Iterator[Recalculated]:
        """Recalculate a workbook once for each scenario, several in one run if they are small."""
        path = contents.path
        self.need()
        program = self.program() or self.name
        with working_folder(f"{self.name} could not recalculate {path}") as folder:
            self._prepare(folder)
            original = folder / "uncached.xlsx"
            uncached(path, original)
            at_once = max(1, self.batch_bytes // original.stat().st_size)
            for start in range(0, len(inputs), at_once):
                batch = {f"{i}.xlsx": one for i, one in enumerate(inputs[start : start + at_once], start)}
                for file, one in batch.items():
                    write_changed(original, folder / file, one)
                self._convert(program, folder, list(batch), path)
                for file in batch:
                    result = folder / "out" / file
                    (folder / file).unlink()
                    recalculated = Saved(result)
                    result.unlink()
                    yield recalculated

    def _convert(self, program: str, folder: Path, names: list[str], path: Path) -> None:
        """Convert some files."""
        megabytes = sum((folder / name).stat().st_size for name in names) / _MB
        usual = _SECONDS_TO_START + _SECONDS_PER_MB * megabytes
        limit = usual if self.time_limit is None else self.time_limit
        try:
            command, results = (
                self._command(program, folder, names),
                [folder / "out" / name for name in names],
            )
            make_files(results, command, folder, limit, self.name, f"recalculate {path}")
        except OSError as error:
            raise EngineError(f"{program} cannot be started: {error.strerror}") from error
