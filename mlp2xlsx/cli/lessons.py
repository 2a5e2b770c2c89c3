"""The command `lessons`: list those that ship by what they teach, print one, start one's own from it."""

import argparse

from mlp2xlsx import resources
from mlp2xlsx.cli.options import SUCCESS, Command
from mlp2xlsx.errors import UsageError
from mlp2xlsx.interrupt import loading
from mlp2xlsx.words import one_line


def _list(_options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx import lesson

    width = max(map(len, resources.lesson_names()))
    parts = []
    for teaches, names in resources.course():
        lines = [f"{name:{width}}  {lesson.load(name).purpose}" for name in names]
        parts.append("\n".join([teaches, *lines]))
    print("\n\n".join(parts))
    return SUCCESS


def _show(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.lesson.file import shipped_text

    print(shipped_text(options.name), end="")
    return SUCCESS


def _copy(options: argparse.Namespace) -> int:
    if not options.out.lower().endswith(".toml"):
        raise UsageError(f"{options.out}: expected a name that ends in .toml, as in my.toml")
    with loading():
        from mlp2xlsx.lesson.file import copy

    written = copy(options.name, options.out, force=options.force)
    names = " and ".join(str(path) for path in written)
    build = f"python -m mlp2xlsx build out.xlsx --lesson {options.out}"
    print(one_line(f"{names}: a copy of {options.name}, built by {build}"))
    return SUCCESS


_NAME = {"name": {"metavar": "NAME", "help": "as in the list of lessons"}}
LESSONS = Command(
    run=_list,
    usage="%(prog)s [show NAME | copy NAME FILE.toml [--force]]",
    arguments={},
    description="List the lessons that ship, by what they teach.",
    examples="""\
examples:
  python -m mlp2xlsx lessons
  python -m mlp2xlsx lessons copy xor my.toml
""",
    actions={
        "show": (
            "print the file of a lesson",
            Command(
                run=_show,
                arguments=_NAME,
                description="Print the file of a lesson that ships.",
                examples="""\
examples:
  python -m mlp2xlsx lessons show xor
  python -m mlp2xlsx lessons show article > my.toml
""",
            ),
        ),
        "copy": (
            "start a lesson of your own from it",
            Command(
                run=_copy,
                arguments={
                    **_NAME,
                    "out": {"metavar": "FILE.toml", "help": "the copy"},
                    "--force": {"action": "store_true", "help": "replace an existing file"},
                },
                description="Start a lesson of your own from one that ships; its data come along.",
                examples="""\
examples:
  python -m mlp2xlsx lessons copy xor my.toml
  python -m mlp2xlsx lessons copy iris flowers.toml --force
""",
            ),
        ),
    },
)
