"""Names of columns and classes that a lesson of one's own gives."""

import pytest

from mlp2xlsx.lesson import parse
from tests.helpers import message
from tests.tables.reading import again, same

OWN = "[data]\nX = [[1, 2], [3, 4]]\ny = [[1], [0]]\n"
TWO = "[data]\nX = [[1, 2], [3, 4]]\ny = [[1, 0], [0, 1]]\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (OWN, ((), (), ())),
        (f'{OWN}features = ["a", "b"]\ntarget = "c"', (("a", "b"), ("c",), ())),
        (f'{OWN}target = "c"\nclasses = ["no", "yes"]', ((), ("c",), ("no", "yes"))),
        (f'{TWO}target = "c"\nclasses = ["no", "yes"]', ((), ("c",), ("no", "yes"))),
        (f'{TWO}target = ["c", "d"]', ((), ("c", "d"), ())),
    ],
    ids=["none", "names", "one-column", "two-columns", "two-targets"],
)
def test_names(text, names):
    found = parse(text, "my.toml", "my")
    assert (found.features, found.target, found.classes) == names
    same(again(found), found)


BAD_NAMES = [
    ('features = ["a"]', "data.features has 1 name, data.X has 2 columns; expected one per column"),
    ('features = "a"', "data.features has 1 name, data.X has 2 columns; expected one per column"),
    ("features = 3", "data.features: found 3, expected a list of names"),
    ("features = [1, 2]", "data.features: found 1, expected a string"),
    ('features = ["a", "a"]', 'data.features: "a" is there twice; expected different names'),
    ('features = ["a", " "]', "data.features holds an empty name; expected a word"),
    (
        'features = ["a", "b\\u0007"]',
        "data.features contains the control character U+0007; expected plain text",
    ),
    ('features = ["a", "b\\nc"]', "data.features contains a line break; expected one line"),
    (f'features = ["a", "{"x" * 201}"]', "data.features has 201 characters; expected at most 200"),
    ('target = ["a", "b"]', "data.target has 2 names, data.y has 1 column; expected one per column"),
    ('classes = ["a", "b", "c"]', "data.classes has 3 names, data.y has 1 column; expected one per column"),
    ('classes = ["a"]', "data.classes has 1 name; expected two or more"),
]


@pytest.mark.parametrize(("line", "expected"), BAD_NAMES, ids=[line for line, _ in BAD_NAMES])
def test_refused_names(line, expected):
    assert message(parse, OWN + line, "my.toml", "my") == f"my.toml: {expected}"
