"""The options that say which samples are kept from training."""

from collections.abc import Callable
from typing import Any

from mlp2xlsx.options.option import Option
from mlp2xlsx.options.typed import share_or_path


def _writer(of: str) -> Callable[[Any], object]:
    """Make what a lesson file says of one matrix of them, by the name that it has there."""
    return lambda lesson: None if lesson.validation is None else getattr(lesson.validation, of)


VALIDATION = (
    Option(key="data.X_validation", writes=_writer("X_given")),
    Option(key="data.y_validation", writes=_writer("y")),
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
