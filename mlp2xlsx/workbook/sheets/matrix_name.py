"""The name of a matrix on a canvas: above it, or to the left of a bias."""

from mlp2xlsx.workbook.layout.canvas import Canvas
from mlp2xlsx.xlsx.writing.sheet import Sheet


def put_name(sheet: Sheet, canvas: Canvas, name: str, text: str, role: str) -> None:
    """Write the name of a matrix, and what is said behind it, in its place."""
    sheet.put(*canvas.name_place(name), text, name_role(canvas, name, role))


def name_role(canvas: Canvas, name: str, role: str) -> str:
    """How the name looks in its place."""
    return f"{role}_right" if name in canvas.beside else role
