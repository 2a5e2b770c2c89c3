"""The command `lessons`: list those that ship, print one, start one's own from it."""

import argparse

from mlp2xlsx import resources
from mlp2xlsx.errors import UsageError
from mlp2xlsx.interrupt import loading
from mlp2xlsx.words import one_line

LESSONS_EXAMPLES = """\
examples:
  python -m mlp2xlsx lessons
  python -m mlp2xlsx lessons copy xor my.toml
"""
_SHOW_EXAMPLES = """\
examples:
  python -m mlp2xlsx lessons show xor
  python -m mlp2xlsx lessons show article > my.toml
"""
_COPY_EXAMPLES = """\
examples:
  python -m mlp2xlsx lessons copy xor my.toml
  python -m mlp2xlsx lessons copy iris flowers.toml --force
"""


def add_lessons(parser: argparse.ArgumentParser) -> None:
    """Add what may follow the word `lessons`."""
    parser.usage = "%(prog)s [show NAME | copy NAME FILE.toml [--force]]"
    parser.set_defaults(command=_list)
    actions = parser.add_subparsers(
        prog=parser.prog, title="instead of the list", metavar="ACTION", required=False
    )
    show = actions.add_parser(
        "show",
        help="print the file of a lesson",
        description="Print the file of a lesson that ships.",
        epilog=_SHOW_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    show.add_argument("name", metavar="NAME", help="as in the list of lessons")
    show.set_defaults(command=_show)
    start = actions.add_parser(
        "copy",
        help="start a lesson of your own from it",
        description="Start a lesson of your own from one that ships; its data come along.",
        epilog=_COPY_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    start.add_argument("name", metavar="NAME", help="as in the list of lessons")
    start.add_argument("out", metavar="FILE.toml", help="the copy")
    start.add_argument("--force", action="store_true", help="replace an existing file")
    start.set_defaults(command=_copy)


def _list(_options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx import lesson

    found = [lesson.load(name) for name in resources.lesson_names()]
    width = max(len(one.name) for one in found)
    for one in found:
        print(f"{one.name:{width}}  {one.purpose or one.title}")
    return 0


def _show(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.lesson.copying import shipped_text

    print(shipped_text(options.name), end="")
    return 0


def _copy(options: argparse.Namespace) -> int:
    if not options.out.lower().endswith(".toml"):
        raise UsageError(f"{options.out}: expected a name that ends in .toml, as in my.toml")
    with loading():
        from mlp2xlsx.lesson.copying import copy

    written = copy(options.name, options.out, force=options.force)
    names = " and ".join(str(path) for path in written)
    build = f"python -m mlp2xlsx build out.xlsx --lesson {options.out}"
    print(one_line(f"{names}: a copy of {options.name}, built by {build}"))
    return 0
