"""The options that say how a table of samples is read, and which samples are kept from training."""

import argparse

from mlp2xlsx.options import checks
from mlp2xlsx.options.option import Option, unchecked
from mlp2xlsx.options.typed import share_or_path

ABOUT_TABLES = tuple(
    Option(
        key=f"data.{name}",
        check=check,
        writes=lambda _: None,  # a lesson that is written holds its data
        model_says=True,
        flag=name,
        # What a table does not tell is asked for by a message, which names the flag.
        argument={"type": str, "metavar": metavar, "help": argparse.SUPPRESS},
        line=35,
    )
    for name, metavar, check in (
        ("encoding", "NAME", unchecked),
        ("sheet", "NAME", unchecked),
        ("header", "yes|no", lambda given, _: checks.word(given, ("yes", "no"))),
        ("decimal", "SIGN", lambda given, _: checks.word(given, (".", ","))),
    )
)

VALIDATION = (
    Option(
        key="data.X_validation",
        writes=lambda lesson: lesson.validation and lesson.spelled(lesson.validation.X_given),
    ),
    Option(key="data.y_validation", writes=lambda lesson: lesson.validation and lesson.validation.y),
    Option(
        key="data.validation",
        writes=lambda _: None,  # a lesson that is written holds the samples that were drawn
        flag="validation",
        argument={
            "type": share_or_path,
            "metavar": "SHARE",
            "help": "of samples kept from training, as 0.25; or FILE",
        },
        line=45,
    ),
)
