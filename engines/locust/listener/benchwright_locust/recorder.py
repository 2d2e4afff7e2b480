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
    from .workers import Workers

PERIOD_SECONDS = 1.0


class Recorder:
    """Keeps the order of the records: start, clock, ticks, end."""

    def __init__(self, phase: str, fold: Fold, output: Output) -> None:
        self._fold = fold
        self._output = output
        self._stamp = Stamp(phase)
        self._meter = Meter()
        self._runner: Any = None
        self._workers: Workers | None = None
        self._before = 0.0
        self._busiest = 0.0
        self._has_load = False
        self._has_ended = False
        self._lost: str | None = None

    def begin(self, runner: Any, workers: Workers | None = None) -> None:
        """Tell that Locust is there, and where workers join."""
        self._runner = runner
        self._workers = workers
        port = {} if workers is None else {"port": workers.port}
        self._output.put(self._stamp.line("start", now_ms(), pid=os.getpid(), **port))
        self._output.write()
        if workers is not None:
            # While it waits for them, a master shows who has come.
            self._go_on()

    def start_load(self, zero_ms: int) -> None:
        """Tell when the load begins, and write from now on."""
        if self._before > 0:
            self._put_tick()
        self._has_load = True
        self._output.put(self._stamp.line("clock", zero_ms))
        if self._before == 0:
            self._go_on()

    def _go_on(self) -> None:
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
        why = fault or self._lost
        told = {} if why is None else {"error": why[:MAX_END_ERROR]}
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
                # What it would have told is gone, and no number is missing that would show it.
                self._lost = f"a record could not be written: {error}"
                complain(self._lost)

    def _put_tick(self) -> None:
        now = time.perf_counter()
        cpu_us, share = self._meter.read()
        busiest = max(share, self._busiest)
        self._busiest = 0.0
        memory = resident_bytes()
        others = None if self._workers is None else self._workers.take()
        taken = self._fold.take()
        if others is not None:
            cpu_us += others["cpu"]
            busiest = max(busiest, others["busiest"])
            memory = None if memory is None else memory + others["rss"]
        fields = {
            "duration": int((now - self._before) * 1000),
            "users": self._runner.user_count,
            "usersMax": max(self._runner.user_count, self._runner.target_user_count or 0),
            "iterations": taken["iterations"],
            "dropped": 0,
            "bytesSent": 0,
            "bytesReceived": taken["bytesReceived"],
            # What waits for its workers is at rest, and says nothing of how busy a load keeps it.
            **({"cpu": cpu_us, "busiest": round(busiest, 3)} if self._has_load else {}),
            **({} if memory is None else {"rss": memory}),
            **({} if others is None else {"generators": others["generators"]}),
            **({"changes": others["changes"]} if others is not None and others["changes"] else {}),
            "requests": taken["requests"],
            "metrics": [],
            "log": taken["log"],
        }
        self._before = now
        self._output.put(self._stamp.line("tick", now_ms(), **fields))


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return int(time.time() * 1000)
