"""Hangs the listener into Locust's events: before the locustfile is loaded, and without changing it."""

from __future__ import annotations

import functools
import sys
import time
from typing import TYPE_CHECKING, Any

import gevent
import gevent.socket
import locust
import locust.clients
import locust.contrib.fasthttp

from .clock import Clock
from .fence import Fence
from .fold import Fold, Request
from .guard import Guard
from .lead import Lead
from .order import read_order
from .places import describe, message_of
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .order import Order

STOPPING = "stopping"
"""What Locust calls the state of a user that ends as soon as its task does."""


def begin() -> None:
    """Listen, where a runner asked for it, and as a worker of a master that a runner asked."""
    order = read_order()
    is_worker = "--worker" in sys.argv
    if order is not None or is_worker:
        Listener(order, is_worker=is_worker).attach()


class Listener:
    """Hears what Locust does, and folds it. Locust calls it in the way of requests, so that it only adds up."""

    def __init__(self, order: Order | None, *, is_worker: bool) -> None:
        self._clock = Clock()
        self._guard = Guard()
        # Names of a scenario are the master's to give.
        self._fold = Fold("" if order is None else order.scenario)
        self._has_fence = False
        if order is not None:
            self._keep_to(order.hosts)
        self._side: Lead | Worker = (
            Worker(self._fold, self._clock, self._guard, self._keep_to)
            if is_worker or order is None
            else Lead(order, self._fold, self._clock, self._guard)
        )

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
                event.add_listener(self._guard.guarded(hook))
        self._count_iterations()
        for session in (locust.clients.HttpSession, locust.contrib.fasthttp.FastHttpSession):
            self._watch_unfinished(session)

    def _keep_to(self, hosts: Iterable[str] | None) -> None:
        """Refuse all other hosts; None where the load may go anywhere."""
        if hosts is None or self._has_fence:
            return
        self._has_fence = True
        Fence(hosts).put_up(gevent.socket.socket)

    def _on_init(self, environment: Any, runner: Any, **_: Any) -> None:
        self._side.begin(environment, runner)

    def _on_test_start(self, **_: Any) -> None:
        self._side.start_load()

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
        if not self._clock.is_running:
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
                at=self._clock.second(began),
                took_us=int(took * 1000),
                status=str(status) if isinstance(status, int) else None,
                error=type(exception).__name__ if failed else None,
            )
        )
        if failed:
            self._fold.log("warning", f"{shown}: {message_of(exception)}")

    def _on_unfinished(self, method: str, name: str, began: float) -> None:
        if not self._clock.is_running:
            return
        took_us = int((time.time() - began) * 1e6)
        at = self._clock.second(began)
        self._fold.add(Request(f"{method.upper()} {name}", "unfinished", at, max(0, took_us), "0"))

    def _on_user_error(self, exception: BaseException, tb: Any, **_: Any) -> None:
        self._fold.log("error", describe(exception, tb))

    def _on_cpu_warning(self, cpu_usage: float = 0, **_: Any) -> None:
        self._side.warn_of_cpu(cpu_usage / 100)

    def _on_test_stopping(self, environment: Any, **_: Any) -> None:
        self._side.stop_load(environment)

    def _on_quit(self, exit_code: int | None = None, **_: Any) -> None:
        self._side.end(exit_code)

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
        tell = self._guard.guarded(self._on_unfinished)

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
