"""The command `build`: a lesson and its options, the workbook, the check of it."""

import argparse
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO

from mlp2xlsx import resources
from mlp2xlsx.cli.options import FAILED, SUCCESS, Command, changed_lesson, print_error, print_note, progress
from mlp2xlsx.errors import UsageError
from mlp2xlsx.interrupt import INTERRUPTED, loading
from mlp2xlsx.options.table import flags
from mlp2xlsx.output import replacing
from mlp2xlsx.words import one_line

# How many cells a build checks without being asked: what takes less than a second (see benchmarks/).
CHECKED_UNASKED = 100_000


def _build(options: argparse.Namespace) -> int:
    start = time.perf_counter()
    if Path(options.out).suffix.lower() != ".xlsx":
        raise UsageError(
            f"{options.out or 'an empty name'}: expected a name that ends in .xlsx, as in out.xlsx"
        )
    with loading():
        from mlp2xlsx.building import build

    out = Path(options.out)
    chosen = changed_lesson(options.lesson, **{name: getattr(options, name) for name in flags()})
    if options.dry_run:
        print(one_line(chosen.understood or f"{chosen.name}: no table is read"))
        return SUCCESS
    ships = options.data is None and options.lesson in resources.lesson_names()
    if chosen.understood and not ships:  # of somebody's own table, how it was read may be a surprise
        print_note(chosen.understood)
    with _pages(options, out) as pages:
        built = build(chosen, out, force=options.force, protected=not options.unprotected, progress=progress)
        if pages is not None:
            from mlp2xlsx.engines.libreoffice import write_pdf

            write_pdf(built.path, pages)
    checked = None
    if options.verify or (options.verify is None and built.cells <= CHECKED_UNASKED):
        try:
            from mlp2xlsx.verify import verify

            # What is seen was written a moment ago by what it would be compared with.
            checked = verify(built.path, quick=True, arithmetic_only=True, built=built.book)
        except KeyboardInterrupt:
            return print_error(f"interrupted; {built.path} is written, but was not checked", INTERRUPTED)
    built = replace(built, seconds=time.perf_counter() - start)  # as long as a person has waited
    print(one_line(str(built) if checked is None else f"{built}; {checked.summary()}"))
    if checked is None or checked.ok:
        return SUCCESS
    return print_error(f"the check failed; python -m mlp2xlsx verify {built.path} shows where", FAILED)


def _pages(options: argparse.Namespace, out: Path) -> AbstractContextManager[IO[bytes] | None]:
    """Open the file of the printed pages, if they are asked for and there is a program to print them."""
    if not options.pdf:
        return nullcontext()
    with loading():
        from mlp2xlsx.engines.libreoffice import LibreOffice

    LibreOffice.need()
    return replacing(out.with_suffix(".pdf"), force=options.force)


BUILD = Command(
    run=_build,
    usage="%(prog)s OUT.xlsx [options]",
    # One screen has 24 lines: the title of the options says what the command does.
    title="train a lesson and write its workbook, OUT.xlsx",
    arguments={
        "out": {"metavar": "OUT.xlsx", "help": argparse.SUPPRESS},
        "--dry-run": {"action": "store_true", "help": argparse.SUPPRESS},
        "--verify": {
            "action": argparse.BooleanOptionalAction,
            "help": f"check the result (default: up to {CHECKED_UNASKED:,} cells)",
        },
        "--unprotected": {"action": "store_true", "help": "let every cell be typed into"},
        "--pdf": {"action": "store_true", "help": "print it to OUT.pdf as well, with LibreOffice"},
        "--force": {"action": "store_true", "help": "replace existing files; make what opens slowly"},
    },
    examples="""\
examples:
  python -m mlp2xlsx build out.xlsx
  python -m mlp2xlsx build xor.xlsx --lesson my.toml --iterations 200 --lr 0.5
""",
    takes_lesson=True,
    takes_flags=True,
)
