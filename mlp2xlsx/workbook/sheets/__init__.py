"""The kinds of sheets, a module or a folder each."""
