"""The sheet `Network`."""
