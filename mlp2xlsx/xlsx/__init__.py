"""A small spreadsheet library: addresses, formulas and rows that repeat."""
