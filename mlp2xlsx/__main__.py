"""`python -m mlp2xlsx`."""

from mlp2xlsx.cli import run

run()
