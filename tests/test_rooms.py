"""The house: every import runs one way, and no room is crowded."""

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "mlp2xlsx"
MOST_MODULES, MOST_LINES = 15, 300

# From the ground floor up; what stands on one line does not import each other.
FLOORS = [
    ["choices", "errors", "interrupt", "numerals", "words"],
    ["output", "resources"],
    ["mathematics"],
    ["options"],
    ["render"],
    ["xlsx"],
    ["xlsx.reading", "xlsx.writing"],
    ["engines"],
    ["interop"],
    ["lesson"],
    ["interpreter"],
    ["evaluation"],
    ["training"],
    ["explain"],
    ["workbook.layout", "workbook.handout"],
    ["workbook.context"],
    ["workbook.sheets"],
    ["workbook.limits"],
    ["workbook"],
    ["building"],
    ["verify"],
    ["classroom"],
    [""],  # the package itself, which loads a public name when it is asked for
    ["cli"],
    ["__main__"],
]


@cache
def modules(package):
    """Every module by its dotted name below the package, with its tree."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree, known):
    """The modules of the package that a tree imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE.name:
            below = node.module.partition(".")[2]
            for alias in node.names:
                full = f"{below}.{alias.name}".strip(".")
                yield full if full in known else below
        elif isinstance(node, ast.Import):
            yield from (a.name.partition(".")[2] for a in node.names if a.name.split(".")[0] == PACKAGE.name)


@cache
def imports_of(tree, known):
    """What a tree imports, found once for each test that adds a module to the others."""
    return (*imported(tree, known),)


@cache
def room(module):
    """Floor and name of the room a module is in: the longest that it begins with."""
    rooms = [(floor, name) for floor, names in enumerate(FLOORS) for name in names]
    return max(
        ((floor, name) for floor, name in rooms if f"{module}.".startswith(f"{name}.") or name == module),
        key=lambda found: len(found[1]),
        default=(None, module),
    )


def wrong_way(found):
    """Imports that do not run down, and modules that are in no room."""
    faults, known = [], frozenset(found)
    for module, tree in found.items():
        floor, name = room(module)
        if floor is None:
            faults.append(f"{module} is in no room")
            continue
        for other in imports_of(tree, known):
            below, other_room = room(other)
            if below is None or (other_room != name and below >= floor):
                faults.append(f"{module} imports {other}")
    return faults


def circles(found):
    """Modules that import each other, directly or not."""
    known = frozenset(found)
    left = {module: {*imports_of(tree, known)} - {module} for module, tree in found.items()}
    while free := {module for module, needs in left.items() if not needs & left.keys()}:
        left = {module: needs for module, needs in left.items() if module not in free}
    return sorted(left)


def test_every_import_runs_down():
    assert wrong_way(modules(PACKAGE)) == []


def test_no_modules_import_each_other():
    assert circles(modules(PACKAGE)) == []


def crowded(package):
    """Folders with more modules than one looks through, and modules longer than one reads at a sitting."""
    folders = [package, *(path for path in sorted(package.rglob("*")) if path.is_dir())]
    counts = {folder: len([*folder.glob("[!_]*.py")]) for folder in folders}
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in package.rglob("*.py")}
    return [path.name for path, n in counts.items() if n > MOST_MODULES] + [
        path.name for path, n in lengths.items() if n > MOST_LINES
    ]


def test_no_room_is_crowded():
    assert crowded(PACKAGE) == []


def test_a_crowded_room_would_be_seen(tmp_path):
    (tmp_path / "xlsx").mkdir()
    for number in range(MOST_MODULES + 1):
        (tmp_path / "xlsx" / f"part{number}.py").write_text("\n" * MOST_LINES)
    (tmp_path / "long.py").write_text("\n" * (MOST_LINES + 1))
    assert crowded(tmp_path) == ["xlsx", "long.py"]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("mathematics.steps", "from mlp2xlsx.render.excel import Formula"),
        ("xlsx.reading.contents", "def late():\n    from mlp2xlsx.workbook import book"),
        ("engines.ironcalc", "import mlp2xlsx.verify.compare"),
        ("interop.torch", "from mlp2xlsx import lesson"),
        ("xlsx.reading.cells", "from mlp2xlsx.xlsx.writing.sheet import Sheet"),
    ],
    ids=["upwards", "late", "import", "the package", "next door"],
)
def test_an_import_that_runs_up_would_be_seen(module, source):
    found = modules(PACKAGE)
    assert wrong_way(found | {module: ast.parse(source)}) == [
        f"{module} imports {other}" for other in imported(ast.parse(source), found)
    ]


def test_a_module_in_no_room_would_be_seen():
    assert wrong_way({"attic": ast.parse("")}) == ["attic is in no room"]


def test_a_circle_would_be_seen():
    one, other = (ast.parse(f"from mlp2xlsx.words import {name}") for name in ("x", "y"))
    found = {"words": ast.parse("from mlp2xlsx import errors"), "errors": one, "numerals": other}
    assert circles(found) == ["errors", "numerals", "words"]


# What openpyxl keeps to itself: modules and attributes that begin with an underscore.
OWN = {"_cells", "_value", "_style", "_writer", "_images", "_charts", "_pane", "_fonts", "_hyperlink"}
WRITERS_ROOM = "xlsx.writing"


def private_uses(tree):
    """What is used of openpyxl that it keeps to itself."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("openpyxl"):
            names = [*node.module.split("."), *(alias.name for alias in node.names)]
            yield from (name for name in names if name.startswith("_"))
        elif isinstance(node, ast.Attribute) and node.attr in OWN and not is_self(node.value):
            yield node.attr


def is_self(node):
    return isinstance(node, ast.Name) and node.id == "self"


def private_elsewhere(found):
    """Uses of what is private to openpyxl outside the writer's room."""
    return [
        f"{module}: {name}"
        for module, tree in found.items()
        if not module.startswith(WRITERS_ROOM)
        for name in private_uses(tree)
    ]


def test_openpyxl_is_touched_in_the_writers_room_alone():
    found = modules(PACKAGE)
    assert private_elsewhere(found) == []
    assert {
        name
        for module, tree in found.items()
        if module.startswith(WRITERS_ROOM)
        for name in private_uses(tree)
    }


@pytest.mark.parametrize(
    "source",
    ["from openpyxl.worksheet._writer import WorksheetWriter", "for cell in sheet.ws._cells.values(): ..."],
)
def test_a_private_part_elsewhere_would_be_seen(source):
    assert private_elsewhere({"verify.compare": ast.parse(source)}) != []
