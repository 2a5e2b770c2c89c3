"""Independent programs that recalculate a workbook, by name; one module for each."""

from mlp2xlsx.engines.base import Address, Block, Edits, Engine, Recalculated
from mlp2xlsx.engines.formulon import Formulon
from mlp2xlsx.engines.gnumeric import Gnumeric
from mlp2xlsx.engines.ironcalc import IronCalc
from mlp2xlsx.engines.libreoffice import LibreOffice
from mlp2xlsx.errors import EngineError
from mlp2xlsx.xlsx.reading.cells import CellError, CellValue

__all__ = [
    "ENGINES",
    "Address",
    "Block",
    "CellError",
    "CellValue",
    "Edits",
    "Engine",
    "Recalculated",
    "engine",
]

ENGINES: dict[str, type[Engine]] = {kind.name: kind for kind in (IronCalc, LibreOffice, Gnumeric, Formulon)}
"""All engines by name, the default first."""


def engine(name: str) -> Engine:
    """Return the engine of a name.

    Parameters
    ----------
    name
        A key of `ENGINES`.

    Raises
    ------
    EngineError
        When there is none of this name, or it is not installed; the message says how to get it.
    """
    if name not in ENGINES:
        raise EngineError(f'there is no engine "{name}"; choose from {", ".join(ENGINES)}')
    ENGINES[name].need()
    return ENGINES[name]()
