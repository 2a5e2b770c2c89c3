"""Sheets in the making, and the writer of the file."""
