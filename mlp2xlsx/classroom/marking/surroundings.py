"""What surrounds the answers of a submission, and is not seen as it was given out."""

from collections.abc import Iterator

from mlp2xlsx.classroom.originals import Original
from mlp2xlsx.verify.appearance import compare_files, saved_by_known_program
from mlp2xlsx.workbook.layout.titles import renamed_sheets
from mlp2xlsx.workbook.layout.version import LAYOUT
from mlp2xlsx.xlsx.reading.contents import Contents

# Numbers are named with the other locked cells; fills and letters are the student's to change.
_NOTICED = ("text", "number format", "colouring rule", "claim")
_RULES = "colouring rule"


def changed_around(contents: Contents, original: Original) -> Iterator[str]:
    """Yield sheet, place and kind of what is seen otherwise: questions, labels, formats, colouring rules.

    Nothing is said of a handout of an older layout, nor where a file was not read with its looks. Colouring
    rules are passed over where it is not known what the program that saved the file makes of them.

    Parameters
    ----------
    contents
        The file that was handed in.
    original
        The handout as it was given out.
    """
    given = original.shown
    if original.layout != LAYOUT or given is None or given.seen is None or contents.seen is None:
        return
    renamed = renamed_sheets(given.names, contents.names, contents.sheets)
    found = compare_files(contents, given, {}, results=False, renamed=renamed)
    sure = saved_by_known_program(contents.seen, given.seen)
    for change in found.changes:
        if change.aspect in _NOTICED and (sure or change.aspect != _RULES):
            yield f"{change.place} ({change.aspect})"
