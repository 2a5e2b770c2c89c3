"""What a person waits for: help, a build with its check, the check of a large workbook.

Whole processes; only their processor time is compared.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from paired import alternate, ratios, spread, verdict

IMPORTS = [sys.executable, "-c", "import numpy, openpyxl"]
PROGRAM = [sys.executable, "-m", "mlp2xlsx"]
HELP_OF_IMPORTS, BUILD_OF_UNCHECKED, SECONDS_TO_VERIFY = 0.6, 2.0, 10.0
LARGE = 5_000


def times(commands: dict[str, list[str]], rounds: int) -> dict[str, list[float]]:
    taken = alternate(list(commands.values()), rounds)
    found = {name: [run.cpu for run in runs] for name, runs in zip(commands, taken, strict=True)}
    for name, seconds in found.items():
        print(f"{name:34} {spread(seconds):.2f} s")
    return found


def main(rounds: int, folder: Path) -> None:
    helped = times({"import numpy, openpyxl": IMPORTS, "--help": [*PROGRAM, "--help"]}, 3 * rounds)
    ratio = ratios(helped["--help"], helped["import numpy, openpyxl"])
    print(f"{'ratio':34} {ratio:.2f}")
    print(verdict(f"--help in at most {HELP_OF_IMPORTS} of the imports", ratio.middle <= HELP_OF_IMPORTS))
    build = [*PROGRAM, "build", str(folder / "out.xlsx"), "--force"]
    built = times({"build": build, "build --no-verify": [*build, "--no-verify"]}, rounds)
    ratio = ratios(built["build"], built["build --no-verify"])
    print(f"{'ratio':34} {ratio:.2f}")
    print(
        verdict(f"with its check in at most {BUILD_OF_UNCHECKED} times", ratio.middle <= BUILD_OF_UNCHECKED)
    )
    large = str(folder / "large.xlsx")
    make = [*PROGRAM, "build", large, "--force", "--no-verify", "--iterations", str(LARGE)]
    checked = times({f"build, {LARGE:,} iterations": make, "verify": [*PROGRAM, "verify", large]}, rounds)
    seconds = spread(checked["verify"]).middle
    print(verdict(f"verified in at most {SECONDS_TO_VERIFY:.0f} s", seconds <= SECONDS_TO_VERIFY))


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, Path(name))
