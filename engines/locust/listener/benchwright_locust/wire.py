"""Records as lines, as docs/wire-format.md tells them: ASCII, the version first, a checksum last."""

from __future__ import annotations

import json
import zlib
from typing import Any

VERSION = 1
SOURCE = "locust"
MAX_END_ERROR = 2000


def encode(record: dict[str, Any]) -> bytes:
    """Write a record as one line, with its line feed."""
    body = json.dumps(record, separators=(",", ":"), ensure_ascii=True, allow_nan=False)[:-1].replace("\x7f", "\\u007f")
    line = body.encode("ascii")
    return b'%s,"crc":"%08x"}\n' % (line, zlib.crc32(line))


class Stamp:
    """Begins every record, and numbers them, so that a reader sees a lost one."""

    def __init__(self, phase: str) -> None:
        self._phase = phase
        self._next = 0

    def line(self, kind: str, time_ms: int, **fields: Any) -> bytes:
        """Write the next record; `time_ms` is in milliseconds since the epoch."""
        head = {"v": VERSION, "kind": kind, "source": SOURCE, "phase": self._phase, "seq": self._next, "time": time_ms}
        line = encode({**head, **fields})
        self._next += 1
        return line
