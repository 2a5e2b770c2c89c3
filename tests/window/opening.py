"""Starting LibreOffice for a script of its own, run by a Python that has the module `uno`."""

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import uno

PATIENCE = 60.0  # seconds; what comes, comes within one or two on an idle machine


def started(plan: dict[str, Any], *options: str) -> Any:
    """Start LibreOffice as a plan says, and wait for its desktop."""
    accept = f"pipe,name={plan['pipe']};urp;"
    usual = ["--norestore", "--nologo", "--nofirststartwizard", f"--accept={accept}"]
    # The last line that is written is to be ours.
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen(
        [plan["program"], f"-env:UserInstallation={plan['profile']}", *usual, *options], **silent
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)

    def answer() -> Any:
        try:
            return resolver.resolve(f"uno:{accept}StarOffice.ComponentContext")
        except Exception:  # of a class that exists only when LibreOffice answers
            return None

    context = awaited(answer, "LibreOffice does not answer")
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def awaited(what: Callable[[], Any], otherwise: str) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    sys.exit(otherwise)
