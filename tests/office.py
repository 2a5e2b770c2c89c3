"""Which LibreOffice is installed here: some faults are known of some versions."""

import re
import subprocess
from functools import cache

from mlp2xlsx.engines.libreoffice import LibreOffice

# Seen in 7.4 and no more in 25.2.
FAULTY = (7, 4)
"""Up to this one, formulas are refused where numbers are asked for, and what follows arrays stays as it was."""

MENDED = (25, 2)
"""From this one on, not any more; of those between nothing is known."""


@cache
def version() -> tuple[int, int]:
    """Give the two numbers of LibreOffice's version."""
    program = LibreOffice.program()
    assert program is not None
    said = subprocess.run(
        [program, "--version"], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    assert found is not None, said
    return int(found[1]), int(found[2])
