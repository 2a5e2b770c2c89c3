"""Which files nobody meant to hand in, and what to say of those that are no workbooks."""

from pathlib import PurePosixPath

# What systems and office programs leave beside the files of people; compared without case.
_LEFT_BEHIND = {"__macosx", "thumbs.db", "desktop.ini"}

# Which text says how such a file is saved as a workbook.
_ADVICE = {
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".fods", ".et"), "save_spreadsheet"),
    **dict.fromkeys((".csv", ".tsv"), "save_table"),
    ".numbers": "save_numbers",
    ".pdf": "save_pdf",
}
_PICTURES = {".png", ".jpg", ".jpeg", ".heic", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg"}
_SPREADSHEETS = ".xls .xlsm .xlsb .xltx .ods .fods .csv .tsv .numbers .et"
_ARCHIVES = ".rar .7z .tar .gz .tgz .xz .bz2"
_MENDS = {
    **dict.fromkeys(_SPREADSHEETS.split(), "ask for it saved as .xlsx"),
    **dict.fromkeys(_ARCHIVES.split(), "unpack it, or ask for a .zip file"),
}
_LONGEST_ENDING = 10
# "an .ods" and "an .xls", but "a .csv".
_WITH_AN = tuple("aeiox8")


def is_ignored(name: str) -> bool:
    """Whether a file or folder is hidden, a lock, or left behind by a system: nobody's submission."""
    return (
        (name.startswith(".") and name not in {".", ".."})
        or name.startswith("~$")
        or name.casefold() in _LEFT_BEHIND
    )


def ending(name: str) -> str:
    """Ending of a file name in small letters: `.xlsx`; empty for a name without one."""
    return PurePosixPath(name).suffix.lower()


def saving_advice(name: str, reason: str) -> str:
    """Key of the text that says how to save a file as a workbook, if that is what is wrong; else empty."""
    return _ADVICE.get(ending(name), "") if reason == why_unfit(name) else ""


def why_unfit(name: str) -> str:
    """Short reason why a file that is no .xlsx is not graded, and what to ask for."""
    kind = ending(name)
    if not kind.isascii() or not kind[1:].isalnum() or len(kind) > _LONGEST_ENDING:
        return "not an .xlsx file; ask for the workbook"
    article = "an" if kind[1:].startswith(_WITH_AN) else "a"
    what = "a picture" if kind in _PICTURES else f"{article} {kind} file"
    return f"{what}; {_MENDS.get(kind, 'ask for the workbook itself')}"
