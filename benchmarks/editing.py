"""How long LibreOffice takes to follow one edit of lr, on all sheets of 1,000 iterations of the article.

    python benchmarks/editing.py [ROUNDS]

Each round (5 when not given) opens the file afresh, types another lr, forces nothing, and asks for every cell
of every sheet. What counts is the processor time of LibreOffice between the edit and the last cell. Needs
Linux, LibreOffice and a Python with its module `uno` (Debian: python3-uno).
"""

import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from paired import spread, verdict

TARGET = 1.0
# Run by the Python that has uno: opens the file, edits it, and prints seconds of processor time.
EDIT = """
import os, subprocess, sys, time
import uno
from com.sun.star.beans import PropertyValue

program, profile, path, rounds = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
accept = "pipe,name=editing" + str(os.getpid()) + ";urp;"
options = ["-env:UserInstallation=" + profile, "--headless", "--norestore", "--accept=" + accept]
subprocess.Popen([program, *options])
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for _ in range(300):
    try:
        context = resolver.resolve("uno:" + accept + "StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.2)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

def used():
    "Processor time of all processes with this profile."
    total = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/" + pid + "/cmdline") as line, open("/proc/" + pid + "/stat") as stat:
                if profile in line.read():
                    fields = stat.read().rsplit(")", 1)[1].split()
                    total += int(fields[11]) + int(fields[12])
        except OSError:
            continue
    return total / os.sysconf("SC_CLK_TCK")

hidden = PropertyValue()
hidden.Name, hidden.Value = "Hidden", True
for round in range(rounds):
    document = desktop.loadComponentFromURL("file://" + path, "_blank", 0, (hidden,))
    time.sleep(1)  # whatever it does after opening is not the edit's
    start = used()
    cell = document.NamedRanges.getByName("lr").getReferredCells().getCellByPosition(0, 0)
    cell.setValue(0.3 + round / 100)
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getDataArray()
    print(used() - start, flush=True)
    document.close(True)
desktop.terminate()
"""


def edited(path: Path, rounds: int) -> list[float]:
    """Edit lr in a workbook, once per round; seconds of processor time until every cell has followed."""
    from mlp2xlsx.engines.by_hand import python_of
    from mlp2xlsx.engines.libreoffice import LibreOffice

    program = LibreOffice.program()
    python = python_of(program) if program is not None else None
    if program is None or python is None:
        raise SystemExit(
            "soffice and a Python with uno are needed: apt-get install libreoffice-calc python3-uno"
        )
    with TemporaryDirectory() as profile:
        words = [program, Path(profile).as_uri(), str(path), str(rounds)]
        said = subprocess.run(
            [*python, "-c", EDIT, *words], capture_output=True, text=True, check=True
        ).stdout
    return [float(line) for line in said.split()]


def main() -> None:
    """Measure and print."""
    from mlp2xlsx import build, load

    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with TemporaryDirectory() as name:
        path = Path(name, "article.xlsx")
        build(load("article"), path)
        seconds = edited(path, rounds)
    print(f"one edit of lr, all sheets: {spread(seconds):.2f} s of processor time")
    print(verdict(f"followed within {TARGET} s", median(seconds) <= TARGET))


if __name__ == "__main__":
    main()
