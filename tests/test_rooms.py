"""The house: every import runs one way, and no room is crowded."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "mlp2xlsx"
MOST_MODULES, MOST_LINES = 15, 300

# From the ground floor up; what stands on one line does not import each other.
FLOORS = [
    ["choices", "errors", "interrupt", "numerals", "words"],
    ["output", "resources"],
    ["mathematics"],
    ["render"],
    ["xlsx"],
    ["xlsx.reading", "xlsx.writing"],
    ["engines"],
    ["interop"],
    ["lesson"],
    ["filled_in", "training"],
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
    faults = []
    for module, tree in found.items():
        floor, name = room(module)
        if floor is None:
            faults.append(f"{module} is in no room")
            continue
        for other in imported(tree, found):
            below, other_room = room(other)
            if below is None or (other_room != name and below >= floor):
                faults.append(f"{module} imports {other}")
    return faults


def circles(found):
    """Modules that import each other, directly or not."""
    left = {module: set(imported(tree, found)) - {module} for module, tree in found.items()}
    while free := {module for module, needs in left.items() if not needs & left.keys()}:
        left = {module: needs for module, needs in left.items() if module not in free}
    return sorted(left)


def test_every_import_runs_down():
    assert wrong_way(modules(PACKAGE)) == []


def test_no_modules_import_each_other():
    assert circles(modules(PACKAGE)) == []
