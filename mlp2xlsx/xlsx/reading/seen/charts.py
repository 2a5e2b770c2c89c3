"""What a chart shows: its titles, what it draws and how, in words that every program's file comes to."""

from collections.abc import Iterator

from lxml import etree

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_AXES = ("valAx", "catAx", "dateAx", "serAx")
_SIDES = {"b": "horizontal axis", "l": "vertical axis", "t": "upper axis", "r": "right axis"}
_EXTRAS = {"trendline": "trend lines", "errBars": "error bars"}
_LABELS = ("showVal", "showSerName", "showCatName", "showPercent")
_MOST = 2_000  # lines in a chart


def chart_features(root: etree._Element) -> dict[str, str]:
    """What a chart shows, by names such as `title` or `series 2, y`."""
    return dict(_features(root))


def _features(root: etree._Element) -> Iterator[tuple[str, str]]:
    chart = root.find(f"{{{_CHART}}}chart")
    if chart is None:
        return
    yield "title", _title(chart)
    plot = chart.find(f"{{{_CHART}}}plotArea")
    number = 0
    for element in () if plot is None else plot:
        tag = etree.QName(element).localname
        if tag.endswith("Chart"):
            for series in _all(element, "ser"):
                number += 1
                if number > _MOST:
                    raise ValueError(f"a chart draws more than {_MOST:,} series")
                yield f"series {number}, kind", " ".join((tag.removesuffix("Chart"), *_kind(element)))
                for name, what in _series(series):
                    yield f"series {number}, {name}", what
        elif tag in _AXES:
            side = _SIDES.get(_value(element, "axPos"), "axis")
            for name, what in _axis(element):
                yield f"{side}, {name}", what
    yield "series", str(number)
    legend = chart.find(f"{{{_CHART}}}legend")
    if legend is not None:
        deleted = len(_all(legend, "legendEntry"))
        yield "legend", f"without {deleted}" if deleted else "shown"


def _kind(plot: etree._Element) -> Iterator[str]:
    for name in ("barDir", "grouping"):
        if value := _value(plot, name):
            yield value


def _series(series: etree._Element) -> Iterator[tuple[str, str]]:
    yield "name", _label(series.find(f"{{{_CHART}}}tx"))
    for name, tags in {"x": ("xVal", "cat"), "y": ("yVal", "val"), "size": ("bubbleSize",)}.items():
        found = (
            formula.text or ""
            for tag in tags
            for formula in series.iterfind(f"{{{_CHART}}}{tag}//{{{_CHART}}}f")
        )
        if text := _plain(next(found, "")):
            yield name, text
    yield "line", _line(series.find(f"{{{_CHART}}}spPr"))
    marker = series.find(f"{{{_CHART}}}marker")
    symbol = "none" if marker is None else _value(marker, "symbol") or "automatic"
    yield "marks", symbol
    if marker is not None and symbol != "none":
        yield "colour of marks", _fill(marker.find(f"{{{_CHART}}}spPr"))
    for tag, what in _EXTRAS.items():
        if series.find(f"{{{_CHART}}}{tag}") is not None:
            yield what, "shown"
    labels = series.find(f"{{{_CHART}}}dLbls")
    if labels is not None and any(_value(one, tag) == "1" for one in [labels, *labels] for tag in _LABELS):
        yield "labels", "shown"


def _axis(axis: etree._Element) -> Iterator[tuple[str, str]]:
    shown = _value(axis, "delete") not in ("1", "true")
    if shown:
        yield "title", _title(axis)
    else:
        yield "state", "not shown"
    scaling = axis.find(f"{{{_CHART}}}scaling")
    for name, what in {"min": "from", "max": "to", "logBase": "logarithmic"}.items():
        if scaling is not None and (value := _value(scaling, name)):
            yield what, _number(value)
    if scaling is not None and _value(scaling, "orientation") == "maxMin":
        yield "direction", "reversed"
    form = axis.find(f"{{{_CHART}}}numFmt")
    if shown and form is not None and form.get("sourceLinked") not in ("1", "true"):
        yield "number format", form.get("formatCode", "")


def _title(element: etree._Element) -> str:
    return _label(element.find(f"{{{_CHART}}}title"))


def _label(element: etree._Element | None) -> str:
    """Words, or the cells that they stand in."""
    if element is None:
        return ""
    formula = next(element.iter(f"{{{_CHART}}}f"), None)
    if formula is not None:
        text = formula.text or ""
        return text.strip('"') if text.startswith('"') else f"={_plain(text)}"
    words = (one.text or "" for one in element.iter(f"{{{_DRAWING}}}t", f"{{{_CHART}}}v"))
    return "".join(words)


def _line(look: etree._Element | None) -> str:
    line = None if look is None else look.find(f"{{{_DRAWING}}}ln")
    return "automatic" if line is None else _fill(line)


def _fill(look: etree._Element | None) -> str:
    if look is None:
        return ""
    if look.find(f"{{{_DRAWING}}}noFill") is not None:
        return "none"
    colour = look.find(f"{{{_DRAWING}}}solidFill/{{{_DRAWING}}}srgbClr")
    return "" if colour is None else colour.get("val", "").upper()


def _all(element: etree._Element, tag: str) -> list[etree._Element]:
    return element.findall(f"{{{_CHART}}}{tag}")


def _value(element: etree._Element, tag: str) -> str:
    found = element.find(f"{{{_CHART}}}{tag}")
    return "" if found is None else found.get("val", "")


def _number(text: str) -> str:
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def _plain(formula: str) -> str:
    """A range without the signs that programs add or leave out."""
    return formula.replace("$", "").replace("'", "").strip()
