"""What stands in the way of a reader, found in the parts of a workbook: of who hears it, or sees no colours."""

import re
from collections import Counter
from colorsys import rgb_to_hls

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ART = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
LEAST_CONTRAST = 4.5  # WCAG 2.1, success criterion 1.4.3
BLACK, WHITE = "FF000000", "FFFFFFFF"


def trees(files, folder):
    """The parts of one kind: `xl/charts/chart`, for instance."""
    return {
        name: etree.fromstring(data)
        for name, data in files.items()
        if name.startswith(folder) and name.endswith(".xml")
    }


# What is looked for. Each function returns what is wrong.


def silent(files):
    """Charts and other drawings that say nothing, or less than a sentence, to those who do not see them."""
    said = [about for tree in trees(files, "xl/drawings/").values() for about in tree.iter(f"{DRAWING}cNvPr")]
    missing = len(trees(files, "xl/charts/chart")) - len(said)
    return ["a chart that stands nowhere"] * missing + [
        about.get("name")
        for about in said
        if not about.get("title") or not re.search(r"\w.{20,}[.。]$", about.get("descr", ""))
    ]


def untitled_axes(files):
    """Charts with an axis that is seen and does not say what it is."""
    return [
        name
        for name, tree in trees(files, "xl/charts/chart").items()
        for axis in tree.iter(f"{CHART}valAx")
        if axis.find(f"{CHART}delete").get("val") == "0"
        and not "".join(
            axis.find(f"{CHART}title").itertext() if axis.find(f"{CHART}title") is not None else ""
        )
    ]


def alike_in_grey(files):
    """Lines or points of one chart that are told apart by their colour alone."""
    found = []
    for name, tree in trees(files, "xl/charts/chart").items():
        named = {entry.find(f"{CHART}idx").get("val") for entry in tree.iter(f"{CHART}legendEntry")}
        looks = Counter(
            colourless(series)
            for series in tree.iter(f"{CHART}ser")
            if series.find(f"{CHART}idx").get("val") not in named
        )
        found += [name for look, count in looks.items() if count > 1]
    return found


def colourless(series):
    """How a series is drawn, but for its colours."""
    line = series.find(f"{CHART}spPr/{ART}ln")
    dash = line.find(f"{ART}prstDash")
    marker = series.find(f"{CHART}marker/{CHART}symbol").get("val")
    drawn = line.find(f"{ART}noFill") is None
    return marker, drawn and (line.get("w"), None if dash is None else dash.get("val"))


def merged(files):
    """Cells that are merged."""
    return [
        (name, cell.get("ref"))
        for name, tree in trees(files, "xl/worksheets/").items()
        for cell in tree.iter(f"{MAIN}mergeCell")
    ]


def languages(files):
    """Every language that the workbook says it is in: of its properties, and of each chart."""
    core = etree.fromstring(files["docProps/core.xml"])
    told = [element.text for element in core if etree.QName(element).localname == "language"]
    charts = trees(files, "xl/charts/chart").values()
    return [*(told or [None]), *(chart.find(f"{CHART}lang").get("val") for chart in charts)]


def unreachable(files):
    """What a protected sheet keeps from those who have a keyboard only, and what is no cell or chart."""
    found = []
    for name, tree in trees(files, "xl/worksheets/").items():
        [protection] = tree.iter(f"{MAIN}sheetProtection")
        kept = ("selectLockedCells", "selectUnlockedCells", "objects")
        found += [(name, what) for what in kept if protection.get(what, "0") != "0"]
        cells = {cell.get("r") for cell in tree.iter(f"{MAIN}c") if len(cell)}
        links = [link.get("ref") for link in tree.iter(f"{MAIN}hyperlink")]
        found += [(name, ref) for ref in links if ref not in cells]
    others = r"xl/(media|ctrlProps|activeX|embeddings)/|.*vmlDrawing.*"
    return found + [name for name in files if re.match(others, name)]


class Looks:
    """The styles of a workbook: letters and grounds of cells, and what conditional formats change in them."""

    def __init__(self, files):
        tree = etree.fromstring(files["xl/styles.xml"])
        fonts, fills, borders = (list(tree.find(f"{MAIN}{kind}")) for kind in ("fonts", "fills", "borders"))
        self.cells = [
            (
                colour(fonts[int(look.get("fontId"))].find(f"{MAIN}color")) or BLACK,
                colour(fills[int(look.get("fillId"))].find(f"{MAIN}patternFill/{MAIN}fgColor")),
                len(borders[int(look.get("borderId"))].findall("*[@style]")) > 0,
                look.get("numFmtId"),
            )
            for look in tree.find(f"{MAIN}cellXfs")
        ]
        invisible = {
            one.get("numFmtId") for one in tree.iter(f"{MAIN}numFmt") if one.get("formatCode") == ";;;"
        }
        self.shown = [number for number, look in enumerate(self.cells) if look[3] not in invisible]
        dxfs = tree.find(f"{MAIN}dxfs")
        self.changes = [] if dxfs is None else list(dxfs)


def colour(element):
    """A colour as the file gives it; of a theme only black is used."""
    return None if element is None else element.get("rgb")


def luminance(rgb):
    """Relative luminance of a colour (WCAG 2.1)."""
    channels = (int(rgb[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(letters, ground):
    """How much two colours differ, from 1 to 21 (WCAG 2.1)."""
    lower, higher = sorted(map(luminance, (letters, ground)))
    return (higher + 0.05) / (lower + 0.05)


def rules(tree):
    """Yield each area with conditional formats: its rules, and the styles of the cells in it."""
    styles = {cell.get("r"): int(cell.get("s", 0)) for cell in tree.iter(f"{MAIN}c")}
    for area in tree.iter(f"{MAIN}conditionalFormatting"):
        inside = {styles[ref] for ref in refs(area.get("sqref")) if ref in styles}
        yield list(area.iter(f"{MAIN}cfRule")), inside


def refs(area):
    """The addresses of the cells of an area."""
    for part in area.split():
        first, _, last = part.partition(":")
        (left, top), (right, bottom) = (
            re.match(r"([A-Z]+)(\d+)", ref).groups() for ref in (first, last or first)
        )
        for col in range(column(left), column(right) + 1):
            for row in range(int(top), int(bottom) + 1):
                yield f"{letters(col)}{row}"


def column(text):
    return sum((ord(letter) - 64) * 26**place for place, letter in enumerate(reversed(text)))


def letters(col):
    text = ""
    while col:
        col, rest = divmod(col - 1, 26)
        text = chr(65 + rest) + text
    return text


def faint(files):
    """Letters that do not stand out from their ground: in cells, in coloured cells, in charts."""
    looks = Looks(files)
    pairs = {(looks.cells[number][0], looks.cells[number][1] or WHITE) for number in looks.shown}
    for tree in trees(files, "xl/worksheets/").values():
        for found, inside in rules(tree):
            inks = {looks.cells[number][0] for number in inside if number in looks.shown}
            for rule in found:
                grounds = [stop.get("rgb") for stop in rule.iter(f"{MAIN}color")]
                if rule.get("dxfId"):
                    change = looks.changes[int(rule.get("dxfId"))]
                    ground = colour(change.find(f"{MAIN}fill/{MAIN}patternFill/{MAIN}bgColor"))
                    grounds = [ground] if ground else []
                    inks = {colour(change.find(f"{MAIN}font/{MAIN}color")) or ink for ink in inks}
                pairs |= {(ink, ground) for ink in inks for ground in grounds}
    for tree in trees(files, "xl/charts/chart").values():
        texts = [*tree.iter(f"{ART}rPr"), *tree.iter(f"{ART}defRPr")]
        pairs |= {(one.get("val"), WHITE) for text in texts for one in text.iter(f"{ART}srgbClr")}
    return sorted(pair for pair in pairs if contrast(*pair) < LEAST_CONTRAST)


def by_colour_alone(files):
    """Cells whose ground says something that neither border nor letters say, and rules that differ in colour only."""
    looks = Looks(files)
    found = [look for look in looks.cells if look[1] and not look[2]]
    for tree in trees(files, "xl/worksheets/").values():
        for rules_here, _ in rules(tree):
            ours = [rule for rule in rules_here if rule.get("dxfId")]
            signs = {(own_number(rule), *signs_of(looks.changes[int(rule.get("dxfId"))])) for rule in ours}
            if len({sign[:3] for sign in signs}) < len(signs):
                found.append(signs)
    return found


def own_number(rule):
    """The number that a cell itself holds where a rule is true: it says what the colour says."""
    first = rule.getparent().get("sqref").partition(":")[0]
    found = re.match(rf"(AND\()?{first}=(\d+)", rule.findtext(f"{MAIN}formula") or "")
    return found and found[2]


def signs_of(change):
    """What a conditional format makes of letters, lines and ground."""
    parts = (change.find(f"{MAIN}{kind}") for kind in ("font", "border", "fill"))
    return [b"" if part is None else etree.tostring(part) for part in parts]


def other_oranges(files):
    """Orange in charts and colour scales: on the sheets it means what something is computed from."""
    colours = {
        (name, one.get("val") or one.get("rgb"))
        for folder, tag in (("xl/charts/", f"{ART}srgbClr"), ("xl/worksheets/", f"{MAIN}color"))
        for name, tree in trees(files, folder).items()
        for one in tree.iter(tag)
    }
    return sorted((name, rgb) for name, rgb in colours if rgb and is_orange(rgb))


def is_orange(rgb):
    """Whether most people would call a colour orange: by its hue, and not too pale or dark."""
    hue, lightness, saturation = rgb_to_hls(*(int(rgb[-6:][at : at + 2], 16) / 255 for at in (0, 2, 4)))
    return 15 <= hue * 360 <= 45 and saturation > 0.5 and 0.3 < lightness < 0.9


CHECKS = [other_oranges, silent, untitled_axes, alike_in_grey, merged, unreachable, faint, by_colour_alone]
