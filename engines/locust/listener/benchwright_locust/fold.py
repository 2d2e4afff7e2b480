"""Adds up requests between two records: per second in which they began, name and outcome."""

from __future__ import annotations

from typing import Any, NamedTuple

from .histogram import add_pairs, bucket_of, pairs_of

MAX_NAMES = 500
"""So many combinations of name and outcome; further names are counted as OTHER."""
OTHER = "(other)"

MAX_LINES = 20
"""So many different lines of log in a record; the others are counted together, by level."""
OTHER_LINES = "(other lines)"
MAX_LINE_BYTES = 500

MAX_CODES = 50
"""So many statuses, or classes of exceptions, in a cell."""


class Request(NamedTuple):
    """One request: times in microseconds, `at` in whole seconds from the start of the load."""

    name: str
    outcome: str
    at: int
    took_us: int
    status: str | None = None
    error: str | None = None


class Cell:
    """Requests of one name and outcome that began within one second."""

    __slots__ = ("buckets", "count", "errors", "longest", "shortest", "statuses", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0
        self.shortest = 0
        self.longest = 0
        self.buckets: dict[int, int] = {}
        self.statuses: dict[str, int] = {}
        self.errors: dict[str, int] = {}

    def add(self, request: Request) -> None:
        """Count a request."""
        us = request.took_us
        if self.count == 0 or us < self.shortest:
            self.shortest = us
        self.longest = max(self.longest, us)
        self.count += 1
        self.total += us
        bucket = bucket_of(us)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        if request.status is not None:
            count_code(self.statuses, request.status)
        if request.error is not None:
            count_code(self.errors, request.error)

    def merge(self, wire: dict[str, Any]) -> None:
        """Add what another process counted."""
        self.shortest = wire["min"] if self.count == 0 else min(self.shortest, wire["min"])
        self.longest = max(self.longest, wire["max"])
        self.count += wire["c"]
        self.total += wire["sum"]
        add_pairs(self.buckets, wire["h"])
        for code, count in wire.get("st", {}).items():
            count_code(self.statuses, code, count)
        for code, count in wire.get("ec", {}).items():
            count_code(self.errors, code, count)


def count_code(counts: dict[str, int], code: str, count: int = 1) -> None:
    """Count a status or an error; those beyond MAX_CODES together."""
    known = code if code in counts or len(counts) < MAX_CODES else "other"
    counts[known] = counts.get(known, 0) + count


class Fold:
    """What happened since the last time it was emptied. Greenlets take turns, so there is no lock."""

    def __init__(self, scenario: str) -> None:
        self.scenario = scenario
        self.iterations = 0
        self.bytes_received = 0
        self._cells: dict[tuple[str, str, int], Cell] = {}
        self._names: set[tuple[str, str]] = set()
        self._lines: dict[tuple[str, str], int] = {}

    def add(self, request: Request) -> None:
        """Count a request."""
        self._cell(request.name, request.outcome, request.at).add(request)

    def merge(self, taken: dict[str, Any]) -> None:
        """Add what `take` of another process told."""
        self.iterations += taken["iterations"]
        self.bytes_received += taken["bytesReceived"]
        for wire in taken["requests"]:
            self._cell(wire["n"], wire["o"], wire["at"]).merge(wire)
        for line in taken["log"]:
            self.log(line["l"], line["message"], line["c"])

    def _cell(self, name: str, outcome: str, at: int) -> Cell:
        key = (self._known(name, outcome), outcome, at)
        cell = self._cells.get(key)
        if cell is None:
            cell = self._cells[key] = Cell()
        return cell

    def _known(self, name: str, outcome: str) -> str:
        if (name, outcome) in self._names:
            return name
        if len(self._names) >= MAX_NAMES:
            return OTHER
        self._names.add((name, outcome))
        return name

    def log(self, level: str, message: str, count: int = 1) -> None:
        """Count a line of log: `error` where an iteration of the file failed, else `warning` or `info`."""
        key = (level, cut(message))
        if key not in self._lines and len(self._lines) >= MAX_LINES:
            key = (level, OTHER_LINES)
        self._lines[key] = self._lines.get(key, 0) + count

    def take(self) -> dict[str, Any]:
        """Empty it. The answer holds plain values, in the keys of a record."""
        taken = {
            "iterations": self.iterations,
            "bytesReceived": self.bytes_received,
            "requests": [self._wire(key, cell) for key, cell in self._cells.items()],
            "log": [{"l": level, "message": message, "c": count} for (level, message), count in self._lines.items()],
        }
        self.iterations = 0
        self.bytes_received = 0
        self._cells = {}
        self._lines = {}
        return taken

    def _wire(self, key: tuple[str, str, int], cell: Cell) -> dict[str, Any]:
        name, outcome, at = key
        wire: dict[str, Any] = {
            "s": self.scenario,
            "n": name,
            "o": outcome,
            "at": at,
            "c": cell.count,
            "sum": cell.total,
            "min": cell.shortest,
            "max": cell.longest,
            # Locust does not part the time to the first byte from the rest.
            "wait": 0,
        }
        if cell.statuses:
            wire["st"] = cell.statuses
        if cell.errors:
            wire["ec"] = cell.errors
        wire["h"] = pairs_of(cell.buckets)
        return wire


def cut(message: str) -> str:
    """Shorten a line to MAX_LINE_BYTES bytes, at the border of a character."""
    encoded = message.encode("utf-8", "replace")
    if len(encoded) <= MAX_LINE_BYTES:
        return encoded.decode("utf-8")
    return encoded[: MAX_LINE_BYTES - len("…".encode())].decode("utf-8", "ignore") + "…"
