"""Runs Locust as its own program does, with a listener beside the locustfile: python FOLDER [LOCUST'S ARGUMENTS]."""

# Locust comes first: it patches what waits, and has to do so before anything else is loaded.
import locust.main

from benchwright_locust import start

if __name__ == "__main__":
    start.begin()
    locust.main.main()
