"""One word for one thing, and docstrings that read aloud."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "mlp2xlsx"
# What starts a program is called so in each of them.
STARTS = {"main"}


@pytest.fixture(scope="module")
def trees():
    """Every module of the package, by its path in it."""
    return {
        str(path.relative_to(PACKAGE)): ast.parse(path.read_text(encoding="utf-8"))
        for path in PACKAGE.rglob("*.py")
    }


def defined(tree):
    """Classes, functions and types that a module defines for others, with what they are."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name, f"{node.name} at line {node.lineno}"
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if not name.isupper():
                yield name, ast.unparse(node.value)


def with_two_meanings(trees):
    """Public names that two modules define, and not as the same type."""
    found = defaultdict(lambda: defaultdict(list))
    for module, tree in trees.items():
        for name, meaning in defined(tree):
            if not name.startswith("_") and name not in STARTS:
                is_type = " at line " not in meaning
                found[name][meaning if is_type else f"{module}: {meaning}"].append(module)
    return {
        name: sorted(module for modules in meanings.values() for module in modules)
        for name, meanings in found.items()
        if len(meanings) > 1
    }


def docstrings(trees):
    """Every docstring with where it stands."""
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Module):
                text = ast.get_docstring(node)
                if text:
                    yield f"{module}: {getattr(node, 'name', 'module')}", text


def giving(found):
    """Docstrings that speak of giving, where they mean what a function returns or is."""
    return [
        where
        for where, text in found
        if text.startswith(("Give ", "Gives ")) or "; give the " in text or ", and give the " in text
    ]


def test_no_public_name_has_two_meanings(trees):
    assert with_two_meanings(trees) == {}


def test_no_docstring_gives(trees):
    found = [*docstrings(trees)]
    assert giving(found) == []
    assert len(found) > 500


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("class Span: ...", "class Span: ...", True),
        ("def parse(): ...", "def parse(): ...", True),
        ("Place = tuple[str, Box]", "class Place: ...", True),
        ("Value = float | str", "Value = float", True),
        ("Shape = tuple[int, int]", "Shape = tuple[int, int]", False),
        ("class _Group: ...", "class _Group: ...", False),
        ("MOST_LINES = 1", "MOST_LINES = 2", False),
    ],
    ids=["classes", "functions", "type and class", "types", "same type", "private", "numbers"],
)
def test_a_name_with_two_meanings_would_be_seen(one, other, two):
    found = with_two_meanings({"one.py": ast.parse(one), "other.py": ast.parse(other)})
    assert list(found.values()) == ([["one.py", "other.py"]] if two else [])


@pytest.mark.parametrize(
    "text", ["Give a number.", "Write a line; give the next row.", "Say it, and give the row."]
)
def test_a_docstring_that_gives_would_be_seen(text):
    found = docstrings({"one.py": ast.parse(f'def f():\n    """{text}"""')})
    assert giving(found) == ["one.py: f"]
