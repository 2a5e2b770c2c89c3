"""How long LibreOffice takes to open a workbook: with all of its sheets, and with the bare steps.

    python benchmarks/opening.py [ROUNDS]

The bare one has Setup, the steps, Training, Loss, Python and Check; the sheets that explain and draw
(Weights, Network, Math, Code) are left out. Both hold the article's lesson with 1,000 iterations and are
converted to text, in turn, ROUNDS times (7 when not given), in a profile of its own.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from paired import alternate, ratios, spread, verdict

TARGET = 1.5
EXPLAINING = ("Weights", "Network", "Math", "Code")
# In a process of its own: the one that measures must stay small.
MAKE = """
import sys
from mlp2xlsx import load, train
from mlp2xlsx.workbook.book import make
book = make(train(load("article")))
for title in sys.argv[2:]:
    book.workbook.remove(book.sheets.pop(title).ws)
with open(sys.argv[1], "wb") as stream:
    book.save(stream)
"""


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    program = shutil.which("soffice")
    if program is None:
        raise SystemExit("soffice is not in PATH: apt-get install libreoffice-calc")
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = {"whole": folder / "whole.xlsx", "bare": folder / "bare.xlsx"}
        for kind, path in files.items():
            left_out = EXPLAINING if kind == "bare" else ()
            subprocess.run([sys.executable, "-c", MAKE, str(path), *left_out], check=True)
        options = [f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
        convert = [program, *options, "--convert-to", "csv", "--outdir", name]
        whole, bare = alternate([[*convert, str(path)] for path in files.values()], rounds)
    for kind, runs in (("whole", whole), ("bare", bare)):
        print(f"{kind:6} {spread([run.wall for run in runs]):.2f} s on the clock")
    ratio = ratios([run.wall for run in whole], [run.wall for run in bare])
    print(f"ratio  {ratio:.2f}")
    print(verdict(f"opens within {TARGET} times the time of the bare steps", ratio.middle <= TARGET))


if __name__ == "__main__":
    main()
