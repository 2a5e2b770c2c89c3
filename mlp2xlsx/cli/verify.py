"""The command `verify`: the check of a workbook, as lines for a person or as JSON."""

import argparse
import json

from mlp2xlsx.choices import ENGINES
from mlp2xlsx.cli.options import FAILED, SUCCESS, Command
from mlp2xlsx.interrupt import loading
from mlp2xlsx.options.typed import whole_number


def _verify(options: argparse.Namespace) -> int:
    with loading():
        from mlp2xlsx.verify import verify

    found = verify(
        options.file,
        options.engine,
        everything=options.all,
        seed=options.seed,
        arithmetic_only=options.arithmetic_only,
    )
    if options.json:
        print(json.dumps(found.as_json(), ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(found.lines(everything=options.all)))
    return SUCCESS if found.ok else FAILED


VERIFY = Command(
    run=_verify,
    usage="%(prog)s FILE.xlsx [options]",
    arguments={
        "file": {"metavar": "FILE.xlsx", "help": "a workbook that build wrote, changed or not"},
        "--engine": {"choices": [*ENGINES, "all"], "default": ENGINES[0], "help": "what recalculates it"},
        "--seed": {"metavar": "S", "type": whole_number, "default": 1, "help": "chooses the changed inputs"},
        "--all": {"action": "store_true", "help": "show every matrix and every difference"},
        "--arithmetic-only": {
            "action": "store_true",
            "help": "check the numbers, and not what is seen besides",
        },
        "--json": {"action": "store_true", "help": "print the whole report as JSON"},
    },
    description="Check that a workbook computes what NumPy does, and looks as it was built.",
    examples="""\
examples:
  python -m mlp2xlsx verify out.xlsx
  python -m mlp2xlsx verify out.xlsx --engine all --json
""",
)
