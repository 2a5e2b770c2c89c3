"""Workbooks to be checked, and ways to change what stands in their files."""

import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from mlp2xlsx import Report, build, load, override
from mlp2xlsx.lesson import Lesson
from mlp2xlsx.training import train
from mlp2xlsx.verify import verifying
from mlp2xlsx.verify.inputs import read_inputs
from mlp2xlsx.verify.perturb import Scenario, single_edits
from mlp2xlsx.verify.structure import Problem, check_structure
from mlp2xlsx.workbook.book import make
from mlp2xlsx.xlsx.address import Box, a1
from mlp2xlsx.xlsx.reading.contents import read_contents
from mlp2xlsx.xlsx.reading.package import worksheets

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXTS = "xl/sharedStrings.xml"
STEPS = [f"Step {number:02}" for number in range(1, 13)]
PICTURES = ["Loss", "Weights", "Network"]


def article(path: Path, iterations: int = 6, **options: object) -> Path:
    """Build the article's workbook, or a variant of it."""
    return built(override(load("article"), iterations=iterations, **options), path)  # type: ignore[arg-type]


def built(lesson: Lesson, path: Path) -> Path:
    build(lesson, path)
    return path


def lint(path: Path) -> list[Problem]:
    """Find the structural faults of a workbook that was built from its own lesson."""
    contents = read_contents(path)
    inputs = read_inputs(contents)
    book = make(train(inputs.current), recorded=train(inputs.recorded), iteration=inputs.iteration)
    return check_structure(contents, book)


def fault_lines(report: Report) -> list[str]:
    """The lines of a report that name a fault, in their order."""
    lines = list(report.lines(everything=True))
    return [line for line in lines if "!" in line.split(" (")[0].split(":")[0]]


@contextmanager
def trained_once() -> Iterator[None]:
    """Train on the same inputs, and lay out what is expected of them, once and not for every file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "train", remembered(train, lambda lesson, **_: lesson.to_toml()))
        patch.setattr(
            verifying, "make", remembered(make, lambda trace, iteration, **_: (id(trace), iteration))
        )
        yield


def remembered(function: Callable[..., Any], key: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def call(*args: Any, **kind: Any) -> Any:
        found = key(*args, **kind)
        if found not in known:
            known[found] = function(*args, **kind)
        return known[found]

    return call


def only_edits(patch: pytest.MonkeyPatch, *names: str) -> None:
    """Look at what a person sees after some kinds of edits, and not after each."""

    def edits(*given: Any) -> Iterator[Scenario]:
        return (one for one in single_edits(*given) if one.changed[0] in names)

    patch.setattr(verifying, "single_edits", edits)


@dataclass
class Package:
    """The parts of a file, to be changed and written again; cached values stay as they are."""

    parts: dict[str, bytes]
    sheets: dict[str, str]
    names: Mapping[str, tuple[str, Box] | None]

    @classmethod
    def read(cls, path: Path) -> "Package":
        names = read_contents(path).names
        with zipfile.ZipFile(path) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()}, worksheets(archive), names)

    def save(self, path: Path) -> Path:
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return path

    def copy(self) -> "Package":
        return Package(dict(self.parts), self.sheets, self.names)

    def cell(self, sheet: str, address: str) -> "Cell":
        root = etree.fromstring(self.parts[self.sheets[sheet]])
        [found] = [cell for cell in root.iter(f"{MAIN}c") if cell.get("r") == address]
        return Cell(self, sheet, root, found)

    def where(self, name: str, i: int = 0, j: int = 0) -> tuple[str, str]:
        """Sheet and address of a cell of a named range."""
        place = self.names[name]
        assert place is not None
        sheet, box = place
        return sheet, a1(box.row + i, box.col + j)

    def at(self, name: str, i: int = 0, j: int = 0) -> "Cell":
        """Give a cell of a named range."""
        return self.cell(*self.where(name, i, j))

    def formulas(self, sheet: str) -> Iterator[tuple[str, str, str]]:
        """Yield address, formula and cached value of every formula cell."""
        for cell in etree.fromstring(self.parts[self.sheets[sheet]]).iter(f"{MAIN}c"):
            formula = cell.find(f"{MAIN}f")
            if formula is not None:
                yield str(cell.get("r")), formula.text or "", cell.findtext(f"{MAIN}v") or ""


@dataclass
class Cell:
    """One cell of a package; every change is written back at once."""

    package: Package
    sheet: str
    root: etree._Element
    element: etree._Element

    @property
    def text(self) -> str:
        """The formula."""
        return self.element.findtext(f"{MAIN}f") or ""

    @property
    def cached(self) -> str:
        """The value that the file holds."""
        return self.element.findtext(f"{MAIN}v") or ""

    @property
    def string(self) -> str:
        """The text that the cell holds, by its number in the list of the workbook's texts."""
        assert self.element.get("t") == "s"
        texts = etree.fromstring(self.package.parts[TEXTS])
        return "".join(texts[int(self.cached)].itertext())

    def formula(self, text: str) -> None:
        """Put another formula, and leave the cached value alone."""
        found = self.element.find(f"{MAIN}f")
        assert found is not None
        found.text = text
        self._store()

    def array(self, ref: str | None = None) -> "Cell":
        """Make the formula an array formula, for this cell or for more."""
        formula = self.element.find(f"{MAIN}f")
        assert formula is not None
        formula.attrib.update({"t": "array", "ref": ref or str(self.element.get("r"))})
        self._store()
        return self

    def add_formula(self, text: str) -> None:
        """Put a formula where there was none."""
        self.value(0.0)
        formula = etree.Element(f"{MAIN}f")
        formula.text = text
        self.element.insert(0, formula)
        self._store()

    def share(self, key: str, ref: str | None = None) -> None:
        """Say that the formula is shared; only the first cell, which says with whom, keeps its text."""
        formula = self.element.find(f"{MAIN}f")
        assert formula is not None
        formula.attrib.update({"t": "shared", "si": key} | ({} if ref is None else {"ref": ref}))
        if ref is None:
            formula.text = None
        self._store()

    def beside(self, address: str) -> "Cell":
        """Make a cell in a new row at the end of the sheet."""
        data = self.root.find(f"{MAIN}sheetData")
        assert data is not None
        row = etree.SubElement(data, f"{MAIN}row", r="".join(filter(str.isdigit, address)))
        return Cell(self.package, self.sheet, self.root, etree.SubElement(row, f"{MAIN}c", r=address))

    def value(self, value: float | str | None) -> None:
        """Put a number, a text or nothing in place of what is there."""
        for child in list(self.element):
            self.element.remove(child)
        self.element.attrib.pop("t", None)
        if isinstance(value, str):
            self.element.set("t", "inlineStr")
            text = etree.SubElement(etree.SubElement(self.element, f"{MAIN}is"), f"{MAIN}t")
            text.text = value
        elif value is not None:
            etree.SubElement(self.element, f"{MAIN}v").text = repr(value)
        self._store()

    def error(self, text: str) -> None:
        """Put an error value."""
        self.value(0.0)
        self.element.set("t", "e")
        self.element[0].text = text
        self._store()

    def _store(self) -> None:
        self.package.parts[self.package.sheets[self.sheet]] = etree.tostring(self.root)
