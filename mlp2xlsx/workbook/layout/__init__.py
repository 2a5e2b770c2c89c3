"""Where everything stands on the sheets."""
