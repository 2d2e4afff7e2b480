"""What this process uses. A process of Locust runs on one core at a time."""

from __future__ import annotations

import os
import time

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


class Meter:
    """CPU time between two looks."""

    def __init__(self) -> None:
        self._cpu = time.process_time()
        self._time = time.perf_counter()

    def read(self) -> tuple[int, float]:
        """Tell microseconds of CPU time since the look before, and the share of one core that they were."""
        cpu, now = time.process_time(), time.perf_counter()
        used, passed = cpu - self._cpu, now - self._time
        self._cpu, self._time = cpu, now
        return int(used * 1e6), used / passed if passed > 0 else 0.0


def resident_bytes() -> int | None:
    """Resident memory; the most there was, where the system does not tell that of now."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        if resource is None:
            return None
        # macOS counts bytes here.
        return int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
