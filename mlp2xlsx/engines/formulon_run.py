"""Workbooks recalculated by formulon: each file named is calculated and saved in the folder `out`.

A script of its own: what runs in another process can be stopped.
"""

import contextlib
import functools
import sys
from pathlib import Path

import wasmtime
from formulon import Workbook

# Translating formulon takes seconds, most workbooks a fraction of one: what is made of it is kept for the
# next run, where wasmtime keeps such things. It does without where that cannot be written.
with contextlib.suppress(wasmtime.WasmtimeError):
    settings = wasmtime.Config()
    settings.cache = True
    wasmtime.Engine = functools.partial(wasmtime.Engine, settings)  # type: ignore[misc, assignment]

for name in sys.argv[1:]:
    with Workbook.load(Path(name).read_bytes()) as workbook:
        workbook.recalc()
        Path("out", name).write_bytes(workbook.save())
