"""The command `handout`: a workbook to be filled in for every student of a class."""

import argparse
import os
from pathlib import Path

from mlp2xlsx.cli.options import JOBS, SUCCESS, Command, changed_lesson, print_note, progress, ranges
from mlp2xlsx.errors import UsageError
from mlp2xlsx.interrupt import loading
from mlp2xlsx.options.table import OPTIONS
from mlp2xlsx.options.typed import whole_number
from mlp2xlsx.words import one_line


def _handout(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.classroom.each import workers
        from mlp2xlsx.classroom.handouts import handout
        from mlp2xlsx.classroom.roster import read_roster
        from mlp2xlsx.lesson.tables.files.hints import Hints

    chosen = changed_lesson(options.lesson, language=options.language)
    # Whatever is wrong with the roster is said before a process is started.
    roster = None
    if options.roster is not None:
        roster = read_roster(Path(options.roster), Hints(options.encoding or "", options.sheet or ""))
    elif options.encoding or options.sheet:
        raise UsageError("--encoding and --sheet are about a roster; expected --roster FILE with them")
    n_students = 1 if roster is None else len(roster.students)
    with workers(options.jobs or os.cpu_count() or 1, n_students) as executor:
        made = handout(
            options.folder,
            chosen,
            blank=options.blank,
            roster=roster,
            seed=options.seed,
            practice=options.practice,
            formulas=options.formulas,
            vary_data=options.vary_data,
            executor=executor,
            force=options.force,
            progress=progress,
        )
    if roster is not None:
        print_note(roster.understood)
    print(one_line(str(made)))
    return SUCCESS


HANDOUT = Command(
    run=_handout,
    usage="%(prog)s CLASS [options]",
    arguments={
        "folder": {"metavar": "CLASS", "help": "the folder of the class; made if need be"},
        "--blank": {
            "metavar": "N-N,N…",
            "type": ranges,
            "help": "steps to be filled in (default: all that compute)",
        },
        "--roster": {"metavar": "FILE", "help": "the students (default: one for anybody)"},
        "--encoding": {"metavar": "NAME", "help": "of the roster, where it does not tell"},
        "--sheet": {"metavar": "NAME", "help": "of the roster, where it is a workbook of several"},
        "--seed": {"metavar": "S", "type": whole_number, "help": "draws the students' own numbers"},
        "--practice": {"action": "store_true", "help": "say on the sheets what is right"},
        "--formulas": {"action": "store_true", "help": "let only formulas count"},
        "--vary-data": {"action": "store_true", "help": "draw the inputs, too, not only weights"},
        "--language": OPTIONS["language"].argument,
        **JOBS,
        "--force": {"action": "store_true", "help": "replace another assignment"},
    },
    description="Make workbooks to be filled in.",
    examples="""\
examples:
  python -m mlp2xlsx handout class --roster roster.csv --blank 3-6
  python -m mlp2xlsx handout practice --lesson xor --practice
""",
    takes_lesson=True,
)
