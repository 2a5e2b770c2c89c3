"""Evaluates the conditional formats of step sheets, from their text alone."""

import re

import numpy as np

YELLOW, ORANGE = "FFFFE14D", "FFFFC27A"
_RANGE = r"\$A\$(\d+):\$B\$(\d+)"


def coloured(ws, choice, *, filled_in=True):
    """Colour of every cell, by (row, column), for numbers chosen in some cells, by (row, column).

    `ISNUMBER` of the cell itself is taken to hold, if all is filled in: each cell of a matrix has a number.
    """
    colours = {}
    for area in ws.conditional_formatting:
        [box] = area.sqref.ranges
        rows, cols = np.mgrid[box.min_row : box.max_row + 1, box.min_col : box.max_col + 1]
        for rule in area.rules:  # the first rule of a cell wins
            where = np.broadcast_to(_evaluated(rule.formula[0], rows, cols, choice, filled_in), rows.shape)
            for row, col in zip(rows[where].tolist(), cols[where].tolist(), strict=True):
                colours.setdefault((row, col), rule.dxf.fill.bgColor.rgb)
    return colours


def _evaluated(formula, rows, cols, choice, filled_in):
    def chosen(match):
        return repr(choice.get((int(match[2]), "AB".index(match[1]) + 1)))

    def count(match):
        return str(sum(int(match[1]) <= row <= int(match[2]) for row, _ in choice))

    text = re.sub(rf"COUNT\({_RANGE}\)", count, formula)
    text = re.sub(r"ISNUMBER\(\$([AB])\$(\d+)\)", lambda m: str(chosen(m) != "None"), text)
    text = re.sub(r"\$([AB])\$(\d+)", chosen, text)
    text = re.sub(r"ISNUMBER\([A-Z]+\d+\)", str(filled_in), text)
    text = re.sub(r"ISTEXT\([A-Z]+\d+\)", "False", text)
    text = re.sub(r"ROW\([A-Z]+\d+\)", "rows", text)
    text = re.sub(r"COLUMN\([A-Z]+\d+\)", "cols", text)
    text = re.sub(r"(?<![<>=])=(?!=)", "==", text)
    names = {"TRUE": True, "AND": _all, "OR": _any, "NOT": np.logical_not, "rows": rows, "cols": cols}
    return eval(text, {"__builtins__": {}}, names)


def _all(*conditions):
    return np.logical_and.reduce(np.broadcast_arrays(*conditions))


def _any(*conditions):
    return np.logical_or.reduce(np.broadcast_arrays(*conditions))
