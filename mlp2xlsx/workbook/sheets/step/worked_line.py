"""The worked line of a step sheet: its words and numbers as a live formula, and as what it should say."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from mlp2xlsx.mathematics.readings import Extent
from mlp2xlsx.render.values import FloatMatrix
from mlp2xlsx.render.worked import Index, Ordinal, WorkedPiece, bracketed
from mlp2xlsx.xlsx.live_text import constant_part

_TOO_LONG = 15  # numbers of more digits are written with an exponent
_TYPED_DECIMALS = 12  # programs turn further ones into text in different ways


class Shown(NamedTuple):
    """How a number is shown: rounded to some decimals, or as it was typed."""

    decimals: int | None

    def text(self, value: float) -> str:
        """Round the number; halves are rounded away from 0, as spreadsheets do it."""
        if self.decimals is None:
            text = f"{round(value, _TYPED_DECIMALS):.15g}"
            if "e-" in text:  # spreadsheets write 0.00000001 out
                text = f"{Decimal(text):f}"
        elif abs(value) >= 10**_TOO_LONG:
            text = f"{value:.15g}"
        else:
            step = Decimal(1).scaleb(-self.decimals)
            rounded = Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP)
            text = f"{abs(rounded) if rounded == 0 else rounded:f}"
        return f"−{text[1:]}" if text.startswith("-") else text

    def formula(self, cell: str, decimals: str | None = None) -> str:
        """Write a formula for the text of a cell's number.

        Parameters
        ----------
        cell
            Where the number stands.
        decimals
            A formula for how many decimals it has, where that follows from other cells.
        """
        rounded, text = self.parts(cell, decimals)
        return f'IF({rounded}<0,"−","")&{text}'

    def parts(self, cell: str, decimals: str | None = None) -> tuple[str, str]:
        """Return formulas for a cell's rounded number, and for its text without a sign; see `formula`."""
        # TEXT would take its format in the language of the program.
        if self.decimals is None:
            rounded = f"ROUND({cell},{_TYPED_DECIMALS})"
            return rounded, f'ABS({rounded})&""'
        places = self.decimals if decimals is None else decimals
        rounded = f"ROUND({cell},{places})"
        # Not TRUE and 1E+15, which LibreOffice writes in its own way when it saves a workbook.
        fixed = f"FIXED(ABS({rounded}),{places},1)"
        return rounded, f'IF(ABS({rounded})<10^{_TOO_LONG},{fixed},ABS({rounded})&"")'


class Asked(NamedTuple):
    """The cell that is asked for, as formulas for its row and column, counted from 1."""

    row: str
    col: str

    def of(self, index: Index) -> str:
        """Write a row or column as a formula."""
        return (
            {Extent.ROW: self.row, Extent.COL: self.col}[index]
            if isinstance(index, Extent)
            else str(index + 1)
        )


class ShownMatrix(NamedTuple):
    """Where a matrix stands, as a range, its shape, and how its numbers are shown."""

    ref: str
    shape: tuple[int, int]
    shown: Shown

    def cell(self, row: str, col: str) -> str:
        """Write the cell as a formula; INDEX wants more than one to choose from."""
        return self.ref if self.shape == (1, 1) else f"INDEX({self.ref},{row},{col})"


def worked_formula(pieces: Sequence[WorkedPiece], looks: Mapping[str, ShownMatrix], asked: Asked) -> str:
    """Write a formula, without its `=`, whose value is the text; see `bracketed`."""
    texts = []
    for piece, brackets in bracketed(pieces):
        if isinstance(piece, str):
            texts.append(constant_part(piece).formula)
        elif isinstance(piece, Ordinal):
            texts.append(asked.of(piece.at))
        else:
            look = looks[piece.name]
            rounded, text = look.shown.parts(look.cell(asked.of(piece.row), asked.of(piece.col)))
            below = f'"(−"&{text}&")"' if brackets else f'"−"&{text}'
            texts.append(f"IF({rounded}{'>=' if piece.negated else '<'}0,{below},{text})")
    return "&".join(texts)


def said(
    pieces: Sequence[WorkedPiece],
    values: Mapping[str, FloatMatrix],
    shown: Mapping[str, Shown],
    asked: tuple[int, int],
) -> str:
    """Text for the cell in a row and column counted from 0."""
    at = {Extent.ROW: asked[0], Extent.COL: asked[1]}

    def number(index: Index) -> int:
        return at[index] if isinstance(index, Extent) else index

    texts = []
    for piece, brackets in bracketed(pieces):
        if isinstance(piece, str):
            texts.append(piece)
        elif isinstance(piece, Ordinal):
            texts.append(str(number(piece.at) + 1))
        else:
            text = shown[piece.name].text(float(values[piece.name][number(piece.row), number(piece.col)]))
            if piece.negated:
                text = text[1:] if text.startswith("−") else f"−{text}"
            texts.append(f"({text})" if text.startswith("−") and brackets else text)
    return "".join(texts)
