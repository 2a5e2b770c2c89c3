"""One module per language that an expression is rendered into."""
