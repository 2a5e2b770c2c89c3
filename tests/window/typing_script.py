"""A real LibreOffice window on a virtual screen: texts are typed into its cells on the
keyboard, and its sheets looked at.

Run by a Python that has the module `uno`, with a plan in JSON. UNO goes to the cell and looks at it afterwards,
xdotool types. A message that comes up is answered by the keys of the plan.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno  # noqa: F401 - makes the next import possible
from com.sun.star.beans import PropertyValue

sys.path.insert(0, str(Path(__file__).parent))  # Python looks there by itself, but not when it is isolated

from opening import PATIENCE, awaited, started


def main(plan: dict[str, Any]) -> None:
    display = f":{100 + os.getpid() % 50_000}"
    os.environ.update(DISPLAY=display, NO_AT_BRIDGE="1")
    # Without -noreset it begins anew when a client leaves, and refuses the next one meanwhile.
    screen = subprocess.Popen(
        ["Xvfb", display, "-noreset", "-nolisten", "tcp", "-screen", "0", "x".join([*plan["size"], "24"])]
    )
    try:
        awaited(lambda: xdotool("getdisplaygeometry"), "the screen did not come")
        work(plan)
    finally:
        screen.terminate()


def work(plan: dict[str, Any]) -> None:
    desktop = started(plan, plan["workbook"])
    document = awaited(lambda: calc(desktop), "the file did not open")
    [window, *_] = awaited(lambda: windows("LibreOffice Calc"), "the window did not come").split()
    xdotool("windowmove", window, "0", "0", "windowsize", window, *plan["size"])
    time.sleep(1)
    held = []
    for sheet, address, text in plan["typed"]:
        cell = document.Sheets.getByName(sheet).getCellRangeByName(address)
        document.CurrentController.setActiveSheet(cell.Spreadsheet)
        document.CurrentController.select(cell)
        held.append(typed(window, cell, text, plan["answer"]))
    option = PropertyValue()
    option.Name, option.Value = "FilterName", "Calc MS Excel 2007 XML"
    document.storeToURL(plan["saved"], (option,))
    seen = [seen_of(document, title) for title in plan["looked_at"]]
    Path(plan["held"]).write_text(json.dumps([held, seen]), encoding="utf-8")


def seen_of(document: Any, title: str) -> list[int]:
    """The rows and columns below the frozen rows that are wholly on the screen, from 1: first and last."""
    document.CurrentController.setActiveSheet(document.Sheets.getByName(title))
    seen = None
    while seen != (now := _corners(document.CurrentController.VisibleRange)):
        seen = now
        time.sleep(0.1)
    return seen


def _corners(seen: Any) -> list[int]:
    return [seen.StartRow + 1, seen.EndRow + 1, seen.StartColumn + 1, seen.EndColumn + 1]


def typed(window: str, cell: Any, text: str, answer: list[str]) -> list[str]:
    """Type into a cell; give its formula, what it shows, and the title of the message that came up."""
    before, there = cell.getFormula(), set(windows(".").split())
    xdotool("windowfocus", "--sync", window, "type", "--delay", "8", "--", text)
    xdotool("key", "Return")
    new = awaited(
        lambda: set(windows(".").split()) - there or cell.getFormula() != before, f"{text!r} had no effect"
    )
    message = ""
    if isinstance(new, set):
        time.sleep(0.3)
        message = xdotool("getwindowname", max(new))
        xdotool("windowfocus", "--sync", max(new), "key", *answer)
        awaited(lambda: set(windows(".").split()) <= there, "the message did not go")
        xdotool("windowfocus", "--sync", window, "key", "Escape")  # leaves the cell, where it is still edited
        time.sleep(0.3)
    return [cell.getFormula(), cell.getString(), message]


def calc(desktop: Any) -> Any:
    document = desktop.CurrentComponent
    found = document is not None and document.supportsService("com.sun.star.sheet.SpreadsheetDocument")
    return document if found else None


def windows(name: str) -> str:
    return xdotool("search", "--onlyvisible", "--name", name)


def xdotool(*words: str) -> str:
    return subprocess.run(
        ["xdotool", *words], capture_output=True, text=True, timeout=PATIENCE
    ).stdout.strip()


main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
