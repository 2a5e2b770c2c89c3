"""The sheets of the steps."""
