"""The sheet `Evaluate`: every sample through the network of the chosen iteration, and how good that is."""
