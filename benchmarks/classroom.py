"""A class of 1,000: making the handouts, and grading what comes back, each as a whole process.

    python benchmarks/classroom.py [STUDENTS]

STUDENTS is 1,000 when not given; a class of a tenth as many comes first, to see how memory grows. The
submissions are filled in with the right numbers to 3 decimals, one matrix in ten with a mistake.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from paired import Run, run, verdict

MOST_SECONDS, MOST_GROWTH = 300.0, 1.25
# In a process of its own: the one that measures must stay small.
FILL_IN = """
import sys
from pathlib import Path
import numpy as np
from mlp2xlsx.classroom.records import ClassFolder, load_records
folder, submissions = ClassFolder(Path(sys.argv[1])), Path(sys.argv[2])
for number, exercise in enumerate(load_records(folder).exercises()):
    book = exercise.book()
    for count, name in enumerate(exercise.blank):
        title, box = book.names[name]
        slip = 0.1 if count % 10 == number % 10 else 0.0
        book.sheets[title].numbers(box, np.round(exercise.true[name] + slip, 3), "answer")
    with (submissions / f"{exercise.student.file}.xlsx").open("wb") as stream:
        book.save(stream)
"""


def main() -> None:
    """Measure and print."""
    students = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    small, large = (measured(count) for count in (max(students // 10, 1), students))
    good = True
    for what, (few, many) in {"handout": (small[0], large[0]), "grade": (small[1], large[1])}.items():
        print(
            f"{what:8} {students:,} students: {many.wall:.1f} s on the clock, {many.cpu:.1f} s of processor, "
            f"largest process {many.peak:.0f} MB ({few.peak:.0f} MB for {students // 10:,})"
        )
        good = good and many.wall <= MOST_SECONDS and many.peak <= MOST_GROWTH * few.peak
    print(verdict(f"each in under {MOST_SECONDS:.0f} s, memory within {MOST_GROWTH} of a tenth's", good))


def measured(students: int) -> tuple[Run, Run]:
    """Make the handouts of a class and grade it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        roster = folder / "roster.csv"
        lines = [f"s{number:05},Student {number}" for number in range(students)]
        roster.write_text("\n".join(["id,name", *lines]), encoding="utf-8")
        submissions = folder / "submissions"
        submissions.mkdir()
        program = [sys.executable, "-m", "mlp2xlsx"]
        made = run([*program, "handout", str(folder / "class"), "--roster", str(roster), "--seed", "1"])
        subprocess.run([sys.executable, "-c", FILL_IN, str(folder / "class"), str(submissions)], check=True)
        out = str(folder / "grades.csv")
        graded = run([*program, "grade", str(folder / "class"), str(submissions), "--out", out])
        return made, graded


if __name__ == "__main__":
    main()
