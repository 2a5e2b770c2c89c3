"""The command `grade`: grades for what comes back from a class."""

import argparse
import json
import sys
from pathlib import Path

from mlp2xlsx.cli.options import SUCCESS, WORKERS, Command, executor_of, print_note, progress
from mlp2xlsx.interrupt import loading
from mlp2xlsx.words import one_line

_MOST_SAID, _MOST_POINTS = 20, 10_000.0


def _grade(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.classroom.grading import grade
        from mlp2xlsx.classroom.submissions import find_submissions

    n_files = len(find_submissions(Path(options.submissions))[0])
    with executor_of(options, n_files) as executor:
        grades = grade(
            options.folder,
            options.submissions,
            options.out,
            executor=executor,
            copies_count=None if options.copied is None else options.copied == "flagged",
            points=options.points,
            column=options.column,
            gradescope=options.gradescope,
            force=options.force,
            progress=progress,
        )
    for notice in grades.notices[:_MOST_SAID]:
        print(one_line(f"mlp2xlsx: {notice.about}: {notice.text('en')}"), file=sys.stderr)
    more = len(grades.notices) - _MOST_SAID
    if more > 0:
        print(f"mlp2xlsx: … and {more} more, in the report", file=sys.stderr)
    for hint in grades.hints:
        print_note(hint)
    print(json.dumps(grades.results, ensure_ascii=False) if options.json else one_line(str(grades)))
    return SUCCESS


def points(text: str) -> float:
    """Read a number of points."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= _MOST_POINTS:
        raise argparse.ArgumentTypeError(f'found "{text}", expected a number above 0, up to {_MOST_POINTS:g}')
    return number


GRADE = Command(
    run=_grade,
    usage="%(prog)s CLASS SUBMISSIONS --out GRADES.csv [options]",
    arguments={
        "folder": {"metavar": "CLASS", "help": "the folder that handout has made"},
        "submissions": {"metavar": "SUBMISSIONS", "help": "a folder or a .zip of what came back"},
        "--out": {"metavar": "GRADES.csv", "required": True, "help": "the table of grades to write"},
        "--copied": {
            "choices": ("flagged", "nothing"),
            "help": "what a neighbour's numbers are worth: flagged and marked as all others, or nothing",
        },
        "--points": {"metavar": "P", "type": points, "help": "what the whole is worth"},
        "--column": {"metavar": "NAME", "help": "the assignment in the gradebook of Canvas"},
        "--json": {"action": "store_true", "help": "print the results as JSON"},
        "--gradescope": {"action": "store_true", "help": "results of each student for Gradescope, too"},
        **WORKERS,
        "--force": {"action": "store_true", "help": "replace an existing table"},
    },
    description="Grade what comes back from a class.",
    examples="""\
examples:
  python -m mlp2xlsx grade class submissions --out grades.csv
  python -m mlp2xlsx grade class submissions.zip --out grades.csv --force
""",
)
