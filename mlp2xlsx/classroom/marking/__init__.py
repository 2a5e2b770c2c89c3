"""Marking one submission: what was filled in, whether it is right, and what is said of it."""

from mlp2xlsx.classroom.marking.marking import Mark, mark

__all__ = ["Mark", "mark"]
