"""Hangs the listener into Locust's events: before the locustfile is loaded, and without changing it."""

from __future__ import annotations

import functools
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

import gevent
import gevent.socket
import locust
import locust.clients
import locust.contrib.fasthttp

from .fence import Fence
from .fold import Fold, Request
from .order import read_order
from .output import Output
from .places import complain, describe, message_of
from .recorder import Recorder
from .shapes import FileShape, PlanShape

if TYPE_CHECKING:
    from collections.abc import Callable

    from .order import Order

STOPPING = "stopping"
"""What Locust calls the state of a user that ends as soon as its task does."""

EARLY_SECONDS = 0.5
HASTY_STOP_SECONDS = 2.0
"""Less than the runner waits between asking and demanding."""


def begin() -> None:
    """Listen, where a runner asked for it."""
    order = read_order()
    if order is not None:
        Listener(order).attach()


class Listener:
    """Hears what Locust does, and folds it. Locust calls it in the way of requests, so that it only adds up."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._fold = Fold(order.scenario)
        self._recorder = Recorder(order.phase, self._fold, Output())
        self._zero: float | None = None
        self._fault: str | None = None

    def attach(self) -> None:
        """Hear all that is needed."""
        events = locust.events
        events.init.add_listener(self._on_init)
        hooks: dict[str, Callable[..., None]] = {
            "test_start": self._on_test_start,
            "request": self._on_request,
            "user_error": self._on_user_error,
            "cpu_warning": self._on_cpu_warning,
            "test_stopping": self._on_test_stopping,
            "quit": self._on_quit,
        }
        for name, hook in hooks.items():
            # An old Locust has not all of them.
            event = getattr(events, name, None)
            if event is not None:
                event.add_listener(self._guarded(hook))
        self._count_iterations()
        for session in (locust.clients.HttpSession, locust.contrib.fasthttp.FastHttpSession):
            self._watch_unfinished(session)
        if self._order.hosts is not None:
            Fence(self._order.hosts).put_up(gevent.socket.socket)

    def _guarded(self, hook: Callable[..., None]) -> Callable[..., None]:
        """Keep a fault of ours from the load; the run is told of it at its end."""

        def safe(*args: Any, **fields: Any) -> None:
            try:
                hook(*args, **fields)
            except Exception:
                if self._fault is None:
                    self._fault = traceback.format_exc(limit=-1).strip().splitlines()[-1]
                    complain(traceback.format_exc())

        return safe

    def _on_init(self, environment: Any, runner: Any, **_: Any) -> None:
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
        self._recorder.begin(runner)

    def _on_test_start(self, **_: Any) -> None:
        # Cut to milliseconds, as the record tells it.
        self._zero = int(time.time() * 1000) / 1000
        self._recorder.start_load(int(self._zero * 1000))

    def _on_request(
        self,
        request_type: str,
        name: str,
        response_time: float | None,
        response_length: int | None = 0,
        exception: object = None,
        start_time: float | None = None,
        response: object = None,
        **_: Any,
    ) -> None:
        if self._zero is None:
            return
        took = response_time or 0
        began = time.time() - took / 1000 if start_time is None else start_time
        status = getattr(response, "status_code", None)
        shown = f"{request_type} {name}" if request_type else name
        self._fold.bytes_received += response_length or 0
        failed = exception is not None
        self._fold.add(
            Request(
                name=shown,
                outcome="failed" if failed else "ok",
                at=max(0, int(began - self._zero)),
                took_us=int(took * 1000),
                status=str(status) if isinstance(status, int) else None,
                error=type(exception).__name__ if failed else None,
            )
        )
        if failed:
            self._fold.log("warning", f"{shown}: {message_of(exception)}")

    def _on_unfinished(self, method: str, name: str, began: float) -> None:
        if self._zero is None:
            return
        took_us = int((time.time() - began) * 1e6)
        at = max(0, int(began - self._zero))
        self._fold.add(Request(f"{method.upper()} {name}", "unfinished", at, max(0, took_us), "0"))

    def _on_user_error(self, exception: BaseException, tb: Any, **_: Any) -> None:
        self._fold.log("error", describe(exception, tb))

    def _on_cpu_warning(self, cpu_usage: float = 0, **_: Any) -> None:
        self._recorder.warn_of_cpu(cpu_usage / 100)

    def _on_test_stopping(self, environment: Any, **_: Any) -> None:
        """Whoever ends a load before its time does not wait for its drain."""
        if self._zero is not None and time.time() - self._zero < self._order.seconds - EARLY_SECONDS:
            environment.stop_timeout = min(environment.stop_timeout, HASTY_STOP_SECONDS)

    def _on_quit(self, exit_code: int | None = None, **_: Any) -> None:
        if exit_code:
            complain(f"the locustfile ended the load with the exit code {exit_code}")
        fault = None if self._fault is None else f"the listener failed: {self._fault}"
        self._recorder.end(fault)

    def _count_iterations(self) -> None:
        """Locust has no event for the end of a task."""
        tasks: Any = locust.TaskSet
        original = tasks.execute_next_task
        fold = self._fold

        @functools.wraps(original)
        def counted(self: Any) -> Any:
            try:
                return original(self)
            finally:
                fold.iterations += 1

        tasks.execute_next_task = counted

    def _watch_unfinished(self, session: Any) -> None:
        """Locust ends a user in the middle of a request without a word, and a target that hangs would never show."""
        original = session.request
        tell = self._guarded(self._on_unfinished)

        @functools.wraps(original)
        def watched(self: Any, method: str, url: str, *args: Any, **fields: Any) -> Any:
            began = time.time()
            try:
                return original(self, method, url, *args, **fields)
            except gevent.GreenletExit:
                if was_waited_for(self):
                    tell(method, fields.get("name") or getattr(self, "request_name", None) or url, began)
                raise

        session.request = watched


def was_waited_for(session: Any) -> bool:
    """Whether a user was given the time to end. Locust also ends those whose pause is just over, in vain begun."""
    user = getattr(session, "user", None)
    timeout = getattr(getattr(user, "environment", None), "stop_timeout", 0)
    return not timeout or getattr(user, "_state", None) == STOPPING
