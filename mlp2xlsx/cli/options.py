"""What the commands share: exit statuses, messages, kinds of arguments."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlp2xlsx.errors import DataError, LessonError, UsageError
from mlp2xlsx.interrupt import loading
from mlp2xlsx.options.table import flags
from mlp2xlsx.options.typed import whole_number
from mlp2xlsx.words import one_line

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from mlp2xlsx.lesson import Lesson

_LARGEST_OF_RANGE = 1_000

SUCCESS, FAILED, WRONG_USAGE = 0, 1, 2


def print_error(message: object, status: int) -> int:
    """Print a message for a person, and return the exit status that goes with it."""
    print(f"mlp2xlsx: {one_line(str(message))}", file=sys.stderr)
    return status


def print_note(text: str) -> None:
    """Print what a person may want to see before the result, which goes elsewhere."""
    print(f"mlp2xlsx: {one_line(text)}", file=sys.stderr)


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command, or one action of it.

    Attributes
    ----------
    run
        Does what is asked for, and returns the exit status.
    arguments
        What may follow its name, in the order of the help, each as `argparse` is told.
    examples
        What its help ends with.
    actions
        What may be done instead, by name: a line about each, and the action.
    usage
        The line of its help that says how it is called; None for the one that follows from the arguments.
    description
        What it does; None where the title of the options says it.
    title
        Of the options; None for the usual one.
    takes_lesson, takes_flags
        Whether a lesson may be chosen, and other values put in place of its own.
    """

    run: Callable[[argparse.Namespace], int]
    arguments: Mapping[str, Mapping[str, Any]]
    examples: str
    actions: Mapping[str, tuple[str, "Command"]] = field(default_factory=dict)
    usage: str | None = None
    description: str | None = None
    title: str | None = None
    takes_lesson: bool = False
    takes_flags: bool = False

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Tell a parser what may follow the name of the command."""
        parser.usage = self.usage
        parser.set_defaults(command=self.run)
        options = parser if self.title is None else parser.add_argument_group(self.title)
        if self.takes_lesson:
            options.add_argument(
                "--lesson",
                metavar="NAME|FILE",
                default="article",
                help="one that ships, or a .toml file (default: article)",
            )
        if self.takes_flags:
            _add_flags(options)
        for name, told in self.arguments.items():
            (options if name.startswith("-") else parser).add_argument(name, **told)
        if self.actions:
            actions = parser.add_subparsers(
                prog=parser.prog, title="instead of the list", metavar="ACTION", required=False
            )
            for name, (line, action) in self.actions.items():
                action.add_to(
                    actions.add_parser(
                        name,
                        help=line,
                        description=action.description,
                        epilog=action.examples,
                        formatter_class=argparse.RawDescriptionHelpFormatter,
                    )
                )


def _add_flags(parser: argparse._ActionsContainer) -> None:
    """Add all flags of the table of options; those that say the same thing exclude each other."""
    groups: dict[str, argparse._ActionsContainer] = {}
    for name, option in flags().items():
        thing = option.instead_of or option.name
        if thing not in groups:
            groups[thing] = parser.add_mutually_exclusive_group()
        groups[thing].add_argument(f"--{name}", **option.argument)


def changed_lesson(name_or_path: str, **options: Any) -> "Lesson":
    """Load a lesson, and put in the values of options; see `lesson.override`.

    Raises
    ------
    UsageError
        When an option does not fit the lesson.
    """
    with loading():
        from mlp2xlsx import lesson

    loaded = lesson.load(name_or_path)
    try:
        return lesson.override(loaded, **options)
    except DataError:
        raise  # the command is right, the file is not
    except LessonError as error:
        raise UsageError(str(error)) from None


def at_least_one(text: str) -> int:
    """Read a whole number above 0."""
    number = whole_number(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"found {number}, expected 1 or more")
    return number


def ranges(text: str) -> list[int]:
    """Read whole numbers and ranges of them, as in `3,5,8-10`."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        start, end = whole_number(first), whole_number(last if dash else first)
        if not 0 < start <= end <= _LARGEST_OF_RANGE:
            raise argparse.ArgumentTypeError(f'found "{part.strip()}", expected a range such as 3-12')
        found += range(start, end + 1)
    return found


WORKERS: Mapping[str, Mapping[str, Any]] = {
    "--jobs": {
        "metavar": "N",
        "type": at_least_one,
        "help": "processes (default: all cores), or --dask ADDRESS",
    },
    "--dask": {"metavar": "ADDRESS", "help": argparse.SUPPRESS},
}
"""The options that say who does the work for a class."""


@contextmanager
def executor_of(options: argparse.Namespace, n_items: int) -> Iterator["Executor | None"]:
    """Start or find those who do the work for a class; none where this process does it.

    Raises
    ------
    UsageError
        When both of `WORKERS` are given.
    """
    if options.jobs is not None and options.dask is not None:
        raise UsageError("--jobs is about processes here, --dask about others; expected one of the two")
    with loading():
        from mlp2xlsx.classroom.cluster import cluster
        from mlp2xlsx.classroom.each import workers

    local = workers(options.jobs or os.cpu_count() or 1, n_items)
    with local if options.dask is None else cluster(options.dask) as executor:
        yield executor


@contextmanager
def progress(total: int, what: str = "") -> Iterator[Callable[[int], object] | None]:
    """Show a bar on a terminal, and what is done, for what takes longer than a second."""
    from tqdm import tqdm

    bar = tqdm(
        desc=what or None,
        total=total,
        delay=1,
        disable=None,
        leave=False,
        file=sys.stderr,
        bar_format="{l_bar}{bar}| {remaining}",
    )
    with bar:
        yield None if bar.disable else bar.update
