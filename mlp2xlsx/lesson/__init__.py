"""Lessons: data, network and training that a workbook is made of."""

from mlp2xlsx.lesson.model import Lesson, load, parse
from mlp2xlsx.lesson.override import override
from mlp2xlsx.lesson.variants import Variant, variants

__all__ = ["Lesson", "Variant", "load", "override", "parse", "variants"]
