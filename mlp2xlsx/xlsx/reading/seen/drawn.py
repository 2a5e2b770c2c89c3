"""What is drawn over the cells of a sheet: charts, pictures, texts; and the comments that hang on cells."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from mlp2xlsx.words import shortened
from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.limits import MOST_COLS, MOST_ROWS
from mlp2xlsx.xlsx.reading.package import DAMAGED, DOCUMENT, Relation, parsed_if_whole, relations
from mlp2xlsx.xlsx.reading.seen.charts import chart_features
from mlp2xlsx.xlsx.reading.seen.sheet import SeenSheet

_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
_KINDS = {"graphicFrame": "an object", "pic": "a picture", "sp": "a text box or shape", "cxnSp": "a line"}
_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")
# What belongs to a sheet as such, or is read elsewhere.
_KNOWN = {"hyperlink", "printerSettings", "image", "table", "threadedComment"}
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
    """Links of a part to what hangs on it, by their ids; none where that list is not there, or damaged."""
    folder, _, name = part.rpartition("/")
    if f"{folder}/_rels/{name}.rels" not in archive.namelist():
        return {}
    try:
        return relations(archive, part)
    except (OSError, *DAMAGED):
        return {}


def drawn_on(
    archive: zipfile.ZipFile, links: dict[str, Relation], sheet: SeenSheet
) -> tuple[list[Drawn], dict[str, str]]:
    """Read what is drawn over a sheet, and its comments by the address of their cell."""
    drawn: list[Drawn] = []
    comments: dict[str, str] = {}
    for link in links.values():
        if link.kind not in _READ:
            if link.kind not in _KNOWN:
                sheet.objects.append(f"a part of the kind {shortened(link.kind)}")
            continue
        root = _part(archive, link.target, sheet)
        if root is None:
            # It is no reason not to read what stands in the cells.
            sheet.objects.append(f"a part of the kind {link.kind} that cannot be read")
        elif link.kind == "drawing":
            drawn += _drawing(archive, link.target, root, sheet)
        elif link.kind == "comments":
            comments |= _comments(root, sheet)
        else:
            sheet.objects += _old_controls(root)
    return drawn, comments


def _part(archive: zipfile.ZipFile, part: str, sheet: SeenSheet) -> etree._Element | None:
    if part in archive.namelist():
        sheet.amount.take_part(archive.getinfo(part).file_size)
    return parsed_if_whole(archive, part)


def _comments(root: etree._Element, sheet: SeenSheet) -> dict[str, str]:
    """Texts of comments by the address of their cell."""
    found = {}
    for comment in root.iter("{*}comment"):
        found[comment.get("ref", "")] = text = _words(comment, "{*}t")
        sheet.amount.take(text)
    return found


def _drawing(archive: zipfile.ZipFile, part: str, root: etree._Element, sheet: SeenSheet) -> Iterator[Drawn]:
    links = sheet_links(archive, part)
    for anchor in root:
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
            drawing = None if link is None else _part(archive, link.target, sheet)
            if link is not None and drawing is not None:
                found.kind = "a chart"
                found.features |= chart_features(drawing)
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


def _old_controls(root: etree._Element) -> Iterator[str]:
    """Yield words for shapes of the old kind that are no comments: buttons, for example."""
    for data in root.iter("{urn:schemas-microsoft-com:office:excel}ClientData"):
        if data.get("ObjectType", "Note") != "Note":
            yield f"a control of the kind {shortened(data.get('ObjectType', ''))}"


def _words(element: etree._Element, tag: str) -> str:
    return shortened(
        " ".join(text for one in element.iter(tag) if (text := (one.text or "").strip())), _LONGEST
    )
