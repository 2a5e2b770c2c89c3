"""The mathematics of a network and its training, each quantity written once."""
