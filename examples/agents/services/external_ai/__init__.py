"""A stand-in for the external AI service, with known waiting times."""
