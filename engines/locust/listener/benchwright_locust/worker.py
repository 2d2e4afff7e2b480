"""A Locust that gets its users from a master: it adds up, and sends what it has with Locust's own reports."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import locust
import locust.runners

from .messages import FIELD, LAST, LOAD, NUMBER_VARIABLE, REPORT_SECONDS, STOP
from .usage import Meter, resident_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .clock import Clock
    from .fold import Fold
    from .guard import Guard


class Worker:
    """Tells its master what was added up since it last did, and what this process used."""

    def __init__(self, fold: Fold, clock: Clock, guard: Guard, keep_to: Callable[[Iterable[str] | None], None]) -> None:
        self._fold = fold
        self._clock = clock
        self._guard = guard
        self._keep_to = keep_to
        self._meter = Meter()
        self._busiest = 0.0
        self._runner: Any = None
        number = os.environ.get(NUMBER_VARIABLE)
        self._number = int(number) if number is not None and number.isdecimal() else None
        self._hear_early()

    def _hear_early(self) -> None:
        """A master may tell of a load that is on before Locust tells us that there is a runner."""
        kind: Any = locust.runners.DistributedRunner
        original = kind.__init__

        def with_messages(runner: Any, *args: Any, **fields: Any) -> None:
            original(runner, *args, **fields)
            runner.register_message(LOAD, self._on_load)
            runner.register_message(STOP, self._on_stop)

        kind.__init__ = with_messages
        # Reports begin before that, too.
        locust.events.report_to_master.add_listener(self._on_report)
        # What a worker has not told is lost with it.
        locust.runners.WORKER_REPORT_INTERVAL = REPORT_SECONDS

    def begin(self, environment: Any, runner: Any) -> None:
        """Report beside Locust."""
        self._runner = runner
        environment.events.quitting.add_listener(self._on_quitting)

    def start_load(self) -> None:
        """Nothing: the master tells when the load began."""

    def stop_load(self, environment: Any) -> None:
        """Nothing: the master tells how long to wait."""

    def end(self, exit_code: int | None) -> None:
        """Nothing: the last report has gone."""

    def warn_of_cpu(self, share: float) -> None:
        """Remember that Locust itself found this process too busy."""
        self._busiest = max(self._busiest, share)

    def _on_load(self, msg: Any, **_: Any) -> None:
        self._clock.start(msg.data["passed"])
        self._meter = Meter()
        self._keep_to(msg.data["hosts"])

    def _on_stop(self, environment: Any, msg: Any, **_: Any) -> None:
        environment.stop_timeout = msg.data["seconds"]

    def _on_report(self, data: dict[str, Any], **_: Any) -> None:
        data[FIELD] = self._tell()

    def _on_quitting(self, **_: Any) -> None:
        self._runner.send_message(LAST, self._tell())

    def _tell(self) -> dict[str, Any]:
        cpu_us, share = self._meter.read()
        busiest, self._busiest = max(share, self._busiest), 0.0
        return {
            **self._fold.take(),
            "cpu": cpu_us,
            "busiest": busiest,
            "rss": resident_bytes() or 0,
            "number": self._number,
            "fault": self._guard.fault,
        }
