"""Writes a record a second from a greenlet of its own, which is all that waits for it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import gevent

from .places import complain
from .usage import Meter, resident_bytes
from .wire import MAX_END_ERROR, Stamp

if TYPE_CHECKING:
    from .fold import Fold
    from .output import Output

PERIOD_SECONDS = 1.0


class Recorder:
    """Keeps the order of the records: start, clock, ticks, end."""

    def __init__(self, phase: str, fold: Fold, output: Output) -> None:
        self._fold = fold
        self._output = output
        self._stamp = Stamp(phase)
        self._meter = Meter()
        self._runner: Any = None
        self._before = 0.0
        self._busiest = 0.0
        self._has_ended = False

    def begin(self, runner: Any) -> None:
        """Tell that Locust is there."""
        self._runner = runner
        self._output.put(self._stamp.line("start", now_ms(), pid=os.getpid()))
        self._output.write()

    def start_load(self, zero_ms: int) -> None:
        """Tell when the load begins, and write from now on."""
        self._output.put(self._stamp.line("clock", zero_ms))
        self._meter = Meter()
        self._before = time.perf_counter()
        gevent.spawn(self._write_on)

    def warn_of_cpu(self, share: float) -> None:
        """Remember that Locust itself found its process too busy."""
        self._busiest = max(self._busiest, share)

    def end(self, fault: str | None) -> None:
        """Write what is left and the last record. It waits for the reader: nothing is lost."""
        if self._has_ended or self._runner is None:
            return
        self._has_ended = True
        if self._before > 0:
            self._put_tick()
        told = {} if fault is None else {"error": fault[:MAX_END_ERROR]}
        self._output.put(self._stamp.line("end", now_ms(), **told))
        self._output.write()

    def _write_on(self) -> None:
        due = time.perf_counter()
        while not self._has_ended and not self._output.is_gone:
            due = max(due + PERIOD_SECONDS, time.perf_counter())
            gevent.sleep(due - time.perf_counter())
            try:
                # While the reader is slow the record waits, and then covers more time.
                if not self._has_ended and not self._output.is_busy:
                    self._put_tick()
                    self._output.write()
            except Exception as error:
                complain(f"a record could not be written: {error}")

    def _put_tick(self) -> None:
        now = time.perf_counter()
        cpu_us, share = self._meter.read()
        busiest = max(share, self._busiest)
        self._busiest = 0.0
        taken = self._fold.take()
        memory = resident_bytes()
        fields = {
            "duration": int((now - self._before) * 1000),
            "users": self._runner.user_count,
            "usersMax": max(self._runner.user_count, self._runner.target_user_count or 0),
            "iterations": taken["iterations"],
            "dropped": 0,
            "bytesSent": 0,
            "bytesReceived": taken["bytesReceived"],
            "cpu": cpu_us,
            **({} if memory is None else {"rss": memory}),
            "busiest": round(busiest, 3),
            "requests": taken["requests"],
            "metrics": [],
            "log": taken["log"],
        }
        self._before = now
        self._output.put(self._stamp.line("tick", now_ms(), **fields))


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)
