"""Ways to spoil a formula: each gives other texts that still look like formulas."""

import re
from collections.abc import Callable, Iterator
from itertools import chain

from openpyxl.utils import column_index_from_string, get_column_letter

_TEXT = r'"[^"]*"'
_CELL = r"\$?[A-Z]{1,3}\$?[0-9]+"
_REF = re.compile(rf"{_TEXT}|(?<![A-Za-z_0-9])({_CELL})(?::({_CELL}))?(?![A-Za-z_0-9(])")
_WORD = re.compile(rf"{_TEXT}|{_CELL}|(?<![A-Za-z_0-9'!])([A-Za-z_][A-Za-z_0-9]*)(?![A-Za-z_0-9(!' ])")
_NUMBER = re.compile(
    rf"{_TEXT}|(?<![A-Za-z_0-9.$:!'])([0-9]+(?:\.[0-9]+)?(?:E[+-]?[0-9]+)?)(?![A-Za-z_0-9.:!'])"
)
_SIGN = re.compile(rf"{_TEXT}|'[^']*'|[0-9.]E[+-]|(<=|>=|<>|[-+*/<>=&])")
_PARTS = re.compile(r"^(\$?)([A-Z]+)(\$?)([0-9]+)$")

# One sign for another; & only has other kinds of mistakes.
OTHER_SIGNS = {
    "+": "-*", "-": "+*", "*": "+/", "/": "*-", "<=": [">=", "<"], ">=": ["<="], "<": [">"], ">": ["<"],
    "=": ["<>"], "<>": ["="],
}  # fmt: skip
OTHER_FUNCTIONS = {
    "SUM": ["MAX", "AVERAGE"], "MAX": ["MIN", "SUM"], "MMULT": ["SUM", "MAX"], "EXP": ["ABS"], "ABS": ["INT"],
    "TRANSPOSE": ["ABS"], "INDEX": ["COUNT"], "SUMPRODUCT": ["SUM"], "SUMSQ": ["SUM"],
}  # fmt: skip


def matches(pattern: re.Pattern[str], formula: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern outside of texts."""
    return (match for match in pattern.finditer(formula) if match[1] is not None)


def put(formula: str, match: re.Match[str], text: str, group: int = 0) -> str:
    return formula[: match.start(group)] + text + formula[match.end(group) :]


def moved(cell: str, rows: int = 0, cols: int = 0) -> str:
    """Give the cell some rows down and some columns to the right."""
    parts = _PARTS.match(cell)
    assert parts is not None
    col = max(column_index_from_string(parts[2]) + cols, 1)
    return f"{parts[1]}{get_column_letter(col)}{parts[3]}{max(int(parts[4]) + rows, 1)}"


def operand_moved(formula: str) -> Iterator[str]:
    """One cell off, in all four directions."""
    for match in matches(_REF, formula):
        for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            first = moved(match[1], *step)
            yield put(formula, match, first if match[2] is None else f"{first}:{moved(match[2], *step)}")


def range_resized(formula: str) -> Iterator[str]:
    """A range one row or column shorter or longer, at either end."""
    for match in matches(_REF, formula):
        if match[2] is not None:
            for step in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                yield put(formula, match, f"{moved(match[1], *step)}:{match[2]}")
                yield put(formula, match, f"{match[1]}:{moved(match[2], *step)}")


def operand_exchanged(formula: str) -> Iterator[str]:
    """One operand in the place of another of the same formula."""
    found = list(matches(_REF, formula))
    for match in found:
        for other in found:
            if other[0].replace("$", "") != match[0].replace("$", ""):
                yield put(formula, match, other[0])


def name_exchanged(formula: str) -> Iterator[str]:
    """Another name of the workbook."""
    for match in matches(_WORD, formula):
        for other in ("lr", "iteration", "X", "y", "wh", "initial_wh", "initial_bh", "initial_wout"):
            if other != match[1]:
                yield put(formula, match, other)


def operator_exchanged(formula: str) -> Iterator[str]:
    for match in matches(_SIGN, formula):
        for other in OTHER_SIGNS.get(match[1], []):
            if not (match[1] == "-" and other == "*" and formula[match.start() - 1] in "(,<>="):
                yield put(formula, match, other)


def sign_flipped(formula: str) -> Iterator[str]:
    yield f"-({formula})"
    for match in matches(_REF, formula):
        yield put(formula, match, f"(-{match[0]})") if "!" not in formula else f"0-{formula}"
    for sign in re.finditer(r"(?<=[(,])-", formula):
        yield formula[: sign.start()] + formula[sign.end() :]


def transpose_changed(formula: str) -> Iterator[str]:
    """A transpose left out, or one too many around a matrix with several rows and columns."""
    for match in re.finditer(r"TRANSPOSE\(([^()]*)\)", formula):
        yield put(formula, match, match[1])
    for match in matches(_REF, formula):
        if match[2] is not None:
            first, last = _PARTS.match(match[1]), _PARTS.match(match[2])
            assert first is not None
            assert last is not None
            if first[2] != last[2] and first[4] != last[4] and formula[match.start() - 1] not in "!(":
                yield put(formula, match, f"TRANSPOSE({match[0]})")


def factor_dropped(formula: str) -> Iterator[str]:
    """A factor left out, the learning rate above all."""
    for match in re.finditer(rf"\*({_CELL}(:{_CELL})?|[a-z_]+)(?![A-Za-z_0-9(:!])", formula):
        if '"' not in formula[: match.start()]:
            yield put(formula, match, "")


def function_exchanged(formula: str) -> Iterator[str]:
    for name, others in OTHER_FUNCTIONS.items():
        for match in re.finditer(rf"\b{name}\(", formula):
            yield from (put(formula, match, f"{other}(") for other in others)
    for match in re.finditer(r'^IFERROR\((.*),("error"|[0-9]+)\)$', formula):
        yield match[1]


def constant_changed(formula: str) -> Iterator[str]:
    for match in matches(_NUMBER, formula):
        yield put(formula, match, repr(float(match[1]) + 1), 1)
        yield put(formula, match, repr(float(match[1]) * 10 or 0.1), 1)


def text_changed(formula: str) -> Iterator[str]:
    for match in re.finditer(_TEXT, formula):
        yield put(formula, match, f'"{match[0][1:-1]}x"')
        yield put(formula, match, '""')


MUTATIONS: dict[str, Callable[[str], Iterator[str]]] = {
    function.__name__: function
    for function in (
        operand_moved,
        range_resized,
        operand_exchanged,
        name_exchanged,
        operator_exchanged,
        sign_flipped,
        transpose_changed,
        factor_dropped,
        function_exchanged,
        constant_changed,
        text_changed,
    )
}


def mutants(formula: str) -> list[tuple[str, str]]:
    """Every way to spoil a formula: what was done, and the new text."""
    made = chain.from_iterable(((kind, text) for text in one(formula)) for kind, one in MUTATIONS.items())
    return [(kind, text) for kind, text in dict.fromkeys(made) if text != formula]
