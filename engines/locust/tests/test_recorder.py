"""What a run tells of a record that could not be made."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "listener"))

import gevent

from benchwright_locust import recorder
from benchwright_locust.fold import Fold
from benchwright_locust.output import Output


class Lines(Output):
    """Keeps lines, and leaves the standard output alone."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.is_gone = False

    @property
    def is_busy(self) -> bool:
        return False

    def put(self, line: bytes) -> None:
        self.told.append(json.loads(line))

    def write(self) -> None:
        pass


class Failing(Fold):
    """Cannot be emptied the first time."""

    has_failed = False

    def take(self) -> dict[str, Any]:
        if not self.has_failed:
            self.has_failed = True
            raise ValueError("boom")
        return super().take()


class Recording(unittest.TestCase):
    def test_a_lost_record_is_told_at_the_end(self) -> None:
        fold, lines = Failing("shop"), Lines()
        own = recorder.Recorder("load", fold, lines)
        with mock.patch.object(recorder, "PERIOD_SECONDS", 0.001), contextlib.redirect_stderr(io.StringIO()):
            own.begin(SimpleNamespace(user_count=0, target_user_count=0))
            own.start_load(0)
            while not fold.has_failed:
                gevent.sleep(0)
            own.end(None)
        self.assertEqual(lines.told[-1]["kind"], "end")
        self.assertEqual(lines.told[-1]["error"], "a record could not be written: boom")


if __name__ == "__main__":
    unittest.main()
