"""How much may be noted of what a file shows."""

_MOST_ENTRIES = 20_000
_MOST_STYLED = 1_000_000
_MOST_CHARACTERS = 2_000_000
_MOST_RANGES = 5_000
_MOST_BYTES = 64 * 1024 * 1024  # of charts, drawings and comments, unpacked


class Amount:
    """How much more may be noted of a file, all its sheets together."""

    def __init__(self) -> None:
        self.styled, self.entries, self.characters = _MOST_STYLED, _MOST_ENTRIES, _MOST_CHARACTERS
        self.ranges, self.n_bytes = _MOST_RANGES, _MOST_BYTES

    def take_all(self, other: "Amount") -> None:
        """Take the room that has been taken of another."""
        self._take(_MOST_ENTRIES - other.entries, _MOST_CHARACTERS - other.characters)
        self._take_ranges(_MOST_RANGES - other.ranges)

    def take(self, text: str = "") -> None:
        """Take the room of an entry with its texts."""
        self._take(1, len(text))

    def _take(self, entries: int, characters: int) -> None:
        self.entries -= entries
        self.characters -= characters
        if self.entries < 0 or self.characters < 0:
            raise ValueError(
                f"it has more than {_MOST_ENTRIES:,} rules, links and drawn objects, or longer ones"
            )

    def take_ranges(self, cells: str) -> None:
        """Take the room of a list of ranges."""
        self._take_ranges(1 + cells.count(" "))

    def _take_ranges(self, count: int) -> None:
        self.ranges -= count
        if self.ranges < 0:
            raise ValueError(f"its rules and validations are for more than {_MOST_RANGES:,} ranges of cells")

    def take_part(self, n_bytes: int) -> None:
        """Take the room of a part that hangs on a sheet."""
        self.n_bytes -= n_bytes
        if self.n_bytes < 0:
            raise ValueError(f"its charts and drawings have more than {_MOST_BYTES // 2**20} MB")

    def take_cells(self, count: int) -> None:
        """Take the room of cells that have a style."""
        self.styled -= count
        if self.styled < 0:
            raise ValueError(f"it has more than {_MOST_STYLED:,} cells with a style")
