"""Workbooks recalculated by formulon: each file named is calculated and saved in the folder `out`.

A script of its own: what runs in another process can be stopped.
"""

import sys
from pathlib import Path

from formulon import Workbook

for name in sys.argv[1:]:
    with Workbook.load(Path(name).read_bytes()) as workbook:
        workbook.recalc()
        Path("out", name).write_bytes(workbook.save())
