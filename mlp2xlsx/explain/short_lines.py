"""Matrices in programs, in lines that a person and a console can read."""

from textwrap import fill

from mlp2xlsx.numerals import number_text
from mlp2xlsx.render.values import FloatMatrix

_LONGEST_LINE = 96
_UNBREAKABLE = "\u00a0"  # a space that textwrap leaves alone


def rows_of(values: FloatMatrix) -> list[str]:
    """The rows of a matrix as lists of Python, each as a text."""
    return [f"[{', '.join(map(number_text, row))}]" for row in values.tolist()]


def in_short_lines(before: str, rows: list[str], after: str) -> str:
    """Write rows of numbers on one line or, where it would be too long, as many to a line as fit.

    R's console takes no more than 4095 characters in a line, and people fewer still.
    """
    line = f"{before}{', '.join(rows)}{after}"
    if len(line) <= _LONGEST_LINE:
        return line
    indent = "    "
    room = _LONGEST_LINE - len(indent) - 1
    whole = (row.replace(" ", _UNBREAKABLE) if len(row) <= room else row for row in rows)
    numbers = fill(
        ", ".join(whole),
        _LONGEST_LINE,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"{before}\n{numbers.replace(_UNBREAKABLE, ' ')}\n{after}"
