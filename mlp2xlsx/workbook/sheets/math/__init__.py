"""The sheet `Math`, and the gradient check on it."""
