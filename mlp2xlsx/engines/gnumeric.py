"""Gnumeric, through its converter `ssconvert`."""

from pathlib import Path

from mlp2xlsx.engines.convert import Converter


class Gnumeric(Converter):
    """Gnumeric; numbers come back with all their digits.

    It calculates in extended precision where the machine has it: `EXP(800)` is a number in between.
    """

    name = "gnumeric"
    programs = ("ssconvert",)
    how_to_get = "apt-get install gnumeric, or http://www.gnumeric.org"

    def _command(self, program: str, folder: Path, names: list[str]) -> list[str]:
        [name] = names
        # Without --recalc it believes the cached values.
        return [program, "--recalc", "--export-type=Gnumeric_Excel:xlsx2", name, f"out/{name}"]


ENGINE = Gnumeric
