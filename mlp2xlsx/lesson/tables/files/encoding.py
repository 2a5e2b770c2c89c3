"""The text of a file: the one decoder of tables, rosters and lessons."""

import codecs
import re

from mlp2xlsx.errors import DataError
from mlp2xlsx.lesson.tables.files.candidates import Candidate, best_candidates, candidates, codec, is_odd
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.files.marks import bad_byte, marked, text_of
from mlp2xlsx.words import shown

_NO_TEXTS = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7", "mbcs", "oem", "undefined"}
_NOT_ASCII = re.compile(rb"[^\n]*[\x80-\xff][^\n]*\n?")
_PACKED = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_LOOKED_AT = 50_000  # bytes of the lines by which encodings are told apart
_MANY = 5
_ESCAPES = re.compile(rb"\x1b\$|\x1b\([BJI]|~\{")

# Words above columns whose bytes are no frequent characters in Korean, Japanese or traditional Chinese.
_CHINESE = "学号|姓名|学生编号|学生学号|学生姓名|学生|序号|专业|学院|邮箱|体重|性别|种类|数学|语文|英语"
_PROOF = re.compile(rb"(?:^|[\t,;\r\n\"])\s*(?:%b)\s*[\t,;\r\n\"]" % _CHINESE.encode("gbk"))


def decode(content: bytes, source: str, hints: Hints) -> tuple[str, str]:
    """Decode a file, and say in which encoding it was.

    A byte-order mark counts before all, then what the user says, then UTF-8. GBK is taken for granted only
    where nothing speaks against it: the names of columns are Chinese words, or each character is one of
    the frequent ones and the file reads like no other language.

    Parameters
    ----------
    content
        The whole file.
    source
        What messages call it.
    hints
        What the user says of the file.

    Raises
    ------
    DataError
        When it cannot be told; with the first words as each encoding would read them.
    """
    try:
        found = marked(content)
        if found is not None:
            return found
        if hints.encoding:
            return _as_said(content, source, hints)
        _check_bytes(content, source, hints)
        text = content.decode()
        if is_odd(text):
            in_utf8 = str(Candidate("utf-8", text))
            raise _unknown(content, source, hints, f"{source} could be UTF-8 by chance", in_utf8)
        return text, "UTF-8"
    except UnicodeDecodeError as error:
        if error.encoding not in ("utf-8", "utf8") or content.startswith(codecs.BOM_UTF8):
            place = bad_byte(content, error.start)
            raise DataError(
                f"{source} {place} is not {error.encoding.upper()}, as its mark says; save the file as UTF-8"
            ) from None
        position = error.start
    if _is_gbk(content):
        return content.decode("gb18030"), "GBK"
    raise _unknown(content, source, hints, f"{source} {bad_byte(content, position)} is not UTF-8")


def _as_said(content: bytes, source: str, hints: Hints) -> tuple[str, str]:
    known = _codec_of(hints)
    if known.name != "utf-8" and _is_surely_utf8(content):
        raise DataError(f"{source} is UTF-8, and not {hints.encoding}; leave {hints.option('encoding')} out")
    try:
        return content.decode(known.name).removeprefix("\ufeff"), hints.encoding.upper()
    except UnicodeDecodeError as error:
        where = bad_byte(content, min(error.start, len(content) - 1))
        raise DataError(
            f"{source} {where} is not {hints.encoding}; "
            f"say another {hints.option('encoding')}, or leave it out to see what fits"
        ) from None


def _codec_of(hints: Hints) -> codecs.CodecInfo:
    try:
        known = codecs.lookup(codec(hints.encoding))
        "".encode(known.name)
    except (LookupError, UnicodeError, ValueError):
        known = None
    if known is None or known.name in _NO_TEXTS:
        raise DataError(
            f"{hints.option('encoding')}: found {shown(hints.encoding)}, expected the name of an encoding, "
            'such as "utf-8", "gb18030", "big5", "shift_jis", "euc_kr" or "cp1252"'
        )
    return known


def _is_surely_utf8(content: bytes) -> bool:
    """Whether a file can be nothing else; a few characters of other encodings look like UTF-8 by chance."""
    signs = {character for character in text_of(content) or "" if not character.isascii()}
    return len(signs) >= _MANY or any(character > "\u07ff" for character in signs)


def _check_bytes(content: bytes, source: str, hints: Hints) -> None:
    """Refuse what is plain ASCII only to look at."""
    if b"\0" in content:
        halves = content[::2].count(0), content[1::2].count(0)
        if len(content) % 2 == 0 and min(halves) == 0 and not content.startswith(_PACKED):
            name = "utf-16-le" if halves[1] else "utf-16-be"
            raise DataError(
                f"{source} looks like UTF-16 without a byte-order mark; say {hints.say('encoding', name)}"
            )
        mend = "unpack it" if content.startswith(_PACKED) else "save it as CSV (UTF-8) or .xlsx"
        raise DataError(f"{source} is neither a text nor a workbook; {mend}")
    escape = _ESCAPES.search(content)
    if escape and content.isascii():
        for name in ("hz",) if escape[0] == b"~{" else ("iso2022_jp", "iso2022_kr"):
            text = text_of(content, name)
            if text is not None and not text.isascii():
                word = next(word for word in re.findall(r"\w+", text) if not word.isascii())
                raise DataError(
                    f"{source} looks like {name}, as in {shown(word)}; "
                    f"say {hints.say('encoding', name)}, or save the file as UTF-8"
                )


def _is_gbk(content: bytes) -> bool:
    """Whether a file is in GBK beyond doubt."""
    text = text_of(content, "gb18030")
    if text is None or re.search("[\x80-\x9f\ue000-\uf8ff]", text):
        return False
    if _PROOF.search(content + b"\n"):
        return True
    if not all(map(_is_frequent, set(text))):
        return False
    # Only the reading as GBK is like that of words.
    return [one.encoding for one in candidates(_sample(content)) if one.doubt == 0] == ["gb18030"]


def _is_frequent(character: str) -> bool:
    """Whether a character is one of the first level of GB 2312, which has the frequent ones, or a sign."""
    if character.isascii():
        return True
    try:
        row = character.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= row <= 0xD7 or 0xA1 <= row <= 0xA3


def _sample(content: bytes) -> bytes:
    """Return the first lines that are more than ASCII."""
    found, size = [], 0
    for line in _NOT_ASCII.finditer(content):
        found.append(line[0])
        size += len(line[0])
        if size > _LOOKED_AT:
            break
    return b"".join(found)


def _unknown(content: bytes, source: str, hints: Hints, what: str, *first: str) -> DataError:
    best = [*first, *map(str, best_candidates(_sample(content)))]
    if not best:
        return DataError(f"{what}; save the file as UTF-8")
    return DataError(
        f"{what}; say {hints.option('encoding')} with the name before what reads right: {'; '.join(best)}"
    )
