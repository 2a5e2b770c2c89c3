"""The sheet `Check`."""
