"""One line that says how a table was understood, before anything is made of it."""

from collections.abc import Sequence

from mlp2xlsx.lesson.tables.columns import Chosen
from mlp2xlsx.words import counted, listed, shown

_MOST_NAMES = 6
_SIGNS = {".": "point", ",": "comma"}


def understanding(chosen: Chosen, classes: Sequence[str], decimal: str) -> str:
    """Say what was read: samples, features, target, form of the file, what was left out.

    Parameters
    ----------
    chosen
        The columns of the table.
    classes
        Of the target; empty where it is numbers.
    decimal
        The decimal sign.
    """
    table = chosen.table
    parts = [
        counted(len(table.lines), "sample"),
        f"{counted(len(chosen.features), 'feature')} ({_names(chosen.names(chosen.features))})",
        f"target {_names(chosen.names(chosen.target))} "
        + (f"with {len(classes)} classes ({_names(classes)})" if classes else "of numbers"),
        table.form,
        f"decimal {_SIGNS[decimal]}",
        f"names in line {table.first}" if table.first else "no names in it",
    ]
    left_out = [shown(name) for name in chosen.names(chosen.left_out)]
    if table.comments:
        left_out.append(counted(table.comments, "line") + " of comment")
    out = f"; left out: {', '.join(left_out)}" if left_out else ""
    return f"{table.source}: {', '.join(parts)}{out}"


def _names(names: Sequence[str]) -> str:
    return listed([*map(shown, names)], _MOST_NAMES)
