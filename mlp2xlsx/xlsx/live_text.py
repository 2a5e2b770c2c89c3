"""Sentences with live numbers in them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_PLACE = re.compile(r"\{(\w+)\}")


class Part(NamedTuple):
    """What stands in one place of a sentence: a formula for it, and what that should say."""

    formula: str
    text: str


def constant_part(text: str) -> Part:
    """A text that stays as it is."""
    quoted = text.replace('"', '""')
    return Part(f'"{quoted}"', text)


def live_text(template: str, parts: Mapping[str, Part]) -> Part:
    """Make one sentence of a template such as `loss {loss}` and the parts it names.

    Parameters
    ----------
    template
        A text with places in braces.
    parts
        What stands in each place.

    Returns
    -------
    Part
        The formula, without `=`, and the text it should come to.
    """
    said = [
        parts[piece] if number % 2 else constant_part(piece)
        for number, piece in enumerate(_PLACE.split(template))
        if piece
    ]
    return Part("&".join(part.formula for part in said), "".join(part.text for part in said))
