"""The command `code`: a lesson as a program."""

import argparse

from mlp2xlsx.choices import LANGUAGES
from mlp2xlsx.cli.options import SUCCESS, Command
from mlp2xlsx.interrupt import loading


def _code(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.explain.program import program
        from mlp2xlsx.explain.torch_script import torch_script
        from mlp2xlsx.lesson import load

    lesson = load(options.lesson)
    print(torch_script(lesson) if options.to == "torch" else program(lesson, options.to), end="")
    return SUCCESS


CODE = Command(
    run=_code,
    arguments={"--to": {"choices": LANGUAGES, "required": True, "help": "the language to write it in"}},
    description="Print a lesson as a program.",
    examples="""\
examples:
  python -m mlp2xlsx code --to python > article.py
  python -m mlp2xlsx code --lesson my.toml --to torch > my.py
""",
    takes_lesson=True,
)
