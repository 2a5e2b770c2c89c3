"""The command line: the only place that turns errors into messages and exit statuses."""

import argparse
import csv
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from tqdm import tqdm

from mlp2xlsx import __version__, lesson, resources
from mlp2xlsx.building import build
from mlp2xlsx.errors import DataError, LessonError, MlpError, UsageError
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.lesson.format import CHOICES
from mlp2xlsx.lessons_command import LESSONS_EXAMPLES, add_lessons
from mlp2xlsx.output import replacing
from mlp2xlsx.pdf import check_printer, write_pdf
from mlp2xlsx.program import languages, program
from mlp2xlsx.verify import DEFAULT_ENGINE, verify
from mlp2xlsx.verify.engines import ENGINES
from mlp2xlsx.words import one_line

# How many cells a build checks without being asked: what takes less than a second (see benchmarks/).
CHECKED_UNASKED = 100_000

SUCCESS, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

_TOP = """\
Build a workbook that trains a small neural network in live formulas.

commands:
  build     train a lesson and write its workbook
  verify    check that a workbook computes what NumPy computes
  lessons   list the lessons that ship, or copy one
  code      print a lesson as a program in Python or R
"""
_TOP_EXAMPLES = """\
examples:
  python -m mlp2xlsx build out.xlsx
  python -m mlp2xlsx build --help
"""
_BUILD_EXAMPLES = """\
examples:
  python -m mlp2xlsx build out.xlsx
  python -m mlp2xlsx build xor.xlsx --lesson my.toml --iterations 200 --lr 0.5
"""
_VERIFY_EXAMPLES = """\
examples:
  python -m mlp2xlsx verify out.xlsx
  python -m mlp2xlsx verify out.xlsx --engine all --json
"""
_CODE_EXAMPLES = """\
examples:
  python -m mlp2xlsx code --to python > article.py
  python -m mlp2xlsx code --lesson my.toml --to r > my.R
"""


def run() -> NoReturn:
    """Run the command line of this process and exit."""
    # A stopped build must remove its unfinished file, as an interrupted one does.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")
    sys.exit(main(sys.argv[1:]))


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        The words after the program's name.

    Returns
    -------
    int
        0 success, 1 the run failed or the check found a difference, 2 wrong usage, 130 Ctrl-C.
    """
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], int] = options.command
        status = command(options)
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _report(error, WRONG_USAGE)
    except MlpError as error:
        return _report(error, FAILED)
    except MemoryError:
        return _report("there is not enough memory; use fewer iterations or samples", FAILED)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # impatience must not disturb the way out
        return _report("interrupted", INTERRUPTED)
    except OSError as error:
        return _output_failed(error)


def _report(message: object, status: int) -> int:
    print(f"mlp2xlsx: {one_line(str(message))}", file=sys.stderr)
    return status


def _output_failed(error: OSError) -> int:
    """Standard output cannot be written to; Python must not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):  # whoever read it has seen enough
        return FAILED
    return _report(f"the output cannot be written: {(error.strerror or str(error)).lower()}", FAILED)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with room for the longest option beside its explanation."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(_report(f"{message}; see {self.prog} --help", WRONG_USAGE))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m mlp2xlsx",
        description=_TOP,
        epilog=_TOP_EXAMPLES,
        formatter_class=_Formatter,
        usage="%(prog)s COMMAND …",
    )
    parser.add_argument("--version", action="version", version=f"mlp2xlsx {__version__}")
    commands = parser.add_subparsers(
        prog=parser.prog, metavar="COMMAND", required=True, help=argparse.SUPPRESS
    )
    _add_build(_command(commands, "build", None, _BUILD_EXAMPLES))
    _add_verify(
        _command(commands, "verify", "Check that a workbook computes what NumPy does.", _VERIFY_EXAMPLES)
    )
    add_lessons(_command(commands, "lessons", "List the lessons that ship.", LESSONS_EXAMPLES))
    _add_code(_command(commands, "code", "Print a lesson as a program.", _CODE_EXAMPLES))
    return parser


def _command(
    commands: "argparse._SubParsersAction[_Parser]", name: str, description: str | None, examples: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        description=description,
        epilog=examples,
        formatter_class=_Formatter,
        add_help=False,
    )
    # Whoever reads the help needs no line about it.
    parser.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
    return parser


def _add_lesson(parser: "argparse.ArgumentParser | argparse._ArgumentGroup") -> None:
    parser.add_argument(
        "--lesson",
        metavar="NAME|FILE",
        default="article",
        help="one that ships, or a .toml file (default: article)",
    )


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s OUT.xlsx [options]"
    parser.add_argument("out", metavar="OUT.xlsx", help=argparse.SUPPRESS)
    # One screen has 24 lines: the title of the options says what the command does.
    options = parser.add_argument_group("train a lesson and write its workbook, OUT.xlsx")
    _add_lesson(options)
    options.add_argument("--data", metavar="FILE.csv", help="learn from this table instead")
    options.add_argument("--target", metavar="COLUMN", type=_columns, help="its column to be learnt")
    options.add_argument("--features", metavar="A,B…", type=_columns, help="from these (default: all others)")
    options.add_argument("--scale", metavar="HOW", help=f"the features: {', '.join(CHOICES['data.scale'])}")
    updates = options.add_mutually_exclusive_group()
    updates.add_argument(
        "--iterations", metavar="N", type=_whole, help="updates to make; or --epochs N, passes over the data"
    )
    updates.add_argument("--epochs", metavar="N", type=_whole, help=argparse.SUPPRESS)
    options.add_argument("--batch", metavar="N", type=_batch, help='samples per update, or "full"')
    options.add_argument("--lr", metavar="L", type=_decimal, help="learning rate")
    options.add_argument("--hidden", metavar="N", type=_whole, nargs="*", help="neurons of each hidden layer")
    options.add_argument("--seed", metavar="S", type=_whole, help="draw all initial values with this seed")
    options.add_argument("--show", metavar="N,N…", type=_wholes, help="hold only these iterations live")
    options.add_argument("--decimals", metavar="D", type=_whole, help="decimals shown")
    options.add_argument("--language", metavar="L", help=f"of the sheets: {', '.join(resources.languages())}")
    options.add_argument(
        "--verify",
        action=argparse.BooleanOptionalAction,
        help=f"check the result (default: up to {CHECKED_UNASKED:,} cells)",
    )
    options.add_argument("--unprotected", action="store_true", help="let every cell be typed into")
    options.add_argument("--pdf", action="store_true", help="print it to OUT.pdf as well, with LibreOffice")
    options.add_argument("--force", action="store_true", help="replace existing files")
    parser.set_defaults(command=_build)


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.usage = "%(prog)s FILE.xlsx [options]"
    parser.add_argument("file", metavar="FILE.xlsx", help="a workbook that build wrote, changed or not")
    engines = [*ENGINES, "all"]
    parser.add_argument("--engine", choices=engines, default=DEFAULT_ENGINE, help="what recalculates it")
    parser.add_argument("--seed", metavar="S", type=_whole, default=1, help="chooses the changed inputs")
    parser.add_argument("--all", action="store_true", help="show every matrix and every difference")
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    parser.set_defaults(command=_verify)


def _add_code(parser: argparse.ArgumentParser) -> None:
    _add_lesson(parser)
    parser.add_argument("--to", choices=languages(), required=True, help="the language to write it in")
    parser.set_defaults(command=_code)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'found "{text}", expected a whole number') from None


def _wholes(text: str) -> list[int]:
    return [_whole(part) for part in text.split(",")]


def _batch(text: str) -> int | str:
    """Number of samples; what else there may be is the lesson's to say."""
    try:
        return int(text)
    except ValueError:
        return text


def _columns(text: str) -> list[str]:
    """Names of columns, in quotes where they have a comma."""
    try:
        return [name.strip() for name in next(csv.reader([text], skipinitialspace=True), [])]
    except csv.Error as error:
        raise argparse.ArgumentTypeError(f'found "{text}", expected names of columns ({error})') from None


def _decimal(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'found "{text}", expected a number') from None


def _build(options: argparse.Namespace) -> int:
    if not options.out.lower().endswith(".xlsx"):
        raise UsageError(f"{options.out}: expected a name that ends in .xlsx, as in out.xlsx")
    chosen, out = _lesson(options), Path(options.out)
    pdf: AbstractContextManager[IO[bytes] | None] = nullcontext()
    if options.pdf:
        check_printer()
        pdf = replacing(out.with_suffix(".pdf"), force=options.force)
    with pdf as pages:
        built = build(chosen, out, force=options.force, protected=not options.unprotected, progress=_progress)
        if pages is not None:
            write_pdf(built.path, pages)
    if not (options.verify or (options.verify is None and built.cells <= CHECKED_UNASKED)):
        print(one_line(str(built)))
        return SUCCESS
    try:
        report = verify(built.path, quick=True)
    except KeyboardInterrupt:
        return _report(f"interrupted; {built.path} is written, but was not checked", INTERRUPTED)
    print(one_line(f"{built}; {report.summary()}"))
    if report.ok:
        return SUCCESS
    return _report(f"the check failed; python -m mlp2xlsx verify {built.path} shows where", FAILED)


def _lesson(options: argparse.Namespace) -> Lesson:
    loaded = lesson.load(options.lesson)
    try:
        return lesson.override(
            loaded,
            data=options.data,
            target=options.target,
            features=options.features,
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
    except DataError:
        raise  # the command is right, the file is not
    except LessonError as error:
        raise UsageError(str(error)) from None


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], object] | None]:
    """Show a bar on a terminal, for what takes longer than a second."""
    bar = tqdm(
        total=total,
        delay=1,
        disable=None,
        leave=False,
        file=sys.stderr,
        bar_format="{l_bar}{bar}| {remaining}",
    )
    with bar:
        yield None if bar.disable else bar.update


def _verify(options: argparse.Namespace) -> int:
    report = verify(options.file, options.engine, everything=options.all, seed=options.seed)
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(report.lines(everything=options.all)))
    return SUCCESS if report.ok else FAILED


def _code(options: argparse.Namespace) -> int:
    print(program(lesson.load(options.lesson), options.to), end="")
    return SUCCESS
