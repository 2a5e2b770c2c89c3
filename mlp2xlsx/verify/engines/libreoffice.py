"""LibreOffice, the program that most who do not have Excel open a workbook with."""

from pathlib import Path

from mlp2xlsx.verify.engines.convert import Converter

_SETTINGS = (
    # 0: always recalculate; LibreOffice believes the cached values of most files otherwise.
    ("org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "0"),
    # 1: never (ScLkUpdMode in its source); a workbook must not make it reach for other files.
    ("org.openoffice.Office.Calc/Content/Update", "Link", "1"),
    # 3: very high, and none at all.
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
)

_ITEM = '<item oor:path="/{}"><prop oor:name="{}" oor:op="fuse"><value>{}</value></prop></item>\n'

_PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">\n'
    f"{''.join(_ITEM.format(*setting) for setting in _SETTINGS)}"
    "</oor:items>\n"
)


class LibreOffice(Converter):
    """LibreOffice Calc, run without a window in a profile of its own that is thrown away.

    Numbers come back rounded to 15 digits: that is how it writes .xlsx files.
    """

    name = "libreoffice"
    programs = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
    how_to_get = "apt-get install libreoffice-calc, or https://www.libreoffice.org/download"
    batch_bytes = 16_000_000

    def _prepare(self, folder: Path) -> None:
        write_profile(folder)

    def _command(self, program: str, folder: Path, names: list[str]) -> list[str]:
        return command(program, folder, "xlsx:Calc MS Excel 2007 XML", names)


def write_profile(folder: Path) -> None:
    """Put a profile with our settings into an empty folder."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")


def command(program: str, folder: Path, kind: str, names: list[str]) -> list[str]:
    """Give the command that converts files of a folder with such a profile into its subfolder `out`.

    Parameters
    ----------
    program
        Path of soffice.
    folder
        Where profile and files are.
    kind
        LibreOffice's name of the file type to make, `xlsx:…` or `pdf:…`.
    names
        The files.
    """
    # With a profile shared with another run, this one would hand its files to the other.
    profile = (folder / "profile").as_uri()
    options = ["--headless", "--norestore", "--convert-to", kind, "--outdir", "out"]
    return [program, f"-env:UserInstallation={profile}", *options, *names]
