"""Lessons: data, network and training that a workbook is made of."""

from mlp2xlsx.lesson.model import Lesson
from mlp2xlsx.lesson.override import override
from mlp2xlsx.lesson.reading import load, parse

__all__ = ["Lesson", "load", "override", "parse"]
