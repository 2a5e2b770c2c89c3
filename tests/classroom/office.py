"""LibreOffice as a student uses it: cells are gone to, and something is typed into them.

Debian's libreoffice-calc has no Python of its own; what it has is Basic. So a macro is put into a private
profile and run without a window: `soffice --headless macro:///Standard.Student.Main`. It types by the
commands that the keyboard gives, `.uno:GoToCell` and `.uno:EnterString`, which refuse locked cells. What to
do stands in a file, for the text of a macro is hard to quote.
"""

import subprocess
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

Line = tuple[str, ...]

_MACRO = """
Sub Main
  Dim line As String, doc As Object, frame As Object, helper As Object, plan As Integer
  helper = createUnoService("com.sun.star.frame.DispatchHelper")
  plan = FreeFile
  Open "{plan}" For Input As #plan
  Do While Not Eof(plan)
    Line Input #plan, line
    words = Split(line, Chr(9))
    Select Case words(0)
    Case "open"
      doc = StarDesktop.loadComponentFromURL(ConvertToURL(words(1)), "_blank", 0, Options("Hidden", True))
      frame = doc.CurrentController.Frame
    Case "type"
      helper.executeDispatch(frame, ".uno:GoToCell", "", 0, Options("ToPoint", words(1)))
      helper.executeDispatch(frame, ".uno:EnterString", "", 0, Options("StringName", words(2)))
    Case "fill"  ' Ctrl+Shift+Enter
      doc.Sheets.getByName(words(1)).getCellRangeByName(words(2)).setArrayFormula(words(3))
    Case "rows"  ' after the protection has been taken off
      doc.Sheets.getByName(words(1)).unprotect("")
      doc.Sheets.getByName(words(1)).Rows.insertByIndex(CLng(words(2)) - 1, CLng(words(3)))
    Case "sheet"
      doc.Sheets.insertNewByName(words(1), doc.Sheets.Count)
    Case "save"
      doc.storeToURL(ConvertToURL(words(1)), Options("FilterName", "Calc MS Excel 2007 XML"))
      doc.close(True)
    End Select
  Loop
  Close #plan
End Sub

Function Options(name As String, value As Variant)
  Dim one(0) As New com.sun.star.beans.PropertyValue
  one(0).Name = name
  one(0).Value = value
  Options = one()
End Function
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Student"
 script:language="StarBasic">{text}</script:module>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard"
 library:readonly="false" library:passwordprotected="false">
 <library:element library:name="Student"/>
</library:library>
"""


def work(folder: Path, lines: Iterable[Line]) -> None:
    """Let a student do something in LibreOffice.

    Parameters
    ----------
    folder
        Where the profile and the plan are kept.
    lines
        `open` a file, `type` a text into a cell such as `$'Step 03'.G31`, `fill` a range of a sheet with one
        formula, insert `rows` above one of a sheet, add a `sheet`, `save` to a file; arguments of formulas are between semicolons.
    """
    profile, plan = folder / "profile", folder / "plan.txt"
    # LibreOffice overwrites the library of a profile that it does not know.
    _run(profile, "--terminate_after_init")
    library = profile / "user" / "basic" / "Standard"
    macro = escape(_MACRO.format(plan=plan))
    (library / "Student.xba").write_text(_MODULE.format(text=macro), encoding="utf-8")
    (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    plan.write_text("".join("\t".join(line) + "\n" for line in lines), encoding="ascii")
    _run(profile, "macro:///Standard.Student.Main")


def _run(profile: Path, *words: str) -> None:
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", *words]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
