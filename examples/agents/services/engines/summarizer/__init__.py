"""Shortens a text with the help of the external AI service."""
