"""The settings of a class in their final form, and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

COPIED = FLAGGED, NOTHING = ("flagged", "nothing")
LATE = (FLAGGED, NOTHING)
LATE_IS = BY_PLATFORM, BY_DATE = ("platform", "date")
SHOW = ANSWER, HINT, MARK = ("answer", "hint", "mark")


@dataclass(frozen=True)
class Settings:
    """What a teacher decides about a class; the fields are the keys of `class.toml`.

    Attributes
    ----------
    points
        What the whole is worth; None for as many as the steps weigh.
    weights, decimals
        By the number of a step, what it counts where that is not 1, and how many decimals a typed number
        needs where that is not 2.
    bonus
        Steps that are added to the total, and that nobody has to do.
    column
        The name of the assignment in the gradebook of Canvas, as its export has it.
    formulas
        Whether only formulas count; None for what the handouts say.
    copied, late
        What a neighbour's numbers and a late submission are worth: `"flagged"` for what they are worth
        otherwise, or `"nothing"`.
    late_is
        How it is known: the platform says so in the name of the file, or by its date.
    late_per_day
        Percent of the total that each day begun after the deadline costs.
    deadline, closes
        Until when to hand in, and until when once more; local times.
    show
        What the marked workbook says of a wrong number: the answer, a hint, or that it is wrong.
    pseudonyms
        Whether students are called by their handout ids, in all that is not in the folder of the key.
    """

    points: float | None = None
    weights: Mapping[int, float] = field(default_factory=dict)
    decimals: Mapping[int, int] = field(default_factory=dict)
    bonus: tuple[int, ...] = ()
    column: str = ""
    formulas: bool | None = None
    copied: str = FLAGGED
    late: str = FLAGGED
    late_is: str = BY_PLATFORM
    late_per_day: float = 0.0
    deadline: datetime | None = None
    closes: datetime | None = None
    show: str = ANSWER
    pseudonyms: bool = False
