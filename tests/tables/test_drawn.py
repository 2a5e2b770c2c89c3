"""Tables and rosters drawn with a seed: each is read as what it says, or refused; none is read wrong."""

import re
from collections import Counter
from pathlib import Path

import pytest

from mlp2xlsx.classroom.roster import read_roster
from mlp2xlsx.errors import LessonError, RosterError
from mlp2xlsx.lesson import parse
from mlp2xlsx.lesson.tables import data, table
from mlp2xlsx.lesson.tables.files import encoding
from mlp2xlsx.lesson.tables.files.hints import Hints
from tests.tables.generating import draw_roster, draw_table

SOME, MANY = 400, 8_000
_ASKED = re.compile(r"data\.(encoding|header|decimal)\b")


def lesson_of(drawn, hints):
    Path("data.csv").write_bytes(drawn.content)
    said = "".join(f'{key} = "{value}"\n' for key, value in hints.items())
    text = f'[data]\ncsv = "data.csv"\ntarget = "{drawn.target}"\n{said}'
    return parse(text, "my.toml", "my", Path())


def is_true(found, drawn):
    """Whether a lesson says what the table does."""
    kinds = [found.classes[int(row[0])] for row in found.y] if found.classes else None
    return (list(found.features), found.X.tolist(), kinds) == (drawn.names, drawn.X, drawn.kinds)


def outcome(drawn):
    """How it ends when a person does what each message says: `read`, `refused`, or `wrong`."""
    hints = {}
    while True:
        try:
            found = lesson_of(drawn, hints)
        except LessonError as error:
            asked = [key for key in _ASKED.findall(str(error)) if key in drawn.hints and key not in hints]
            if not asked:
                return "refused", str(error)
            hints[asked[0]] = drawn.hints[asked[0]]
        else:
            return ("read" if is_true(found, drawn) else "wrong"), hints


def judged(seed):
    """How it ends for a drawn table, and whether it must not end so."""
    drawn = draw_table(seed)
    ending, why = outcome(drawn)
    if ending == "read" and why:
        ending = "asked"
    if drawn.clean:
        return ending, ending != "read"
    return ending, ending == "wrong" or (drawn.broken and ending != "refused")


def counted(seeds):
    """Endings by their number, and the seeds of the tables that end as they must not."""
    found = {seed: judged(seed) for seed in seeds}
    return Counter(ending for ending, _ in found.values()), [seed for seed, (_, bad) in found.items() if bad]


def test_some_tables():
    counts, faults = counted(range(SOME))
    assert faults == []
    assert counts["read"] + counts["asked"] > SOME / 2
    assert min(counts.values()) > SOME / 10


@pytest.mark.slow
def test_many_tables():
    counts, faults = counted(range(SOME, SOME + MANY))
    assert faults == []
    assert counts["read"] + counts["asked"] > MANY / 2


SABOTAGED = {
    "every-point-is-decimal": (data, "decimal_sign", lambda *_: "."),
    "no-line-is-names": (table, "has_header", lambda *_: False),
    "gbk-for-granted": (encoding, "_is_gbk", lambda content: _decodes(content, "gb18030")),
    "nothing-is-missing": (data, "check_complete", lambda *_: None),
}


@pytest.mark.parametrize(("module", "name", "instead"), SABOTAGED.values(), ids=SABOTAGED)
def test_a_reader_that_guesses_would_be_seen(monkeypatch, module, name, instead):
    monkeypatch.setattr(module, name, instead)
    assert any(judged(seed)[1] for seed in range(SOME))


def roster_outcome(seed):
    """How it ends for a small class whose header is plain: the names decide, or the user is asked."""
    name, names, content = draw_roster(seed)
    Path("roster.csv").write_bytes(content)
    found, ending = [], "read"
    try:
        found = read_roster(Path("roster.csv")).students
    except RosterError as error:
        shown = next((n for n in names if not n.isascii()), "")[:12]
        ending = "asked" if f'"{shown}"' in str(error) else "not shown"
        found = read_roster(Path("roster.csv"), Hints(encoding=name)).students
    return ending if [one.name for one in found] == names else "wrong"


def test_some_rosters():
    counts = Counter(map(roster_outcome, range(SOME)))
    assert counts["wrong"] == 0
    assert counts["read"] > SOME / 20
    assert counts["not shown"] < SOME / 50


@pytest.mark.slow
def test_many_rosters():
    counts = Counter(map(roster_outcome, range(SOME, SOME + MANY)))
    assert counts["wrong"] == 0
    assert counts["not shown"] < MANY / 50


def test_a_roster_that_is_guessed_would_be_seen(monkeypatch):
    monkeypatch.setattr(encoding, "_is_gbk", lambda content: _decodes(content, "gb18030"))
    assert "wrong" in map(roster_outcome, range(SOME))


def _decodes(content, name):
    try:
        return bool(content.decode(name))
    except UnicodeDecodeError:
        return False
