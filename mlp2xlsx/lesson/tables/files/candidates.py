"""Encodings that a file without a mark could be in, and whether what it reads like is writing at all."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from mlp2xlsx.lesson.tables.files.marks import text_of

_WORD = re.compile(r"[^\W\d_]+[^\W_]*(?:[\u0300-\u036f\u0e31-\u0e4e\uff9e\uff9f][^\W_]*)*")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_CELL = re.compile(r"[^,;\t\r\n\"]+")

_LATIN = r"A-Za-zÀ-ÖØ-öø-ſƏəȘ-țẞ"
_SYLLABLE = "[เ-ไ]?[ก-ฮ][ัิ-ฺ]?[็-์]*[าะำๅ]?ๆ?"
_HAN = "\u3005\u3400-\u9fff"
_FULL_KANA = "\u3040-\u30ff"
_BETWEEN_LETTERS = re.compile(f"[A-Za-z][{_HAN}]+[A-Za-z]")


# How little a word reads like one: 0 for a word, 1 for what no language writes.
Doubt = Callable[[str], float]


def _with_cases(letters: str) -> Doubt:
    """Words of letters that are small, or large, or small after one that is large."""
    known = re.compile(f"[{letters}]+")

    def doubt(word: str) -> float:
        word = word.replace("ß", "")  # it has no capital
        return not (known.fullmatch(word) and (word.islower() or word.isupper() or word.istitle()))

    return doubt


_SOME_LATIN = _with_cases(_LATIN)


def _latin(word: str) -> float:
    """Words of a Latin alphabet, where some letters at least have no accents."""
    return 1 if not any(letter.isascii() for letter in word) else _SOME_LATIN(word)


def _rows(encoding: str, lead: tuple[int, int], others: str = "") -> Doubt:
    """Words of the characters whose first byte is in a range: the frequent ones of a national standard."""
    also = re.compile(f"[{_HAN}{others}]")

    def doubt(word: str) -> float:
        if _BETWEEN_LETTERS.search(word):
            return 1
        rare = 0
        for character in filter(_NOT_ASCII.match, word):
            if not also.match(character):
                return 1
            is_han = re.match(f"[{_HAN}]", character) is not None
            rare += is_han and not lead[0] <= character.encode(encoding)[0] <= lead[1]
        return rare / len(word) / 2

    return doubt


def _of(pattern: str) -> Doubt:
    known = re.compile(pattern)
    return lambda word: known.fullmatch(word) is None


def _shift_jis(word: str) -> float:
    return min(_HALF_WIDTH(word), _SHIFT_JIS(word))


_HALF_WIDTH, _SHIFT_JIS = _of("(?:[ｦｱ-ﾝ][ﾞﾟｧ-ｰ]*)+"), _rows("cp932", (0x88, 0x97), _FULL_KANA)
# In the order in which they are shown where two candidates are equally good.
_DOUBT: dict[str, Doubt] = {
    "gb18030": _rows("gb18030", (0xB0, 0xD7)),
    "big5": _rows("cp950", (0xA4, 0xC6)),
    "shift_jis": _shift_jis,
    "euc_kr": _of("[A-Za-z가-힣]+"),
    "cp1252": _latin,
    "cp1250": _latin,
    "cp1251": _with_cases("Ѐ-џҐґ"),
    "cp1253": _with_cases("Ά-ώ"),
    "cp1254": _latin,
    "cp1255": _of("[א-ת]+"),
    "cp1256": _of("[ء-ۿ]+"),
    "cp1257": _latin,
    "cp874": _of(f"(?:{_SYLLABLE})+"),
    "koi8_r": _with_cases("Ѐ-џ"),
    "euc_jp": _rows("euc_jp", (0xB0, 0xCF), _FULL_KANA),
    "mac_roman": _latin,
}
# What is written differs from the standard that gives the name: these read all that is in use.
_CODECS = {"big5": "cp950", "shift_jis": "cp932", "euc_kr": "cp949", "gbk": "gb18030", "gb2312": "gb18030"}

# Two bytes of another encoding can be one character of UTF-8: some that hardly any language writes.
_RARE = re.compile(
    "[\u0180-\u019f\u01a2-\u01ae\u01b1-\u01cc\u01dd-\u0217\u021c-\u0253\u0255-\u0258\u025a\u025c-\u02ff"
    "\u03cf-\u03ff\u0460-\u0491\u0500-\u0530\u058b-\u058f\u0700-\u07ff]"
)
_FEW = 10
_MOST_SHOWN, _MOST_CELLS, _LONGEST_CELL = 6, 2, 12


def codec(encoding: str) -> str:
    """Name of the codec of an encoding, which reads what programs write under its name."""
    return _CODECS.get(encoding.lower().replace("-", "_"), encoding)


@dataclass(frozen=True)
class Candidate:
    """How a text would read in one encoding."""

    encoding: str
    text: str

    @cached_property
    def _words(self) -> set[str]:
        return {word for word in _WORD.findall(self.text) if _NOT_ASCII.search(word)}

    @cached_property
    def doubt(self) -> float:
        """Share of the words that no language writes so, from 0 to 1; signs between words count as well."""
        odd = sum(map(_DOUBT[self.encoding], self._words))
        signs = {sign for sign in _NOT_ASCII.findall(_WORD.sub("", self.text)) if sign not in _PUNCTUATION}
        return (odd + len(signs)) / max(len(self._words) + len(signs), 1)

    def __str__(self) -> str:
        cells = [cell.strip() for cell in _CELL.findall(self.text) if _NOT_ASCII.search(cell)]
        first = [f'"{cell[:_LONGEST_CELL]}"' for cell in list(dict.fromkeys(cells))[:_MOST_CELLS]]
        return f"{self.encoding} {', '.join(first)}"


_PUNCTUATION = "\u3000、。・·，．：；？！（）《》“”‘’–—…°«»„ªº№€"


def is_odd(text: str) -> bool:
    """Whether a short text in UTF-8 was hardly meant so: its few words mix scripts, or use none that is."""
    if not text or text.isascii() or max(text) > "\u07ff":
        return False
    words = {word for word in _WORD.findall(text) if not word.isascii()}
    alone = {word for word in words if len(word) == 1 and word > "\u0530"}
    return len(words) <= _FEW and bool(alone or _RARE.search(text) or any(map(_mixes_scripts, words)))


def _mixes_scripts(word: str) -> bool:
    """Whether a word is in several scripts; Greek letters stand for quantities beside Latin ones."""
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
    return len(scripts - {"MICRO"}) > 1 and not scripts <= {"LATIN", "GREEK", "MICRO"}


def candidates(content: bytes) -> Iterator[Candidate]:
    """Yield the encodings in which some bytes can be read, without control characters among them."""
    for encoding in _DOUBT:
        text = text_of(content, codec(encoding))
        if text is not None and not re.search("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]", text):
            yield Candidate(encoding, text)


def best_candidates(content: bytes) -> list[Candidate]:
    """Return the few encodings in which some bytes read best, each of another reading."""
    found: dict[str, Candidate] = {}
    for reading in sorted(candidates(content), key=lambda reading: reading.doubt):
        found.setdefault(reading.text, reading)
    return list(found.values())[:_MOST_SHOWN]
