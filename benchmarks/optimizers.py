"""What Adam costs on the article's network, against plain gradient descent, in proportion to the cells.

    python benchmarks/optimizers.py [ROUNDS]

Builds both workbooks of 1,000 iterations in turn, and edits lr in both with LibreOffice, where it is there; 5
rounds when not given. Adam keeps two moments of every weight, so its workbook has more cells: what counts is
the time for each.
"""

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from paired import alternate, ratios, spread, verdict

# How much longer a cell of Adam's may take: its formulas are longer.
TARGET = 1.5
ITERATIONS = 1_000


def main() -> None:
    """Measure and print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    optimizers = ("gd", "adam")
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{name}.xlsx") for name in optimizers]
        build = [sys.executable, "-m", "mlp2xlsx", "build", "--no-verify", "--force"]
        commands = [
            [*build, str(path), "--iterations", str(ITERATIONS), "--optimizer", name]
            for path, name in zip(paths, optimizers, strict=True)
        ]
        runs = alternate(commands, rounds)
        from editing import edited

        from mlp2xlsx.xlsx.reading.contents import read_contents

        cells = [sum(sheet.cells for sheet in read_contents(path).sheets.values()) for path in paths]
        edits = [edited(path, rounds) for path in paths]
    plain, adam = cells
    print(f"{plain:,} cells with gd, {adam:,} with adam: {adam / plain:.2f} times as many")
    built = [[one.cpu for one in each] for each in runs]
    for what, (before, after) in {"build": built, "one edit of lr": edits}.items():
        times = ratios(after, before)
        print(f"{what}: {spread(before):.2f} s with gd, {spread(after):.2f} s with adam, {times:.2f} times")
        each = median(after) / adam / (median(before) / plain)
        print(verdict(f"{what}: a cell takes {each:.2f} of the time, at most {TARGET}", each <= TARGET))


if __name__ == "__main__":
    main()
