"""What a master knows of its workers: what they counted, and who of them is there."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import gevent
from locust.rpc import Message

from .messages import FIELD, LAST, LOAD, STOP
from .places import complain
from .roll import Roll

if TYPE_CHECKING:
    from .clock import Clock
    from .fold import Fold

GRACE_SECONDS = 5.0
"""So much longer than its users a worker may take to end. Locust misses one that is gone in less."""


class Workers:
    """Hears the reports of workers, and sees them off when the load is over."""

    def __init__(self, fold: Fold, clock: Clock, hosts: tuple[str, ...] | None) -> None:
        self._fold = fold
        self._clock = clock
        self._hosts = hosts
        self._roll = Roll()
        self._runner: Any = None
        self._environment: Any = None
        self._leave: Any = None
        self._leaving: Any = None
        self._memory: dict[str, int] = {}
        self._cpu_us = 0
        self._busiest = 0.0
        self.fault: str | None = None

    def begin(self, environment: Any, runner: Any) -> None:
        """Hear the reports, and who joins."""
        self._runner = runner
        self._environment = environment
        environment.events.worker_report.add_listener(self._on_report)
        environment.events.worker_connect.add_listener(self._on_connect)
        runner.register_message(LAST, self._on_last)
        # Locust itself waits half a second for what workers have left to tell, however long their users need.
        self._leave, runner.quit = runner.quit, self._quit

    @property
    def port(self) -> int:
        """The port at which workers join."""
        return int(self._runner.server.port)

    def start_load(self) -> None:
        """Tell all workers that the load begins; it goes before the orders to start users."""
        self._roll.begin(self._at_work())
        self._runner.send_message(LOAD, self._load())

    def take(self) -> dict[str, Any]:
        """Tell what all workers used since the last time, how many there are, and who was lost or joined."""
        cpu_us, self._cpu_us = self._cpu_us, 0
        busiest, self._busiest = self._busiest, 0.0
        present = self._at_work()
        changes = [] if self._leaving is not None else self._roll.call(present, self._now_ms())
        return {
            "cpu": cpu_us,
            "busiest": busiest,
            "rss": sum(self._memory.get(one, 0) for one in present),
            "generators": self._roll.count if self._roll.has_begun else len(present),
            "changes": changes,
        }

    def _at_work(self) -> list[str]:
        return [client.id for client in self._runner.clients.values() if client.state != "missing"]

    def _now_ms(self) -> int:
        return int(self._clock.passed() * 1000)

    def _load(self) -> dict[str, Any]:
        return {"passed": self._clock.passed(), "hosts": None if self._hosts is None else list(self._hosts)}

    def _on_connect(self, client_id: str, **_: Any) -> None:
        if self._clock.is_running:
            self._runner.send_message(LOAD, self._load(), client_id=client_id)

    def _on_report(self, client_id: str, data: dict[str, Any], **_: Any) -> None:
        told = data.get(FIELD)
        if told is not None:
            self._add(client_id, told)
        elif self.fault is None:
            self.fault = f"the worker {client_id} runs without the listener, and its requests are not told"
            complain(self.fault)

    def _on_last(self, msg: Any, **_: Any) -> None:
        self._add(msg.node_id, msg.data)
        self._roll.take_leave(msg.node_id)

    def _add(self, client_id: str, told: dict[str, Any]) -> None:
        self._fold.merge(told)
        self._cpu_us += told["cpu"]
        self._busiest = max(self._busiest, told["busiest"])
        self._memory[client_id] = told["rss"]
        self._roll.hear(client_id, told["number"], self._now_ms())
        if told["fault"] is not None and self.fault is None:
            self.fault = f"the listener of a worker failed: {told['fault']}"

    def _quit(self) -> None:
        """End the load. Greenlets of the runner do not wait for it, as it needs them to hear the workers."""
        if self._leaving is None:
            self._leaving = gevent.spawn(self._see_off)
        if gevent.getcurrent() not in self._runner.greenlet:
            self._leaving.join()

    def _see_off(self) -> None:
        runner = self._runner
        runner.stop(send_stop_to_client=False)
        seconds = self._environment.stop_timeout or 0
        for client_id in list(runner.clients):
            runner.send_message(STOP, {"seconds": seconds}, client_id=client_id)
            runner.server.send_to_client(Message("quit", None, client_id))
        until = time.perf_counter() + seconds + GRACE_SECONDS
        while self._roll.is_waited_for(self._at_work()) and time.perf_counter() < until:
            gevent.sleep(0.02)
        self._leave()
