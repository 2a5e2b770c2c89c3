"""formulon, a spreadsheet engine in WebAssembly; like IronCalc it comes from PyPI, and needs no office."""

import importlib.util
import sys
from pathlib import Path

from mlp2xlsx.engines.convert import Converter

_SCRIPT = Path(__file__).with_name("formulon_run.py")


class Formulon(Converter):
    """formulon, run by a Python of its own; numbers come back with all their digits."""

    name = "formulon"
    how_to_get = 'pip install "mlp2xlsx[engines]"'
    batch_bytes = 16_000_000

    @classmethod
    def missing(cls) -> str | None:
        """One line on what is missing and how to get it; None when the engine can be used."""
        for module in ("formulon", "wasmtime"):
            if importlib.util.find_spec(module) is None:
                return f"formulon is not installed (no module {module}): {cls.how_to_get}"
        return None

    @classmethod
    def program(cls) -> str | None:
        """Path of this Python; None when the engine is not installed."""
        return sys.executable if cls.missing() is None else None

    def _command(self, program: str, folder: Path, names: list[str]) -> list[str]:
        # -P: beside the script stands this module, which has the name of the one that it imports.
        return [program, "-P", str(_SCRIPT), *names]


ENGINE = Formulon
