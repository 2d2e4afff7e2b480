"""The engines, each its own process."""
