"""The foot of a printed page: as much of a text as there is room for."""

from mlp2xlsx.xlsx.xstring import encoded

# Of a whole header or footer, its codes included; Excel calls a file with more damaged.
_LONGEST = 255
_SECTION = "&L"


def footer_text(text: str, others: str) -> str:
    """A text for the left of a footer, as long as there is room for it.

    Parameters
    ----------
    text
        What is printed; `&` begins a code, and is doubled.
    others
        The footer without it.
    """
    room = _LONGEST - _units(others) - len(_SECTION)
    kept = []
    for character in text:
        written = "&&" if character == "&" else character
        room -= _units(written)
        if room < 0:
            break
        kept.append(written)
    return encoded("".join(kept))


def _units(text: str) -> int:
    """Length as Excel counts it: characters beyond U+FFFF are two."""
    return len(text.encode("utf-16-le")) // 2
