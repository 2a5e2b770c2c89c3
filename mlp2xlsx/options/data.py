"""The options that say which data a lesson has."""

import argparse

from mlp2xlsx.choices import SCALES
from mlp2xlsx.options import checks
from mlp2xlsx.options.option import Option
from mlp2xlsx.options.samples import ABOUT_TABLES, VALIDATION
from mlp2xlsx.options.typed import columns

DATA: tuple[Option, ...] = (
    Option(key="data.X", writes=lambda lesson: lesson.spelled(lesson.X_given), model_says=True),
    Option(key="data.y", model_says=True),
    Option(
        key="data.csv",
        writes=lambda _: None,
        model_says=True,
        flag="data",
        argument={
            "type": str,
            "metavar": "FILE",
            "help": "learn from this table; --dry-run: only say how",
        },
        line=10,
    ),
    Option(
        key="data.generate",
        writes=lambda _: None,  # a lesson that is written holds its data
        model_says=True,
        flag="generate",
        # It has no line of its own: the help has room for no more.
        argument={"type": str, "metavar": "KIND", "help": argparse.SUPPRESS},
        line=11,
    ),
    Option(
        key="data.features",
        writes=lambda lesson: lesson.features or None,
        flag="features",
        # The line of the target names it.
        argument={"type": columns, "metavar": "A,B…", "help": argparse.SUPPRESS},
        line=30,
    ),
    Option(
        key="data.target",
        writes=lambda lesson: lesson.target or None,
        flag="target",
        argument={
            "type": columns,
            "metavar": "COLUMN",
            "help": "to be learnt, from all others or --features A,B…",
        },
        line=20,
    ),
    Option(
        key="data.classes",
        writes=lambda lesson: lesson.classes or None,
        flag="classes",
        # The README shows it: the help has room for no more.
        argument={"type": columns, "metavar": "A,B…", "help": argparse.SUPPRESS},
        line=31,
    ),
    Option(key="data.vocabulary", writes=lambda lesson: lesson.words_of_features or None),
    Option(
        key="data.scale",
        check=lambda given, _: checks.word(given, SCALES),
        writes=lambda lesson: None if lesson.scale == "none" else lesson.scale,
        model_says=True,
        flag="scale",
        argument={"type": str, "metavar": "HOW", "help": f"the features: {', '.join(SCALES)}"},
        line=40,
    ),
    *ABOUT_TABLES,
    *VALIDATION,
)
