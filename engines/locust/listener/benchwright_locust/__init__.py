"""Tells Benchwright what a run of Locust measures. It never raises into Locust, and no request waits for it."""
