"""The report for the teacher: one page of HTML that needs nothing else."""

from mlp2xlsx.classroom.results.report.page import report

__all__ = ["report"]
