"""Tests of what cannot be seen from outside: python -m unittest, in the folder of the example."""
