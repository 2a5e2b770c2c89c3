"""What stands in a file; nothing in it is trusted, and nothing is calculated."""
