"""The text of a CSV file, in the encodings that spreadsheet programs write."""

import re

from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.file import BYTE_ORDER_MARK, bad_byte

# A Chinese character among Latin letters, digits and signs.
_ALONE = re.compile(r"(?<![^\x00-\x7f])[\u3400-\u9fff](?![^\x00-\x7f])")
_TOGETHER = re.compile(r"[\u3400-\u9fff]{2,}")
# The second of the two levels of GB2312, and what it does not have.
_RARE, _VERY_RARE = b"\xd8", b"\xff"


def decode(content: bytes, source: str) -> str:
    """Decode UTF-8, or else what Chinese systems write.

    Parameters
    ----------
    content
        The whole file.
    source
        What messages call it.

    Raises
    ------
    DataError
        When it is neither; a file in a Western encoding such as Latin-1 is not taken for Chinese.
    """
    if b"\0" in content:  # a workbook, or UTF-16
        raise DataError(f"{source} is not a text file in UTF-8; save it as CSV (UTF-8)")
    content = content.removeprefix(BYTE_ORDER_MARK)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        position = error.start
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        text = None
    if text is None or _is_western(text):
        raise DataError(
            f"{source} {bad_byte(content, position)} is neither UTF-8 nor GBK; save the file as UTF-8"
        )
    return text


def _is_western(text: str) -> bool:
    """Whether what reads as Chinese was made of the accents of another encoding.

    `Länge` in Latin-1 reads as `L鋘ge`, and `größe` as `gr鲞e`: a Chinese character all by itself that is
    very rare, or rare and within a word. Frequent ones side by side would take four accents in a row: where
    they are, a rare one alone is a name, for many given names are one rare character.
    """
    if any(all(_gb2312(one) < _RARE for one in found[0]) for found in _TOGETHER.finditer(text)):
        return False
    for found in _ALONE.finditer(text):
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        rarest = _RARE if before.isalpha() and after.isalpha() else _VERY_RARE
        if _gb2312(found[0]) >= rarest:
            return True
    return False


def _gb2312(character: str) -> bytes:
    """Code of a character in GB2312, which has the frequent ones first; behind all where it has none."""
    try:
        return character.encode("gb2312")
    except UnicodeEncodeError:
        return _VERY_RARE
