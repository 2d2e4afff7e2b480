"""Hands lines to the runner without keeping the users of the load waiting."""

from __future__ import annotations

import os

import gevent.lock
import gevent.os


class Output:
    """The standard output, kept for records alone: what the locustfile prints goes to standard error."""

    def __init__(self) -> None:
        self._file = os.dup(1)
        os.dup2(2, 1)
        self._lines = bytearray()
        self._lock = gevent.lock.RLock()
        self.is_gone = False

    def put(self, line: bytes) -> None:
        """Keep a line until the next `write`."""
        self._lines += line

    @property
    def is_busy(self) -> bool:
        """Whether a reader that is slow keeps lines from being written."""
        return bool(self._lock.locked())

    def write(self) -> None:
        """Write what was put, in a thread of its own; the greenlet that asks for it waits, and no other."""
        with self._lock:
            while self._lines and not self.is_gone:
                lines, self._lines = bytes(self._lines), bytearray()
                self._write_all(lines)

    def _write_all(self, lines: bytes) -> None:
        left = memoryview(lines)
        try:
            while left:
                left = left[gevent.os.tp_write(self._file, left) :]
        except OSError:
            # Nobody reads any more: the supervisor ends this process.
            self.is_gone = True
