"""What is said about the mathematics: the chain rule, its derivation, and programs."""
