"""What it costs to compare what is seen: `verify` with it and without, on a large workbook.

Whole processes; only their processor time is compared.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from paired import alternate, ratios, run, spread, verdict

PROGRAM = [sys.executable, "-m", "mlp2xlsx"]
ITERATIONS, AT_MOST = 5_000, 1.5


def main(rounds: int, folder: Path) -> None:
    path = str(folder / "large.xlsx")
    run([*PROGRAM, "build", path, "--no-verify", "--iterations", str(ITERATIONS)])
    verify = [*PROGRAM, "verify", path]
    looked, counted = alternate([verify, [*verify, "--arithmetic-only"]], rounds)
    for name, runs in (("verify", looked), ("verify --arithmetic-only", counted)):
        print(f"{name:26} {spread([one.cpu for one in runs]):.2f} s")
    ratio = ratios([one.cpu for one in looked], [one.cpu for one in counted])
    print(f"{'ratio':26} {ratio:.2f}")
    print(verdict(f"what is seen compared in at most {AT_MOST} times", ratio.middle <= AT_MOST))


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, Path(name))
