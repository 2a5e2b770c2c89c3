"""Whose a file is, by the path under which it came back."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from mlp2xlsx.classroom.submissions.senders import is_archive, sender_in

# Scripts that are written without blanks between the words: there a name may stand inside a longer run.
_UNSPACED = (
    "\u3005\u3007\u3040-\u30fa\u30fc-\u30ff"  # 々 and 〇, and kana but for the dot between names
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese characters
    "\uac00-\ud7a3"  # Hangul
)
# "2023001李雷作业" is two words.
_WORD = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_IS_UNSPACED = re.compile(rf"[{_UNSPACED}]+")
_ENDING = re.compile(r"\.(xlsx|zip)$", re.IGNORECASE)
_ACCENT = re.compile("[\u0300-\u036f]")

_SHORTEST_ID = 3
_SHORTEST_WORD = 5  # "Will", "May" and "Anna" are too often a part of other things
_SHORTEST_UNSPACED = 2

_Named = dict[str, tuple[str, ...]]


class Owners:
    """The students of a class, known by what their files may be called.

    A student is named by the id or the stem of the file that was handed out, as whole words; or by the
    full name, whose words may stand in either order, with or without blanks. Case, accents and
    punctuation make no difference. What is very short names a student only if nothing else is there.

    Parameters
    ----------
    students
        Id, full name and stem of the handout's file name (`s001-Li-Lei`) of each.
    """

    def __init__(self, students: Sequence[tuple[str, str, str]]) -> None:
        self._marks: _Named = {}  # words with blanks between them
        self._names: _Named = {}  # words without
        self._alone: _Named = {}
        for student, name, stem in students:
            own = (student,)  # one for all that says the same: a course has 100,000 students
            for text in (student, stem):
                words = _words(text)
                enough = sum(map(len, words)) >= _SHORTEST_ID
                _note(self._marks if enough else self._alone, " ".join(words), own)
            words = _words(name)
            for squashed in _orders(words):
                _note(self._names if _is_telling(words) else self._alone, squashed, own)
        self._longest = max(map(len, (*self._marks, *self._names)), default=0)
        unspaced = [len(key) for key in self._names if _IS_UNSPACED.fullmatch(key)]
        self._longest_unspaced = max(unspaced, default=0)

    def named_by(self, place: str) -> str | None:
        """Id of the one student that a path names.

        Parameters
        ----------
        place
            Path with `/` between the folders. The innermost part that names somebody counts, and in it the
            longest match.

        Returns
        -------
        str | None
            The id as it was given; None if the path names nobody, or several equally.
        """
        for part in reversed(place.split("/")):
            named, _ = self._named_in(part)
            if named:
                return min(named) if len(named) == 1 else None
        return None

    def sent_by(self, place: str) -> frozenset[str]:
        """Ids of the students of whom one has sent a file, as far as its path tells.

        Parameters
        ----------
        place
            Path with `/` between the folders. The outermost part counts that a course platform has written,
            or that is a .zip named after a student or a folder that has a student's name and nothing else.

        Returns
        -------
        frozenset of str
            Several where they have the same name; none where the sender is not known.
        """
        *outer, file = place.split("/")
        for part in outer:
            sender = sender_in(part)
            if sender is not None:
                return self._named_in(sender.name)[0]
            named, whole = self._named_in(part)
            if named and (whole or is_archive(part)):
                return named
        sender = sender_in(file)
        return self._named_in(sender.name)[0] if sender is not None else frozenset()

    def _named_in(self, part: str) -> tuple[frozenset[str], bool]:
        """Students whom one part of a path names best, and whether it says nothing else."""
        words = _words(_ENDING.sub("", part))
        matches = list(self._matches(words))
        longest = max((length for length, _ in matches), default=0)
        named = frozenset(student for length, ids in matches if length == longest for student in ids)
        return named, longest == len("".join(words))

    def _matches(self, words: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Students that one part of a path names, each with the length of the match."""
        whole = "".join(words)
        yield from self._looked_up(self._alone, " ".join(words), len(whole))
        for first in range(len(words)):
            marked = squashed = ""
            for word in words[first:]:
                marked, squashed = f"{marked} {word}" if marked else word, squashed + word
                if len(squashed) > self._longest:
                    break
                yield from self._looked_up(self._marks, marked, len(squashed))
                yield from self._looked_up(self._names, squashed, len(squashed))
        for word in filter(_IS_UNSPACED.match, words):
            yield from self._within(word)

    def _within(self, run: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Students whose names stand in a run of characters without blanks."""
        for first in range(len(run)):
            for last in range(first + _SHORTEST_UNSPACED, min(first + self._longest_unspaced, len(run)) + 1):
                yield from self._looked_up(self._names, run[first:last], last - first)

    @staticmethod
    def _looked_up(known: _Named, key: str, length: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        if key in known:
            yield length, known[key]


def _note(known: _Named, key: str, own: tuple[str, ...]) -> None:
    """Note that a key may mean a student; one without letters and digits means nobody."""
    if key:
        held = known.get(key, own)
        known[key] = held if held[-1] == own[0] else held + own


def _words(text: str) -> list[str]:
    """Words of a text, in the form in which they are compared."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    # ü is u here, for some systems write it so; が stays, for its mark is none of these accents.
    plain = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", plain)))
    return _WORD.findall(plain)


def _is_telling(words: list[str]) -> bool:
    """Whether a name is enough to know somebody by, among other words."""
    if len(words) > 1:
        return True
    word = "".join(words)
    shortest = _SHORTEST_UNSPACED if _IS_UNSPACED.match(word) else _SHORTEST_WORD
    return len(word) >= shortest


def _orders(words: list[str]) -> set[str]:
    """Names with the family name first or last, without blanks: Canvas writes `leili` for Li Lei."""
    if len(words) == 1 and _IS_UNSPACED.match(words[0]):
        # 李雷 becomes "雷 李" where a given name comes first; 欧阳 is a family name of two characters.
        words = list(words[0])
    return {"".join(words[first:] + words[:first]) for first in range(len(words))}
