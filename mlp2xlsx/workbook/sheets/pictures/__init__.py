"""The sheets `Surface` and `Curve`: what a network puts out over its inputs."""
