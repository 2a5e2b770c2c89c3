"""The sheet `Loss`, and its charts."""
