"""What programs do not keep of a workbook that they open and save again, as it was measured."""

from mlp2xlsx.xlsx.reading.seen.book import SeenBook

_CALCULATED = "setting calculated when it is opened"
_LOST: dict[str, frozenset[str]] = {
    "LibreOffice": frozenset({_CALCULATED, "description", "font", "chart colour of marks"}),
    "Gnumeric": frozenset(
        {
            _CALCULATED,
            "setting formulas that read themselves",
            "chart",
            "colour scales",
            "description",
            "stops",
        }
    ),
    "openpyxl": frozenset({"description", "result"}),
}


def saved_by(found: SeenBook, built: SeenBook) -> str:
    """Name the program that has saved a file since it was built; empty where none is known to have."""
    if (found.program, found.version) == (built.program, built.version):
        return ""
    for name in ("LibreOffice", "Gnumeric"):
        if found.program.lower().startswith(name.lower()):
            return name
    if "openpyxl" in found.program.lower():
        return "openpyxl"
    return found.program or "another program"


def lost_by(program: str) -> frozenset[str]:
    """What a program does not keep: aspects, and properties of looks, charts and settings."""
    if not program:
        return frozenset()
    return _LOST.get(program, frozenset({_CALCULATED}))


def saved_by_known_program(found: SeenBook, built: SeenBook) -> bool:
    """Whether a file is as it was built, or was saved by a program of which it is known what it keeps."""
    program = saved_by(found, built)
    return program in ("", *_LOST) or program.startswith("Microsoft Excel")
