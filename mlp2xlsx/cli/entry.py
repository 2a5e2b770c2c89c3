"""The command line: the only place that turns errors into messages and exit statuses."""

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from mlp2xlsx import __version__
from mlp2xlsx.cli.build import BUILD
from mlp2xlsx.cli.code import CODE
from mlp2xlsx.cli.grade import GRADE
from mlp2xlsx.cli.handout import HANDOUT
from mlp2xlsx.cli.lessons import LESSONS
from mlp2xlsx.cli.options import FAILED, WRONG_USAGE, print_error
from mlp2xlsx.cli.verify import VERIFY
from mlp2xlsx.errors import MlpError, UsageError, said_by_system
from mlp2xlsx.interrupt import INTERRUPTED
from mlp2xlsx.words import did_you_mean

_TOP = """\
Build a workbook that trains a small neural network in live formulas.

commands:
  build     train a lesson and write its workbook
  verify    check that a workbook computes what NumPy computes
  lessons   list the lessons that ship, or copy one
  code      print a lesson as a program in Python or R, or for PyTorch
  handout   make a workbook to be filled in for every student of a class
  grade     grade what comes back
"""
_TOP_EXAMPLES = """\
examples:
  python -m mlp2xlsx build out.xlsx
  python -m mlp2xlsx build --help
"""
_COMMANDS = {
    "build": BUILD,
    "verify": VERIFY,
    "lessons": LESSONS,
    "code": CODE,
    "handout": HANDOUT,
    "grade": GRADE,
}

_ALLOCATIONS_PER_COLLECTION = 20_000


def run() -> NoReturn:
    """Run the command line of this process and exit."""
    # A tenth of the time of a build with its check goes into looking for garbage, of which there is little.
    gc.set_threshold(_ALLOCATIONS_PER_COLLECTION)
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
        options = _parsed(arguments)
        status = int(options.command(options))
        sys.stdout.flush()
        return status
    except UsageError as error:
        return print_error(error, WRONG_USAGE)
    except MlpError as error:
        return print_error(error, FAILED)
    except ModuleNotFoundError as error:
        return _not_installed(error)
    except MemoryError:
        return print_error("there is not enough memory; use fewer iterations or samples", FAILED)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # impatience must not disturb the way out
        return print_error("interrupted", INTERRUPTED)
    except OSError as error:
        return _output_failed(error)


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the words of the command line; what is unknown is said by the command, which knows its own."""
    options, unknown = _parser().parse_known_args(arguments)
    if unknown:
        near = did_you_mean(unknown[0], options.known)
        raise UsageError(f"unrecognized arguments: {' '.join(unknown)}{near}; see {options.prog} --help")
    return options


def _not_installed(error: ModuleNotFoundError) -> int:
    """Say that what the program needs is missing: mostly, another Python runs than the environment's."""
    package = (error.name or "mlp2xlsx").partition(".")[0]
    if package == "mlp2xlsx":  # ours, so no matter of what is installed
        raise error
    return print_error(
        f"{sys.executable} has no {package}: run the Python of the environment that the README sets up "
        f"(.venv/bin/python, on Windows .venv\\Scripts\\python), or install mlp2xlsx for this one",
        FAILED,
    )


def _output_failed(error: OSError) -> int:
    """Standard output cannot be written to; Python must not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):  # whoever read it has seen enough
        return FAILED
    return print_error(f"the output cannot be written: {said_by_system(error)}", FAILED)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help with room for the longest option beside its explanation."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=26)


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(print_error(f"{message}; see {self.prog} --help", WRONG_USAGE))


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
    for name, command in _COMMANDS.items():
        added = commands.add_parser(
            name,
            description=command.description,
            epilog=command.examples,
            formatter_class=_Formatter,
            add_help=False,
        )
        # Whoever reads the help needs no line about it.
        added.add_argument("-h", "--help", action="help", help=argparse.SUPPRESS)
        command.add_to(added)
        added.set_defaults(prog=added.prog, known=[*added._option_string_actions])
    return parser
