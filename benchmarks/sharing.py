"""What sharing formulas saves when IronCalc loads its temporary copy of a workbook."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import ironcalc
from paired import ratios, spread

from mlp2xlsx import build, load, train
from mlp2xlsx.engines.plain import write_plain
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.reading.contents import Contents, read_contents, read_later


def loaded(contents: Contents, path: Path) -> float:
    write_plain(contents, path)
    start = time.process_time()
    ironcalc.load_from_xlsx(str(path), "en", "UTC")
    return time.process_time() - start


def main(rounds: int, folder: Path) -> None:
    for iterations in (1_000, 5_000):
        lesson = load("article").replace(iterations=iterations)
        build(lesson, folder / "out.xlsx", force=True)
        shared = read_later(
            read_contents(folder / "out.xlsx", put_off=("Training", "Loss", "Weights")),
            make(train(lesson)).bands(),
        )
        spelled_out = read_contents(folder / "out.xlsx")
        assert not any(sheet.as_built for sheet in spelled_out.sheets.values())
        pairs = [
            (loaded(shared, folder / "copy.xlsx"), loaded(spelled_out, folder / "copy.xlsx"))
            for _ in range(rounds)
        ]
        one, other = zip(*pairs, strict=True)
        print(f"{iterations:,} iterations: shared {spread(one):.2f} s, spelled out {spread(other):.2f} s,")
        print(f"    ratio {ratios(one, other):.2f}")


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5, Path(name))
