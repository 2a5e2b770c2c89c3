"""The command `build`: a lesson and its options, the workbook, the check of it."""

import argparse
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import IO

from mlp2xlsx import resources
from mlp2xlsx.choices import SCALES
from mlp2xlsx.cli.options import (
    FAILED,
    SUCCESS,
    add_lesson,
    batch_size,
    changed_lesson,
    columns,
    decimal,
    print_error,
    print_note,
    progress,
    whole_number,
    whole_numbers,
)
from mlp2xlsx.errors import UsageError
from mlp2xlsx.interrupt import INTERRUPTED, loading
from mlp2xlsx.output import replacing
from mlp2xlsx.words import one_line

BUILD_EXAMPLES = """\
examples:
  python -m mlp2xlsx build out.xlsx
  python -m mlp2xlsx build xor.xlsx --lesson my.toml --iterations 200 --lr 0.5
"""
# How many cells a build checks without being asked: what takes less than a second (see benchmarks/).
CHECKED_UNASKED = 100_000


def add_build(parser: argparse.ArgumentParser) -> None:
    """Add what may follow the word `build`."""
    parser.usage = "%(prog)s OUT.xlsx [options]"
    parser.add_argument("out", metavar="OUT.xlsx", help=argparse.SUPPRESS)
    # One screen has 24 lines: the title of the options says what the command does.
    options = parser.add_argument_group("train a lesson and write its workbook, OUT.xlsx")
    add_lesson(options)
    options.add_argument("--data", metavar="FILE", help="learn from this table; --dry-run: only say how")
    options.add_argument("--target", metavar="COLUMN", type=columns, help="its column to be learnt")
    options.add_argument("--features", metavar="A,B…", type=columns, help="from these (default: all others)")
    # What a table does not tell is asked for by a message, which names the option.
    options.add_argument("--encoding", metavar="NAME", help=argparse.SUPPRESS)
    options.add_argument("--sheet", metavar="NAME", help=argparse.SUPPRESS)
    options.add_argument("--header", metavar="yes|no", help=argparse.SUPPRESS)
    options.add_argument("--decimal", metavar="SIGN", help=argparse.SUPPRESS)
    options.add_argument("--dry-run", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--scale", metavar="HOW", help=f"the features: {', '.join(SCALES)}")
    updates = options.add_mutually_exclusive_group()
    updates.add_argument(
        "--iterations",
        metavar="N",
        type=whole_number,
        help="updates to make; or --epochs N, passes over the data",
    )
    updates.add_argument("--epochs", metavar="N", type=whole_number, help=argparse.SUPPRESS)
    options.add_argument("--batch", metavar="N", type=batch_size, help='samples per update, or "full"')
    options.add_argument("--lr", metavar="L", type=decimal, help="learning rate")
    options.add_argument(
        "--hidden", metavar="N", type=whole_number, nargs="*", help="neurons of each hidden layer"
    )
    options.add_argument(
        "--seed", metavar="S", type=whole_number, help="draw all initial values with this seed"
    )
    options.add_argument("--show", metavar="N,N…", type=whole_numbers, help="hold only these iterations live")
    options.add_argument("--decimals", metavar="D", type=whole_number, help="decimals shown")
    options.add_argument("--language", metavar="L", help=f"of the sheets: {', '.join(resources.languages())}")
    options.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        help=f"check the result (default: up to {CHECKED_UNASKED:,} cells)",
    )
    options.add_argument("--unprotected", action="store_true", help="let every cell be typed into")
    options.add_argument("--pdf", action="store_true", help="print it to OUT.pdf as well, with LibreOffice")
    options.add_argument(
        "--force", action="store_true", help="replace existing files; make what opens slowly"
    )
    parser.set_defaults(command=_build)


def _build(options: argparse.Namespace) -> int:
    start = time.perf_counter()
    if Path(options.out).suffix.lower() != ".xlsx":
        raise UsageError(
            f"{options.out or 'an empty name'}: expected a name that ends in .xlsx, as in out.xlsx"
        )
    with loading():
        from mlp2xlsx.building import build

    out = Path(options.out)
    chosen = changed_lesson(
        options.lesson,
        data=options.data,
        target=options.target,
        features=options.features,
        encoding=options.encoding,
        sheet=options.sheet,
        header=options.header,
        decimal=options.decimal,
        scale=options.scale,
        iterations=options.iterations,
        epochs=options.epochs,
        batch=options.batch,
        lr=options.lr,
        hidden=options.hidden,
        seed=options.seed,
        decimals=options.decimals,
        language=options.language,
        show=options.show,
    )
    if options.dry_run:
        print(one_line(chosen.understood or f"{chosen.name}: no table is read"))
        return SUCCESS
    if chosen.understood:
        print_note(chosen.understood)
    with _pages(options, out) as pages:
        built = build(chosen, out, force=options.force, protected=not options.unprotected, progress=progress)
        if pages is not None:
            from mlp2xlsx.engines.pdf import write_pdf

            write_pdf(built.path, pages)
    checked = None
    if options.verify or (options.verify is None and built.cells <= CHECKED_UNASKED):
        try:
            from mlp2xlsx.verify import verify

            checked = verify(built.path, quick=True, built=built.book)
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
        from mlp2xlsx.engines.pdf import check_printer

    check_printer()
    return replacing(out.with_suffix(".pdf"), force=options.force)
