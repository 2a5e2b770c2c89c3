"""What each level of compression costs, on the parts of a workbook of 5,000 iterations.

    python benchmarks/compress.py [ROUNDS]

Each level compresses the same bytes in this process, in turn, ROUNDS times (5 when not given).
"""

import sys
import time
import zlib
from collections.abc import Sequence
from io import BytesIO
from zipfile import ZipFile

from paired import ratios, spread

from mlp2xlsx import lesson
from mlp2xlsx.training import train
from mlp2xlsx.workbook.book import make

LEVELS = (1, 2, 3, 4, 5, 6)


def parts() -> list[bytes]:
    """Give the files inside the workbook, not compressed."""
    file = BytesIO()
    make(train(lesson.override(lesson.load("article"), iterations=5000))).save(file)
    with ZipFile(file) as book:
        return [book.read(name) for name in book.namelist()]


def compressed(contents: Sequence[bytes], level: int) -> tuple[float, int]:
    """Seconds of processor, and bytes that are left."""
    start = time.process_time()
    size = sum(len(zlib.compress(part, level)) for part in contents)
    return time.process_time() - start, size


def main(rounds: int) -> None:
    contents = parts()
    print(f"{sum(map(len, contents)) / 1e6:.1f} MB, {rounds} rounds, median (least–greatest)")
    taken = [[compressed(contents, level) for level in LEVELS] for _ in range(rounds)]
    seconds = [[one[0] for one in runs] for runs in zip(*taken, strict=True)]
    for level, times, (_, size) in zip(LEVELS, seconds, taken[0], strict=True):
        more = size / taken[0][-1][1] - 1
        share = ratios(times, seconds[-1])
        print(
            f"level {level}: cpu {spread(times):.2f} s, {share:.2f} of level {LEVELS[-1]}; "
            f"{size / 1e6:.2f} MB, {more:+.1%}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
