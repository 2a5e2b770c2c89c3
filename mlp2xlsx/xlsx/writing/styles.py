"""How cells look: one name per role, so that a sheet says what a cell is and not how it is drawn."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.workbook import Workbook

YELLOW, ORANGE = "FFE14D", "FFC27A"
GREEN, RED = "C9E7CB", "F6C7C3"
# What is low, half-way and high; colour-blind eyes tell them apart as well.
LOW, MIDDLE, HIGH = "8FD0A0", "FFFFFF", "A98BD0"
# One for each class: no orange and no yellow, and some of them lighter than others.
CLASS_COLOURS = (LOW, HIGH, "CFE3F7", "E58FB0", "6E9FD6", "D9D9D9", "5FB3A8", "B3A08C")
INK, GREY, PALE, INPUT_INK, INPUT_GROUND, LINK = "1F1F1F", "6B6B6B", "BFBFBF", "1F4E9E", "EAF1FB", "1F4E9E"

# Where openpyxl keeps what the styles of a workbook's cells are made of.
_TABLES = ["_fonts", "_fills", "_borders", "_alignments", "_protections", "_number_formats", "_cell_styles"]
SANS, MONO = "sans", "mono"  # the texts of each language name the fonts


def _opaque(colour: str) -> Color:
    """Colour in a cell; openpyxl would put `00` before it, with which some programs draw nothing."""
    return Color(rgb=f"FF{colour}")


_GRID = Side(style="thin", color=_opaque(PALE))
_BOX = Border(left=_GRID, right=_GRID, top=_GRID, bottom=_GRID)
_RULED = Border(top=_GRID, bottom=_GRID)  # a long text crosses several cells
_DOTS = Side(style="dotted", color=_opaque(GREY))
_DOTTED = Border(left=_DOTS, right=_DOTS, top=_DOTS, bottom=_DOTS)
_FRAME = Side(style="thin", color=_opaque(INK))
_FRAMED = Border(left=_FRAME, right=_FRAME, top=_FRAME, bottom=_FRAME)
_DASH = Side(style="dashed", color=_opaque(INK))
_DASHED = Border(left=_DASH, right=_DASH, top=_DASH, bottom=_DASH)
_CENTRE = Alignment(horizontal="center", vertical="center")
_WRAPPED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_SHRUNK = Alignment(horizontal="center", vertical="center", shrink_to_fit=True)
_LEFT = Alignment(horizontal="left", vertical="center")
_LEFT_BELOW = Alignment(horizontal="left", vertical="bottom")  # not cut by taller signs
_RIGHT = Alignment(horizontal="right", vertical="center")
_LEFT_SHRUNK = Alignment(horizontal="left", vertical="center", shrink_to_fit=True)
_INDENTED = Alignment(horizontal="left", vertical="center", indent=1)


@dataclass(frozen=True)
class Look:
    """Font, fill, border, alignment and number format of one role, and how it is protected.

    Attributes
    ----------
    locked, hidden
        Whether, on a protected sheet, nothing can be typed there, and no formula be seen.
    """

    font: Font = field(default_factory=lambda: _font())
    fill: PatternFill | None = None
    border: Border | None = None
    alignment: Alignment | None = _LEFT
    number_format: str = "General"
    locked: bool = True
    hidden: bool = False


def _font(size: float = 10, *, name: str = SANS, color: str = INK, **kind: bool) -> Font:
    return Font(
        name=name,
        size=size,
        color=_opaque(color),
        bold=kind.get("bold", False),
        italic=kind.get("italic", False),
        underline="single" if kind.get("underline") else None,
    )


def _solid(color: str) -> PatternFill:
    return PatternFill("solid", fgColor=_opaque(color))


def decimal_format(decimals: int) -> str:
    """Number format with a fixed number of decimals."""
    return "0." + "0" * decimals if decimals else "0"


def _signed(number_format: str, sign: str) -> str:
    """Number format that puts a sign behind each number, and behind a text."""
    after = f'" {sign}"'
    return f"{number_format}{after};-{number_format}{after};{number_format}{after};@{after}"


def sentence_format(sentence: str) -> str:
    """Number format that shows a whole number in the place `{number}` of a sentence."""
    before, after = (f'"{words}"' if words else "" for words in sentence.split("{number}"))
    return f"{before}0{after}"


def _looks(all_decimals: Mapping[str, int], words: Mapping[str, str]) -> dict[str, Look]:
    formats = {role: decimal_format(count) for role, count in all_decimals.items()}
    decimals, shown = all_decimals["value"], formats["value"]
    given = Look(border=_BOX, alignment=_CENTRE)  # shows as many digits as there is room for
    long = f"0.{'0' * max(decimals, 6)}"
    yes_or_no = f'[=0]"{words["no"]}";"{words["yes"]}"'
    ink = _font(color=INPUT_INK)
    looks = {
        "title": Look(_font(18, bold=True)),
        "step_title": Look(_font(16, bold=True)),
        "text": Look(_font(11)),
        "at_the_end": Look(_font(11), alignment=_RIGHT),
        "beside": Look(_font(11), alignment=_INDENTED),
        "heading": Look(_font(11, bold=True)),
        "quiet": Look(_font(9, color=GREY, italic=True)),
        "note": Look(_font(10, italic=True)),
        "quiet_beside": Look(_font(9, color=GREY, italic=True), alignment=_INDENTED),
        "quiet_centred": Look(_font(9.5, color=GREY), alignment=_CENTRE),
        "quiet_number": Look(_font(9, color=GREY), alignment=_SHRUNK, number_format="0.000000"),
        "code_number": Look(_font(9, color=GREY), alignment=_SHRUNK, number_format='[<1000000000000]0;"·"'),
        "language": Look(_font(9.5, color=GREY, italic=True), alignment=_LEFT_SHRUNK),
        "code": Look(_font(10, name=MONO), alignment=_LEFT_BELOW),
        "formula": Look(_font(11, name=MONO, bold=True), alignment=_LEFT_BELOW),
        "link": Look(_font(10, color=LINK, underline=True)),
        "link_beside": Look(_font(11, color=LINK, underline=True), alignment=_INDENTED),
        "label": Look(_font(10, bold=True)),
        "label_here": Look(_font(9, bold=True)),  # gaps are as wide as a plain name: a bold one is smaller
        "label_centred": Look(_font(10, bold=True), alignment=_CENTRE),
        "name": Look(_font(10)),
        "label_wrapped": Look(_font(10, bold=True), alignment=_WRAPPED),
        "label_later": Look(_font(10, color=GREY)),
        "given": given,
        "empty": Look(border=_DOTTED, alignment=_CENTRE),
        "count": Look(alignment=_CENTRE),
        "after": Look(alignment=_CENTRE, number_format=sentence_format(words["after"])),
        "difference": Look(border=_BOX, alignment=_CENTRE, number_format="0.0E+00"),
        # The last digits of an engine may be others than NumPy's, which is no error.
        "apart": Look(border=_BOX, alignment=_CENTRE, number_format='[<0.000000000001]"≈ 0";0.0E+00'),
        "fine": Look(border=_BOX, alignment=_CENTRE, number_format="0.0000000000"),
        "whole": Look(border=_BOX, alignment=_CENTRE, number_format="0"),
        "yes_no": Look(border=_BOX, alignment=_CENTRE, number_format=yes_or_no),
        "yes_no_plain": Look(alignment=_CENTRE, number_format=yes_or_no),
        "input": Look(ink, _solid(INPUT_GROUND), _BOX, _CENTRE, locked=False),
        "chooser": Look(ink, _solid(INPUT_GROUND), _BOX, _CENTRE, "0", locked=False),
        "answer_sample": Look(ink, _solid(INPUT_GROUND), _FRAMED, _CENTRE),
        "right": Look(_font(bold=True), _solid(GREEN), _FRAMED, _CENTRE, _signed(shown, "✓")),
        "follows": Look(_font(bold=True), _solid(GREEN), _DASHED, _CENTRE, _signed(shown, "↪")),
        "wrong": Look(_font(bold=True), _solid(RED), _FRAMED, _SHRUNK, _signed(shown, "✗")),
        "unanswered": Look(_font(bold=True), None, _FRAMED, _CENTRE),
        "checked": Look(_font(9, bold=True), hidden=True),
        # Which cell is right is not said, only whether all of a matrix are.
        "checked_code": Look(number_format=";;;", hidden=True),
        "worked": Look(_font(11, bold=True), alignment=_INDENTED),
        "verdict": Look(_font(13, bold=True), border=_RULED, alignment=_INDENTED),
        "yellow": Look(_font(bold=True), _solid(YELLOW), _FRAMED, _CENTRE),
        "orange": Look(_font(), _solid(ORANGE), _DASHED, _CENTRE),
        "recorded": Look(_font(9, color=GREY), alignment=_CENTRE, number_format=long),
        "recorded_share": Look(_font(9, color=GREY), alignment=_CENTRE, number_format="0.0%"),
        "loss": Look(_font(11, bold=True), alignment=_LEFT_SHRUNK, number_format=long),
        "chosen": Look(_font(bold=True), None, _FRAMED, _CENTRE),
        "chosen_series": Look(_font(bold=True), None, _FRAMED, _CENTRE, long),
        "chosen_share": Look(_font(bold=True), None, _FRAMED, _CENTRE, "0.0%"),
        "grid": Look(_font(8), None, None, _SHRUNK, "0.00"),
        "grid_class": Look(_font(8), None, None, _CENTRE, "0"),
        "low": Look(fill=_solid(LOW), border=_BOX, alignment=_CENTRE),
        "middle": Look(border=_BOX, alignment=_CENTRE),
        "high": Look(fill=_solid(HIGH), border=_BOX, alignment=_CENTRE),
        "sample": Look(_font(bold=True), None, _FRAMED, _CENTRE),
        "kept_sample": Look(_font(bold=True, italic=True), None, _DASHED, _CENTRE),
        "grid_axis": Look(_font(8, bold=True), alignment=_SHRUNK, number_format="0.00"),
        "position": Look(alignment=_CENTRE, number_format="0.00"),
        "plain_value": Look(alignment=_CENTRE, number_format=shown),
        "chosen_value": Look(_font(bold=True), None, _FRAMED, _CENTRE, shown),
        "share": Look(alignment=_CENTRE, number_format="0.0%"),
        "series": Look(alignment=_CENTRE, number_format=long),
        "series_shrunk": Look(alignment=_SHRUNK, number_format=long),
    }
    for role, number_format in formats.items():
        # A number that a person's inputs make longer is small, and not ###.
        looks[role] = Look(border=_BOX, alignment=_SHRUNK, number_format=number_format)
        looks[f"recorded_{role}"] = replace(looks[role], font=_font(10, color=GREY))
        looks[f"answer_{role}"] = Look(
            ink, _solid(INPUT_GROUND), _FRAMED, _SHRUNK, number_format, locked=False
        )
    looks |= {
        f"class_{k}": Look(fill=_solid(c), border=_BOX, alignment=_CENTRE)
        for k, c in enumerate(CLASS_COLOURS, 1)
    }
    # Of a name that stands to the left of its matrix.
    right = ("label_here", "name", "label_later", "checked")
    return looks | {f"{role}_right": replace(looks[role], alignment=_RIGHT) for role in right}


class _Registered(NamedTuple):
    """The roles as a workbook has them: their styles, the numbers of these, and the tables behind them."""

    arrays: Mapping[str, StyleArray]
    ids: Mapping[str, int]
    tables: Mapping[str, Sequence[object]]


# Making them takes longer than filling a sheet, and most workbooks of a class have the same.
@lru_cache(maxsize=32)
def _registered(
    decimals: tuple[tuple[str, int], ...], words: tuple[tuple[str, str], ...], sans: str, mono: str
) -> _Registered:
    """Register every role in a workbook that is used for nothing else."""
    workbook = Workbook()
    scratch, fonts = workbook.create_sheet(), {SANS: sans, MONO: mono}
    arrays, ids = {}, {}
    for row, (role, look) in enumerate(_looks(dict(decimals), dict(words)).items(), start=1):
        cell = scratch.cell(row, 1)
        font = copy(look.font)
        font.name = fonts[font.name]
        cell.font = font
        cell.number_format = look.number_format
        cell.protection = Protection(locked=look.locked, hidden=look.hidden)
        for part in ("fill", "border", "alignment"):
            if getattr(look, part) is not None:
                setattr(cell, part, getattr(look, part))
        arrays[role], ids[role] = copy(cell._style), cell.style_id
    return _Registered(arrays, ids, {table: tuple(getattr(workbook, table)) for table in _TABLES})


class Styles:
    """The roles of one workbook.

    Parameters
    ----------
    workbook
        Where the styles are used; a new one, that has no other styles.
    decimals
        How many decimals computed numbers show, by their role: `value`, `updated`, `kept`.
    words
        What stands beside the last weights, as in "after {number}", and the words for `yes` and `no`.
    fonts
        Names of the fonts for texts, `sans`, and for code, `mono`.
    """

    def __init__(
        self,
        workbook: Workbook,
        decimals: Mapping[str, int],
        words: Mapping[str, str],
        fonts: Mapping[str, str],
    ) -> None:
        made = _registered(tuple(decimals.items()), tuple(words.items()), fonts[SANS], fonts[MONO])
        # Cells of one role share their style; those of another workbook do not.
        self._arrays, self._ids = {role: copy(style) for role, style in made.arrays.items()}, made.ids
        for table, entries in made.tables.items():
            setattr(workbook, table, IndexedList(entries))

    def __getitem__(self, role: str) -> StyleArray:
        """Style of a role, to be set as a cell's `_style`."""
        return self._arrays[role]

    def index(self, role: str) -> int:
        """Number under which the file knows the style."""
        return self._ids[role]


def highlight(color: str, formula: str) -> Rule:
    """Make a conditional format that fills a cell where a formula is true.

    A solid fill in a conditional format takes its colour from `bgColor`; colour is never the only sign:
    the cells being computed are bold with a full border, those they are computed from have a dashed one, and
    those where something is wrong are bold; where an input was changed, letters are slanted.
    """
    return Rule(type="expression", dxf=_highlighted(color), formula=[formula])


def of_point(formula: str, *, kept: bool | None = None, color: str | None = None) -> Rule:
    """Make a conditional format that frames, or fills, a point of a plane where a formula is true.

    The frame is dashed, and the number slanted, where the sample near it is `kept` from training.
    """
    return Rule(type="expression", dxf=_point(kept, color), formula=[formula])


@lru_cache(maxsize=32)
def _highlighted(color: str) -> DifferentialStyle:
    """Look of what a conditional format fills; one object, which openpyxl finds again at once."""
    border = {YELLOW: _FRAMED, ORANGE: _DASHED}.get(color)
    font = {YELLOW: Font(bold=True), RED: Font(bold=True), INPUT_GROUND: Font(italic=True)}.get(color)
    return DifferentialStyle(fill=PatternFill("solid", bgColor=_opaque(color)), font=font, border=border)


@lru_cache(maxsize=32)
def _point(kept: bool | None, color: str | None) -> DifferentialStyle:
    """Look of a cell of a plane; see `of_point`."""
    fill = None if color is None else PatternFill("solid", bgColor=_opaque(color))
    if kept is None:
        return DifferentialStyle(fill=fill)
    return DifferentialStyle(
        font=Font(bold=True, italic=kept), border=_DASHED if kept else _FRAMED, fill=fill
    )
