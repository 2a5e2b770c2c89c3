"""What is drawn over the cells of a sheet: charts, pictures, texts; and the comments that hang on cells."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.limits import MOST_COLS, MOST_ROWS
from mlp2xlsx.xlsx.reading.package import DOCUMENT, Relation, parse_part, relations
from mlp2xlsx.xlsx.reading.seen.charts import chart_features
from mlp2xlsx.xlsx.reading.seen.sheet import SeenSheet

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_KINDS = {"graphicFrame": "an object", "pic": "a picture", "sp": "a text box or shape", "cxnSp": "a line"}
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
# What belongs to a sheet as such, or is read elsewhere.
_KNOWN = {
    "drawing",
    "comments",
    "vmlDrawing",
    "hyperlink",
    "printerSettings",
    "image",
    "table",
    "threadedComment",
}
_READ = {"drawing", "comments", "vmlDrawing"}
_LONGEST = 200


@dataclass
class Drawn:
    """Something that is drawn over cells.

    Attributes
    ----------
    kind
        What it is, in words.
    over
        The cells that it covers, as far as they are known.
    features
        What a chart shows, by names such as `title`; what is said of it for those who do not see it.
    text
        What is written in it.
    """

    kind: str
    over: Box | None
    features: dict[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def is_chart(self) -> bool:
        """Whether it is a chart."""
        return self.kind == "a chart"


def sheet_links(archive: zipfile.ZipFile, part: str) -> dict[str, Relation]:
    """Links of a sheet to what hangs on it, by their ids; none where it has no list of them."""
    folder, _, name = part.rpartition("/")
    if f"{folder}/_rels/{name}.rels" not in archive.namelist():
        return {}
    return relations(archive, part)


def drawn_on(
    archive: zipfile.ZipFile, links: dict[str, Relation], sheet: SeenSheet
) -> tuple[list[Drawn], dict[str, str]]:
    """Read what is drawn over a sheet, and its comments by the address of their cell."""
    drawn: list[Drawn] = []
    comments: dict[str, str] = {}
    for link in links.values():
        if link.kind not in _KNOWN:
            sheet.objects.append(f"a part of the kind {shortened(link.kind)}")
            continue
        try:
            if link.kind in _READ:
                sheet.amount.take_part(archive.getinfo(link.target).file_size)
            if link.kind == "drawing":
                drawn += _drawing(archive, link.target, sheet)
            elif link.kind == "comments":
                comments |= _comments(archive, link.target, sheet)
            elif link.kind == "vmlDrawing":
                sheet.objects += _old_controls(archive, link.target)
        except (LookupError, etree.XMLSyntaxError):
            # It is no reason not to read what stands in the cells.
            sheet.objects.append(f"a part of the kind {link.kind} that cannot be read")
    return drawn, comments


def _comments(archive: zipfile.ZipFile, part: str, sheet: SeenSheet) -> dict[str, str]:
    """Texts of comments by the address of their cell."""
    found = {}
    for comment in parse_part(archive, part).iter("{*}comment"):
        found[comment.get("ref", "")] = text = _words(comment, "{*}t")
        sheet.amount.take(text)
    return found


def _drawing(archive: zipfile.ZipFile, part: str, sheet: SeenSheet) -> Iterator[Drawn]:
    links = sheet_links(archive, part)
    for anchor in parse_part(archive, part):
        if not isinstance(anchor.tag, str) or etree.QName(anchor).localname not in _ANCHORS:
            continue
        over = _over(anchor)
        for element in anchor.iter(*(f"{{*}}{tag}" for tag in _KINDS)):
            about = next(element.iter("{*}cNvPr"), None)
            said = {} if about is None else {key: about.get(key, "") for key in ("title", "descr")}
            found = Drawn(_KINDS[etree.QName(element).localname], over, text=_words(element, _TEXT))
            found.features |= {
                name: text
                for key, name in {"title": "title read aloud", "descr": "description read aloud"}.items()
                if (text := said.get(key, ""))
            }
            chart = next(element.iter(_CHART), None)
            link = None if chart is None else links.get(chart.get(f"{{{DOCUMENT}}}id", ""))
            if link is not None:
                found.kind = "a chart"
                sheet.amount.take_part(archive.getinfo(link.target).file_size)
                found.features |= chart_features(parse_part(archive, link.target))
                of_chart = sheet_links(archive, link.target).values()
                if any(one.kind == "chartUserShapes" for one in of_chart):
                    found.features["drawn on it"] = "texts or shapes"
            sheet.amount.take("".join(found.features.values()) + found.text)
            if about is not None and about.get("hidden") in ("1", "true"):
                found.features["state"] = "hidden"
            yield found


def _over(anchor: etree._Element) -> Box | None:
    """Cells that something is drawn over."""

    def number(corner: str, what: str, most: int) -> int | None:
        text = anchor.findtext(f"{{*}}{corner}/{{*}}{what}", "").strip()
        return min(int(text) + 1, most) if text.isdecimal() and len(text) < 8 else None

    row, col = number("from", "row", MOST_ROWS), number("from", "col", MOST_COLS)
    if row is None or col is None:
        return None
    last_row, last_col = number("to", "row", MOST_ROWS) or row, number("to", "col", MOST_COLS) or col
    return Box(row, col, max(1, last_row - row + 1), max(1, last_col - col + 1))


def _old_controls(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    """Yield words for shapes of the old kind that are no comments: buttons, for example."""
    for data in parse_part(archive, part).iter("{urn:schemas-microsoft-com:office:excel}ClientData"):
        if data.get("ObjectType", "Note") != "Note":
            yield f"a control of the kind {shortened(data.get('ObjectType', ''))}"


def _words(element: etree._Element, tag: str) -> str:
    return shortened(
        " ".join(text for one in element.iter(tag) if (text := (one.text or "").strip())), _LONGEST
    )
