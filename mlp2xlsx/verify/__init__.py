"""The check of a finished workbook by an independent engine."""

from mlp2xlsx.verify.report import Report
from mlp2xlsx.verify.verifying import DEFAULT_ENGINE, verify

__all__ = ["DEFAULT_ENGINE", "Report", "verify"]
