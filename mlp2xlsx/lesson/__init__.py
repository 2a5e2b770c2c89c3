"""Lessons: data, network and training that a workbook is made of."""

from mlp2xlsx.lesson.model import Lesson, load, parse
from mlp2xlsx.lesson.override import override

__all__ = ["Lesson", "load", "override", "parse"]
