"""A workbook that trains a neural network in live formulas, one worksheet per step."""

from mlp2xlsx.interrupt import end_on_interrupt

end_on_interrupt()

from mlp2xlsx.building import Built, build  # noqa: E402
from mlp2xlsx.classroom.grading import Grades, grade  # noqa: E402
from mlp2xlsx.classroom.handouts import HandedOut, handout  # noqa: E402
from mlp2xlsx.lesson import Lesson, load, override, parse  # noqa: E402
from mlp2xlsx.training import Trace, train  # noqa: E402
from mlp2xlsx.verify import Report, verify  # noqa: E402

__version__ = "0.1.0"

__all__ = [
    "Built",
    "Grades",
    "HandedOut",
    "Lesson",
    "Report",
    "Trace",
    "build",
    "grade",
    "handout",
    "load",
    "override",
    "parse",
    "train",
    "verify",
]
