"""The command `code`: a lesson as a program."""

import argparse

from mlp2xlsx.choices import LANGUAGES
from mlp2xlsx.cli.options import SUCCESS, add_lesson
from mlp2xlsx.interrupt import loading

CODE_EXAMPLES = """\
examples:
  python -m mlp2xlsx code --to python > article.py
  python -m mlp2xlsx code --lesson my.toml --to r > my.R
"""


def add_code(parser: argparse.ArgumentParser) -> None:
    """Add what may follow the word `code`."""
    add_lesson(parser)
    parser.add_argument("--to", choices=LANGUAGES, required=True, help="the language to write it in")
    parser.set_defaults(command=_code)


def _code(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.explain.program import program
        from mlp2xlsx.lesson import load

    print(program(load(options.lesson), options.to), end="")
    return SUCCESS
