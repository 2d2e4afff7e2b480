"""The Locust that sets the load and writes the records: the only one, or the master of workers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import locust.runners

from .output import Output
from .places import complain
from .recorder import Recorder
from .shapes import FileShape, PlanShape
from .workers import Workers

if TYPE_CHECKING:
    from .clock import Clock
    from .fold import Fold
    from .guard import Guard
    from .order import Order

EARLY_SECONDS = 0.5
HASTY_STOP_SECONDS = 2.0
"""Less than the runner waits between asking and demanding."""


class Lead:
    """Does what the order of the runner says."""

    def __init__(self, order: Order, fold: Fold, clock: Clock, guard: Guard) -> None:
        self._order = order
        self._fold = fold
        self._clock = clock
        self._guard = guard
        self._recorder = Recorder(order.phase, fold, Output())
        self._workers: Workers | None = None

    def begin(self, environment: Any, runner: Any) -> None:
        """Set the load. Without the shape that the plan asks for there is none."""
        order = self._order
        if order.stages is not None:
            shape: PlanShape | FileShape = PlanShape(order)
        elif environment.shape_class is not None:
            shape = FileShape(environment.shape_class, order.seconds)
        else:
            complain("the plan says `shape: file`, and the locustfile has no LoadTestShape")
            sys.exit(1)
        shape.runner = runner
        environment.shape_class = shape
        if isinstance(runner, locust.runners.MasterRunner):
            self._workers = Workers(self._fold, self._clock, order.hosts)
            self._workers.begin(environment, runner)
        self._recorder.begin(runner, self._workers)

    def start_load(self) -> None:
        """Tell everybody that it begins."""
        zero_ms = self._clock.start()
        self._recorder.start_load(zero_ms)
        if self._workers is not None:
            self._workers.start_load()

    def warn_of_cpu(self, share: float) -> None:
        """Remember that Locust itself found this process too busy."""
        self._recorder.warn_of_cpu(share)

    def stop_load(self, environment: Any) -> None:
        """Whoever ends a load before its time does not wait for its drain."""
        if self._clock.is_running and self._clock.passed() < self._order.seconds - EARLY_SECONDS:
            environment.stop_timeout = min(environment.stop_timeout, HASTY_STOP_SECONDS)

    def end(self, exit_code: int | None) -> None:
        """Write what is left."""
        if exit_code:
            complain(f"the locustfile ended the load with the exit code {exit_code}")
        self._recorder.end(self._why_incomplete())

    def _why_incomplete(self) -> str | None:
        if self._guard.fault is not None:
            return f"the listener failed: {self._guard.fault}"
        return None if self._workers is None else self._workers.fault
