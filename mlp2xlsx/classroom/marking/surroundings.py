"""What surrounds the answers of a submission, and is not seen as it was given out."""

from collections.abc import Collection, Iterator

from mlp2xlsx.classroom.originals import Original
from mlp2xlsx.verify.appearance import compare_files, is_known
from mlp2xlsx.workbook.layout.titles import renamed_sheets
from mlp2xlsx.workbook.layout.version import LAYOUT
from mlp2xlsx.xlsx.reading.contents import Contents

# Fills and letters are the student's to change.
_NOTICED = ("text", "number format", "colouring rule", "claim")
_RULES = "colouring rule"


def changed_around(contents: Contents, original: Original, named: Collection[str]) -> Iterator[str]:
    """Yield sheet, place and kind of what is seen otherwise: questions, labels, formats, colouring rules.

    Nothing is said of a handout of an older layout. Colouring rules are passed over where it is not known
    what the program that saved the file makes of them.

    Parameters
    ----------
    contents
        The file that was handed in, read with its looks.
    original
        The handout as it was given out.
    named
        Places of locked cells that are named already, such as numbers and words of the data.
    """
    given = original.shown
    if original.layout != LAYOUT:
        return
    renamed = renamed_sheets(given.names, contents.names, contents.sheets)
    found = compare_files(contents, given, {}, results=False, renamed=renamed)
    sure = is_known(found.saved_by)
    for change in found.changes:
        is_noticed = change.aspect in _NOTICED and change.place not in named
        if is_noticed and (sure or change.aspect != _RULES):
            yield f"{change.place} ({change.aspect})"
