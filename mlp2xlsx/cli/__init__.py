"""The command line: one module per command."""

from mlp2xlsx.cli.entry import main, run

__all__ = ["main", "run"]
