"""What the files of a student are called: safe on Windows, macOS and Linux, and still to be read."""

import unicodedata
from collections.abc import Sequence

from mlp2xlsx.errors import RosterError
from mlp2xlsx.words import first_few, shown

# Names may have 255 bytes (Linux) or characters (Windows, macOS); this leaves room for what callers add.
LONGEST, MOST_BYTES = 80, 200

# Windows keeps these names for devices, whatever the extension:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(10))}
)


def safe_names(students: Sequence[tuple[str, str]]) -> list[str]:
    """Name the files of each student, without an extension: `s001-Li-Lei`.

    Letters and digits of all scripts stay, everything else becomes `-`. A name that is too long loses its
    end, which is that of the student; the id in front tells the files apart.

    Parameters
    ----------
    students
        Id and name of each; the name may be empty.

    Returns
    -------
    list of str
        In NFC, of at most `LONGEST` characters and `MOST_BYTES` bytes in UTF-8, in the order of the students.

    Raises
    ------
    RosterError
        When an id and a name have no letter or digit, or when two files would have names that are one to
        some file system: those that differ only in case, or in how a character is encoded.
    """
    names = [_safe_name(*student) for student in students]
    first: dict[str, int] = {}
    clashes = []
    for number, name in enumerate(names):
        other = first.setdefault(folded(name), number)
        if other != number:
            clashes.append(
                f"{_who(*students[other])} and {_who(*students[number])} would both be called {name}"
            )
    if clashes:
        raise RosterError(f"the files of {first_few(clashes)}; change one id of each two")
    return names


def folded(text: str) -> str:
    """Bring a text into the form in which texts that look the same are the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def _safe_name(id_: str, name: str) -> str:
    words = [word for word in (_safe(id_), _safe(name)) if word]
    if not words:
        raise RosterError(
            f"the student {_who(id_, name)} has no letter or digit for the name of a file; give another id"
        )
    safe = _cut("-".join(words))
    return f"id-{safe}" if folded(safe) in _RESERVED else safe


def _safe(text: str) -> str:
    """Join what is safe in a text by dashes; empty when there is nothing."""
    safe = ""
    for character in unicodedata.normalize("NFC", text):
        if _is_letter_or_digit(character) or (_is_mark(character) and safe and safe[-1] != "-"):
            safe += character
        elif safe and safe[-1] != "-":
            safe += "-"
    return safe.rstrip("-")


def _is_letter_or_digit(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


def _is_mark(character: str) -> bool:
    """Whether it is part of the character before it, as the vowels of Hindi and Thai are."""
    return unicodedata.category(character)[0] == "M"


def _cut(text: str) -> str:
    """Shorten a name that is too long, at the end of a character."""
    longest = min(LONGEST, len(text.encode()[:MOST_BYTES].decode(errors="ignore")))
    end = longest
    while end < len(text) and _is_mark(text[end]):
        end -= 1
    return text[: end or longest].rstrip("-")  # all of it can be one letter and its marks


def _who(id_: str, name: str) -> str:
    return f"{shown(id_)} ({shown(name)})" if name else shown(id_)
