"""What the tests of tables share: a file, a lesson made of it, what is said against either."""

from pathlib import Path

from mlp2xlsx.classroom.roster import read_roster
from mlp2xlsx.lesson import parse
from mlp2xlsx.lesson.tables.files.hints import Hints
from mlp2xlsx.lesson.tables.table import read_table
from tests.helpers import message

SOFTMAX = '[network]\noutput = "softmax"\nloss = "cross_entropy"\n'
LINEAR = '[network]\noutput = "linear"\n'


def table(content, **hints):
    """The table that a file holds, as with options of the command line."""
    Path("data.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(Path("data.csv"), "data.csv", Hints(**hints))


def lesson(content, data="", rest="", target="kind"):
    """The lesson that learns `kind` from a file; with no target, what `data` says."""
    Path("data.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    learns = f'target = "{target}"\n' if target else ""
    return parse(f'[data]\ncsv = "data.csv"\n{learns}{data}\n{rest}', "my.toml", "my", Path())


def again(one):
    """A lesson written and read, with no file at hand."""
    return parse(one.to_toml(), "again", one.name)


def same(one, other):
    assert one.to_toml() == other.to_toml()
    for name in ("X", "y", "X_raw"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None)
        assert a is None or a.tobytes() == b.tobytes()
    for name in ("features", "target", "classes", "scale"):
        assert getattr(one, name) == getattr(other, name)


def names_of(content, **hints):
    """The names of the students of a roster."""
    Path("roster.csv").write_bytes(content)
    return [one.name for one in read_roster(Path("roster.csv"), Hints(**hints)).students]


def said(content, *arguments, **options):
    """What is said against a lesson that learns from a file."""
    return message(lesson, content, *arguments, **options)
