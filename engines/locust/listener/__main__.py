"""Runs Locust as its own program does, with a listener beside the locustfile: python FOLDER [LOCUST'S ARGUMENTS]."""

# Locust comes first: it patches what waits, and has to do so before anything else is loaded.
import locust.main

from benchwright_locust import start

INTERRUPTED = 130

if __name__ == "__main__":
    start.begin()
    try:
        locust.main.main()
    except KeyboardInterrupt as interrupt:
        # Where the load has not begun yet, Locust has no answer to it.
        raise SystemExit(INTERRUPTED) from interrupt
