"""How much room a text takes on a sheet; a Chinese character takes that of two letters."""

from math import ceil
from unicodedata import east_asian_width

_LETTER, _WIDE_CHARACTER = 1.05, 2.0  # in digits, which column widths are counted in


def is_wide(character: str) -> bool:
    """Whether a character takes the room of two letters."""
    return east_asian_width(character) in "WF"


def n_letters(text: str) -> int:
    """How many letters of a monospaced font take as much room."""
    return sum(2 if is_wide(character) else 1 for character in text)


def display_width(text: str) -> float:
    """Width in digits, as column widths are."""
    return sum(_WIDE_CHARACTER if is_wide(character) else _LETTER for character in text)


def n_lines(text: str, width: float) -> int:
    """How many lines a text takes in a cell of a width in digits."""
    return sum(max(1, ceil(display_width(line) / width)) for line in text.split("\n"))


def beginning(text: str, longest: int) -> str:
    """Cut a text that takes the room of more letters than that."""
    if n_letters(text) <= longest:
        return text
    while n_letters(text) >= longest:
        text = text[:-1]
    return f"{text}…"
