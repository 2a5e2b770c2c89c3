"""The texts of a workbook's cells, each stored once, in a part of their own.

Apple's readers show the texts that stand in the cells themselves (`t="inlineStr"`) as blanks:
https://github.com/box/spout/issues/85, https://xlsxwriter.readthedocs.io/bugs.html.
"""

from xml.sax.saxutils import escape

from openpyxl.xml.constants import ARC_SHARED_STRINGS, SHARED_STRINGS, SHEET_MAIN_NS

from mlp2xlsx.xlsx.xstring import encoded


class SharedStrings:
    """The table that cells refer to by number; a part of the archive as openpyxl's manifest lists it."""

    path = f"/{ARC_SHARED_STRINGS}"
    mime_type = SHARED_STRINGS

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._uses = 0

    def number(self, text: str) -> int:
        """Number of a text, counted from 0, for one more cell that shows it."""
        self._uses += 1
        return self._numbers.setdefault(text, len(self._numbers))

    def xml(self) -> str:
        """The whole part."""
        items = "".join(f"<si>{text_element('t', text)}</si>" for text in self._numbers)
        counts = f'count="{self._uses}" uniqueCount="{len(self._numbers)}"'
        return f'<sst xmlns="{SHEET_MAIN_NS}" {counts}>{items}</sst>'


def text_element(tag: str, text: str) -> str:
    """Element with text; blanks at its ends are kept only when the file says so."""
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<{tag}{space}>{escape(encoded(text))}</{tag}>"
