"""What somebody could do to a workbook so that it is not seen as it was built: name, deed, what must be named."""

from collections.abc import Callable

from lxml import etree

from tests.verify.appearance.spoiling import CHART, DRAWN, KINDS, MAIN, Found, Spoilt

Sabotage = Callable[[Spoilt], Found]
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_LATER = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_LATER_MAIN = "http://schemas.microsoft.com/office/excel/2006/main"

# Sheets with texts, with numbers that are nobody's to change, and with formulas.
TEXTS = (
    "Setup",
    "Step 03",
    "Step 11",
    "Training",
    "Loss",
    "Weights",
    "Network",
    "Try it",
    "Math",
    "Code",
    "Python",
    "Check",
)
NUMBERS = ("Weights", "Network", "Loss", "Math")
LIVE = ("Setup", "Step 03", "Step 09", "Loss", "Weights", "Network", "Try it", "Math", "Check")


def text(title: str, new: str | None) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        address = book.text(title)
        book.value(title, address, new)
        return title, address, "text"

    return spoil


def text_as_formula(title: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        address = book.text(title)
        book.live(title, address, '"other"&" words"', "other words")
        return title, address, "text"

    return spoil


def number(title: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        address = book.number(title)
        book.value(title, address, 41.5)
        return title, address, "number"

    return spoil


def number_format(title: str, code: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        address = book.formula(title)
        book.restyle(title, address, number_format=code)
        return title, address, "number format"

    return spoil


def look(title: str, **changes: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        address = book.text(title)
        book.restyle(title, address, **changes)
        return title, address, "look"

    return spoil


def result(title: str, *, numeric: bool = True) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        address = book.formula(title, numeric=numeric)
        book.left(title, address, "41.5" if numeric else "all cells agree")
        with book.book() as root:
            for one in root.iter(f"{MAIN}calcPr"):
                one.attrib.pop("fullCalcOnLoad", None)
        return title, address, "result"

    return spoil


def rule(
    title: str, change: Callable[[Spoilt, etree._Element, etree._Element], None], corner: int = 0
) -> Sabotage:
    """Change the first colouring rule of a sheet, given with the element that says for which cells it holds.

    It is to be named at the first of its cells, or at the last one.
    """

    def spoil(book: Spoilt) -> Found:
        with book.sheet(title) as root:
            cells = root.find(f"{MAIN}conditionalFormatting")
            where = cells.get("sqref").partition(" ")[0].split(":")[corner]
            change(book, cells, cells[0])
        return title, where, "colouring rule"

    return spoil


def wrong_row(book: Spoilt, cells: etree._Element, one: etree._Element) -> None:
    formula = one.find(f"{MAIN}formula")
    formula.text = (
        formula.text.replace("ROW(", "1+ROW(") if "ROW(" in formula.text else f"NOT({formula.text})"
    )


def always(book: Spoilt, cells: etree._Element, one: etree._Element) -> None:
    one.find(f"{MAIN}formula").text = "TRUE"


def gone(book: Spoilt, cells: etree._Element, one: etree._Element) -> None:
    cells.getparent().remove(cells)


def recoloured(book: Spoilt, cells: etree._Element, one: etree._Element) -> None:
    one.set("dxfId", book.styled_rule(fill="C9E7CB" if cells.getparent() is None else "12AB34"))


def says_so(book: Spoilt, cells: etree._Element, one: etree._Element) -> None:
    one.set("dxfId", book.styled_rule(number_format='"correct"', fill="C9E7CB"))


def held_last(book: Spoilt, cells: etree._Element, one: etree._Element) -> None:
    one.set("priority", "9999")


def fewer_cells(book: Spoilt, cells: etree._Element, one: etree._Element) -> None:
    cells.set("sqref", cells.get("sqref").partition(":")[0].partition(" ")[0])


def added_rule(title: str, formula: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        address = book.formula(title)
        cells = etree.Element(f"{MAIN}conditionalFormatting", sqref=address)
        one = etree.SubElement(
            cells,
            f"{MAIN}cfRule",
            type="expression",
            priority="1",
            stopIfTrue="1",
            dxfId=book.styled_rule(fill="C9E7CB"),
        )
        etree.SubElement(one, f"{MAIN}formula").text = formula
        book.put(title, cells)
        return title, address, "colouring rule"

    return spoil


def later_rule(title: str) -> Sabotage:
    """A rule of the kind that stands at the end of a sheet, since Excel 2010."""

    def spoil(book: Spoilt) -> Found:
        address = book.formula(title)
        xml = f"""<extLst xmlns="{MAIN[1:-1]}"><ext uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings
            xmlns:x14="{_LATER}" xmlns:xm="{_LATER_MAIN}"><x14:conditionalFormatting><x14:cfRule type="expression"
            priority="1" id="{{00000000-0000-0000-0000-000000000001}}"><xm:f>TRUE</xm:f><x14:dxf><fill
            xmlns="{MAIN[1:-1]}"><patternFill><bgColor rgb="FFC9E7CB"/></patternFill></fill></x14:dxf></x14:cfRule>
            <xm:sqref>{address}</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"""
        with book.sheet(title) as root:
            for old in root.findall(f"{MAIN}extLst"):
                root.remove(old)
        book.put(title, etree.fromstring(xml))
        return title, address, "colouring rule"

    return spoil


def chart(title: str, change: Callable[[etree._Element], None], where: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.part(book.charts(title)[0]) as root:
            change(root)
        return title, where, "chart"

    return spoil


def shifted(root: etree._Element) -> None:
    formula = root.find(f".//{CHART}yVal//{CHART}f")
    first, _, last = formula.text.rpartition("$")
    formula.text = f"{first}${int(last) - 1}"


def other_column(root: etree._Element) -> None:
    formula = root.find(f".//{CHART}yVal//{CHART}f")
    formula.text = formula.text.replace("$B$", "$C$")


def retitled(root: etree._Element) -> None:
    _put_text(root.find(f"{CHART}chart/{CHART}title"), "Loss of the validation data")


def axis_retitled(root: etree._Element) -> None:
    _put_text(root.find(f".//{CHART}valAx/{CHART}title"), "seconds")


def _put_text(title: etree._Element, new: str) -> None:
    first, *others = title.iter(f"{DRAWN}t")
    first.text = new
    for one in others:
        one.text = ""


def upside_down(root: etree._Element) -> None:
    for one in root.iter(f"{CHART}orientation"):
        one.set("val", "maxMin")


def cut_off(root: etree._Element) -> None:
    scaling = root.find(f".//{CHART}valAx/{CHART}scaling")
    for old in scaling.findall(f"{CHART}max"):
        scaling.remove(old)
    etree.SubElement(scaling, f"{CHART}max", val="2")


def series_gone(root: etree._Element) -> None:
    last = root.findall(f".//{CHART}ser")[-1]
    last.getparent().remove(last)


def series_renamed(root: etree._Element) -> None:
    series = root.find(f".//{CHART}ser")
    for old in series.findall(f"{CHART}tx"):
        series.remove(old)
    name = etree.Element(f"{CHART}tx")
    etree.SubElement(name, f"{CHART}v").text = "another name"
    series.find(f"{CHART}order").addnext(name)


def without_line(root: etree._Element) -> None:
    line = root.find(f".//{CHART}ser/{CHART}spPr/{DRAWN}ln")
    for child in list(line):
        line.remove(child)
    etree.SubElement(line, f"{DRAWN}noFill")


def chart_gone(title: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.part(book.drawing(title)) as root:
            root.remove(root[0])
        return title, "chart", "chart"

    return spoil


def text_box(title: str, words: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        xml = f"""<xdr:twoCellAnchor xmlns:xdr="{_DRAWING}" xmlns:a="{DRAWN[1:-1]}"><xdr:from><xdr:col>1</xdr:col>
            <xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to>
            <xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>4</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>
            <xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="99" name="TextBox 1"/><xdr:cNvSpPr txBox="1"/>
            </xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/>
            <a:p><a:r><a:rPr lang="en-US"/><a:t>{words}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>
            </xdr:twoCellAnchor>"""
        with book.part(book.drawing(title)) as root:
            root.append(etree.fromstring(xml))
        return title, "B3", "drawn object"

    return spoil


def added(title: str, address: str, words: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        book.value(title, address, words)
        return title, address, "claim"

    return spoil


def comment(title: str, address: str, words: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        xml = f"""<comments xmlns="{MAIN[1:-1]}"><authors><author>a</author></authors><commentList><comment
            ref="{address}" authorId="0"><text><t>{words}</t></text></comment></commentList></comments>"""
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
        book.link(
            book.package.sheets[book.called(title)],
            "comments",
            "xl/comments99.xml",
            xml.encode(),
            content_type,
        )
        return title, address, "claim"

    return spoil


def background(title: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        number = book.link(
            book.package.sheets[book.called(title)], "image", "xl/media/image99.png", b"\x89PNG", "image/png"
        )
        book.put(title, etree.Element(f"{MAIN}picture", {f"{{{KINDS}}}id": number}))
        return title, "", "drawn object"

    return spoil


def sheet_state(title: str, state: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.book() as root:
            next(one for one in root.iter(f"{MAIN}sheet") if one.get("name") == book.called(title)).set(
                "state", state
            )
        return title, "", "hidden"

    return spoil


def sheets_swapped(book: Spoilt) -> Found:
    with book.book() as root:
        sheets = root.find(f"{MAIN}sheets")
        sheets.insert(2, sheets[3])
    return "workbook", "", "order of sheets"


def row(title: str, **attributes: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.sheet(title) as root:
            hidden = root.findall(f"{MAIN}sheetData/{MAIN}row")[3]
            hidden.attrib.update(attributes)
            return title, f"rows {hidden.get('r')}", "hidden"

    return spoil


def column(title: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.sheet(title) as root:
            root.find(f"{MAIN}cols/{MAIN}col").set("hidden", "1")
        return title, "columns A", "hidden"

    return spoil


def view(title: str, where: str, **attributes: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.sheet(title) as root:
            root.find(f"{MAIN}sheetViews/{MAIN}sheetView").attrib.update(attributes)
        return title, where, "setting"

    return spoil


def password(title: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.sheet(title) as root:
            found = root.find(f"{MAIN}sheetProtection")
            found.set("password", "CC1A")
        return title, "password", "protection"

    return spoil


def book_password(book: Spoilt) -> Found:
    with book.book() as root:
        for old in root.findall(f"{MAIN}workbookProtection"):
            root.remove(old)
        one = etree.Element(f"{MAIN}workbookProtection", workbookPassword="CC1A", lockStructure="1")
        root.find(f"{MAIN}bookViews").addprevious(one)
    return "workbook", "password", "protection"


def calculation(where: str, **attributes: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.book() as root:
            found = root.find(f"{MAIN}calcPr")
            found.attrib.pop("fullCalcOnLoad", None)
            found.attrib.update(attributes)
        return "workbook", where, "setting"

    return spoil


def link(title: str, change: Callable[[etree._Element], None]) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.sheet(title) as root:
            one = root.find(f"{MAIN}hyperlinks/{MAIN}hyperlink")
            where = one.get("ref")
            change(one)
        return title, where, "link"

    return spoil


def elsewhere(one: etree._Element) -> None:
    one.attrib.pop(f"{{{KINDS}}}id", None)
    one.set("location", "Training!A1")


def no_link(one: etree._Element) -> None:
    one.getparent().remove(one)


def validation(title: str, change: Callable[[etree._Element], None]) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        with book.sheet(title) as root:
            one = root.find(f"{MAIN}dataValidations/{MAIN}dataValidation")
            where = one.get("sqref").partition(":")[0].partition(" ")[0]
            change(one)
        return title, where, "validation"

    return spoil


def no_validation(one: etree._Element) -> None:
    one.getparent().remove(one)


def other_limit(one: etree._Element) -> None:
    one.find(f"{MAIN}formula1").text = "-5"


def other_words(one: etree._Element) -> None:
    one.set("error", "This number is wrong.")


def unread(title: str) -> Sabotage:
    """What is read out in place of a chart."""

    def spoil(book: Spoilt) -> Found:
        with book.part(book.drawing(title)) as root:
            about = next(one for one in root.iter(f"{{{_DRAWING}}}cNvPr") if one.get("descr"))
            about.set("descr", "Nothing of interest.")
        return title, "chart 1", "description"

    return spoil


def style_of_all(code: str) -> Sabotage:
    """The number format of whatever cells are like one of Training, of which there are thousands."""

    def spoil(book: Spoilt) -> Found:
        number = max(map(int, _styles_of_bands(book)))
        with book.part("xl/styles.xml") as root:
            formats = root.find(f"{MAIN}numFmts")
            etree.SubElement(formats, f"{MAIN}numFmt", numFmtId="398", formatCode=code)
            root.find(f"{MAIN}cellXfs")[number].attrib.update({"numFmtId": "398", "applyNumberFormat": "1"})
        return "Training", "", "number format"

    return spoil


def _styles_of_bands(book: Spoilt) -> list[str]:
    with book.sheet("Training") as root:
        rows = root.findall(f"{MAIN}sheetData/{MAIN}row")[-6:]
        return [one.get("s", "0") for cells in rows for one in cells if one.find(f"{MAIN}f") is not None]


def merged(title: str) -> Sabotage:
    def spoil(book: Spoilt) -> Found:
        cells = etree.Element(f"{MAIN}mergeCells", count="1")
        etree.SubElement(cells, f"{MAIN}mergeCell", ref="A1:C2")
        book.put(title, cells)
        return title, "cells A1:C2", "setting"

    return spoil


ALL: dict[str, Sabotage] = {
    **{f"text changed on {title}": text(title, "something else") for title in TEXTS},
    **{f"text gone from {title}": text(title, None) for title in TEXTS},
    **{f"text is a formula on {title}": text_as_formula(title) for title in ("Setup", "Step 03", "Check")},
    **{f"number changed on {title}": number(title) for title in NUMBERS},
    **{f"negated on {title}": number_format(title, "-0.000;0.000") for title in LIVE},
    **{f"fixed text in place of {title}": number_format(title, '"0.500"') for title in LIVE},
    **{f"nothing shown on {title}": number_format(title, ";;;") for title in ("Step 03", "Check")},
    **{f"white letters on {title}": look(title, color="FFFFFFFF") for title in TEXTS},
    **{f"other fill on {title}": look(title, fill="FFC27A") for title in ("Setup", "Step 03", "Check")},
    **{f"small letters on {title}": look(title, sz="1") for title in ("Setup", "Step 03")},
    "letters as signs": look("Step 03", name="Wingdings"),
    "struck out": look("Math", strike="1"),
    **{f"result changed on {title}": result(title) for title in ("Setup", "Step 03", "Loss", "Check")},
    **{f"text result changed on {title}": result(title, numeric=False) for title in ("Step 03", "Check")},
    **{f"rule of the wrong row on {title}": rule(title, wrong_row) for title in ("Step 03", "Check")},
    **{f"rule always true on {title}": rule(title, always) for title in ("Step 03", "Check", "Math")},
    **{f"rule gone from {title}": rule(title, gone) for title in ("Step 03", "Step 09", "Check")},
    **{f"rule recoloured on {title}": rule(title, recoloured) for title in ("Step 03", "Check")},
    "rule shows a text": rule("Check", says_so),
    "rules in another order": rule("Step 05", held_last),
    "rule for fewer cells": rule("Step 03", fewer_cells, corner=-1),
    **{f"rule added on {title}": added_rule(title, "TRUE") for title in ("Step 03", "Check", "Setup")},
    "rule of the later kind": later_rule("Check"),
    "all of a style on Training": style_of_all('"0.500"'),
    "chart range shifted": chart("Loss", shifted, "series 1, y"),
    "chart of another column": chart("Loss", other_column, "series 1, y"),
    "chart retitled": chart("Loss", retitled, "title"),
    "axis retitled": chart("Loss", axis_retitled, "axis, title"),
    "chart upside down": chart("Loss", upside_down, "direction"),
    "axis cut off": chart("Loss", cut_off, "to"),
    "series gone": chart("Loss", series_gone, "series"),
    "series renamed": chart("Weights", series_renamed, "series 1, name"),
    "line not drawn": chart("Weights", without_line, "series 1, line"),
    "network redrawn": chart("Network", series_gone, "series"),
    "chart gone": chart_gone("Loss"),
    "description changed": unread("Loss"),
    "text box": text_box("Loss", "Verified by NumPy"),
    "text box without a claim": text_box("Weights", "look here"),
    "picture behind the cells": background("Check"),
    "verdict added": added("Step 03", "D30", "Verified by NumPy"),
    "verdict added in Chinese": added("Check", "M2", "已由程序验证，全部一致"),
    "verdict in a comment": comment("Step 03", "G12", "Verified by NumPy"),
    "sheet hidden": sheet_state("Check", "hidden"),
    "sheet hidden for good": sheet_state("Step 05", "veryHidden"),
    "sheets in another order": sheets_swapped,
    "row hidden": row("Check", hidden="1"),
    "row without height": row("Step 03", ht="0", customHeight="1"),
    "column hidden": column("Step 03"),
    "formulas shown": view("Step 03", "formulas", showFormulas="1"),
    "zeros not shown": view("Check", "zeros", showZeros="0"),
    "password of a sheet": password("Setup"),
    "password of the workbook": book_password,
    "calculated again and again": calculation("formulas that read themselves", iterate="1"),
    "link elsewhere": link("Step 03", elsewhere),
    "link gone": link("Setup", no_link),
    "validation gone": validation("Setup", no_validation),
    "validation with another limit": validation("Setup", other_limit),
    "validation with other words": validation("Step 03", other_words),
    "cells merged": merged("Step 03"),
}
"""By their names: what is done, to a workbook of the article's network, and what has to be named."""
