"""What a workbook's file shows, besides the values of its cells."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.reading.package import MAIN, PACKAGE, parse_part, parsed_if_whole, workbook_part
from mlp2xlsx.xlsx.reading.seen.amount import Amount
from mlp2xlsx.xlsx.reading.seen.drawn import Drawn, drawn_on, sheet_links
from mlp2xlsx.xlsx.reading.seen.looks import StyleSheet, style_sheet
from mlp2xlsx.xlsx.reading.seen.sheet import SeenSheet

_APP = "docProps/app.xml"
_TRUE = ("1", "true")


@dataclass
class SeenBook:
    """What a workbook shows.

    Attributes
    ----------
    styles
        How cells look.
    sheets
        What each sheet shows, by its title.
    drawn, comments
        What is drawn over each sheet, and the comments on its cells by their addresses.
    outside
        Where links lead that leave the workbook, by sheet and id.
    states
        Which sheets are hidden, and how.
    settings
        What else is said of the whole workbook: by its name, in words.
    program, version
        What the file says it was written by.
    """

    styles: StyleSheet
    sheets: dict[str, SeenSheet] = field(default_factory=dict)
    drawn: dict[str, list[Drawn]] = field(default_factory=dict)
    comments: dict[str, dict[str, str]] = field(default_factory=dict)
    outside: dict[str, dict[str, str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    program: str = ""
    version: str = ""


def seen_book(archive: zipfile.ZipFile, parts: Mapping[str, str]) -> SeenBook:
    """Begin to read what a workbook shows; its sheets have still to be read.

    Parameters
    ----------
    archive
        The file.
    parts
        The parts of its sheets, by their titles.
    """
    amount = Amount()
    found = SeenBook(style_sheet(archive), {title: SeenSheet(amount) for title in parts})
    book = parse_part(archive, workbook_part(archive))
    for sheet in book.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet"):
        if sheet.get("state", "visible") != "visible":
            found.states[sheet.get("name", "")] = sheet.get("state", "")
    _settings(book, found.settings)
    about = parsed_if_whole(archive, _APP)
    if about is not None:
        found.program = shortened(about.findtext("{*}Application", ""))
        found.version = shortened(about.findtext("{*}AppVersion", ""))
    for title, part in parts.items():
        links = sheet_links(archive, part)
        found.drawn[title], found.comments[title] = drawn_on(archive, links, found.sheets[title])
        found.outside[title] = _outside(archive, part)
    return found


def _settings(book: etree._Element, settings: dict[str, str]) -> None:
    for calculation in book.iterfind(f"{{{MAIN}}}calcPr"):
        if calculation.get("iterate") in _TRUE:
            settings["formulas that read themselves"] = "calculated again and again"
        if calculation.get("fullCalcOnLoad") in _TRUE:
            settings["calculated when it is opened"] = "yes"
    for protection in book.iterfind(f"{{{MAIN}}}workbookProtection"):
        if any(protection.get(key) for key in ("workbookPassword", "workbookHashValue", "revisionsPassword")):
            settings["password"] = "needed to change the sheets"
    for view in book.iterfind(f"{{{MAIN}}}bookViews/{{{MAIN}}}workbookView"):
        if view.get("showSheetTabs", "1") not in _TRUE:
            settings["tabs of the sheets"] = "not shown"
        if view.get("visibility", "visible") != "visible":
            settings["window"] = "not shown"
    for file_sharing in book.iterfind(f"{{{MAIN}}}fileSharing"):
        if file_sharing.get("reservationPassword") or file_sharing.get("hashValue"):
            settings["password"] = "needed to save changes"


def _outside(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Targets of a sheet's links that leave the workbook, by their ids."""
    folder, _, name = part.rpartition("/")
    links = parsed_if_whole(archive, f"{folder}/_rels/{name}.rels")
    found = () if links is None else links.iter(f"{{{PACKAGE}}}Relationship")
    return {one.get("Id", ""): one.get("Target", "") for one in found if one.get("TargetMode") == "External"}
