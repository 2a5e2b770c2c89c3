"""A formula that several cells share: it stands once in the file, and moves along with each of them."""

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.utils import get_column_letter

from mlp2xlsx.xlsx.limits import MOST_COLS, MOST_ROWS
from mlp2xlsx.xlsx.references import Piece, taken_apart


class SharedFormula:
    """A formula that is taken apart once, and then written for one cell after the other in little time.

    Parameters
    ----------
    text
        The formula of the first cell, without its `=`.
    row, col
        Where that cell is.

    Raises
    ------
    ValueError
        When the formula cannot be read.
    """

    def __init__(self, text: str, row: int, col: int) -> None:
        self.row, self.col = row, col
        try:
            tokens = Tokenizer(f"={text}").items
        except Exception as error:  # the tokenizer raises several kinds, IndexError among them
            raise ValueError(f"a formula that cells share cannot be read ({error})") from error
        self._pieces: list[Piece] = []
        for token in tokens:
            is_place = token.type == Token.OPERAND and token.subtype == Token.RANGE
            self._pieces += taken_apart(token.value) if is_place else [token.value]
        self._columns: dict[int, tuple[list[str], list[tuple[int, int]]]] = {}

    def at(self, row: int, col: int) -> str:
        """Formula of another cell.

        Raises
        ------
        ValueError
            When it would refer to what is not on a sheet.
        """
        texts, rows = self._in_column(col - self.col)
        down = row - self.row
        if rows and not 1 <= rows[0][1] + down <= rows[-1][1] + down <= MOST_ROWS:
            raise ValueError("a formula that cells share refers to rows that no sheet has")
        for index, number in rows:
            texts[index] = str(number + down)
        return "".join(texts)

    def _in_column(self, right: int) -> tuple[list[str], list[tuple[int, int]]]:
        """Texts of a column's formulas, and which of them are row numbers: from the least to the greatest."""
        if right not in self._columns:
            texts: list[str] = []
            rows = []
            for piece in self._pieces:
                if isinstance(piece, str):
                    texts.append(piece)
                elif piece[0] == "row":
                    rows.append((len(texts), piece[1]))
                    texts.append("")
                elif 1 <= piece[1] + right <= MOST_COLS:
                    texts.append(get_column_letter(piece[1] + right))
                else:
                    raise ValueError("a formula that cells share refers to columns that no sheet has")
            self._columns[right] = texts, sorted(rows, key=lambda row: row[1])
        return self._columns[right]
