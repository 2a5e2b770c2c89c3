"""How much room a text takes on a sheet; a Chinese character takes that of two letters."""

import re
from functools import lru_cache
from unicodedata import east_asian_width

_LETTER, _WIDE_CHARACTER = 1.05, 2.0  # in digits, which column widths are counted in
_RUNNING_LETTER = 0.92  # many of them: narrow ones and spaces make up for wide ones
# A word with the spaces before it, or a wide character; marks that may not begin or end a line stay with it.
_OPENING, _CLOSING = "（《「『“", "，。、；：！？）》」』”…"
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_WORD = re.compile(f"\\s*[{_OPENING}]*(?:[^\\s{_WIDE}{_OPENING}{_CLOSING}]{{1,40}}|[{_WIDE}])?[{_CLOSING}]*")


def is_wide(character: str) -> bool:
    """Whether a character takes the room of two letters."""
    return east_asian_width(character) in "WF"


def n_letters(text: str) -> int:
    """How many letters of a monospaced font take as much room."""
    return sum(2 if is_wide(character) else 1 for character in text)


def display_width(text: str) -> float:
    """Width in digits, as column widths are."""
    return sum(_WIDE_CHARACTER if is_wide(character) else _LETTER for character in text)


def broken(text: str, width: float) -> list[str]:
    """The lines that a text takes in a cell of a width in digits."""
    return [line for paragraph in text.split("\n") for line in _filled(paragraph, width)]


@lru_cache(maxsize=1024)  # the sheets of most workbooks say the same
def _filled(paragraph: str, width: float) -> tuple[str, ...]:
    """Lines with as many words each as there is room for; a Chinese character is a word."""
    lines = [""]
    for word in _WORD.findall(paragraph):
        if lines[-1] and _running_width((lines[-1] + word).rstrip()) > width:
            lines.append(word.lstrip())
        else:
            lines[-1] += word
    return tuple(line.rstrip() for line in lines)


def _running_width(text: str) -> float:
    return sum(_WIDE_CHARACTER if is_wide(character) else _RUNNING_LETTER for character in text)


def beginning(text: str, longest: int) -> str:
    """Cut a text that takes the room of more letters than that."""
    if n_letters(text) <= longest:
        return text
    while n_letters(text) >= longest:
        text = text[:-1]
    return f"{text}…"
