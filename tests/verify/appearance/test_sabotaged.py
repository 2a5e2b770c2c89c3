"""Whatever is done to the appearance of a workbook is named, and in the right place, before anything else."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.cases import few
from tests.verify.appearance.looking import FORMS, appearance, article, is_at, read
from tests.verify.appearance.sabotages import ALL
from tests.verify.appearance.spoiling import Spoilt
from tests.verify.helpers import built

FAST = (
    *(
        "text changed on Step 03",
        "number changed on Network",
        "fixed text in place of Check",
        "chart range shifted",
    ),
    *("rule always true on Check", "result changed on Step 03", "verdict added", "sheet hidden"),
)
# What a program does not keep cannot be compared after it: the same as the table in docs/teachers.md says.
LOST = {
    "as built": (),
    "LibreOffice": ("description",),
    "Gnumeric": (
        "chart",
        "axis",
        "series",
        "line not",
        "network re",
        "description",
        "text box",
        "calculated",
        "rules in another order",  # it does not keep which one is the last for its cells
    ),
    "openpyxl": ("description", "result"),
}

Saved = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    """The article's workbook in a language, as a program saves it."""
    folder = tmp_path_factory.mktemp("saved")

    @cache
    def as_built(language: str) -> Path:
        return built(article(language), folder / f"{language}.xlsx")

    @cache
    def by(form: str, language: str) -> Path:
        return FORMS[form]([as_built(language)])[0]

    return by


def test_there_are_as_many_as_promised() -> None:
    assert len(ALL) >= 80


LANGUAGES = ("en", "zh")
BOTH = [(language, name) for name in FAST for language in LANGUAGES]
OTHERS = [(LANGUAGES[turn % 2], name) for turn, name in enumerate(ALL) if name not in FAST]


@pytest.mark.parametrize(
    ("language", "name"),
    few(
        *map("-".join, BOTH),
        of=[pytest.param(*one, id="-".join(one)) for one in [*BOTH, *OTHERS]],
    ),
)
def test_named_as_built(name: str, language: str, saved: Saved, tmp_path: Path) -> None:
    assert_named(name, language, saved("as built", language), tmp_path)


SAVED_AGAIN = [form for form in FORMS if form != "as built"]
# Each after two of the programs, in the one language or the other; several are of the same kind, on other sheets.
IN_TURN = [
    (form, LANGUAGES[(number + turn) % 2], name)
    for turn, form in enumerate(SAVED_AGAIN)
    for number, name in enumerate(ALL)
    if number % len(SAVED_AGAIN) != turn
]


@pytest.mark.slow
@pytest.mark.parametrize(("form", "language", "name"), IN_TURN)
def test_named_after_saving_again(form: str, language: str, name: str, saved: Saved, tmp_path: Path) -> None:
    if any(name.startswith(lost) or f"{lost} changed" in name for lost in LOST[form]):
        pytest.skip(f"{form} does not keep it")
    assert_named(name, language, saved(form, language), tmp_path)


def assert_named(name: str, language: str, path: Path, tmp_path: Path) -> None:
    book = Spoilt(*read(path), name)
    sheet, where, aspect = ALL[name](book)
    sheet = book.called(sheet)
    found = appearance(book.package.save(tmp_path / "spoilt.xlsx"), article(language))
    assert found.changes, f"nothing found; expected {aspect} of {sheet} {where}"
    first = found.changes[0]
    assert first.aspect == aspect, found.changes[:3]
    assert any(one.sheet == sheet and is_at(one, where) for one in found.changes if one.rank == first.rank)
    if aspect not in ("number format", "look", "chart"):
        assert (first.sheet, is_at(first, where)) == (sheet, True), found.changes[:3]
