"""A workbook that trains a neural network in live formulas, one worksheet per step."""

from mlp2xlsx.building import Built, build
from mlp2xlsx.classroom.grading import Grades, grade
from mlp2xlsx.classroom.handouts import HandedOut, handout
from mlp2xlsx.lesson import Lesson, load, override, parse
from mlp2xlsx.training import Trace, train
from mlp2xlsx.verify import Report, verify

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
