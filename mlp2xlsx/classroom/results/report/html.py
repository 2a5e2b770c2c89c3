"""Small pieces of HTML; no text from outside is code in them."""

from html import escape

NONE = "–"


def header(*titles: str) -> str:
    """Return the first line of a table."""
    return f"<tr>{''.join(f'<th>{escape(title)}</th>' for title in titles)}</tr>"


def row(*cells: str) -> str:
    """Return a line of a table; its cells are HTML already."""
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def bar(share: float) -> str:
    """Return a bar as long as a share, from 0 to 1."""
    return f'<span class="bar" style="width:{min(max(share, 0.0), 1.0) * 6:.2f}rem"></span>'


def correlation(value: float | None) -> str:
    """Return a correlation with its sign; a dash where it cannot be told."""
    return NONE if value is None else f"{value:+.2f}".replace("-", "−")
