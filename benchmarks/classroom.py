"""A class: its handouts, and grading what comes back typed and in formulas, each as a whole process.

    python benchmarks/classroom.py [STUDENTS] [anew]

STUDENTS is 1,000 when not given; a class of a tenth as many comes first, to see how memory grows.
Submissions are the handouts with the right numbers to 3 decimals, one matrix in ten with a mistake, or
with the formulas of the key. With `anew`, a few handouts are also rendered each by itself, as they once
were, in the same process as those that are filled in, one in turn with the other.
"""

import re
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from paired import Run, ratios, run, verdict

MOST = {
    "handout": 0.02,
    "grade, typed": 0.05,
    "grade, formulas": 0.2,
}  # seconds of processor for each student
MOST_MEMORY = 150.0
# In a process of its own: the one that measures must stay small.
FILL_IN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[4])
from classroom import fill_in
fill_in(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
"""
CELL = r'<c r="{}" s="(\d+)"(?:/>| ?t?=?"?s?t?r?"?><f>(.*?)</f><v>(.*?)</v></c>)'


def main() -> None:
    """Measure and print."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    small, large = (measured(count) for count in (max(students // 10, 1), students))
    for what, most in MOST.items():
        few, many = small[what], large[what]
        each = many.cpu / students
        print(
            f"{what:16} {students:,} students: {many.wall:.1f} s on the clock, {1000 * each:.1f} ms of "
            f"processor for each, {many.peak:.0f} MB ({few.peak:.0f} MB for {students // 10:,})"
        )
        print(verdict(f"{what}: at most {1000 * most:.0f} ms", each <= most))
        print(verdict(f"{what}: under {MOST_MEMORY:.0f} MB", many.peak < MOST_MEMORY))
    if "anew" in sys.argv:
        print(f"filled in / rendered anew: {compared():.3f}")


def measured(students: int) -> dict[str, Run]:
    """Make the handouts of a class in one process and grade it twice."""
    found = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        roster = folder / "roster.csv"
        lines = [f"s{number:05},Student {number}" for number in range(students)]
        roster.write_text("\n".join(["id,name", *lines]), encoding="utf-8")
        program = [sys.executable, "-m", "mlp2xlsx"]
        for kind, options in (("typed", []), ("formulas", ["--formulas"])):
            home, given = folder / kind, folder / f"{kind}-in"
            made = [*program, "handout", str(home), "--roster", str(roster), "--seed", "1", "--jobs", "1"]
            taken = run([*made, *options])
            found.setdefault("handout", taken)
            given.mkdir()
            run([sys.executable, "-c", FILL_IN, str(home), str(given), kind, str(Path(__file__).parent)])
            out = str(folder / f"{kind}.csv")
            found[f"grade, {kind}"] = run(
                [*program, "grade", str(home), str(given), "--out", out, "--jobs", "1"]
            )
    return found


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
