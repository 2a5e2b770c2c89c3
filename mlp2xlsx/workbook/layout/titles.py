"""What sheets are called: by the texts of a language; and in a file, by the defined names on them.

Every sheet has a key, such as `training` or `step_03`. Its title is a text, and a person may change it; so
each sheet carries a defined name, `sheet_training`, by which it is found. It is the name of a cell, because
some programs keep only those.
"""

from collections.abc import Collection, Iterable, Mapping

from mlp2xlsx import resources
from mlp2xlsx.errors import LimitError
from mlp2xlsx.workbook.layout.version import LAYOUT, layout_of
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.references import Place
from mlp2xlsx.xlsx.titles import title_fault

STEP = "step"
"""Key of the text that the titles of all step sheets follow."""

NAMES = "sheet_"
"""What the names on sheets begin with."""

# In the layouts before, sheets have no names, and English titles in every language.
_FIRST_NAMED_LAYOUT, _FIRST_LANGUAGE = 4, "en"


def step_key(number: int) -> str:
    """Key of the sheet of a step, counted from 1."""
    return f"{STEP}_{number:02}"


def sheet_titles(language: str, n_steps: int) -> dict[str, str]:
    """Titles of all sheets that a workbook in a language may have, by their keys.

    Parameters
    ----------
    language
        Whose texts.
    n_steps
        How many steps an iteration has.

    Raises
    ------
    LimitError
        For a title that no spreadsheet takes, naming its text.
    """
    texts: Mapping[str, str] = resources.texts(language)["sheets"]
    found: dict[str, str] = {}
    texts_of: dict[str, str] = {}  # by titles without case, as programs compare them
    for key, text in texts.items():
        numbered = {step_key(n): text.format(number=n) for n in range(1, n_steps + 1)}
        for each, title in numbered.items() if key == STEP else [(key, text)]:
            fault = title_fault(title)
            if title.casefold() in texts_of:
                fault = f"is another sheet's title, too ({texts_of[title.casefold()]})"
            if fault is not None:
                raise LimitError(f'texts of {language}, sheets.{key}: "{title}" {fault}; choose another')
            texts_of[title.casefold()] = f"sheets.{key}"
            found[each] = title
    return found


def step_sheets(language: str, numbers: Iterable[int], layout: int = LAYOUT) -> list[str]:
    """Titles of the sheets of some steps, counted from 1, in a language and a layout."""
    chosen = list(numbers)
    titles = sheet_titles(language if layout >= _FIRST_NAMED_LAYOUT else _FIRST_LANGUAGE, max(chosen))
    return [titles[step_key(number)] for number in chosen]


def sheet_name(key: str) -> str:
    """Defined name of a sheet."""
    return f"{NAMES}{key}"


def named_sheets(titles: Mapping[str, str]) -> dict[str, Place]:
    """Defined names of sheets, and the first cells that they stand for, by the titles of their keys."""
    return {sheet_name(key): (title, Box(1, 1, 1, 1)) for key, title in titles.items()}


def title_in(names: Mapping[str, Place | None], key: str) -> str | None:
    """Title of a sheet in a file; None where it cannot be found.

    Parameters
    ----------
    names
        The defined names of the file.
    key
        Which sheet.
    """
    place = names.get(sheet_name(key))
    if place is not None:
        return place[0]
    return sheet_titles(_FIRST_LANGUAGE, 0).get(key) if layout_of(names) < _FIRST_NAMED_LAYOUT else None


def renamed_places(places: Mapping[str, Place | None], titles: Mapping[str, str]) -> dict[str, Place | None]:
    """Places by name, where sheets were given other titles, new ones by old ones."""
    return {name: place and (titles.get(place[0], place[0]), place[1]) for name, place in places.items()}


def renamed_sheets(
    before: Mapping[str, Place | None], now: Mapping[str, Place | None], sheets: Collection[str]
) -> dict[str, str]:
    """Sheets that a person has given another title: the new title by the one that they had.

    Parameters
    ----------
    before, now
        The defined names of a workbook as it was built, and as it is.
    sheets
        The titles of the sheets that it has.

    Returns
    -------
    dict of str to str
        Nothing where two sheets would have the same title then: the names are not those that were built.
    """
    after = {}
    for name, place in before.items():
        if name.startswith(NAMES) and place is not None:
            there = now.get(name) or place
            if there[0] in sheets:
                after[place[0]] = there[0]
    changed = {title: new for title, new in after.items() if title != new}
    return changed if len(set(after.values())) == len(after) else {}
