"""The table of options: a row is all that there is to say about one, besides its field in a lesson.

From it follow what a lesson file may hold, the defaults, the checks, the file that is written, what
`override` and `Lesson.replace` take, and the flags of the command line with their help.
"""

import argparse

from mlp2xlsx import resources
from mlp2xlsx.errors import refuse
from mlp2xlsx.mathematics.network import Network
from mlp2xlsx.mathematics.scalars import SCALARS
from mlp2xlsx.options import checks
from mlp2xlsx.options.checks import Given
from mlp2xlsx.options.data import DATA
from mlp2xlsx.options.option import Option, unchecked
from mlp2xlsx.options.training import (
    LR_TABLE,
    OPTIMIZER,
    PENALTY,
    SCHEDULE,
    activation,
    option_of,
)
from mlp2xlsx.options.typed import batch_size, whole_number, whole_numbers

LANGUAGES = tuple(resources.languages())
# In characters; a cell holds 32767 UTF-16 units.
LONGEST = {"title": 200, "text": 10_000, "purpose": 1_000, "task": 1_000}
MOST_ITERATIONS = 10**9
OPTIONS: dict[str, Option] = {}
"""All options by their names, in the order of a lesson file."""


def register_option(option: Option) -> None:
    """Add an option behind the others.

    Raises
    ------
    ValueError
        When its name is taken, or a part is missing; the message names the part.
    LessonError
        When its check refuses its default.
    """
    try_default(option)
    _add(option)


def try_default(option: Option) -> None:
    """Let an option check its default, which must suit the smallest lesson, and so any.

    Raises
    ------
    LessonError
        When it is refused.
    """
    if option.default is not None:
        smallest = {"n_samples": 1, "iterations": 1, "batch": None, "hidden": ()}
        option.check(Given(f"option {option.key}: default", option.default), smallest)


def _add(option: Option) -> None:
    parts = ("type", "metavar", "help") if option.flag is not None else ()
    faults = {
        f"there is an option {option.name} already": option.name in OPTIONS,
        f"there is no option {option.instead_of} to stand for": option.instead_of not in {None, *OPTIONS},
        f"there is a flag --{option.flag} already": option.flag in flags(),
        f"{option.flag!r} cannot be a flag and a name": not (
            option.flag is None or option.flag.isidentifier()
        ),
        "check is missing": option.is_alone and option.check is unchecked,
        "default is missing": option.is_alone and option.default is option.instead_of is None,
        **{f"{part} of its argument is missing": not option.argument.get(part) for part in parts},
    }
    refuse(lambda fault: ValueError(f"option {option.key}: {fault}"), faults)
    OPTIONS[option.name] = option


def flags() -> dict[str, Option]:
    """Options of the command line by their flags, in the order of the help."""
    lines = sorted(OPTIONS.values(), key=lambda option: option.line)
    return {option.flag: option for option in lines if option.flag is not None}


def keys_of(section: str) -> tuple[str, ...]:
    """Names of the options in a table of a lesson file; an empty section stands above all tables."""
    return tuple(name for name, option in OPTIONS.items() if option.section == section)


for _option in (
    # The name of the file comes before the default.
    Option(key="title", check=lambda given, _: checks.title(given, LONGEST["title"]), default="untitled"),
    Option(
        key="text",
        check=lambda given, _: checks.text(given, LONGEST["text"], line_breaks=True),
        default="",
    ),
    Option(key="purpose", check=lambda given, _: checks.text(given, LONGEST["purpose"]), default=""),
    Option(key="task", check=lambda given, _: checks.text(given, LONGEST["task"]), default=""),
    *DATA,
    Option(
        key="network.hidden",
        check=lambda given, _: checks.wholes(given, 1, 16_384),  # the columns of a worksheet
        default=[3],
        writes=lambda lesson: list(lesson.network.hidden),
        model_says=True,
        flag="hidden",
        argument={"type": whole_number, "nargs": "*", "metavar": "N", "help": "neurons of each hidden layer"},
        line=90,
    ),
    Option(
        key="network.activation",
        check=lambda given, others: activation(given, others["hidden"]),
        default=Network.activation,
        model_says=True,
    ),
    Option(
        key="network.output",
        check=lambda given, _: checks.word(given, ("sigmoid", "softmax", "linear")),
        default=Network.output,
        model_says=True,
    ),
    Option(
        key="network.loss",
        check=lambda given, _: checks.word(given, ("half_squared_error", "cross_entropy")),
        default=Network.loss,
    ),
    Option(
        key="network.bias",
        check=lambda given, _: checks.word(given, ("trained", "frozen", "none")),
        default=Network.bias,
    ),
    Option(
        key="network.dropout",
        check=lambda given, others: checks.dropout(given, lambda: others["hidden"]),
        default=0,
        writes=lambda lesson: list(lesson.network.dropout) or None,
    ),
    Option(
        key="initial",
        default={},
        writes=lambda lesson: lesson.drawings.table() | dict(lesson.initial),
        model_says=True,
        flag="initial",
        # The line of the seed names it.
        argument={"type": str, "metavar": "METHOD", "help": argparse.SUPPRESS},
        line=101,
    ),
    Option(
        key="training.iterations",
        check=lambda given, _: checks.whole(given, 0, MOST_ITERATIONS),
        default=1000,
        flag="iterations",
        argument={
            "type": whole_number,
            "metavar": "N",
            "help": "updates to make; or --epochs N, passes over the data",
        },
        line=50,
    ),
    *map(option_of, SCALARS.values()),
    Option(
        key="training.batch",
        check=lambda given, others: checks.batch(given, others["n_samples"]),
        default="full",
        writes=lambda lesson: lesson.batch or "full",
        flag="batch",
        argument={"type": batch_size, "metavar": "N", "help": 'samples per update, or "full"'},
        line=70,
    ),
    Option(
        key="training.shuffle",
        check=lambda given, _: given.held("true or false", isinstance(given.value, bool)),
        default=False,
    ),
    Option(
        key="training.seed",
        check=lambda given, _: checks.whole(given, 0, 2**32 - 1),  # what RandomState takes
        default=1,
        flag="seed",
        argument={
            "type": whole_number,
            "metavar": "S",
            "help": "draw initial values with this seed; --initial METHOD",
        },
        line=100,
    ),
    OPTIMIZER,
    SCHEDULE,
    LR_TABLE,
    PENALTY,
    Option(
        key="training.epochs",
        check=lambda given, others: checks.updates(
            checks.whole(given, 1, MOST_ITERATIONS), others["n_samples"], others["batch"]
        ),
        writes=lambda _: None,
        instead_of="iterations",
        flag="epochs",
        # The line of iterations names it.
        argument={"type": whole_number, "metavar": "N", "help": argparse.SUPPRESS},
        line=60,
    ),
    Option(
        key="display.decimals",
        check=lambda given, _: checks.whole(given, 0, 10),
        default=3,
        flag="decimals",
        argument={"type": whole_number, "metavar": "D", "help": "decimals shown"},
        line=120,
    ),
    Option(
        key="display.language",
        check=lambda given, _: checks.word(given, LANGUAGES),
        default="en",
        flag="language",
        argument={"type": str, "metavar": "L", "help": f"of the sheets: {', '.join(LANGUAGES)}"},
        line=130,
    ),
    Option(
        key="display.show",
        check=lambda given, others: checks.shown_iterations(given, others["iterations"]),
        default=[],
        flag="show",
        argument={"type": whole_numbers, "metavar": "N,N…", "help": "hold only these iterations live"},
        line=110,
    ),
    Option(
        key="display.compare",
        check=lambda given, _: checks.text(given, LONGEST["title"]),
        default="",
        writes=lambda lesson: lesson.compare or None,
        flag="compare",
        # The README shows it: the help has room for no more.
        argument={"type": str, "metavar": "OPTION=V,V…", "help": argparse.SUPPRESS},
        line=111,
    ),
):
    _add(_option)  # a test tries the defaults: that takes NumPy, and who only wants help need not wait for it

TEXTS = tuple(name for name in keys_of("") if OPTIONS[name].is_alone)
"""What a lesson may say in other languages, too: the keys of `[zh]`."""
