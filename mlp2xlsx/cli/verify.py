"""The command `verify`: the check of a workbook, as lines for a person or as JSON."""

import argparse
import json

from mlp2xlsx.choices import ENGINES
from mlp2xlsx.cli.options import FAILED, SUCCESS
from mlp2xlsx.interrupt import loading
from mlp2xlsx.options.typed import whole_number

VERIFY_EXAMPLES = """\
examples:
  python -m mlp2xlsx verify out.xlsx
  python -m mlp2xlsx verify out.xlsx --engine all --json
"""


def add_verify(parser: argparse.ArgumentParser) -> None:
    """Add what may follow the word `verify`."""
    parser.usage = "%(prog)s FILE.xlsx [options]"
    parser.add_argument("file", metavar="FILE.xlsx", help="a workbook that build wrote, changed or not")
    engines = [*ENGINES, "all"]
    parser.add_argument("--engine", choices=engines, default=ENGINES[0], help="what recalculates it")
    parser.add_argument(
        "--seed", metavar="S", type=whole_number, default=1, help="chooses the changed inputs"
    )
    parser.add_argument("--all", action="store_true", help="show every matrix and every difference")
    parser.add_argument(
        "--arithmetic-only", action="store_true", help="check the numbers, and not what is seen besides"
    )
    parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
    parser.set_defaults(command=_verify)


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
