"""Independent programs that recalculate a workbook: each has a module of the name it has in `choices`."""

from importlib import import_module

from mlp2xlsx import choices
from mlp2xlsx.engines.base import Address, Block, Edits, Engine, Recalculated
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


def _named(name: str) -> type[Engine]:
    found: type[Engine] = import_module(f"{__name__}.{name}").ENGINE
    return found


ENGINES = {name: _named(name) for name in choices.ENGINES}
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
