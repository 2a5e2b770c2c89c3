"""`mlp2xlsx build` against XlsxWriter writing the same cells, and how time and memory grow.

    python benchmarks/write.py [ROUNDS]

ROUNDS (5 when not given) is how often each program runs in turn; eight times as often where two small
times are subtracted. Takes six to nine minutes.
"""

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from paired import Run, alternate, ratios, run, spread, verdict

HERE = Path(__file__).resolve().parent
MODES = ("constant_memory", "default")
ITERATIONS = 5000

# The targets.
SHARE_OF_XLSXWRITER = 0.22
PEAK_MB, PEAK_GROWTH = 120, 1.2
TEN_TIMES_AS_MANY = 11  # the time of ten times as many iterations


def main(rounds: int) -> None:
    with TemporaryDirectory() as folder:
        check_cells(folder)
        compare(folder, rounds)
        # 500 iterations add about a tenth of a second, which is also how much one run differs from the next.
        memory(*growth(folder, 500, 8 * rounds))
        growth(folder, 5000, max(rounds, 4))


def build(folder: str, iterations: int = ITERATIONS) -> list[str]:
    """Our program; it does not recalculate the workbook, as XlsxWriter does not."""
    words = [sys.executable, "-m", "mlp2xlsx", "build"]
    return [*words, f"{folder}/ours.xlsx", "--force", "--iterations", str(iterations), *no_verify()]


@cache
def no_verify() -> list[str]:
    """Give the option that leaves recalculation out, where `build` has one."""
    words = [sys.executable, "-m", "mlp2xlsx", "build", "--help"]
    options = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return ["--no-verify"] if "--no-verify" in options else []


def xlsxwriter(folder: str, mode: str) -> list[str]:
    """The same workbook's cells by XlsxWriter."""
    script = str(HERE / "xlsxwriter_book.py")
    return [sys.executable, script, f"{folder}/{mode}.xlsx", str(ITERATIONS), mode]


def check_cells(folder: str) -> None:
    """Write the files once and compare them, in processes of their own (see paired.py)."""
    run(build(folder))
    for mode in MODES:
        run(xlsxwriter(folder, mode))
        print(f"{mode}: ", end="", flush=True)
        files = [f"{folder}/ours.xlsx", f"{folder}/{mode}.xlsx"]
        if subprocess.run([sys.executable, str(HERE / "same_cells.py"), *files]).returncode != 0:
            raise SystemExit("the two programs do not write the same cells; nothing is measured")
        print("file size:", ", ".join(f"{Path(file).stat().st_size / 1e6:.1f} MB" for file in files))


def compare(folder: str, rounds: int) -> None:
    """Time both, whole processes: start, train, plan, write."""
    ours, *theirs = alternate([build(folder), *(xlsxwriter(folder, mode) for mode in MODES)], rounds)
    print(f"\n{ITERATIONS:,} iterations, {rounds} rounds, median (least–greatest)")
    show("mlp2xlsx build", ours)
    for mode, runs in zip(MODES, theirs, strict=True):
        show(f"XlsxWriter, {mode}", runs)
    shares = []
    for mode, runs in zip(MODES, theirs, strict=True):
        share, wall = ratios(cpu(ours), cpu(runs)), ratios(clock(ours), clock(runs))
        print(f"ours / XlsxWriter {mode}, pair by pair: cpu {share:.3f}, wall {wall:.3f}")
        shares.append((max(share.middle, wall.middle), mode))
    worst, mode = max(shares)
    print(verdict(f"at most {SHARE_OF_XLSXWRITER} of the faster mode ({mode})", worst <= SHARE_OF_XLSXWRITER))


def growth(folder: str, small: int, rounds: int) -> tuple[float, float]:
    """Measure our program at 1, `small` and ten times `small` iterations; give the two peaks in MB."""
    counts = (1, small, 10 * small)
    start, tenth, whole = taken = alternate([build(folder, n) for n in counts], rounds)
    print(f"\nmlp2xlsx build, {rounds} rounds, median (least–greatest)")
    for n, runs in zip(counts, taken, strict=True):
        show(f"{n:,} iterations", runs)
    factor = times_as_long(start, tenth, whole)
    n = len(start) // 4 or 1
    quarters = [
        times_as_long(start[i : i + n], tenth[i : i + n], whole[i : i + n]) for i in range(0, 4 * n, n)
    ]
    print(
        f"beyond the time of a single iteration: {factor:.1f} times as long for ten times as many; "
        f"by each quarter of the rounds alone {min(quarters):.1f}–{max(quarters):.1f}"
    )
    print(verdict(f"at most {TEN_TIMES_AS_MANY} times as long", factor <= TEN_TIMES_AS_MANY))
    return spread([r.peak for r in tenth]).middle, spread([r.peak for r in whole]).middle


def times_as_long(start: list[Run], tenth: list[Run], whole: list[Run]) -> float:
    """Compare what the iterations cost beyond a single one's time.

    From differences of runs next to each other: what slows the machine for a while is in both.
    """
    return beyond(start, whole) / beyond(start, tenth)


def beyond(start: list[Run], longer: list[Run]) -> float:
    """Seconds of processor that the longer runs take more; the median."""
    return spread([b - a for a, b in zip(cpu(start), cpu(longer), strict=True)]).middle


def memory(small: float, large: float) -> None:
    print(verdict(f"peak memory under {PEAK_MB} MB", large < PEAK_MB))
    print(verdict(f"peak memory grows {large / small:.2f} times", large < PEAK_GROWTH * small))


def cpu(runs: list[Run]) -> list[float]:
    return [r.cpu for r in runs]


def clock(runs: list[Run]) -> list[float]:
    return [r.wall for r in runs]


def show(what: str, runs: list[Run]) -> None:
    peak = spread([r.peak for r in runs])
    print(f"{what:28}  cpu {spread(cpu(runs)):.2f} s  wall {spread(clock(runs)):.2f} s  peak {peak:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
