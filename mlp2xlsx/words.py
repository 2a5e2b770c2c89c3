"""How messages show values: in the user's own notation, short, and on one line."""

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from difflib import get_close_matches

LONGEST_SHOWN = 60
_MOST_PLACES = 5

_KINDS = ((str, "a string"), (bool, "a boolean"), ((date, time), "a date or time"))


def is_control(character: str) -> bool:
    """Whether a character breaks the line, has no shape, or cannot be held by XML."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in "\ufffe\uffff"


def one_line(text: str) -> str:
    r"""Return a text with its control characters as escapes such as `\n`."""
    return "".join(c.encode("unicode_escape").decode() if is_control(c) else c for c in text)


def shortened(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Cut a text that is too long to be read."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def shown(value: object) -> str:
    """Write a value as a lesson file would; lists and tables only by what they are."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return one_line(json.dumps(shortened(value), ensure_ascii=False))
        case int() if value.bit_length() > 64:  # Python refuses to print more than 4300 digits
            return f"a whole number of {value.bit_length()} bits"
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return one_line(shortened(str(value)))


def shown_with_kind(value: object) -> str:
    """Name a value and what it is, where that is the trouble: `"fast" (a string)`."""
    kind = next((kind for types, kind in _KINDS if isinstance(value, types)), None)
    return shown(value) if kind is None else f"{shown(value)} ({kind})"


def size(shape: tuple[int, ...]) -> str:
    """Write a shape as people do: `4×3`."""
    return "×".join(str(n) for n in shape)


def counted(count: int, noun: str) -> str:
    """Count things in words: `1 row`, `3 rows`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def first_few(places: Sequence[str]) -> str:
    """List the first few of many places, and say how many more there are: `line 3, line 4 and 7 more`."""
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    return ", ".join(places[:_MOST_PLACES]) + more


def listed(texts: Sequence[str], most: int) -> str:
    """List the first of some texts, with `…` for more of them."""
    return ", ".join([*texts[:most], *(["…"] if len(texts) > most else [])])


def either(words: Iterable[str]) -> str:
    """Join alternatives: `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return ` (did you mean training.lr?)` for the word with the nearest last part, or nothing."""
    return _nearest(word, {known.rpartition(".")[2]: known for known in words})


def did_you_mean_name(word: str, names: Iterable[str]) -> str:
    """Return ` (did you mean "petal length"?)` for the nearest of names from outside, or nothing."""
    return _nearest(word, {name: shown(name) for name in names})


def _nearest(word: str, known: Mapping[str, str]) -> str:
    folded = {key.casefold(): text for key, text in known.items()}
    nearest = get_close_matches(word[:LONGEST_SHOWN].casefold(), folded, n=1)
    return f" (did you mean {folded[nearest[0]]}?)" if nearest else ""
