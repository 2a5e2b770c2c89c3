"""One formula as a text: whether two are the same, what it reads and calls, and what is wrong with it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.limits import LONGEST_FORMULA
from mlp2xlsx.xlsx.references import Place, sheet_and_reference, typed_area

_VOLATILE = {"NOW", "TODAY", "RAND", "RANDBETWEEN", "OFFSET", "INDIRECT", "CELL", "INFO"}
_OUTSIDE = {"WEBSERVICE", "HYPERLINK", "RTD", "CALL", "DDE", "REGISTER.ID", "FILTERXML"}
# Excel marks functions that came after its 2007 file format with a prefix.
_NEWER = ("_XLFN.", "_XLWS.", "_XLUDF.")
# Functions and operators that are known everywhere when they are known at a few random points.
_SMOOTH = {"EXP", "LN", "MMULT", "POWER", "PRODUCT", "SUM", "SUMPRODUCT", "SUMSQ", "TANH", "TRANSPOSE"}
_ARITHMETIC = set("+-*/^%")
# Others that take no longer than their arguments are large, and make no long texts.
_HARMLESS = {
    *("ABS", "AND", "AVERAGE", "COUNT", "COUNTA", "COUNTIF", "IF", "IFERROR", "INDEX", "INT", "ISERROR"),
    *("ISNUMBER", "LOG", "LOG10", "MAX", "MIN", "MOD", "NOT", "OR", "PI", "ROUND", "SIGN", "SQRT", "TEXT"),
}
ARITHMETIC = _SMOOTH | _HARMLESS
"""Functions that take no longer than their arguments are large, and make no long texts."""

_SIGNS = (Token.OP_PRE, Token.OP_IN, Token.OP_POST, Token.ARRAY)
_DEEPEST = 64  # as deep as Excel nests functions
_MOST_SIGNS = 500  # with 4,000 powers in a row IronCalc runs out of stack

_PIECE = re.compile(r'"[^"]*"|[^"]+')
_NUMBER = re.compile(r"(?<![\w.$!:])(\d+(?:\.\d*)?(?:E[+-]?\d+)?)(?![\w.(!:])", re.IGNORECASE)
_BLANKS = re.compile(r"[\s$']")


def same_formula(one: str, other: str) -> bool:
    """Whether two formulas are the same but for what programs add or leave out when they save."""
    return one == other or _plain(one) == _plain(other)


def _plain(formula: str) -> str:
    """Strip blanks, `$`, quotes of sheet names and case, and write numbers alike, outside of texts."""
    return "".join(
        piece if piece.startswith('"') else _NUMBER.sub(_number, _BLANKS.sub("", piece)).upper()
        for piece in _PIECE.findall(formula)
    )


def _number(match: re.Match[str]) -> str:
    # Gnumeric writes 1E-09 as 9.99999999999999999981e-10.
    return repr(float(match[1]))


class Parsed(NamedTuple):
    """What a formula consists of.

    Attributes
    ----------
    functions, operators
        Names in capitals, and signs; braces count as an operator.
    operands
        What it reads: places and names, as they are written.
    texts
        Whether texts or truth values stand in it.
    faults
        What cannot be in a workbook, in words.
    """

    functions: frozenset[str]
    operators: frozenset[str]
    operands: tuple[str, ...]
    texts: bool
    faults: tuple[str, ...]

    @property
    def smooth(self) -> bool:
        """Whether a few of its values tell it from all other such formulas: no case distinctions."""
        return self.functions <= _SMOOTH and self.operators <= _ARITHMETIC and not self.texts

    def unusual(self) -> str | None:
        """Name a function that could take very long, or make very long texts."""
        return min(self.functions - ARITHMETIC, default=None)


@lru_cache(maxsize=4096)
def parsed(formula: str) -> Parsed:
    """Take a formula apart.

    Raises
    ------
    ValueError
        When it is no formula, or longer or deeper than a spreadsheet program must cope with.
    """
    if len(formula) > LONGEST_FORMULA:
        raise ValueError(f"the formula is longer than {LONGEST_FORMULA:,} characters")
    if _depth(formula) > _DEEPEST:
        raise ValueError(f"the formula is nested more than {_DEEPEST} deep")
    try:
        tokens = [token for token in Tokenizer(f"={formula}").items if token.type != Token.WSPACE]
    except Exception as error:  # the tokenizer raises several kinds, IndexError among them
        raise ValueError(f"the formula cannot be read ({error})") from error
    operands = [token for token in tokens if token.type == Token.OPERAND]
    if not operands and not any(map(_is_call, tokens)):
        raise ValueError("the formula cannot be read (it computes nothing)")
    if sum(token.type in _SIGNS for token in tokens) > _MOST_SIGNS:
        raise ValueError(f"the formula has more than {_MOST_SIGNS} signs")
    return Parsed(
        frozenset(_called(token) for token in tokens if _is_call(token)),
        frozenset(token.value for token in tokens if token.type in _SIGNS),
        tuple(token.value for token in operands if token.subtype == Token.RANGE),
        any(token.subtype in (Token.TEXT, Token.LOGICAL, Token.ERROR) for token in operands),
        tuple(_faults(tokens)),
    )


def _depth(formula: str) -> int:
    """How deep parentheses and functions are nested."""
    depth = deepest = 0
    for piece in _PIECE.findall(formula):
        for character in "" if piece.startswith('"') else piece:
            depth += (character == "(") - (character == ")")
            deepest = max(deepest, depth)
    return deepest


def _is_call(token: Token) -> bool:
    return bool(token.type == Token.FUNC and token.subtype == Token.OPEN)


def _called(token: Token) -> str:
    return str(token.value).rstrip("(").upper()


def _faults(tokens: list[Token]) -> Iterator[str]:
    """Yield what cannot be in a workbook that is to work in every program from Excel 2010 on."""
    depth = 0
    for token in tokens:
        depth += (token.subtype == Token.OPEN) - (token.subtype == Token.CLOSE)
        if depth < 0:
            break
        if _is_call(token):
            yield from _function_faults(_called(token))
        if token.type == Token.OPERAND and token.subtype == Token.RANGE and "[" in token.value:
            yield "refers to another workbook"
        if token.type == Token.OPERAND and token.subtype == Token.RANGE and "|" in token.value:
            yield "refers to another program"
        if token.type == Token.OPERAND and token.subtype == Token.ERROR:
            yield f"holds the error {token.value}"
    if depth != 0:
        yield "the parentheses do not balance"


def _function_faults(name: str) -> Iterator[str]:
    faults = {
        f"{name} is volatile": name in _VOLATILE,
        f"{name} reaches outside the workbook": name in _OUTSIDE,
        f"{name} is newer than Excel 2010": name.startswith(_NEWER),
    }
    return (fault for fault, is_there in faults.items() if is_there)


def places(operands: Iterable[str], sheet: str, names: Mapping[str, Place | None]) -> list[Place]:
    """Sheet and place of everything that a formula reads.

    Parameters
    ----------
    operands
        Places and names as they stand in the formula.
    sheet
        Where the formula stands.
    names
        What the workbook's names stand for.

    Raises
    ------
    ValueError
        For what is no place on a sheet of the workbook.
    """
    folded = {name.upper(): place for name, place in names.items()}
    return [_place(operand, sheet, folded) for operand in operands]


def places_among(operands: Iterable[str], sheet: str, names: Mapping[str, Place | None]) -> Iterator[Place]:
    """Yield the places of those operands that have one; a person's own formulas may use other names."""
    for operand in operands:
        with suppress(ValueError):
            yield from places([operand], sheet, names)


def _place(operand: str, sheet: str, names: Mapping[str, Place | None]) -> Place:
    title, reference = sheet_and_reference(operand)
    box = typed_area(reference)
    if box is not None:
        return (sheet if title is None else title), box
    found = names.get(operand.upper()) if title is None else None
    if found is None:
        raise ValueError(f"{shortened(operand)} is no range of the workbook")
    return found
