"""What stands in the cells of one sheet of a file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mlp2xlsx.xlsx.address import Box
from mlp2xlsx.xlsx.bands import Bands
from mlp2xlsx.xlsx.reading.cells import CellValue
from mlp2xlsx.xlsx.references import area
from mlp2xlsx.xlsx.titles import retitled


@dataclass(frozen=True)
class AsBuilt:
    """Rows of a sheet that hold exactly what they are built with.

    Attributes
    ----------
    bands
        How they are built.
    repetitions
        Which of the repetitions are so, counted from 0.
    results
        What the formulas have left, as the file spells it and in its order; None where that is nothing.
    """

    bands: Bands
    repetitions: frozenset[int] | range
    results: Sequence[bytes | None] = ()

    def __contains__(self, row: int) -> bool:
        return (row - self.bands.row) // self.bands.height in self.repetitions

    @property
    def n_formulas(self) -> int:
        """How many cells hold a formula."""
        return len(self.repetitions) * sum(block.n_formulas for block in self.bands.blocks)

    @property
    def n_cells(self) -> int:
        """How many cells there are."""
        return len(self.repetitions) * sum(block.box.n_rows * block.box.n_cols for block in self.bands.blocks)


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """A formula as the file has it: its text without `=`, and the range it fills as an array, if any."""

    text: str
    ref: str | None = None

    @property
    def area(self) -> Box | None:
        """The place that an array formula fills."""
        return None if self.ref is None else area(self.ref)


@dataclass
class SheetContents:
    """The cells of one sheet, by (row, column).

    Attributes
    ----------
    formulas, constants
        What stands in each cell; the values that formulas left there are nowhere.
    formats
        The formulas of conditional formats.
    cells
        How many cells of the file are not empty, those that array formulas fill among them.
    as_built
        Rows that repeat and are what a workbook is built with, letter by letter; their cells are not listed.
    """

    formulas: dict[tuple[int, int], FormulaCell] = field(default_factory=dict)
    constants: dict[tuple[int, int], CellValue] = field(default_factory=dict)
    formats: list[str] = field(default_factory=list)
    cells: int = 0
    as_built: tuple[AsBuilt, ...] = ()

    def retitled(self, titles: Mapping[str, str]) -> "SheetContents":
        """Return the same with formulas that refer to sheets by other titles, new ones by old ones."""
        formulas = {
            place: FormulaCell(retitled(one.text, titles), one.ref) for place, one in self.formulas.items()
        }
        return replace(self, formulas=formulas)

    @property
    def n_formulas(self) -> int:
        """How many cells hold a formula."""
        return len(self.formulas) + sum(rows.n_formulas for rows in self.as_built)

    def others(self, bands: Bands) -> Iterable[int]:
        """The repetitions of bands that are not as built, counted from 0."""
        same = next((rows.repetitions for rows in self.as_built if rows.bands.row == bands.row), range(0))
        return (k for k in range(bands.count) if k not in same)

    def is_as_built(self, row: int) -> bool:
        """Whether a row is what the workbook is built with, letter by letter."""
        return any(row in rows for rows in self.as_built)
