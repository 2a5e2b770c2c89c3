"""The marks with which a text says its encoding, and where a byte stands that is in none."""

import codecs

# UTF-32 before UTF-16, whose mark it begins with.
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
    (b"\x84\x31\x95\x33", "GB18030"),
)


def marked(content: bytes) -> tuple[str, str] | None:
    """Return a text that begins with a byte-order mark, and its encoding; None where there is no mark.

    Raises
    ------
    UnicodeDecodeError
        When the rest is not in the encoding that the mark says.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name).removeprefix("\ufeff"), name.replace("-LE", "").replace("-BE", "")
    return None


def text_of(content: bytes, encoding: str = "utf-8") -> str | None:
    """Decode bytes; None where they are not in that encoding."""
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def bad_byte(content: bytes, position: int) -> str:
    """Say where a byte stands that cannot be text_of, and which it is: `line 2: byte 0xe9`."""
    line = content.count(b"\n", 0, position) + 1
    return f"line {line}: byte 0x{content[position]:02x}"
