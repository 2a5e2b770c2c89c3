"""A class: its handouts, and grading what comes back typed and in formulas, each as a whole process.

    python benchmarks/classroom.py [STUDENTS] [--jobs N] [--typed] [--anew]

STUDENTS is 1,000 when not given; a class of a tenth as many comes first, to see how memory grows. The work
is done in one process, or by N beside the one that reads and writes; the memory of it and of the largest of
the others is what the system has measured of each.
Submissions are the handouts with the right numbers to 3 decimals, one matrix in ten with a mistake, or
with the formulas of the key; with `--typed` only the first. With `--anew`, a few handouts are also rendered
each by itself, as they once were, in the same process as those that are filled in, in turn.
"""

import argparse
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from paired import Run, ratios, run, verdict

MOST = {
    "handout": 0.02,
    "grade, typed": 0.05,
    "grade, formulas": 0.2,
}  # seconds of processor for each student
MOST_MEMORY = 150.0
OPTIONS = {"typed": [], "formulas": ["--formulas"]}
# The command, and at its end what the system knows of its memory and of its workers', in KB.
COMMAND = """
import re, sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from mlp2xlsx.cli import run
peaks = Path(sys.argv.pop(1))
try:
    run()
finally:
    own = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]
    peaks.write_text(f"{own} {getrusage(RUSAGE_CHILDREN).ru_maxrss}")
"""
# In a process of its own: the one that measures must stay small.
FILL_IN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from classroom import fill_in
fill_in(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
"""
CELL = r'<c r="{}" s="(\d+)"(?:/>| ?t?=?"?s?t?r?"?><f>(.*?)</f><v>(.*?)</v></c>)'


@dataclass(frozen=True)
class Taken:
    """What one command took: a whole run, and the peak MB of its process and of its largest worker."""

    whole: Run
    own: float
    worker: float

    @property
    def memory(self) -> str:
        """The peaks, in words."""
        return f"{self.own:.0f} MB" + (f", a worker {self.worker:.0f} MB" if self.worker else "")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("students", type=int, nargs="?", default=1_000)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--typed", action="store_true")
    parser.add_argument("--anew", action="store_true")
    options = parser.parse_args()
    kinds = [*OPTIONS][: 1 if options.typed else None]
    for students in (max(options.students // 10, 1), options.students):
        for what, command in measured(students, kinds, options.jobs):
            each, most = command.whole.cpu / students, MOST[what]
            print(
                f"{what:16} {students:,} students: {command.whole.wall:.1f} s on the clock, "
                f"{1000 * each:.1f} ms of processor for each, {command.memory}",
                flush=True,
            )
            if students == options.students:
                print(verdict(f"{what}: at most {1000 * most:.0f} ms", each <= most))
                memory = max(command.own, command.worker)
                print(verdict(f"{what}: under {MOST_MEMORY:.0f} MB", memory < MOST_MEMORY), flush=True)
    if options.anew:
        print(f"filled in / rendered anew: {compared():.3f}")


def measured(students: int, kinds: list[str], jobs: int) -> Iterator[tuple[str, Taken]]:
    """Make the handouts of a class, fill them in and grade them; yield what each command took."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        roster = folder / "roster.csv"
        lines = [f"s{number:05},Student {number}" for number in range(students)]
        roster.write_text("\n".join(["id,name", *lines]), encoding="utf-8")
        for kind in kinds:
            home, given, out = folder / kind, folder / f"{kind}-in", folder / f"{kind}.csv"
            made = ["handout", str(home), "--roster", str(roster), "--seed", "1", *OPTIONS[kind]]
            yield "handout", taken(folder, made, jobs)
            given.mkdir()
            run([sys.executable, "-c", FILL_IN, str(home), str(given), kind, str(Path(__file__).parent)])
            graded = ["grade", str(home), str(given), "--out", str(out)]
            yield f"grade, {kind}", taken(folder, graded, jobs)


def taken(folder: Path, words: list[str], jobs: int) -> Taken:
    """Run one command and measure it."""
    peaks = folder / "peaks"
    whole = run([sys.executable, "-c", COMMAND, str(peaks), *words, "--jobs", str(jobs)])
    own, worker = (int(size) / 1024 for size in peaks.read_text().split())
    return Taken(whole, own, worker)


def fill_in(folder: Path, submissions: Path, kind: str) -> None:
    """Write into the answer cells of every handout of a class what its key has there."""
    from mlp2xlsx.classroom.records import ClassFolder, load_records
    from mlp2xlsx.xlsx.address import a1

    home = ClassFolder(folder)
    records = load_records(home)
    book = next(records.exercises()).book()
    parts = {
        sheet.name: f"xl/worksheets/sheet{number}.xml" for number, sheet in enumerate(book.sheets.values(), 1)
    }
    cells: dict[str, list[tuple[re.Pattern[str], int]]] = {}
    for count, name in enumerate(next(records.exercises()).blank):
        title, box = book.names[name]
        cells.setdefault(parts[title], []).extend(
            (re.compile(CELL.format(a1(*at))), count) for at in box.cells()
        )
    for number, exercise in enumerate(records.exercises()):
        file = f"{exercise.student.file}.xlsx"
        with (
            zipfile.ZipFile(home.handouts / file) as handout,
            zipfile.ZipFile(home.key / file) as key,
            zipfile.ZipFile(submissions / file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as filled,
        ):
            for part in handout.namelist():
                text = handout.read(part)
                if part in cells:
                    right = key.read(part).decode()
                    text = answered(text.decode(), right, cells[part], number, kind).encode()
                filled.writestr(part, text)


def answered(text: str, right: str, cells: list[tuple[re.Pattern[str], int]], number: int, kind: str) -> str:
    """Put the answers into a sheet."""
    for pattern, count in cells:
        empty, there = pattern.search(text), pattern.search(right)
        place = empty[0].split('"')[1]
        held = f"<f>{there[2]}</f><v>{there[3]}</v>"
        if kind == "typed":
            slip = 0.1 if count % 10 == number % 10 else 0.0
            held = f"<v>{round(float(there[3]) + slip, 3)!r}</v>"
        text = text.replace(empty[0], f'<c r="{place}" s="{empty[1]}">{held}</c>')
    return text


def compared(pairs: int = 15) -> object:
    """Processor time of a handout and its key that are filled in, to that of the same two rendered anew."""
    import io
    import time

    from mlp2xlsx.classroom.exercise import Assignment, Exercise, steps_to_fill
    from mlp2xlsx.classroom.handouts import make_both
    from mlp2xlsx.classroom.roster import Student
    from mlp2xlsx.lesson import load

    once = load("article").replace(iterations=1, show=())
    assignment = Assignment(once, 1, steps_to_fill(once))
    filled, rendered = [], []
    for number in range(pairs + 1):
        exercise = Exercise(assignment, Student(f"s{number}", f"Student {number}", "", (), f"s{number}"))
        start = time.process_time()
        make_both(exercise)
        between = time.process_time()
        for book in (exercise.book(), exercise.key()):
            book.save(io.BytesIO())
        filled.append(between - start)
        rendered.append(time.process_time() - between)
    return ratios(filled[1:], rendered[1:])  # the first makes what all have in common


if __name__ == "__main__":
    main()
