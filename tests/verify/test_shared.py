"""Formulas that cells share, moved along as openpyxl moves them."""

import random

import pytest
from openpyxl.formula.translate import Translator

from mlp2xlsx.xlsx.address import a1
from mlp2xlsx.xlsx.reading.shared import SharedFormula

FORMULAS = [
    "SUM(MMULT($B31:$E31,G$23:G$26),G$28)",
    "1/(1+EXP(-MAX(-700,N6)))",
    "J6+SUMPRODUCT(R6:R8,AH6:AH8)*lr",
    "'Step 03'!$A5+'It''s'!b$7*A:A+$1:1+Sheet!C:$D",
    '"A1"&A1&initial_wh&LOG10(B2)&x1_y',
    'IF(a5="x",SUM(B2:B$9),-1E5)+#N/A',
    "{1,2}+A1%-TRUE",
    "INDEX(Training!$B$5:$B$9,MATCH(iteration,A$5:A10,0))",
    "SUM(A1:INDEX(B1:B9,2))",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_cell_has_the_formula_that_openpyxl_gives_it(formula: str) -> None:
    draw, shared = random.Random(1), SharedFormula(formula, 30, 30)
    oracle = Translator(f"={formula}", a1(30, 30))
    for _ in range(50):
        row, col = draw.randint(30, 3000), draw.randint(30, 300)
        assert f"={shared.at(row, col)}" == oracle.translate_formula(a1(row, col))
    assert shared.at(30, 30).upper() == formula.upper()


@pytest.mark.parametrize(
    ("row", "col", "what"),
    [(27, 30, "rows"), (1_048_576, 30, "rows"), (30, 28, "columns"), (30, 16_384, "columns")],
)
def test_what_no_sheet_has(row: int, col: int, what: str) -> None:
    shared = SharedFormula("B3+AE44", 30, 30)
    assert shared.at(28, 29) == "A1+AD42"
    with pytest.raises(ValueError, match=f"a formula that cells share refers to {what} that no sheet has"):
        shared.at(row, col)


def test_what_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="a formula that cells share cannot be read"):
        SharedFormula('SUM("', 1, 1)
