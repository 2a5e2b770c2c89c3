"""The command `handout`: a workbook to be filled in for every student of a class."""

import argparse
from pathlib import Path

from mlp2xlsx.cli.options import (
    SUCCESS,
    add_flag,
    add_lesson,
    add_workers,
    changed_lesson,
    executor_of,
    print_note,
    progress,
    ranges,
)
from mlp2xlsx.errors import UsageError
from mlp2xlsx.interrupt import loading
from mlp2xlsx.options.typed import whole_number
from mlp2xlsx.words import one_line

HANDOUT_EXAMPLES = """\
examples:
  python -m mlp2xlsx handout class --roster roster.csv --blank 3-6
  python -m mlp2xlsx handout practice --lesson xor --practice
"""


def add_handout(parser: argparse.ArgumentParser) -> None:
    """Add what may follow the word `handout`."""
    parser.usage = "%(prog)s CLASS [options]"
    parser.add_argument("folder", metavar="CLASS", help="the folder of the class; made if need be")
    options = parser.add_argument_group("options")
    add_lesson(options)
    options.add_argument(
        "--blank", metavar="N-N,N…", type=ranges, help="steps to be filled in (default: all that compute)"
    )
    options.add_argument("--roster", metavar="FILE", help="the students (default: one for anybody)")
    options.add_argument("--encoding", metavar="NAME", help="of the roster, where it does not tell")
    options.add_argument("--sheet", metavar="NAME", help="of the roster, where it is a workbook of several")
    options.add_argument("--seed", metavar="S", type=whole_number, help="draws the students' own numbers")
    options.add_argument("--practice", action="store_true", help="say on the sheets what is right")
    options.add_argument("--formulas", action="store_true", help="let only formulas count")
    options.add_argument("--vary-data", action="store_true", help="draw the inputs, too, not only weights")
    add_flag(options, "language")
    add_workers(options)
    options.add_argument("--force", action="store_true", help="replace another assignment")
    parser.set_defaults(command=_handout)


def _handout(options: argparse.Namespace) -> int:
    with loading():
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
    with executor_of(options, n_students) as executor:
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
