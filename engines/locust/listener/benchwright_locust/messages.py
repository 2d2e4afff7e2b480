"""What masters and workers say to each other beside Locust's own messages."""

from __future__ import annotations

FIELD = "benchwright"
"""Where in a report of Locust ours stands."""

LOAD = "benchwright_load"
"""From the master: the load has begun. Seconds since then, as clocks of machines differ, and where it may go."""

STOP = "benchwright_stop"
"""From the master: how many seconds users are given to end."""

LAST = "benchwright_last"
"""From a worker: what it had not reported when it ended."""

REPORT_SECONDS = 1.0
"""So often a worker reports."""

NUMBER_VARIABLE = "BENCHWRIGHT_LOCUST_WORKER"
"""Holds the number of a worker, where the runner gave it one."""
