"""The options of a lesson: one row each, from which the file, the command line and their checks follow."""
