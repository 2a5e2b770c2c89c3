"""The command `handout`: a workbook to be filled in for every student of a class."""

import argparse
from pathlib import Path

from mlp2xlsx.choices import HINTS
from mlp2xlsx.cli.options import (
    SUCCESS,
    WORKERS,
    Command,
    changed_lesson,
    executor_of,
    print_note,
    progress,
    ranges,
)
from mlp2xlsx.errors import UsageError
from mlp2xlsx.interrupt import loading
from mlp2xlsx.options.table import OPTIONS
from mlp2xlsx.options.typed import whole_number
from mlp2xlsx.words import did_you_mean, one_line


def _handout(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.classroom.handouts import handout
        from mlp2xlsx.classroom.roster import read_roster
        from mlp2xlsx.lesson.tables.files.hints import Hints

    chosen = changed_lesson(options.lesson, language=options.language)
    # Whatever is wrong with the roster is said before a process is started.
    roster = None
    if options.roster is not None:
        given = Hints(options.encoding or "", options.sheet or "")
        roster = read_roster(Path(options.roster), given, options.id_column or "")
    elif options.encoding or options.sheet or options.id_column:
        raise UsageError(
            "--encoding, --sheet and --id-column are about a roster; expected --roster FILE with them"
        )
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
            hints=options.hints,
            iteration=options.iteration[0],
            iterations=len(options.iteration),
            pseudonyms=True if options.pseudonyms else None,
            after=options.after,
            pdf=options.pdf,
            executor=executor,
            force=options.force,
            progress=progress,
        )
    if roster is not None:
        print_note(roster.understood)
    print(one_line(str(made)))
    return SUCCESS


def iterations(text: str) -> range:
    """Read which iterations are filled in, as in `3` or `1-2`."""
    first, dash, last = text.partition("-")
    start = whole_number(first)
    found = range(start, (whole_number(last) if dash else start) + 1)
    if not found:
        raise argparse.ArgumentTypeError(f'found "{text}", expected a number, or two as in 1-2')
    return found


def hints(text: str) -> list[str]:
    """Read what the sheets may tell, as in `formula,note`."""
    found = [] if text == "none" else [part.strip() for part in text.split(",")]
    for word in found:
        if word not in HINTS:
            near = did_you_mean(word, HINTS)
            raise argparse.ArgumentTypeError(
                f'found "{word}", expected some of {",".join(HINTS)}, or none{near}'
            )
    return found


# Few rosters need them, and messages name the one that is missing.
_ABOUT_ROSTERS = {
    key: {"metavar": "NAME", "help": argparse.SUPPRESS} for key in ("--encoding", "--sheet", "--id-column")
}

HANDOUT = Command(
    run=_handout,
    usage="%(prog)s CLASS [options]",
    arguments={
        "folder": {"metavar": "CLASS", "help": argparse.SUPPRESS},
        "--blank": {
            "metavar": "N-N,N…",
            "type": ranges,
            "help": "steps to be filled in (default: all that compute)",
        },
        "--iteration": {
            "metavar": "K",
            "type": iterations,
            "default": range(1, 2),
            "help": "which, or several as 1-2 (default: 1)",
        },
        "--roster": {"metavar": "FILE", "help": "the students (default: one for anybody)"},
        **_ABOUT_ROSTERS,
        "--after": {"metavar": "CLASS", "help": "the assignment that the same class had before"},
        "--seed": {"metavar": "S", "type": whole_number, "help": "draws the students' own numbers"},
        "--practice": {"action": "store_true", "help": "say on the sheets what is right"},
        "--hints": {
            "metavar": "WORDS",
            "type": hints,
            "default": HINTS,
            "help": "formula,excel,python,r,chain,note, or none",
        },
        "--formulas": {"action": "store_true", "help": "let only formulas count"},
        "--vary-data": {"action": "store_true", "help": "draw the inputs, too, not only weights"},
        "--pseudonyms": {"action": "store_true", "help": "name students in the folder key alone"},
        "--pdf": {"action": "store_true", "help": "print them as well, with LibreOffice"},
        "--language": OPTIONS["language"].argument,
        **WORKERS,
        "--force": {"action": "store_true", "help": "replace another assignment"},
    },
    description="Make workbooks to be filled in, in the folder of a class.",
    examples="""\
examples:
  python -m mlp2xlsx handout class --roster roster.csv --blank 3-6
  python -m mlp2xlsx handout practice --lesson xor --practice
""",
    takes_lesson=True,
)
