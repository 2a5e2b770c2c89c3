"""Sentences with live numbers in them."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_PLACE = re.compile(r"\{(\w+)\}")


class Part(NamedTuple):
    """What stands in one place of a sentence: a formula for it, and what that should say."""

    formula: str
    text: str


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
    formulas, texts = [], []
    for number, piece in enumerate(_PLACE.split(template)):
        if number % 2:
            formulas.append(parts[piece].formula)
            texts.append(parts[piece].text)
        elif piece:
            formulas.append('"' + piece.replace('"', '""') + '"')
            texts.append(piece)
    return Part("&".join(formulas), "".join(texts))
