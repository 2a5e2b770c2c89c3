"""The sheet `Try it`: inputs of one's own, and what the network answers."""
