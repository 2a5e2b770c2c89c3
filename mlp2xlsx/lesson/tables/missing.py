"""Cells that stand for a value that nobody knows, in the words of the programs that write them."""

from collections.abc import Iterable

# pandas, R, NumPy, SQL, SPSS, Weka, Excel, and people.
_TOKENS = frozenset(
    {
        "", "na", "n/a", "<na>", "#n/a", "#na", "n.a.", "nan", "-nan", "null", "none", "nil", "nat",
        "missing",
        "?", "-", "--", "---", "–", "—", ".", "..", "...", "…", "k.a.", "s/d", "缺失", "无数据", "欠測",
        "#null!", "#div/0!", "#value!", "#ref!", "#name?", "#num!",
    }
)  # fmt: skip


def is_missing(cell: str) -> bool:
    """Whether a cell stands for a value that is missing."""
    return cell.strip().casefold() in _TOKENS


def missing_in(cells: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    """Return which cells of a target are missing values, and no classes.

    Parameters
    ----------
    cells
        All cells of the column.
    known
        The classes that the user names: those are none, whatever they are called.
    """
    found = set(cells)
    signs = {"-", "–"} if "+" in found else set()
    return frozenset(cell for cell in found - {*known} - signs if is_missing(cell))
