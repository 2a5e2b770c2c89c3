"""One line that says how a table was understood, before anything is made of it."""

from collections.abc import Sequence

from mlp2xlsx.lesson.tables.columns import Chosen
from mlp2xlsx.words import counted, shown

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
    names = f"names in line {table.first}" if table.first else "no names in it"
    parts = [
        counted(len(table.lines), "sample"),
        f"{counted(len(chosen.features), 'feature')} ({_listed(chosen.names(chosen.features))})",
        f"target {_listed(chosen.names(chosen.target))}{_of_classes(chosen, classes)}",
        table.form,
        f"decimal {_SIGNS[decimal]}",
        names,
    ]
    left_out = [shown(name) for name in chosen.names(chosen.left_out)]
    if table.comments:
        left_out.append(counted(table.comments, "line") + " of comment")
    out = f"; left out: {', '.join(left_out)}" if left_out else ""
    return f"{table.source}: {', '.join(parts)}{out}"


def _listed(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _MOST_NAMES else ""
    return ", ".join(map(shown, names[:_MOST_NAMES])) + more


def _of_classes(chosen: Chosen, classes: Sequence[str]) -> str:
    """Say which classes there are, with the number of samples of each as far as it is written alike."""
    if not classes:
        return " of numbers"
    return f" with {len(classes)} classes ({_listed(classes)})"
