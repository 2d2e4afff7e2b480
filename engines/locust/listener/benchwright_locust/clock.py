"""The seconds of a load, by the clock of this process."""

from __future__ import annotations

import time


class Clock:
    """Counts from the start of the load. Before it, nothing has a second."""

    def __init__(self) -> None:
        self._zero: float | None = None

    @property
    def is_running(self) -> bool:
        """Whether the load has begun."""
        return self._zero is not None

    def start(self, passed: float = 0.0) -> int:
        """Begin, or join a load that began so many seconds ago. Tell its start in milliseconds since the epoch."""
        # Cut to milliseconds, as the record tells it.
        zero_ms = int((time.time() - passed) * 1000)
        self._zero = zero_ms / 1000
        return zero_ms

    def passed(self) -> float:
        """Tell the seconds since the start."""
        return 0.0 if self._zero is None else time.time() - self._zero

    def second(self, at: float) -> int:
        """Tell the second of the load in which a time, in seconds since the epoch, falls."""
        return 0 if self._zero is None else max(0, int(at - self._zero))
